#include <algorithm>
#include <array>
#include <utility>

#include "dmn/decision_model.h"
#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using Kind = CompiledElement::Kind;

Value evaluate_logic(Run& run, const CompiledElement& element, std::span<const Value> arguments);

// A business knowledge model or a decision service as a function. Its arguments have been converted by the call.
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

// What a caller gave for each element: under its own name, with the imports that lead to it or without.
class Given {
 public:
  Given(const Compiled& compiled, feel::Memory& memory, const Value& inputs) : compiled_(compiled) {
    const std::size_t count = compiled.elements.size();
    values_ = memory.array<const Value*>(count);
    std::fill_n(values_, count, nullptr);
    take(inputs, "");
    // What was given along one way holds for the others too, where nothing was given along those.
    for (const auto& elements : compiled.same) {
      const auto first =
          std::find_if(elements.begin(), elements.end(), [&](auto each) { return values_[each] != nullptr; });
      if (first == elements.end()) continue;
      for (const std::size_t each : elements) {
        if (values_[each] == nullptr) values_[each] = values_[*first];
      }
    }
  }

  const Value* const* values() const { return values_; }

 private:
  void take(const Value& inputs, const std::string& prefix) {
    if (!inputs.is(feel::Kind::Context)) return;
    std::string whole;
    for (const feel::Entry& entry : inputs.context()) {
      std::string_view name = entry.key;
      if (!prefix.empty()) name = whole.assign(prefix).append(name);
      if (const Compiled::Meant* meant = compiled_.meant_by(name)) {
        for (const std::size_t element : meant->elements) {
          const Value*& value = values_[element];
          // By its full name rather than by a part of it.
          if (value == nullptr || meant->rank > 0) value = &entry.value;
        }
      }
      if (!compiled_.import_names.empty() && compiled_.import_names.contains(name))
        take(entry.value, std::string(name) + ".");
    }
  }

  const Compiled& compiled_;
  const Value** values_ = nullptr;
};

Run* make_run(feel::Evaluation& evaluation, const Compiled& compiled, const Value& inputs, Trace* trace) {
  feel::Memory& memory = evaluation.memory();
  const std::size_t count = compiled.elements.size();
  Run* run = new (memory.allocate(sizeof(Run))) Run{compiled, evaluation};
  run->given = Given(compiled, memory, inputs).values();
  run->values = memory.array<Value>(count);
  run->states = memory.array<std::uint8_t>(count);
  std::fill_n(run->states, count, std::uint8_t{0});
  run->trace = trace;
  run->first = run;
  return run;
}

// A run of its own for one call of a decision service.
Run& make_run_inside(Run& outer, const CompiledElement& service) {
  feel::Memory& memory = outer.evaluation.memory();
  Run* run = new (memory.allocate(sizeof(Run))) Run{outer.compiled, outer.evaluation};
  run->given = outer.given;
  run->elements = service.inside;
  run->values = memory.array<Value>(service.inside.size());
  run->states = memory.array<std::uint8_t>(service.inside.size());
  std::fill_n(run->states, service.inside.size(), std::uint8_t{0});
  run->service = true;
  run->trace = outer.trace;
  run->element = outer.element;
  run->first = outer.first;
  run->next = std::exchange(outer.first->next, run);
  return *run;
}

// A function outlives the evaluation that made it, but the trace needn't.
class Tracing {
 public:
  explicit Tracing(Run& run) : run_(run) {}
  ~Tracing() {
    if (run_.trace == nullptr) return;
    for (Run* each = &run_; each != nullptr; each = each->next) {
      each->trace = nullptr;
      each->element = nullptr;
    }
  }
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

 private:
  Run& run_;
};

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

// In the logic of an element, for as long as it lives: reasons outside of expressions belong to it.
class Level {
 public:
  Level(feel::Evaluation& evaluation, const CompiledElement& element)
      : deeper_(evaluation, kCost + element.depth), place_(evaluation, element.where) {}

