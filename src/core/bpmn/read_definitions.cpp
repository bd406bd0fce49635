#include "bpmn/read_definitions.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "bpmn/impl/element.h"
#include "bpmn/impl/names.h"

namespace guildhall::bpmn {
namespace {

constexpr std::size_t kMaxDepth = 60;
constexpr std::size_t kMaxProblems = 100;

struct NodeName {
  std::string_view element;
  NodeType type;
};
constexpr std::array<NodeName, 22> kNodes{{{"startEvent", NodeType::StartEvent},
                                           {"endEvent", NodeType::EndEvent},
                                           {"intermediateCatchEvent", NodeType::IntermediateCatchEvent},
                                           {"intermediateThrowEvent", NodeType::IntermediateThrowEvent},
                                           {"boundaryEvent", NodeType::BoundaryEvent},
                                           {"task", NodeType::Task},
                                           {"userTask", NodeType::UserTask},
                                           {"serviceTask", NodeType::ServiceTask},
                                           {"scriptTask", NodeType::ScriptTask},
                                           {"sendTask", NodeType::SendTask},
                                           {"receiveTask", NodeType::ReceiveTask},
                                           {"manualTask", NodeType::ManualTask},
                                           {"businessRuleTask", NodeType::BusinessRuleTask},
                                           {"callActivity", NodeType::CallActivity},
                                           {"subProcess", NodeType::SubProcess},
                                           {"adHocSubProcess", NodeType::AdHocSubProcess},
                                           {"transaction", NodeType::Transaction},
                                           {"exclusiveGateway", NodeType::ExclusiveGateway},
                                           {"parallelGateway", NodeType::ParallelGateway},
                                           {"inclusiveGateway", NodeType::InclusiveGateway},
                                           {"eventBasedGateway", NodeType::EventBasedGateway},
                                           {"complexGateway", NodeType::ComplexGateway}}};

struct TriggerName {
  std::string_view element;
  TriggerType type;
};
constexpr std::array<TriggerName, 10> kTriggers{{{"messageEventDefinition", TriggerType::Message},
                                                 {"signalEventDefinition", TriggerType::Signal},
                                                 {"errorEventDefinition", TriggerType::Error},
                                                 {"escalationEventDefinition", TriggerType::Escalation},
                                                 {"timerEventDefinition", TriggerType::Timer},
                                                 {"conditionalEventDefinition", TriggerType::Conditional},
                                                 {"linkEventDefinition", TriggerType::Link},
                                                 {"compensateEventDefinition", TriggerType::Compensation},
                                                 {"cancelEventDefinition", TriggerType::Cancel},
                                                 {"terminateEventDefinition", TriggerType::Terminate}}};

std::string attribute(const Element& element, std::string_view name, std::string_view otherwise = "") {
  const std::string* value = element.attribute(name);
  return value == nullptr ? std::string(otherwise) : *value;
}

bool is_true(const Element& element, std::string_view name, bool otherwise) {
  const std::string* value = element.attribute(name);
  if (value == nullptr) return otherwise;
  return *value == "true" || *value == "1";
}

// "ns:message1" refers to message1: ids are looked up without the prefix.
std::string local(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return std::string(trimmed(colon == std::string_view::npos ? name : name.substr(colon + 1)));
}

class Reader {
 public:
  explicit Reader(const ReadOptions& options) {
    for (const std::string& name : options.names) given_.add(name);
  }

  Result<Definitions> read(std::string_view xml) {
    const Element root = TRY(read_elements(xml));
    unique_ids(root);
    Definitions definitions;
    definitions.id = attribute(root, "id");
    for (const Element& child : root.children) {
      const std::string id = attribute(child, "id");
      if (child.name == "message" || child.name == "signal") {
        names_[id] = attribute(child, "name", id);
      } else if (child.name == "error") {
        names_[id] = attribute(child, "errorCode", attribute(child, "name", id));
      } else if (child.name == "escalation") {
        names_[id] = attribute(child, "escalationCode", attribute(child, "name", id));
      } else if (child.name == "globalTask" || child.name == "globalUserTask" || child.name == "globalScriptTask" ||
                 child.name == "globalManualTask" || child.name == "globalBusinessRuleTask") {
        global_tasks_.push_back(&child);
      } else if (child.name == "resource") {
        resources_[id] = attribute(child, "name", id);
      } else if (child.name == "interface") {
        for (const Element& operation : child.children) {
          if (operation.name != "operation") continue;
          const Element* message = operation.child("inMessageRef");
          operations_[attribute(operation, "id")] = {attribute(operation, "name"),
                                                     message == nullptr ? "" : local(message->text)};
        }
      }
    }
    collect_event_definitions(root);
    correlations(root);
    for (const Element& child : root.children) {
      if (child.name == "process") definitions.processes.push_back(process(child));
    }
    for (const Element* task : global_tasks_) definitions.processes.push_back(global_task(*task));
    message_flows(root, definitions);
    for (const auto& [message, correlation] : correlations_) definitions.correlations.push_back(correlation);
    if (definitions.processes.empty()) problem("The file has no process.", place(root), "Add a <process>.");
    if (!problems_.empty()) return std::move(problems_);
    return definitions;
  }

 private:
  static std::string place(const Element& element) {
    const std::string* id = element.attribute("id");
    return element.name + (id == nullptr ? "" : " " + *id) + ", line " + std::to_string(element.line);
  }

  void problem(std::string what, std::string where, std::string remedy) {
    Problem made{std::move(what), std::move(where), std::move(remedy)};
    const auto same = [&](const Problem& each) { return each.what == made.what && each.where == made.where; };
    if (problems_.size() >= kMaxProblems || std::any_of(problems_.begin(), problems_.end(), same)) return;
    problems_.push_back(std::move(made));
  }

  // An id is an xsd:ID: one element's in the whole file.
  void unique_ids(const Element& root) {
    std::unordered_set<std::string_view> ids;
    std::vector<const Element*> waiting{&root};
    while (!waiting.empty()) {
      const Element& element = *waiting.back();
      waiting.pop_back();
      const std::string* id = element.attribute("id");
      if (id != nullptr && !ids.insert(*id).second) {
        problem("Two elements have the id ‘" + *id + "’.", place(element),
                "Give each element an id of its own (BPMN 8.2.1).");
      }
      for (auto child = element.children.rbegin(); child != element.children.rend(); ++child)
        waiting.push_back(&*child);
    }
  }

  // They may stand anywhere, to be referred to.
  void collect_event_definitions(const Element& element) {
    for (const Element& child : element.children) {
      const bool known = std::any_of(kTriggers.begin(), kTriggers.end(),
                                     [&](const TriggerName& each) { return each.element == child.name; });
      if (known) event_definitions_.emplace(attribute(child, "id"), &child);
      collect_event_definitions(child);
    }
  }

