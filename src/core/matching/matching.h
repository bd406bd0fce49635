#pragma once

// Matching with fixed weights: which records of several sources are about one person. Master data works with it until it
// moves to the trained engine of core/linkage.
//
//   const auto result = link(records, default_model(), decisions, Threads{2});
//   result->clusters;   // each a person: indexes into `records`
//   result->clerical;   // pairs that a steward has to decide, each with the reason and an explanation
//
// Precision comes before recall: two children in one record can hurt both, a doubtful pair costs a steward a minute.
//  1. Pairs that agree on a blocking rule are compared by the model (model.h): a weight in bits.
//  2. The strongest pairs are joined first. A pair that shares neither an NHS number nor a permanent UPN has to agree on a
//     forename: exactly, by nickname, by another name, or within a typing slip; a baby without a name is never guessed.
//     What always holds for a cluster:
//      - it never contains two different NHS numbers, whatever else speaks for it, a steward's decision included:
//        a superseded number is left out of its record by the caller;
//      - no two of its records look like twins (one birth date, but another forename, or a slip of it and another sex),
//        unless they share a number, or a third record vouches for them: of the one's name and with the other's number;
//      - two records with different permanent UPNs share an NHS number;
//      - no two of its records are a pair that a steward separated, or whose number agrees while forename and birth date
//        or sex don't.
//     The last three yield to a steward's link, but for the steward's own separation.
//  3. What was refused or is doubtful goes to the clerical queue: one question per pair of clusters.
// The result depends neither on the order of the records nor on the number of threads.
//
// Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "matching/model.h"

namespace guildhall::matching {

enum class LinkSex : std::uint8_t { NotKnown, Female, Male, Indeterminate };

// One source's record of a person, cleansed. Empty means missing. Names as people write them: `link` prepares them.
struct LinkRecord {
  std::string key;         // The caller's own, unique and lasting name of the record: decisions and ids refer to it.
  std::string nhs_number;  // Ten checked digits.
  std::string upn;         // Thirteen checked characters; temporary where the last is a letter.
  std::vector<std::string> former_upns;
  std::string forename, middle_names, surname;
  std::vector<std::string> other_forenames, other_surnames;
  std::optional<Date> birth_date;
  LinkSex sex = LinkSex::NotKnown;
  std::string postcode;  // "WR5 3DE"
  std::vector<std::string> earlier_postcodes;
  std::string address_lines;
  std::uint64_t uprn = 0;  // Zero: missing.
};

// What stewards decided, by the records' keys. Keys of records that are not there are ignored.
struct Decisions {
  std::vector<std::pair<std::string, std::string>> always_link;
  std::vector<std::pair<std::string, std::string>> never_link;
};

struct Threads {
  unsigned count = 1;
};

// How often each name occurs in the data, by comparison key (letters only, capitals, no accents), from 0 to 1.
struct TermFrequencies {
  std::unordered_map<std::string, double> forenames, surnames;
};
TermFrequencies term_frequencies(std::span<const LinkRecord> records);

// A waterfall: from the prior, field by field, to the weight. All in bits.
struct Explanation {
  struct Step {
    Field field = Field::NhsNumber;
    LevelKind level = LevelKind::Missing;
    double weight = 0;
    auto operator<=>(const Step&) const = default;
  };
  double prior = 0;
  std::vector<Step> steps;  // One per comparison of the model, in its order.
  double weight = 0;        // The sum of all of them.

  // The probability of a match that the weight stands for.
  double probability() const;
};

// `records` is how many the pair was chosen from, which prior and frequencies need.
Explanation explain(const LinkRecord& a, const LinkRecord& b, const Model& model, std::size_t records,
                    const TermFrequencies& frequencies = {});

// Why a pair waits for a steward. Stored in databases by name.
enum class ClericalReason : std::uint8_t {
  DoubtfulWeight,       // the weight is between the model's two thresholds
  NumberWithoutPerson,  // one NHS number or UPN, but names and birth dates or sexes that contradict it
  DifferentNhsNumbers,  // would join two NHS numbers
  DifferentUpns,        // would join two permanent UPNs
  LooksLikeTwins,       // one birth date and family, but another forename, or a slip of it and another sex
  NoForename,           // nothing but home, birth date and surname, which twins share
  Ambiguous,            // fits two people about equally well
  AgainstDecision,      // would join what a steward separated, or decisions contradict each other
  ClusterTooLarge,      // would make one person of more records than Model::largest_cluster
};
std::string_view name_of(ClericalReason reason);  // "looks_like_twins"

struct ClericalPair {
  std::uint32_t a = 0, b = 0;  // Indexes into the records; the key of `a` is less than that of `b`.
  ClericalReason reason = ClericalReason::DoubtfulWeight;
  double weight = 0;
  Explanation explanation;
};

// A pair that joined two clusters. A cluster of n records has n-1 of them.
struct Link {
  std::uint32_t a = 0, b = 0;
  double weight = 0;
  bool decided = false;  // By a steward.
};

struct BigBlock {
  BlockingRule rule = BlockingRule::NhsNumber;
  std::size_t records = 0;
  std::uint32_t example = 0;  // One of its records.
};

struct Statistics {
  struct RulePairs {
    BlockingRule rule = BlockingRule::NhsNumber;
    std::size_t pairs = 0;  // That no rule before it had found.
  };
  std::vector<RulePairs> pairs_by_rule;
  std::vector<BigBlock> big_blocks;  // Blocks that were not paired by their rule, the largest first.
  std::size_t pairs = 0;
};

struct LinkageResult {
  std::vector<std::vector<std::uint32_t>> clusters;  // Every record is in exactly one. Sorted inside, and by the first.
  std::vector<Link> links;                           // Strongest first; decided ones before all.
  std::vector<ClericalPair> clerical;                // Strongest first.
  Statistics statistics;
};

// Problems: of the model (check_model), and keys that are empty or not unique.
Result<LinkageResult> link(std::span<const LinkRecord> records, const Model& model, const Decisions& decisions,
                           Threads threads);

}  // namespace guildhall::matching
