#include "records/cleanse.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/text.h"
#include "records/name.h"

namespace guildhall::records {
namespace {

const CleansingContext kDemonstration{*Date::from(2026, 3, 1), true};

std::string joined(const std::vector<std::string_view>& rules) {
  std::string text;
  for (const std::string_view rule : rules) text += (text.empty() ? "" : " ") + std::string(rule);
  return text;
}

struct Case {
  Attribute attribute;
  std::string raw;
  std::string value;
  std::string rules;    // that changed it
  std::string finding;  // "severity rule", or empty
};

const std::vector<Case> kCases = {
    {Attribute::NhsNumber, "999 000 0018", "9990000018", "nhs-format", ""},
    {Attribute::NhsNumber, "9990000018.0", "9990000018", "number-decimal-tail", ""},
    {Attribute::NhsNumber, "0000000000", "", "nhs-placeholder", "note nhs-placeholder"},
    {Attribute::NhsNumber, "9990000017", "", "nhs-wrong", "quarantine nhs-wrong"},
    {Attribute::NhsNumber, "3200001011", "", "nhs-other-nation", "quarantine nhs-other-nation"},
    {Attribute::NhsNumber, "5000000018", "", "nhs-wrong", "quarantine nhs-wrong"},
    {Attribute::NhsNumber, "not known", "", "text-placeholder", "note text-placeholder"},
    {Attribute::NhsNumber, "NULL", "", "text-placeholder", "note text-placeholder"},
    {Attribute::NhsVerification, "number-present-and-verified", "01", "nhs-status", ""},
    {Attribute::NhsVerification, "8", "08", "nhs-status", ""},
    {Attribute::NhsVerification, "yes", "", "nhs-status", "note nhs-status"},
    {Attribute::Upn, "b801200005001", "B801200005001", "upn-format", ""},
    {Attribute::Upn, "UN3", "", "upn-unknown", "note upn-unknown"},
    {Attribute::Upn, "Q88540011120A", "Q88540011120A", "", "note upn-temporary"},
    {Attribute::Upn, "21db2df8-fa0", "", "upn-wrong", "quarantine upn-wrong"},
    {Attribute::UniqueLearnerNumber, "92763 08686", "9276308686", "uln-format", ""},
    {Attribute::UniqueLearnerNumber, "9276308687", "", "uln-wrong", "quarantine uln-wrong"},
    {Attribute::Uprn, "010012100001", "10012100001", "uprn-format", ""},
    {Attribute::Uprn, "-1.0", "", "uprn-wrong", "quarantine uprn-wrong"},
    {Attribute::Postcode, "wr5  3de", "WR5 3DE", "text-space postcode-format", ""},
    {Attribute::Postcode, "WRI 3DE", "WR1 3DE", "postcode-repair", ""},
    {Attribute::Postcode, "ZZ99 3VZ", "", "postcode-pseudo", "note postcode-pseudo"},
    {Attribute::Postcode, "WR5", "", "postcode-wrong", "quarantine postcode-wrong"},

    {Attribute::Surname, "  O’BRIEN – SMITH ", "O'Brien-Smith", "text-space name-punctuation name-case", ""},
    {Attribute::Surname, "MCDONALD", "McDonald", "name-case", ""},
    {Attribute::Surname, "MACDONALD", "MacDonald", "name-case", ""},
    {Attribute::Surname, "MACEY", "Macey", "name-case", ""},
    {Attribute::Surname, "VAN DER BERG", "van der Berg", "name-case", ""},
    {Attribute::Surname, "d'souza", "D'Souza", "name-case", ""},
    {Attribute::Surname, "MÜLLER-ÉTIENNE", "Müller-Étienne", "name-case", ""},
    {Attribute::Surname, "O' Brien", "O'Brien", "name-punctuation", ""},
    {Attribute::Surname, ",é` y", "É'Y", "name-comma name-punctuation name-case", ""},  // found by fuzzing
    {Attribute::Forename, "NİL", "Nİl", "name-case", ""},                               // likewise
    {Attribute::Surname, "MacKenzie-jones", "MacKenzie-jones", "", ""},
    {Attribute::Surname, "de Souza", "de Souza", "", ""},
    {Attribute::Surname, "Smith, John", "Smith", "name-comma", ""},
    {Attribute::Forename, "Smith, John", "John", "name-comma", ""},
    {Attribute::Forename, "Miss Zoë", "Zoë", "name-title", ""},
    {Attribute::Forename, "Robert (Bob)", "Robert", "name-brackets", ""},
    {Attribute::Forename, "(Bob)", "Bob", "name-brackets", ""},
    {Attribute::Forename, "J.R.", "J R", "name-punctuation", ""},
    {Attribute::Forename, "\xE2\x80\x8BJohn\x07", "John", "text-invisible", ""},
    {Attribute::Forename, "UNKNOWN", "", "name-placeholder", "note name-placeholder"},
    {Attribute::Forename, "?", "", "name-placeholder", "note name-placeholder"},
    {Attribute::Forename, "xx", "", "name-placeholder", "note name-placeholder"},
    {Attribute::Forename, "Baby of Smith", "", "name-baby", "note name-baby"},
    {Attribute::Forename, "TWIN 2", "", "name-baby", "note name-baby"},
    {Attribute::Forename, "Infant Raj", "Infant Raj", "", ""},
    {Attribute::Surname, "ZZZ Smith", "", "name-test-record", "reject name-test-record"},
    {Attribute::Surname, "Smith DO NOT USE", "", "name-test-record", "reject name-test-record"},
    {Attribute::Surname, "999 000 0018", "", "name-nhs-number", "quarantine name-nhs-number"},
    {Attribute::Surname, "Smith 9990000018", "", "name-nhs-number", "quarantine name-nhs-number"},
    {Attribute::Surname, "SUR6864", "", "name-digits", "quarantine name-digits"},
    {Attribute::Forename, "Zo?", "", "name-symbols", "quarantine name-symbols"},
    {Attribute::Forename, "Zo\xEB", "", "text-not-utf8", "quarantine text-not-utf8"},

    {Attribute::BirthDate, "2014-03-12", "2014-03-12", "", ""},
    {Attribute::BirthDate, "12/03/2014", "2014-03-12", "date-format", ""},
    {Attribute::BirthDate, "12.3.2014", "2014-03-12", "date-format", ""},
    {Attribute::BirthDate, "20140312", "2014-03-12", "date-format", ""},
    {Attribute::BirthDate, "2012-Jan-21 00:00:00", "2012-01-21", "date-format", ""},
    {Attribute::BirthDate, "12 March 2014", "2014-03-12", "date-format", ""},
    {Attribute::BirthDate, "2014-03-12T00:00:00+00:00", "2014-03-12", "date-format", ""},
    {Attribute::BirthDate, "2014-07-11T23:00:00Z", "2014-07-12", "date-format", ""},  // midnight in summer time
    {Attribute::BirthDate, "2014-03", "", "date-partial", "quarantine date-partial"},
    {Attribute::BirthDate, "2014", "", "date-partial", "quarantine date-partial"},
    {Attribute::BirthDate, "12/03/14", "", "date-wrong", "quarantine date-wrong"},
    {Attribute::BirthDate, "03/25/2014", "", "date-wrong", "quarantine date-wrong"},
    {Attribute::BirthDate, "31/02/2014", "", "date-wrong", "quarantine date-wrong"},
    {Attribute::BirthDate, "41710", "", "date-wrong", "quarantine date-wrong"},
    {Attribute::BirthDate, "soon", "", "date-wrong", "quarantine date-wrong"},
    {Attribute::BirthDate, "01/01/1900", "", "date-placeholder", "note date-placeholder"},
    {Attribute::BirthDate, "1970-01-01", "", "date-placeholder", "note date-placeholder"},
    {Attribute::BirthDate, "2026-03-01", "2026-03-01", "", ""},
    {Attribute::BirthDate, "2026-03-02", "", "date-future", "quarantine date-future"},
    {Attribute::BirthDate, "1900-02-01", "", "date-age", "quarantine date-age"},
    {Attribute::BirthDate, "2000-02-28", "2000-02-28", "", "note date-older"},
    {Attribute::BirthDate, "2000-03-02", "2000-03-02", "", ""},  // 25 until tomorrow
    {Attribute::ExpectedBirthDate, "2026-08-01", "2026-08-01", "", ""},
    {Attribute::ExpectedBirthDate, "2027-08-01", "", "date-expected-far", "quarantine date-expected-far"},
    {Attribute::DeathDate, "2027-08-01", "", "date-future", "quarantine date-future"},
    {Attribute::EndDate, "31/12/9999", "", "date-open-end", "note date-open-end"},

    {Attribute::Sex, "F", "female", "sex-code", ""},
    {Attribute::Sex, "1", "male", "sex-code", ""},
    {Attribute::Sex, "other", "indeterminate", "sex-code", ""},
    {Attribute::Sex, "0", "", "sex-not-known", ""},
    {Attribute::Sex, "unborn", "", "sex-unborn", "note sex-unborn"},
    {Attribute::Sex, "7", "", "sex-wrong", "quarantine sex-wrong"},
    {Attribute::Restricted, "R", "yes", "restricted-code", ""},
    {Attribute::Restricted, "U", "no", "restricted-code", ""},
    {Attribute::Restricted, "perhaps", "yes", "restricted-doubt", "note restricted-doubt"},
    {Attribute::Ethnicity, "wbri", "WBRI", "text-code", ""},
    {Attribute::YearGroup, "9.0", "9", "number-decimal-tail", ""},
    {Attribute::AddressLines, "No fixed abode", "", "text-placeholder", "note text-placeholder"},
    {Attribute::AddressLines, "1 High Street\r\nWorcester", "1 High Street Worcester", "text-space", ""},
};

TEST(Cleanse, SaysWhatACellMeans) {
  for (const Case& c : kCases) {
    const Cleansed cleansed = cleanse(c.attribute, c.raw, kDemonstration);
    SCOPED_TRACE(std::string(name_of(c.attribute)) + " \"" + c.raw + "\"");
    EXPECT_EQ(cleansed.value, c.value);
    EXPECT_EQ(joined(cleansed.rules), c.rules);
    std::string finding;
    if (cleansed.finding)
      finding = std::string(name_of(cleansed.finding->severity)) + " " + std::string(cleansed.finding->rule);
    EXPECT_EQ(finding, c.finding);
  }
}

TEST(Cleanse, FindingsNeverRepeatTheValue) {
  for (const Case& c : kCases) {
    const Cleansed cleansed = cleanse(c.attribute, c.raw, kDemonstration);
    if (!cleansed.finding || cleansed.finding->severity == Severity::Note) continue;
    if (c.raw.size() < 5) continue;
    EXPECT_EQ(cleansed.finding->reason.find(c.raw), std::string::npos) << c.raw;
  }
}

TEST(Cleanse, TestNumbersAreRefusedOutsideDemonstrations) {
  const Cleansed cleansed = cleanse(Attribute::NhsNumber, "9990000018", {*Date::from(2026, 3, 1)});
  EXPECT_EQ(cleansed.value, "");
  ASSERT_TRUE(cleansed.finding.has_value());
  EXPECT_EQ(cleansed.finding->rule, "nhs-test-range");
}

TEST(Rules, AreNamedOnceAndExplained) {
  std::set<std::string_view> ids;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.what.empty() || rule.source.empty()) << rule.id;
    EXPECT_EQ(rule_named(rule.id), &rule);
  }
  EXPECT_EQ(rule_named("nonsense"), nullptr);
}

