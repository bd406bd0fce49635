#pragma once

// FEEL's built-in functions. Source: DMN 1.5, 10.3.4.
//
// A function has one or more signatures; a call is matched against them by the number or the names of its arguments
// when the expression is compiled, and each argument is converted (from singleton list) and checked as its parameter's
// domain says when it is evaluated. Outside its domain a function gives null and notes why.

#include <cstdint>
#include <span>
#include <string_view>

#include "feel/evaluation.h"

namespace guildhall::feel {

struct BuiltinParameter {
  std::string_view name;
  // What it may be, as the standard's "parameter domain". List takes a single value as a list of one; every other base
  // takes a list of one as its item. Any takes everything as it is.
  Type::Base domain = Type::Base::Any;
  enum class Nullable : bool { No, Yes } nullable = Nullable::No;  // May null be passed?
};

struct BuiltinSignature {
  std::span<const BuiltinParameter> parameters;
  std::size_t required = 0;  // The parameters after these may be left out, and are then null.
  bool variadic = false;     // The last parameter repeats: min(1, 2, 3). Only by position.
  // Arguments in the order of the parameters, all there (null where left out), converted and checked.
  // Of a variadic signature: as many as were given.
  Value (*apply)(Evaluation& evaluation, std::span<const Value> arguments);
  Type result;
};

struct Builtin {
  std::string_view name;  // "date and time"
  std::span<const BuiltinSignature> signatures;
  bool pure = true;  // false for now() and today(): not to be computed in advance.
};

std::span<const Builtin> builtins();            // In the order of the standard.
const Builtin* builtin(std::string_view name);  // nullptr where there is none.

// Applies the signature: converts, checks and calls.
Value call(Evaluation& evaluation, const BuiltinSignature& signature, std::span<const Value> arguments);

// A built-in used as a value, as in sort(list, function) or {f: sum}. Chooses the signature by the arguments.
const Function& as_function(const Builtin& builtin);

// Applies any function to arguments by name; parameters that no argument is for are null. null with a reason where the
// function has no parameter of a name. Of a built-in, the first signature that has all of them (10.3.2.13.5).
Value call_by_name(Evaluation& evaluation, const Function& function, std::span<const std::string_view> names,
                   std::span<const Value> arguments);

}  // namespace guildhall::feel
