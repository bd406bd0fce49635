#include "feel/expression.h"

#include <algorithm>

#include "feel/impl/parser.h"
#include "feel/impl/tokens.h"

namespace guildhall::feel {

void Scope::add(std::string_view name, Type type) {
  variables_.push_back({std::string(name), name_key(name), type});
  // What its entries are called helps where types are lost on the way.
  std::size_t left = 1'000;  // Of types that hold one another many times over, no more.
  const auto remember = [&](const auto& self, const Type& of, int depth) -> void {
    if (depth > 8) return;
    if (of.base() == Type::Base::List) self(self, of.item(), depth + 1);
    for (const auto& [member, member_type] : of.members()) {
      if (left == 0) return;
      --left;
      add_member(member);
      self(self, member_type, depth + 1);
    }
  };
  remember(remember, variables_.back().type, 0);
}

Scope::Names& Scope::own_names() {
  if (names_.use_count() > 1) names_ = std::make_shared<Names>(*names_);
  return *names_;
}

void Scope::add_type(std::string_view name, Type type) {
  own_names().types.insert_or_assign(name_key(name), std::move(type));
}

void Scope::add_member(std::string_view name) {
  std::string key = name_key(name);
  if (!names_->members.contains(key)) own_names().members.emplace(std::move(key), name);
}

const Type* Scope::type(std::string_view key) const {
  const auto found = names_->types.find(std::string(key));
  return found == names_->types.end() ? nullptr : &found->second;
}

const std::string* Scope::member(std::string_view key) const {
  const auto found = names_->members.find(std::string(key));
  return found == names_->members.end() ? nullptr : &found->second;
}

Expression::Expression() = default;
Expression::~Expression() = default;

Result<std::shared_ptr<const Expression>> Expression::compile(std::string_view text, const Scope& scope, Form form,
                                                              std::string where, Around around) {
  const std::shared_ptr<Expression> expression(new Expression());
  expression->text_.append(around.before).append(text).append(around.after);
  expression->before_ = around.before.size();
  expression->where_ = std::move(where);
  expression->form_ = form;
  Parser parser(*expression, scope);
  TRY(parser.read(form));
  return std::shared_ptr<const Expression>(expression);
}

std::string Expression::place(const Node& node) const {
  const std::string_view before =
      std::string_view(text_).substr(before_, std::max<std::size_t>(node.begin, before_) - before_);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before_ + (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1);
  std::size_t character = 1;
  for (std::size_t at = line_begin; at < node.begin; ++character) at += character_at(text_, at).bytes;
  std::string place = where_.empty() ? "" : where_ + ", ";
  if (line > 1) place += "line " + std::to_string(line) + ", ";
  place += "character " + std::to_string(character);
  std::string_view part = std::string_view(text_).substr(node.begin, node.end > node.begin ? node.end - node.begin : 0);
  if (!part.empty()) {
    constexpr std::size_t kMaxPart = 60;
    std::size_t size = std::min(part.size(), kMaxPart);
    while (size < part.size() && (static_cast<unsigned char>(part[size]) & 0xC0) == 0x80) ++size;
    place += " (‘" + std::string(part.substr(0, size)) + (size < part.size() ? "…" : "") + "’)";
  }
  return place;
}

Result<Value> Expression::evaluate(Evaluation& evaluation, std::span<const Value> variables) const {
  try {
    return run(evaluation, variables);
  } catch (const BudgetExceeded& exceeded) {
    return to_problem(exceeded, where_);
  }
}

Result<Value> Expression::test(Evaluation& evaluation, std::span<const Value> variables, const Value& input) const {
  try {
    return run_test(evaluation, variables, input);
  } catch (const BudgetExceeded& exceeded) {
    return to_problem(exceeded, where_);
  }
}

Problem to_problem(const BudgetExceeded& exceeded, std::string where) {
  return {exceeded.what, std::move(where), exceeded.remedy};
}

}  // namespace guildhall::feel
