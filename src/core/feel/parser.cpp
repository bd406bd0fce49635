#include "feel/impl/parser.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "feel/impl/tokens.h"

namespace guildhall::feel {
namespace {

constexpr std::uint32_t kMaxNesting = 200;      // Of the text: parentheses, functions in functions.
constexpr std::uint32_t kMaxTreeDepth = 1'000;  // Of the tree: a + b + c + … is as deep as it is long.
constexpr std::size_t kMaxText = 1'000'000;
constexpr std::size_t kMaxNameTokens = 40;
constexpr std::size_t kMaxParameters = 1'000;
constexpr std::size_t kMaxEntries = 10'000;  // Of a context.
constexpr std::size_t kMaxFindings = 100;

using Base = Type::Base;

bool temporal(Base base) {
  return base == Base::Date || base == Base::DateTime || base == Base::Time;
}

bool duration(Base base) {
  return base == Base::DaysDuration || base == Base::MonthsDuration;
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool undecided(Base base) {
  return base == Base::Any;
}

// What e1 op e2 gives by tables 56 to 60, or nothing where it is always null.
std::optional<Type> arithmetic_type(Op op, const Type& left, const Type& right) {
  const Base l = left.base();
  const Base r = right.base();
  if (undecided(l) || undecided(r)) return Type();
  if (l == Base::Number && r == Base::Number) return Type(Base::Number);
  switch (op) {
    case Op::Add:
      if (l == Base::String && r == Base::String) return Type(Base::String);
      if (duration(l) && l == r) return Type(l);
      if (temporal(l) && duration(r) && !(l == Base::Time && r == Base::MonthsDuration)) return Type(l);
      if (duration(l) && temporal(r) && !(r == Base::Time && l == Base::MonthsDuration)) return Type(r);
      return std::nullopt;
    case Op::Subtract:
      if (duration(l) && l == r) return Type(l);
      if (temporal(l) && duration(r) && !(l == Base::Time && r == Base::MonthsDuration)) return Type(l);
      if (l == Base::Time && r == Base::Time) return Type(Base::DaysDuration);
      if (temporal(l) && temporal(r) && l != Base::Time && r != Base::Time) return Type(Base::DaysDuration);
      return std::nullopt;
    case Op::Multiply:
      if (duration(l) && r == Base::Number) return Type(l);
      if (l == Base::Number && duration(r)) return Type(r);
      return std::nullopt;
    case Op::Divide:
      if (duration(l) && r == Base::Number) return Type(l);
      if (duration(l) && l == r) return Type(Base::Number);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool ordered(Base base) {
  return base == Base::Number || base == Base::String || temporal(base) || duration(base);
}

std::string_view sign(Op op) {
  switch (op) {
    case Op::Add:
      return "+";
    case Op::Subtract:
      return "-";
    case Op::Multiply:
      return "*";
    case Op::Divide:
      return "/";
    case Op::Power:
      return "**";
    case Op::Equal:
      return "=";
    case Op::NotEqual:
      return "!=";
    case Op::Less:
      return "<";
    case Op::LessEqual:
      return "<=";
    case Op::Greater:
      return ">";
    default:
      return ">=";
  }
}

// How many letters must change to make one word the other; stops counting above 3.
std::size_t edits(std::string_view a, std::string_view b) {
  if (a.size() > b.size() + 2 || b.size() > a.size() + 2 || a.size() > 60) return 4;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = (a[i - 1] | 0x20) == (b[j - 1] | 0x20);
      const std::size_t best = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1)});
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row.back();
}

}  // namespace

struct Parser::LayerGuard {
  explicit LayerGuard(Parser& parser) : parser_(parser) { parser_.layers_.emplace_back(); }
  ~LayerGuard() { parser_.layers_.pop_back(); }
  LayerGuard(const LayerGuard&) = delete;
  LayerGuard& operator=(const LayerGuard&) = delete;
  Layer& operator*() { return parser_.layers_.back(); }

