#pragma once

// The numbers that say who somebody is. Each is a type that can only be made from text that passed its check,
// so that nobody checks again. `parse` says what is wrong in the words of the person who can mend it.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::records {

// Who issues the numbers of a range. By the first nine digits:
//   101010000–311299999 and below with a leading zero: the Scottish CHI number, which begins with a birth
//   date; 320000001–399999999: Northern Ireland's Health and Care Number; 300000000–319999999 after those,
//   400000000–499999999, 600000000–799999999: England, Wales and the Isle of Man; 999000000–999999999: for
//   tests, never issued to a person.
// Sources: NHS Data Dictionary, "NHS NUMBER", "COMMUNITY HEALTH INDEX NUMBER" and "HEALTH AND CARE NUMBER";
// the boundaries as collected in Wikipedia, "NHS number", section "Format, number ranges, and check
// characters". The ranges grow (600–708 was once the end of the list), so a number outside all of them is
// `Unallocated`, not wrong.
enum class NhsNumberRange : std::uint8_t { EnglandWalesIsleOfMan, Scotland, NorthernIreland, Test, Unallocated };

// Whether numbers of the test range are taken. Only demonstrations and tests say Accept.
enum class TestNumbers : std::uint8_t { Refuse, Accept };

// A checked NHS number: ten digits, the last a Modulus 11 check digit. Never a placeholder: the ten numbers
// of one repeated digit, all of which pass Modulus 11, and 1234567890 and its like are refused first. Source:
// NHS Data Dictionary, attribute "NHS NUMBER", steps 1 to 5.
class NhsNumber {
 public:
  // Spaces, no-break spaces and dashes are dropped. Says which digit is wrong where it can.
  static Result<NhsNumber> parse(std::string_view text, TestNumbers tests = TestNumbers::Refuse);
  // Nine digits and the check digit that belongs to them; nothing where that would be 10, and such a number
  // is never issued, or for a placeholder. Nine digits from 999000000 up make numbers for demonstrations.
  static std::optional<NhsNumber> with_check_digit(std::string_view nine_digits);

  std::string_view digits() const { return {digits_.data(), digits_.size()}; }  // "9990000018"
  std::string spoken() const;                                                   // "999 000 0018"
  NhsNumberRange range() const;
  bool is_test_range() const { return range() == NhsNumberRange::Test; }

  auto operator<=>(const NhsNumber&) const = default;

 private:
  NhsNumber() = default;
  std::array<char, 10> digits_{};
};

// Whether the text is, once spaces and dashes are dropped, a number that people type when there is none: one
// digit ten times, or ten digits in a row up or down.
bool is_placeholder_number(std::string_view text);

// A checked Unique Pupil Number: a check letter, the number of the local authority (3), of the establishment
// (4), the year of allocation (2) and a serial number (3), whose last character is a letter where the UPN is
// temporary. A temporary UPN is given until the school learns the permanent one: it is weak evidence of who a
// child is. Sources: Department for Education, "Unique pupil numbers (UPNs): a guide for schools and local
// authorities", section "How UPNs are constructed"; the check letter also in CIN census rule 1510; Government
// Data Standards Catalogue, "Unique Pupil Number", version 2.0.
class Upn {
 public:
  static Result<Upn> parse(std::string_view text);  // Spaces are dropped; lower case is taken.
  // Twelve characters after the check letter, as "885400111001" or, temporary, "88540011100A".
  static std::optional<Upn> with_check_letter(std::string_view twelve);

  std::string_view text() const { return {text_.data(), text_.size()}; }
  bool is_temporary() const { return text_.back() > '9'; }
  std::string_view authority() const { return text().substr(1, 3); }
  std::string_view establishment() const { return text().substr(4, 4); }
  std::string_view year() const { return text().substr(8, 2); }

  auto operator<=>(const Upn&) const = default;

 private:
  Upn() = default;
  std::array<char, 13> text_{};
};

// A checked Unique Learner Number (from age 14): ten digits, the first not zero; the digits times 10, 9, … 1
// leave 10 when divided by 11, which no NHS number does. Source: HESA, field "Unique Learner Number"
// (C17051); school census rule 1575.
class UniqueLearnerNumber {
 public:
  static Result<UniqueLearnerNumber> parse(std::string_view text);
  static std::optional<UniqueLearnerNumber> with_check_digit(std::string_view nine_digits);

  std::string_view digits() const { return {digits_.data(), digits_.size()}; }

  auto operator<=>(const UniqueLearnerNumber&) const = default;

 private:
  UniqueLearnerNumber() = default;
  std::array<char, 10> digits_{};
};

// A postcode of the right shape, written "AB1 2CD". Says nothing about whether it is in use.
// Source: Royal Mail, "PAF Programmers' Guide", "Postcode format"; Government Data Standards Catalogue, "Post
// Code"; BS 7666.
class Postcode {
 public:
  static Result<Postcode> parse(std::string_view text);  // Any spaces, any case; O and 0 are not exchanged.

  // The one postcode that the text becomes when as few as possible of O and 0, I and 1 are exchanged so that
  // every position holds what it may (AA9A 9AA and so on). Nothing where there is none, or more than one.
  static std::optional<Postcode> repaired(std::string_view text);

  const std::string& text() const { return text_; }
  std::string_view outward() const { return std::string_view(text_).substr(0, text_.size() - 4); }  // district: "AB1"
  std::string_view inward() const { return std::string_view(text_).substr(text_.size() - 3); }      // "2CD"
  std::string_view sector() const { return std::string_view(text_).substr(0, text_.size() - 2); }   // "AB1 2"
  std::string_view area() const;                                                                    // "AB"

  auto operator<=>(const Postcode&) const = default;

 private:
  Postcode() = default;
  std::string text_;
};

// A Unique Property Reference Number: one to twelve digits, not all zero, kept without leading zeros. It has
// no check digit. Source: GeoPlace, "Data Entry Conventions", UPRN; Open Standards for Government,
// "Identifying property and street information".
class Uprn {
 public:
  static Result<Uprn> parse(std::string_view text);
  std::uint64_t number() const { return number_; }
  std::string text() const { return std::to_string(number_); }

  auto operator<=>(const Uprn&) const = default;

 private:
  Uprn() = default;
  std::uint64_t number_ = 0;
};

}  // namespace guildhall::records
