#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "records/identifiers.h"
#include "synth/impl/clerk.h"
#include "synth/impl/names.h"
#include "synth/impl/places.h"
#include "synth/impl/population.h"

namespace guildhall::synth {
namespace {

// The first output of SplitMix64 from state 0, as published with its reference code.
TEST(Random, MixesAsSplitMix64Does) {
  EXPECT_EQ(mixed(0), 0xE220A8397B1DCDAFULL);
}

TEST(Random, DrawsEveryNumberBelowALimitAboutAsOften) {
  Random random(1, Random::Purpose::Table, 0);
  std::array<int, 10> seen{};
  for (int i = 0; i < 10'000; ++i) ++seen[random.below(10)];
  for (const int count : seen) EXPECT_NEAR(count, 1'000, 130);
}

TEST(Names, AreOfManyCommunities) {
  const Names names;
  EXPECT_GE(names.forename_count(), 600u);
  EXPECT_GE(names.surname_count(), 900u);
}

TEST(Names, LoseTheirAccentsWhereASystemCannotStoreThem) {
  EXPECT_EQ(without_accents("Zoë Łukasz Ștefan O'Brien Çınar"), "Zoe Lukasz Stefan O'Brien Cinar");
  // Every name of the lists can be written plainly; a letter without a plain form would throw.
  const Names names;
  Random random(3, Random::Purpose::Table, 0);
  for (int i = 0; i < 50'000; ++i) {
    const Community community = names.draw_community(random);
    const Sex sex = random.chance(5'000) ? Sex::Male : Sex::Female;
    for (const char c : without_accents(names.forename(community, sex, 2015, random))) ASSERT_GT(c, 0);
    for (const char c : without_accents(names.surname(community, random))) ASSERT_GT(c, 0);
  }
}

TEST(Names, FollowTheDaughter) {
  EXPECT_EQ(Names::for_daughter(Community::Polish, "Kowalski"), "Kowalska");
  EXPECT_EQ(Names::for_daughter(Community::Polish, "Nowak"), "Nowak");
  EXPECT_EQ(Names::for_daughter(Community::Ukrainian, "Zelenskyi"), "Zelenska");
  EXPECT_EQ(Names::for_daughter(Community::Sikh, "Singh"), "Kaur");
  EXPECT_EQ(Names::for_daughter(Community::English, "Singh"), "Singh");
}

TEST(Typing, ChangesOneKeyAndNeverNothing) {
  Random random(5, Random::Purpose::Table, 0);
  std::set<std::string> seen;
  for (int i = 0; i < 2'000; ++i) {
    const std::string typed = mistyped("Okafor", random);
    EXPECT_NE(typed, "Okafor");
    EXPECT_LE(typed.size(), 7u);
    EXPECT_GE(typed.size(), 5u);
    seen.insert(typed);
  }
  EXPECT_TRUE(seen.contains("Okafot"));   // beside r
  EXPECT_TRUE(seen.contains("Okafro"));   // exchanged
  EXPECT_TRUE(seen.contains("Okfor"));    // lost
  EXPECT_TRUE(seen.contains("Okaffor"));  // doubled
  EXPECT_EQ(mistyped("Ł", random), "Ł");  // no key to miss
  for (int i = 0; i < 500; ++i) EXPECT_NE(mistyped("Anna", random), "Anna");
}

TEST(Places, GiveEveryStreetAPostcodeOfItsOwn) {
  const Places places(900'000, 1);
  std::set<std::string> seen;
  for (std::uint32_t street = 0; street < 900'000 / 40; ++street) {
    const std::string text = places.postcode({street, 1, 0});
    const auto postcode = records::Postcode::parse(text);
    ASSERT_TRUE(postcode.ok()) << text;
    EXPECT_EQ(postcode->text(), text);
    EXPECT_EQ(postcode->area(), "WX");
    EXPECT_TRUE(seen.insert(text).second) << text;
  }
}

TEST(Places, GiveNoTwoHouseholdsOneDwelling) {
  const Places places(100'000, 1);
  std::set<Address> seen;
  for (std::uint32_t household = 1; household <= 60'000; ++household) {
    EXPECT_TRUE(seen.insert(places.home_of(household)).second) << household;
  }
}

TEST(Schools, TurnAUpnIntoATemporaryOneThatIsValid) {
  Schools schools(1'000);
  Random random(1, Random::Purpose::Table, 0);
  const std::string upn = schools.allocate_upn(schools.elsewhere(random), 2019);
  ASSERT_TRUE(records::Upn::parse(upn).ok()) << upn;
  const std::string temporary = temporary_upn(upn);
  ASSERT_TRUE(records::Upn::parse(temporary).ok()) << temporary;
  EXPECT_TRUE(records::Upn::parse(temporary)->is_temporary());
  EXPECT_FALSE(records::Upn::parse(upn)->is_temporary());
}

TEST(SchoolYear, BeginsInSeptember) {
  EXPECT_EQ(school_year(*Date::from(2026, 8, 31)), 2025);
  EXPECT_EQ(school_year(*Date::from(2026, 9, 1)), 2026);
}

TEST(Population, PlacesUnrelatedChildrenAtOneAddress) {
  const SynthOptions options{.children = 20'000, .seed = 3};
  const Names names;
  const Places places(options.children, options.seed);
  Population population(options, names, places);
  std::map<Address, std::set<std::uint32_t>> placements;
  std::size_t children = 0;
  std::set<std::string> numbers, upns;
  while (const Household* household = population.next()) {
    for (const Child& child : household->children) {
      ++children;
      EXPECT_EQ(child.person, children);
      EXPECT_TRUE(numbers.insert(child.nhs_number).second);
      if (!child.upn.empty()) {
        EXPECT_TRUE(upns.insert(child.upn).second);
      }
      if (!child.former_upn.empty()) {
        EXPECT_TRUE(upns.insert(child.former_upn).second);
      }
      EXPECT_LT(child.born, options.today);
      if (child.care.placement && !child.care.to) placements[child.residence().address].insert(household->id);
    }
  }
  EXPECT_EQ(children, options.children);
  EXPECT_TRUE(
      std::any_of(placements.begin(), placements.end(), [](const auto& place) { return place.second.size() > 2; }));
}

}  // namespace
}  // namespace guildhall::synth
