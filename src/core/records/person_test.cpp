#include "records/person.h"

#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using enum Attribute;
using Row = std::vector<Cell>;

TEST(PersonFrom, JoinsThePersonWithItsIdentifiersAndHomes) {
  const auto id = SourceRecordId::make();
  const Row person = {{Forename, "Zoë"},        {PreferredForename, "Zozo"},   {Surname, "O'Brien"},
                      {FormerSurname, "Smith"}, {PreferredSurname, "O'Brien"}, {BirthDate, "2014-03-12"},
                      {Sex, "female"},          {Restricted, "yes"},           {MiddleNames, ""}};
  const std::vector<Row> identifiers = {
      {{IdentifierType, "NHS Number"}, {IdentifierValue, "9990000018"}},
      {{IdentifierType, "Former UPN"}, {IdentifierValue, "B801200005001"}},
      {{IdentifierType, "NHS Number"}, {IdentifierValue, "9990000026"}},  // the first stays
      {{IdentifierType, "UPN"}, {IdentifierValue, "mistyped"}},
      {{IdentifierType, "YOT Number"}, {IdentifierValue, "77"}}};
  const std::vector<Row> addresses = {
      {{AddressLines, "1 Old Road"}, {Postcode, "WR5 3DE"}, {StartDate, "2014-03-12"}, {EndDate, "2020-01-01"}},
      {{AddressLines, "2 New Road"}, {StartDate, "2020-01-01"}},
      {{StartDate, "2021-01-01"}}};  // nothing but a date: no home
  const PersonRecord record = person_from(id, person, identifiers, addresses);

  EXPECT_EQ(record.id, id);
  EXPECT_EQ(record.forename, "Zoë");
  EXPECT_EQ(record.middle_names, "");
  EXPECT_EQ(record.other_forenames, std::vector<std::string>{"Zozo"});
  EXPECT_EQ(record.other_surnames, std::vector<std::string>{"Smith"});
  EXPECT_EQ(record.birth_date->iso(), "2014-03-12");
  EXPECT_EQ(record.sex, Sex::Female);
  EXPECT_TRUE(record.restricted);
  EXPECT_EQ(record.nhs_number->digits(), "9990000018");
  EXPECT_EQ(record.nhs_verification, NhsVerification::NotVerified);
  EXPECT_FALSE(record.upn.has_value());
  ASSERT_EQ(record.former_upns.size(), 1u);
  ASSERT_EQ(record.addresses.size(), 2u);
  EXPECT_EQ(record.current_address()->lines, "2 New Road");
  EXPECT_EQ(record.addresses[1].postcode->text(), "WR5 3DE");
}

TEST(PersonFrom, ACellThatIsNotCleansedIsAMistakeOfTheProgram) {
  const Row person = {{BirthDate, "12/03/2014"}};
  EXPECT_THROW(person_from(SourceRecordId::make(), person), BrokenInvariant);
}

}  // namespace
}  // namespace guildhall::records
