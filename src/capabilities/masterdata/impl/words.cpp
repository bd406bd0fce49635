#include "masterdata/impl/words.h"

#include <algorithm>
#include <array>

#include <span>
#include <utility>
#include "base/time.h"

#include "base/text.h"
#include "records/cleanse.h"

namespace guildhall::masterdata {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

// The words for a name; without any, the name with spaces.
std::string words_for(std::string_view name, std::span<const Words> all) {
  const auto found = std::ranges::find(all, name, &Words::first);
  if (found != all.end()) return std::string(found->second);
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

}  // namespace

std::string attribute_title(std::string_view name) {
  static constexpr std::array<Words, 8> kTitles = {{{"nhs_number", "NHS number"},
                                                    {"upn", "Unique pupil number (UPN)"},
                                                    {"former_upn", "Former UPN"},
                                                    {"birth_date", "Date of birth"},
                                                    {"expected_birth_date", "Expected date of birth"},
                                                    {"death_date", "Date of death"},
                                                    {"address_lines", "Address"},
                                                    {"uprn", "Property number (UPRN)"}}};
  return words_for(name, kTitles);
}

std::string title_of(records::Attribute attribute) {
  return attribute_title(records::name_of(attribute));
}

std::string comparison_title(std::string_view field) {
  static constexpr std::array<Words, 4> kTitles = {
      {{"", "Before comparing"}, {"nhs_number", "NHS number"}, {"upn", "UPN"}, {"birth_date", "Date of birth"}}};
  return words_for(field, kTitles);
}

std::string level_title(std::string_view level) {
  static constexpr std::array<Words, 15> kTitles = {{{"", ""},
                                                     {"missing", "not in both"},
                                                     {"exact", "the same"},
                                                     {"alternative", "the same as another name or number"},
                                                     {"nickname", "a nickname of the other"},
                                                     {"part", "a part of the other"},
                                                     {"swapped", "forename and surname exchanged"},
                                                     {"initial", "the same initial"},
                                                     {"jaro_winkler", "alike"},
                                                     {"one_edit", "one slip apart"},
                                                     {"day_month_swapped", "day and month exchanged"},
                                                     {"two_parts", "two of day, month and year the same"},
                                                     {"same_postcode", "the same postcode"},
                                                     {"same_district", "the same district"},
                                                     {"else", "different"}}};
  return words_for(level, kTitles);
}

std::string survivorship_words(std::string_view rule) {
  static constexpr std::array<Words, 6> kWords = {
      {{"verified", "Verified by the NHS, or else the most trusted source"},
       {"trusted_source_then_newest", "The most trusted source, then the newest"},
       {"newest", "The newest"},
       {"most_frequent", "What most sources say"},
       {"any_yes", "Yes if any source says so"},
       {"all", "All values are kept"}}};
  return words_for(rule, kWords);
}

std::string clerical_words(std::string_view reason) {
  static constexpr std::array<Words, 9> kWords = {
      {{"doubtful_weight", "The evidence is neither strong nor weak"},
       {"number_without_person", "The number is the same, but name and date of birth are not"},
       {"different_nhs_numbers", "The NHS numbers differ"},
       {"different_upns", "The UPNs differ"},
       {"looks_like_twins", "They may be twins"},
       {"no_forename", "There is no forename to tell twins apart"},
       {"ambiguous", "It fits two people about equally well"},
       {"against_decision", "It would go against an earlier decision"},
       {"cluster_too_large", "One person would have very many records"}}};
  return words_for(reason, kWords);
}

std::string rules_in_words(std::string_view rules) {
  std::string words;
  if (rules.empty()) return words;
  for (const std::string_view id : split(rules, ',')) {
    const records::Rule* const rule = records::rule_named(id);
    if (!words.empty()) words += ' ';
    words += rule == nullptr ? id : rule->what;
  }
  return words;
}

std::string severity_words(std::string_view severity) {
  static constexpr std::array<Words, 3> kWords = {
      {{"note", "Worth knowing"}, {"quarantine", "Not used until mended"}, {"reject", "Not used"}}};
  return words_for(severity, kWords);
}

std::string spoken_value(std::string_view canonical) {
  if (const auto date = Date::parse_iso(canonical); date.ok()) return date->spoken();
  if (canonical == "female") return "Female";
  if (canonical == "male") return "Male";
  return std::string(canonical);
}

}  // namespace guildhall::masterdata
