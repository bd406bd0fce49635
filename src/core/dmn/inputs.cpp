#include "dmn/inputs.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/spelling.h"
#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using Needs = std::vector<DecisionModel::Need>;

std::string full_name(const CompiledElement& element) {
  std::string name;
  for (const std::string& import : element.qualifier) name += import + ".";
  return name + element.name;
}

class InputMatcher {
 public:
  InputMatcher(const Compiled& compiled, const Needs& needs) : compiled_(compiled), needs_(needs) {
    for (const DecisionModel::Need& need : needs) need_named_.emplace(need.name, &need);
  }

  GivenInputs match(const Value& given) && {
    if (given.is(feel::Kind::Context)) found_.type = type_of(given, "");
    // What is given along one way of importing holds for the others.
    for (const auto& elements : compiled_.same) {
      if (!std::ranges::any_of(elements, [&](std::size_t each) { return given_.contains(each); })) continue;
      given_.insert(elements.begin(), elements.end());
    }
    if (found_.decisions.empty()) note_missing();
    return std::move(found_);
  }

 private:
  Type type_of(const Value& context, const std::string& prefix) {
    std::vector<Type::Member> members;
    for (const feel::Entry& entry : context.context()) {
      const std::string name = prefix + std::string(entry.key);
      if (const auto type = type_named(name)) {
        if (!type->any()) members.emplace_back(entry.key, *type);
      } else if (entry.value.is(feel::Kind::Context) && compiled_.import_names.contains(name)) {
        members.emplace_back(entry.key, type_of(entry.value, name + "."));
      } else {
        found_.unknown.push_back({name, nearest(names_needed(), name)});
      }
    }
    return Type::context_of(std::move(members));
  }

  // Nothing where the model doesn't know the name; Any where the decision doesn't need it.
  std::optional<Type> type_named(const std::string& name) {
    const Compiled::Meant* meant = compiled_.meant_by(name);
    if (meant == nullptr) return std::nullopt;
    const DecisionModel::Need* first = nullptr;
    bool is_decision = false;
    for (const std::size_t index : meant->elements) {
      const CompiledElement& element = compiled_.elements[index];
      is_decision = is_decision || element.kind == CompiledElement::Kind::Decision;
      given_.insert(index);
      const auto need = need_named_.find(full_name(element));
      if (need != need_named_.end() && first == nullptr) first = need->second;
    }
    if (is_decision) found_.decisions.push_back(name);
    return first == nullptr ? Type() : first->type;
  }

  std::vector<std::string> names_needed() const {
    std::vector<std::string> names;
    for (const DecisionModel::Need& need : needs_) names.push_back(need.name);
    return names;
  }

  void note_missing() {
    std::set<std::string> names;
    for (const std::size_t each : given_) names.insert(full_name(compiled_.elements[each]));
    for (const DecisionModel::Need& need : needs_) {
      if (!names.contains(need.name)) found_.missing.push_back(need.name);
    }
  }

  const Compiled& compiled_;
  const Needs& needs_;
  std::map<std::string, const DecisionModel::Need*, std::less<>> need_named_;
  std::set<std::size_t> given_;  // Of Compiled::elements.
  GivenInputs found_;
};

}  // namespace

GivenInputs match_inputs(const DecisionModel& model, const Needs& needs, const Value& given) {
  return InputMatcher(model.compiled(), needs).match(given);
}

}  // namespace guildhall::dmn
