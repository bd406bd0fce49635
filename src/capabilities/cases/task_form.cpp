#include "cases/task_form.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "base/xml.h"
#include "feel/decimal.h"
#include "feel/temporal.h"

namespace guildhall::cases {
namespace {

using Kind = TaskQuestion::Kind;

constexpr std::string_view kModel = "http://www.omg.org/spec/BPMN/20100524/MODEL";
constexpr std::size_t kDeepest = 64;

std::string attribute(const XmlElement& element, std::string_view name) {
  const std::string* value = element.attribute(name);
  return value == nullptr ? "" : *value;
}

std::string_view local(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

const XmlElement* find(const XmlElement& within, std::string_view id, std::size_t depth = 0) {
  if (within.name == "userTask" && within.namespace_uri == kModel && attribute(within, "id") == id) return &within;
  if (depth == kDeepest) return nullptr;
  for (const XmlElement& child : within.children) {
    if (const XmlElement* found = find(child, id, depth + 1)) return found;
  }
  return nullptr;
}

Kind kind_of(const XmlElement& definitions, std::string_view item) {
  for (const XmlElement& each : definitions.children) {
    if (each.name != "itemDefinition" || attribute(each, "id") != item) continue;
    const std::string structure = attribute(each, "structureRef");
    const std::string_view type = local(structure);
    if (type == "boolean") return Kind::YesNo;
    if (type == "integer" || type == "int" || type == "long" || type == "decimal" || type == "double" ||
        type == "float" || type == "number") {
      return Kind::Number;
    }
    if (type == "date") return Kind::Date;
  }
  return Kind::Text;
}

// "streetName", "street_name" → "Street name".
std::string in_words(std::string_view name) {
  std::string words;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !words.empty() && words.back() >= 'a' && words.back() <= 'z') words += ' ';
    if (c == '_' || c == '-') {
      words += ' ';
    } else {
      words += capital && !words.empty() ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

}  // namespace

std::vector<TaskQuestion> task_questions(std::string_view xml, std::string_view element) {
  std::vector<TaskQuestion> questions;
  const auto document = parse_xml(xml);
  if (!document.ok()) return questions;
  const XmlElement* task = find(*document, element);
  if (task == nullptr) return questions;
  const XmlElement* data = task->child("ioSpecification");
  if (data == nullptr) return questions;
  for (const XmlElement& each : data->children) {
    if (each.name != "dataOutput" || each.namespace_uri != kModel) continue;
    const std::string id = attribute(each, "id"), given = attribute(each, "name");
    TaskQuestion question{.name = given.empty() ? id : given, .label = {}, .kind = Kind::Text};
    const std::string item = attribute(each, "itemSubjectRef");
    question.kind = kind_of(*document, local(item));
    const XmlElement* said = each.child("documentation");
    question.label = said == nullptr ? "" : squeezed(said->text);
    if (question.label.empty()) question.label = in_words(question.name);
    if (!question.name.empty()) questions.push_back(std::move(question));
  }
  return questions;
}

Result<bpmn::Variables> task_answers(const std::vector<TaskQuestion>& questions,
                                     const std::function<std::string(const std::string& field)>& typed) {
  bpmn::Variables answers;
  Problems problems;
  for (const TaskQuestion& question : questions) {
    const std::string field = question.field();
    const auto add = [&](const feel::Value& value) { answers.emplace_back(question.name, bpmn::Data::of(value)); };
    const auto refuse = [&](std::string what) { problems.push_back({std::move(what), field, ""}); };
    const auto number_in = [&](std::string_view part) {
      return parse_integer(trimmed(typed(field + std::string(part))));
    };
    switch (question.kind) {
      case Kind::YesNo: {
        const std::string answer = typed(field);
        if (answer == "yes" || answer == "no") {
          add(feel::Value::boolean(answer == "yes"));
        } else {
          refuse("Select yes or no: " + question.label);
        }
        break;
      }
      case Kind::Number: {
        const std::string answer = typed(field);
        const auto number = feel::Decimal::parse(trimmed(answer));
        if (number && number->finite()) {
          add(feel::Value::number(*number));
        } else {
          refuse("Enter a number: " + question.label);
        }
        break;
      }
      case Kind::Date: {
        const auto year = number_in("-year"), month = number_in("-month"), day = number_in("-day");
        const auto date = year && month && day && *year >= 1900 && *year <= 9999 ? feel::Date::from(*year, *month, *day)
                                                                                 : std::nullopt;
        if (date) {
          add(feel::Value::date(*date));
        } else {
          refuse("Enter a date that exists: " + question.label);
        }
        break;
      }
      case Kind::Text: {
        const std::string typed_in = typed(field), answer(trimmed(typed_in));
        if (answer.empty()) {
          refuse("Enter an answer: " + question.label);
        } else if (answer.size() > 5'000) {
          refuse("Write 5,000 characters or less: " + question.label);
        } else {
          add(feel::Value::string(answer));
        }
        break;
      }
    }
  }
  if (!problems.empty()) return problems;
  return answers;
}

}  // namespace guildhall::cases
