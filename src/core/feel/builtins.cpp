#include "feel/builtins.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <string>

#include "feel/expression.h"
#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

static_assert(static_cast<int>(Kind::Boolean) + 1 == static_cast<int>(Base::Boolean));
static_assert(static_cast<int>(Kind::Function) + 1 == static_cast<int>(Base::Function));

Kind kind_of(Base domain) {
  return static_cast<Kind>(static_cast<int>(domain) - 1);
}

class BuiltinFunction final : public Function {
 public:
  explicit BuiltinFunction(const Builtin& builtin) : builtin_(&builtin) {
    const bool several = builtin.signatures.size() > 1;  // Then their domains differ.
    for (const BuiltinParameter& parameter : builtin.signatures[0].parameters) {
      parameters_.push_back({parameter.name, several ? Type() : Type(parameter.domain)});
    }
  }
  const Builtin& builtin() const { return *builtin_; }
  std::span<const Parameter> parameters() const override { return parameters_; }
  bool takes(std::size_t arguments) const override { return signature(arguments) != nullptr; }
  Value apply(Evaluation& evaluation, std::span<const Value> arguments) const override {
    return call(evaluation, *signature(arguments.size()), arguments);
  }

 private:
  // The first that takes so many arguments.
  const BuiltinSignature* signature(std::size_t arguments) const {
    for (const BuiltinSignature& each : builtin_->signatures) {
      if (arguments >= each.required && (each.variadic || arguments <= each.parameters.size())) return &each;
    }
    return nullptr;
  }

  const Builtin* builtin_;
  std::vector<Parameter> parameters_;
};

// The place of the parameter of this name, however it is spaced; nothing where there is none.
template <class Parameters>
std::optional<std::size_t> place_of(std::string_view name, const Parameters& parameters) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (parameters[p].name == name) return p;
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (name_key(parameters[p].name) == name_key(name)) return p;
  }
  return std::nullopt;
}

// The arguments in the order of the parameters; nothing where one is for none of them.
template <class Parameters>
std::optional<std::span<Value>> in_order(Memory& memory, const Parameters& parameters,
                                         std::span<const std::string_view> names, std::span<const Value> arguments) {
  Value* ordered = memory.array<Value>(parameters.size());
  std::fill_n(ordered, parameters.size(), Value());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto place = place_of(names[i], parameters);
    if (!place) return std::nullopt;
    ordered[*place] = arguments[i];
  }
  return std::span(ordered, parameters.size());
}

// All built-in functions, made once and never changed.
class Library {
 public:
  Library() {
    for (const auto part :
         {conversion_functions, boolean_functions, string_functions, list_functions, numeric_functions, date_functions,
          range_functions, temporal_functions, sort_functions, context_functions, clock_functions}) {
      std::vector<Definition> definitions = part();
      std::move(definitions.begin(), definitions.end(), std::back_inserter(definitions_));
    }
    for (const Definition& definition : definitions_) {
      for (const Form& form : definition.forms) {
        signatures_.push_back(
            {form.parameters, form.parameters.size() - form.optional, form.variadic, form.apply, form.result});
        misfits_.emplace_back();
        for (const BuiltinParameter& parameter : form.parameters) {
          misfits_.back().push_back(words_of_misfit(definition.name, parameter));
        }
      }
    }
    std::span<const BuiltinSignature> rest = signatures_;
    for (const Definition& definition : definitions_) {
      builtins_.push_back({definition.name, rest.first(definition.forms.size()), definition.pure});
      rest = rest.subspan(definition.forms.size());
    }
    for (const Builtin& builtin : builtins_) {
      functions_.emplace_back(builtin);
      by_name_.push_back(&builtin);
    }
    std::sort(by_name_.begin(), by_name_.end(), [](const Builtin* a, const Builtin* b) { return a->name < b->name; });
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  std::span<const Builtin> builtins() const { return builtins_; }

  const Builtin* find(std::string_view name) const {
    const auto found =
        std::lower_bound(by_name_.begin(), by_name_.end(), name,
                         [](const Builtin* builtin, std::string_view key) { return builtin->name < key; });
    return found != by_name_.end() && (*found)->name == name ? *found : nullptr;
  }

  const BuiltinFunction& function(const Builtin& builtin) const {
    return functions_[static_cast<std::size_t>(&builtin - builtins_.data())];
  }

  // Why the argument for this parameter was refused.
  const char* misfit(const BuiltinSignature& signature, std::size_t parameter) const {
    const auto place = static_cast<std::size_t>(&signature - signatures_.data());
    return misfits_[place][parameter].c_str();
  }

 private:
  static std::string words_of_misfit(std::string_view function, const BuiltinParameter& parameter) {
    const std::string call = std::string(function) + "()";
    const std::string what = parameter.name.empty() ? "What is given to " + call
                                                    : "In " + call + ", \"" + std::string(parameter.name) + "\"";
    if (parameter.domain == Base::Any) return what + " must not be null";
    return what + " must be " + std::string(spoken(kind_of(parameter.domain))) + ", not {1}";
  }

  std::vector<Definition> definitions_;  // Holds the parameters.
  std::vector<BuiltinSignature> signatures_;
  std::vector<std::vector<std::string>> misfits_;  // By signature and parameter.
  std::vector<Builtin> builtins_;
  std::deque<BuiltinFunction> functions_;
  std::vector<const Builtin*> by_name_;
};

const Library& library() {
  static const Library library;
  return library;
}

bool fits(const Value& value, const BuiltinParameter& parameter) {
  if (value.null()) return parameter.nullable == BuiltinParameter::Nullable::Yes;
  return parameter.domain == Base::Any || value.kind() == kind_of(parameter.domain);
}

// The conversions to and from singleton lists of 10.3.2.9.4.
Value converted(const Value& value, const BuiltinParameter& parameter, Memory& memory) {
  if (value.null() || parameter.domain == Base::Any) return value;
  if (parameter.domain != Base::List) return item_of_singleton(value);
  return value.is(Kind::List) ? value : Value::list(memory, {&value, 1});
}

}  // namespace