  // ---- FEEL

  // Names that FEEL doesn't know are variables of the process.
  Formula formula(std::string_view text, const std::string& where) {
    feel::Scope scope;
    declared_.add_to(scope, text);
    given_.add_to(scope, text);
    auto compiled = feel::Expression::compile(text, scope, feel::Expression::Form::Expression, where);
    if (compiled.ok()) {
      std::set<std::string> unknown;
      std::set<std::string> called;
      find_unknown((*compiled)->root(), unknown, called);
      std::erase_if(unknown, [&](const std::string& name) { return called.contains(name); });
      if (!unknown.empty()) {
        for (const std::string& name : unknown) scope.add(name);
        compiled = feel::Expression::compile(text, scope, feel::Expression::Form::Expression, where);
      }
    }
    Formula formula;
    const Problems& wrong = compiled.ok() ? (*compiled)->findings() : compiled.problems();
    for (const Problem& each : wrong) problem(each.what, each.where, each.remedy);
    if (!wrong.empty()) return formula;
    formula.expression = *compiled;
    const auto& used = (*compiled)->variables_used();
    for (std::uint32_t i = 0; i < scope.variables().size(); ++i) {
      formula.variables.push_back(used.contains(i) ? scope.variables()[i].name : "");
    }
    return formula;
  }

  // A variable may have the name of a built-in function: "count" where nothing is counted.
  static void find_unknown(const feel::Node& node, std::set<std::string>& names, std::set<std::string>& called) {
    if (node.op == feel::Op::Unknown || node.op == feel::Op::BuiltinName) names.emplace(node.name);
    const bool loops = node.op == feel::Op::For || node.op == feel::Op::Some || node.op == feel::Op::Every;
    const auto visit = [&](const feel::Node* each, bool callee) {
      if (each == nullptr) return;
      if (callee && each->op == feel::Op::BuiltinName) {
        called.emplace(each->name);
      } else {
        find_unknown(*each, names, called);
      }
    };
    for (const feel::Node* child : node.children) {
      visit(child, node.op == feel::Op::Call && child == node.children[0]);
    }
    // A call of a built-in function keeps there what was written, the function first.
    for (const feel::Iterator& iterator : node.iterators) {
      visit(iterator.from, !loops && &iterator == node.iterators.data());
      visit(iterator.to, false);
    }
    if (node.function != nullptr) find_unknown(*node.function->body, names, called);
  }

  std::optional<Formula> child_formula(const Element& element, std::string_view name) {
    const Element* child = element.child(name);
    if (child == nullptr || trimmed(child->text).empty()) return std::nullopt;
    return formula(trimmed(child->text), place(element) + ", " + std::string(name));
  }

  // ISO 8601 as it stands, or FEEL.
  Formula moment(std::string_view text, const std::string& where) {
    text = trimmed(text);
    const bool iso = !text.empty() && text.find_first_not_of("0123456789PTYMDHSWRZ:.+-/") == std::string_view::npos;
    return formula(iso ? "\"" + std::string(text) + "\"" : std::string(text), where);
  }

  std::optional<Formula> our_formula(const Element& element, std::string_view name) {
    const std::string* text = element.extension(name);
    if (text == nullptr) return std::nullopt;
    return formula(trimmed(*text), place(element) + ", guildhall:" + std::string(name));
  }

  // ---- Correlation: 8.4.2

  // Those that a process subscribes to come first: a message is told apart by one.
  std::vector<const Element*> correlation_keys(const Element& root) {
    std::unordered_set<std::string> properties;
    std::unordered_set<std::string> subscribed;
    for (const Element& child : root.children) {
      if (child.name == "correlationProperty") properties.insert(attribute(child, "id"));
      for (const Element& inner : child.children) {
        if (inner.name == "correlationSubscription") subscribed.insert(local(attribute(inner, "correlationKeyRef")));
      }
    }
    std::vector<const Element*> keys;
    find_keys(root, keys, 0);
    for (const Element* key : keys) {
      auto& names = keys_[attribute(*key, "id")];
      for (const Element& child : key->children) {
        if (child.name != "correlationPropertyRef") continue;
        names.push_back(local(child.text));
        if (!properties.contains(names.back())) {
          problem("There is no correlation property ‘" + names.back() + "’.", place(*key),
                  "Add it to the definitions (BPMN 8.4.2).");
        }
      }
    }
    std::stable_partition(keys.begin(), keys.end(),
                          [&](const Element* key) { return subscribed.contains(attribute(*key, "id")); });
    return keys;
  }

  void correlations(const Element& root) {
    correlations_by_key(root);
    for (const Element& child : root.children) {
      if (child.name != "message") continue;
      auto path = our_formula(child, "correlation");
      if (!path) continue;
      auto made = std::make_shared<Correlation>();
      made->message = attribute(child, "name", attribute(child, "id"));
      made->paths.push_back(std::move(*path));
      correlations_[made->message] = std::move(made);
    }
    implied_correlations(root, 0);
  }

  void correlations_by_key(const Element& root) {
    const auto keys = correlation_keys(root);
    // By message and property: where the value is.
    std::map<std::pair<std::string, std::string>, const Element*> paths;
    for (const Element& property : root.children) {
      if (property.name != "correlationProperty") continue;
      for (const Element& child : property.children) {
        if (child.name != "correlationPropertyRetrievalExpression") continue;
        const std::string message = local(attribute(child, "messageRef"));
        referenced(message, child);
        paths[{message, attribute(property, "id")}] = &child;
      }
    }
    std::unordered_map<std::string, std::vector<std::size_t>> by_property;  // Keys by the first of their properties.
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto& names = keys_[attribute(*keys[i], "id")];
      if (!names.empty()) by_property[names[0]].push_back(i);
    }
    std::map<std::string, std::size_t> chosen;  // Of each message the first key that it has whole.
    for (const auto& [where, retrieval] : paths) {
      for (const std::size_t i : by_property[where.second]) {
        const auto& names = keys_[attribute(*keys[i], "id")];
        const bool whole = std::all_of(names.begin(), names.end(), [&, message = where.first](const std::string& each) {
          return paths.contains({message, each});
        });
        if (!whole) continue;
        const auto [found, first] = chosen.emplace(where.first, i);
        found->second = std::min(found->second, i);
      }
    }
    for (const auto& [message, i] : chosen) {
      auto made = std::make_shared<Correlation>();
      made->key = attribute(*keys[i], "id");
      made->message = referenced(message, *keys[i]);
      for (const std::string& property : keys_[made->key]) {
        auto path = child_formula(*paths[{message, property}], "messagePath");
        if (!path) {
          problem("The property doesn't say where in the message it is.", place(*keys[i]) + ", " + property,
                  "Give its retrieval expression a messagePath in FEEL (BPMN 8.4.2).");
        }
        made->paths.push_back(path.value_or(Formula()));
      }
      correlations_.emplace(made->message, std::move(made));
    }
  }