 private:
  Parser& parser_;
};

struct Parser::DepthGuard {
  explicit DepthGuard(Parser& parser) : parser_(parser) {
    if (++parser_.depth_ > kMaxNesting) {
      --parser_.depth_;
      parser_.fail("The expression is nested too deeply.", "Give its parts names of their own, in a context.");
    }
  }
  ~DepthGuard() { --parser_.depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  Parser& parser_;
};

Parser::Parser(Expression& expression, const Scope& scope)
    : expression_(expression), scope_(scope), text_(expression.text_) {
  layers_.emplace_back();
  const auto& variables = scope.variables();
  for (std::size_t index = 0; index < variables.size(); ++index) {
    layers_[0].add({variables[index].key, variables[index].type, nullptr, static_cast<std::uint32_t>(index)});
  }
  for (const std::string_view property : {"start included", "end included", "time offset"}) {
    members_.emplace(property, property);
  }
}

Result<void> Parser::read(Expression::Form form) {
  if (text_.size() > kMaxText) return Problem{"The expression is too long.", expression_.where_, "Cut it into parts."};
  if (const auto bad = invalid_utf8_at(text_)) {
    return Problem{"The text is not valid UTF-8 at byte " + std::to_string(*bad + 1) + ".", expression_.where_,
                   "Save it as UTF-8."};
  }
  try {
    skip();
    expression_.root_ = form == Expression::Form::UnaryTests ? unary_tests() : this->expression();
    skip();
    if (at_ < text_.size()) {
      const Character next = character_at(text_, at_);
      fail("‘" + std::string(text_.substr(at_, next.bytes)) + "’ is not expected here.",
           peek() == ',' ? "Only tests and lists are separated by commas."
                         : "Check the spelling before it, or whether an operator is missing.");
    }
    expression_.slots_ = whole_.slots;
    return {};
  } catch (const SyntaxError& error) {
    Node place;
    place.begin = static_cast<std::uint32_t>(error.at);
    place.end = place.begin;
    return Problem{error.what, expression_.place(place), error.remedy};
  } catch (const BudgetExceeded&) {  // Its constants fill the memory.
    return Problem{"The expression is too large.", expression_.where_, "Cut it into parts."};
  }
}

// ---- Text

std::size_t Parser::after_space(std::size_t from) const {
  return skip_space(text_, from);
}

bool Parser::take(std::string_view token) {
  skip();
  if (!starts(token)) return false;
  at_ += token.size();
  return true;
}

void Parser::expect(std::string_view token, const char* what) {
  if (take(token)) return;
  std::string found = at_ >= text_.size()
                          ? "the text ends"
                          : "there is ‘" + std::string(text_.substr(at_, character_at(text_, at_).bytes)) + "’";
  fail("‘" + std::string(token) + "’ is missing " + what + ": " + found + ".",
       "Write ‘" + std::string(token) + "’ here, or check what comes before.");
}

std::string_view Parser::word() const {
  std::size_t to = at_;
  if (!is_name_start(character_at(text_, at_).code)) return {};
  while (to < text_.size() && is_name_part(character_at(text_, to).code)) to += character_at(text_, to).bytes;
  return text_.substr(at_, to - at_);
}

bool Parser::take_word(std::string_view keyword) {
  skip();
  if (word() != keyword) return false;
  at_ += keyword.size();
  return true;
}

// As next_name_token(), behind comments too.
std::string_view Parser::name_token(std::size_t& at, bool first) const {
  if (!first) at = after_space(at);
  return next_name_token(text_, at, first);
}

// The text of a name or a type: without comments, and with one space for many.
std::string Parser::plain_text(std::size_t begin, std::size_t end) const {
  std::string text;
  while (begin < end) {
    const std::size_t behind = after_space(begin);
    const std::size_t bytes = character_at(text_, begin).bytes;
    text += behind > begin ? " " : text_.substr(begin, bytes);
    begin = std::max(behind, begin + bytes);
  }
  return squeezed(text);
}

void Parser::fail(std::string what, std::string remedy) const {
  throw SyntaxError{at_, std::move(what), std::move(remedy)};
}

// ---- Nodes

Node* Parser::node(Op op, std::size_t begin, std::vector<Node*> children, Type type) {
  std::uint32_t depth = 1;
  bool question = false;
  for (const Node* child : children) {
    if (child == nullptr) continue;
    depth = std::max(depth, depths_[child] + 1);
    question = question || child->uses_question;
  }
  if (depth > kMaxTreeDepth) {
    fail("The expression has too many parts in one row.", "Use a list with sum(), string join(), all() or any().");
  }
  auto made = std::make_unique<Node>();
  made->op = op;
  made->begin = static_cast<std::uint32_t>(begin);
  made->end = static_cast<std::uint32_t>(at_);
  made->children = std::move(children);
  made->type = std::move(type);
  made->uses_question = question;
  Node* result = made.get();
  depths_[result] = depth;
  expression_.nodes_.push_back(std::move(made));
  return result;
}

Node* Parser::constant(std::size_t begin, const Value& value) {
  Node* made = node(Op::Constant, begin, {}, type_of(value));
  made->constant = value;
  made->folded = true;
  return made;
}

// Computes a node whose children are constants, unless that is null (the reason belongs to each evaluation) or too much.
void Parser::fold(Node* made) {
  for (const Node* child : made->children) {
    if (child != nullptr && !child->folded) return;
  }
  Budget small;
  small.steps = 10'000;
  small.string_bytes = 10'000;
  small.list_length = 10'000;
  Evaluation evaluation(expression_.constants_, small, {});
  try {
    const Value value = evaluate_constant(evaluation, expression_, *made);
    if (value.null()) return;
    made->constant = value;
    made->folded = true;
    if (made->type.any()) made->type = type_of(value);
  } catch (const BudgetExceeded&) {
  }
}

void Parser::note(const Node* at, std::string what, std::string remedy) {
  if (expression_.findings_.size() < kMaxFindings) {
    expression_.findings_.push_back({std::move(what), expression_.place(*at), std::move(remedy)});
  }
}

Node* Parser::binary(Op op, std::size_t begin, Node* left, Node* right) {
  Type result;
  bool never = false;
  const Type& l = left->type;
  const Type& r = right->type;
  switch (op) {
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Divide: {
      const auto found = arithmetic_type(op, l, r);
      never = !found;
      result = found.value_or(Type());
      break;
    }
    case Op::Power:
      never = (!undecided(l.base()) && l.base() != Base::Number) || (!undecided(r.base()) && r.base() != Base::Number);
      result = Base::Number;
      break;
    case Op::Equal:
    case Op::NotEqual:
      never = !undecided(l.base()) && !undecided(r.base()) && l.base() != Base::Null && r.base() != Base::Null &&
              l.base() != r.base() && !(duration(l.base()) && duration(r.base()));  // P0D = P0M
      result = Base::Boolean;
      break;
    default:  // <, <=, >, >=
      never = !undecided(l.base()) && !undecided(r.base()) && (l.base() != r.base() || !ordered(l.base()));
      result = Base::Boolean;
      break;
  }
  Node* made = node(op, begin, {left, right}, result);
  if (never) {  // null = 1 is false: comparing for equality isn't always null.
    const bool equality = op == Op::Equal || op == Op::NotEqual;
    note(made,
         "‘" + std::string(sign(op)) + "’ between " + l.text() + " and " + r.text() +
             (equality ? " compares different kinds of values." : " is always null."),
         "Make both sides the same kind of value.");
  }
  fold(made);
  return made;
}

// ---- Grammar

// Rule 15.
Node* Parser::unary_tests() {
  const std::size_t begin = at_;
  LayerGuard layer(*this);
  const std::uint32_t slot = bind(*layer, "?", {});
  Node* tests = nullptr;
  if (peek() == '-' && after_space(at_ + 1) >= text_.size()) {
    ++at_;
    tests = node(Op::AnyTest, begin);
  } else {
    // not( … ) up to the end of the text is the negation of all of its tests; else it is the function not().
    bool negated = false;
    if (word() == "not") {
      const std::size_t start = at_;
      std::size_t open = after_space(at_ + 3);
      if (open < text_.size() && text_[open] == '(') {
        at_ = open + 1;
        std::vector<Node*> inside{positive_unary_test()};
        while (take(",")) inside.push_back(positive_unary_test());
        if (take(")") && after_space(at_) >= text_.size()) {
          negated = true;
          tests = node(Op::Tests, begin, std::move(inside), Base::Boolean);
        } else {
          at_ = start;
        }
      }
    }
    if (!negated) {
      std::vector<Node*> inside{positive_unary_test()};
      while (take(",")) inside.push_back(positive_unary_test());
      tests = node(Op::Tests, begin, std::move(inside), Base::Boolean);
    }
    tests->negated = negated;
  }
  tests->index = slot;
  return tests;
}

// Rules 7 and 13.
Node* Parser::positive_unary_test() {
  skip();
  return expression();
}

Node* Parser::expression() {
  DepthGuard guard(*this);
  return disjunction();
}

// Rule 47.
Node* Parser::disjunction() {
  skip();
  const std::size_t begin = at_;
  Node* left = conjunction();
  while (take_word("or")) {
    Node* right = conjunction();
    left = node(Op::Or, begin, {left, right}, Base::Boolean);
  }
  return left;
}

// Rule 48.
Node* Parser::conjunction() {
  skip();
  const std::size_t begin = at_;
  Node* left = comparison();
  while (take_word("and")) {
    Node* right = comparison();
    left = node(Op::And, begin, {left, right}, Base::Boolean);
  }
  return left;
}

// Rule 49.
Node* Parser::comparison() {
  skip();
  const std::size_t begin = at_;
  return comparison_from(additive(), begin);
}

Node* Parser::comparison_from(Node* left, std::size_t begin) {
  for (;;) {
    skip();
    if (starts("==")) fail("‘==’ is not an operator here.", "Write = to compare.");
    if (starts("<>")) fail("‘<>’ is not an operator here.", "Write != to compare.");
    if (take("!=")) {
      left = binary(Op::NotEqual, begin, left, additive());
    } else if (take("<=")) {
      left = binary(Op::LessEqual, begin, left, additive());
    } else if (take(">=")) {
      left = binary(Op::GreaterEqual, begin, left, additive());
    } else if (take("=")) {
      left = binary(Op::Equal, begin, left, additive());
    } else if (take("<")) {
      left = binary(Op::Less, begin, left, additive());
    } else if (take(">")) {
      left = binary(Op::Greater, begin, left, additive());
    } else if (take_word("between")) {
      Node* low = additive();
      if (!take_word("and")) fail("‘and’ is missing after ‘between’.", "Write: value between low and high.");
      Node* high = additive();
      left = node(Op::Between, begin, {left, low, high}, Base::Boolean);
      fold(left);
    } else if (take_word("in")) {
      left = in_tests(left, begin);
    } else {
      return left;
    }
  }
}

// Rules 49.c and 49.d.
Node* Parser::in_tests(Node* value, std::size_t begin) {
  LayerGuard layer(*this);
  const std::uint32_t slot = bind(*layer, "?", value->type);
  std::vector<Node*> children{value};
  skip();
  const std::size_t start = at_;
  bool several = false;
  if (peek() == '(') {  // A parenthesis opens a list of tests, one test that goes on behind it, or a range.
    ++at_;
    Node* first = positive_unary_test();
    skip();
    if (starts("..")) {
      first = range_from(start, false, first);
    } else {
      children.push_back(first);
      while (take(",")) children.push_back(positive_unary_test());
      expect(")", "after the tests");
      several = children.size() > 2 || !goes_on();
    }
    if (!several) {
      children.resize(1);
      first->parenthesised = first->op != Op::Range || first->begin != start;
      ready_ = {first, start, at_};
      at_ = start;
    }
  }
  if (!several) {
    Node* test = additive();
    // e1 in ? > 5: "a boolean expression that uses the special variable" (table 55) goes to its end.
    const Base base = test->type.base();
    if (test->uses_question && base != Base::Boolean && base != Base::Range && base != Base::List) {
      test = comparison_from(test, start);
    }
    children.push_back(test);
  }
  bool outer_question = value->uses_question;
  Node* made = node(Op::In, begin, std::move(children), Base::Boolean);
  made->index = slot;
  made->uses_question = outer_question;  // The tests have a "?" of their own.
  return made;
}

// Does what stands here continue the operand before it? (a + b) * c is not the list of tests (a + b).
bool Parser::goes_on() {
  skip();
  if (at_ >= text_.size() || starts("..")) return false;
  if (at_ == bracket_closes_at_) return false;
  return std::string_view("+-*/.[(").find(peek()) != std::string_view::npos || word() == "instance";
}

// Rules 19 and 20.
Node* Parser::additive() {
  skip();
  const std::size_t begin = at_;
  Node* left = multiplicative();
  for (;;) {
    skip();
    if (peek() == '+') {
      ++at_;
      left = binary(Op::Add, begin, left, multiplicative());
    } else if (peek() == '-') {
      ++at_;
      left = binary(Op::Subtract, begin, left, multiplicative());
    } else {
      return left;
    }
  }
}

// Rules 21 and 22.
Node* Parser::multiplicative() {
  skip();
  const std::size_t begin = at_;
  Node* left = exponentiation();
  for (;;) {
    skip();
    if (peek() == '*' && peek(1) != '*') {
      ++at_;
      left = binary(Op::Multiply, begin, left, exponentiation());
    } else if (peek() == '/') {
      ++at_;
      left = binary(Op::Divide, begin, left, exponentiation());
    } else {
      return left;
    }
  }
}

// Rule 23.
Node* Parser::exponentiation() {
  skip();
  const std::size_t begin = at_;
  Node* left = negation();
  while (take("**")) left = binary(Op::Power, begin, left, negation());
  return left;
}

// Rule 24.
Node* Parser::negation() {
  skip();
  const std::size_t begin = at_;
  // Rule 35: a minus sign right before digits belongs to the number.
  if (peek() != '-' || digit(peek(1)) || (peek(1) == '.' && digit(peek(2)))) return instance_of();
  ++at_;
  DepthGuard guard(*this);
  Node* operand = negation();
  const Base base = operand->type.base();
  Node* made = node(Op::Negate, begin, {operand}, base == Base::Number || duration(base) ? Type(base) : Type());
  if (!undecided(base) && base != Base::Number && !duration(base)) {
    note(made, "‘-’ before " + operand->type.text() + " is always null.",
         "Only numbers and durations can be negative.");
  }
  fold(made);
  return made;
}

// Rule 51.
Node* Parser::instance_of() {
  skip();
  const std::size_t begin = at_;
  Node* left = postfix();
  while (take_word("instance")) {
    if (!take_word("of")) fail("‘of’ is missing after ‘instance’.", "Write: value instance of type.");
    bool known = true;
    skip();
    const std::size_t type_begin = at_;
    Type asked = type(known);
    const std::string written = plain_text(type_begin, at_);
    left = node(Op::InstanceOf, begin, {left}, Base::Boolean);
    left->asked = std::move(asked);
    left->asked_known = known;
    left->name = keep(written);
    if (!known) note(left, "There is no such type.", "Use a FEEL type, such as number, or an item definition's name.");
  }
  return left;
}

// Rules 38, 43 and 50.
Node* Parser::postfix() {
  skip();
  const std::size_t begin = at_;
  Node* left = primary();
  for (;;) {
    skip();
    if (peek() == '.' && peek(1) != '.') {
      ++at_;
      left = path(left, begin);
    } else if (peek() == '[' && at_ != bracket_closes_at_) {
      left = filter(left, begin);
    } else if (peek() == '(') {
      left = invocation(left, begin);
    } else {
      return left;
    }
  }
}

Node* Parser::primary() {
  skip();
  const std::size_t begin = at_;
  if (ready_.node != nullptr && ready_.begin == begin) {
    at_ = ready_.end;
    return std::exchange(ready_, {}).node;
  }
  const char c = peek();
  if (at_ >= text_.size()) {
    fail(text_.find_first_not_of(" \t\r\n") == std::string_view::npos ? "There is no expression."
                                                                      : "The expression ends too early.",
         "Write what belongs here.");
  }
  if (c == '-' || digit(c) || (c == '.' && digit(peek(1)))) return number_literal();
  switch (c) {
    case '"':
      return string_literal();
    case '@':
      return at_literal();
    case '(':
      return parenthesised();
    case '[':
      return list_or_range();
    case ']':
      ++at_;
      return range_from(begin, false, expression());
    case '{':
      return context();
    default:
      break;
  }
  if (starts("==")) fail("‘==’ is not an operator here.", "Write = to compare.");
  for (const auto& [token, op] : {std::pair{"<=", Op::LessEqual},
                                  {">=", Op::GreaterEqual},
                                  {"!=", Op::TestNotEqual},
                                  {"<", Op::Less},
                                  {">", Op::Greater},
                                  {"=", Op::TestEqual}}) {  // Rule 7.a.
    if (!take(token)) continue;
    DepthGuard guard(*this);
    Node* end = additive();
    if (op == Op::TestEqual || op == Op::TestNotEqual) return node(op, begin, {end}, Type::range_of(end->type));
    const bool upper = op == Op::Less || op == Op::LessEqual;
    Node* made = node(Op::Range, begin, upper ? std::vector<Node*>{nullptr, end} : std::vector<Node*>{end, nullptr},
                      Type::range_of(end->type));
    made->start_included = op == Op::GreaterEqual;
    made->end_included = op == Op::LessEqual;
    fold(made);
    return made;
  }
  if (!is_name_start(character_at(text_, at_).code)) {
    fail("‘" + std::string(text_.substr(at_, character_at(text_, at_).bytes)) + "’ is not expected here.",
         "A value belongs here: a number, a \"text\", a name, a list [ ] or a context { }.");
  }
  const std::string_view first = word();
  if (is_keyword(first)) {
    at_ += first.size();
    if (first == "true") return constant(begin, Value::boolean(true));
    if (first == "false") return constant(begin, Value::boolean(false));
    if (first == "null") return constant(begin, Value());
    if (first == "for") return for_expression();
    if (first == "if") return if_expression();
    if (first == "some") return quantified(Op::Some);
    if (first == "every") return quantified(Op::Every);
    if (first == "function") return function_definition();
    at_ = begin;
    fail("‘" + std::string(first) + "’ is not expected here.", "A value is missing before it.");
  }
  return name();
}

// Rule 35, and an exponent (DMN 1.5).
Node* Parser::number_literal() {
  const std::size_t begin = at_;
  const auto digits = [&] {
    while (digit(peek())) ++at_;
  };
  if (peek() == '-') ++at_;
  digits();
  if (peek() == '.' && digit(peek(1))) {
    ++at_;
    digits();
  }
  if (peek() == 'e' || peek() == 'E') {
    const std::size_t sign_size = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (digit(peek(1 + sign_size))) {
      at_ += 1 + sign_size;
      digits();
    }
  }
  if (is_name_part(character_at(text_, at_).code)) {
    fail("A number runs into a word.", "Put a space or an operator between them; names begin with a letter.");
  }
  const auto number = Decimal::parse(text_.substr(begin, at_ - begin));
  if (!number || !number->finite()) {
    at_ = begin;
    fail("This number is too large.", "Numbers have at most 34 digits and an exponent of 6,144.");
  }
  return constant(begin, Value::number(*number));
}

// Rules 33 and 64. A backslash before any other character stands for itself, so that patterns can be written "\d".
std::string Parser::string_text() {
  const std::size_t begin = at_++;
  std::string text;
  const auto hexadecimal = [&](std::size_t count) -> std::optional<char32_t> {
    char32_t code = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = peek(2 + i);
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return std::nullopt;
      code = code * 16 + static_cast<char32_t>(digit);
    }
    return code;
  };
  for (;;) {
    const char c = peek();
    if (at_ >= text_.size() || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
      const bool ended = at_ >= text_.size();
      at_ = begin;
      fail(ended ? "This text has no closing quotation mark." : "This text goes on to another line.",
           ended ? "Write \" at its end." : "Write \\n for a new line.");
    }
    if (c == '"') {
      ++at_;
      return text;
    }
    if (c != '\\') {
      text += c;
      ++at_;
      continue;
    }
    const char escape = peek(1);
    switch (escape) {
      case 'n':
        text += '\n';
        at_ += 2;
        continue;
      case 'r':
        text += '\r';
        at_ += 2;
        continue;
      case 't':
        text += '\t';
        at_ += 2;
        continue;
      case '"':
      case '\'':
      case '\\':
        text += escape;
        at_ += 2;
        continue;
      default:
        break;
    }
    const std::size_t digits = escape == 'u' ? 4 : escape == 'U' ? 6 : 0;
    if (digits != 0) {
      if (auto code = hexadecimal(digits)) {
        at_ += 2 + digits;
        if (*code >= 0xD800 && *code < 0xDC00 && peek() == '\\' && peek(1) == 'u') {  // A pair of UTF-16.
          if (const auto low = hexadecimal(4); low && *low >= 0xDC00 && *low < 0xE000) {
            code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
            at_ += 6;
          }
        }
        if (*code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000)) fail("There is no such character.");
        append_utf8(text, *code);
        continue;
      }
    }
    text += '\\';
    ++at_;
  }
}

