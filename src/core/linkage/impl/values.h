#pragma once

// The distinct values of a field, each made canonical and prepared for comparing once, however many records have it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "linkage/fields.h"
#include "linkage/impl/dictionary.h"
#include "linkage/model.h"

namespace guildhall::linkage {

// What comparing needs of one value.
struct Value {
  std::array<char, 16> text{};  // The first bytes of the canonical text, then zeros. Number: a double.
  // Forename, MiddleNames, Surname: its letters, see letters_of.  BirthDate: 20140312.  Postcode: its district.
  // Address: its house.  Email: the part before the @.
  std::uint32_t first = 0;
  // Names: the first of the formal names.  Address: the first word of its street.  Text: its rarest word.
  std::uint32_t second = 0;
  std::uint32_t list_begin =
      0;                       // Names: parts, then formal names.  Address, Text, Locality: words, in order of number.
  std::uint8_t list_size = 0;  // of parts or words
  std::uint8_t formal_size = 0;
  std::uint8_t length = 0;  // of the canonical text, 255 for all that are longer
  bool is_checked =
      false;  // NhsNumber: passes Modulus 11 and is no placeholder. Upn: its check letter is right, and it is not temporary.
};
static_assert(sizeof(Value) == 32);

// Which letters a short name has: a bit for each of A to Z and one for all others; above them how many letters there are
// more than different ones.
std::uint32_t letters_of(std::string_view name);
inline constexpr unsigned kMoreShift = 27;
// So many letters two names can have in common at most.
inline unsigned most_in_common(std::uint32_t a, std::uint32_t b) {
  // The bits that are set in both. (std::popcount is a call without the instruction, which not every x86-64 has.)
  std::uint32_t x = a & b & ((1u << kMoreShift) - 1);
  x -= x >> 1 & 0x55555555;
  x = (x & 0x33333333) + (x >> 2 & 0x33333333);
  return (((x + (x >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24) + std::min(a >> kMoreShift, b >> kMoreShift);
}

// The values of one field, or of all fields with names, which share one so that swapped names are seen.
class Domain {
 public:
  explicit Domain(FieldKind kind);

  // The numbers of the values as written; 0 for what says nothing.
  void add(std::span<const std::string_view> written, std::uint32_t* numbers, std::size_t stride);
  ValueId add(std::string_view written);
  // What was added after mark() is taken out again by rollback(): to compare a record without keeping it. At most some
  // dozen values in between.
  struct Mark {
    std::size_t written = 0, canonical = 0, lists = 0, words = 0;
  };
  Mark mark();
  void rollback(const Mark& mark);

  // For so large a share of values more, nothing is moved.
  void make_room(double share);

  FieldKind kind() const { return kind_; }
  bool has_names() const {
    return kind_ == FieldKind::Forename || kind_ == FieldKind::MiddleNames || kind_ == FieldKind::Surname;
  }
  std::size_t size() const { return values_.size(); }  // With the missing one.
  const Value& value(ValueId id) const { return values_[id]; }
  ValueId find_canonical(std::string_view text) const { return canonical_.find(text); }
  std::string_view text(ValueId id) const { return canonical_.text(id); }
  std::span<const std::uint32_t> list(const Value& value) const {
    return {lists_.data() + value.list_begin, value.list_size};
  }
  std::span<const std::uint32_t> formal(const Value& value) const {
    return {lists_.data() + value.list_begin + value.list_size, value.formal_size};
  }
  std::string_view word(std::uint32_t word) const { return words_.text(word); }
  std::size_t words() const { return word_counts_.size(); }  // The empty one is number 0.
  // In how many distinct values a word occurs, of how many: here, or where know_words() says.
  std::uint32_t word_count(std::uint32_t word) const { return word_counts_[word]; }
  std::uint32_t rare_word_count() const { return known_words_ ? rare_word_ : 1; }
  std::size_t counted_values() const { return known_words_ ? known_values_ : size(); }
  void know_words(const WordCounts& words);
  // A name that is written in several ways ("Anna Maria", "Annamaria") gets the parts of the way with the fewest, then of
  // the first in the alphabet, whichever came first. The ways that were chosen, one for each name of several parts.
  std::vector<std::string> settle_names();
  std::size_t bytes() const;

 private:
  ValueId add_canonical(std::string_view canonical, std::string_view written);
  void prepare(ValueId id, std::string_view written);
  void prepare_name(Value& value, std::string_view written);
  void prepare_words(Value& value, std::string_view canonical);

  FieldKind kind_;
  bool cheap_ = false;  // Made canonical before it is looked up; else the text as written is looked up first.
  Dictionary written_;
  std::vector<ValueId> canonical_of_;  // By number in written_.
  Dictionary canonical_;
  std::vector<Value> values_;
  std::vector<std::uint32_t> lists_;
  Dictionary words_;
  std::vector<std::uint32_t> word_counts_;
  bool known_words_ = false;
  std::uint32_t known_values_ = 0, rare_word_ = 0;
};

// The canonical form of a text of a kind; empty for what says nothing ("unknown", 0000000000). `scratch` may hold it.
std::string_view canonical(FieldKind kind, std::string_view written, std::string& scratch);

// Forename and surname of a full name: "Smith, Jack" and "Jack Smith" alike.
std::string_view part_of_full_name(std::string_view name, Field::Part part, std::string& scratch);

}  // namespace guildhall::linkage
