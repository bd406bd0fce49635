#pragma once

// Reads the text of an expression into the tree of node.h, resolving names, computing constants and inferring types
// on the way. A recursive descent along the grammar of DMN 1.5, 10.3.1.2; each function names its rule.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "feel/expression.h"

namespace guildhall::feel {

class Parser {
 public:
  Parser(Expression& expression, const Scope& scope);
  // The whole text, or the problem at which reading stopped.
  Result<void> read(Expression::Form form);

 private:
  struct SyntaxError {
    std::size_t at;
    std::string what;
    std::string remedy;
  };

  // What a function (or the whole expression) keeps while it is read.
  struct Surroundings {
    FunctionCode* code = nullptr;  // nullptr: the whole expression.
    Surroundings* outer = nullptr;
    std::uint32_t slots = 0;
    std::map<std::pair<const Surroundings*, std::uint32_t>, std::uint32_t> captured;  // What is captured already.
  };
  struct Binding {
    std::string key;
    Type type;
    const Surroundings* owner = nullptr;  // nullptr: a variable of the caller.
    std::uint32_t index = 0;
  };
  struct Layer {
    void add(Binding binding);
    const Binding* find(std::string_view key) const;  // The last of this name.
    std::vector<Binding> bindings;
    std::map<std::string, std::size_t, std::less<>> by_key;
    bool filter = false;  // bindings[0] is the item, whose entries are names too.
  };
  struct LayerGuard;
  struct DepthGuard;

  // Text
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void skip() { at_ = after_space(at_); }
  std::size_t after_space(std::size_t from) const;
  bool starts(std::string_view token) const { return text_.substr(at_, token.size()) == token; }
  bool take(std::string_view token);  // After white space.
  void expect(std::string_view token, const char* what);
  std::string_view word() const;  // The word that begins here, or empty.
  bool take_word(std::string_view keyword);
  std::string_view name_token(std::size_t& at, bool first) const;
  std::string plain_text(std::size_t begin, std::size_t end) const;
  [[noreturn]] void fail(std::string what, std::string remedy = {}) const;

  // Grammar
  Node* unary_tests();
  Node* positive_unary_test();
  Node* expression();
  Node* disjunction();
  Node* conjunction();
  Node* comparison();
  Node* comparison_from(Node* left, std::size_t begin);
  Node* in_tests(Node* value, std::size_t begin);
  bool goes_on();
  Node* additive();
  Node* multiplicative();
  Node* exponentiation();
  Node* negation();
  Node* instance_of();
  Node* postfix();
  Node* primary();
  Node* number_literal();
  Node* string_literal();
  std::string string_text();
  Node* at_literal();
  Node* parenthesised();
  Node* list_or_range();
  Node* range_from(std::size_t begin, bool start_included, Node* start);
  Node* range_end();
  Node* context();
  Node* for_expression();
  Node* quantified(Op op);
  Node* if_expression();
  Node* function_definition();
  Node* name();
  Node* path(Node* from, std::size_t begin);
  Node* filter(Node* from, std::size_t begin);
  Node* invocation(Node* callee, std::size_t begin);
  Node* builtin_call(Node* callee, Node* call);
  void allow_literal(Node* callee, Node* call);
  Type type(bool& known);
  std::string name_until(std::string_view stop_word, std::string_view stop_characters, const char* what);

  // Names
  Node* resolve(std::string_view key, std::string_view display, std::size_t begin);
  Node* place(const Binding& binding, Surroundings* from, std::size_t begin);
  bool known(const std::string& key) const;
  std::string_view keep(std::string_view text) { return expression_.constants_.copy(text); }
  void remember_member(std::string_view name);
  const std::string* member_named(std::string_view key) const;  // Its name as it was first written.
  bool next_word_belongs(std::size_t behind) const;
  std::uint32_t bind(Layer& layer, std::string_view name, Type type);
  std::string suggestion(std::string_view name) const;

  // Nodes
  Node* node(Op op, std::size_t begin, std::vector<Node*> children = {}, Type type = {});
  Node* constant(std::size_t begin, const Value& value);
  Node* binary(Op op, std::size_t begin, Node* left, Node* right);
  void fold(Node* node);
  void note(const Node* node, std::string what, std::string remedy);

  Expression& expression_;
  const Scope& scope_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  std::size_t last_filter_ = std::string_view::npos;        // The bracket of the filter being read.
  std::size_t bracket_closes_at_ = std::string_view::npos;  // A bracket that closes a range, and opens no filter.
  std::uint32_t retries_ = 0;
  struct Ready {
    Node* node = nullptr;
    std::size_t begin = 0;
    std::size_t end = 0;
  } ready_;  // An operand that is already read, for primary() to pass on.
  Surroundings whole_;
  Surroundings* current_ = &whole_;
  std::vector<Layer> layers_;
  std::map<std::string, std::string, std::less<>> members_;  // Names of entries seen, by key.
  std::map<const Node*, std::uint32_t> depths_;
};

// What the evaluator computes for a node whose children are all constants; used in advance.
Value evaluate_constant(Evaluation& evaluation, const Expression& expression, const Node& node);

}  // namespace guildhall::feel
