#include "dmn/test_cases.h"

#include <utility>

#include "base/text.h"
#include "base/xml.h"
#include "dmn/impl/xml_source.h"

namespace guildhall::dmn {
namespace {

constexpr std::size_t kMaxProblems = 100;
constexpr std::string_view kNamespace = "http://www.omg.org/spec/DMN/20160719/testcase";
constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

const std::string* schema_attribute(const XmlElement& element, std::string_view name) {
  for (const XmlAttribute& one : element.attributes) {
    if (one.namespace_uri == kSchemaInstance && one.name == name) return &one.value;
  }
  return nullptr;
}

bool is_true(const std::string* value) {
  return value != nullptr && (trimmed(*value) == "true" || trimmed(*value) == "1");
}

class TestCasesReader {
 public:
  explicit TestCasesReader(std::string_view document) : source_(document) {}

  Result<TestCases> read(const XmlElement& root) {
    TestCases cases;
    read_children(root, [&](const XmlElement& child) {
      if (child.name == "modelName") {
        cases.model_name = trimmed(child.text);
      } else if (child.name == "testCase") {
        cases.cases.push_back(read_case(child));
      } else {
        return child.name == "labels";
      }
      return true;
    });
    where_.clear();
    if (cases.model_name.empty()) {
      report(root, "The file doesn't say which model it tests.", "Name its file: <modelName>….dmn</modelName>.");
    }
    if (!problems_.empty()) return std::move(problems_);
    return cases;
  }

 private:
  void report(const XmlElement& element, std::string what, std::string remedy) {
    if (problems_.size() == kMaxProblems) return;
    problems_.push_back({std::move(what), where_ + "line " + std::to_string(element.line), std::move(remedy)});
  }

  // Hands each child to `take`, which says whether it knows it.
  template <class Take>
  void read_children(const XmlElement& element, Take take) {
    for (const XmlElement& child : element.children) {
      if (child.namespace_uri != kNamespace || child.name == "extensionElements" || take(child)) continue;
      report(child, "Test cases have no element <" + child.name + "> inside <" + element.name + ">.",
             "Check its spelling and its place.");
    }
  }

  static std::string attribute(const XmlElement& element, std::string_view name) {
    const std::string* const value = element.attribute(name);
    return value == nullptr ? std::string() : squeezed(*value);
  }

  std::string read_name(const XmlElement& element) {
    std::string name = attribute(element, "name");
    if (name.empty()) report(element, "This <" + element.name + "> has no name.", "Give it one: name=\"…\".");
    return name;
  }

  TestCase read_case(const XmlElement& element) {
    TestCase one;
    one.place = {element.line, element.column};
    one.id = attribute(element, "id");
    one.name = attribute(element, "name");
    where_ = "test case " + (one.id.empty() ? one.name : one.id) + ", ";
    one.type = read_case_type(element);
    one.invocable_name = attribute(element, "invocableName");
    if (one.type != TestCase::Type::Decision && one.invocable_name.empty()) {
      report(element, "This test case doesn't say what it invokes.",
             "Name the business knowledge model or decision service: invocableName=\"…\".");
    }
    read_children(element, [&](const XmlElement& child) {
      if (child.name == "description") {
        one.description = child.text;
      } else if (child.name == "inputNode") {
        one.inputs.push_back({read_name(child), read_value(child)});
      } else if (child.name == "resultNode") {
        one.results.push_back(read_result(child));
      } else {
        return false;
      }
      return true;
    });
    return one;
  }

  TestCase::Type read_case_type(const XmlElement& element) {
    const std::string type = attribute(element, "type");
    if (type == "bkm") return TestCase::Type::BusinessKnowledgeModel;
    if (type == "decisionService") return TestCase::Type::DecisionService;
    if (!type.empty() && type != "decision") {
      report(element, "The type of this test case is not known: " + type + ".",
             "Write one of decision, bkm, decisionService.");
    }
    return TestCase::Type::Decision;
  }

  TestCase::ExpectedResult read_result(const XmlElement& element) {
    TestCase::ExpectedResult result;
    result.name = read_name(element);
    result.type = attribute(element, "type");
    result.error_result = is_true(element.attribute("errorResult"));
    read_children(element, [&](const XmlElement& child) {
      if (child.name != "expected") return child.name == "computed";
      result.expected = read_value(child);
      return true;
    });
    return result;
  }

  // The value inside <inputNode>, <expected>, <component> or <item>: a <value>, a <list>, or <component>s; null where
  // there is nothing. Recursion is bounded by the depth of the document.
  ExpectedValue read_value(const XmlElement& element) {
    if (is_true(schema_attribute(element, "nil"))) return {};
    ExpectedValue value;
    std::size_t values = 0;
    ExpectedValue::Components components;
    read_children(element, [&](const XmlElement& child) {
      if (child.name == "value") {
        ++values;
        value = read_simple(child);
      } else if (child.name == "list") {
        ++values;
        value = read_list(child);
      } else if (child.name == "component") {
        const std::string* const name = child.attribute("name");
        if (name == nullptr) report(child, "This <component> has no name.", "Give it one: name=\"…\".");
        components.push_back({name == nullptr ? std::string() : *name, read_value(child)});
      } else {
        return false;
      }
      return true;
    });
    if (values + (components.empty() ? 0 : 1) > 1) {
      report(element, "There is more than one value in this <" + element.name + ">.",
             "Keep one <value>, one <list>, or <component>s alone.");
    }
    if (!components.empty()) value.value = std::move(components);
    return value;
  }

  ExpectedValue read_simple(const XmlElement& element) {
    if (is_true(schema_attribute(element, "nil"))) return {};
    if (!element.children.empty()) {
      report(element, "There is an element inside this <value>.", "Write &lt; where a < is meant.");
    }
    const std::string* const type = schema_attribute(element, "type");
    ExpectedValue::Simple simple;
    simple.type = type == nullptr ? "string" : trimmed(type->substr(type->find(':') + 1));
    simple.text = simple.type == "string" ? source_.content(element) : element.text;
    return {std::move(simple)};
  }

  ExpectedValue read_list(const XmlElement& element) {
    if (is_true(schema_attribute(element, "nil"))) return {};
    ExpectedValue::List list;
    read_children(element, [&](const XmlElement& child) {
      if (child.name != "item") return false;
      list.push_back(read_value(child));
      return true;
    });
    return {std::move(list)};
  }

  XmlSource source_;
  Problems problems_;
  std::string where_;  // "test case 001, " while inside one.
};

}  // namespace

Result<TestCases> read_test_cases(std::string_view xml) {
  const std::string_view document = without_byte_order_mark(xml);
  const XmlElement root = TRY(parse_xml(document));
  if (root.name != "testCases" || root.namespace_uri != kNamespace) {
    return Problem{"This is not a file of test cases: it begins with <" + root.name + ">.",
                   "line " + std::to_string(root.line),
                   "It should begin with <testCases xmlns=\"" + std::string(kNamespace) + "\">."};
  }
  return TestCasesReader(document).read(root);
}

}  // namespace guildhall::dmn
