#pragma once

// Two records beside each other: the level of every comparison, and the weight.

#include <cstdint>
#include <span>
#include <vector>

#include "linkage/impl/values.h"
#include "linkage/model.h"
#include "linkage/similarity.h"
#include "linkage/table.h"

namespace guildhall::linkage {

// Weights are whole thousandths of a bit: sums are exact, and no platform differs.
using MilliBits = std::int32_t;
MilliBits milli_bits(double bits);
inline double bits(MilliBits weight) {
  return weight / 1000.0;
}

// The places of the levels that hold, 4 bits a comparison, the first lowest; kMissingLevel: missing.
using Pattern = std::uint64_t;
inline constexpr unsigned kMissingLevel = 15;
inline unsigned level_of(Pattern pattern, std::size_t comparison) {
  return static_cast<unsigned>(pattern >> (4 * comparison) & 15);
}

// log2(1 + 2^x): what a rival explanation with odds of x takes away.
MilliBits rival(MilliBits odds);

// What the levels of a pair say about persons, whatever the model's figures.
struct PersonSigns {
  bool shares_number = false;     // an identifier agrees
  bool different_nhs = false;     // two NHS numbers that both pass their check
  bool number_slip = false;       // an identifier is one edit off
  bool different_number = false;  // two numbers of another identifier, neither a slip of the other
  bool forename_agrees = false;   // exactly, by nickname or part, swapped, or within a typing slip
  bool forename_differs = false;
  bool forename_slip = false;  // within a typing slip, and not exactly
  bool surname_differs = false;
  bool sex_differs = false;
  bool one_birth_date = false;  // or a slip of it
  bool birth_date_differs = false;
  bool one_home = false;

  // Without a number in common: one birth date, but another forename, or a slip of it together with another sex.
  bool looks_like_twins() const {
    if (shares_number || !one_birth_date) return false;
    return forename_differs || (sex_differs && !forename_exact);
  }
  // One number, but contradictory persons: it was typed into the wrong record, often that of a sibling.
  bool number_without_person() const {
    if (!shares_number) return false;
    return forename_differs ? birth_date_differs || sex_differs : birth_date_differs && surname_differs && !one_home;
  }
  bool forename_exact = false;
};

struct RecordPair {
  RecordIndex a = 0, b = 0;
};

// Made once for a model and a table; may be shared by threads. Both have to live as long. Values that were added to the
// table later are as rare as can be.
class Scorer {
 public:
  Scorer(const Model& model, const Table& table);

  Pattern pattern(const ValueId* a, const ValueId* b) const;
  // Those of many pairs, what they need being fetched before it is looked at.
  void patterns(std::span<const RecordPair> pairs, Pattern* out) const;
  // The weight of a pattern; either row tells the values in common, and so their frequencies.
  MilliBits weight(Pattern pattern, const ValueId* a) const;
  MilliBits weight(const ValueId* a, const ValueId* b) const { return weight(pattern(a, b), a); }

  struct Step {
    MilliBits weight = 0;     // of the level, for strangers as the alternative
    MilliBits frequency = 0;  // of that, what the value's frequency adds
  };
  Step step(Pattern pattern, std::size_t comparison, const ValueId* a) const;
  MilliBits prior() const { return prior_; }
  // What the other explanations take away: that both are of one household, and that they are namesakes besides.
  struct Rivals {
    MilliBits household = 0, namesakes = 0;
  };
  Rivals rivals(Pattern pattern, const ValueId* a) const { return rivals(sums(pattern, a)); }

  PersonSigns signs(Pattern pattern, const ValueId* a, const ValueId* b) const;

  std::size_t comparisons() const { return compared_.size(); }

 private:
  struct Level {
    LevelKind kind = LevelKind::Else;
    double threshold = 0;
    MilliBits weight = 0, household = 0, namesakes = 0;
  };
  struct Compared {
    ComparisonKind kind = ComparisonKind::Text;
    FieldKind field_kind = FieldKind::Text;
    std::uint8_t field = 0;
    std::vector<std::uint8_t> others;  // Home: localities.
    const Domain* domain = nullptr;
    std::vector<Level> levels;
    EnoughMatches enough{};            // For the least similarity of its levels.
    std::vector<MilliBits> frequency;  // By value: added at Exact. Empty: nothing is.
    MilliBits rare = 0;                // For values beyond those.
    bool household_shares = false;     // A household has it in common, so the frequency counts for that, too.
    bool namesakes_share = false;      // Namesakes, too.
  };

  unsigned level(const Compared& compared, const ValueId* a, const ValueId* b) const;
  unsigned home_level(const Compared& compared, const ValueId* a, const ValueId* b) const;
  bool holds(const Compared& compared, const Level& level, const Value& a, const Value& b, const ValueId* row_a,
             const ValueId* row_b, double& similarity) const;
  double similarity(const Domain& domain, ValueId a, ValueId b, const EnoughMatches& enough = {}) const;
  double words(std::size_t field, const Value& a, const Value& b) const;
  bool one_house(const Value& a, const Value& b) const;
  MilliBits frequency(const Compared& compared, ValueId value) const {
    if (compared.frequency.empty()) return 0;
    return value < compared.frequency.size() ? compared.frequency[value] : compared.rare;
  }

  // The weight before the other explanations, and their odds.
  struct Sums {
    MilliBits weight = 0, household = 0, namesakes = 0;
  };
  Sums sums(Pattern pattern, const ValueId* a) const;
  Rivals rivals(const Sums& sums) const;

  bool is_frequent(const Compared& compared, ValueId value) const {
    return frequency(compared, value) != compared.rare;
  }

  const Table& table_;
  const Domain* addresses_ = nullptr;
  const Domain* places_ = nullptr;
  std::vector<std::uint8_t> compared_fields_;
  std::vector<std::vector<float>> word_weights_;  // By field, by word: the square of its inverse document frequency.
  MilliBits prior_ = 0, household_prior_ = 0, namesake_prior_ = 0;
  bool has_households_ = false, has_namesakes_ = false;
  std::vector<Compared> compared_;
  int forename_ = -1, surname_ = -1, address_ = -1, postcode_ = -1;  // Fields.
  std::vector<std::vector<MilliBits>> weights_;                      // By comparison and level, Missing too.
};

}  // namespace guildhall::linkage
