#include <algorithm>

#include "dmn/decision_model.h"
#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using Kind = CompiledElement::Kind;

Value evaluate_logic(Run& run, const CompiledElement& element, std::span<const Value> arguments);

// A business knowledge model or a decision service as a function.
class InvocableFunction final : public feel::Function {
 public:
  InvocableFunction(Run& run, const CompiledElement& element) : run_(run), element_(element) {}
  std::span<const feel::Parameter> parameters() const override { return element_.parameters; }
  Value apply(feel::Evaluation&, std::span<const Value> arguments) const override {
    return evaluate_logic(run_, element_, arguments);
  }

 private:
  Run& run_;
  const CompiledElement& element_;
};

Run* make_run(feel::Evaluation& evaluation, const Compiled& compiled, const Value& inputs, Trace* trace) {
  feel::Memory& memory = evaluation.memory();
  const std::size_t count = compiled.elements.size();
  Value* values = memory.array<Value>(count);
  auto* states = memory.array<std::uint8_t>(count);
  std::fill_n(states, count, std::uint8_t{0});
  return new (memory.allocate(sizeof(Run))) Run{compiled, evaluation, inputs, trace, nullptr, values, states};
}

// What the caller gave for an element: by its qualified name, in contexts named as the imports, or by its plain name.
const Value* given(const Run& run, const CompiledElement& element) {
  if (!run.inputs.is(feel::Kind::Context)) return nullptr;
  if (element.qualifier.empty()) return run.inputs.entry(element.name);
  std::string flat;
  Value inside = run.inputs;
  const Value* nested = nullptr;
  for (std::size_t i = 0; i <= element.qualifier.size(); ++i) {
    const std::string& part = i < element.qualifier.size() ? element.qualifier[i] : element.name;
    flat += (i == 0 ? "" : ".") + part;
    nested = inside.is(feel::Kind::Context) ? inside.entry(part) : nullptr;
    inside = nested == nullptr ? Value() : *nested;
  }
  if (const Value* found = run.inputs.entry(flat)) return found;
  if (nested != nullptr) return nested;
  return element.kind == Kind::Input ? run.inputs.entry(element.name) : nullptr;
}

// The element of the trace, for as long as the element is evaluated.
class Traced {
 public:
  Traced(Run& run, const CompiledElement& element, ElementTrace::Kind kind) : run_(run), outer_(run.element) {
    if (run.trace == nullptr) return;
    run.element = &trace_.emplace();
    trace_->kind = kind;
    for (const std::string& import : element.qualifier) trace_->name += import + ".";
    trace_->name += element.source->name;
    trace_->element = element.source;
    trace_->id = element.source->id;
  }
  ~Traced() { run_.element = outer_; }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;

  void given(std::string_view name, const Value& value) {
    if (trace_ && !value.is(feel::Kind::Function)) trace_->given.push_back({std::string(name), value});
  }
  void finish(const Value& value) {
    if (!trace_) return;
    if (outer_ != nullptr && !run_.trace->keep()) return;
    trace_->value = value;
    run_.trace->elements.push_back(*std::move(trace_));
  }

 private:
  Run& run_;
  ElementTrace* outer_;
  std::optional<ElementTrace> trace_;  // Where there is one to write.
};

void fill_requirements(Run& run, const CompiledElement& element, Value* frame, Traced& traced) {
  for (std::size_t i = 0; i < element.requirements.size(); ++i) {
    const Requirement& requirement = element.requirements[i];
    if (requirement.element) {
      frame[i] = value_of(run, *requirement.element);
      traced.given(requirement.name, frame[i]);
    } else {
      auto* entries = run.evaluation.memory().array<feel::Entry>(requirement.of_import.size());
      for (std::size_t n = 0; n < requirement.of_import.size(); ++n) {
        const auto& [name, other] = requirement.of_import[n];
        new (&entries[n]) feel::Entry{name, value_of(run, other)};
        traced.given(requirement.name + "." + name, entries[n].value);
      }
      frame[i] = Value::context({entries, requirement.of_import.size()});
    }
  }
}

Value* make_frame(Run& run, const CompiledElement& element) {
  Value* frame = run.evaluation.memory().array<Value>(element.frame_size);
  std::fill_n(frame, element.frame_size, Value());
  return frame;
}

