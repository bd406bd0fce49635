#pragma once

// The model of linkage, as data: which fields are compared, at which levels, what each level says, which pairs are looked
// at, and from which weight they are linked. One readable JSON file; see docs/guides/linkage.md for its format.
//
// A pair of records gets for every comparison the first of its levels that holds; a field that is missing in one of the two
// says nothing. Four explanations of a pair compete: both are one person (m), they are strangers (u), they live in one
// household (household), or they are namesakes. Brothers and sisters share surname, address and, if twins, the birth
// date; names go together by community and fashion, and the child of a common name has namesakes of its age: both would
// look like one person if fields were taken to be independent among different persons. The weight, in bits, is
//   log2(prior odds) + sum of log2(m/u) - log2(1 + household odds x product of household/u + the same for namesakes)
// Sources: Fellegi & Sunter (1969), "A Theory for Record Linkage", JASA 64(328); Winkler (1989), "Frequency-based matching
// in the Fellegi-Sunter model"; latent classes for more than two kinds of pairs: Larsen & Rubin (2001), "Iterative automated
// record linkage using mixture models", JASA 96(453).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "linkage/fields.h"

namespace guildhall::linkage {

// What has to hold for a level. Stored in models by name.
enum class LevelKind : std::uint8_t {
  Missing,          // in one of the two: never a level of a model, only an answer
  Exact,            // Home: the same house, and not two postcodes
  Nickname,         // Forename: both stand for one formal name
  Swapped,          // Forename, Surname: each is the other record's other name
  Part,             // names: one is a part of the other's double name; surnames: any part in common
  Initial,          // Forename, MiddleNames: one has only an initial, which agrees
  JaroWinkler,      // similarity of at least `threshold`
  OneEdit,          // Damerau-Levenshtein distance 1; BirthDate: of its digits; Home: the same house, the postcode so
  DayMonthSwapped,  // BirthDate
  TwoParts,         // BirthDate: two of year, month and day agree
  WithinDays,       // BirthDate: at most `threshold` days between them
  HouseNotKnown,    // Home: one postcode, and of one the address is missing
  SamePostcode,     // Home: but another house
  SameAddress,      // Home: but another postcode
  NearPostcode,     // Home: another house, postcodes one edit apart
  SameDistrict,     // Home: of the postcode, or the locality
  Words,            // words in common, the rare ones weighing more: cosine of at least `threshold`
  SameUser,         // Email: the part before the @
  Within,           // Number: the smaller at least `threshold` of the greater
  Else,             // nothing above holds
};
inline constexpr std::size_t kLevelKindCount = 20;
std::string_view name_of(LevelKind kind);  // "jaro_winkler"

struct ComparisonLevel {
  LevelKind kind = LevelKind::Else;
  double threshold = 0;      // JaroWinkler, WithinDays, Words, Within
  double m_probability = 1;  // how often this level holds for two records of one person
  double u_probability = 1;  // how often for two records of strangers
  double household = 1;      // how often for two records of different persons of one household
  auto operator<=>(const ComparisonLevel&) const = default;
};

enum class ComparisonKind : std::uint8_t {
  Identifier,  // of NhsNumber, Upn, Identifier, Phone
  Forename,
  MiddleNames,
  Surname,
  BirthDate,
  Sex,
  Home,  // address, postcode and localities together: they depend on each other
  Locality,
  Email,
  Number,
  Category,
  Text,
};
inline constexpr std::size_t kComparisonKindCount = 12;
std::string_view name_of(ComparisonKind kind);

// At most this many of a model, and levels of a comparison.
inline constexpr std::size_t kMostComparisons = 16;
inline constexpr std::size_t kMostLevels = 14;

struct Comparison {
  std::string name;  // "surname"
  ComparisonKind kind = ComparisonKind::Text;
  std::vector<std::string> fields;      // By name. Home: address, postcode, localities, whichever there are.
  std::vector<ComparisonLevel> levels;  // In the order in which they are tried; the last is Else.
  // At Exact, u is the frequency of that very value among all: a rare name in common says more than a common one. Values
  // that are not named have `rare_frequency`; 0: no adjustment.
  double rare_frequency = 0;
  std::vector<std::pair<std::string, double>> frequencies;  // The canonical value; the most frequent first.
};

// Which aspect of a field records have to agree on.
enum class KeyPart : std::uint8_t {
  Exact,
  Sound,        // names: Soundex
  Formal,       // forenames: the formal name that a nickname stands for, or the name itself
  Initial,      //
  Prefix,       // the first three letters
  FirstPart,    // of a double name
  Year,         // birth dates
  YearMonth,    //
  MonthDay,     //
  AnyDayMonth,  // the birth date with the smaller of day and month first
  District,     // of a postcode
  House,        // its number and the first word of its street
  EitherOrder,  // forename and surname, whichever is which
  RareWord,     // each of the three rarest words of a text: records may agree on any of them
};
inline constexpr std::size_t kKeyPartCount = 14;
std::string_view name_of(KeyPart part);

struct BlockingKey {
  std::string field;
  KeyPart part = KeyPart::Exact;
  auto operator<=>(const BlockingKey&) const = default;
};

// Pairs that agree on all keys are looked at; without keys: all pairs.
struct BlockingRule {
  std::vector<BlockingKey> keys;
  auto operator<=>(const BlockingRule&) const = default;
};
std::string to_text(const BlockingRule& rule);  // "surname sound + birth_date"

// In how many distinct values of a field each word occurs: a rare word in common says more than "STREET". Known beforehand,
// so that a part of the records is compared as the whole would be.
struct WordCounts {
  std::string field;
  std::uint32_t values = 0;                                   // Distinct ones.
  std::uint32_t rare = 1;                                     // The count of words that are not named.
  std::vector<std::pair<std::string, std::uint32_t>> counts;  // The most frequent first.
};

struct Model {
  std::vector<Field> fields;
  std::vector<Comparison> comparisons;
  std::vector<BlockingRule> blocking_rules;
  double prior = 1e-6;         // that two records taken at random are one person
  double household_prior = 0;  // that they are different persons of one household; 0: households are not told apart
  // That they are namesakes: strangers whose forename, surname and sex agree as those of one person do, more often than
  // the names' frequencies alone would have it; 0: they are not told apart. And in how many of these the birth date does.
  double namesake_prior = 0;
  double namesakes_of_one_birth = 0;
  // Whether two children of one birth may be among the records: then a pair that differs like twins is not linked without a
  // number in common, nor one without a forename. See linkage.h.
  bool tell_twins_apart = true;
  double link_weight = 6;             // from here pairs are linked, where no rule about people forbids it; in bits
  double review_weight = 0;           // from here they go to the clerical queue
  std::size_t largest_block = 1'000;  // records; larger ones are not paired, but reported
  std::size_t largest_cluster = 200;  // records of one person; more are not joined, but reported
  std::vector<WordCounts> words;      // Of fields that are compared word by word; none: counted in the table at hand.
};

// Fields to compare and levels with what is commonly seen, before anything is learnt from data.
Model untrained_model(const std::vector<Field>& fields);

// How often a level with these figures holds for two namesakes; `one_birth`: Model::namesakes_of_one_birth.
double of_namesakes(ComparisonKind kind, double m, double u, double one_birth);

// Says each probability outside (0, 1], unknown field, level without meaning for its comparison, and what is missing.
Result<void> check_model(const Model& model);

// The readable JSON file, and back; to_json(from_json(x)) is x. Problems name the member.
std::string to_json(const Model& model);
Result<Model> model_from_json(std::string_view json);

}  // namespace guildhall::linkage