Node* Parser::string_literal() {
  const std::size_t begin = at_;
  const std::string text = string_text();
  return constant(begin, Value::string(expression_.constants_, text));
}

// Rule 65.
Node* Parser::at_literal() {
  const std::size_t begin = at_++;
  skip();
  if (peek() != '"') fail("‘@’ needs a text.", "Write a date as @\"2017-08-30\".");
  const std::string text = string_text();
  Value value;
  if (const auto date = Date::parse(text)) {
    value = Value::date(*date);
  } else if (const auto moment = DateTime::parse(text)) {
    value = Value::date_time(*moment);
  } else if (const auto time = Time::parse(text)) {
    value = Value::time(*time);
  } else if (const auto days = DaysDuration::parse(text)) {
    value = Value::duration(*days);
  } else if (const auto months = MonthsDuration::parse(text)) {
    value = Value::duration(*months);
  }
  Node* made = constant(begin, value);
  made->name = keep(text);  // For printing.
  if (value.null()) {
    note(made, "‘" + text + "’ is not a date, a time or a duration.",
         "Dates are written 2017-08-30, times 14:30:00, durations P1D or PT2H or P1Y6M.");
  }
  return made;
}

Node* Parser::parenthesised() {
  const std::size_t begin = at_++;
  Node* inside = expression();
  skip();
  if (starts("..")) return range_from(begin, false, inside);
  expect(")", "after what the parenthesis holds");
  inside->parenthesised = true;
  return inside;
}

