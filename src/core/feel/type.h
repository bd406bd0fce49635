#pragma once

// The type lattice of FEEL (DMN 1.5, 10.3.2.9): Any above all, Null below all, and between them the simple types, lists,
// contexts, ranges and functions. A Type is immutable and cheap to copy.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feel/value.h"

namespace guildhall::feel {

class Expression;  // See expression.h.

class Type {
 public:
  enum class Base : std::uint8_t {
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    DaysDuration,
    MonthsDuration,
    List,
    Context,
    Range,
    Function
  };
  using Member = std::pair<std::string, Type>;

  Type() = default;  // Any
  Type(Base simple) : base_(simple) {}
  static Type list_of(Type item);
  static Type range_of(Type end);
  static Type context_of(std::vector<Member> members);
  static Type function_of(std::vector<Type> parameters, Type result);

  // The simple types by their names: "number", "date and time", "Any", "dateTime", "dayTimeDuration" …; with spaces as
  // FEEL has them. Empty where there is none of this name.
  static std::optional<Type> named(std::string_view name);

  Base base() const { return base_; }
  bool any() const { return base_ == Base::Any; }
  // A simple type of values of this kind, all of which belong to it and are allowed.
  bool holds_every(Kind kind) const;
  const Type& item() const;                 // Of a list, or a range's ends.
  std::span<const Member> members() const;  // Of a context.
  const Type* member(std::string_view key) const;
  // Of a function: one without a signature stands for every function.
  bool has_signature() const;
  std::span<const Type> parameters() const;
  const Type& result() const;

  // The same type under a name of its own, with values allowed (7.3.3): "tAge", as an item definition gives it.
  // `allowed` are unary tests on a single value, or on the whole list where the type is one and `on_collection`.
  Type with_name(std::string name) const;
  Type with_allowed(std::shared_ptr<const Expression> allowed) const;
  const std::string& name() const;  // Empty where it has none.
  const std::vector<std::shared_ptr<const Expression>>& allowed() const;

  std::string text() const;  // "list<number>", or its name; cut off with "…" where it is long.

  // T <: S: an instance of this can stand where the other is expected (10.3.2.9.2). Allowed values are not looked at.
  // False, too, for types too large to look through.
  bool conforms_to(const Type& other) const;
  bool equivalent_to(const Type& other) const;

 private:
  struct Parts;
  class Writer;
  bool conforms_to(const Type& other, std::uint32_t& work) const;
  explicit Type(Base base, std::shared_ptr<const Parts> parts) : base_(base), parts_(std::move(parts)) {}
  Base base_ = Base::Any;
  std::shared_ptr<const Parts> parts_;
};

inline Type::Base base_of(Kind kind) {
  static_assert(static_cast<int>(Kind::Null) + 1 == static_cast<int>(Type::Base::Null) &&
                static_cast<int>(Kind::Function) + 1 == static_cast<int>(Type::Base::Function));
  return static_cast<Type::Base>(static_cast<int>(kind) + 1);
}

inline bool Type::holds_every(Kind kind) const {
  return parts_ == nullptr && base_ == base_of(kind);
}

// Does the value belong to the type? null belongs to every type. A context has every member of its type, and may have
// more. What a function gives is not known, and not looked at; nor are allowed values. False, too, for values too large
// to look through. Adds to `work` how many values it looked at.
bool conforms(const Value& value, const Type& type, std::uint64_t* work = nullptr);

// The most special type of the value: [1, null] is list<number>, [1, "a"] is list<Any>, [] is list<Null>. A function
// gives Any.
Type type_of(const Value& value);

}  // namespace guildhall::feel
