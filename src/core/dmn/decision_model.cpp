#include "dmn/decision_model.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using Kind = CompiledElement::Kind;

// Ways along which models are imported; what is imported along more of them is the same as along one before.
constexpr std::size_t kMostInstances = 200;
constexpr std::size_t kDeepestImport = 10;
constexpr int kDeepestType = 200;  // Types made of types and components, one within another.

std::string_view spoken(Kind kind) {
  switch (kind) {
    case Kind::Input:
      return "input ";
    case Kind::Decision:
      return "decision ";
    case Kind::BusinessKnowledgeModel:
      return "business knowledge model ";
    case Kind::DecisionService:
      return "decision service ";
  }
  return "";
}

std::string joined(std::span<const std::string> path, const std::string& name) {
  std::string all;
  for (const std::string& part : path) all += part + ".";
  return all + name;
}

class Compiler {
 public:
  Compiler(Compiled& compiled) : compiled_(compiled) {}

  void compile() {
    find_models();
    make_instances();
    for (std::size_t instance = 0; instance < instances_.size(); ++instance) list_elements(instance);
    name_elements();
    for (std::size_t model = 0; model < compiled_.models.size(); ++model) prepare_scope(model);
    for (std::size_t element = 0; element < compiled_.elements.size(); ++element) find_types(element);
    for (const std::size_t element : in_order()) compile_element(element);
    for (std::size_t element = 0; element < compiled_.elements.size(); ++element) look_inside(element);
    keep_each_finding_once();
  }

 private:
  struct TypeEntry {
    const ItemDefinition* definition = nullptr;
    enum class State : std::uint8_t { Waiting, Making, Made } state = State::Waiting;
    Type type;
    int levels = 0;  // Of types that it is made of, one within another.
  };

  // A model as it is imported along one way.
  struct Instance {
    std::size_t model = 0;
    std::vector<std::string> path;                    // The names of the imports, without empty ones.
    std::vector<std::size_t> above;                   // The instances that lead here.
    std::vector<std::optional<std::size_t>> imports;  // For each import of the model: the instance it leads to.
    std::unordered_map<std::string, std::size_t> by_id;
  };

  void finding(std::string what, std::string where, std::string remedy) {
    compiled_.findings.push_back({std::move(what), std::move(where), std::move(remedy)});
  }

  void keep_each_finding_once() {
    Problems& findings = compiled_.findings;
    std::set<Problem> seen;
    findings.erase(std::remove_if(findings.begin(), findings.end(),
                                  [&](const Problem& problem) { return !seen.insert(problem).second; }),
                   findings.end());
  }

  // ---- Models and elements

  void find_models() {
    for (std::size_t model = 0; model < compiled_.models.size(); ++model) {
      types_.emplace_back();
      scopes_.emplace_back();
      for (const ItemDefinition& definition : compiled_.models[model].item_definitions) {
        types_[model][definition.name].definition = &definition;
      }
    }
  }

  // The model that an import means; nothing where it isn't one of ours.
  std::optional<std::size_t> imported(const Import& import) const {
    for (std::size_t i = 0; i < compiled_.models.size(); ++i) {
      if (compiled_.models[i].namespace_uri == import.namespace_uri) return i;
    }
    return std::nullopt;
  }

  // Nearest first, and in the order of the imports: so they have precedence (6.3.3).
  void make_instances() {
    instances_.emplace_back();
    for (std::size_t next = 0; next < instances_.size(); ++next) {
      for (const Import& import : compiled_.models[instances_[next].model].imports) {
        const auto found = instance_of(next, import);
        instances_[next].imports.push_back(found);
      }
    }
  }

  std::optional<std::size_t> instance_of(std::size_t importing, const Import& import) {
    const auto model = imported(import);
    if (!model) {
      const bool decisions = import.import_type.find("/DMN/") != std::string::npos;
      finding("The imported model ‘" + import.name + "’ (" + import.namespace_uri + ") is not there.",
              "import ‘" + import.name + "’",
              decisions ? "Put its file beside this model." : "Only DMN models can be imported.");
      return std::nullopt;
    }
    Instance made;
    made.model = *model;
    made.path = instances_[importing].path;
    if (!import.name.empty()) made.path.push_back(import.name);
    made.above = instances_[importing].above;
    made.above.push_back(importing);
    for (const std::size_t above : made.above) {  // A circle.
      if (instances_[above].model == *model) return above;
    }
    for (std::size_t other = 0; other < instances_.size(); ++other) {
      const bool full = instances_.size() >= kMostInstances || made.above.size() > kDeepestImport;
      if (instances_[other].model == *model && (full || instances_[other].path == made.path)) return other;
    }
    instances_.push_back(std::move(made));
    return instances_.size() - 1;
  }