Node* Parser::list_or_range() {
  const std::size_t begin = at_++;
  std::vector<Node*> items;
  if (take("]")) {
    Node* made = node(Op::List, begin, {}, Type::list_of(Base::Any));
    fold(made);
    return made;
  }
  items.push_back(expression());
  skip();
  if (starts("..")) return range_from(begin, true, items[0]);
  while (take(",")) items.push_back(expression());
  expect("]", "after the items of the list");
  Type item = items[0]->type;
  for (const Node* other : items) {
    if (!other->type.equivalent_to(item)) item = Type();
  }
  Node* made = node(Op::List, begin, std::move(items), Type::list_of(item));
  fold(made);
  return made;
}

// Rule 8, behind its start.
Node* Parser::range_from(std::size_t begin, bool start_included, Node* start) {
  expect("..", "in the range");
  Node* end = range_end();
  const char close = peek();
  ++at_;
  Node* made = node(Op::Range, begin, {start, end}, Type::range_of(start->type));
  made->start_included = start_included;
  made->end_included = close == ']';
  fold(made);
  return made;
}

// The end point of a range, up to what closes it. In [1..10[ the bracket closes; in [1..ends[1]] it filters: where
// reading it as a filter fails, it closes.
Node* Parser::range_end() {
  const std::size_t start = at_;
  const std::size_t findings = expression_.findings_.size();
  const std::size_t layers = layers_.size();
  const std::uint32_t depth = depth_;
  Surroundings* const surroundings = current_;
  const auto read = [&] {
    Node* end = expression();
    skip();
    if (peek() != ']' && peek() != ')' && peek() != '[') fail("The range has no end.", "Close it with ], ) or [.");
    return end;
  };
  const std::size_t outer = bracket_closes_at_;
  try {
    return read();
  } catch (const SyntaxError&) {
    const std::size_t bracket = last_filter_;
    if (bracket < start || bracket == outer || bracket == std::string_view::npos || ++retries_ > 100) throw;
    at_ = start;
    expression_.findings_.resize(std::min(findings, expression_.findings_.size()));
    layers_.resize(layers);
    depth_ = depth;
    current_ = surroundings;
    bracket_closes_at_ = bracket;
    Node* end = read();
    bracket_closes_at_ = outer;
    return end;
  }
}