  // Where a message doesn't say itself how it is told apart, it carries the values under the names that those who wait
  // for it use.
  void implied_correlations(const Element& element, std::size_t depth) {
    if (depth > 2 * kMaxDepth) return;
    for (const Element& child : element.children) {
      implied_correlations(child, depth + 1);
      const std::string* text = child.extension("correlation");
      const std::string* reference = child.attribute("messageRef");
      if (text == nullptr || reference == nullptr) continue;
      const auto name = names_.find(local(*reference));
      if (name == names_.end()) continue;
      const auto [found, first] = correlations_.try_emplace(name->second);
      if (first) {
        auto made = std::make_shared<Correlation>();
        made->message = name->second;
        made->paths.push_back(*our_formula(child, "correlation"));
        found->second = std::move(made);
        implied_.emplace(name->second, *text);
      } else if (const auto said = implied_.find(name->second); said != implied_.end() && said->second != *text) {
        problem("It isn't clear where in the message ‘" + name->second + "’ to find what it is known by.", place(child),
                "Give the <message> a guildhall:correlation.");
      }
    }
  }

  void find_keys(const Element& element, std::vector<const Element*>& keys, std::size_t depth) {
    if (depth > kMaxDepth) return;
    for (const Element& child : element.children) {
      if (child.name == "correlationKey") keys.push_back(&child);
      find_keys(child, keys, depth + 1);
    }
  }

  // What the process' own data say about a key.
  void subscriptions(const Element& process) {
    for (const Element& child : process.children) {
      if (child.name != "correlationSubscription") continue;
      const std::string key = local(attribute(child, "correlationKeyRef"));
      const auto known = keys_.find(key);
      if (known == keys_.end()) {
        problem("There is no correlation key ‘" + key + "’.", place(child),
                "Name one of a collaboration or conversation of this file (BPMN 8.4.2).");
        continue;
      }
      std::map<std::string, Formula> bindings;
      for (const Element& binding : child.children) {
        if (binding.name != "correlationPropertyBinding") continue;
        auto path = child_formula(binding, "dataPath");
        if (path) bindings[local(attribute(binding, "correlationPropertyRef"))] = std::move(*path);
      }
      std::vector<Formula> values;
      for (const std::string& property : known->second) {
        const auto bound = bindings.find(property);
        if (bound == bindings.end()) {
          problem("The subscription doesn't bind ‘" + property + "’.", place(child),
                  "Give it a correlationPropertyBinding with a dataPath for each property of its key (BPMN 8.4.2).");
          break;
        }
        values.push_back(std::move(bound->second));
      }
      subscriptions_[key] = std::move(values);
    }
  }

  // What is expected of a message of this name, where `element` waits for it or sends it.
  Expected expected(const Element& element, const std::string& message) {
    Expected result;
    auto value = our_formula(element, "correlation");
    const auto found = correlations_.find(message);
    if (found == correlations_.end()) {
      if (value) {
        problem("A message without a name can't be told apart.", place(element), "Give it a messageRef (BPMN 8.4.2).");
      }
      return result;
    }
    result.correlation = found->second;
    if (value) {
      if (found->second->paths.size() != 1) {
        problem("The message ‘" + message + "’ is told apart by several properties.", place(element),
                "Remove guildhall:correlation; a correlationSubscription says what is expected (BPMN 8.4.2).");
      }
      result.values.push_back(std::move(*value));
    } else if (const auto values = subscriptions_.find(found->second->key); values != subscriptions_.end()) {
      result.values = values->second;
    }
    return result;
  }

  // ---- People and systems: 10.3.3, 10.3.4

  void performers(const Element& element, Node& made) {
    Assignment assignment;
    for (const Element& child : element.children) {
      const bool team = child.name == "potentialOwner";
      if (!team && child.name != "humanPerformer" && child.name != "performer") continue;
      auto who = performer(child);
      if (!who) continue;
      if (team) {
        assignment.teams.push_back(std::move(*who));
      } else {
        assignment.assignee = std::move(who);
      }
    }
    for (const auto& [name, into] : {std::pair{"dueDate", &assignment.due}, {"followUpDate", &assignment.follow_up}}) {
      const std::string* text = element.extension(name);
      if (text != nullptr) *into = moment(*text, place(element) + ", guildhall:" + name);
    }
    assignment.priority = our_formula(element, "priority");
    const bool any = !assignment.teams.empty() || assignment.assignee || assignment.due || assignment.follow_up ||
                     assignment.priority;
    if (any) made.assignment = std::make_shared<Assignment>(std::move(assignment));
  }

  std::optional<Formula> performer(const Element& role) {
    if (const Element* assigned = role.child("resourceAssignmentExpression")) {
      for (const std::string_view name : {"formalExpression", "expression"}) {
        if (auto found = child_formula(*assigned, name)) return found;
      }
    }
    const Element* reference = role.child("resourceRef");
    if (reference == nullptr) return std::nullopt;
    const auto resource = resources_.find(local(reference->text));
    if (resource == resources_.end()) {
      problem("There is no resource ‘" + local(reference->text) + "’.", place(role),
              "Add the resource to the definitions (BPMN 8.4.12).");
      return std::nullopt;
    }
    const std::string text = feel::to_text(feel::Value::string(resource->second), resource->second.size() * 8 + 16);
    return formula(text, place(role));
  }

  // 10.8: the innermost lane is a task's.
  void lanes(const Element& lane_set) {
    for (const Element& lane : lane_set.children) {
      if (lane.name != "lane") continue;
      if (const Element* inner = lane.child("childLaneSet")) lanes(*inner);
      const std::string name(trimmed(attribute(lane, "name")));
      if (name.empty()) continue;
      for (const Element& node : lane.children) {
        if (node.name == "flowNodeRef") lanes_.emplace(local(node.text), name);
      }
    }
  }

  // A task in a sub-process stands in the lane of that, where it has none of its own.
  void assign_lanes() {
    if (lanes_.empty()) return;
    for (Node& node : process_->nodes) {
      if (node.type != NodeType::UserTask) continue;
      if (node.assignment != nullptr && !node.assignment->teams.empty()) continue;
      for (const Node* at = &node; at != nullptr;) {
        if (const auto lane = lanes_.find(at->id); lane != lanes_.end()) {
          auto assignment = node.assignment == nullptr ? std::make_shared<Assignment>()
                                                       : std::make_shared<Assignment>(*node.assignment);
          assignment->lane = lane->second;
          node.assignment = std::move(assignment);
          break;
        }
        const Index holder = process_->scopes[at->scope].node;
        at = holder == kNone ? nullptr : &process_->nodes[holder];
      }
    }
  }

