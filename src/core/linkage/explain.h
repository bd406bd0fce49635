#pragma once

// Why a pair weighs what it weighs: a waterfall from the prior, comparison by comparison, to the weight. All in bits: one
// more doubles the odds that both records are one person.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linkage/linkage.h"

namespace guildhall::linkage {

struct Explanation {
  struct Step {
    std::string comparison;  // "surname"
    LevelKind level = LevelKind::Missing;
    double threshold = 0;  // Where the level has one.
    std::string a, b;      // What was compared, made canonical; dates as 2014-03-12. Home: the address and postcode.
    double weight = 0;
    double frequency = 0;  // Of the weight, what the value's being rare (above 0) or common (below) adds.
  };
  double prior = 0;
  std::vector<Step> steps;                    // In the model's order.
  double household = 0;                       // 0 or below: two of one household would look like this, too.
  double namesakes = 0;                       // 0 or below: strangers of one name and birth date, too.
  double weight = 0;                          // The sum of all of them.
  double probability = 0;                     // that the weight stands for
  double link_weight = 0, review_weight = 0;  // The model's.
  // What the pair shows of persons, as sentences: "They share a number." Empty where nothing of that kind is seen.
  std::vector<std::string> signs;
  // Why the pair waits for a person, or is not linked, whatever its weight: it looks like twins, or has two NHS numbers.
  std::optional<ClericalReason> refused;
};

Explanation explain(const Table& table, const Model& model, RecordIndex a, RecordIndex b);
class Scorer;
// With what explaining many pairs needs, made once.
Explanation explain(const Table& table, const Model& model, const Scorer& scorer, RecordIndex a, RecordIndex b);

// The rule about persons that keeps two records apart whatever their weight, if there is one: two NHS numbers, twins, a
// number that all else contradicts, no forename. Superseded numbers are not known here.
std::optional<ClericalReason> rule_against(const Table& table, const Model& model, const Scorer& scorer, RecordIndex a,
                                           RecordIndex b);

// One step: "The same surname: HALL", without its weight.
std::string to_text(const Explanation::Step& step);

// Many pairs: what explaining needs is made once. The table and the model have to live as long. May be shared by threads.
class Explainer {
 public:
  Explainer(const Table& table, const Model& model);
  Explainer(const Table& table, Model&& model) = delete;
  ~Explainer();
  Explanation explain(RecordIndex a, RecordIndex b) const;
  std::optional<ClericalReason> rule_against(RecordIndex a, RecordIndex b) const;

 private:
  const Table& table_;
  const Model& model_;
  std::unique_ptr<const Scorer> scorer_;
};

// As sentences for the officer who has to decide: "The same birth date: 2014-03-12: +12.3". One a line.
std::string to_text(const Explanation& explanation);
std::string to_json(const Explanation& explanation);

}  // namespace guildhall::linkage
