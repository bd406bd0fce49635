#include "records/identifiers.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::records {
namespace {

std::string what(const Problems& problems) {
  return problems.front().what;
}

// 9×10 + 9×9 + 9×8 + 1×2 = 245 + … : 999000001 weighs 90+81+72+2 = 245 = 22×11 + 3, so the check digit is 8.
TEST(NhsNumber, SaysWhichDigitIsWrong) {
  const auto result = NhsNumber::parse("999 000 0017");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(what(result.problems()), "The last digit of this NHS number should be 8, not 7.");
}

TEST(NhsNumber, IsReadAsPeopleWriteIt) {
  for (const char* text : {"9990000018", "999 000 0018", "999-000-0018",
                           " 999\xC2\xA0"
                           "000\xC2\xA0"
                           "0018 "}) {
    const auto number = NhsNumber::parse(text, TestNumbers::Accept);
    ASSERT_TRUE(number.ok()) << text;
    EXPECT_EQ(number->digits(), "9990000018");
    EXPECT_EQ(number->spoken(), "999 000 0018");
    EXPECT_TRUE(number->is_test_range());
  }
}

TEST(NhsNumber, OfTheTestRangeIsOnlyTakenWhereThatIsSaid) {
  const auto refused = NhsNumber::parse("9990000018");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(what(refused.problems()), "This NHS number is from the range for tests (999), which is never issued.");
}

TEST(NhsNumber, PlaceholdersAreRefusedBeforeModulus11) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    const auto result = NhsNumber::parse(std::string(10, digit), TestNumbers::Accept);
    ASSERT_FALSE(result.ok()) << digit;
    EXPECT_EQ(what(result.problems()), "This is a placeholder, not an NHS number.");
  }
  for (const char* text : {"1234567890", "0123456789", "9876543210", "0987654321"}) {
    EXPECT_EQ(what(NhsNumber::parse(text).problems()), "This is a placeholder, not an NHS number.") << text;
  }
}

TEST(NhsNumber, WrongShapesAreNamed) {
  EXPECT_EQ(what(NhsNumber::parse("").problems()), "There is no NHS number here.");
  EXPECT_EQ(what(NhsNumber::parse("999000001").problems()), "An NHS number has 10 digits; this has 9.");
  EXPECT_EQ(what(NhsNumber::parse("99900000l8").problems()), "An NHS number has only digits.");
  // 999000002 weighs 247 = 22×11 + 5 → 6; 999000006 weighs 255 = 23×11 + 2 → 9; 999000005 weighs 253 = 23×11
  // → 0; 999000000 weighs 243 = 22×11 + 1 → 10, which no number has.
  EXPECT_EQ(what(NhsNumber::parse("9990000000").problems()), "No NHS number begins with these nine digits.");
  EXPECT_EQ(NhsNumber::with_check_digit("999000002")->digits(), "9990000026");
  EXPECT_EQ(NhsNumber::with_check_digit("999000005")->digits(), "9990000050");
  EXPECT_EQ(NhsNumber::with_check_digit("999000000"), std::nullopt);
  EXPECT_EQ(NhsNumber::with_check_digit("111111111"), std::nullopt);
}

TEST(NhsNumber, KnowsWhoIssuesItsRange) {
  const auto range = [](const char* nine) { return NhsNumber::with_check_digit(nine).value().range(); };
  EXPECT_EQ(range("999000001"), NhsNumberRange::Test);
  EXPECT_EQ(range("010112003"), NhsNumberRange::Scotland);  // a CHI number: born 1 January
  EXPECT_EQ(range("311299001"), NhsNumberRange::Scotland);  // born 31 December
  EXPECT_EQ(range("320000101"), NhsNumberRange::NorthernIreland);
  EXPECT_EQ(range("450557102"), NhsNumberRange::EnglandWalesIsleOfMan);
  EXPECT_EQ(range("500000001"), NhsNumberRange::Unallocated);
}

RC_GTEST_PROP(NhsNumberProperty, AnyOneWrongDigitIsFound, ()) {
  const int serial = *rc::gen::inRange(0, 999999);
  const auto number = NhsNumber::with_check_digit("999" + std::to_string(1000000 + serial).substr(1));
  RC_PRE(number.has_value());
  std::string digits(number->digits());
  const auto place = static_cast<std::size_t>(*rc::gen::inRange(0, 10));
  const int step = *rc::gen::inRange(1, 10);
  digits[place] = static_cast<char>('0' + (digits[place] - '0' + step) % 10);
  RC_ASSERT(!NhsNumber::parse(digits, TestNumbers::Accept).ok());
}

// CIN census rule 1510's own example: B207000016049 weighs 267 = 11×23 + 14, which is the letter Q.
// (2×2 + 0 + 7×4 + 0 + 0 + 0 + 0 + 1×9 + 6×10 + 0 + 4×12 + 9×13 = 266 = 11×23 + 13: position 13 of the table
// is P.)
TEST(Upn, SaysWhichLetterIsWrong) {
  const auto result = Upn::parse("B207000016049");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(what(result.problems()), "The first letter of this UPN should be P, not B.");
}