// Rules 57 to 59.
Node* Parser::context() {
  const std::size_t begin = at_++;
  LayerGuard layer(*this);
  std::vector<Node*> values;
  std::vector<std::string_view> names;
  std::unordered_set<std::string> keys;
  std::vector<Type::Member> members;
  std::vector<std::uint32_t> slots;
  if (!take("}")) {
    do {
      skip();
      const std::size_t key_begin = at_;
      std::string key = peek() == '"' ? string_text() : name_until("", ":", "An entry's name");
      if (!keys.insert(key).second) {
        at_ = key_begin;
        fail("The context has two entries named ‘" + key + "’.", "Give each entry a name of its own.");
      }
      if (keys.size() > kMaxEntries) fail("The context has too many entries.", "Make it a list, or read it as data.");
      expect(":", "after the name of an entry");
      Node* value = expression();
      names.push_back(keep(key));
      members.emplace_back(key, value->type);
      values.push_back(value);
      slots.push_back(bind(layers_.back(), key, value->type));
      remember_member(key);
    } while (take(","));
    expect("}", "after the entries of the context");
  }
  Node* made = node(Op::Context, begin, std::move(values), Type::context_of(std::move(members)));
  made->names = std::move(names);
  for (std::size_t i = 0; i < slots.size(); ++i)
    made->iterators.push_back({made->names[i], slots[i], nullptr, nullptr});
  fold(made);
  return made;
}

// Rules 44 and 63.
Node* Parser::for_expression() {
  const std::size_t begin = at_ - 3;
  LayerGuard layer(*this);
  std::vector<Iterator> iterators;
  do {
    const std::string variable = name_until("in", "", "The loop's variable");
    if (!take_word("in")) fail("‘in’ is missing in the loop.", "Write: for x in list return …");
    Node* from = expression();
    Node* to = nullptr;
    if (take("..")) to = expression();
    const Base base = from->type.base();
    Type item = to != nullptr ? from->type : base == Base::List || base == Base::Range ? from->type.item() : from->type;
    const std::uint32_t slot = bind(layers_.back(), variable, std::move(item));
    iterators.push_back({keep(variable), slot, from, to});
  } while (take(","));
  const std::uint32_t partial = bind(layers_.back(), "partial", Type::list_of({}));
  if (!take_word("return")) fail("‘return’ is missing in the loop.", "Write: for x in list return …");
  Node* body = expression();
  std::vector<Node*> children{body};
  for (const Iterator& iterator : iterators) {
    children.push_back(iterator.from);
    children.push_back(iterator.to);
  }
  Node* made = node(Op::For, begin, std::move(children), Type::list_of(body->type));
  made->children.resize(1);
  made->iterators = std::move(iterators);
  made->index = partial;
  return made;
}

// Rule 46.
Node* Parser::quantified(Op op) {
  const std::size_t begin = at_ - (op == Op::Some ? 4 : 5);
  LayerGuard layer(*this);
  std::vector<Iterator> iterators;
  do {
    const std::string variable = name_until("in", "", "The variable");
    if (!take_word("in")) fail("‘in’ is missing.", "Write: some x in list satisfies …");
    Node* from = expression();
    Node* to = nullptr;
    if (take("..")) to = expression();
    const Base base = from->type.base();
    Type item = to == nullptr && (base == Base::List || base == Base::Range) ? from->type.item() : from->type;
    iterators.push_back({keep(variable), bind(layers_.back(), variable, std::move(item)), from, to});
  } while (take(","));
  if (!take_word("satisfies")) fail("‘satisfies’ is missing.", "Write: some x in list satisfies …");
  Node* body = expression();
  std::vector<Node*> children{body};
  for (const Iterator& iterator : iterators) {
    children.push_back(iterator.from);
    children.push_back(iterator.to);
  }
  Node* made = node(op, begin, std::move(children), Base::Boolean);
  made->children.resize(1);
  made->iterators = std::move(iterators);
  return made;
}

// Rule 45.
Node* Parser::if_expression() {
  const std::size_t begin = at_ - 2;
  Node* condition = expression();
  if (!take_word("then")) fail("‘then’ is missing.", "Write: if … then … else …");
  Node* then = expression();
  if (!take_word("else")) fail("‘else’ is missing.", "Write: if … then … else …");
  Node* otherwise = expression();
  if (const Base base = condition->type.base(); !undecided(base) && base != Base::Boolean && base != Base::Null) {
    note(condition, "The condition of ‘if’ is never true: it is " + condition->type.text() + ".",
         "Compare it with something.");
  }
  const bool same = then->type.equivalent_to(otherwise->type);
  const bool then_null = then->type.base() == Base::Null;
  Type type = same                                   ? then->type
              : then_null                            ? otherwise->type
              : otherwise->type.base() == Base::Null ? then->type
                                                     : Type();
  return node(Op::If, begin, {condition, then, otherwise}, std::move(type));
}

