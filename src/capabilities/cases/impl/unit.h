#pragma once

// One transaction in the making: instances as they were read, what happens to them, and what is to be stored. Computed
// on any thread; stored as a whole, or not at all.

#include <deque>
#include <map>
#include <set>
#include <span>

#include "bpmn/instance.h"
#include "cases/deadlines.h"
#include "cases/engine.h"

namespace guildhall::cases {

class Unit {
 public:
  Unit(Engine& engine, Instant now);
  ~Unit();
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  Instant now() const { return now_; }

  // Reads them together, where hold() would read one by one.
  void preload(std::span<const InstanceId> ids);

  Result<Started> open(const NewCase& opened);
  // Something happens to an instance, and all that follows from it. false: the instance doesn't wait for that.
  Result<bool> happen(InstanceId instance, bpmn::Event event, const Act& act, std::string_view what);
  void end_task(TaskId task) { ended_tasks_.push_back(task); }
  // Problems: what a person has to mend before the job can be done.
  Result<void> run(const Job& job);

  void store(db::Connection& connection);

  // ---- Steps that a person's decision has computed: change.h

  struct Standing {
    const StoredInstance& stored;
    std::shared_ptr<const Published> published;
    const bpmn::ProcessInstance& state;
  };
  Result<Standing> standing(InstanceId instance);
  // One more process of a case that is there; take_step() begins it.
  InstanceId add(CaseId case_id, std::shared_ptr<const Published> published);
  // The step follows from the instance as it stands; from now on it follows `published`. Gives the number of its entry in
  // the history. Problems where something that it calls isn't there.
  Result<std::int64_t> take_step(InstanceId instance, bpmn::Step step, std::shared_ptr<const Published> published,
                                 const Act& act, std::string what);
  // Stores it after what else belongs to the transaction, unless that has problems.
  Result<void> commit(const std::function<Result<void>(db::Connection&)>& first);

 private:
  struct Held {
    StoredInstance stored;
    std::shared_ptr<const Published> published;
    bpmn::ProcessInstance state;
    std::vector<StoredWait> waits;  // As they are stored.
    std::vector<HistoryEntry> entries;
    std::vector<Job> jobs;
    std::vector<Task> tasks;
    std::vector<bpmn::Id> withdrawn_jobs;  // Of nodes that are gone.
    std::vector<bpmn::Id> withdrawn_tasks;
    std::vector<bpmn::Id> pausing;  // Nodes that pause the deadline, as it is stored.
    bool is_new = false;
    bool changed = false;
  };
  struct Delivery {
    InstanceId instance;
    bpmn::Event event;
    Act act;
    std::string_view what;
  };
  // A process that is called, found before the step that calls it is taken.
  using Calls = std::map<bpmn::Id, std::shared_ptr<const Published>>;

  Result<Held*> hold(InstanceId id);
  Result<void> take(StoredInstance stored);
  Held& create(std::shared_ptr<const Published> published, CaseId case_id, std::optional<Caller> caller,
               std::int64_t depth);
  Result<bool> deliver(Delivery delivery);
  Result<void> deliver_all();
  bool advance(Held& held, const bpmn::Event& event, const Act& act, HistoryEntry& entry,
               std::deque<bpmn::Event>& next);
  Result<Calls> calls_of(const Held& held, const bpmn::Step& step);
  void incident(Held& held, const bpmn::Event& event, const std::string& problem);

  struct Taking;  // What effects need to know of the step that they belong to.
  void carry_out(Taking& taking, const bpmn::WorkRequested& work);
  void carry_out(Taking& taking, const bpmn::ProcessCalled& call);
  void carry_out(Taking& taking, const bpmn::TimerSet& timer);
  void carry_out(Taking& taking, const bpmn::MessageThrown& message);
  void carry_out(Taking& taking, const bpmn::SignalThrown& signal);
  void carry_out(Taking& taking, const bpmn::Withdrawn& withdrawn);
  void carry_out(Taking& taking, const bpmn::Logged& logged);
  void carry_out(Taking& taking, const bpmn::Escalated& escalated);
  void carry_out(Taking& taking, const bpmn::Ended& ended);

  Result<bpmn::Variables> decide(const bpmn::Node& node, const bpmn::ProcessInstance& state,
                                 const bpmn::WorkRequested& work);
  Result<void> run_decision(const Job& job);
  Result<void> run_message(const Job& job);
  Result<void> run_signal(const Job& job);
  Result<void> run_start(const Job& job);
  Result<void> run_deadline(const Job& job);
  Result<void> declare_deadline(const Held& held, const bpmn::Variables& variables);
  bool store_pauses(db::Connection& connection, const Held& held);
  Result<void> begin_process(std::shared_ptr<const Published> published, bpmn::Start begin, const std::string& who);

  Engine& engine_;
  Instant now_;
  std::shared_ptr<const CalendarInForce> calendar_;  // Outlives what was computed with it.
  std::unique_ptr<decisions::Asker> asker_;          // Borrowed when it is first needed.
  std::map<InstanceId, Held> held_;
  std::vector<InstanceId> order_;  // In which they were held: callers before what they call.
  std::deque<Delivery> deliveries_;
  std::vector<Case> opened_;
  std::vector<std::pair<CaseId, Instant>> closed_;
  std::vector<std::pair<CaseDeadline, InstanceId>> deadlines_;  // Of cases that are opened, with their first process.
  std::vector<std::pair<CaseId, InstanceId>> ended_deadlines_;
  std::vector<std::pair<CaseId, InstanceId>> missed_;  // It seems.
  std::vector<TaskId> ended_tasks_;
  std::vector<Job> jobs_;    // Of no instance.
  std::vector<Job> parked_;  // Messages that nobody waits for.
};

}  // namespace guildhall::cases
