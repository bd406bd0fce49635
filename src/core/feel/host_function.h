#pragma once

// Functions that an expression calls and C++ computes: what a council knows and FEEL doesn't, such as working days.
//
//   const feel::HostFunction add_working_days("add working days", {{"date", {Kind::Date}}, {"days", {Kind::Number}}},
//                                             Type::Base::Date, [&](Evaluation&, std::span<const Value> arguments) {…});
//   scope.add(add_working_days.name(), add_working_days.type());  // Before compiling; a name may hold spaces.
//   variables.push_back(add_working_days.value());                // At the same place, for evaluating.
//
// To an expression it is a variable that holds a function: it is called by position or by name, and may be passed on.
// Arguments are checked as those of built-in functions are: a list of one stands for its item, and whoever gives another
// number of arguments, null, or a value of another kind gets null, with the reason.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/evaluation.h"

namespace guildhall::feel {

struct HostParameter {
  std::string name;         // "from", as calls by name have it.
  std::vector<Kind> kinds;  // What it may be: one or more.
};

// Values and reasons point to it: it outlives the values of all evaluations that it was given to, and their reasons.
// Threads may share it where they may share the body.
class HostFunction final : public Function {
 public:
  // `arguments` are as many as the parameters, each of one of its parameter's kinds. Says evaluation.null(…) where they
  // have no result. Throws nothing but BudgetExceeded.
  using Body = std::function<Value(Evaluation& evaluation, std::span<const Value> arguments)>;

  HostFunction(std::string name, std::vector<HostParameter> parameters, Type result, Body body);
  HostFunction(const HostFunction&) = delete;
  HostFunction& operator=(const HostFunction&) = delete;

  // The type of such a function, for a scope that is made before the function is.
  static Type type_of(std::span<const HostParameter> parameters, Type result);

  const std::string& name() const { return name_; }
  const Type& type() const { return type_; }  // For Scope::add, so that what it gives is known.
  Value value() const { return Value::function(this); }

  std::span<const Parameter> parameters() const override { return parameters_; }
  Value apply(Evaluation& evaluation, std::span<const Value> arguments) const override;

 private:
  std::string name_;
  std::vector<HostParameter> host_parameters_;
  std::vector<Parameter> parameters_;  // Of any type: apply() checks, since a parameter may be of several kinds.
  std::vector<std::string> misfits_;   // By parameter: why an argument was refused.
  Type type_;
  Body body_;
};

}  // namespace guildhall::feel
