#pragma once

// Addresses and schools of an invented county. The postcode area WX does not exist; towns and streets are
// made up.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "synth/impl/random.h"

namespace guildhall::synth {

// A dwelling. Meaningful together with the Places that made it.
struct Address {
  std::uint32_t street = 0;
  std::uint16_t number = 1;
  std::uint8_t flat = 0;  // 0: a whole house
  auto operator<=>(const Address&) const = default;
};

struct Residence {
  Address address;
  Date from;
};

// The four areas into which social care divides the county.
enum class Area : std::uint8_t { North, South, East, West };

// A street has one postcode, as most short streets do, and about twenty-five dwellings with children.
class Places {
 public:
  Places(std::size_t children, std::uint64_t seed);

  // Where the household lives: no two share a dwelling, unless one moved to where another has been.
  Address home_of(std::uint32_t household) const;
  Address anywhere(Random& random) const;
  Address in_the_same_town(const Address& address, Random& random) const;
  // A foster home or children's home: one of few, so that unrelated children share it.
  Address placement(Random& random) const;

  std::string house(const Address& address) const;   // "14", or "Flat 3, 14"
  std::string street(const Address& address) const;  // "Mill Lane"
  std::string_view town(const Address& address) const;
  std::string postcode(const Address& address) const;  // "WX4 2HB"
  std::uint64_t uprn(const Address& address) const;    // twelve digits
  Area area(const Address& address) const;

  static constexpr std::string_view kCounty = "Wexshire";

 private:
  std::size_t town_of(std::uint32_t street) const;
  std::uint32_t streets_;
  std::uint64_t seed_;
  std::size_t placements_;
};

// A school by the Department for Education's numbers.
struct School {
  std::uint16_t authority = 0;
  std::uint16_t establishment = 0;
};

// The council's schools, as many as there are children for, and those elsewhere from which pupils come.
// Counts the UPNs that each has given out, so that no two children have the same.
class Schools {
 public:
  explicit Schools(std::size_t children);

  School primary(const Address& home, Random& random) const;  // the street's own, sometimes another
  School secondary(const Address& home, Random& random) const;
  School elsewhere(Random& random) const;
  std::string name(School school) const;

  // A UPN nobody else has. `year` is that of its allocation.
  std::string allocate_upn(School school, int year);

  static constexpr std::uint16_t kAuthority = 885;

 private:
  std::size_t index(School school) const;
  School at(std::size_t index) const;
  std::size_t primaries_;
  std::size_t secondaries_;
  std::vector<std::uint16_t> given_;  // by school and two-digit year
};

// The same child's UPN while it was temporary: the last digit as a letter (0 is A), with the check letter for
// that.
std::string temporary_upn(std::string_view upn);

}  // namespace guildhall::synth
