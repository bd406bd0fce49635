#include "feel/host_function.h"

#include <algorithm>

#include "base/result.h"
#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

bool fits(const Value& value, const HostParameter& parameter) {
  return std::find(parameter.kinds.begin(), parameter.kinds.end(), value.kind()) != parameter.kinds.end();
}

// "a date or a date and time"
std::string spoken(const std::vector<Kind>& kinds) {
  std::string words;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i > 0) words += i + 1 == kinds.size() ? " or " : ", ";
    words += spoken(kinds[i]);
  }
  return words;
}

}  // namespace

Type HostFunction::type_of(std::span<const HostParameter> parameters, Type result) {
  std::vector<Type> types;
  for (const HostParameter& parameter : parameters) {
    types.push_back(parameter.kinds.size() == 1 ? Type(base_of(parameter.kinds[0])) : Type());
  }
  return Type::function_of(std::move(types), std::move(result));
}

HostFunction::HostFunction(std::string name, std::vector<HostParameter> parameters, Type result, Body body)
    : name_(std::move(name)),
      host_parameters_(std::move(parameters)),
      type_(type_of(host_parameters_, std::move(result))),
      body_(std::move(body)) {
  for (const HostParameter& parameter : host_parameters_) {
    check(!parameter.kinds.empty(), "A parameter without kinds could be given nothing.");
    parameters_.push_back({parameter.name, Type()});
    misfits_.push_back("In " + name_ + "(), \"" + parameter.name + "\" must be " + spoken(parameter.kinds) +
                       ", not {1}");
  }
}

Value HostFunction::apply(Evaluation& evaluation, std::span<const Value> arguments) const {
  Value* converted = nullptr;  // Most arguments are as they should be.
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (fits(arguments[i], host_parameters_[i])) continue;
    const Value& item = item_of_singleton(arguments[i]);
    if (!fits(item, host_parameters_[i])) return evaluation.null(misfits_[i].c_str(), item);
    if (converted == nullptr) {
      converted = evaluation.memory().array<Value>(arguments.size());
      std::uninitialized_copy(arguments.begin(), arguments.end(), converted);
      arguments = {converted, arguments.size()};
    }
    converted[i] = item;
  }
  return body_(evaluation, arguments);
}

}  // namespace guildhall::feel
