#pragma once

// The compiled form of an expression: a tree whose names are already resolved to where their values will be. Read by
// the evaluator, the printer, and by whoever analyses or indexes decision tables.

#include <cstdint>
#include <string_view>
#include <vector>

#include "feel/builtins.h"
#include "feel/type.h"
#include "feel/value.h"

namespace guildhall::feel {

enum class Op : std::uint8_t {
  Constant,         // constant
  Variable,         // index: among the caller's variables
  Local,            // index: a slot of the function being evaluated
  Captured,         // index: among the values that a function took from its surroundings
  ItemMember,       // name of the filtered item children[0] where it has that entry, else children[1]
  Unknown,          // name: nothing of this name is in scope
  BuiltinName,      // builtin: the function itself
  Path,             // children[0].name
  Filter,           // children[0][children[1]]; the item is in slot index
  Call,             // children[0](children[1], …), by name where names is filled
  BuiltinCall,      // signature, its arguments in order
  BadCall,          // a built-in function called with arguments that none of its signatures takes
  FunctionLiteral,  // function
  For,              // iterators, children[0] the result; the results so far are in slot index
  Some,             // iterators, children[0]
  Every,            // iterators, children[0]
  If,               // children: condition, then, else
  Or,
  And,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Between,     // children: value, low, high
  In,          // children[0] in the tests children[1] …; the value is in slot index for the tests to see
  InstanceOf,  // children[0] instance of type
  Add,
  Subtract,
  Multiply,
  Divide,
  Power,
  Negate,
  List,          // children
  Context,       // names: children, each also in the slot of its iterator
  Range,         // children: start, end, nullptr where unbounded; start_included, end_included
  TestEqual,     // = children[0], as a unary test
  TestNotEqual,  // != children[0], as a unary test
  Tests,         // unary tests: any of children, or none where negated; the value is in slot index
  AnyTest,       // "-"
};

struct FunctionCode;
struct Node;

// name in from, or name in from..to
struct Iterator {
  std::string_view name;
  std::uint32_t slot = 0;
  Node* from = nullptr;
  Node* to = nullptr;
};

struct Node {
  Op op = Op::Constant;
  bool folded = false;  // Its value never changes: `constant`.
  bool start_included = false;
  bool end_included = false;
  bool negated = false;
  bool uses_question = false;  // It looks at "?", the value under test.
  bool parenthesised = false;  // In the text; a name may end there that would go on otherwise: (a)-b.
  std::uint32_t index = 0;
  Value constant;
  std::vector<Node*> children;
  const BuiltinSignature* signature = nullptr;
  const Builtin* builtin = nullptr;
  FunctionCode* function = nullptr;
  std::string_view name;
  std::vector<std::string_view> names;
  std::vector<Iterator> iterators;
  Type type;  // What is known of its value; of InstanceOf, the type asked for is `asked`.
  Type asked;
  bool asked_known = true;  // false: there is no such type.
  std::uint32_t begin = 0;  // Bytes of the text.
  std::uint32_t end = 0;
};

struct FunctionCode {
  std::vector<Parameter> parameters;            // In slots 0, 1, …
  std::vector<std::string_view> types_written;  // Of the parameters; empty where there is none.
  std::vector<Node*> captures;                  // Evaluated where the function is made.
  std::uint32_t slots = 0;
  Node* body = nullptr;
  bool external = false;  // The body says where it is defined, outside FEEL.
};

}  // namespace guildhall::feel