// One level deeper in the requirements, for as long as it lives; reasons outside of expressions belong to this element.
class Level {
 public:
  Level(feel::Evaluation& evaluation, const std::string& where)
      : evaluation_(evaluation), expression_(evaluation.expression), node_(evaluation.node), where_(evaluation.where) {
    if (evaluation.depth + kCost > evaluation.budget().depth) {
      throw feel::BudgetExceeded{"The decision needs too many others, one through another.",
                                 "Look for decisions or functions that need each other."};
    }
    evaluation.depth += kCost;
    evaluation.expression = nullptr;
    evaluation.node = nullptr;
    evaluation.where = &where;
  }
  ~Level() {
    evaluation_.depth -= kCost;
    evaluation_.expression = expression_;
    evaluation_.node = node_;
    evaluation_.where = where_;
  }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  static constexpr std::uint32_t kCost = 4;  // It takes more of the stack than an expression does.
  feel::Evaluation& evaluation_;
  const feel::Expression* expression_;
  const feel::Node* node_;
  const std::string* where_;
};

Value evaluate_service(Run& run, const CompiledElement& element, std::span<const Value> arguments, Traced& traced) {
  // The decisions are computed anew: the arguments take the place of what the parameters stand for (10.4).
  Run& inside = *make_run(run.evaluation, run.compiled, run.inputs, run.trace);
  inside.element = run.element;
  for (std::size_t i = 0; i < element.parameter_elements.size(); ++i) {
    const std::size_t parameter = element.parameter_elements[i];
    inside.values[parameter] = bind(run.evaluation, arguments[i], element.parameters[i].type);
    inside.states[parameter] = 2;
    traced.given(element.parameters[i].name, inside.values[parameter]);
  }
  Value result;
  if (element.outputs.size() == 1) {
    result = value_of(inside, element.outputs[0]);
  } else {
    auto* entries = run.evaluation.memory().array<feel::Entry>(element.outputs.size());
    for (std::size_t i = 0; i < element.outputs.size(); ++i) {
      new (&entries[i])
          feel::Entry{run.compiled.elements[element.outputs[i]].name, value_of(inside, element.outputs[i])};
    }
    result = Value::context({entries, element.outputs.size()});
  }
  return bind(run.evaluation, result, element.result);
}

Value evaluate_logic(Run& run, const CompiledElement& element, std::span<const Value> arguments) {
  const Level level(run.evaluation, element.where);
  if (element.kind == Kind::DecisionService) {
    Traced traced(run, element, ElementTrace::Kind::DecisionService);
    const Value result = evaluate_service(run, element, arguments, traced);
    traced.finish(result);
    return result;
  }
  const bool function = element.kind == Kind::BusinessKnowledgeModel;
  Traced traced(run, element, function ? ElementTrace::Kind::BusinessKnowledgeModel : ElementTrace::Kind::Decision);
  if (element.external || !element.logic) {
    const Value none = run.evaluation.null(element.external ? "Functions outside FEEL (Java, PMML) are not run here"
                                                            : "It has no logic");
    traced.finish(none);
    return none;
  }
  Value* frame = make_frame(run, element);
  fill_requirements(run, element, frame, traced);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    frame[element.requirements.size() + i] = bind(run.evaluation, arguments[i], element.parameters[i].type);
    traced.given(element.parameters[i].name, frame[element.requirements.size() + i]);
  }
  const Value result =
      bind(run.evaluation, element.logic->evaluate(run, frame), function ? element.result : element.type);
  traced.finish(result);
  return result;
}

}  // namespace

Value value_of(Run& run, std::size_t index) {
  if (run.states[index] == 2) return run.values[index];
  const CompiledElement& element = run.compiled.elements[index];
  if (run.states[index] == 1) return run.evaluation.null("The decision needs its own result");
  run.states[index] = 1;
  Value value;
  switch (element.kind) {
    case Kind::Input: {
      const Value* input = given(run, element);
      value = input == nullptr ? Value() : bind(run.evaluation, *input, element.type);
      break;
    }
    case Kind::Decision: {
      const Value* input = given(run, element);
      value = input != nullptr ? bind(run.evaluation, *input, element.type) : evaluate_logic(run, element, {});
      break;
    }
    case Kind::BusinessKnowledgeModel:
    case Kind::DecisionService:
      value = Value::function(new (run.evaluation.memory().allocate(sizeof(InvocableFunction)))
                                  InvocableFunction(run, element));
      break;
  }
  run.values[index] = value;
  run.states[index] = 2;
  return value;
}