  // The kind of work of a service or send task, and the message of its operation.
  void work(const Element& element, Node& made) {
    if (const auto operation = element.attribute("operationRef")) {
      const auto found = operations_.find(local(*operation));
      if (found == operations_.end()) {
        problem("There is no operation ‘" + local(*operation) + "’.", place(element),
                "Add it to an interface of the definitions (BPMN 8.4.3).");
      } else {
        made.work = found->second.name;
        const bool exchanges = made.type == NodeType::SendTask || made.type == NodeType::ReceiveTask;
        if (exchanges && made.message.empty() && !found->second.message.empty()) {
          made.message = referenced(found->second.message, element);
        }
      }
    }
    const std::string implementation = attribute(element, "implementation");
    if (made.work.empty() && !implementation.starts_with("##")) made.work = implementation;
    if (const std::string* kind = element.extension("work")) made.work = std::string(trimmed(*kind));
  }

  // ---- Processes and scopes

  Process process(const Element& element) {
    Process result;
    process_ = &result;
    by_id_.clear();
    flow_ids_.clear();
    declared_.clear();
    data_names_.clear();
    references_.clear();
    result.id = attribute(element, "id");
    result.name = attribute(element, "name", result.id);
    result.executable = is_true(element, "isExecutable", true);
    if (result.id.empty()) problem("The process has no id.", place(element), "Give it an id (BPMN 8.2.1).");
    lanes_.clear();
    subscriptions_.clear();
    declare(element);
    subscriptions(element);
    result.scopes.emplace_back();
    result.scopes[0].data = data_of(element, {"dataObject", "property", "dataInput", "dataOutput"});
    if (const std::string* text = element.extension("deadline")) {
      const std::string where = place(element) + ", guildhall:deadline";
      result.deadline = parse_integer(trimmed(*text)) ? formula(trimmed(*text), where) : moment(*text, where);
    }
    scope(element, 0, 0);
    assign_lanes();
    connect();
    check();
    process_ = nullptr;
    return result;
  }

  // A global task is a process of that task alone (10.3.6).
  Process global_task(const Element& element) {
    Process result;
    process_ = &result;
    by_id_.clear();
    flow_ids_.clear();
    declared_.clear();
    data_names_.clear();
    references_.clear();
    lanes_.clear();
    subscriptions_.clear();
    result.id = attribute(element, "id");
    result.name = attribute(element, "name", result.id);
    result.scopes.emplace_back();
    const NodeType type = element.name == "globalUserTask"           ? NodeType::UserTask
                          : element.name == "globalScriptTask"       ? NodeType::ScriptTask
                          : element.name == "globalManualTask"       ? NodeType::ManualTask
                          : element.name == "globalBusinessRuleTask" ? NodeType::BusinessRuleTask
                                                                     : NodeType::Task;
    node(element, type, 0, 0);
    connect();
    check();
    process_ = nullptr;
    return result;
  }

  static bool is_data(const Element& element) {
    return element.name == "dataObject" || element.name == "property" || element.name == "dataInput" ||
           element.name == "dataOutput" || element.name == "inputDataItem" || element.name == "outputDataItem";
  }

  // All names first: an editor may give a data object none, and its references one.
  void declare(const Element& process) {
    std::vector<const Element*> waiting{&process};
    std::vector<const Element*> references;
    while (!waiting.empty()) {
      const Element& element = *waiting.back();
      waiting.pop_back();
      const std::string id = attribute(element, "id");
      if (is_data(element)) {
        data_names_[id] = attribute(element, "name");
      } else if (element.name == "dataObjectReference") {
        references_[id] = local(attribute(element, "dataObjectRef"));
        references.push_back(&element);
      } else if (element.name == "dataStoreReference") {
        data_names_[id] = attribute(element, "name");
      }
      for (const Element& child : element.children) waiting.push_back(&child);
    }
    for (auto each = references.rbegin(); each != references.rend(); ++each) {
      std::string& name = data_names_[references_[attribute(**each, "id")]];
      if (name.empty()) name = attribute(**each, "name");
    }
    for (auto& [id, name] : data_names_) {
      if (name.empty()) name = id;
      declared_.add(name);
    }
  }

  // The names of an element's own data.
  std::vector<std::string> data_of(const Element& element, const std::set<std::string>& kinds) const {
    std::vector<std::string> names;
    for (const Element& child : element.children) {
      if (child.name == "ioSpecification") {
        for (const std::string& name : data_of(child, kinds)) names.push_back(name);
      }
      if (!kinds.contains(child.name)) continue;
      const auto known = data_names_.find(attribute(child, "id"));
      const std::string name = known == data_names_.end() ? attribute(child, "name") : known->second;
      if (!name.empty()) names.push_back(name);
    }
    return names;
  }

  // The variable that an id of a data object, a reference to one, or a data input means.
  std::string variable(std::string id) const {
    if (const auto reference = references_.find(id); reference != references_.end()) id = reference->second;
    const auto name = data_names_.find(id);
    return name == data_names_.end() ? id : name->second;
  }

  void scope(const Element& element, Index index, std::size_t depth) {
    if (depth > kMaxDepth) {
      problem("Sub-processes are nested too deeply.", place(element), "Call some of them as processes of their own.");
      return;
    }
    for (const Element& child : element.children) {
      if (child.name == "sequenceFlow") {
        flow(child);
        continue;
      }
      if (child.name == "laneSet") {
        lanes(child);
        continue;
      }
      if (child.name == "association") {
        associations_.emplace_back(local(attribute(child, "sourceRef")), local(attribute(child, "targetRef")));
        associations_.emplace_back(local(attribute(child, "targetRef")), local(attribute(child, "sourceRef")));
        continue;
      }
      const auto known =
          std::find_if(kNodes.begin(), kNodes.end(), [&](const NodeName& each) { return each.element == child.name; });
      if (known != kNodes.end()) node(child, known->type, index, depth);
    }
  }

