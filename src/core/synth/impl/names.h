#pragma once

// Forenames and surnames of the communities who live in a British county, how common each is, and what people
// do to them. The lists are our own: from general knowledge, in rough order of frequency; no published table
// was copied.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synth/impl/random.h"

namespace guildhall::synth {

enum class Sex : std::uint8_t { Male, Female };

enum class Community : std::uint8_t {
  English,
  Welsh,
  Scottish,
  Irish,
  Caribbean,
  Polish,
  Romanian,
  Ukrainian,
  Pakistani,
  Bangladeshi,
  Indian,
  Sikh,
  Nigerian,
  Somali,
  Arabic,
  Turkish,
  Chinese,
};
inline constexpr std::size_t kCommunityCount = static_cast<std::size_t>(Community::Chinese) + 1;

// Words with weights, for drawing one in proportion.
class WeightedNames {
 public:
  void add(std::string_view name, std::uint32_t weight);
  std::string_view draw(Random& random) const;
  const std::vector<std::string_view>& names() const { return names_; }

 private:
  std::vector<std::string_view> names_;
  std::vector<std::uint64_t> sums_;  // sums_[i]: the weights of names 0 to i
};

// Built once, then only read. Views it returns live as long as it.
class Names {
 public:
  Names();

  Community draw_community(Random& random) const;
  std::string_view forename(Community community, Sex sex, int birth_year, Random& random) const;
  std::string_view grown_up_forename(Random& random) const;  // for people at work
  std::string surname(Community community, Random& random) const;
  // The ending a daughter's surname takes: Kowalska for Kowalski, Kaur for Singh. The same name where there
  // is none.
  static std::string for_daughter(Community community, std::string_view surname);

  // All of these: nothing where there is none. They answer to the name without regard to nothing: exact
  // match.
  std::optional<std::string_view> nickname(std::string_view forename, Random& random) const;
  std::optional<std::string_view> other_spelling(std::string_view name, Random& random) const;
  bool has_nickname(std::string_view forename) const;
  bool has_other_spelling(std::string_view name) const;
  // Two forenames that sound alike, of the given sexes; for twins.
  std::array<std::string_view, 2> similar_pair(Sex sex, Random& random) const;

  std::size_t forename_count() const;  // different ones
  std::size_t surname_count() const;

 private:
  struct Group {
    std::string_view name;
    std::vector<std::string_view> others;
  };
  static const Group* find(const std::vector<Group>& groups, std::string_view name);

  std::array<std::array<std::array<WeightedNames, 3>, 2>, kCommunityCount> forenames_;  // by sex and decade
  std::array<WeightedNames, kCommunityCount> surnames_;
  std::vector<std::string_view> rare_beginnings_;
  std::vector<std::string_view> rare_endings_;
  std::vector<std::string_view> grown_up_;
  std::vector<std::string_view> similar_boys_;  // "Jayden Kayden"
  std::vector<std::string_view> similar_girls_;
  std::vector<Group> nicknames_;  // sorted by name
  std::vector<Group> spellings_;  // sorted by name
};

// DfE's ethnic codes, most likely first; about one in thirty is REFU or NOBT.
std::string_view ethnicity(Community community, bool mixed, Random& random);

// "Zoë Łukasz Ștefan" → "Zoe Lukasz Stefan". Unlike folded() it keeps the case. For the Latin letters in
// names.cpp.
std::string without_accents(std::string_view text);

}  // namespace guildhall::synth