  template <class Source>
  void list(std::size_t instance, Kind kind, const Source& source) {
    CompiledElement element;
    element.kind = kind;
    element.model = instances_[instance].model;
    element.source = &source;
    element.variable = &source.variable;
    element.name = source.variable.name.empty() ? source.name : source.variable.name;
    element.qualifier = instances_[instance].path;
    element.where = std::string(spoken(kind)) + "‘" + source.name + "’";
    if (element.model != 0) element.where += " of the model ‘" + compiled_.models[element.model].name + "’";
    if (!source.id.empty()) instances_[instance].by_id.emplace(source.id, compiled_.elements.size());
    compiled_.elements.push_back(std::move(element));
    instance_of_.push_back(instance);
  }

  void list_elements(std::size_t instance) {
    const Model& model = compiled_.models[instances_[instance].model];
    for (const InputData& input : model.inputs) list(instance, Kind::Input, input);
    for (const Decision& decision : model.decisions) list(instance, Kind::Decision, decision);
    for (const auto& knowledge : model.business_knowledge_models) {
      list(instance, Kind::BusinessKnowledgeModel, knowledge);
    }
    for (const DecisionService& service : model.decision_services) list(instance, Kind::DecisionService, service);
  }

  // Who asks for an element or gives it a value, and by which names.
  void name_elements() {
    for (const Instance& instance : instances_) {
      std::string path;
      for (const std::string& part : instance.path) {
        path += (path.empty() ? "" : ".") + part;
        compiled_.import_names.insert(path);
      }
    }
    std::map<const NamedElement*, std::vector<std::size_t>> inputs;
    for (std::size_t i = 0; i < compiled_.elements.size(); ++i) {
      const CompiledElement& element = compiled_.elements[i];
      const std::span<const std::string> path = element.qualifier;
      const auto [named, fresh] = compiled_.by_name.emplace(joined(path, element.source->name), i);
      if (!fresh && compiled_.elements[named->second].model == element.model) {
        finding("Another element has the same name: " + compiled_.elements[named->second].where + ".", element.where,
                "Give one of them another name.");
      }
      if (element.kind != Kind::Input && element.kind != Kind::Decision) continue;
      for (const std::string& name : std::set<std::string>{element.source->name, element.name}) {
        make_givable(i, joined(path, name), path.size() + 1);
        // Input data may be given without the imports that lead to it, or with the last of them only.
        for (std::size_t from = 1; from <= path.size() && element.kind == Kind::Input; ++from) {
          make_givable(i, joined(path.subspan(from), name), 0);
        }
      }
      if (element.kind == Kind::Input) inputs[element.source].push_back(i);
    }
    for (auto& [source, elements] : inputs) {
      if (elements.size() > 1) compiled_.same.push_back(std::move(elements));
    }
  }

  void make_givable(std::size_t element, const std::string& name, std::size_t rank) {
    for (const std::string& each : std::set<std::string>{name, feel::name_key(name)}) {
      Compiled::Meant& meant = compiled_.givable[each];
      if (rank < meant.rank) continue;
      if (rank > meant.rank) meant = {rank, {}};
      meant.elements.push_back(element);
    }
  }

  // ---- Types

  Type named_type(std::size_t model, const std::string& name, bool& found) {
    found = true;
    if (const auto own = types_[model].find(name); own != types_[model].end()) return made_type(model, own->second);
    if (const auto simple = Type::named(name)) return *simple;
    if (name == "list") return Type::list_of({});
    if (name == "context") return Type::context_of({});
    if (name == "range") return Type::range_of({});
    if (name == "function") return Type::Base::Function;
    if (name.find('<') != std::string::npos) return written_type(model, name, found);
    for (const Import& import : compiled_.models[model].imports) {
      const std::string prefix = import.name.empty() ? "" : import.name + ".";
      if (name.compare(0, prefix.size(), prefix) != 0) continue;
      const auto target = imported(import);
      if (!target || *target == model) continue;
      const std::string rest = name.substr(prefix.size());
      if (const auto other = types_[*target].find(rest); other != types_[*target].end()) {
        return made_type(*target, other->second);
      }
      if (!prefix.empty() && rest.find('.') != std::string::npos) return named_type(*target, rest, found);
    }
    found = false;
    return {};
  }