 private:
  static constexpr std::uint32_t kCost = 3;
  Deeper deeper_;
  AtPlace place_;
};

Value evaluate_service(Run& run, const CompiledElement& element, std::span<const Value> arguments, Traced& traced) {
  // The decisions are computed anew: the arguments take the place of what the parameters stand for (10.4).
  Run& inside = make_run_inside(run, element);
  for (std::size_t i = 0; i < element.parameter_elements.size(); ++i) {
    const std::size_t place = inside.place(element.parameter_elements[i]);
    inside.values[place] = arguments[i];
    inside.states[place] = 2;
    traced.given(element.parameters[i].name, arguments[i]);
  }
  Value result;
  if (element.outputs.size() == 1) {
    result = value_of(inside, element.outputs[0]);
  } else {
    auto* entries = run.evaluation.memory().array<feel::Entry>(element.outputs.size());
    for (std::size_t i = 0; i < element.outputs.size(); ++i) {
      new (&entries[i]) feel::Entry{element.output_names[i], value_of(inside, element.outputs[i])};
    }
    result = Value::context({entries, element.outputs.size()});
  }
  return bound(run.evaluation, result, element.result, element.where);
}

Value evaluate_in_frame(Run& run, const CompiledElement& element, std::span<const Value> arguments, Value* frame) {
  const bool function = element.kind == Kind::BusinessKnowledgeModel;
  Traced traced(run, element, function ? ElementTrace::Kind::BusinessKnowledgeModel : ElementTrace::Kind::Decision);
  fill_requirements(run, element, frame, traced);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    frame[element.requirements.size() + i] = arguments[i];
    traced.given(element.parameters[i].name, arguments[i]);
  }
  const Value result = bound(run.evaluation, element.logic->evaluate(run, frame),
                             function ? element.result : element.type, element.where);
  traced.finish(result);
  return result;
}

Value evaluate_logic(Run& run, const CompiledElement& element, std::span<const Value> arguments) {
  run.evaluation.step();
  const Level level(run.evaluation, element);
  if (element.kind == Kind::DecisionService) {
    Traced traced(run, element, ElementTrace::Kind::DecisionService);
    const Value result = evaluate_service(run, element, arguments, traced);
    traced.finish(result);
    return result;
  }
  if (element.external || element.circular || !element.logic) {
    const bool function = element.kind == Kind::BusinessKnowledgeModel;
    Traced traced(run, element, function ? ElementTrace::Kind::BusinessKnowledgeModel : ElementTrace::Kind::Decision);
    const Value none = run.evaluation.null(element.external   ? "Functions outside FEEL (Java, PMML) are not run here"
                                           : element.circular ? "The decision needs its own result"
                                                              : "It has no logic");
    traced.finish(none);
    return none;
  }
  constexpr std::size_t kOnStack = 12;
  if (element.frame_size <= kOnStack) {
    std::array<Value, kOnStack> frame;
    return evaluate_in_frame(run, element, arguments, frame.data());
  }
  Value* frame = run.evaluation.memory().array<Value>(element.frame_size);
  std::fill_n(frame, element.frame_size, Value());
  return evaluate_in_frame(run, element, arguments, frame);
}

const Value* given(const Run& run, std::size_t index) {
  const bool computed = run.service && run.compiled.elements[index].kind != Kind::Input;
  return computed ? nullptr : run.given[index];
}

Value compute(Run& run, std::size_t index) {
  const CompiledElement& element = run.compiled.elements[index];
  const std::size_t place = run.place(index);
  run.states[place] = 1;
  if (const Value* instead = given(run, index)) {
    run.values[place] = bound(run.evaluation, *instead, element.type, element.where);
  } else {
    run.values[place] = evaluate_logic(run, element, {});
  }
  run.states[place] = 2;
  return run.values[place];
}

