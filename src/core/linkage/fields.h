#pragma once

// What the columns of a file mean to matching.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::linkage {

enum class FieldKind : std::uint8_t {
  NhsNumber,    // ten digits with a Modulus 11 check; one person has one
  Upn,          // unique pupil number
  Identifier,   // any other number that is meant to name one person
  Forename,     //
  MiddleNames,  //
  Surname,      //
  FullName,     // forenames and surname in one column: becomes a forename and a surname
  BirthDate,    // 2014-03-12, 12/03/2014, 20140312, 12 Mar 2014; may be impossible, as typing errors are
  Sex,          // F, M, female, male, 1 (male), 2 (female); all else is missing
  Address,      // lines of an address; several columns are read as one
  Postcode,     //
  Locality,     // town, suburb, county
  Email,        //
  Phone,        //
  Number,       // a quantity; a year, a price
  Category,     // a word out of few
  Text,         // many words: a title, a list of authors
};
inline constexpr std::size_t kFieldKindCount = 17;
std::string_view name_of(FieldKind kind);  // "birth_date"

struct Field {
  std::string name;                  // The kind's, or the column's where there are several of a kind.
  FieldKind kind = FieldKind::Text;  // never FullName
  std::vector<std::string> columns;  // Read as one text, with spaces between; the first names it in messages.
  enum class Part : std::uint8_t { Whole, Forename, Surname } part = Part::Whole;  // of a full name

  auto operator<=>(const Field&) const = default;
};

// At most this many fields of a table.
inline constexpr std::size_t kMostFields = 24;

// {"given_name": "forename", "dob": "birth_date", "street": "address", "town": "address"}: a column and its kind. The
// other direction, {"forename": "given_name", "address": ["street", "town"]}, is understood too, as are common other
// names of kinds ("first_name", "date_of_birth", "gender"). `header` holds the columns that the file has.
// Problems: not JSON, unknown kinds with the likely one, columns that are not in the header, nothing to compare.
Result<std::vector<Field>> read_field_map(std::string_view json, std::span<const std::string> header);

// The map that these fields were read by.
std::string to_field_map(std::span<const Field> fields);

}  // namespace guildhall::linkage
