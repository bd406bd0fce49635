#include <string>

#include "feel/expression.h"
#include "feel/impl/tokens.h"

namespace guildhall::feel {
namespace {

// How tightly an expression binds: an operand that binds less than its place asks for is put in parentheses.
enum Level : int { kWhole, kOr, kAnd, kComparison, kAdditive, kMultiplicative, kPower, kNegation, kInstance, kPostfix };

Level level_of(const Node& node) {
  switch (node.op) {
    case Op::Or:
      return kOr;
    case Op::And:
      return kAnd;
    case Op::Equal:
    case Op::NotEqual:
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual:
    case Op::Between:
    case Op::In:
      return kComparison;
    case Op::Add:
    case Op::Subtract:
      return kAdditive;
    case Op::Multiply:
    case Op::Divide:
      return kMultiplicative;
    case Op::Power:
      return kPower;
    case Op::Negate:
      return kNegation;
    case Op::InstanceOf:
      return kInstance;
    case Op::For:
    case Op::Some:
    case Op::Every:
    case Op::If:
    case Op::FunctionLiteral:
    case Op::TestEqual:
    case Op::TestNotEqual:
      return kWhole;
    case Op::Range:
      return node.children[0] == nullptr || node.children[1] == nullptr ? kWhole : kPostfix;
    default:
      return kPostfix;
  }
}

std::string_view sign_of(Op op) {
  switch (op) {
    case Op::Or:
      return " or ";
    case Op::And:
      return " and ";
    case Op::Equal:
      return " = ";
    case Op::NotEqual:
      return " != ";
    case Op::Less:
      return " < ";
    case Op::LessEqual:
      return " <= ";
    case Op::Greater:
      return " > ";
    case Op::GreaterEqual:
      return " >= ";
    case Op::Add:
      return " + ";
    case Op::Subtract:
      return " - ";
    case Op::Multiply:
      return " * ";
    case Op::Divide:
      return " / ";
    default:
      return " ** ";
  }
}

std::string quoted(std::string_view text) {
  return to_text(Value::string(text), std::string::npos);
}

// 1e3 and 1000 are equal, but 1e3 * 0.1 is 1e2 and 1000 * 0.1 is 100.0.
std::string number(const Decimal& value) {
  std::string digits = value.text();
  const int zeros = -value.scale();
  if (zeros <= 0) return digits;
  if (!value.zero()) digits.resize(digits.size() - static_cast<std::size_t>(zeros));
  return digits + "e" + std::to_string(zeros);
}

class Printer {
 public:
  std::string text;

  void put(const Node& node, Level least) {
    const bool parentheses = node.parenthesised || level_of(node) < least;
    if (parentheses) text += '(';
    put(node);
    if (parentheses) text += ')';
  }

