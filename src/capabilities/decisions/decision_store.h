#pragma once

// Published models in the database. Every function runs inside a work of `connection`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::decisions {

struct VersionTag {
  static constexpr std::string_view kName = "decision version";
};
using VersionId = Id<VersionTag>;

// One version of one model, without its text.
struct Version {
  VersionId id;
  std::string slug;  // Of the model, in addresses: "parking-permit".
  std::string namespace_uri;
  std::string name;         // Of the model: "Parking permit".
  std::int64_t number = 0;  // 1, 2, 3 … of this model.
  std::string sha256;       // Of its text: 32 bytes.
  Instant published_at{};
  std::string published_by;
  // Why it was published in spite of doubts about its tables; nothing where there were none.
  std::optional<std::string> accepted;

  bool operator==(const Version&) const = default;
};

struct VersionText {
  Version version;
  std::string xml;
};

// How many versions were ever published: it has changed when anything has.
std::int64_t published_count(db::Connection& connection);
// All of them, ordered by the model's slug, then by number.
std::vector<Version> all_versions(db::Connection& connection);
// The newest of each model, ordered by slug.
std::vector<VersionText> newest_versions(db::Connection& connection);
std::optional<std::string> text_of(db::Connection& connection, VersionId id);

struct NewVersion {
  std::string_view namespace_uri;
  std::string_view name;
  std::string_view xml;
  std::string_view published_by;
  std::optional<std::string_view> accepted = std::nullopt;
};
// The next version of the model; the first where it is new.
Version add_version(db::Connection& connection, const NewVersion& version, Instant now);

// A name as a part of an address: small letters and digits of ASCII, with single dashes between, at most 60. "Fee" is
// "fee", "Über-Gebühr (neu)" is "uber-gebuhr-neu". `otherwise` where nothing is left of it.
std::string slug_of(std::string_view name, std::string_view otherwise);
// The slug, or where that is taken, with the first of "-2", "-3" … that isn't.
std::string free_slug(std::string slug, const std::vector<std::string>& taken);

}  // namespace guildhall::decisions