  void node(const Element& element, NodeType type, Index scope_index, std::size_t depth) {
    const auto index = static_cast<Index>(process_->nodes.size());
    process_->nodes.emplace_back();
    process_->scopes[scope_index].nodes.push_back(index);
    Node made;
    made.type = type;
    made.id = attribute(element, "id");
    made.name = attribute(element, "name");
    made.scope = scope_index;
    if (type == NodeType::SubProcess && is_true(element, "triggeredByEvent", false))
      made.type = NodeType::EventSubProcess;
    made.start_quantity = quantity(element, "startQuantity");
    made.completion_quantity = quantity(element, "completionQuantity");
    made.for_compensation = is_true(element, "isForCompensation", false);
    made.parallel_multiple = is_true(element, "parallelMultiple", false);
    made.interrupting = is_true(element, type == NodeType::BoundaryEvent ? "cancelActivity" : "isInterrupting", true);
    made.instantiates = is_true(element, "instantiate", false);
    made.parallel_events = attribute(element, "eventGatewayType") == "Parallel";
    made.sequential = attribute(element, "ordering") == "Sequential";
    made.cancel_remaining = is_true(element, "cancelRemainingInstances", true);
    if (const std::string* pauses = element.extension("pausesDeadline"))
      made.pauses_deadline = trimmed(*pauses) == "true";
    made.called = local(attribute(element, "calledElement"));
    if (const auto message = element.attribute("messageRef")) made.message = referenced(*message, element);
    work(element, made);
    if (type == NodeType::SendTask || type == NodeType::ReceiveTask) made.expected = expected(element, made.message);
    if (type == NodeType::UserTask) performers(element, made);
    if (const std::string* decision = element.extension("decision");
        decision != nullptr && type == NodeType::BusinessRuleTask)
      made.called = std::string(trimmed(*decision));
    if (const std::string* result = element.extension("result")) made.result = std::string(trimmed(*result));
    if (const std::string* version = element.extension("version")) {
      const auto number = parse_integer(trimmed(*version));
      if (number && *number >= 1 && *number <= 1'000'000'000) {
        made.called_version = static_cast<std::uint32_t>(*number);
      } else {
        problem("The version ‘" + *version + "’ is not a whole number from 1.", place(element) + ", guildhall:version",
                "Mend it, or remove it to call the newest.");
      }
    }
    if (made.id.empty()) {
      problem("A " + element.name + " has no id.", place(element), "Give each flow element an id (BPMN 8.2.1).");
    } else {
      by_id_.emplace(made.id, index);
    }
    triggers(element, made, index);
    if (type == NodeType::ScriptTask) {
      made.formula = child_formula(element, "script");
    } else if (type == NodeType::AdHocSubProcess) {
      made.formula = child_formula(element, "completionCondition");
    } else if (type == NodeType::ComplexGateway) {
      made.formula = child_formula(element, "activationCondition");
    }
    loop(element, made);
    data(element, made);
    if (is_activity(made.type)) {
      made.data =
          data_of(element, is_sub_process(made.type) ? std::set<std::string>{"dataInput", "dataOutput"}
                                                     : std::set<std::string>{"dataInput", "dataOutput", "property"});
    }
    if (const auto attached = element.attribute("attachedToRef")) attached_.emplace_back(index, local(*attached));
    if (const auto standard = element.attribute("default")) defaults_.emplace_back(index, local(*standard));
    if (is_sub_process(made.type)) {
      made.inner = static_cast<Index>(process_->scopes.size());
      process_->scopes.emplace_back();
      process_->scopes.back().parent = scope_index;
      process_->scopes.back().node = index;
      process_->scopes.back().data = data_of(element, {"dataObject", "property"});
    }
    const Index inner = made.inner;
    process_->nodes[index] = std::move(made);
    if (inner != kNone) scope(element, inner, depth + 1);
  }

  std::uint32_t quantity(const Element& element, std::string_view name) {
    const auto number = parse_integer(attribute(element, name, "1"));
    if (number && *number >= 1 && *number <= 10'000) return static_cast<std::uint32_t>(*number);
    problem("The " + std::string(name) + " is not a whole number from 1 to 10000.", place(element),
            "Mend it, or leave it out to mean 1 (BPMN 10.3).");
    return 1;
  }

  std::string referenced(std::string_view reference, const Element& element) {
    const std::string id = local(reference);
    const auto found = names_.find(id);
    if (found != names_.end()) return found->second;
    problem("There is no ‘" + id + "’.", place(element),
            "Add the message, signal, error or escalation to the definitions (BPMN 8.4).");
    return id;
  }

  std::optional<Trigger> trigger(const Element& element, const Element& holder) {
    if (element.name == "eventDefinitionRef") {
      const auto found = event_definitions_.find(local(element.text));
      if (found != event_definitions_.end()) return trigger(*found->second, holder);
      problem("There is no event definition ‘" + local(element.text) + "’.", place(holder),
              "Name one of this file (BPMN 10.5.1).");
      return std::nullopt;
    }
    const auto known = std::find_if(kTriggers.begin(), kTriggers.end(),
                                    [&](const TriggerName& each) { return each.element == element.name; });
    if (known == kTriggers.end()) return std::nullopt;
    Trigger made;
    made.type = known->type;
    made.id = attribute(element, "id");
    for (const std::string_view reference : {"messageRef", "signalRef", "errorRef", "escalationRef"}) {
      if (const auto value = element.attribute(reference)) made.name = referenced(*value, element);
    }
    if (made.type == TriggerType::Message) made.expected = expected(element, made.name);
    if (made.type == TriggerType::Link) made.name = attribute(element, "name");
    if (made.type == TriggerType::Conditional) {
      made.formula = child_formula(element, "condition");
      if (!made.formula)
        problem("The conditional event has no condition.", place(holder), "Write one in FEEL (BPMN 10.5.5.3).");
    }
    if (made.type == TriggerType::Timer) {
      for (const auto& [name, kind] : {std::pair{"timeDate", Trigger::Timer::Date},
                                       {"timeDuration", Trigger::Timer::Duration},
                                       {"timeCycle", Trigger::Timer::Cycle}}) {
        const Element* child = element.child(name);
        if (child == nullptr) continue;
        made.timer = kind;
        made.formula = moment(child->text, place(holder) + ", " + name);
      }
      if (!made.formula)
        problem("The timer doesn't say when.", place(holder),
                "Give it a timeDate, timeDuration or timeCycle (BPMN 10.5.5.13).");
    }
    if (made.type == TriggerType::Compensation) {
      made.wait_for_completion = is_true(element, "waitForCompletion", true);
      // Kept as a name until all activities are known.
      if (const auto activity = element.attribute("activityRef")) made.name = local(*activity);
    }
    return made;
  }

  void triggers(const Element& element, Node& made, Index index) {
    for (const Element& child : element.children) {
      auto found = trigger(child, element);
      if (!found) continue;
      if (found->type == TriggerType::Compensation && !found->name.empty()) {
        compensations_.push_back({index, made.triggers.size(), std::exchange(found->name, "")});
      }
      made.triggers.push_back(std::move(*found));
    }
  }

  void loop(const Element& element, Node& made) {
    if (const Element* standard = element.child("standardLoopCharacteristics")) {
      Loop loop;
      loop.test_before = is_true(*standard, "testBefore", false);
      loop.condition = child_formula(*standard, "loopCondition");
      if (const auto maximum = standard->attribute("loopMaximum"))
        loop.maximum = formula(*maximum, place(element) + ", loopMaximum");
      made.loop = std::make_shared<Loop>(std::move(loop));
    }
    const Element* several = element.child("multiInstanceLoopCharacteristics");
    if (several == nullptr) return;
    Loop loop;
    loop.kind = is_true(*several, "isSequential", false) ? Loop::Kind::Sequential : Loop::Kind::Parallel;
    loop.cardinality = child_formula(*several, "loopCardinality");
    loop.condition = child_formula(*several, "completionCondition");
    if (const Element* input = several->child("loopDataInputRef")) loop.collection = variable(local(input->text));
    if (const Element* item = several->child("inputDataItem"))
      loop.item = attribute(*item, "name", attribute(*item, "id"));
    if (const Element* output = several->child("loopDataOutputRef"))
      loop.output_collection = variable(local(output->text));
    if (const Element* item = several->child("outputDataItem"))
      loop.output_item = attribute(*item, "name", attribute(*item, "id"));
    const std::string behavior = attribute(*several, "behavior", "All");
    loop.behavior = behavior == "None"      ? Loop::Behavior::None
                    : behavior == "One"     ? Loop::Behavior::One
                    : behavior == "Complex" ? Loop::Behavior::Complex
                                            : Loop::Behavior::All;
    const auto referred = [&](std::string_view reference) -> std::optional<Trigger> {
      const auto id = several->attribute(reference);
      if (id == nullptr) return std::nullopt;
      const auto found = event_definitions_.find(local(*id));
      if (found != event_definitions_.end()) return trigger(*found->second, element);
      problem("There is no event definition ‘" + local(*id) + "’.", place(element),
              "Name one of this file in " + std::string(reference) + " (BPMN 10.3.8.2).");
      return std::nullopt;
    };
    loop.one_event = referred("oneBehaviorEventRef");
    loop.none_event = referred("noneBehaviorEventRef");
    for (const Element& child : several->children) {
      if (child.name != "complexBehaviorDefinition") continue;
      auto condition = child_formula(child, "condition");
      const Element* event = child.child("event");
      if (!condition || event == nullptr) continue;
      for (const Element& definition : event->children) {
        if (auto thrown = trigger(definition, element))
          loop.complex_events.emplace_back(*condition, std::move(*thrown));
      }
    }
    if (!loop.cardinality && loop.collection.empty()) {
      problem("The activity doesn't say how many instances it has.", place(element),
              "Give it a loopCardinality or a loopDataInputRef (BPMN 10.3.8.2).");
    }
    made.loop = std::make_shared<Loop>(std::move(loop));
  }

  void data(const Element& element, Node& made) {
    const auto read = [&](const Element& association, std::vector<DataAssociation>& into) {
      DataAssociation result;
      if (const Element* source = association.child("sourceRef")) result.source = variable(local(source->text));
      if (const Element* target = association.child("targetRef")) result.target = variable(local(target->text));
      result.transformation = child_formula(association, "transformation");
      bool assigned = false;
      for (const Element& assignment : association.children) {
        if (assignment.name != "assignment") continue;
        assigned = true;
        result.transformation = child_formula(assignment, "from");
        if (const Element* to = assignment.child("to")) result.target = variable(std::string(trimmed(to->text)));
        into.push_back(result);
      }
      if (!assigned) into.push_back(std::move(result));
    };
    for (const Element& child : element.children) {
      if (child.name == "dataInputAssociation") read(child, made.inputs);
      if (child.name == "dataOutputAssociation") read(child, made.outputs);
    }
  }

  void flow(const Element& element) {
    Flow made;
    made.id = attribute(element, "id");
    made.name = attribute(element, "name");
    made.condition = child_formula(element, "conditionExpression");
    flow_ids_.emplace(made.id, static_cast<Index>(process_->flows.size()));
    flow_ends_.emplace_back(local(attribute(element, "sourceRef")), local(attribute(element, "targetRef")));
    flow_places_.push_back(place(element));
    process_->flows.push_back(std::move(made));
  }

  // ---- References between elements

  Index find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? kNone : found->second;
  }