struct Decider::State {
  State(std::shared_ptr<const DecisionModel> of, const feel::Budget& budget)
      : model(std::move(of)), evaluation(memory, budget, {}) {}
  std::shared_ptr<const DecisionModel> model;
  feel::Memory memory;
  feel::Evaluation evaluation;
};

Decider::Decider(std::shared_ptr<const DecisionModel> model, const feel::Budget& budget)
    : state_(std::make_unique<State>(std::move(model), budget)) {}
Decider::~Decider() = default;

void Decider::begin(const feel::Evaluation::Moment& moment) {
  state_->memory.reset();
  state_->evaluation.begin(moment);
}

feel::Memory& Decider::memory() {
  return state_->memory;
}

namespace {

Problem unknown_element(const Compiled& compiled, std::string_view name, bool decisions) {
  std::string known;
  for (const auto& [other, index] : compiled.by_name) {
    if ((compiled.elements[index].kind == Kind::Decision) != decisions || compiled.elements[index].kind == Kind::Input)
      continue;
    known += (known.empty() ? "‘" : ", ‘") + other + "’";
  }
  const std::string kind = decisions ? "decision" : "business knowledge model or decision service";
  return {"The model has no " + kind + " named ‘" + std::string(name) + "’.", "",
          known.empty() ? "It has none at all." : "There are: " + known + "."};
}

}  // namespace

Result<Value> Decider::decide(std::string_view decision, const Value& inputs, Trace* trace) {
  const Compiled& compiled = state_->model->compiled();
  const auto found = compiled.by_name.find(decision);
  if (found == compiled.by_name.end() || compiled.elements[found->second].kind != Kind::Decision) {
    return unknown_element(compiled, decision, true);
  }
  try {
    Run& run = *make_run(state_->evaluation, compiled, inputs, trace);
    const CompiledElement& element = compiled.elements[found->second];
    run.states[found->second] = 1;
    return evaluate_logic(run, element, {});
  } catch (const feel::BudgetExceeded& exceeded) {
    return feel::to_problem(exceeded, "decision ‘" + std::string(decision) + "’");
  }
}

Result<Value> Decider::invoke(std::string_view name, const Value& arguments, const Value& inputs, Trace* trace) {
  const Compiled& compiled = state_->model->compiled();
  const auto found = compiled.by_name.find(name);
  if (found == compiled.by_name.end()) return unknown_element(compiled, name, false);
  const CompiledElement& element = compiled.elements[found->second];
  if (element.kind != Kind::BusinessKnowledgeModel && element.kind != Kind::DecisionService) {
    return unknown_element(compiled, name, false);
  }
  try {
    Run& run = *make_run(state_->evaluation, compiled, inputs, trace);
    std::vector<Value> values;
    for (const feel::Parameter& parameter : element.parameters) {
      const Value* argument = arguments.is(feel::Kind::Context) ? arguments.entry(parameter.name) : nullptr;
      values.push_back(argument == nullptr ? Value() : *argument);
    }
    const InvocableFunction function(run, element);
    return state_->evaluation.call(function, values);
  } catch (const feel::BudgetExceeded& exceeded) {
    return feel::to_problem(exceeded, element.where);
  }
}

std::vector<Decider::Reason> Decider::reasons() const {
  std::vector<Reason> reasons;
  for (const feel::NullReason& reason : state_->evaluation.reasons()) {
    std::string where = reason.where == nullptr ? "" : *reason.where;
    if (reason.expression != nullptr) {
      where = reason.node != nullptr ? reason.expression->place(*reason.node) : reason.expression->where();
    }
    reasons.push_back({feel::to_text(reason), std::move(where)});
  }
  return reasons;
}

}  // namespace guildhall::dmn
