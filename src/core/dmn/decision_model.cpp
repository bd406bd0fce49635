#include "dmn/decision_model.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using Kind = CompiledElement::Kind;

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

class Compiler {
 public:
  Compiler(Compiled& compiled) : compiled_(compiled) {}

  void compile() {
    find_models();
    for (std::size_t model = 0; model < compiled_.models.size(); ++model) list_elements(model);
    qualify();
    for (std::size_t model = 0; model < compiled_.models.size(); ++model) prepare_scope(model);
    for (std::size_t element = 0; element < compiled_.elements.size(); ++element) find_types(element);
    for (std::size_t element = 0; element < compiled_.elements.size(); ++element) compile_element(element);
  }

 private:
  struct TypeEntry {
    const ItemDefinition* definition = nullptr;
    enum class State : std::uint8_t { Waiting, Making, Made } state = State::Waiting;
    Type type;
  };

  void finding(std::string what, std::string where, std::string remedy) {
    compiled_.findings.push_back({std::move(what), std::move(where), std::move(remedy)});
  }

  // ---- Models and elements

  void find_models() {
    for (std::size_t model = 0; model < compiled_.models.size(); ++model) {
      types_.emplace_back();
      scopes_.emplace_back();
      by_id_.emplace_back();
      for (const ItemDefinition& definition : compiled_.models[model].item_definitions) {
        types_[model][definition.name].definition = &definition;
      }
    }
  }

  // The model that an import of `model` means; nothing where it isn't one of ours.
  std::optional<std::size_t> imported(const Import& import) const {
    for (std::size_t i = 0; i < compiled_.models.size(); ++i) {
      if (compiled_.models[i].namespace_uri == import.namespace_uri) return i;
    }
    return std::nullopt;
  }

  template <class Source>
  void list(std::size_t model, Kind kind, const Source& source) {
    CompiledElement element;
    element.kind = kind;
    element.model = model;
    element.source = &source;
    element.variable = &source.variable;
    element.name = source.variable.name.empty() ? source.name : source.variable.name;
    element.where = std::string(spoken(kind)) + "‘" + source.name + "’";
    if (!source.id.empty()) by_id_[model].emplace(source.id, compiled_.elements.size());
    compiled_.elements.push_back(std::move(element));
  }

  void list_elements(std::size_t index) {
    const Model& model = compiled_.models[index];
    for (const InputData& input : model.inputs) list(index, Kind::Input, input);
    for (const Decision& decision : model.decisions) list(index, Kind::Decision, decision);
    for (const auto& knowledge : model.business_knowledge_models) list(index, Kind::BusinessKnowledgeModel, knowledge);
    for (const DecisionService& service : model.decision_services) list(index, Kind::DecisionService, service);
  }

  // The path of imports from the first model to each other one: the shortest.
  void qualify() {
    std::vector<std::optional<std::vector<std::string>>> paths(compiled_.models.size());
    paths[0].emplace();
    std::vector<std::size_t> queue{0};
    for (std::size_t next = 0; next < queue.size(); ++next) {
      for (const Import& import : compiled_.models[queue[next]].imports) {
        const auto target = imported(import);
        if (!target) {
          const bool decisions = import.import_type.find("/DMN/") != std::string::npos;
          finding("The imported model ‘" + import.name + "’ (" + import.namespace_uri + ") is not there.",
                  "import ‘" + import.name + "’",
                  decisions ? "Put its file beside this model." : "Only DMN models can be imported.");
          continue;
        }
        if (paths[*target]) continue;
        paths[*target] = *paths[queue[next]];
        if (!import.name.empty()) paths[*target]->push_back(import.name);
        queue.push_back(*target);
      }
    }
    for (std::size_t i = 0; i < compiled_.elements.size(); ++i) {
      CompiledElement& element = compiled_.elements[i];
      if (!paths[element.model]) continue;
      element.qualifier = *paths[element.model];
      std::string name;
      for (const std::string& part : element.qualifier) name += part + ".";
      compiled_.by_name.emplace(name + element.source->name, i);
    }
  }

