#pragma once

// Within which keys of a source are unique. One system numbers its people once, whatever table they are in; another
// system of the same source numbers them otherwise, so that "17" is another child there.

#include <string>
#include <string_view>

namespace guildhall::masterdata {

inline std::string register_of(std::string_view format, std::string_view table, std::string_view sha256) {
  // Pupils who left are numbered by themselves (pupilnolongeronrolltableid).
  if (format == "school-census") {
    return table == "pupilnolongeronroll" || table == "addressesoffroll" ? "census-left" : "census";
  }
  // Each transfer file stands by itself: a school may send the same name with another pupil behind it next year.
  if (format == "ctf") return "ctf-" + std::string(sha256.substr(0, 12));
  if (format == "pds-fhir-ndjson") return "pds-fhir";
  return std::string(format);
}

}  // namespace guildhall::masterdata
