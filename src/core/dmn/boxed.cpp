// Boxed expressions: what each means as FEEL. Source: DMN 1.5, 10.2.1.

#include <algorithm>

#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using feel::Kind;

std::string element_place(const Element& element, const std::string& where, std::string_view kind) {
  std::string place = where + ", " + std::string(kind);
  if (!element.label.empty()) place += " ‘" + element.label + "’";
  if (!element.id.empty()) place += " (" + element.id + ")";
  return place;
}

class NullBoxed final : public Boxed {
 public:
  explicit NullBoxed(const char* why) : why_(why) {}
  Value evaluate(Run& run, Value*) const override { return run.evaluation.null(why_); }

 private:
  const char* why_;
};

class LiteralBoxed final : public Boxed {
 public:
  LiteralBoxed(ExpressionPointer expression, std::size_t variables)
      : expression_(std::move(expression)), variables_(variables) {
    type = expression_->type();
  }
  Value evaluate(Run& run, Value* frame) const override {
    return expression_->run(run.evaluation, {frame, variables_});
  }

 private:
  ExpressionPointer expression_;
  std::size_t variables_;
};

class ContextBoxed final : public Boxed {
 public:
  struct Part {
    std::string name;
    Type type;
    std::size_t slot;
    BoxedPointer value;
  };
  std::vector<Part> parts;
  BoxedPointer result;  // nullptr: the context itself.

  Value evaluate(Run& run, Value* frame) const override {
    auto* entries = run.evaluation.memory().array<feel::Entry>(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      const Value value = bind(run.evaluation, part.value->evaluate(run, frame), part.type);
      frame[part.slot] = value;
      new (&entries[i]) feel::Entry{part.name, value};
      if (run.element != nullptr && !value.is(Kind::Function) && run.trace->keep())
        run.element->parts.push_back({part.name, value});
    }
    return result ? result->evaluate(run, frame) : Value::context({entries, parts.size()});
  }
};

class ListBoxed final : public Boxed {
 public:
  std::vector<BoxedPointer> items;
  Value evaluate(Run& run, Value* frame) const override {
    Value* values = run.evaluation.memory().array<Value>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) values[i] = items[i]->evaluate(run, frame);
    return Value::list({values, items.size()});
  }
};

class RelationBoxed final : public Boxed {
 public:
  struct Column {
    std::string name;
    Type type;
  };
  std::vector<Column> columns;
  std::vector<BoxedPointer> cells;  // Row by row.
  Value evaluate(Run& run, Value* frame) const override {
    const std::size_t rows = columns.empty() ? 0 : cells.size() / columns.size();
    Value* values = run.evaluation.memory().array<Value>(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      auto* entries = run.evaluation.memory().array<feel::Entry>(columns.size());
      for (std::size_t column = 0; column < columns.size(); ++column) {
        const Value value = cells[row * columns.size() + column]->evaluate(run, frame);
        new (&entries[column]) feel::Entry{columns[column].name, bind(run.evaluation, value, columns[column].type)};
      }
      values[row] = Value::context({entries, columns.size()});
    }
    return Value::list({values, rows});
  }
};

class FunctionBoxed final : public Boxed {
 public:
  std::vector<std::string> names;
  std::vector<feel::Parameter> parameters;
  std::size_t variables = 0;   // In scope where it is defined.
  std::size_t frame_size = 0;  // Of the body.
  BoxedPointer body;

  class Closure final : public feel::Function {
   public:
    Closure(const FunctionBoxed& boxed, Run& run, const Value* captured)
        : boxed_(boxed), run_(run), captured_(captured) {}
    std::span<const feel::Parameter> parameters() const override { return boxed_.parameters; }
    Value apply(feel::Evaluation& evaluation, std::span<const Value> arguments) const override {
      Value* frame = evaluation.memory().array<Value>(boxed_.frame_size);
      std::fill_n(frame, boxed_.frame_size, Value());
      std::copy_n(captured_, boxed_.variables, frame);
      std::copy(arguments.begin(), arguments.end(), frame + boxed_.variables);
      return boxed_.body->evaluate(run_, frame);
    }