  void connect() {
    Process& process = *process_;
    for (std::size_t i = 0; i < process.flows.size(); ++i) {
      Flow& flow = process.flows[i];
      flow.source = find(flow_ends_[i].first);
      flow.target = find(flow_ends_[i].second);
      if (flow.source == kNone || flow.target == kNone) {
        problem("The sequence flow goes from or to an element that is not there.", flow_places_[i],
                "Mend sourceRef and targetRef (BPMN 8.4.13).");
        continue;
      }
      if (process.nodes[flow.source].scope != process.nodes[flow.target].scope) {
        problem("The sequence flow crosses the border of a sub-process.", flow_places_[i],
                "Let it end at the border, and begin another inside (BPMN 7.6.1).");
      }
      process.nodes[flow.source].outgoing.push_back(static_cast<Index>(i));
      process.nodes[flow.target].incoming.push_back(static_cast<Index>(i));
    }
    for (const auto& [event, activity] : attached_) {
      const Index target = find(activity);
      if (target == kNone || !is_activity(process.nodes[target].type)) {
        problem("The boundary event is on no activity.", "boundaryEvent " + process.nodes[event].id,
                "Attach it to an activity by attachedToRef (BPMN 10.5.4).");
        continue;
      }
      process.nodes[event].attached_to = target;
      process.nodes[target].boundary.push_back(event);
    }
    for (const auto& [node, flow] : defaults_) {
      const auto found = flow_ids_.find(flow);
      if (found == flow_ids_.end() || process.flows[found->second].source != node) {
        problem("The default flow ‘" + flow + "’ doesn't leave the element.", process.nodes[node].id,
                "Name one of its outgoing flows (BPMN 8.4.13).");
        continue;
      }
      process.nodes[node].default_flow = found->second;
    }
    for (const auto& [node, trigger, activity] : compensations_) {
      const Index target = find(activity);
      if (target == kNone || !is_activity(process.nodes[target].type)) {
        problem("There is no activity ‘" + activity + "’ to compensate.", process.nodes[node].id,
                "Mend activityRef, or remove it to compensate all (BPMN 10.5.5.1).");
      } else {
        process.nodes[node].triggers[trigger].activity = target;
      }
    }
    for (const auto& [from, to] : associations_) {
      const Index event = find(from);
      const Index handler = find(to);
      if (event == kNone || handler == kNone || !process.nodes[handler].for_compensation) continue;
      Node& node = process.nodes[event];
      const bool undoes = node.type == NodeType::BoundaryEvent && !node.triggers.empty() &&
                          node.triggers[0].type == TriggerType::Compensation;
      if (undoes) node.compensation = handler;
    }
    links();
    for (Index index = 0; index < process.nodes.size(); ++index) {
      const Node& node = process.nodes[index];
      Scope& scope = process.scopes[node.scope];
      if (node.type == NodeType::EventSubProcess) {
        scope.event_processes.push_back(index);
        continue;
      }
      if (node.type == NodeType::BoundaryEvent || !node.incoming.empty() || node.for_compensation) continue;
      if (node.type == NodeType::StartEvent) {
        if (node.triggers.empty()) scope.starts.push_back(index);
        continue;
      }
      const bool link = !node.triggers.empty() && node.triggers[0].type == TriggerType::Link;
      if (node.type == NodeType::IntermediateCatchEvent && link) continue;
      const Node* holder = scope.node == kNone ? nullptr : &process.nodes[scope.node];
      if (holder != nullptr && holder->type == NodeType::AdHocSubProcess) continue;
      // 13.4.1: where there is no start event, everything without incoming flow begins.
      scope.starts.push_back(index);
    }
    attached_.clear();
    defaults_.clear();
    compensations_.clear();
    associations_.clear();
    flow_ends_.clear();
    flow_places_.clear();
  }

