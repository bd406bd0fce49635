#pragma once

// The records as columns of small numbers: every text is prepared once, equal texts get one number, and most comparisons
// are of numbers.

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "matching/matching.h"

namespace guildhall::matching {

using Term = std::uint32_t;  // A text in a Vocabulary; 0 is the empty one: missing.

// Gives equal texts one number. Not shared between threads while it grows.
class Vocabulary {
 public:
  Vocabulary() { intern(""); }
  Term intern(std::string_view text);
  std::string_view text(Term term) const { return texts_[term]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;  // A deque: the texts never move, so the map may point to them.
  std::unordered_map<std::string_view, Term> terms_;
};

// A few terms of one record: a span of Prepared::lists.
struct TermList {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

struct PreparedRecord {
  Term nhs_number = 0;
  Term upn = 0;
  bool upn_is_temporary = false;
  LinkSex sex = LinkSex::NotKnown;
  Term forename = 0, middle_names = 0, surname = 0;  // Letters only, folded.
  Term postcode = 0, district = 0;
  Term house = 0;               // The number and first word of the address lines.
  std::int32_t birth_date = 0;  // 20140312; 0: missing.
  std::uint64_t uprn = 0;
  TermList former_upns, other_forenames, forename_parts, formal_names, middle_parts, other_surnames, surname_parts,
      earlier_postcodes;
};

struct Prepared {
  Vocabulary vocabulary;
  std::vector<PreparedRecord> records;
  std::vector<Term> lists;
  std::vector<double> forename_frequency, surname_frequency;  // By term; 0 where it is no such name.

  std::span<const Term> list(TermList terms) const { return {lists.data() + terms.begin, terms.size}; }
  std::string_view text(Term term) const { return vocabulary.text(term); }
};

// Letters only, folded; as the records module's comparison_key makes it.
std::string name_key(std::string_view name);

Prepared prepare(std::span<const LinkRecord> records, const Model& model);
void count_frequencies(Prepared& prepared);

}  // namespace guildhall::matching
