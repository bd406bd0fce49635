#pragma once

// What the partner view's pages show; the words are in pages/.

#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "council/council.h"
#include "html/components.h"
#include "html/form_errors.h"
#include "masterdata/masterdata.h"
#include "partnerview/lookup.h"

namespace guildhall::partnerview {

struct PurposePage {
  html::Layout layout;
  std::vector<access::Purpose> purposes;  // Empty: this organisation may search for none.
  html::FormErrors errors;
};
html::Html purpose_page(const PurposePage& page);

struct SearchPage {
  html::Layout layout;
  access::Purpose purpose;
  LookupForm form;
  html::FormErrors errors;
  std::string csrf;
};
html::Html search_page(const SearchPage& page);

struct AnswerPage {
  html::Layout layout;
  access::Purpose purpose;
  LookupForm form;
  std::optional<masterdata::Signpost> answer;  // Nothing: nobody, several or not permitted, which look alike.
  council::Council council;
  Date today;
  Instant at;  // When the search was recorded.
};
html::Html answer_page(const AnswerPage& page);

// Parts of these pages.
html::Html nhs_number_field(const SearchPage& page);
html::Html name_fields(const SearchPage& page);
html::Html worker_details(const masterdata::AllocatedWorker& worker, const council::Council& council);

std::vector<html::Choice> purpose_choices(const std::vector<access::Purpose>& purposes);
std::vector<html::SummaryRow> searched(const LookupForm& form);  // What was searched for, in words.
html::Html involvement_words(const masterdata::Involvement& involvement, Date today);
bool has_open(const masterdata::Signpost& signpost, Date today);
long long days_between(Date earlier, Date later);
html::Url telephone(const std::string& number);  // "tel:" and its digits.

}  // namespace guildhall::partnerview