// Rules 55 and 56.
Node* Parser::function_definition() {
  const std::size_t begin = at_ - 8;
  expect("(", "after ‘function’");
  auto code = std::make_unique<FunctionCode>();
  Surroundings inside;
  inside.code = code.get();
  inside.outer = current_;
  current_ = &inside;
  LayerGuard layer(*this);
  std::vector<Type> types;
  if (!take(")")) {
    do {
      const std::string parameter = name_until("", ":,)", "A parameter's name");
      Type parameter_type;
      bool known = true;
      std::string written;
      if (take(":")) {
        skip();
        const std::size_t type_begin = at_;
        parameter_type = type(known);
        written = plain_text(type_begin, at_);
      }
      if (types.size() == kMaxParameters)
        fail("The function has too many parameters.", "Give it a list, or a context.");
      code->types_written.push_back(keep(written));
      bind(layers_.back(), parameter, parameter_type);
      code->parameters.push_back({keep(parameter), parameter_type});
      types.push_back(parameter_type);
      if (!known) {
        Node place;
        place.begin = static_cast<std::uint32_t>(begin);
        place.end = static_cast<std::uint32_t>(at_);
        note(&place, "The parameter ‘" + parameter + "’ has a type that doesn't exist.",
             "Use a FEEL type, such as number, or an item definition's name.");
      }
    } while (take(","));
    expect(")", "after the parameters");
  }
  code->external = take_word("external");
  Node* body = expression();
  current_ = inside.outer;
  code->slots = inside.slots;
  code->body = body;
  // The captures count as children, since the function can't be made before them.
  std::vector<Node*> children{body};
  children.insert(children.end(), code->captures.begin(), code->captures.end());
  Node* made = node(Op::FunctionLiteral, begin, std::move(children),
                    Type::function_of(std::move(types), code->external ? Type() : body->type));
  made->children.resize(1);
  made->function = code.get();
  expression_.functions_.push_back(std::move(code));
  if (made->function->external) {
    note(made, "Functions outside FEEL (Java, PMML) are not run here.", "Write the function in FEEL.");
  }
  return made;
}

// The text of a name that ends where `stop_word` or one of `stop_characters` begins.
std::string Parser::name_until(std::string_view stop_word, std::string_view stop_characters, const char* what) {
  skip();
  const std::size_t begin = at_;
  std::size_t end = at_;
  for (std::size_t count = 0; count < kMaxNameTokens; ++count) {
    std::size_t next = at_;
    const std::string_view token = name_token(next, count == 0);
    if (token.empty() || (count > 0 && !stop_word.empty() && token == stop_word)) break;
    at_ = next;
    end = next;
  }
  skip();
  if (end == begin || (!stop_characters.empty() && stop_characters.find(peek()) == std::string_view::npos)) {
    at_ = begin;
    fail(std::string(what) + " is not a name.",
         "Names begin with a letter and hold letters, digits, spaces and . / - ' + *");
  }
  return plain_text(begin, end);
}

// Rule 52.
Type Parser::type(bool& known) {
  DepthGuard guard(*this);
  skip();
  const std::string_view first = word();
  const std::size_t behind = after_space(at_ + first.size());
  const bool generic = behind < text_.size() && text_[behind] == '<';
  if (generic && (first == "list" || first == "range")) {
    at_ = behind + 1;
    Type inner = type(known);
    expect(">", "after the type inside");
    return first == "list" ? Type::list_of(std::move(inner)) : Type::range_of(std::move(inner));
  }
  if (generic && first == "context") {
    at_ = behind + 1;
    std::vector<Type::Member> members;
    do {
      std::string member = name_until("", ":", "An entry's name");
      expect(":", "after the name of an entry");
      Type member_type = type(known);
      remember_member(member);
      members.emplace_back(std::move(member), std::move(member_type));
    } while (take(","));
    expect(">", "after the entries of the type");
    return Type::context_of(std::move(members));
  }
  if (generic && first == "function") {
    at_ = behind + 1;
    std::vector<Type> parameters;
    if (!take(">")) {
      do {
        parameters.push_back(type(known));
      } while (take(","));
      expect(">", "after the parameters' types");
    }
    expect("->", "before the type of the function's result");
    Type result = type(known);
    return Type::function_of(std::move(parameters), std::move(result));
  }
  // The longest name of a type.
  std::string key;
  std::size_t next = at_;
  std::size_t best_end = 0;
  Type best;
  for (std::size_t count = 0; count < kMaxNameTokens; ++count) {
    const std::string_view token = name_token(next, count == 0);
    if (token.empty()) break;
    if (count > 0) key += ' ';
    key += token;
    if (const Type* defined = scope_.type(key)) {
      best = *defined;
      best_end = next;
    } else if (const auto simple = Type::named(key)) {
      best = *simple;
      best_end = next;
    }
  }
  if (best_end != 0) {
    at_ = best_end;
    return best;
  }
  if (first.empty()) fail("A type is missing.", "Write, for example, number or list<string>.");
  at_ += first.size();
  for (;;) {  // A qualified name of something that doesn't exist.
    skip();
    if (peek() != '.' || peek(1) == '.') break;
    ++at_;
    skip();
    at_ += word().size();
  }
  known = false;
  return {};
}

// ---- Names

std::uint32_t Parser::bind(Layer& layer, std::string_view name, Type type) {
  const std::uint32_t slot = current_->slots++;
  layer.add({name_key(name), std::move(type), current_, slot});
  return slot;
}

void Parser::Layer::add(Binding binding) {
  by_key.insert_or_assign(binding.key, bindings.size());
  bindings.push_back(std::move(binding));
}

const Parser::Binding* Parser::Layer::find(std::string_view key) const {
  const auto found = by_key.find(key);
  return found == by_key.end() ? nullptr : &bindings[found->second];
}

void Parser::remember_member(std::string_view name) {
  members_.emplace(name_key(name), name);
}

const std::string* Parser::member_named(std::string_view key) const {
  if (const std::string* told = scope_.member(key)) return told;
  const auto seen = members_.find(key);
  return seen == members_.end() ? nullptr : &seen->second;
}

bool Parser::known(const std::string& key) const {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (layer->find(key) != nullptr) return true;
    if (layer->filter) {
      for (const Type::Member& member : layer->bindings[0].type.members()) {
        if (name_key(member.first) == key) return true;
      }
    }
  }
  return builtin(key) != nullptr;
}

// Rule 25 and 10.3.1.5: the longest name in scope.
Node* Parser::name() {
  const std::size_t begin = at_;
  std::string key;
  std::string best_key;
  std::size_t best_end = 0;
  std::size_t next = at_;
  bool in_filter = false;
  for (const Layer& layer : layers_) {
    in_filter =
        in_filter || (layer.filter && (layer.bindings[0].type.any() || layer.bindings[0].type.base() == Base::Context));
  }
  for (std::size_t count = 0; count < kMaxNameTokens; ++count) {
    const std::string_view token = name_token(next, count == 0);
    if (token.empty()) break;
    if (count > 0) key += ' ';
    key += token;
    if (known(key) || (in_filter && member_named(key) != nullptr)) {
      best_key = key;
      best_end = next;
    }
  }
  if (best_end != 0 && !(in_filter && next_word_belongs(best_end))) {
    at_ = best_end;
    return resolve(best_key, plain_text(begin, at_), begin);
  }
  // Nothing of this name: take the words up to something that can't belong to it.
  at_ += word().size();
  while (next_word_belongs(at_)) name_token(at_, false);
  const std::string display = plain_text(begin, at_);
  return resolve(name_key(display), display, begin);
}