   private:
    const FunctionBoxed& boxed_;
    Run& run_;
    const Value* captured_;
  };

  Value evaluate(Run& run, Value* frame) const override {
    feel::Memory& memory = run.evaluation.memory();
    Value* captured = memory.array<Value>(variables);
    std::copy_n(frame, variables, captured);
    return Value::function(new (memory.allocate(sizeof(Closure))) Closure(*this, run, captured));
  }
};

class InvocationBoxed final : public Boxed {
 public:
  BoxedPointer called;
  struct Argument {
    std::string name;
    Type type;
    BoxedPointer value;  // nullptr: null.
  };
  std::vector<Argument> arguments;
  Value evaluate(Run& run, Value* frame) const override {
    const Value callee = called->evaluate(run, frame);
    if (!callee.is(Kind::Function)) return run.evaluation.null("Only functions can be invoked, not {1}", callee);
    const auto parameters = callee.function().parameters();
    Value* values = run.evaluation.memory().array<Value>(parameters.size());
    std::fill_n(values, parameters.size(), Value());
    for (const Argument& argument : arguments) {
      std::size_t p = 0;
      while (p < parameters.size() && feel::name_key(parameters[p].name) != argument.name) ++p;
      if (p == parameters.size())
        return run.evaluation.null("The invoked function has no parameter of a name that is bound");
      if (argument.value) {
        values[p] = bind(run.evaluation, argument.value->evaluate(run, frame), argument.type);
      }
    }
    return run.evaluation.call(callee.function(), {values, parameters.size()});
  }
};

class ConditionalBoxed final : public Boxed {
 public:
  BoxedPointer condition;
  BoxedPointer then_part;
  BoxedPointer else_part;
  Value evaluate(Run& run, Value* frame) const override {
    const Value holds = condition->evaluate(run, frame);
    if (!holds.is(Kind::Boolean) && !holds.null())
      return run.evaluation.null("The condition is {1}: neither true nor false", holds);
    return (holds.is_true() ? then_part : else_part)->evaluate(run, frame);
  }
};

// The items are in frame[slot]; a literal condition is FEEL's own filter on them.
class FilterBoxed final : public Boxed {
 public:
  BoxedPointer in;
  std::size_t slot = 0;
  BoxedPointer literal;
  BoxedPointer match;
  std::vector<std::pair<std::string, std::size_t>> members;  // Entries of an item that have places in the frame.
  Value evaluate(Run& run, Value* frame) const override {
    const Value list = in->evaluate(run, frame);
    if (literal) {
      frame[slot] = list;
      const Value kept = literal->evaluate(run, frame);
      // A number would be a position; in a box it is an error (10.2.1.9).
      return kept.is(Kind::List) || kept.null() ? kept : run.evaluation.null("A filter is true or false for each item");
    }
    if (list.null()) return run.evaluation.null("null can't be filtered");
    const std::span<const Value> items = list.is(Kind::List) ? list.list() : std::span<const Value>(&list, 1);
    Value* kept = run.evaluation.memory().array<Value>(items.size());
    std::size_t count = 0;
    for (const Value& item : items) {
      run.evaluation.step();
      frame[slot] = item;
      for (const auto& [name, place] : members) {
        const Value* entry = item.is(Kind::Context) ? item.entry(name) : nullptr;
        frame[place] = entry == nullptr ? Value() : *entry;
      }
      if (match->evaluate(run, frame).is_true()) kept[count++] = item;
    }
    return Value::list({kept, count});
  }
};

