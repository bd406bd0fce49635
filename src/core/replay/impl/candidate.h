#pragma once

// The candidate, and what reaches it.

#include <deque>
#include <memory>
#include <set>
#include <variant>

#include "replay/impl/repetition.h"

namespace guildhall::replay {

class Candidate {
 public:
  Candidate(const RecordedCase& recorded, const Repetition& repetition, const World& world, const Program& program,
            Instant now);

  Outcome outcome() const;
  std::vector<std::string> unanswered() const;
  std::vector<std::string> left_over() const;
  std::uint64_t later() const { return later_; }

 private:
  struct Instance : Run {
    std::optional<RecordedInstance::Caller> caller;
    std::size_t depth = 0;
  };
  // Work that was asked for, or a decision that could not be had.
  struct Request {
    std::size_t instance = 0;
    bpmn::WorkRequested work;
    bool is_decision = false;
  };
  struct Timer {
    std::size_t instance = 0;
    bpmn::Id node = 0;
    std::size_t wait = 0;
  };
  struct HeldAnswer {  // For the request of this name, after as long as it took then.
    std::string name;
    std::size_t number = 0;  // Of Repetition::outside.
  };
  using Coming = std::variant<std::size_t, Timer, HeldAnswer>;
  struct Delivery {
    std::size_t instance = 0;
    bpmn::Event event;
  };
  struct Thrown {
    std::size_t instance = 0;
    std::variant<bpmn::MessageThrown, bpmn::SignalThrown> what;
  };

  void come(const Coming& coming);
  void offer(std::size_t number);
  bool answer(std::size_t number);
  bool answer(const std::string& request, std::size_t number);
  void try_decision(const std::string& request);
  bool receive(bpmn::MessageArrived message, std::string_view path);
  bool receive_signal(const bpmn::SignalArrived& signal, std::string_view path);
  // What waits for its receiver, and what the case sends to itself.
  void exchange();

  void deliver(std::size_t instance, bpmn::Event event);
  bool deliver_all();
  void take(std::size_t number, const bpmn::Event& event, std::deque<bpmn::Event>& next);
  void carry_out(std::size_t number, const bpmn::Step& step, const std::map<bpmn::Id, Program>& calls,
                 std::deque<bpmn::Event>& next);
  void ask(std::size_t number, const bpmn::WorkRequested& work, std::deque<bpmn::Event>& next);
  void set_timer(std::size_t number, const bpmn::TimerSet& timer);
  void withdraw(std::size_t number, bpmn::Id node);
  void end(std::size_t number, const bpmn::Ended& ended);
  std::optional<std::size_t> instance_at(std::string_view path) const;
  bool expects(const Instance& instance, bpmn::Expectation::Kind kind, std::string_view name,
               std::string_view correlation) const;
  std::size_t still_to_come(std::string_view message_or_signal) const;

  const RecordedCase& recorded_;
  const Repetition& repetition_;
  const World& world_;
  Instant now_;
  std::deque<Instance> instances_;  // Stay where they are.
  std::deque<Delivery> deliveries_;
  std::multimap<Moment, Coming> coming_;
  std::map<std::string, Request> requests_;  // By the name of the node instance.
  std::map<std::string, std::size_t> held_;  // Answers to what isn't asked yet, by the name of what they answered.
  std::set<std::string> answers_to_come_;    // Names that recorded answers are for.
  std::vector<std::size_t> parked_;          // Messages that nobody waits for yet.
  std::set<std::size_t> accepted_;           // Of Repetition::outside.
  std::vector<std::size_t> passed_over_;
  std::vector<Thrown> thrown_;                                        // That nobody has got yet.
  std::map<std::string, std::size_t, std::less<>> arrivals_to_come_;  // Of messages and signals, by name.
  Deadlines deadlines_;
  std::optional<Instant> ended_;
  std::uint64_t later_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace guildhall::replay