  // ---- Types

  Type named_type(std::size_t model, const std::string& name, bool& found) {
    found = true;
    if (const auto own = types_[model].find(name); own != types_[model].end()) return made_type(model, own->second);
    if (const auto simple = Type::named(name)) return *simple;
    if (name == "list" || name == "context" || name == "function" || name == "range") return {};
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
      entry.type = item_type(model, *entry.definition).with_name(entry.definition->name);
      entry.state = TypeEntry::State::Made;
    }
    return entry.type;
  }

  Type item_type(std::size_t model, const ItemDefinition& definition) {
    const std::string where = "item definition ‘" + definition.name + "’";
    Type type;
    if (definition.function_item) {
      std::vector<Type> parameters;
      for (const InformationItem& parameter : definition.function_item->parameters) {
        parameters.push_back(resolve(model, parameter.type, where));
      }
      type = Type::function_of(std::move(parameters), resolve(model, definition.function_item->output_type, where));
    } else if (!definition.components.empty()) {
      std::vector<Type::Member> members;
      for (const ItemDefinition& component : definition.components) {
        members.emplace_back(component.name, item_type(model, component));
      }
      type = Type::context_of(std::move(members));
    } else {
      type = resolve(model, definition.type, where);
    }
    if (const auto tests = type_tests(definition.allowed_values, where + ", allowed values"))
      type = type.with_allowed(tests);
    if (definition.is_collection) type = Type::list_of(std::move(type));
    if (const auto tests = type_tests(definition.type_constraint, where + ", type constraint"))
      type = type.with_allowed(tests);
    return type;
  }

  ExpressionPointer type_tests(const Text& text, const std::string& where) {
    if (text.text.empty()) return nullptr;
    BoxedCompiler compiler({}, compiled_);
    return compiler.text(text, {}, feel::Expression::Form::UnaryTests, where);
  }

  // ---- Names

  // What every expression of a model may name besides its variables: types, and the entries of contexts.
  void prepare_scope(std::size_t index) {
    feel::Scope& scope = scopes_[index];
    std::set<std::size_t> seen;
    add_types(scope, index, "", seen, 0);
    for (const Model& model : compiled_.models) {
      for (const ItemDefinition& definition : model.item_definitions) add_members(scope, definition);
      for (const Decision& decision : model.decisions) {
        if (decision.expression) add_members(scope, *decision.expression);
      }
      for (const auto& knowledge : model.business_knowledge_models) {
        if (knowledge.encapsulated_logic && knowledge.encapsulated_logic->body)
          add_members(scope, *knowledge.encapsulated_logic->body);
      }
    }
  }

  void add_types(feel::Scope& scope, std::size_t model, const std::string& prefix, std::set<std::size_t>& seen,
                 int depth) {
    if (depth > 5 || !seen.insert(model).second) return;
    for (const ItemDefinition& definition : compiled_.models[model].item_definitions) {
      scope.add_type(prefix + definition.name, made_type(model, types_[model][definition.name]));
    }
    for (const Import& import : compiled_.models[model].imports) {
      if (const auto target = imported(import)) {
        add_types(scope, *target, import.name.empty() ? prefix : prefix + import.name + ".", seen, depth + 1);
      }
    }
  }

  static void add_members(feel::Scope& scope, const ItemDefinition& definition) {
    for (const ItemDefinition& component : definition.components) {
      scope.add_member(component.name);
      add_members(scope, component);
    }
  }

  static void add_members(feel::Scope& scope, const Expression& expression) {
    if (const auto* table = std::get_if<DecisionTable>(&expression.form)) {
      for (const OutputClause& output : table->outputs) scope.add_member(output.name);
    } else if (const auto* context = std::get_if<BoxedContext>(&expression.form)) {
      for (const ContextEntry& entry : context->entries) {
        if (entry.variable) scope.add_member(entry.variable->name);
        add_members(scope, entry.expression);
      }
    } else if (const auto* relation = std::get_if<Relation>(&expression.form)) {
      for (const InformationItem& column : relation->columns) scope.add_member(column.name);
    } else if (const auto* list = std::get_if<BoxedList>(&expression.form)) {
      for (const Expression& item : list->items) add_members(scope, item);
    }
  }

  // ---- Requirements

  std::optional<std::size_t> target(std::size_t model, const Href& href) const {
    std::size_t other = model;
    if (!href.namespace_uri.empty()) {
      other = compiled_.models.size();
      for (std::size_t i = 0; i < compiled_.models.size(); ++i) {
        if (compiled_.models[i].namespace_uri == href.namespace_uri) other = i;
      }
      for (const Import& import : compiled_.models[model].imports) {
        if (other == compiled_.models.size() && import.location_uri == href.namespace_uri)
          other = imported(import).value_or(other);
      }
      if (other == compiled_.models.size()) return std::nullopt;
    }
    const auto found = by_id_[other].find(href.id);
    return found == by_id_[other].end() ? std::nullopt : std::optional(found->second);
  }

  void require(CompiledElement& element, const Href& href) {
    const auto required = target(element.model, href);
    if (!required) {
      finding("It requires an element that is not there: " + href.namespace_uri + "#" + href.id + ".", element.where,
              "Mend the requirement, or put the imported model beside this one.");
      return;
    }
    const CompiledElement& other = compiled_.elements[*required];
    std::string import_name;
    if (other.model != element.model) {
      const auto& imports = compiled_.models[element.model].imports;
      const auto import = std::find_if(imports.begin(), imports.end(),
                                       [&](const Import& each) { return imported(each) == other.model; });
      if (import != imports.end()) import_name = import->name;
    }
    auto& requirements = element.requirements;
    if (import_name.empty()) {
      requirements.push_back({other.name, *required, {}});
      return;
    }
    auto same = std::find_if(requirements.begin(), requirements.end(),
                             [&](const Requirement& each) { return !each.element && each.name == import_name; });
    if (same == requirements.end()) same = requirements.insert(same, {import_name, std::nullopt, {}});
    same->of_import.emplace_back(other.name, *required);
  }

  // ---- Elements

  // The types that are written down, so that whoever needs an element knows its type before it is compiled.
  void find_types(std::size_t index) {
    CompiledElement& element = compiled_.elements[index];
    element.type = resolve(element.model, element.variable->type, element.where);
    if (element.kind == Kind::Decision) {
      const auto& decision = static_cast<const Decision&>(*element.source);
      for (const InformationRequirement& requirement : decision.information_requirements)
        require(element, requirement.required);
      for (const KnowledgeRequirement& requirement : decision.knowledge_requirements)
        require(element, requirement.required);
    } else if (element.kind == Kind::BusinessKnowledgeModel) {
      const auto& knowledge = static_cast<const BusinessKnowledgeModel&>(*element.source);
      for (const KnowledgeRequirement& requirement : knowledge.knowledge_requirements)
        require(element, requirement.required);
      // A business knowledge model may call itself.
      const auto& requirements = element.requirements;
      if (std::none_of(requirements.begin(), requirements.end(),
                       [&](const Requirement& each) { return each.name == element.name; })) {
        element.requirements.push_back({element.name, index, {}});
      }
      std::vector<Type> types;
      if (knowledge.encapsulated_logic) {
        for (const InformationItem& parameter : knowledge.encapsulated_logic->parameters) {
          types.push_back(
              resolve(element.model, parameter.type, element.where + ", parameter ‘" + parameter.name + "’"));
          element.parameters.push_back({parameter.name, types.back()});
        }
      }
      const Type logic = resolve(element.model, knowledge.logic_type, element.where);
      const auto result_of = [](const Type& type) {
        return type.base() == Type::Base::Function ? type.result() : type;
      };
      element.result = element.type.any() ? result_of(logic) : result_of(element.type);
      element.type = Type::function_of(std::move(types), element.result);
    } else if (element.kind == Kind::DecisionService) {
      const auto& service = static_cast<const DecisionService&>(*element.source);
      element.result = element.type.base() == Type::Base::Function ? element.type.result() : element.type;
      const auto add = [&](const std::vector<Href>& hrefs) {
        for (const Href& href : hrefs) {
          if (const auto required = target(element.model, href)) element.parameter_elements.push_back(*required);
        }
      };
      add(service.input_data);
      add(service.input_decisions);
      for (const Href& href : service.output_decisions) {
        if (const auto required = target(element.model, href)) element.outputs.push_back(*required);
      }
      std::vector<Type> types;
      for (const std::size_t parameter : element.parameter_elements) {
        const CompiledElement& other = compiled_.elements[parameter];
        types.push_back(resolve(other.model, other.variable->type, other.where));
        element.parameters.push_back({other.name, types.back()});
      }
      element.type = Type::function_of(std::move(types), element.result);
    }
    element.known = element.type;
  }

  void compile_element(std::size_t index) {
    if (states_.size() < compiled_.elements.size()) states_.resize(compiled_.elements.size(), 0);
    if (states_[index] == 2) return;
    CompiledElement& element = compiled_.elements[index];
    if (states_[index] == 1) {
      if (element.kind == Kind::Decision) {
        finding("The decision needs its own result.", element.where,
                "Remove one of the requirements that go round in a circle.");
      }
      return;
    }
    states_[index] = 1;
    feel::Scope scope = scopes_[element.model];
    for (const Requirement& requirement : element.requirements) {
      if (requirement.element) {
        compile_element_before(index, *requirement.element);
        scope.add(requirement.name, compiled_.elements[*requirement.element].known);
        continue;
      }
      std::vector<Type::Member> members;
      for (const auto& [name, other] : requirement.of_import) {
        compile_element_before(index, other);
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
    } else if (element.kind == Kind::BusinessKnowledgeModel) {
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
    }
    for (std::size_t i = first_table; i < compiled_.tables.size(); ++i) compiled_.tables[i].element = index;
    element.frame_size = compiler.frame_size();
    if (element.kind == Kind::Decision && element.type.any() && element.logic) element.known = element.logic->type;
    states_[index] = 2;
  }

  // What an element requires is compiled first, so that its type is known; functions may go in circles.
  void compile_element_before(std::size_t index, std::size_t required) {
    if (required == index && compiled_.elements[index].kind == Kind::BusinessKnowledgeModel) return;
    compile_element(required);
  }

  Compiled& compiled_;
  std::vector<std::map<std::string, TypeEntry>> types_;
  std::vector<feel::Scope> scopes_;
  std::vector<std::unordered_map<std::string, std::size_t>> by_id_;
  std::vector<std::uint8_t> states_;
};

}  // namespace

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
  const auto first = compiled_->by_name.find(decision);
  if (first == compiled_->by_name.end()) return needs;
  std::vector<bool> seen(compiled_->elements.size());
  std::vector<std::size_t> waiting{first->second};
  seen[first->second] = true;
  const auto look_at = [&](std::size_t element) {
    if (!seen[element]) waiting.push_back(element);
    seen[element] = true;
  };
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    const CompiledElement& element = compiled_->elements[waiting[next]];
    if (element.kind == CompiledElement::Kind::Input) {
      std::string name;
      for (const std::string& part : element.qualifier) name += part + ".";
      needs.push_back({name + element.name, element.type});
    }
    for (const Requirement& requirement : element.requirements) {
      if (requirement.element) look_at(*requirement.element);
      for (const auto& [name, other] : requirement.of_import) look_at(other);
    }
  }
  return needs;
}

}  // namespace guildhall::dmn