class ForBoxed final : public Boxed {
 public:
  enum class What : std::uint8_t { For, Some, Every };
  What what = What::For;
  BoxedPointer in;
  std::size_t slot = 0;  // The item; and for a loop, the results so far in the next.
  BoxedPointer body;
  Value evaluate(Run& run, Value* frame) const override {
    const Value list = in->evaluate(run, frame);
    if (list.null()) return run.evaluation.null("An iterator needs a list");
    const std::span<const Value> items = list.is(Kind::List) ? list.list() : std::span<const Value>(&list, 1);
    if (what == What::For) {
      Value* results = run.evaluation.memory().array<Value>(items.size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        run.evaluation.step();
        frame[slot] = items[i];
        frame[slot + 1] = Value::list({results, i});
        results[i] = body->evaluate(run, frame);
      }
      return Value::list({results, items.size()});
    }
    // Unlike in a text, each item's result must be true or false (10.2.1.10).
    bool unknown = false;
    bool decided = false;
    for (const Value& item : items) {
      run.evaluation.step();
      frame[slot] = item;
      const Value holds = body->evaluate(run, frame);
      if (!holds.is(Kind::Boolean) && !holds.null())
        return run.evaluation.null("The condition is {1}: neither true nor false", holds);
      decided = decided || (holds.is(Kind::Boolean) && holds.boolean() == (what == What::Some));
      unknown = unknown || holds.null();
    }
    if (decided) return Value::boolean(what == What::Some);
    if (unknown) return run.evaluation.null("For some item the condition is neither true nor false");
    return Value::boolean(what == What::Every);
  }
};

}  // namespace

// Compiles one form each.
class Form {
 public:
  Form(BoxedCompiler& compiler, const Expression& expression, const feel::Scope& scope, const std::string& where)
      : compiler_(compiler), expression_(expression), scope_(scope), where_(where) {
    compiler_.need_frame(scope.variables().size());
  }

  BoxedPointer operator()(const LiteralExpression& literal) {
    auto compiled = compiler_.text(literal.text, scope_, feel::Expression::Form::Expression,
                                   element_place(expression_, where_, "expression"));
    if (!compiled) return nothing();
    return std::make_unique<LiteralBoxed>(std::move(compiled), scope_.variables().size());
  }

  BoxedPointer operator()(const DecisionTable& table) {
    return compile_table(compiler_, expression_, table, scope_, where_);
  }

  BoxedPointer operator()(const BoxedContext& context) {
    auto made = std::make_unique<ContextBoxed>();
    feel::Scope scope = scope_;
    std::vector<Type::Member> members;
    for (const ContextEntry& entry : context.entries) {
      if (!entry.variable) {
        made->result = compiler_.compile(entry.expression, scope, where_);
        made->type = made->result->type;
        return made;
      }
      const std::string entry_where = where_ + ", entry ‘" + entry.variable->name + "’";
      Type type = compiler_.resolve(entry.variable->type, entry_where, entry.variable->place);
      BoxedPointer value = compiler_.compile(entry.expression, scope, entry_where);
      // The typeRef of a function's variable may be that of what it gives.
      const bool function = std::holds_alternative<FunctionDefinition>(entry.expression.form);
      if (function) type = Type();
      const Type known = type.any() ? value->type : type;
      members.emplace_back(entry.variable->name, known);
      made->parts.push_back({entry.variable->name, std::move(type), scope.variables().size(), std::move(value)});
      scope.add(entry.variable->name, known);
      compiler_.need_frame(scope.variables().size());
    }
    made->type = Type::context_of(std::move(members));
    return made;
  }

  BoxedPointer operator()(const BoxedList& list) {
    auto made = std::make_unique<ListBoxed>();
    Type item;
    for (const Expression& each : list.items) {
      made->items.push_back(compiler_.compile(each, scope_, where_));
      const Type& found = made->items.back()->type;
      item = made->items.size() == 1 || found.equivalent_to(item) ? found : Type();
    }
    made->type = Type::list_of(item);
    return made;
  }

  BoxedPointer operator()(const Relation& relation) {
    auto made = std::make_unique<RelationBoxed>();
    std::vector<Type::Member> members;
    for (const InformationItem& column : relation.columns) {
      Type type = compiler_.resolve(column.type, where_ + ", column ‘" + column.name + "’", column.place);
      members.emplace_back(column.name, type);
      made->columns.push_back({column.name, std::move(type)});
    }
    for (const auto& row : relation.rows) {
      for (const Expression& cell : row) made->cells.push_back(compiler_.compile(cell, scope_, where_));
    }
    made->type = Type::list_of(Type::context_of(std::move(members)));
    return made;
  }

