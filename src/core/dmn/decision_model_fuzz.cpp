#include "dmn/decision_model.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include "dmn/impl/compiled.h"
#include "dmn/read_model.h"

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// Whatever is a model compiles, and all its decisions and functions give a value or a problem, twice the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The model, and after a line of its own one that it may import.
  const std::size_t cut = text.find("\n====\n");
  Result<dmn::Model> model = dmn::read_model(text.substr(0, cut));
  if (!model.ok()) return 0;
  std::vector<dmn::Model> imported;
  if (cut != std::string_view::npos) {
    Result<dmn::Model> other = dmn::read_model(text.substr(cut + 6));
    if (other.ok()) imported.push_back(std::move(*other));
  }
  const auto compiled = dmn::DecisionModel::compile(std::move(*model), std::move(imported));
  must(compiled.ok());
  for (const Problem& problem : (*compiled)->findings()) must(!problem.what.empty());

  feel::Budget budget;
  budget.steps = 20'000;
  budget.list_length = 10'000;
  budget.string_bytes = 100'000;
  dmn::Decider decider(*compiled, budget);
  const std::array<feel::Entry, 2> applicant{feel::Entry{"age", feel::Value::number(17)},
                                             feel::Entry{"name", feel::Value::string("A")}};
  const std::array<feel::Entry, 3> inputs{feel::Entry{"X", feel::Value::number(5)},
                                          feel::Entry{"Y", feel::Value::string("y")},
                                          feel::Entry{"Z", feel::Value::context(applicant)}};
  for (const auto& [name, index] : (*compiled)->compiled().by_name) {
    using Kind = dmn::CompiledElement::Kind;
    const Kind kind = (*compiled)->compiled().elements[index].kind;
    if (kind == Kind::Input) continue;
    std::array<std::string, 2> values;
    for (const bool traced : {false, true}) {
      decider.begin();
      dmn::Trace trace;
      dmn::Trace* const traces = traced ? &trace : nullptr;
      const auto value = kind == Kind::Decision
                             ? decider.decide(name, feel::Value::context(inputs), traces)
                             : decider.invoke(name, feel::Value::context(inputs), feel::Value::context(inputs), traces);
      if (!value.ok()) must(!value.problems().empty());
      values[traced ? 1 : 0] = value.ok() ? feel::to_text(*value) : "a problem";
      for (const dmn::Decider::Reason& reason : decider.reasons()) must(!reason.what.empty() && !reason.where.empty());
    }
    // A trace looks at more rules, and may use up the budget.
    if (values[1] != "a problem") must(values[0] == values[1]);
    (*compiled)->needs(name);
  }
  return 0;
}