TEST(Upn, HasParts) {
  const auto upn = Upn::parse(" b801 2000 05001 ");
  ASSERT_TRUE(upn.ok());
  EXPECT_EQ(upn->text(), "B801200005001");
  EXPECT_EQ(upn->authority(), "801");
  EXPECT_EQ(upn->establishment(), "2000");
  EXPECT_EQ(upn->year(), "05");
  EXPECT_FALSE(upn->is_temporary());
}

// 8×2 + 8×3 + 5×4 + 4×5 + 0 + 0 + 1×8 + 1×9 + 1×10 + 2×11 + 0×12 = 129; the last letter counts by its place
// in the table: A = 0 → 129 = 5×23 + 14 → Q; T = 16 → 129 + 16×13 = 337 = 14×23 + 15 → R.
TEST(Upn, IsTemporaryWhereItEndsInALetter) {
  EXPECT_EQ(Upn::with_check_letter("88540011120A")->text(), "Q88540011120A");
  EXPECT_EQ(Upn::with_check_letter("88540011120T")->text(), "R88540011120T");
  EXPECT_TRUE(Upn::parse("Q88540011120A")->is_temporary());
  for (const char* never : {"88540011120I", "88540011120O", "88540011120S", "8854001112AA", "8854001112"}) {
    EXPECT_EQ(Upn::with_check_letter(never), std::nullopt) << never;
  }
  EXPECT_EQ(what(Upn::parse("UN1").problems()), "A UPN has 13 characters; this has 3.");
}

// HESA's example.
TEST(UniqueLearnerNumber, LeavesTen) {
  EXPECT_TRUE(UniqueLearnerNumber::parse("9276308686").ok());
  EXPECT_EQ(what(UniqueLearnerNumber::parse("9276308687").problems()),
            "The check digit of this Unique Learner Number is wrong.");
  EXPECT_EQ(UniqueLearnerNumber::with_check_digit("927630868")->digits(), "9276308686");
  EXPECT_EQ(what(UniqueLearnerNumber::parse("9999999999").problems()),
            "This is a placeholder, not a Unique Learner Number.");
}

RC_GTEST_PROP(UniqueLearnerNumberProperty, IsNeverAnNhsNumber, ()) {
  const auto uln = UniqueLearnerNumber::with_check_digit(std::to_string(*rc::gen::inRange(400000000, 799999999)));
  RC_PRE(uln.has_value());
  RC_ASSERT(!NhsNumber::parse(uln->digits(), TestNumbers::Accept).ok());
}

TEST(Postcode, HasOneWriting) {
  for (const char* text : {"WR5 3DE", "wr53de", " Wr5  3dE ", "W R53DE"}) {
    ASSERT_TRUE(Postcode::parse(text).ok()) << text;
    EXPECT_EQ(Postcode::parse(text)->text(), "WR5 3DE");
  }
  for (const char* text : {"M1 1AA", "M60 1NW", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "GIR 0AA"}) {
    ASSERT_TRUE(Postcode::parse(text).ok()) << text;
    EXPECT_EQ(Postcode::parse(text)->text(), text);
  }
}

TEST(Postcode, HasParts) {
  const auto postcode = Postcode::parse("EC1A 1BB");
  EXPECT_EQ(postcode->outward(), "EC1A");
  EXPECT_EQ(postcode->inward(), "1BB");
  EXPECT_EQ(postcode->sector(), "EC1A 1");
  EXPECT_EQ(postcode->area(), "EC");
  EXPECT_EQ(Postcode::parse("M1 1AA")->area(), "M");
}

TEST(Postcode, RefusesLettersWhereTheyAreNeverUsed) {
  for (const char* text : {"", "WR5", "QR5 3DE", "WI5 3DE", "WR5 3DO", "WR5 3CE", "W1I 1AA", "EC1C 1AA", "WR555 3DE",
                           "ZZ99 3VZ", "1234567"}) {
    EXPECT_FALSE(Postcode::parse(text).ok()) << text;
  }
}

TEST(Postcode, IsRepairedByPosition) {
  const auto repaired = [](const char* text) {
    const auto postcode = Postcode::repaired(text);
    return postcode ? postcode->text() : "";
  };
  EXPECT_EQ(repaired("S014 2AA"), "SO14 2AA");  // zero for the letter O
  EXPECT_EQ(repaired("WR5 ODE"), "WR5 0DE");    // letter O for zero
  EXPECT_EQ(repaired("WRI 3DE"), "WR1 3DE");
  EXPECT_EQ(repaired("B1O IAA"), "B10 1AA");
  EXPECT_EQ(repaired("0X1 1AA"), "OX1 1AA");
  EXPECT_EQ(repaired("WR5 3DE"), "WR5 3DE");
  EXPECT_EQ(repaired("WR5 3DO"), "");  // neither O nor 0 may stand at the end
  EXPECT_EQ(repaired("Unknown"), "");
}

TEST(Uprn, IsANumber) {
  EXPECT_EQ(Uprn::parse("0010 0121-0001")->text(), "1001210001");
  for (const char* text : {"", "0", "-1.0", "1234567890123", "10A"}) EXPECT_FALSE(Uprn::parse(text).ok()) << text;
}

}  // namespace
}  // namespace guildhall::records
