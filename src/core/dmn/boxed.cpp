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
  NullBoxed(const char* why, std::string where) : why_(why), where_(std::move(where)) {}
  Value evaluate(Run& run, Value*) const override { return null_at(run.evaluation, where_, why_); }

 private:
  const char* why_;
  std::string where_;
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
    std::string where;
  };
  std::vector<Part> parts;
  BoxedPointer result;  // nullptr: the context itself.

  Value evaluate(Run& run, Value* frame) const override {
    auto* entries = run.evaluation.memory().array<feel::Entry>(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      const Value value = bound(run.evaluation, part.value->evaluate(run, frame), part.type, part.where);
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
    std::string where;
  };
  std::vector<Column> columns;
  std::vector<BoxedPointer> cells;  // Row by row.
  Value evaluate(Run& run, Value* frame) const override {
    const std::size_t rows = columns.empty() ? 0 : cells.size() / columns.size();
    Value* values = run.evaluation.memory().array<Value>(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      auto* entries = run.evaluation.memory().array<feel::Entry>(columns.size());
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const Column& column = columns[i];
        const Value value = cells[row * columns.size() + i]->evaluate(run, frame);
        new (&entries[i]) feel::Entry{column.name, bound(run.evaluation, value, column.type, column.where)};
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
  std::uint32_t depth = 0;     // Of the body.
  BoxedPointer body;

  class Closure final : public feel::Function {
   public:
    Closure(const FunctionBoxed& boxed, Run& run, const Value* captured)
        : boxed_(boxed), run_(run), captured_(captured) {}
    std::span<const feel::Parameter> parameters() const override { return boxed_.parameters; }
    Value apply(feel::Evaluation& evaluation, std::span<const Value> arguments) const override {
      const Deeper deeper(evaluation, boxed_.depth);
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
    std::string key;
    Type type;
    BoxedPointer value;  // nullptr: null.
    std::string where;
  };
  std::vector<Argument> arguments;
  std::string where;
  // Of a built-in function, whose signature the names choose: the invocation as FEEL writes it, with the arguments in
  // frame[slot] and after.
  BoxedPointer as_text;
  std::size_t slot = 0;

  Value evaluate(Run& run, Value* frame) const override {
    const auto given = [&](const Argument& argument) {
      if (!argument.value) return Value();
      return bound(run.evaluation, argument.value->evaluate(run, frame), argument.type, argument.where);
    };
    if (as_text) {
      for (std::size_t i = 0; i < arguments.size(); ++i) frame[slot + i] = given(arguments[i]);
      return as_text->evaluate(run, frame);
    }
    const Value callee = called->evaluate(run, frame);
    if (!callee.is(Kind::Function))
      return null_at(run.evaluation, where, "Only functions can be invoked, not {1}", callee);
    const auto parameters = callee.function().parameters();
    Value* values = run.evaluation.memory().array<Value>(parameters.size());
    std::fill_n(values, parameters.size(), Value());
    for (const Argument& argument : arguments) {
      std::size_t p = 0;
      while (p < parameters.size() && parameters[p].name != argument.name &&
             feel::name_key(parameters[p].name) != argument.key) {
        ++p;
      }
      if (p == parameters.size())
        return null_at(run.evaluation, argument.where, "The invoked function has no parameter of this name");
      values[p] = given(argument);
    }
    const AtPlace place(run.evaluation, where);
    return run.evaluation.call(callee.function(), {values, parameters.size()});
  }
};

class ConditionalBoxed final : public Boxed {
 public:
  BoxedPointer condition;
  BoxedPointer then_part;
  BoxedPointer else_part;
  std::string where;
  Value evaluate(Run& run, Value* frame) const override {
    const Value holds = condition->evaluate(run, frame);
    if (!holds.is(Kind::Boolean) && !holds.null())
      return null_at(run.evaluation, where, "The condition is {1}: neither true nor false", holds);
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
  std::string where;

  Value evaluate(Run& run, Value* frame) const override {
    const Value list = in->evaluate(run, frame);
    const std::span<const Value> items = list.is(Kind::List) ? list.list() : std::span<const Value>(&list, 1);
    if (literal) {
      frame[slot] = list;
      const Value kept = literal->evaluate(run, frame);
      // A number would be a position; in a box it is an error (10.2.1.9).
      const bool an_item = kept.is(Kind::List) && std::any_of(items.begin(), items.end(), [&](const Value& item) {
                             return item.is(Kind::List) && item.list().data() == kept.list().data();
                           });
      if (kept.null() || (kept.is(Kind::List) && !an_item)) return kept;
      return null_at(run.evaluation, where, "The filter is a position, but must be true or false for each item");
    }
    if (list.null()) return null_at(run.evaluation, where, "null can't be filtered");
    Value* kept = run.evaluation.memory().array<Value>(items.size());
    std::size_t count = 0;
    for (const Value& item : items) {
      run.evaluation.step();
      frame[slot] = item;
      for (const auto& [name, place] : members) {
        const Value* entry = item.is(Kind::Context) ? item.entry(name) : nullptr;
        frame[place] = entry == nullptr ? Value() : *entry;
      }
      const Value holds = match->evaluate(run, frame);
      if (!holds.is(Kind::Boolean) && !holds.null())
        return null_at(run.evaluation, where, "The filter is {1}: neither true nor false", holds);
      if (holds.is_true()) kept[count++] = item;
    }
    return Value::list({kept, count});
  }
};

class ForBoxed final : public Boxed {
 public:
  enum class What : std::uint8_t { For, Some, Every };
  What what = What::For;
  BoxedPointer in;
  BoxedPointer in_range;  // Where `in` is not a literal: what is in frame[slot], as a list.
  std::size_t slot = 0;   // The item; and for a loop, the results so far in the next.
  BoxedPointer body;
  std::string where;

  Value evaluate(Run& run, Value* frame) const override {
    Value list = in->evaluate(run, frame);
    if (list.is(Kind::Range) && in_range) {
      frame[slot] = list;
      list = in_range->evaluate(run, frame);
    }
    if (list.null()) return null_at(run.evaluation, where, "There is no list to go through");
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
        return null_at(run.evaluation, where, "The condition is {1}: neither true nor false", holds);
      decided = decided || (holds.is(Kind::Boolean) && holds.boolean() == (what == What::Some));
      unknown = unknown || holds.null();
    }
    if (decided) return Value::boolean(what == What::Some);
    if (unknown) return null_at(run.evaluation, where, "For some item the condition is neither true nor false");
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
    auto compiled = compiler_.text(literal.text, scope_, feel::Expression::Form::Expression, here("expression"));
    if (!compiled) return nothing("The expression can't be read", here("expression"));
    return std::make_unique<LiteralBoxed>(std::move(compiled), scope_.variables().size());
  }

  BoxedPointer operator()(const DecisionTable& table) {
    std::vector<Type::Member> names;
    for (const OutputClause& output : table.outputs) {
      if (table.outputs.size() == 1) break;
      if (is_member(names, output.name)) return twice("The table has two outputs named ‘" + output.name + "’.");
      names.emplace_back(output.name, Type());
    }
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
      const std::string& name = entry.variable->name;
      std::string entry_where = where_ + ", entry ‘" + name + "’";
      if (is_member(members, name)) return twice("The context has two entries named ‘" + name + "’.");
      Type type = compiler_.resolve(entry.variable->type, entry_where, entry.variable->place);
      BoxedPointer value = compiler_.compile(entry.expression, scope, entry_where);
      // The typeRef of a function's variable may be that of what it gives.
      const bool function = std::holds_alternative<FunctionDefinition>(entry.expression.form);
      if (function) type = Type();
      const Type known = type.any() ? value->type : type;
      members.emplace_back(name, known);
      made->parts.push_back(
          {name, std::move(type), scope.variables().size(), std::move(value), std::move(entry_where)});
      scope.add(name, known);
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
      std::string column_where = where_ + ", column ‘" + column.name + "’";
      if (is_member(members, column.name)) return twice("The relation has two columns named ‘" + column.name + "’.");
      Type type = compiler_.resolve(column.type, column_where, column.place);
      members.emplace_back(column.name, type);
      made->columns.push_back({column.name, std::move(type), std::move(column_where)});
    }
    for (const auto& row : relation.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        made->cells.push_back(compiler_.compile(row[i], scope_, made->columns[i].where));
      }
    }
    made->type = Type::list_of(Type::context_of(std::move(members)));
    return made;
  }

  BoxedPointer operator()(const FunctionDefinition& function) {
    auto made = std::make_unique<FunctionBoxed>();
    if (function.kind != FunctionDefinition::Kind::Feel) {
      compiler_.findings().push_back(
          {"Functions outside FEEL (Java, PMML) are not run here.", here("function"), "Write the function in FEEL."});
      return nothing("Functions outside FEEL (Java, PMML) are not run here", here("function"));
    }
    if (!function.body) return nothing("The function has no body", here("function"));
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
    made->depth = inside.depth();
    made->type = Type::function_of(std::move(types), made->body->type);
    return made;
  }

  BoxedPointer operator()(const Invocation& invocation) {
    auto made = std::make_unique<InvocationBoxed>();
    made->where = here("invocation");
    made->called = compiler_.compile(*invocation.called, scope_, where_);
    for (const Binding& binding : invocation.bindings) {
      const std::string& name = binding.parameter.name;
      std::string where = where_ + ", binding ‘" + name + "’";
      Type type = compiler_.resolve(binding.parameter.type, where, binding.parameter.place);
      BoxedPointer value;
      if (binding.expression) value = compiler_.compile(*binding.expression, scope_, where);
      made->arguments.push_back({name, feel::name_key(name), std::move(type), std::move(value), std::move(where)});
    }
    if (made->called->type.base() == Type::Base::Function) made->type = made->called->type.result();
    if (const auto* literal = std::get_if<LiteralExpression>(&invocation.called->form)) write_out(*made, *literal);
    return made;
  }

  BoxedPointer operator()(const Conditional& conditional) {
    auto made = std::make_unique<ConditionalBoxed>();
    made->where = here("conditional");
    made->condition = compiler_.compile(*conditional.condition, scope_, where_);
    made->then_part = compiler_.compile(*conditional.then_part, scope_, where_);
    made->else_part = compiler_.compile(*conditional.else_part, scope_, where_);
    if (made->then_part->type.equivalent_to(made->else_part->type)) made->type = made->then_part->type;
    return made;
  }

  BoxedPointer operator()(const Filter& filter) {
    auto made = std::make_unique<FilterBoxed>();
    made->where = here("filter");
    made->in = compiler_.compile(*filter.in, scope_, where_);
    const Type item = made->in->type.base() == Type::Base::List ? made->in->type.item() : made->in->type;
    made->type = Type::list_of(item);
    feel::Scope scope = scope_;
    made->slot = scope.variables().size();
    if (const auto* literal = std::get_if<LiteralExpression>(&filter.match->form)) {
      scope.add("filtered items", made->in->type);
      compiler_.need_frame(scope.variables().size());
      const std::string where = element_place(*filter.match, where_, "match");
      auto compiled =
          compiler_.text(literal->text, scope, feel::Expression::Form::Expression, where, {"filtered items[", "\n]"});
      // Only what stands in the brackets: not "a] + [b".
      const feel::Node* root = compiled ? &compiled->root() : nullptr;
      if (root == nullptr || root->op != feel::Op::Filter || root->children[0]->op != feel::Op::Variable)
        return nothing("The filter can't be read", where);
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
    made->where = here("for");
    feel::Scope scope = iterated(*made, *loop.in, loop.iterator_variable, loop.in_type);
    scope.add("partial", Type::list_of({}));
    made->body = compiler_.compile(*loop.result, scope, where_);
    made->type = Type::list_of(made->body->type);
    return made;
  }

  BoxedPointer operator()(const Quantified& quantified) {
    auto made = std::make_unique<ForBoxed>();
    const bool some = quantified.kind == Quantified::Kind::Some;
    made->what = some ? ForBoxed::What::Some : ForBoxed::What::Every;
    made->where = here(some ? "some" : "every");
    const feel::Scope scope = iterated(*made, *quantified.in, quantified.iterator_variable, quantified.in_type);
    made->body = compiler_.compile(*quantified.satisfies, scope, where_);
    made->type = Type::Base::Boolean;
    return made;
  }

 private:
  std::string here(std::string_view kind) const { return element_place(expression_, where_, kind); }

  static BoxedPointer nothing(const char* why, std::string where) {
    return std::make_unique<NullBoxed>(why, std::move(where));
  }

  static bool is_member(const std::vector<Type::Member>& members, const std::string& name) {
    return std::any_of(members.begin(), members.end(), [&](const Type::Member& each) { return each.first == name; });
  }

  // 10.2.1.4: names are distinct within a context.
  BoxedPointer twice(std::string what) {
    compiler_.findings().push_back({std::move(what), where_, "Give one of them another name."});
    return nothing("Two entries of a context have the same name", where_);
  }

  // A built-in function has several signatures, and the names of the arguments choose one: as in f(a: 1, b: 2).
  void write_out(InvocationBoxed& made, const LiteralExpression& called) {
    const auto function = feel::Expression::compile(called.text.text, scope_);
    if (!function.ok() || (*function)->root().op != feel::Op::BuiltinName || made.arguments.empty()) return;
    feel::Scope scope = scope_;
    made.slot = scope.variables().size();
    std::string arguments;
    for (const InvocationBoxed::Argument& argument : made.arguments) {
      const std::string variable = "bound argument " + std::to_string(scope.variables().size());
      arguments += (arguments.empty() ? "\n(" : ", ") + argument.name + ": " + variable;
      scope.add(variable, argument.type.any() && argument.value ? argument.value->type : argument.type);
    }
    compiler_.need_frame(scope.variables().size());
    auto compiled =
        compiler_.text(called.text, scope, feel::Expression::Form::Expression, made.where, {"", arguments + ")"});
    if (!compiled) {
      made.as_text = nothing("The function doesn't take these arguments", made.where);
      return;
    }
    made.as_text = std::make_unique<LiteralBoxed>(std::move(compiled), scope.variables().size());
    made.type = made.as_text->type;
  }

  // What is iterated over, as a list: a literal may be a range, "1..10", or be written as one.
  feel::Scope iterated(ForBoxed& made, const Expression& in, const std::string& variable, const TypeRef& in_type) {
    const feel::Expression::Around as_loop{"for item in ", "\n return item"};
    feel::Scope scope = scope_;
    made.slot = scope.variables().size();
    if (const auto* literal = std::get_if<LiteralExpression>(&in.form)) {
      const std::string where = element_place(in, where_, "in");
      auto compiled = compiler_.text(literal->text, scope_, feel::Expression::Form::Expression, where, as_loop);
      const feel::Node* root = compiled ? &compiled->root() : nullptr;
      if (root != nullptr && root->op == feel::Op::For && root->iterators.size() == 1) {
        made.in = std::make_unique<LiteralBoxed>(std::move(compiled), scope_.variables().size());
      } else {
        made.in = nothing("The list to go through can't be read", where);
      }
    } else {
      made.in = compiler_.compile(in, scope_, where_);
      scope.add("iterated range");
      made.in_range = std::make_unique<LiteralBoxed>(
          feel::Expression::compile("for item in iterated range return item", scope).value(), made.slot + 1);
      scope = scope_;
    }
    const Type declared = compiler_.resolve(in_type, where_, in.place);
    const Type& type = declared.any() ? made.in->type : declared;
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
  deepest_ = std::max(deepest_, ++depth_);
  BoxedPointer made = std::visit(Form(*this, expression, scope, where), expression.form);
  --depth_;
  return made;
}

ExpressionPointer BoxedCompiler::text(const Text& text, const feel::Scope& scope, feel::Expression::Form form,
                                      const std::string& where, feel::Expression::Around around) {
  auto compiled = feel::Expression::compile(text.text, scope, form, where, around);
  const Problems& problems = compiled.ok() ? (*compiled)->findings() : compiled.problems();
  findings().insert(findings().end(), problems.begin(), problems.end());
  return compiled.ok() ? *compiled : nullptr;
}

Value null_at(feel::Evaluation& evaluation, const std::string& where, const char* what, const Value& first,
              const Value& second) {
  const AtPlace place(evaluation, where);
  return evaluation.null(what, first, second);
}

Value bound(feel::Evaluation& evaluation, const Value& value, const Type& type, const std::string& where) {
  if (value.null() || type.any() || type.holds_every(value.kind())) return value;
  const auto converted = evaluation.converted(value, type);
  if (converted && (converted->null() || evaluation.allows(type, *converted))) return *converted;
  const AtPlace place(evaluation, where);
  const Value name = Value::string(evaluation.memory(), type.text());
  return evaluation.null(converted ? "{1} was given, which is not among the values that {name} allows"
                                   : "{1} was given where a value of the type {name} is needed",
                         value, name);
}

}  // namespace guildhall::dmn