// Uses each decision that must be computed before this one.
template <class Use>
void each_waited_for(const Run& run, std::size_t index, const Use& use) {
  const CompiledElement& element = run.compiled.elements[index];
  if (element.circular || given(run, index) != nullptr) return;
  const auto look_at = [&](std::size_t other) {
    const bool decision = run.compiled.elements[other].kind == Kind::Decision;
    if (decision && run.states[run.place(other)] == 0) use(other);
  };
  const auto& requirements = element.requirements;
  for (auto requirement = requirements.rbegin(); requirement != requirements.rend(); ++requirement) {
    if (requirement->element) look_at(*requirement->element);
    const auto& others = requirement->of_import;
    for (auto other = others.rbegin(); other != others.rend(); ++other) look_at(other->second);
  }
}

// The decision and all that it requires, those first: as many as there are, one through another.
Value value_of_decision(Run& run, std::size_t asked) {
  bool alone = true;
  each_waited_for(run, asked, [&](std::size_t) { alone = false; });
  if (alone) return compute(run, asked);
  std::vector<std::size_t> waiting{asked};
  while (!waiting.empty()) {
    const std::size_t index = waiting.back();
    if (run.states[run.place(index)] == 0) {
      run.states[run.place(index)] = 1;
      const std::size_t before = waiting.size();
      each_waited_for(run, index, [&](std::size_t other) { waiting.push_back(other); });
      if (waiting.size() > before) continue;
    }
    if (run.states[run.place(index)] == 1) compute(run, index);
    waiting.pop_back();
  }
  return run.values[run.place(asked)];
}

}  // namespace

Value value_of(Run& run, std::size_t index) {
  const std::size_t place = run.place(index);
  if (run.states[place] == 2) return run.values[place];
  const CompiledElement& element = run.compiled.elements[index];
  if (run.states[place] == 1) return null_at(run.evaluation, element.where, "The decision needs its own result");
  Value value;
  switch (element.kind) {
    case Kind::Input:
      if (const Value* input = given(run, index)) value = bound(run.evaluation, *input, element.type, element.where);
      break;
    case Kind::Decision:
      return value_of_decision(run, index);
    case Kind::BusinessKnowledgeModel:
    case Kind::DecisionService:
      value = Value::function(new (run.evaluation.memory().allocate(sizeof(InvocableFunction)))
                                  InvocableFunction(run, element));
      break;
  }
  run.values[place] = value;
  run.states[place] = 2;
  return value;
}

struct Decider::State {
  State(std::shared_ptr<const DecisionModel> of, const feel::Budget& budget)
      : model(std::move(of)), memory(budget.memory_bytes), evaluation(memory, budget, {}) {}
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
  const auto found = compiled.find(decision);
  if (!found || compiled.elements[*found].kind != Kind::Decision) return unknown_element(compiled, decision, true);
  try {
    Run& run = *make_run(state_->evaluation, compiled, inputs, trace);
    const Tracing tracing(run);
    return value_of(run, *found);
  } catch (const feel::BudgetExceeded& exceeded) {
    return feel::to_problem(exceeded, compiled.elements[*found].where);
  }
}

Result<Value> Decider::invoke(std::string_view name, const Value& arguments, const Value& inputs, Trace* trace) {
  const Compiled& compiled = state_->model->compiled();
  const auto found = compiled.find(name);
  if (!found) return unknown_element(compiled, name, false);
  const CompiledElement& element = compiled.elements[*found];
  if (element.kind != Kind::BusinessKnowledgeModel && element.kind != Kind::DecisionService) {
    return unknown_element(compiled, name, false);
  }
  try {
    Run& run = *make_run(state_->evaluation, compiled, inputs, trace);
    const Tracing tracing(run);
    const AtPlace place(run.evaluation, element.where);
    // What stands for an imported element may be named with its import.
    const Given given(compiled, memory(), arguments);
    std::vector<Value> values;
    for (std::size_t i = 0; i < element.parameters.size(); ++i) {
      const Value* argument = arguments.is(feel::Kind::Context) ? arguments.entry(element.parameters[i].name) : nullptr;
      if (argument == nullptr && i < element.parameter_elements.size())
        argument = given.values()[element.parameter_elements[i]];
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