std::span<const Builtin> builtins() {
  return library().builtins();
}

const Builtin* builtin(std::string_view name) {
  return library().find(name);
}

const Function& as_function(const Builtin& builtin) {
  return library().function(builtin);
}

Value call(Evaluation& evaluation, const BuiltinSignature& signature, std::span<const Value> arguments) {
  const std::span<const BuiltinParameter> parameters = signature.parameters;
  if (arguments.size() < signature.required || (arguments.size() > parameters.size() && !signature.variadic)) {
    return evaluation.null("The function takes another number of arguments");
  }
  const auto place = [&](std::size_t argument) { return std::min(argument, parameters.size() - 1); };

  // Most arguments are as they should be.
  std::size_t fitting = 0;
  while (fitting < arguments.size() && fits(arguments[fitting], parameters[place(fitting)])) ++fitting;
  if (fitting == arguments.size() && arguments.size() >= parameters.size())
    return signature.apply(evaluation, arguments);

  const std::size_t count = std::max(arguments.size(), parameters.size());
  Value* all = evaluation.memory().array<Value>(count);
  std::fill_n(all, count, Value());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    all[i] = converted(arguments[i], parameters[place(i)], evaluation.memory());
    if (!fits(all[i], parameters[place(i)])) {
      return evaluation.null(library().misfit(signature, place(i)), all[i]);
    }
  }
  return signature.apply(evaluation, {all, count});
}

Value call_by_name(Evaluation& evaluation, const Function& function, std::span<const std::string_view> names,
                   std::span<const Value> arguments) {
  Memory& memory = evaluation.memory();
  if (const auto* known = dynamic_cast<const BuiltinFunction*>(&function)) {
    const BuiltinSignature* chosen = nullptr;
    for (const BuiltinSignature& signature : known->builtin().signatures) {
      if (!in_order(memory, signature.parameters, names, arguments)) continue;
      // Two may have the same names: before(point, range) and before(range, point). The order written says which.
      const bool as_written = std::equal(names.begin(), names.end(), signature.parameters.begin(),
                                         signature.parameters.begin() + names.size(),
                                         [](std::string_view name, const auto& of) { return name == of.name; });
      if (chosen == nullptr || as_written) chosen = &signature;
      if (as_written) break;
    }
    if (chosen != nullptr) {
      return call(evaluation, *chosen, *in_order(memory, chosen->parameters, names, arguments));
    }
  } else if (const auto all = in_order(memory, function.parameters(), names, arguments)) {
    return evaluation.call(function, *all);
  }
  return evaluation.null("The function has no parameters of these names");
}

}  // namespace guildhall::feel