  // list<tAge> and the like: a type as FEEL writes it (grammar rule 52).
  Type written_type(std::size_t model, const std::string& name, bool& found) {
    feel::Scope scope;
    const auto add = [&](std::size_t of, const std::string& prefix) {
      for (auto& [other, entry] : types_[of]) {
        const std::string whole = prefix + other;
        constexpr std::string_view kAround = "<>,: ";
        for (std::size_t at = name.find(whole); at != std::string::npos; at = name.find(whole, at + 1)) {
          const std::size_t end = at + whole.size();
          if (at > 0 && kAround.find(name[at - 1]) != kAround.npos && end < name.size() &&
              kAround.find(name[end]) != kAround.npos) {
            scope.add_type(whole, made_type(of, entry));
            break;
          }
        }
      }
    };
    add(model, "");
    for (const Import& import : compiled_.models[model].imports) {
      if (const auto target = imported(import)) add(*target, import.name.empty() ? "" : import.name + ".");
    }
    const auto asked = feel::Expression::compile("null instance of " + name, scope);
    const feel::Node* root = asked.ok() ? &(*asked)->root() : nullptr;
    found = root != nullptr && root->op == feel::Op::InstanceOf && root->asked_known;
    return found ? root->asked : Type();
  }

  Type resolve(std::size_t model, const TypeRef& reference, const std::string& where) {
    if (!reference.given()) return {};
    bool found = false;
    Type type;
    if (!reference.namespace_uri.empty()) {
      for (std::size_t other = 0; other < compiled_.models.size() && !found; ++other) {
        if (compiled_.models[other].namespace_uri == reference.namespace_uri)
          type = named_type(other, reference.name, found);
      }
    }
    if (!found) type = named_type(model, reference.name, found);
    if (!found) {
      finding("There is no type named ‘" + reference.name + "’.", where,
              "Use a FEEL type, such as number, or define an item of this name.");
    }
    return type;
  }

  Type made_type(std::size_t model, TypeEntry& entry) {
    if (entry.state == TypeEntry::State::Making) {
      finding("The type ‘" + entry.definition->name + "’ is made of itself.",
              "item definition ‘" + entry.definition->name + "’", "Give one of its components another type.");
      return {};
    }
    if (entry.state == TypeEntry::State::Waiting) {
      entry.state = TypeEntry::State::Making;
      const int around = std::exchange(type_levels_, 0);
      entry.type = item_type(model, *entry.definition, {}).with_name(entry.definition->name);
      entry.levels = std::exchange(type_levels_, around);
      entry.state = TypeEntry::State::Made;
    }
    type_levels_ = std::max(type_levels_, entry.levels);
    return entry.type;
  }

  // `siblings`: the components beside it, which its tests may name (7.3.3).
  Type item_type(std::size_t model, const ItemDefinition& definition, const feel::Scope& siblings) {
    const std::string where = "item definition ‘" + definition.name + "’";
    // Seen from outside while it is made; and from inside, of those that are made already.
    const auto too_deep = [&] {
      finding("Types are made of one another more than " + std::to_string(kDeepestType) + " deep.", where,
              "Use the innermost of them.");
      return Type();
    };
    if (type_depth_ >= kDeepestType) return too_deep();
    ++type_depth_;
    const int around = std::exchange(type_levels_, 0);
    Type type;
    if (definition.function_item) {
      std::vector<Type> parameters;
      for (const InformationItem& parameter : definition.function_item->parameters) {
        parameters.push_back(resolve(model, parameter.type, where));
      }
      type = Type::function_of(std::move(parameters), resolve(model, definition.function_item->output_type, where));
    } else if (!definition.components.empty()) {
      feel::Scope scope;
      for (const ItemDefinition& component : definition.components) scope.add(component.name);
      std::vector<Type::Member> members;
      for (const ItemDefinition& component : definition.components) {
        members.emplace_back(component.name, item_type(model, component, scope));
      }
      type = Type::context_of(std::move(members));
    } else {
      type = resolve(model, definition.type, where);
    }
    --type_depth_;
    const int levels = std::exchange(type_levels_, around) + 1;
    if (levels > kDeepestType) return too_deep();
    type_levels_ = std::max(type_levels_, levels);
    if (const auto tests = type_tests(definition.allowed_values, siblings, where + ", allowed values"))
      type = type.with_allowed(tests);
    if (definition.is_collection) type = Type::list_of(std::move(type));
    if (const auto tests = type_tests(definition.type_constraint, siblings, where + ", type constraint"))
      type = type.with_allowed(tests);
    return type;
  }

