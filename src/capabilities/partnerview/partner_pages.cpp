#include "partnerview/partner_pages.h"

#include <algorithm>

namespace guildhall::partnerview {

using html::Html;
using html::Url;

Url telephone(const std::string& number) {
  std::string digits;
  for (const char letter : number) {
    if ((letter >= '0' && letter <= '9') || letter == '+') digits += letter;
  }
  return Url::parse("tel:" + digits).value();
}

std::vector<html::SummaryRow> searched(const LookupForm& form) {
  if (form.by == "nhs-number") return {{.key = "NHS number", .value = form.nhs_number, .actions = {}}};
  std::vector<html::SummaryRow> rows = {{.key = "Family name", .value = form.family_name, .actions = {}}};
  if (!form.forename.empty()) rows.push_back({.key = "First name", .value = form.forename, .actions = {}});
  rows.push_back({.key = "Date of birth", .value = form.day + " " + form.month + " " + form.year, .actions = {}});
  rows.push_back({.key = "Sex",
                  .value = form.sex == "female" ? "Female"
                           : form.sex == "male" ? "Male"
                                                : "Indeterminate",
                  .actions = {}});
  return rows;
}

Html involvement_words(const masterdata::Involvement& involvement, Date today) {
  std::string words(masterdata::title_of(involvement.kind));
  if (involvement.start) words += ", from " + involvement.start->spoken();
  if (!involvement.is_open(today)) {
    words += ", ended " + involvement.end->spoken();
  } else {
    words += involvement.start ? ", open now" : ": open now";
  }
  return words;
}

std::vector<html::Choice> purpose_choices(const std::vector<access::Purpose>& purposes) {
  std::vector<html::Choice> choices;
  for (const access::Purpose& purpose : purposes) choices.push_back({.value = purpose.code, .text = purpose.title});
  return choices;
}

bool has_open(const masterdata::Signpost& signpost, Date today) {
  return signpost.worker || std::ranges::any_of(signpost.involvements,
                                                [&](const auto& involvement) { return involvement.is_open(today); });
}

long long days_between(Date earlier, Date later) {
  return (later.days() - earlier.days()).count();
}

}  // namespace guildhall::partnerview