// Two words can only stand side by side within a name, or around a keyword.
bool Parser::next_word_belongs(std::size_t behind) const {
  const std::string_view token = name_token(behind, false);
  return !token.empty() && !is_keyword(token) && is_name_start(character_at(token, 0).code);
}

// The node that finds the value of a name: in the items being filtered, innermost first; then where it is bound.
Node* Parser::resolve(std::string_view key, std::string_view display, std::size_t begin) {
  std::vector<const Binding*> items;
  const Binding* found = nullptr;
  for (auto layer = layers_.rbegin(); layer != layers_.rend() && found == nullptr; ++layer) {
    found = layer->find(key);
    if (layer->filter && key != "?") {
      const Base base = layer->bindings[0].type.base();
      if (base == Base::Any || base == Base::Context || base == Base::List) items.push_back(&layer->bindings[0]);
    }
  }
  Node* made = nullptr;
  if (found != nullptr) {
    made = place(*found, current_, begin);
    made->uses_question = key == "?";
  } else if (const Builtin* function = builtin(key)) {
    made = node(Op::BuiltinName, begin);
    made->builtin = function;
  } else {
    made = node(Op::Unknown, begin);
    if (items.empty()) {
      note(made, "There is nothing named ‘" + std::string(display) + "’ here.",
           "Check the spelling" + suggestion(display) + ", or add what the expression needs.");
    }
  }
  made->name = keep(display);
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    Type member_type;
    const Type& item_type = (*item)->type;
    std::string_view entry = display;
    for (const Type::Member& member : item_type.members()) {
      if (name_key(member.first) == key) {
        member_type = member.second;
        entry = member.first;
      }
    }
    if (entry == display) {
      if (const std::string* seen = member_named(key)) entry = *seen;
    }
    const bool certain = item_type.base() == Base::Context && item_type.member(entry) != nullptr;
    const bool likely_outer = made->op != Op::Unknown && !certain;
    Node* outer = made;
    made = node(Op::ItemMember, begin, {place(**item, current_, begin), outer},
                certain                                             ? member_type
                : likely_outer && item_type.base() == Base::Context ? outer->type
                                                                    : Type());
    made->name = keep(entry);
  }
  return made;
}

Node* Parser::place(const Binding& binding, Surroundings* from, std::size_t begin) {
  if (binding.owner == from) {
    Node* made = node(Op::Local, begin, {}, binding.type);
    made->index = binding.index;
    return made;
  }
  if (from->code == nullptr) {
    Node* made = node(Op::Variable, begin, {}, binding.type);
    made->index = binding.index;
    expression_.variables_used_.insert(binding.index);
    return made;
  }
  const auto [entry, fresh] = from->captured.try_emplace({binding.owner, binding.index},
                                                         static_cast<std::uint32_t>(from->code->captures.size()));
  if (fresh) {
    Node* outside = place(binding, from->outer, begin);
    outside->name = keep(binding.key);
    // Filling the outer functions may not have changed this one's captures.
    from->code->captures.push_back(outside);
  }
  Node* made = node(Op::Captured, begin, {}, binding.type);
  made->index = entry->second;
  return made;
}

std::string Parser::suggestion(std::string_view name) const {
  if (expression_.findings_.size() >= kMaxFindings) return "";
  std::string best;
  std::size_t best_edits = 3;
  const auto consider = [&](std::string_view candidate) {
    if (const std::size_t count = edits(name, candidate); count < best_edits && count * 3 <= name.size()) {
      best_edits = count;
      best = candidate;
    }
  };
  for (const Layer& layer : layers_) {
    for (const Binding& binding : layer.bindings) consider(binding.key);
  }
  for (const Scope::Variable& variable : scope_.variables()) consider(variable.name);
  for (const Builtin& function : builtins()) consider(function.name);
  return best.empty() ? "" : " (did you mean ‘" + best + "’?)";
}

// Rule 43, behind the point.
Node* Parser::path(Node* from, std::size_t begin) {
  skip();
  const Type& type = from->type.base() == Base::List ? from->type.item() : from->type;
  const Base base = type.base();
  // The longest name that the type has; else that any context has; else as many words as there are.
  std::string key;
  std::string_view of_type;
  std::string_view of_any;
  std::size_t of_type_end = 0;
  std::size_t of_any_end = 0;
  std::size_t next = at_;
  std::size_t first_end = 0;
  for (std::size_t count = 0; count < kMaxNameTokens; ++count) {
    const std::string_view token = name_token(next, count == 0);
    if (token.empty()) break;
    if (count > 0) key += ' ';
    key += token;
    if (count == 0) first_end = next;
    for (const Type::Member& member : type.members()) {
      if (name_key(member.first) != key) continue;
      of_type = member.first;
      of_type_end = next;
    }
    if (const std::string* seen = member_named(key)) {
      of_any = *seen;
      of_any_end = next;
    }
  }
  if (first_end == 0) fail("A name belongs behind the point.", "Write: value.name");
  std::string_view entry;
  if (of_type_end != 0) {
    at_ = of_type_end;
    entry = keep(of_type);
  } else if (of_any_end != 0) {
    at_ = of_any_end;
    entry = keep(of_any);
  } else {
    const std::size_t start = at_;
    at_ = first_end;
    while (next_word_belongs(at_)) name_token(at_, false);
    entry = keep(plain_text(start, at_));
  }
  Type result;
  bool missing = false;
  if (base == Base::Context) {
    const Type* member = type.member(entry);
    if (member != nullptr) result = *member;
    missing = member == nullptr && !type.members().empty();
  } else if (base == Base::Range) {
    result = entry == "start" || entry == "end" ? type.item() : Type(Base::Boolean);
  } else if (temporal(base) || duration(base)) {
    result = entry == "timezone"      ? Type(Base::String)
             : entry == "time offset" ? Type(Base::DaysDuration)
                                      : Type(Base::Number);
  } else if (base == Base::Number || base == Base::String || base == Base::Boolean) {
    missing = true;
  }
  if (from->type.base() == Base::List) result = Type::list_of(result);
  Node* made = node(Op::Path, begin, {from}, std::move(result));
  made->name = entry;
  if (missing) {
    note(made, type.text() + " has no ‘" + std::string(entry) + "’.", "Check the spelling, or the type's entries.");
  }
  fold(made);
  return made;
}

