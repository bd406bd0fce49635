#include "records/survivorship.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace guildhall::records {
namespace {

using enum Attribute;

SourceRecordId record(int number) {
  return SourceRecordId(*Uuid::parse("00000000-0000-7000-8000-00000000000" + std::to_string(number)));
}

const Date kLastYear = *Date::from(2025, 9, 1);
const Date kThisYear = *Date::from(2026, 1, 15);

// One child: the NHS (1), the school (2) and social care (3).
const std::vector<Candidate> kChild = {
    {record(1), "nhs", kLastYear, NhsNumber, "9990000018", true},
    {record(3), "social_care", kThisYear, NhsNumber, "9990000026", false},
    {record(1), "nhs", kLastYear, Forename, "Katherine", false},
    {record(1), "nhs", kLastYear, Surname, "Jones", false},
    {record(2), "education", kThisYear, Forename, "Kate", false},
    {record(2), "education", kThisYear, Surname, "Smith", false},
    {record(2), "education", kThisYear, MiddleNames, "Anne", false},
    {record(1), "nhs", kLastYear, BirthDate, "2014-03-12", false},
    {record(2), "education", kThisYear, BirthDate, "2014-12-03", false},
    {record(3), "social_care", kThisYear, BirthDate, "2014-12-03", false},
    {record(1), "nhs", kLastYear, AddressLines, "1 Old Road", false},
    {record(1), "nhs", kLastYear, Postcode, "WR5 3DE", false},
    {record(3), "social_care", kThisYear, AddressLines, "2 New Road", false},
    {record(3), "social_care", kThisYear, Postcode, "WR1 1AA", false},
    {record(2), "education", kThisYear, AddressLines, "1 Old Road", false},
    {record(2), "education", kThisYear, FormerSurname, "Brown", false},
    {record(3), "social_care", kLastYear, FormerSurname, "Green", false},
    {record(1), "nhs", kLastYear, FormerSurname, "Brown", false},
    {record(2), "education", kThisYear, Restricted, "no", false},
    {record(3), "social_care", kLastYear, Restricted, "yes", false},
    {record(3), "social_care", kLastYear, Ethnicity, "", false},
};

std::string described(const std::vector<GoldenAttribute>& golden) {
  std::string text;
  for (const GoldenAttribute& attribute : golden) {
    text += std::string(name_of(attribute.attribute)) + "=" + attribute.value + " from " + attribute.source_kind +
            " by " + std::string(name_of(attribute.rule)) + ", " + std::to_string(attribute.agreeing) + " agree, " +
            std::to_string(attribute.differing) + " differ\n";
  }
  return text;
}

const char* const kGolden =
    "nhs_number=9990000018 from nhs by verified, 1 agree, 1 differ\n"
    "surname=Jones from nhs by trusted_source_then_newest, 1 agree, 1 differ\n"
    "forename=Katherine from nhs by trusted_source_then_newest, 1 agree, 1 differ\n"
    "former_surname=Brown from education by all, 2 agree, 1 differ\n"
    "former_surname=Green from social_care by all, 1 agree, 2 differ\n"
    "birth_date=2014-12-03 from education by most_frequent, 2 agree, 1 differ\n"
    "postcode=WR1 1AA from social_care by newest, 1 agree, 1 differ\n"
    "address_lines=2 New Road from social_care by newest, 1 agree, 2 differ\n"
    "restricted=yes from social_care by any_yes, 1 agree, 1 differ\n";

TEST(Survive, ChoosesByTheDefaultPolicyAndSaysFromWhere) {
  const auto golden = survive(kChild, default_policy());
  EXPECT_EQ(described(golden), kGolden);
  EXPECT_EQ(golden.front().record, record(1));
}

TEST(Survive, DoesNotDependOnTheOrderOfRecords) {
  auto shuffled = kChild;
  std::reverse(shuffled.begin(), shuffled.end());
  EXPECT_EQ(described(survive(shuffled, default_policy())), kGolden);
  std::rotate(shuffled.begin(), shuffled.begin() + 7, shuffled.end());
  EXPECT_EQ(described(survive(shuffled, default_policy())), kGolden);
}

TEST(Survive, ANameStaysWhole) {
  // The NHS record has no middle name; the school's "Anne" does not join it.
  for (const GoldenAttribute& attribute : survive(kChild, default_policy())) {
    EXPECT_NE(attribute.attribute, MiddleNames);
  }
}

TEST(Policy, TheDefaultIsSoundAndGivesReasons) {
  EXPECT_TRUE(check_policy(default_policy()).ok());
  for (const SurvivorshipPolicy& line : default_policy()) EXPECT_FALSE(line.reason.empty());
}

TEST(Policy, SaysWhatIsWrong) {
  const std::vector<SurvivorshipPolicy> policy = {{{Surname}, SurvivorshipRule::Newest, {}, ""},
                                                  {{Forename, Surname}, SurvivorshipRule::All, {}, ""},
                                                  {{}, SurvivorshipRule::Newest, {}, ""}};
  const auto result = check_policy(policy);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(to_text(result.problems()),
            "line 2: Only one attribute at a time can keep all its values. Give each its own line.\n"
            "line 2: The attribute surname has two lines. Keep one of them.\n"
            "line 3: This line names no attribute. Name one, or delete the line.");
}

TEST(SurvivorshipRule, NamesAreFixed) {
  for (const char* name : {"verified", "trusted_source_then_newest", "newest", "most_frequent", "any_yes", "all"}) {
    EXPECT_EQ(name_of(survivorship_rule_named(name).value()), name);
  }
  EXPECT_EQ(survivorship_rule_named("best"), std::nullopt);
}

}  // namespace
}  // namespace guildhall::records
