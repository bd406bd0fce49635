#pragma once

// A DMN model compiled: every expression read, every name turned into a place, every table prepared. Made once, immutable,
// and shared by any number of threads; each evaluates with a Decider of its own.
//
//   const auto model = TRY(DecisionModel::compile(TRY(read_model(xml))));
//   Decider decider(model);
//   const feel::Value value = TRY(decider.decide("Fee", inputs));
//
// A part that can't be compiled (no FEEL, an unknown type, Java) doesn't stop the others: it is among findings(), and
// what needs it is null, with that reason.
//
// Source: DMN 1.5, chapters 6 to 8, 10.3.2.10 (decision tables), 10.4 (decision services).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dmn/model.h"
#include "dmn/trace.h"
#include "feel/expression.h"

namespace guildhall::dmn {

struct Compiled;  // See impl/compiled.h.

class DecisionModel {
 public:
  // `imported`: the models that this one and its imports name, in any order. An import of a model that isn't there is a
  // problem; so are circular requirements.
  static Result<std::shared_ptr<const DecisionModel>> compile(Model model, std::vector<Model> imported = {});
  ~DecisionModel();

  const Model& model() const;
  // What can't work, each with its element and how to mend it: texts that aren't FEEL, unknown names, types that never fit.
  const Problems& findings() const;
  const Compiled& compiled() const { return *compiled_; }

  // What the decision needs from outside, directly or through others: names and types, each once.
  struct Need {
    std::string name;  // "Applicant"; of an imported model: "import.Applicant".
    feel::Type type;
  };
  std::vector<Need> needs(std::string_view decision) const;

 private:
  DecisionModel();
  std::unique_ptr<Compiled> compiled_;
};

// Evaluates decisions of one model, again and again, in memory of its own. Not for sharing between threads.
class Decider {
 public:
  explicit Decider(std::shared_ptr<const DecisionModel> model, const feel::Budget& budget = {});
  ~Decider();
  Decider(const Decider&) = delete;
  Decider& operator=(const Decider&) = delete;

  // Forgets all values of the evaluations before. Values made in memory() after this are inputs of the next.
  void begin(const feel::Evaluation::Moment& moment = {});
  feel::Memory& memory();

  // `inputs`: a context with the values of input data (and of decisions that shall not be computed), by name; those of
  // imported models by "import.name", in a context named as the import, or by their plain name. What is missing is
  // null. A Problem where there is no such decision, or a budget is used up. The value lives until begin().
  Result<feel::Value> decide(std::string_view decision, const feel::Value& inputs, Trace* trace = nullptr);
  // A business knowledge model or decision service, with its parameters by name.
  Result<feel::Value> invoke(std::string_view name, const feel::Value& arguments, const feel::Value& inputs = {},
                             Trace* trace = nullptr);

  // Why values became null, since begin(): "what (where)".
  struct Reason {
    std::string what;
    std::string where;
  };
  std::vector<Reason> reasons() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::dmn