TEST(Rules, EachIsUsedByACase) {
  std::set<std::string_view> used = {"nhs-test-range", "nhs-unallocated"};  // the cases take test numbers; see below
  for (const Case& c : kCases) {
    const Cleansed cleansed = cleanse(c.attribute, c.raw, kDemonstration);
    used.insert(cleansed.rules.begin(), cleansed.rules.end());
    if (cleansed.finding) used.insert(cleansed.finding->rule);
  }
  for (const Rule& rule : rules()) EXPECT_TRUE(used.contains(rule.id)) << rule.id;
}

// 500000001 weighs 50 + 2 = 52 = 4×11 + 8: the check digit is 3.
TEST(Cleanse, AnNhsNumberOfAnUnknownRangeIsKeptWithANote) {
  const Cleansed cleansed = cleanse(Attribute::NhsNumber, "5000000013", kDemonstration);
  EXPECT_EQ(cleansed.value, "5000000013");
  EXPECT_EQ(cleansed.finding->rule, "nhs-unallocated");
}

TEST(IdentifierAttribute, KnowsTheSafeguardingDatasetsWords) {
  EXPECT_EQ(identifier_attribute("NHS Number"), Attribute::NhsNumber);
  EXPECT_EQ(identifier_attribute(" unique pupil  number"), Attribute::Upn);
  EXPECT_EQ(identifier_attribute("Former UPN"), Attribute::FormerUpn);
  EXPECT_EQ(identifier_attribute("Home Office Registration"), std::nullopt);
}

