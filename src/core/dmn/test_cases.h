#pragma once

// Reads test cases of DMN models in the form of the DMN Technology Compatibility Kit: XML of the namespace
// http://www.omg.org/spec/DMN/20160719/testcase.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "dmn/model.h"

namespace guildhall::dmn {

// A value as the file writes it, given or expected.
struct ExpectedValue {
  struct Null {
    bool operator==(const Null&) const = default;
  };
  struct Simple {
    std::string type;  // The local name of xsi:type: "string" (also where it says nothing), "decimal", "dateTime", ….
    std::string text;  // Exactly as written; of strings, even if it is only white space.
    bool operator==(const Simple&) const = default;
  };
  struct Component;
  using List = std::vector<ExpectedValue>;
  using Components = std::vector<Component>;  // A context, in the file's order.

  std::variant<Null, Simple, List, Components> value;

  bool operator==(const ExpectedValue& other) const;
};

struct ExpectedValue::Component {
  std::string name;
  ExpectedValue value;

  bool operator==(const Component&) const = default;
};

inline bool ExpectedValue::operator==(const ExpectedValue& other) const {
  return value == other.value;
}

struct TestCase {
  enum class Type : std::uint8_t { Decision, BusinessKnowledgeModel, DecisionService };
  struct Input {
    std::string name;
    ExpectedValue value;
  };
  struct ExpectedResult {
    std::string name;           // Of the decision; of the business knowledge model or service where it gives one value.
    std::string type;           // As written: "decision", or empty.
    bool error_result = false;  // The result is null, or there is an error.
    ExpectedValue expected;
  };

  std::string id;
  std::string name;
  std::string description;
  Type type = Type::Decision;  // What is invoked: for Decision, each decision that a result names.
  std::string invocable_name;  // Of the business knowledge model or decision service; empty for Decision.
  std::vector<Input> inputs;
  std::vector<ExpectedResult> results;
  Place place;
};

struct TestCases {
  std::string model_name;  // The file of the model: "0086-import.dmn".
  std::vector<TestCase> cases;
};

// At most 100 problems; each says the test case and the line.
Result<TestCases> read_test_cases(std::string_view xml);

}  // namespace guildhall::dmn