  // nullptr where there are none. Tests that can't be read allow nothing.
  ExpressionPointer type_tests(const Text& text, const feel::Scope& siblings, const std::string& where) {
    if (text.text.empty()) return nullptr;
    BoxedCompiler compiler({}, compiled_);
    if (auto tests = compiler.text(text, siblings, feel::Expression::Form::UnaryTests, where)) return tests;
    return feel::Expression::compile("? != ?", {}, feel::Expression::Form::UnaryTests, where).value();
  }

  // ---- Names

  // What every expression of a model may name besides its variables: types, and the entries of contexts.
  void prepare_scope(std::size_t index) {
    feel::Scope& scope = scopes_[index];
    std::vector<std::size_t> way;
    std::size_t visits = 0;
    add_types(scope, index, "", way, visits);
    for (const Model& model : compiled_.models) {
      for (const ItemDefinition& definition : model.item_definitions) add_members(scope, definition);
      for (const Decision& decision : model.decisions) {
        if (decision.expression) add_members(scope, *decision.expression);
      }
      for (const auto& knowledge : model.business_knowledge_models) {
        if (knowledge.encapsulated_logic) add_members(scope, *knowledge.encapsulated_logic);
      }
    }
  }

  void add_types(feel::Scope& scope, std::size_t model, const std::string& prefix, std::vector<std::size_t>& way,
                 std::size_t& visits) {
    if (way.size() > kDeepestImport || ++visits > kMostInstances) return;
    if (std::find(way.begin(), way.end(), model) != way.end()) return;
    way.push_back(model);
    // A name that is there already has precedence over one imported without a name (6.3.3).
    for (const Import& import : compiled_.models[model].imports) {
      const auto target = imported(import);
      if (target && !import.name.empty()) add_types(scope, *target, prefix + import.name + ".", way, visits);
    }
    const auto& imports = compiled_.models[model].imports;
    for (auto import = imports.rbegin(); import != imports.rend(); ++import) {
      const auto target = imported(*import);
      if (target && import->name.empty()) add_types(scope, *target, prefix, way, visits);
    }
    for (const ItemDefinition& definition : compiled_.models[model].item_definitions) {
      scope.add_type(prefix + definition.name, made_type(model, types_[model][definition.name]));
    }
    way.pop_back();
  }

  static void add_members(feel::Scope& scope, const ItemDefinition& definition) {
    for (const ItemDefinition& component : definition.components) {
      scope.add_member(component.name);
      add_members(scope, component);
    }
  }

  static void add_members(feel::Scope& scope, const FunctionDefinition& function) {
    if (function.body) add_members(scope, *function.body);
  }

  static void add_members(feel::Scope& scope, const Expression& expression) {
    const auto add = [&](const auto&... parts) { (add_members(scope, *parts), ...); };
    if (const auto* table = std::get_if<DecisionTable>(&expression.form)) {
      for (const OutputClause& output : table->outputs) scope.add_member(output.name);
    } else if (const auto* context = std::get_if<BoxedContext>(&expression.form)) {
      for (const ContextEntry& entry : context->entries) {
        if (entry.variable) scope.add_member(entry.variable->name);
        add_members(scope, entry.expression);
      }
    } else if (const auto* relation = std::get_if<Relation>(&expression.form)) {
      for (const InformationItem& column : relation->columns) scope.add_member(column.name);
      for (const auto& row : relation->rows) {
        for (const Expression& cell : row) add_members(scope, cell);
      }
    } else if (const auto* list = std::get_if<BoxedList>(&expression.form)) {
      for (const Expression& item : list->items) add_members(scope, item);
    } else if (const auto* function = std::get_if<FunctionDefinition>(&expression.form)) {
      add_members(scope, *function);
    } else if (const auto* invocation = std::get_if<Invocation>(&expression.form)) {
      add(invocation->called);
      for (const Binding& binding : invocation->bindings) {
        if (binding.expression) add_members(scope, *binding.expression);
      }
    } else if (const auto* conditional = std::get_if<Conditional>(&expression.form)) {
      add(conditional->condition, conditional->then_part, conditional->else_part);
    } else if (const auto* filter = std::get_if<Filter>(&expression.form)) {
      add(filter->in, filter->match);
    } else if (const auto* loop = std::get_if<For>(&expression.form)) {
      add(loop->in, loop->result);
    } else if (const auto* quantified = std::get_if<Quantified>(&expression.form)) {
      add(quantified->in, quantified->satisfies);
    }
  }

