#pragma once

// How the built-in functions are written down: each builtins_….cpp has the functions of one part of DMN 1.5, 10.3.4,
// and ends with their table. builtins.cpp puts the tables together.

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "feel/builtins.h"

namespace guildhall::feel {

using Base = Type::Base;
using Arguments = std::span<const Value>;

// One signature. A parameter that may be left out may also be null; where the standard tells the two apart, as for
// floor(n, scale), there are two signatures. A parameter without a name makes a signature that is only for arguments
// by position: context put(context, key or keys, value).
struct Form {
  std::vector<BuiltinParameter> parameters;
  Value (*apply)(Evaluation& evaluation, Arguments arguments);
  Type result;
  std::size_t optional = 0;  // How many of the last parameters may be left out.
  bool variadic = false;
};

struct Definition {
  std::string_view name;
  std::vector<Form> forms;
  bool pure = true;
};

std::vector<Definition> conversion_functions();  // 10.3.4.1
std::vector<Definition> boolean_functions();     // 10.3.4.2
std::vector<Definition> string_functions();      // 10.3.4.3
std::vector<Definition> list_functions();        // 10.3.4.4
std::vector<Definition> numeric_functions();     // 10.3.4.5
std::vector<Definition> date_functions();        // 10.3.4.6
std::vector<Definition> range_functions();       // 10.3.4.7
std::vector<Definition> temporal_functions();    // 10.3.4.8
std::vector<Definition> sort_functions();        // 10.3.4.9
std::vector<Definition> context_functions();     // 10.3.4.10
std::vector<Definition> clock_functions();       // 10.3.4.11

// Parameters by what they take.
namespace takes {
constexpr BuiltinParameter boolean(std::string_view name) {
  return {name, Base::Boolean};
}
constexpr BuiltinParameter number(std::string_view name) {
  return {name, Base::Number};
}
constexpr BuiltinParameter string(std::string_view name) {
  return {name, Base::String};
}
constexpr BuiltinParameter time(std::string_view name) {
  return {name, Base::Time};
}
constexpr BuiltinParameter list(std::string_view name) {
  return {name, Base::List};
}
constexpr BuiltinParameter context(std::string_view name) {
  return {name, Base::Context};
}
constexpr BuiltinParameter range(std::string_view name) {
  return {name, Base::Range};
}
constexpr BuiltinParameter function(std::string_view name) {
  return {name, Base::Function};
}
// One of several kinds, which the function tells apart itself.
constexpr BuiltinParameter one_of_several(std::string_view name) {
  return {name, Base::Any};
}
constexpr BuiltinParameter anything(std::string_view name) {
  return {name, Base::Any, BuiltinParameter::Nullable::Yes};
}
constexpr BuiltinParameter or_null(BuiltinParameter parameter) {
  parameter.nullable = BuiltinParameter::Nullable::Yes;
  return parameter;
}
}  // namespace takes

// A list of one is its item (10.3.2.9.4), for parameters of several kinds.
inline const Value& item_of_singleton(const Value& value) {
  return value.is(Kind::List) && value.list().size() == 1 ? value.list()[0] : value;
}

// The index that a position stands for: 1 is the first, -1 the last. Nothing for what isn't a whole number in
// [-length..length] without 0. Source: the footnotes of 10.3.4.3 and 10.3.4.4.
inline std::optional<std::size_t> index_of_position(const Decimal& position, std::size_t length) {
  const std::optional<std::int64_t> whole = position.to_int64();
  if (!whole || *whole == 0) return std::nullopt;
  const auto size = static_cast<std::int64_t>(length);
  if (*whole > size || *whole < -size) return std::nullopt;
  return static_cast<std::size_t>(*whole > 0 ? *whole - 1 : size + *whole);
}

// The whole part of a length in [1..most]; nothing outside. Source: the same footnotes.
inline std::optional<std::size_t> length_within(const Decimal& length, std::size_t most) {
  const std::optional<std::int64_t> whole = length.rounded(0, Rounding::Down).to_int64();
  if (!whole || *whole < 1 || *whole > static_cast<std::int64_t>(most)) return std::nullopt;
  return static_cast<std::size_t>(*whole);
}

}  // namespace guildhall::feel
