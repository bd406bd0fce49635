#pragma once

// One evaluation as it runs: its memory, its budgets, the moment, and why values became null. Built-in functions and
// callers that bring functions of their own (business knowledge models, decision services) see this.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/type.h"
#include "feel/value.h"

namespace guildhall::feel {

struct Node;

// What an evaluation may use. Reaching a limit ends it with a Problem.
struct Budget {
  std::uint64_t steps = 10'000'000;  // Nodes evaluated, items compared.
  std::uint32_t depth = 2'000;       // Of expressions within expressions and calls within calls.
  std::size_t list_length = 1'000'000;
  std::size_t string_bytes = 16'000'000;
  std::int64_t nanoseconds = 10 * kNanosPerSecond;    // Measured by `Moment::elapsed`, when there is one.
  std::size_t memory_bytes = std::size_t{256} << 20;  // Of the Memory, which whoever makes that has to tell it.
};

// Why a value became null: the words, and the place. Words are put together only when asked for.
struct NullReason {
  // "{1} and {2} can't be compared": the two values. {name} is the second, a string, as it is: the name of a type.
  const char* what = nullptr;
  const Node* node = nullptr;  // Where in the expression; may be none.
  const Expression* expression = nullptr;
  Value first;
  Value second;
  const std::string* where = nullptr;  // Where it was in no expression; may be none.
};

// A sentence: "The number 5 and the string "abc" can't be compared."
std::string to_text(const NullReason& reason);

class Evaluation {
 public:
  // `now`: what now() and today() give. `elapsed`: nanoseconds since some start, for the time budget; may be none.
  struct Moment {
    DateTime now;
    std::int64_t (*elapsed)() = nullptr;
  };
  Evaluation(Memory& memory, const Budget& budget, const Moment& moment);
  // Starts another evaluation, as a new one would be, in what this one has allocated.
  void begin(const Moment& moment);
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  Memory& memory() { return memory_; }
  const Budget& budget() const { return budget_; }
  const DateTime& now() const { return moment_.now; }

  // Counts work; throws BudgetExceeded.
  void step() {
    if (++steps_ >= next_look_) look_at_budget();
  }
  void steps(std::uint64_t count) {
    steps_ += count;
    if (steps_ >= next_look_) look_at_budget();
  }
  void check_list(std::size_t length) const;
  void check_string(std::size_t bytes) const;

  // null, noting why. `what` must be a constant: "{1} and {2} can't be compared".
  Value null(const char* what, const Value& first = {}, const Value& second = {});
  std::span<const NullReason> reasons() const { return reasons_; }  // The first hundred.
  void forget_reasons_after(std::size_t count);

  // The value where one of this type is wanted: itself where it conforms, else converted implicitly: from or to a list
  // of one, or from a date to midnight in UTC. Nothing where neither is possible (10.3.2.9.4).
  std::optional<Value> converted(const Value& value, const Type& type);

  // Is the value, and all that it holds, among the values that the type and those it is made of allow (7.3.3)?
  bool allows(const Type& type, const Value& value);

  // Applies the function to arguments in its parameters' order. Converts arguments where their parameters' types ask
  // for it; null with a reason where number or types don't fit (10.3.2.13).
  Value call(const Function& function, std::span<const Value> arguments);

  // Where reasons belong, set by the evaluator as it goes.
  const Node* node = nullptr;
  const Expression* expression = nullptr;
  const std::string* where = nullptr;  // For reasons outside of expressions; outlives this.
  std::uint32_t depth = 0;

 private:
  void look_at_budget();

  Memory& memory_;
  Budget budget_;
  Moment moment_;
  std::uint64_t steps_ = 0;
  std::uint64_t next_look_ = 0;
  std::int64_t started_ = 0;
  std::vector<NullReason> reasons_;
};

struct Parameter {
  std::string_view name;
  Type type;
};

// Something that can be called. Lives as long as the memory or the compiled expression that holds it.
class Function {
 public:
  virtual std::span<const Parameter> parameters() const = 0;
  // May it be called with so many arguments? Some built-in functions take several numbers of them.
  virtual bool takes(std::size_t arguments) const { return arguments == parameters().size(); }
  // `arguments` have the number and types of the parameters. Called by Evaluation::call.
  virtual Value apply(Evaluation& evaluation, std::span<const Value> arguments) const = 0;

 protected:
  ~Function() = default;
};

}  // namespace guildhall::feel