  // ---- Requirements

  std::optional<std::size_t> element_with_id(std::size_t instance, const std::string& id) const {
    const auto& by_id = instances_[instance].by_id;
    const auto found = by_id.find(id);
    return found == by_id.end() ? std::nullopt : std::optional(found->second);
  }

  // The element that an element of the instance refers to. Of another model: as it is imported here, or further on.
  std::optional<std::size_t> target(std::size_t instance, const Href& href) const {
    if (href.namespace_uri.empty()) return element_with_id(instance, href.id);
    std::vector<std::size_t> near{instance};
    for (std::size_t next = 0; next < near.size(); ++next) {
      const Instance& here = instances_[near[next]];
      for (std::size_t i = 0; i < here.imports.size(); ++i) {
        if (!here.imports[i]) continue;
        const std::size_t other = *here.imports[i];
        const Import& import = compiled_.models[here.model].imports[i];
        if (import.namespace_uri == href.namespace_uri || import.location_uri == href.namespace_uri) {
          if (const auto found = element_with_id(other, href.id)) return found;
        }
        if (std::find(near.begin(), near.end(), other) == near.end()) near.push_back(other);
      }
    }
    return std::nullopt;
  }

  // Under which names of imports an element knows another: several where a model is imported twice.
  std::vector<std::string> import_names(std::size_t from, std::size_t to) const {
    if (instance_of_[from] == instance_of_[to]) return {""};
    std::vector<std::string> names;
    const Instance& here = instances_[instance_of_[from]];
    for (const Import& import : compiled_.models[here.model].imports) {
      if (imported(import) == compiled_.elements[to].model) names.push_back(import.name);
    }
    if (!names.empty()) return names;
    // Imported by what is imported: as what that one calls it.
    const auto& path = compiled_.elements[to].qualifier;
    if (path.size() > here.path.size()) return {path[here.path.size()]};
    return {""};
  }

  void require(std::size_t index, const Href& href) {
    CompiledElement& element = compiled_.elements[index];
    const auto required = target(instance_of_[index], href);
    if (!required) {
      finding("It requires an element that is not there: " + href.namespace_uri + "#" + href.id + ".", element.where,
              "Mend the requirement, or put the imported model beside this one.");
      return;
    }
    const CompiledElement& other = compiled_.elements[*required];
    auto& requirements = element.requirements;
    for (const std::string& import_name : import_names(index, *required)) {
      const auto same = std::find_if(requirements.begin(), requirements.end(), [&](const Requirement& each) {
        return import_name.empty() ? each.element == required : !each.element && each.name == import_name;
      });
      if (import_name.empty()) {
        if (same != requirements.end()) continue;
        // Of elements of one name the last in the frame is meant: those of this model come after imported ones, and
        // what is imported first after what is imported later (6.3.3).
        const auto rank = [&](std::size_t one) {
          return instance_of_[one] == instance_of_[index] ? 0 : instance_of_[one];
        };
        const auto behind = std::find_if(requirements.begin(), requirements.end(), [&](const Requirement& each) {
          return each.element && rank(*each.element) < rank(*required);
        });
        requirements.insert(behind, {other.name, *required, {}});
        continue;
      }
      Requirement& context =
          same == requirements.end() ? requirements.emplace_back(Requirement{import_name, std::nullopt, {}}) : *same;
      const bool known = std::any_of(context.of_import.begin(), context.of_import.end(),
                                     [&](const auto& each) { return each.first == other.name; });
      if (!known) context.of_import.emplace_back(other.name, *required);
    }
  }

  // ---- Elements

