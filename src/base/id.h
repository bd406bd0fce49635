#pragma once

// Identifiers: UUID version 7 (RFC 9562, section 5.7), so that they sort by the time they were made.
// Each kind of thing has its own type, and one cannot be passed for another:
//
//   struct EnquiryTag { static constexpr std::string_view kName = "enquiry"; };
//   using EnquiryId = Id<EnquiryTag>;

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace guildhall {

// Sixteen bytes, written as 8-4-4-4-12 lower-case hexadecimal digits.
class Uuid {
 public:
  Uuid() = default;  // All zero: no identifier.
  static Result<Uuid> parse(std::string_view text);
  static Uuid version7(Instant now, std::uint64_t random_high, std::uint64_t random_low);
  std::string text() const;
  bool is_nil() const { return *this == Uuid{}; }
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// A new UUID from the system clock and the operating system's random source. May be called from any thread.
Uuid new_uuid();

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(Uuid uuid) : uuid_(uuid) {}
  static Id make() { return Id(new_uuid()); }
  static Result<Id> parse(std::string_view text) { return Id(TRY(Uuid::parse(text))); }
  std::string text() const { return uuid_.text(); }
  bool is_nil() const { return uuid_.is_nil(); }
  const Uuid& uuid() const { return uuid_; }
  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

// Unpredictable bytes from OpenSSL's generator; throws if there are none.
std::string random_bytes(std::size_t count);
// `count` characters from the alphabet of Crockford's base 32 (no I, L, O, U), five random bits each.
std::string random_code(std::size_t count);

}  // namespace guildhall

template <>
struct std::hash<guildhall::Uuid> {
  std::size_t operator()(const guildhall::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 8; i < 16; ++i) value = value << 8 | uuid.bytes()[i];
    return value;
  }
};
template <class Tag>
struct std::hash<guildhall::Id<Tag>> {
  std::size_t operator()(const guildhall::Id<Tag>& id) const noexcept {
    return std::hash<guildhall::Uuid>()(id.uuid());
  }
};
