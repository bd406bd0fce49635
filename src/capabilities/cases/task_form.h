#pragma once

// What a task asks its officer: one question for each data output that the user task declares (BPMN 10.4.1), with the
// type that its item definition gives.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bpmn/instance.h"

namespace guildhall::cases {

struct TaskQuestion {
  enum class Kind { YesNo, Number, Date, Text };
  std::string name;   // Of the process variable.
  std::string label;  // Its documentation, or its name in words: "street name".
  Kind kind = Kind::Text;
  std::string field() const { return "answer-" + name; }  // Of the form.

  bool operator==(const TaskQuestion&) const = default;
};

// `xml` as it was published. Empty where the task declares no outputs.
std::vector<TaskQuestion> task_questions(std::string_view xml, std::string_view element);

// Each problem's `where` is the field. `typed` gives what was typed in a field; of a date in <field>-day, -month, -year.
Result<bpmn::Variables> task_answers(const std::vector<TaskQuestion>& questions,
                                     const std::function<std::string(const std::string& field)>& typed);

}  // namespace guildhall::cases