  // The types that are written down, so that whoever needs an element knows its type before it is compiled.
  void find_types(std::size_t index) {
    CompiledElement& element = compiled_.elements[index];
    element.type = resolve(element.model, element.variable->type, element.where);
    if (element.kind == Kind::Decision) {
      const auto& decision = static_cast<const Decision&>(*element.source);
      for (const InformationRequirement& requirement : decision.information_requirements)
        require(index, requirement.required);
      for (const KnowledgeRequirement& requirement : decision.knowledge_requirements)
        require(index, requirement.required);
    } else if (element.kind == Kind::BusinessKnowledgeModel) {
      find_function_types(index);
    } else if (element.kind == Kind::DecisionService) {
      find_service_types(index);
    }
    element.known = element.type;
  }

  static Type result_of(const Type& type) { return type.base() == Type::Base::Function ? type.result() : type; }

  void find_function_types(std::size_t index) {
    CompiledElement& element = compiled_.elements[index];
    const auto& knowledge = static_cast<const BusinessKnowledgeModel&>(*element.source);
    for (const KnowledgeRequirement& requirement : knowledge.knowledge_requirements)
      require(index, requirement.required);
    // A business knowledge model may call itself.
    const auto& requirements = element.requirements;
    if (std::none_of(requirements.begin(), requirements.end(),
                     [&](const Requirement& each) { return each.name == element.name; })) {
      element.requirements.push_back({element.name, index, {}});
    }
    std::vector<Type> types;
    Type logic;
    if (knowledge.encapsulated_logic) {
      for (const InformationItem& parameter : knowledge.encapsulated_logic->parameters) {
        types.push_back(resolve(element.model, parameter.type, element.where + ", parameter ‘" + parameter.name + "’"));
        element.parameters.push_back({parameter.name, types.back()});
      }
      logic = resolve(element.model, knowledge.logic_type, element.where);
      // Table 43 takes the type of what a function gives from its body.
      const Expression* body = knowledge.encapsulated_logic->body.get();
      if (logic.any() && body != nullptr && !std::holds_alternative<DecisionTable>(body->form))
        logic = resolve(element.model, body->type, element.where);
    }
    element.result = result_of(element.type.any() ? logic : element.type);
    element.type = Type::function_of(std::move(types), element.result);
  }

  void find_service_types(std::size_t index) {
    CompiledElement& element = compiled_.elements[index];
    const auto& service = static_cast<const DecisionService&>(*element.source);
    const auto elements = [&](const std::vector<Href>& hrefs, std::vector<std::size_t>& into) {
      for (const Href& href : hrefs) {
        if (const auto found = target(instance_of_[index], href)) {
          if (std::find(into.begin(), into.end(), *found) == into.end()) into.push_back(*found);
        } else {
          finding("It is made of an element that is not there: " + href.namespace_uri + "#" + href.id + ".",
                  element.where, "Mend the reference, or put the imported model beside this one.");
        }
      }
    };
    elements(service.input_data, element.parameter_elements);
    elements(service.input_decisions, element.parameter_elements);
    elements(service.output_decisions, element.outputs);
    if (element.outputs.empty()) {
      finding("The decision service has no output decision.", element.where, "Say which decision's result it gives.");
    }
    // Two imported ones may have the same name; then their qualified names tell them apart (10.4).
    for (const std::size_t output : element.outputs) {
      const std::string& name = compiled_.elements[output].name;
      const bool once = std::count_if(element.outputs.begin(), element.outputs.end(),
                                      [&](std::size_t each) { return compiled_.elements[each].name == name; }) == 1;
      element.output_names.push_back(once ? name : joined(compiled_.elements[output].qualifier, name));
    }
    std::vector<Type> types;
    for (const std::size_t parameter : element.parameter_elements) {
      const CompiledElement& other = compiled_.elements[parameter];
      types.push_back(resolve(other.model, other.variable->type, other.where));
      element.parameters.push_back({other.name, types.back()});
    }
    element.result = result_of(element.type);
    element.type = Type::function_of(std::move(types), element.result);
  }

  // Whatever an element's logic looks at, directly.
  template <class Use>
  void each_required(const CompiledElement& element, const Use& use) const {
    for (const Requirement& requirement : element.requirements) {
      if (requirement.element) use(*requirement.element);
      for (const auto& [name, other] : requirement.of_import) use(other);
    }
  }