  // 10.5.5: a link leads from any number of throwing events to the one that catches it, in the same scope.
  void links() {
    std::map<std::pair<Index, std::string>, std::vector<Index>> catching;
    const auto is_link = [&](Index index, NodeType type) {
      const Node& node = process_->nodes[index];
      return node.type == type && !node.triggers.empty() && node.triggers[0].type == TriggerType::Link;
    };
    for (Index index = 0; index < process_->nodes.size(); ++index) {
      const Node& node = process_->nodes[index];
      if (is_link(index, NodeType::IntermediateCatchEvent))
        catching[{node.scope, node.triggers[0].name}].push_back(index);
    }
    for (Index index = 0; index < process_->nodes.size(); ++index) {
      if (!is_link(index, NodeType::IntermediateThrowEvent)) continue;
      Node& node = process_->nodes[index];
      node.links = catching[{node.scope, node.triggers[0].name}];
      if (node.links.size() == 1) process_->nodes[node.links[0]].links.push_back(index);
    }
  }

  // ---- Message flows between processes: 9.3

  // Where a message flow leads from one event or task to another and only one of them names the message, or neither, it
  // is the same for both.
  void message_flows(const Element& root, Definitions& definitions) {
    std::vector<const Element*> flows;
    for (const Element& child : root.children) {
      if (child.name != "collaboration") continue;
      for (const Element& each : child.children) {
        if (each.name == "messageFlow") flows.push_back(&each);
      }
    }
    if (flows.empty()) return;
    std::unordered_map<std::string_view, std::string*> names;  // Of the messages of nodes.
    for (Process& process : definitions.processes) {
      for (Node& node : process.nodes) {
        if (node.type == NodeType::SendTask || node.type == NodeType::ReceiveTask) names[node.id] = &node.message;
        for (Trigger& trigger : node.triggers) {
          if (trigger.type == TriggerType::Message) names.emplace(node.id, &trigger.name);
        }
      }
    }
    for (const Element* flow : flows) {
      const auto from = names.find(local(attribute(*flow, "sourceRef")));
      const auto to = names.find(local(attribute(*flow, "targetRef")));
      if (from == names.end() || to == names.end()) continue;
      std::string name = from->second->empty() ? *to->second : *from->second;
      if (const auto message = flow->attribute("messageRef"); message != nullptr && name.empty()) {
        name = referenced(*message, *flow);
      }
      if (name.empty()) name = attribute(*flow, "name", attribute(*flow, "id"));
      if (name.empty()) name = attribute(*flow, "id");
      for (std::string* end : {from->second, to->second}) {
        if (end->empty()) *end = name;
      }
    }
  }

  // ---- What can't run

  void refuse(const Node& node, std::string what, std::string remedy) {
    problem(std::move(what), std::string(element_name(node.type)) + " " + node.id, std::move(remedy));
  }

  void check() {
    for (const Node& node : process_->nodes) {
      check_flows(node);
      check_triggers(node);
      check_kind(node);
    }
  }

  bool in_event_process(const Node& node) const {
    const Index holder = process_->scopes[node.scope].node;
    return holder != kNone && process_->nodes[holder].type == NodeType::EventSubProcess;
  }

  bool in_transaction(const Node& node) const {
    for (Index scope = node.scope; scope != kNone; scope = process_->scopes[scope].parent) {
      const Index holder = process_->scopes[scope].node;
      if (holder != kNone && process_->nodes[holder].type == NodeType::Transaction) return true;
    }
    return false;
  }

  // Table 10.46 and 8.4.13: what may be connected.
  void check_flows(const Node& node) {
    const std::string remove = "Remove the flow, or connect it elsewhere ";
    if (node.type == NodeType::StartEvent && !node.incoming.empty()) {
      refuse(node, "A sequence flow goes into a start event.", remove + "(BPMN 10.5.2).");
    }
    if (node.type == NodeType::BoundaryEvent && !node.incoming.empty()) {
      refuse(node, "A sequence flow goes into a boundary event.", remove + "(BPMN 10.5.4).");
    }
    if (node.type == NodeType::EndEvent && !node.outgoing.empty()) {
      refuse(node, "A sequence flow leaves an end event.", remove + "(BPMN 10.5.3).");
    }
    if (node.type == NodeType::EventSubProcess && !(node.incoming.empty() && node.outgoing.empty())) {
      refuse(node, "A sequence flow goes into or leaves an event sub-process.", remove + "(BPMN 10.3.5).");
    }
    if (node.for_compensation && !(node.incoming.empty() && node.outgoing.empty())) {
      refuse(node, "A sequence flow goes into or leaves a compensation activity.", remove + "(BPMN 10.7.1).");
    }
    if (node.type != NodeType::EventBasedGateway && node.type != NodeType::ParallelGateway) return;
    for (const Index out : node.outgoing) {
      const Flow& flow = process_->flows[out];
      if (flow.condition) {
        refuse(node, "Its outgoing flow ‘" + flow.id + "’ has a condition, which nothing would evaluate.",
               "Remove it, or use an exclusive or an inclusive gateway (BPMN 10.6.4, 10.6.6).");
      }
      const Node& target = process_->nodes[flow.target];
      if (node.type == NodeType::ParallelGateway) continue;
      if (target.type != NodeType::IntermediateCatchEvent && target.type != NodeType::ReceiveTask) {
        refuse(node, "‘" + target.id + "’ doesn't wait for an event.",
               "Let only catching events and receive tasks follow (BPMN 10.6.6).");
      }
    }
    if (node.type == NodeType::EventBasedGateway && node.outgoing.empty()) {
      refuse(node, "The gateway waits for nothing.", "Let catching events follow (BPMN 10.6.6).");
    }
  }