  BoxedPointer operator()(const FunctionDefinition& function) {
    auto made = std::make_unique<FunctionBoxed>();
    if (function.kind != FunctionDefinition::Kind::Feel) {
      compiler_.findings().push_back({"Functions outside FEEL (Java, PMML) are not run here.",
                                      element_place(expression_, where_, "function"), "Write the function in FEEL."});
      return nothing("Functions outside FEEL (Java, PMML) are not run here");
    }
    if (!function.body) return nothing("The function has no body");
    feel::Scope scope = scope_;
    made->variables = scope.variables().size();
    std::vector<Type> types;
    made->names.reserve(function.parameters.size());
    for (const InformationItem& parameter : function.parameters) {
      Type type = compiler_.resolve(parameter.type, where_ + ", parameter ‘" + parameter.name + "’", parameter.place);
      scope.add(parameter.name, type);
      made->names.push_back(parameter.name);
      types.push_back(type);
      made->parameters.push_back({made->names.back(), std::move(type)});
    }
    BoxedCompiler inside(compiler_.types(), compiler_.compiled());
    made->body = inside.compile(*function.body, scope, where_);
    made->frame_size = inside.frame_size();
    made->type = Type::function_of(std::move(types), made->body->type);
    return made;
  }

  BoxedPointer operator()(const Invocation& invocation) {
    auto made = std::make_unique<InvocationBoxed>();
    made->called = compiler_.compile(*invocation.called, scope_, where_);
    for (const Binding& binding : invocation.bindings) {
      const std::string where = where_ + ", binding ‘" + binding.parameter.name + "’";
      InvocationBoxed::Argument argument{feel::name_key(binding.parameter.name),
                                         compiler_.resolve(binding.parameter.type, where, binding.parameter.place),
                                         nullptr};
      if (binding.expression) argument.value = compiler_.compile(*binding.expression, scope_, where);
      made->arguments.push_back(std::move(argument));
    }
    if (made->called->type.base() == Type::Base::Function) made->type = made->called->type.result();
    return made;
  }

  BoxedPointer operator()(const Conditional& conditional) {
    auto made = std::make_unique<ConditionalBoxed>();
    made->condition = compiler_.compile(*conditional.condition, scope_, where_);
    made->then_part = compiler_.compile(*conditional.then_part, scope_, where_);
    made->else_part = compiler_.compile(*conditional.else_part, scope_, where_);
    if (made->then_part->type.equivalent_to(made->else_part->type)) made->type = made->then_part->type;
    return made;
  }

  BoxedPointer operator()(const Filter& filter) {
    auto made = std::make_unique<FilterBoxed>();
    made->in = compiler_.compile(*filter.in, scope_, where_);
    made->type = made->in->type;
    const Type item = made->in->type.base() == Type::Base::List ? made->in->type.item() : made->in->type;
    feel::Scope scope = scope_;
    made->slot = scope.variables().size();
    if (const auto* literal = std::get_if<LiteralExpression>(&filter.match->form)) {
      scope.add("filtered items", made->in->type);
      compiler_.need_frame(scope.variables().size());
      auto compiled = compiler_.text(literal->text, scope, feel::Expression::Form::Expression,
                                     element_place(*filter.match, where_, "filter"), {"filtered items[", "]"});
      if (!compiled) return nothing();
      made->type = compiled->type();
      made->literal = std::make_unique<LiteralBoxed>(std::move(compiled), scope.variables().size());
      return made;
    }
    scope.add("item", item);
    for (const Type::Member& member : item.members()) {
      made->members.emplace_back(member.first, scope.variables().size());
      scope.add(member.first, member.second);
    }
    made->match = compiler_.compile(*filter.match, scope, where_);
    return made;
  }

  BoxedPointer operator()(const For& loop) {
    auto made = std::make_unique<ForBoxed>();
    feel::Scope scope = iterated(*made, *loop.in, loop.iterator_variable, loop.in_type);
    scope.add("partial", Type::list_of({}));
    made->body = compiler_.compile(*loop.result, scope, where_);
    made->type = Type::list_of(made->body->type);
    return made;
  }