  // Each after what it needs, so that the types of that are known; functions may go in circles, decisions may not.
  std::vector<std::size_t> in_order() {
    enum class State : std::uint8_t { New, Open, Done };
    struct Step {
      std::size_t element;
      std::vector<std::size_t> needed;
    };
    std::vector<State> states(compiled_.elements.size());
    std::vector<std::size_t> order;
    std::vector<Step> steps;
    const auto open = [&](std::size_t index) {
      const CompiledElement& element = compiled_.elements[index];
      Step step{index, element.outputs};
      each_required(element, [&](std::size_t other) { step.needed.push_back(other); });
      states[index] = State::Open;
      steps.push_back(std::move(step));
    };
    const auto close_circle = [&](std::size_t index) {
      const auto begin =
          std::find_if(steps.rbegin(), steps.rend(), [&](const Step& step) { return step.element == index; }).base() -
          1;
      const bool decisions = std::all_of(begin, steps.end(), [&](const Step& step) {
        return compiled_.elements[step.element].kind == Kind::Decision;
      });
      if (!decisions) return;
      for (auto step = begin; step != steps.end(); ++step) {
        CompiledElement& element = compiled_.elements[step->element];
        element.circular = true;
        finding("The decision needs its own result.", element.where,
                "Remove one of the requirements that go round in a circle.");
      }
    };
    for (std::size_t index = 0; index < states.size(); ++index) {
      if (states[index] == State::New) open(index);
      while (!steps.empty()) {
        if (steps.back().needed.empty()) {
          states[steps.back().element] = State::Done;
          order.push_back(steps.back().element);
          steps.pop_back();
          continue;
        }
        const std::size_t needed = steps.back().needed.back();
        steps.back().needed.pop_back();
        if (states[needed] == State::New)
          open(needed);
        else if (states[needed] == State::Open)
          close_circle(needed);
      }
    }
    return order;
  }

  void compile_element(std::size_t index) {
    CompiledElement& element = compiled_.elements[index];
    if (element.kind == Kind::Input) return;
    if (element.kind == Kind::DecisionService) {
      if (element.result.any()) element.known = Type::function_of(types_of(element.parameters), known_result(element));
      return;
    }
    feel::Scope scope = scopes_[element.model];
    for (const Requirement& requirement : element.requirements) {
      if (requirement.element) {
        scope.add(requirement.name, compiled_.elements[*requirement.element].known);
        continue;
      }
      std::vector<Type::Member> members;
      for (const auto& [name, other] : requirement.of_import) {
        members.emplace_back(name, compiled_.elements[other].known);
      }
      scope.add(requirement.name, Type::context_of(std::move(members)));
    }
    for (const feel::Parameter& parameter : element.parameters) scope.add(parameter.name, parameter.type);

    const std::size_t model = element.model;
    BoxedCompiler compiler(
        [this, model](const TypeRef& type, const std::string& where, Place) { return resolve(model, type, where); },
        compiled_);
    compiler.need_frame(scope.variables().size());
    const std::size_t first_table = compiled_.tables.size();
    if (element.kind == Kind::Decision) {
      const auto& decision = static_cast<const Decision&>(*element.source);
      if (decision.expression) element.logic = compiler.compile(*decision.expression, scope, element.where);
      if (element.logic && element.type.any()) element.known = element.logic->type;
    } else {
      const auto& knowledge = static_cast<const BusinessKnowledgeModel&>(*element.source);
      if (knowledge.encapsulated_logic) {
        const FunctionDefinition& function = *knowledge.encapsulated_logic;
        element.external = function.kind != FunctionDefinition::Kind::Feel;
        if (element.external) {
          finding("Functions outside FEEL (Java, PMML) are not run here.", element.where,
                  "Write the function in FEEL.");
        } else if (function.body) {
          element.logic = compiler.compile(*function.body, scope, element.where);
        }
      }
      if (element.logic && element.result.any())
        element.known = Type::function_of(types_of(element.parameters), element.logic->type);
    }
    for (std::size_t i = first_table; i < compiled_.tables.size(); ++i) compiled_.tables[i].element = index;
    element.frame_size = compiler.frame_size();
    element.depth = compiler.depth();
  }

  static std::vector<Type> types_of(const std::vector<feel::Parameter>& parameters) {
    std::vector<Type> types;
    for (const feel::Parameter& parameter : parameters) types.push_back(parameter.type);
    return types;
  }

  Type known_result(const CompiledElement& service) const {
    if (service.outputs.size() == 1) return compiled_.elements[service.outputs[0]].known;
    std::vector<Type::Member> members;
    for (std::size_t i = 0; i < service.outputs.size(); ++i) {
      members.emplace_back(service.output_names[i], compiled_.elements[service.outputs[i]].known);
    }
    return Type::context_of(std::move(members));
  }