TEST(ComparisonKey, HoldsLettersOnly) {
  EXPECT_EQ(comparison_key("O’Brien-Smith"), "OBRIENSMITH");
  EXPECT_EQ(comparison_key("Zoë Łucja"), "ZOELUCJA");
  EXPECT_EQ(comparison_key("- '"), "");
}

// Cells made of the pieces that the rules are about, in any order.
rc::Gen<std::string> cell_text() {
  const auto piece = rc::gen::elementOf(std::vector<std::string>{" ",
                                                                 "  ",
                                                                 "-",
                                                                 "'",
                                                                 "’",
                                                                 ".",
                                                                 ",",
                                                                 "(",
                                                                 ")",
                                                                 "[",
                                                                 "Mr",
                                                                 "MISS",
                                                                 "O",
                                                                 "D",
                                                                 "SMITH",
                                                                 "smith",
                                                                 "Mc",
                                                                 "MAC",
                                                                 "van",
                                                                 "DE",
                                                                 "BABY",
                                                                 "OF",
                                                                 "ZZ",
                                                                 "X",
                                                                 "TEST",
                                                                 "É",
                                                                 "ß",
                                                                 "ı",
                                                                 "İ",
                                                                 "\xC2\xA0",
                                                                 "\xE2\x80\x8B",
                                                                 "9",
                                                                 "0",
                                                                 "1",
                                                                 "I",
                                                                 "12",
                                                                 "2014",
                                                                 "/",
                                                                 ":",
                                                                 "T",
                                                                 "Z",
                                                                 "999000",
                                                                 "0018",
                                                                 "Q",
                                                                 "UN1",
                                                                 "ZZ99",
                                                                 "3VZ",
                                                                 "WR5",
                                                                 "3DE",
                                                                 "?",
                                                                 "\xEB",
                                                                 "\xF0\x9F\x98\x80",
                                                                 "Jan",
                                                                 "unknown",
                                                                 "N/A",
                                                                 "\t",
                                                                 "\x01"});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& part : pieces) text += part;
    return text;
  });
}

RC_GTEST_PROP(CleanseProperty, CleansingTwiceIsCleansingOnce, ()) {
  const auto attribute = static_cast<Attribute>(*rc::gen::inRange<std::size_t>(0, kAttributeCount));
  const Cleansed once = cleanse(attribute, *cell_text(), kDemonstration);
  const Cleansed twice = cleanse(attribute, once.value, kDemonstration);
  RC_ASSERT(twice.value == once.value);
  RC_ASSERT(twice.rules.empty());
  RC_ASSERT(!twice.finding || twice.finding->severity == Severity::Note);
  RC_ASSERT(!invalid_utf8_at(once.value));
}

}  // namespace
}  // namespace guildhall::records