// Rule 50.
Node* Parser::filter(Node* from, std::size_t begin) {
  const std::size_t bracket = at_++;
  const std::size_t outer = last_filter_;
  last_filter_ = bracket;
  LayerGuard layer(*this);
  layers_.back().filter = true;
  const Type item = from->type.base() == Base::List ? from->type.item() : from->type;
  const std::uint32_t slot = bind(layers_.back(), "item", item);
  Node* condition = expression();
  expect("]", "after the filter");
  last_filter_ = outer;
  const Base base = condition->type.base();
  Type type = base == Base::Number ? item : base == Base::Boolean ? Type::list_of(item) : Type();
  Node* made = node(Op::Filter, begin, {from, condition}, std::move(type));
  made->index = slot;
  return made;
}

// Rules 38 to 42.
Node* Parser::invocation(Node* callee, std::size_t begin) {
  ++at_;
  DepthGuard guard(*this);
  std::vector<Node*> children{callee};
  std::vector<std::string_view> names;
  if (!take(")")) {
    do {
      skip();
      std::size_t next = at_;
      std::size_t end = at_;
      for (std::size_t count = 0; count < kMaxNameTokens; ++count) {
        if (name_token(next, count == 0).empty()) break;
        end = next;
      }
      const std::size_t colon = after_space(end);
      const bool named = end != at_ && colon < text_.size() && text_[colon] == ':';
      if (named != !names.empty() && children.size() > 1) {
        fail("Arguments are either all named or all by position.", "Name each of them, or none.");
      }
      if (named) {
        const std::string argument = plain_text(at_, end);
        if (names.size() == kMaxParameters) fail("These are too many arguments.", "Give a list, or a context.");
        if (std::find(names.begin(), names.end(), argument) != names.end()) {
          fail("The argument ‘" + argument + "’ is given twice.", "Give it once.");
        }
        names.push_back(keep(argument));
        at_ = colon + 1;
      }
      children.push_back(expression());
    } while (take(","));
    expect(")", "after the arguments");
  }
  Type result = callee->type.base() == Base::Function ? callee->type.result() : Type();
  Node* made = node(Op::Call, begin, std::move(children), std::move(result));
  made->names = std::move(names);
  if (callee->op == Op::BuiltinName) return builtin_call(callee, made);
  if (!callee->parenthesised) allow_literal(callee, made);
  return made;
}

// Rule 60: date("2020-01-01") is a literal, also where date is the name of something that is no function.
void Parser::allow_literal(Node* callee, Node* call) {
  static constexpr std::array<std::string_view, 4> kLiterals{"date", "time", "date and time", "duration"};
  if (callee->op != Op::Variable && callee->op != Op::Local && callee->op != Op::Captured &&
      callee->op != Op::ItemMember) {
    return;
  }
  const std::string key = name_key(callee->name);
  if (std::find(kLiterals.begin(), kLiterals.end(), key) == kLiterals.end()) return;
  Node* name = node(Op::BuiltinName, callee->begin);
  name->builtin = builtin(key);
  name->name = callee->name;
  std::vector<Node*> children{name};
  children.insert(children.end(), call->children.begin() + 1, call->children.end());
  Node* literal = node(Op::Call, call->begin, std::move(children));
  literal->names = call->names;
  const std::size_t findings = expression_.findings_.size();
  literal = builtin_call(name, literal);
  expression_.findings_.resize(findings);
  const Base base = callee->type.base();
  if (!undecided(base) && base != Base::Function) call->type = literal->type;
  call->iterators.push_back({{}, 0, literal, nullptr});
}

// Chooses the signature. The arguments are put in the order of its parameters.
Node* Parser::builtin_call(Node* callee, Node* call) {
  const std::size_t given = call->children.size() - 1;
  const std::vector<Node*> arguments(call->children.begin() + 1, call->children.end());
  const BuiltinSignature* chosen = nullptr;
  std::vector<Node*> ordered_arguments;
  // By position, of the signatures that take so many arguments the first whose types can fit; else the first.
  for (const BuiltinSignature& signature : callee->builtin->signatures) {
    const std::size_t most = signature.parameters.size();
    std::vector<Node*> ordered_here;
    bool fits = true;
    if (call->names.empty()) {
      if (given < signature.required || (given > most && !signature.variadic)) continue;
      ordered_here = arguments;
      if (!signature.variadic) ordered_here.resize(most, nullptr);
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Base domain = signature.parameters[std::min(i, most - 1)].domain;
        const Base base = arguments[i]->type.base();
        const bool open = domain == Base::Any || base == Base::Any || base == Base::Null || base == Base::List ||
                          domain == Base::List;
        fits = fits && (open || domain == base);
      }
    } else {
      ordered_here.resize(most, nullptr);
      std::size_t used = 0;
      for (std::size_t p = 0; p < most; ++p) {
        for (std::size_t n = 0; n < given; ++n) {
          if (call->names[n] != signature.parameters[p].name) continue;
          ordered_here[p] = arguments[n];
          ++used;
        }
        if (ordered_here[p] == nullptr && p < signature.required) fits = false;
      }
      if (used != given || !fits) continue;
      // Two signatures may have the same names; then the order written says which is meant.
      for (std::size_t n = 0; n < given; ++n) fits = fits && call->names[n] == signature.parameters[n].name;
    }
    if (chosen != nullptr && !fits) continue;
    const bool replace = chosen == nullptr || fits;
    if (replace) {
      chosen = &signature;
      ordered_arguments = std::move(ordered_here);
    }
    if (fits) break;
  }
  if (chosen == nullptr) {
    call->op = Op::BadCall;
    note(call, "The function " + std::string(callee->builtin->name) + " doesn't take these arguments.",
         "Look up its parameters.");
    return call;
  }
  call->op = Op::BuiltinCall;
  call->signature = chosen;
  call->type = chosen->result;
  // The arguments as written stay behind those in order, for printing.
  call->iterators.clear();
  Node* null_node = nullptr;
  for (Node*& argument : ordered_arguments) {
    if (argument != nullptr) continue;
    if (null_node == nullptr) null_node = constant(call->begin, Value());
    argument = null_node;
  }
  std::vector<Node*> written = std::move(call->children);
  call->children = std::move(ordered_arguments);
  for (std::size_t i = 0; i < written.size(); ++i) {
    call->iterators.push_back(
        {i == 0 || call->names.empty() ? std::string_view() : call->names[i - 1], 0, written[i], nullptr});
  }
  // More is known of what some functions give than their signature says: they only choose among the items.
  for (const std::string_view chooser : {"sublist", "remove", "reverse", "distinct values", "sort"}) {
    if (callee->builtin->name != chooser || call->children[0]->type.base() != Base::List) continue;
    call->type = call->children[0]->type;
  }
  if (callee->builtin->pure) fold(call);
  return call;
}

}  // namespace guildhall::feel