  // What a decision service may look at: what its outputs require, up to what is given to it.
  void look_inside(std::size_t index) {
    CompiledElement& service = compiled_.elements[index];
    if (service.kind != Kind::DecisionService) return;
    std::set<std::size_t> inside(service.parameter_elements.begin(), service.parameter_elements.end());
    std::vector<std::size_t> waiting;
    const auto look_at = [&](std::size_t element) {
      if (inside.insert(element).second) waiting.push_back(element);
    };
    for (const std::size_t output : service.outputs) look_at(output);
    while (!waiting.empty()) {
      const std::size_t element = waiting.back();
      waiting.pop_back();
      each_required(compiled_.elements[element], look_at);
    }
    service.inside.assign(inside.begin(), inside.end());
  }

  Compiled& compiled_;
  std::vector<std::map<std::string, TypeEntry>> types_;
  int type_depth_ = 0;   // Types being made, one for another.
  int type_levels_ = 0;  // Of what the type being made is made of so far.
  std::vector<feel::Scope> scopes_;
  std::vector<Instance> instances_;
  std::vector<std::size_t> instance_of_;  // Of each element.
};

}  // namespace

std::optional<std::size_t> Compiled::find(std::string_view name) const {
  if (const auto exact = by_name.find(name); exact != by_name.end()) return exact->second;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].source->name != name) continue;
    if (found && elements[*found].source != elements[i].source) return std::nullopt;
    if (!found) found = i;
  }
  return found;
}

const Compiled::Meant* Compiled::meant_by(std::string_view name) const {
  auto found = givable.find(name);
  if (found == givable.end()) found = givable.find(feel::name_key(name));
  return found == givable.end() ? nullptr : &found->second;
}

DecisionModel::DecisionModel() : compiled_(std::make_unique<Compiled>()) {}
DecisionModel::~DecisionModel() = default;

Result<std::shared_ptr<const DecisionModel>> DecisionModel::compile(Model model, std::vector<Model> imported) {
  const std::shared_ptr<DecisionModel> made(new DecisionModel());
  made->compiled_->models.reserve(1 + imported.size());
  made->compiled_->models.push_back(std::move(model));
  for (Model& other : imported) {
    const auto& models = made->compiled_->models;
    const bool twice = std::any_of(models.begin(), models.end(),
                                   [&](const Model& each) { return each.namespace_uri == other.namespace_uri; });
    if (!twice) made->compiled_->models.push_back(std::move(other));
  }
  Compiler(*made->compiled_).compile();
  return std::shared_ptr<const DecisionModel>(made);
}

const Model& DecisionModel::model() const {
  return compiled_->models.front();
}

const Problems& DecisionModel::findings() const {
  return compiled_->findings;
}

std::vector<DecisionModel::Need> DecisionModel::needs(std::string_view decision) const {
  std::vector<Need> needs;
  const auto first = compiled_->find(decision);
  if (!first) return needs;
  // Inside a decision service nothing is needed for what is given to it.
  struct Seen {
    std::size_t element;
    std::optional<std::size_t> service;
    auto operator<=>(const Seen&) const = default;
  };
  std::set<Seen> seen;
  std::set<std::size_t> inputs;
  std::vector<Seen> waiting;
  const auto look_at = [&](std::size_t element, std::optional<std::size_t> service) {
    if (service) {
      const auto& given = compiled_->elements[*service].parameter_elements;
      if (std::find(given.begin(), given.end(), element) != given.end()) return;
    }
    if (seen.insert({element, service}).second) waiting.push_back({element, service});
  };
  look_at(*first, std::nullopt);
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    const auto [index, service] = waiting[next];
    const CompiledElement& element = compiled_->elements[index];
    if (element.kind == CompiledElement::Kind::Input && inputs.insert(index).second) {
      std::string name;
      for (const std::string& part : element.qualifier) name += part + ".";
      needs.push_back({name + element.name, element.type});
    }
    for (const Requirement& requirement : element.requirements) {
      if (requirement.element) look_at(*requirement.element, service);
      for (const auto& [name, other] : requirement.of_import) look_at(other, service);
    }
    for (const std::size_t output : element.outputs) look_at(output, index);
  }
  return needs;
}

}  // namespace guildhall::dmn