  // Tables 10.84 to 10.89: which trigger may stand where.
  bool fits(const Node& node, TriggerType type) const {
    const bool happens = type == TriggerType::Message || type == TriggerType::Timer ||
                         type == TriggerType::Conditional || type == TriggerType::Signal;
    const bool inner =
        type == TriggerType::Error || type == TriggerType::Escalation || type == TriggerType::Compensation;
    switch (node.type) {
      case NodeType::StartEvent:
        return happens || (inner && in_event_process(node));
      case NodeType::IntermediateCatchEvent:
        return happens || type == TriggerType::Link;
      case NodeType::BoundaryEvent:
        return happens || inner || type == TriggerType::Cancel;
      case NodeType::IntermediateThrowEvent:
        return type == TriggerType::Message || type == TriggerType::Signal || type == TriggerType::Escalation ||
               type == TriggerType::Compensation || type == TriggerType::Link;
      case NodeType::EndEvent:
        return type != TriggerType::Timer && type != TriggerType::Conditional && type != TriggerType::Link;
      default:
        return true;
    }
  }

  void check_triggers(const Node& node) {
    for (const Trigger& trigger : node.triggers) {
      if (!fits(node, trigger.type)) {
        const auto known = std::find_if(kTriggers.begin(), kTriggers.end(),
                                        [&](const TriggerName& each) { return each.type == trigger.type; });
        refuse(node, "‘" + std::string(known->element) + "’ has no place in it.",
               "Use an event that can, or another event definition (BPMN 10.5.5).");
      }
      if (trigger.type == TriggerType::Cancel && node.type == NodeType::EndEvent && !in_transaction(node)) {
        refuse(node, "Only within a transaction something can be cancelled.",
               "Put it into a transaction (BPMN 10.5.3).");
      }
      if (trigger.type == TriggerType::Cancel && node.attached_to != kNone &&
          process_->nodes[node.attached_to].type != NodeType::Transaction) {
        refuse(node, "Only a transaction can be cancelled.", "Attach the event to a transaction (BPMN 10.5.4).");
      }
      if (trigger.type == TriggerType::Error && !node.interrupting) {
        refuse(node, "An error always interrupts.", "Set cancelActivity or isInterrupting to true (BPMN 10.5.6).");
      }
      if (trigger.type == TriggerType::Link && node.type == NodeType::IntermediateThrowEvent) {
        if (node.links.size() != 1) {
          refuse(node, "The link ‘" + trigger.name + "’ has " + std::to_string(node.links.size()) + " targets.",
                 "Give it exactly one catching link event of its name (BPMN 10.5.5).");
        }
      }
    }
    const Scope& scope = process_->scopes[node.scope];
    if (node.type == NodeType::StartEvent && scope.node != kNone) {
      if (in_event_process(node) && node.triggers.empty()) {
        refuse(node, "The start of an event sub-process has no trigger.", "Give it an event definition (BPMN 10.3.5).");
      }
      if (!in_event_process(node) && !node.triggers.empty()) {
        refuse(node, "A sub-process starts without a trigger.", "Remove the event definition (BPMN 10.5.2).");
      }
    }
    if (node.type == NodeType::BoundaryEvent && node.triggers.empty()) {
      refuse(node, "The boundary event has no trigger.", "Give it an event definition (BPMN 10.5.4).");
    }
    if (node.type == NodeType::IntermediateCatchEvent && node.triggers.empty()) {
      refuse(node, "The event waits for nothing.", "Give it an event definition (BPMN 10.5.4).");
    }
  }

  void check_kind(const Node& node) {
    if (node.type == NodeType::ScriptTask && !node.formula) {
      refuse(node, "The script task has no script.", "Write an expression in FEEL (BPMN 10.3.3).");
    }
    if (node.type == NodeType::CallActivity && node.called.empty()) {
      refuse(node, "The call activity doesn't say what it calls.", "Give it a calledElement (BPMN 10.3.6).");
    }
    if (node.type == NodeType::EventSubProcess) {
      const auto& inner = process_->scopes[node.inner].nodes;
      const auto starts = std::count_if(
          inner.begin(), inner.end(), [&](Index index) { return process_->nodes[index].type == NodeType::StartEvent; });
      if (starts != 1) {
        refuse(node, "The event sub-process has " + std::to_string(starts) + " start events.",
               "Give it exactly one (BPMN 10.3.5).");
      }
    }
  }

  Problems problems_;
  Process* process_ = nullptr;
  std::unordered_map<std::string, std::string> names_;  // Messages, signals, errors and escalations by id.
  std::vector<const Element*> global_tasks_;
  std::unordered_map<std::string, Index> by_id_;
  std::unordered_map<std::string, Index> flow_ids_;
  std::vector<std::pair<std::string, std::string>> flow_ends_;
  std::vector<std::string> flow_places_;
  Names given_;
  Names declared_;
  std::unordered_map<std::string, std::string> resources_;  // Their names by id.
  struct Operation {
    std::string name;
    std::string message;  // An id.
  };
  std::unordered_map<std::string, Operation> operations_;
  std::unordered_map<std::string, std::string> lanes_;                      // By flow node.
  std::unordered_map<std::string, std::vector<std::string>> keys_;          // Correlation keys: their properties.
  std::map<std::string, std::shared_ptr<const Correlation>> correlations_;  // By message.
  std::unordered_map<std::string, std::string> implied_;
  std::unordered_map<std::string, std::vector<Formula>> subscriptions_;  // Of the process, by key.
  std::unordered_map<std::string, std::string> data_names_;
  std::unordered_map<std::string, std::string> references_;
  std::vector<std::pair<Index, std::string>> attached_;
  std::vector<std::pair<Index, std::string>> defaults_;
  struct Compensated {
    Index node;
    std::size_t trigger;
    std::string activity;
  };
  std::vector<Compensated> compensations_;
  std::vector<std::pair<std::string, std::string>> associations_;
  std::unordered_map<std::string, const Element*> event_definitions_;
};

}  // namespace

bool is_sub_process(NodeType type) {
  return type == NodeType::SubProcess || type == NodeType::EventSubProcess || type == NodeType::AdHocSubProcess ||
         type == NodeType::Transaction;
}

bool is_activity(NodeType type) {
  return type >= NodeType::Task && type <= NodeType::Transaction;
}

bool is_gateway(NodeType type) {
  return type >= NodeType::ExclusiveGateway;
}

std::string_view element_name(NodeType type) {
  if (type == NodeType::EventSubProcess) return "subProcess";
  return std::find_if(kNodes.begin(), kNodes.end(), [&](const NodeName& each) { return each.type == type; })->element;
}

Index Process::node(std::string_view node_id) const {
  for (Index index = 0; index < nodes.size(); ++index) {
    if (nodes[index].id == node_id) return index;
  }
  return kNone;
}

const Process* Definitions::process(std::string_view process_id) const {
  const auto found =
      std::find_if(processes.begin(), processes.end(), [&](const Process& each) { return each.id == process_id; });
  return found == processes.end() ? nullptr : &*found;
}

Result<Definitions> read_definitions(std::string_view xml, const ReadOptions& options) {
  return Reader(options).read(xml);
}

}  // namespace guildhall::bpmn