  BoxedPointer operator()(const Quantified& quantified) {
    auto made = std::make_unique<ForBoxed>();
    made->what = quantified.kind == Quantified::Kind::Some ? ForBoxed::What::Some : ForBoxed::What::Every;
    const feel::Scope scope = iterated(*made, *quantified.in, quantified.iterator_variable, quantified.in_type);
    made->body = compiler_.compile(*quantified.satisfies, scope, where_);
    made->type = Type::Base::Boolean;
    return made;
  }

 private:
  static BoxedPointer nothing(const char* why = "The expression can't be read") {
    return std::make_unique<NullBoxed>(why);
  }

  // What is iterated over, as a list: a literal may be a range, "1..10", or be written as one.
  feel::Scope iterated(ForBoxed& made, const Expression& in, const std::string& variable, const TypeRef& in_type) {
    if (const auto* literal = std::get_if<LiteralExpression>(&in.form)) {
      auto compiled = compiler_.text(literal->text, scope_, feel::Expression::Form::Expression,
                                     element_place(in, where_, "in"), {"for item in ", "\n return item"});
      if (compiled) {
        made.in = std::make_unique<LiteralBoxed>(std::move(compiled), scope_.variables().size());
      } else {
        made.in = nothing();
      }
    } else {
      made.in = compiler_.compile(in, scope_, where_);
    }
    const Type declared = compiler_.resolve(in_type, where_, in.place);
    const Type& type = declared.any() ? made.in->type : declared;
    feel::Scope scope = scope_;
    made.slot = scope.variables().size();
    scope.add(variable, type.base() == Type::Base::List ? type.item() : type);
    compiler_.need_frame(scope.variables().size() + 1);
    return scope;
  }

  BoxedCompiler& compiler_;
  const Expression& expression_;
  const feel::Scope& scope_;
  const std::string& where_;
};

BoxedPointer BoxedCompiler::compile(const Expression& expression, const feel::Scope& scope, const std::string& where) {
  need_frame(scope.variables().size());
  return std::visit(Form(*this, expression, scope, where), expression.form);
}

ExpressionPointer BoxedCompiler::text(const Text& text, const feel::Scope& scope, feel::Expression::Form form,
                                      const std::string& where, feel::Expression::Around around) {
  auto compiled = feel::Expression::compile(text.text, scope, form, where, around);
  const Problems& problems = compiled.ok() ? (*compiled)->findings() : compiled.problems();
  findings().insert(findings().end(), problems.begin(), problems.end());
  return compiled.ok() ? *compiled : nullptr;
}

namespace {

// Every value of the type is among those that it allows, and of the types it is made of.
bool allowed(feel::Evaluation& evaluation, const Value& value, const Type& type, int depth = 0) {
  if (value.null() || depth > 100) return true;
  for (const auto& tests : type.allowed()) {
    if (!tests->run_test(evaluation, {}, value).is_true()) return false;
  }
  if (type.base() == Type::Base::List && value.is(Kind::List)) {
    return std::all_of(value.list().begin(), value.list().end(),
                       [&](const Value& item) { return allowed(evaluation, item, type.item(), depth + 1); });
  }
  if (type.base() == Type::Base::Context && value.is(Kind::Context)) {
    return std::all_of(type.members().begin(), type.members().end(), [&](const Type::Member& member) {
      const Value* entry = value.entry(member.first);
      return entry == nullptr || allowed(evaluation, *entry, member.second, depth + 1);
    });
  }
  return true;
}

}  // namespace

Value bind(feel::Evaluation& evaluation, const Value& value, const Type& type) {
  if (type.any() || value.null()) return value;
  Value result = value;
  if (!feel::conforms(value, type)) {
    if (value.is(Kind::List) && value.list().size() == 1 && feel::conforms(value.list()[0], type)) {
      result = value.list()[0];
    } else if (type.base() == Type::Base::List && !value.is(Kind::List) && feel::conforms(value, type.item())) {
      result = Value::list(evaluation.memory(), {&value, 1});
    } else {
      return evaluation.null("{1} is not of the type that its variable has", value);
    }
  }
  return allowed(evaluation, result, type) ? result
                                           : evaluation.null("{1} is not among the values that its type allows", value);
}

}  // namespace guildhall::dmn
