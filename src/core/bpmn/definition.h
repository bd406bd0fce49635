#pragma once

// A process as BPMN 2.0 draws it, read and checked, ready to be executed: flow nodes, sequence flows, scopes, and the
// FEEL expressions on them, compiled. Made once from a file, immutable, shared by any number of threads.
//
// Nodes, flows and scopes are numbered within their process; everything refers to them by number. What has no meaning
// for execution (artifacts, diagrams, others' extension elements) is not here. Nothing is lost by that: whoever stores a
// process stores its file, byte for byte, and reads it again from there; nothing is ever written from these types.
//
// Source: BPMN 2.0.2 (OMG formal/2013-12-09), chapters 8, 10 and 13.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "feel/expression.h"

namespace guildhall::bpmn {

using Index = std::uint32_t;
inline constexpr Index kNone = ~Index{0};

enum class NodeType : std::uint8_t {
  StartEvent,
  EndEvent,
  IntermediateCatchEvent,
  IntermediateThrowEvent,
  BoundaryEvent,
  Task,  // Without a kind: done as soon as it is reached.
  UserTask,
  ServiceTask,
  ScriptTask,
  SendTask,
  ReceiveTask,
  ManualTask,
  BusinessRuleTask,
  CallActivity,
  SubProcess,
  EventSubProcess,
  AdHocSubProcess,
  Transaction,
  ExclusiveGateway,
  ParallelGateway,
  InclusiveGateway,
  EventBasedGateway,
  ComplexGateway,
};

bool is_activity(NodeType type);
bool is_gateway(NodeType type);
bool is_sub_process(NodeType type);
std::string_view element_name(NodeType type);  // "userTask"

// A FEEL expression on process variables. A process' variables aren't declared, so every name that FEEL doesn't know is
// a variable; names with spaces are known where a data object, a property or a data input has them.
struct Formula {
  std::shared_ptr<const feel::Expression> expression;
  std::vector<std::string> variables;  // In the order of the expression's.
};

// How the messages of one name are told apart (8.4.2): by FEEL expressions on what they carry.
struct Correlation {
  std::string message;         // Its name.
  std::string key;             // The id of the correlation key; empty: guildhall:correlation.
  std::vector<Formula> paths;  // One for each property of the key.
};

// What something that waits for a message expects of it: expressions on process variables, one for each of the
// message's paths. None: any message of the name, or with a key, one of the conversation that has begun.
struct Expected {
  std::shared_ptr<const Correlation> correlation;
  std::vector<Formula> values;
};

enum class TriggerType : std::uint8_t {
  Message,
  Signal,
  Error,
  Escalation,
  Timer,
  Conditional,
  Link,
  Compensation,
  Cancel,
  Terminate,
};

// An event definition (10.5.5).
struct Trigger {
  enum class Timer : std::uint8_t { Date, Duration, Cycle };
  TriggerType type = TriggerType::Message;
  std::string id;
  std::string name;  // Of the message, signal or link; of an error or escalation its code. Empty: any.
  Timer timer = Timer::Date;
  std::optional<Formula> formula;   // The condition, or when the timer is due.
  Index activity = kNone;           // Of a compensation that names one.
  bool wait_for_completion = true;  // Of a throwing compensation.
  Expected expected;                // Of a message.
};

// A loop or several instances (10.3.8).
struct Loop {
  enum class Kind : std::uint8_t { Standard, Sequential, Parallel };
  enum class Behavior : std::uint8_t { None, One, All, Complex };
  Kind kind = Kind::Standard;
  bool test_before = false;
  std::optional<Formula> condition;    // Standard: goes on while true. Several: ends when true.
  std::optional<Formula> maximum;      // Standard.
  std::optional<Formula> cardinality;  // Several: how many …
  std::string collection;              // … or one for each item of this variable.
  std::string item;                    // The variable in which each instance finds its item.
  std::string output_collection;
  std::string output_item;
  Behavior behavior = Behavior::All;
  std::optional<Trigger> one_event;  // Thrown after the first (One), or after each (None).
  std::optional<Trigger> none_event;
  std::vector<std::pair<Formula, Trigger>> complex_events;
};

// Where a value comes from and where it goes (10.4.2).
struct DataAssociation {
  std::string source;  // A variable; empty where `transformation` says all.
  std::string target;
  std::optional<Formula> transformation;
};

// Who is to do a user task, until when (10.3.4.1, and guildhall: attributes).
struct Assignment {
  std::vector<Formula> teams;  // Of potential owners: each gives a text or a list of texts.
  std::optional<Formula> assignee;
  std::optional<Formula> due;
  std::optional<Formula> follow_up;
  std::optional<Formula> priority;
  std::string lane;  // That the task stands in (10.8): its team, where no potential owner is named.
};

struct Node {
  NodeType type = NodeType::Task;
  std::string id;
  std::string name;
  Index scope = kNone;  // The one that it stands in.
  Index inner = kNone;  // Of a sub-process: the one that it makes.
  std::vector<Index> incoming;
  std::vector<Index> outgoing;
  Index default_flow = kNone;
  std::vector<Trigger> triggers;
  bool parallel_multiple = false;  // All triggers are needed, not any.
  bool interrupting = true;        // Of boundary events and starts of event sub-processes.
  bool instantiates = false;       // A receive task or an event-based gateway that starts the process.
  bool parallel_events = false;    // Of an event-based gateway that starts with all of its events.
  bool for_compensation = false;
  Index attached_to = kNone;    // Of a boundary event.
  std::vector<Index> boundary;  // Of an activity: the events on its boundary.
  Index compensation = kNone;   // Of a compensation boundary event: the activity that undoes.
  std::vector<Index> links;     // Of a link event: where it leads, or where it comes from.
  std::shared_ptr<const Loop> loop;
  std::uint32_t start_quantity = 1;
  std::uint32_t completion_quantity = 1;
  std::optional<Formula> formula;  // A script; a complex gateway's activation; an ad-hoc sub-process' completion.
  bool sequential = false;         // Of an ad-hoc sub-process.
  bool cancel_remaining = true;    // Of an ad-hoc sub-process.
  std::string called;              // Of a call activity the process; of a business rule task the decision.
  std::optional<std::uint32_t> called_version;  // Of a call activity; none: the newest.
  std::string result;   // Of a business rule task or a script: the variable that gets its result.
  std::string work;     // Of service and send tasks: the kind of work; may be empty.
  std::string message;  // Of send and receive tasks.
  Expected expected;    // Of that message.
  std::shared_ptr<const Assignment> assignment;  // Of user tasks that have any.
  std::vector<std::string> data;  // Of an activity: names of its own data inputs, data outputs and properties.
  std::vector<DataAssociation> inputs;
  std::vector<DataAssociation> outputs;
  bool pauses_deadline = false;  // While it waits, the deadline of the process does.
};

struct Flow {
  std::string id;
  std::string name;
  Index source = kNone;
  Index target = kNone;
  std::optional<Formula> condition;
};

// A process or a sub-process: what its variables and tokens live in.
struct Scope {
  Index parent = kNone;
  Index node = kNone;  // The sub-process; kNone: the process itself.
  std::vector<Index> nodes;
  std::vector<Index> starts;           // Where a token begins: start events without a trigger, and activities and
                                       // gateways without incoming flow (13.4.1).
  std::vector<Index> event_processes;  // Event sub-processes.
  std::vector<std::string> data;       // Names of its data objects and properties: they live as long as it does.
};

struct Process {
  std::string id;
  std::string name;
  bool executable = true;
  std::optional<Formula> deadline;  // By when its case is to be closed: guildhall:deadline.
  std::vector<Node> nodes;
  std::vector<Flow> flows;
  std::vector<Scope> scopes;  // The first is the process.

  Index node(std::string_view node_id) const;  // kNone where there is none.
};

// The node that a message or signal of this name begins a process with: a start event, a receive task, or an event after
// an instantiating gateway (10.5.2, 10.6.6). nullptr: it begins otherwise.
const Node* started_by(const Process& process, TriggerType type, std::string_view name);

// All processes of one file.
struct Definitions {
  std::string id;
  std::vector<Process> processes;
  std::vector<std::shared_ptr<const Correlation>> correlations;

  const Process* process(std::string_view process_id) const;
};

}  // namespace guildhall::bpmn
