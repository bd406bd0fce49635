#include "feel/impl/range_literal.h"

#include "base/text.h"
#include "feel/expression.h"

namespace guildhall::feel {
namespace {

// A literal, or a conversion function of one: date("2020-01-01").
bool is_endpoint(const Node& node) {
  if (node.op == Op::Constant) return node.constant.null() ? false : !node.constant.is(Kind::Boolean);
  if (!node.folded || node.children.empty()) return false;
  if (node.op == Op::Negate) return node.children[0]->op == Op::Constant;
  const auto is_conversion = [&](std::string_view name) { return node.iterators[0].from->name == name; };
  return node.op == Op::BuiltinCall && node.children[0]->op == Op::Constant && node.iterators.size() == 2 &&
         (is_conversion("date") || is_conversion("time") || is_conversion("date and time") ||
          is_conversion("duration"));
}

std::optional<Value> endpoint(Memory& memory, std::string_view text) {
  if (text.empty()) return Value();  // Left out: open.
  const auto compiled = Expression::compile(text, Scope());
  if (!compiled.ok() || !is_endpoint((*compiled)->root())) return std::nullopt;
  return copy((*compiled)->root().constant, memory);
}

// Where ".." stands outside strings.
std::size_t dots(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && text.substr(at, 2) == "..") {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<RangeEnds> parse_range(Memory& memory, std::string_view text) {
  text = trimmed(text);
  if (text.size() < 4 || invalid_utf8_at(text)) return std::nullopt;
  const char open = text.front();
  const char close = text.back();
  if ((open != '[' && open != '(' && open != ']') || (close != ']' && close != ')' && close != '['))
    return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const std::size_t middle = dots(text);
  if (middle == std::string_view::npos) return std::nullopt;
  const auto start = endpoint(memory, trimmed(text.substr(0, middle)));
  const auto end = endpoint(memory, trimmed(text.substr(middle + 2)));
  if (!start || !end) return std::nullopt;
  const RangeEnds ends{*start, *end, open == '[', close == ']'};
  // An end that is left out is not included; a range has at least one.
  if ((start->null() && ends.start_included) || (end->null() && ends.end_included)) return std::nullopt;
  if (start->null() || end->null()) return start->null() && end->null() ? std::nullopt : std::optional(ends);
  // "Endpoints must be of equivalent types […] and must be ordered such that range start <= range end."
  const auto order = compare(*start, *end);
  return order && *order <= 0 ? std::optional(ends) : std::nullopt;
}

}  // namespace guildhall::feel
