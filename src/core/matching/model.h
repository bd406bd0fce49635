#pragma once

// The model of matching, as data: which fields are compared, at which levels, and what each level says.
//
// A pair of records gets for every comparison the first of its levels that holds, and that level's match weight,
// log2(m/u) bits; a field that is missing in one of the two says nothing. The sum and the prior make the pair's weight.
// Source: Fellegi & Sunter (1969), "A Theory for Record Linkage", JASA 64(328); the words are those of Splink and of
// Newcombe's frequency ratios: Winkler (1989), "Frequency-based matching in the Fellegi-Sunter model".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace guildhall::matching {

enum class Field : std::uint8_t { NhsNumber, Upn, Forename, MiddleNames, Surname, BirthDate, Sex, Home };
inline constexpr std::size_t kFieldCount = 8;
std::string_view name_of(Field field);  // "birth_date"

// What has to hold for a level. The fields for which each has a meaning stand beside it; check_model holds it.
enum class LevelKind : std::uint8_t {
  Missing,          // in one of the two, or both: never a level of a model, only an answer
  Exact,            // all. Home: one UPRN, or one postcode and the same house
  Alternative,      // Forename, Surname: one's other name; Upn: one's former UPN; Home: an earlier postcode of one
  Nickname,         // Forename: both stand for one formal name
  Part,             // Forename, Surname, MiddleNames: a part of a double name
  Swapped,          // Forename, Surname: each is the other record's other name, one within a slip
  Initial,          // Forename, MiddleNames: one has only an initial, which agrees
  JaroWinkler,      // Forename, Surname, MiddleNames: similarity of at least `threshold`
  OneEdit,          // BirthDate: one digit or two neighbours differ; Home: so in the postcode (Damerau-Levenshtein 1)
  DayMonthSwapped,  // BirthDate
  TwoParts,         // BirthDate: two of year, month and day agree
  Temporary,        // Upn: one temporary UPN in both
  SamePostcode,     // Home: but another house, or the house is not known
  SameDistrict,     // Home
  Else,             // all: nothing above holds
};
std::string_view name_of(LevelKind kind);  // "jaro_winkler"

struct ComparisonLevel {
  LevelKind kind = LevelKind::Else;
  double m_probability = 1;  // how often this level holds for two records of one person
  double u_probability = 1;  // how often for two records of different persons
  double threshold = 0;      // JaroWinkler only
  // Forename, Surname, at Exact: u is the frequency of that very name in the data, or Model::least_frequency if that is
  // greater; in small data it is drawn towards u_probability. A rare name in common says more than a common one.
  bool adjusts_for_term_frequency = false;
};

struct Comparison {
  Field field = Field::NhsNumber;
  std::vector<ComparisonLevel> levels;  // In the order in which they are tried; the last is Else.
  std::string reason;                   // Where the figures come from.
};

// Which pairs are looked at: those that agree on the rule's key. Stored with statistics by name.
enum class BlockingRule : std::uint8_t {
  NhsNumber,
  Upn,                    // current and former
  SurnameSoundBirthDate,  // Soundex of the surname; also of other surnames
  ForenameBirthDate,
  BirthDatePostcode,
  BirthDateSwappedSurname,   // the birth date with the smaller of day and month first
  PostcodeInitialBirthYear,  // the initial of the forename
  ForenameSurnameBirthYear,
  ForenameSurnamePostcode,
  SwappedNamesBirthDate,  // forename and surname in alphabetical order
};
inline constexpr std::size_t kBlockingRuleCount = 10;
std::string_view name_of(BlockingRule rule);  // "forename_birth_date"

struct Model {
  std::vector<Comparison> comparisons;
  std::vector<BlockingRule> blocking_rules;
  // The probability that two records taken at random are one person; where missing, one in as many as there are
  // records, and never more than one in 100,000.
  std::optional<double> prior;
  double least_frequency = 5e-5;      // No name counts as rarer: a unique spelling may be one typist's slip, copied.
  double link_weight = 8;             // From here pairs are linked, where no rule about people forbids it. In bits.
  double review_weight = 2;           // From here they go to the clerical queue.
  double ambiguity_weight = 5;        // A record that fits two people goes to the queue if the better is ahead by less.
  std::size_t largest_block = 400;    // Records in one block. Larger ones are not paired, but reported.
  std::size_t largest_cluster = 200;  // Records of one person; more are not joined, but reported.
  // Pairs of a short and a formal name, in any case. Two names agree as nicknames where they share a formal name.
  std::vector<std::pair<std::string, std::string>> nicknames;
};

// Fixed weights for children's records of a council, with their reasons; the nicknames common in the UK.
const Model& default_model();
// Says each probability outside (0, 1], threshold, weight or level that makes no sense, and what is missing.
Result<void> check_model(const Model& model);

}  // namespace guildhall::matching