 private:
  void put(const Node& node) {
    switch (node.op) {
      case Op::Constant:
        return constant(node);
      case Op::Variable:
      case Op::Local:
      case Op::Captured:
      case Op::ItemMember:
      case Op::Unknown:
      case Op::BuiltinName:
        text += node.name;
        return;
      case Op::Path:
        put(*node.children[0], kPostfix);
        text += '.';
        text += node.name;
        return;
      case Op::Filter:
        put(*node.children[0], kPostfix);
        text += '[';
        put(*node.children[1], kWhole);
        text += ']';
        return;
      case Op::Call:
      case Op::BadCall:
        put(*node.children[0], kPostfix);
        text += '(';
        for (std::size_t i = 1; i < node.children.size(); ++i) {
          if (i > 1) text += ", ";
          if (!node.names.empty()) text += std::string(node.names[i - 1]) + ": ";
          put(*node.children[i], kWhole);
        }
        text += ')';
        return;
      case Op::BuiltinCall:
        put(*node.iterators[0].from, kPostfix);
        text += '(';
        for (std::size_t i = 1; i < node.iterators.size(); ++i) {
          if (i > 1) text += ", ";
          if (!node.iterators[i].name.empty()) text += std::string(node.iterators[i].name) + ": ";
          put(*node.iterators[i].from, kWhole);
        }
        text += ')';
        return;
      case Op::FunctionLiteral:
        text += "function(";
        for (std::size_t i = 0; i < node.function->parameters.size(); ++i) {
          const Parameter& parameter = node.function->parameters[i];
          if (i > 0) text += ", ";
          text += parameter.name;
          if (const auto type = node.function->types_written[i]; !type.empty()) text += ": " + std::string(type);
        }
        text += node.function->external ? ") external " : ") ";
        put(*node.function->body, kWhole);
        return;
      case Op::For:
        text += "for ";
        iterators(node);
        text += " return ";
        put(*node.children[0], kWhole);
        return;
      case Op::Some:
      case Op::Every:
        text += node.op == Op::Some ? "some " : "every ";
        iterators(node);
        text += " satisfies ";
        put(*node.children[0], kWhole);
        return;
      case Op::If:
        text += "if ";
        put(*node.children[0], kWhole);
        text += " then ";
        put(*node.children[1], kWhole);
        text += " else ";
        put(*node.children[2], kWhole);
        return;
      case Op::Between:
        put(*node.children[0], kComparison);
        text += " between ";
        put(*node.children[1], kAdditive);
        text += " and ";
        put(*node.children[2], kAdditive);
        return;
      case Op::In:
        put(*node.children[0], kComparison);
        text += " in (";
        series(node, 1);
        text += ')';
        return;
      case Op::InstanceOf:
        put(*node.children[0], kInstance);
        text += " instance of ";
        text += node.name;
        return;
      case Op::Negate: {
        text += '-';
        const std::size_t begin = text.size();
        put(*node.children[0], kNegation);
        // -1 is a number, - 1 the negation of one.
        if (text[begin] == '.' || (text[begin] >= '0' && text[begin] <= '9')) text.insert(begin, " ");
        return;
      }
      case Op::List:
        text += '[';
        series(node, 0);
        text += ']';
        return;
      case Op::Context:
        text += '{';
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          if (i > 0) text += ", ";
          text += print_key(node.names[i]) + ": ";
          put(*node.children[i], kWhole);
        }
        text += '}';
        return;
      case Op::Range:
        return range(node);
      case Op::TestEqual:
      case Op::TestNotEqual:
        text += node.op == Op::TestEqual ? "= " : "!= ";
        put(*node.children[0], kAdditive);
        return;
      case Op::Tests: {
        if (node.negated) text += "not(";
        const std::size_t begin = text.size();
        series(node, 0);
        if (node.negated) text += ')';
        // A single call of not() would be read as the negation of tests.
        if (!node.negated && node.children.size() == 1 && text.compare(begin, 4, "not(") == 0) {
          text.insert(begin, "(");
          text += ')';
        }
        return;
      }
      case Op::AnyTest:
        text += '-';
        return;
      case Op::Or:
      case Op::And:
      case Op::Equal:
      case Op::NotEqual:
      case Op::Less:
      case Op::LessEqual:
      case Op::Greater:
      case Op::GreaterEqual:
      case Op::Add:
      case Op::Subtract:
      case Op::Multiply:
      case Op::Divide:
      case Op::Power: {
        const Level level = level_of(node);
        put(*node.children[0], level);
        text += sign_of(node.op);
        put(*node.children[1], static_cast<Level>(level + 1));
        return;
      }
    }
  }

  void constant(const Node& node) {
    const Value& value = node.constant;
    if (!node.name.empty()) {
      text += "@" + quoted(node.name);
    } else if (value.is(Kind::String)) {
      text += quoted(value.string());
    } else if (value.is(Kind::Number)) {
      text += number(value.number());
    } else {
      text += value.null() ? "null" : value.is_true() ? "true" : "false";
    }
  }

  void range(const Node& node) {
    if (node.children[0] == nullptr || node.children[1] == nullptr) {
      const bool upper = node.children[0] == nullptr;
      text += upper ? (node.end_included ? "<= " : "< ") : (node.start_included ? ">= " : "> ");
      put(*node.children[upper ? 1 : 0], kAdditive);
      return;
    }
    text += node.start_included ? '[' : '(';
    put(*node.children[0], kWhole);
    text += "..";
    put(*node.children[1], kWhole);
    text += node.end_included ? ']' : ')';
  }

  void series(const Node& node, std::size_t first) {
    for (std::size_t i = first; i < node.children.size(); ++i) {
      if (i > first) text += ", ";
      put(*node.children[i], kWhole);
    }
  }

  void iterators(const Node& node) {
    for (std::size_t i = 0; i < node.iterators.size(); ++i) {
      const Iterator& iterator = node.iterators[i];
      if (i > 0) text += ", ";
      text += std::string(iterator.name) + " in ";
      put(*iterator.from, kWhole);
      if (iterator.to != nullptr) {
        text += "..";
        put(*iterator.to, kWhole);
      }
    }
  }
};

}  // namespace

std::string print(const Node& node) {
  Printer printer;
  printer.put(node, kWhole);
  return std::move(printer.text);
}

std::string print_key(std::string_view name) {
  std::size_t at = 0;
  bool plain = true;
  for (bool first = true;; first = false) {
    const std::string_view token = next_name_token(name, at, first);
    if (token.empty()) {
      plain = plain && !first && at == name.size();
      break;
    }
    plain = plain && is_name_part(character_at(token, 0).code) && !(first && is_keyword(token));
  }
  // Words with one space between each; anything else is quoted.
  return plain && name == name_key(name) ? std::string(name) : quoted(name);
}

}  // namespace guildhall::feel
