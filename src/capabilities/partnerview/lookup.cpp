#include "partnerview/lookup.h"

#include "access/access.h"
#include "audit/audit.h"
#include "base/text.h"

namespace guildhall::partnerview {
namespace {

using masterdata::ByNameAndBirth;
using masterdata::ByNhsNumber;
using masterdata::PersonSearch;

std::string answered(const http::Request& request, std::string_view field) {
  return std::string(trimmed(request.form(field).value_or("")));
}

Result<Date> birth_date_in(const LookupForm& form, Date today) {
  const auto problem = [](std::string what) { return Problem{std::move(what), "birth-date", ""}; };
  if (form.day.empty() && form.month.empty() && form.year.empty()) return problem("Enter the child’s date of birth");
  if (form.day.empty() || form.month.empty() || form.year.empty()) {
    return problem("Date of birth must include a day, a month and a year");
  }
  const auto day = parse_integer(form.day), month = parse_integer(form.month), year = parse_integer(form.year);
  if (!day || !month || !year || *day < 1 || *day > 31 || *month < 1 || *month > 12 || *year < 1900 || *year > 9999) {
    return problem("Date of birth must be a real date, for example 27 3 2014");
  }
  const auto date = Date::from(static_cast<int>(*year), static_cast<unsigned>(*month), static_cast<unsigned>(*day));
  if (!date.ok()) return problem("Date of birth must be a real date, for example 27 3 2014");
  if (*date > today) return problem("Date of birth must be in the past");
  return *date;
}

std::vector<std::pair<std::string, std::string>> personal_in(const masterdata::PersonCriteria& criteria) {
  if (const auto* number = std::get_if<ByNhsNumber>(&criteria)) {
    return {{"nhs_number", std::string(number->number.digits())}};
  }
  const auto& name = std::get<ByNameAndBirth>(criteria);
  std::vector<std::pair<std::string, std::string>> personal = {{"birth_date", name.birth_date.iso()},
                                                               {"family_name", name.surname},
                                                               {"sex", std::string(records::name_of(name.sex))}};
  if (!name.forename.empty()) personal.emplace_back("forename", name.forename);
  return personal;
}

}  // namespace

LookupForm LookupForm::of(const http::Request& request) {
  return {.by = answered(request, "by"),
          .nhs_number = answered(request, "nhs-number"),
          .family_name = answered(request, "family-name"),
          .forename = answered(request, "forename"),
          .day = answered(request, "birth-date-day"),
          .month = answered(request, "birth-date-month"),
          .year = answered(request, "birth-date-year"),
          .sex = answered(request, "sex")};
}

Result<masterdata::PersonCriteria> criteria_in(const LookupForm& form, Date today, records::TestNumbers tests) {
  if (form.by == "nhs-number") {
    if (form.nhs_number.empty()) return Problem{"Enter the child’s NHS number", "nhs-number", ""};
    const auto number = records::NhsNumber::parse(form.nhs_number, tests);
    if (!number.ok()) {
      const Problem& why = number.problems().front();
      return Problem{why.remedy.empty() ? why.what : why.what + " " + why.remedy, "nhs-number", ""};
    }
    return masterdata::PersonCriteria(ByNhsNumber{*number});
  }
  if (form.by != "name") return Problem{"Select how you want to find the child", "by", ""};
  Problems problems;
  if (form.family_name.empty()) {
    problems.push_back({"Enter the child’s family name", "family-name", ""});
  } else if (form.family_name.size() > 200) {
    problems.push_back({"Family name must be 200 characters or less", "family-name", ""});
  }
  if (form.forename.size() > 200) problems.push_back({"First name must be 200 characters or less", "forename", ""});
  const auto birth_date = birth_date_in(form, today);
  if (!birth_date.ok()) problems.push_back(birth_date.problems().front());
  const auto sex = records::sex_named(form.sex);
  if (sex == records::Sex::NotKnown) problems.push_back({"Select the child’s sex", "sex", ""});
  if (!problems.empty()) return problems;
  return masterdata::PersonCriteria(
      ByNameAndBirth{.surname = form.family_name, .birth_date = *birth_date, .sex = sex, .forename = form.forename});
}

std::optional<masterdata::Signpost> look_up(db::Database& database, const signin::SignedIn& person,
                                            std::string_view purpose, const masterdata::PersonCriteria& criteria,
                                            Instant now) {
  // The search is made whether or not it is permitted, so that a refusal takes as long as an answer.
  PersonSearch found;
  std::optional<masterdata::Signpost> answer;
  access::AccessDecision decision;
  database.read([&](db::Connection& connection) {
    decision = access::AccessPolicy::read(connection)
                   .decide({.role = "partner",
                            .organisation_kind = signin::name_of(person.organisation().kind),
                            .purpose = purpose});
    found = masterdata::find_person(connection, criteria);
    if (found.outcome == PersonSearch::Outcome::One) {
      answer = masterdata::signpost(connection, found.id, uk_date(now));
    }
  });
  std::string outcome;
  if (!decision.permit || decision.tier != access::Tier::Signpost) {
    outcome = "refused: " + decision.reason;
    answer.reset();
  } else if (answer) {
    outcome = "signpost";
  } else {
    outcome = found.outcome == PersonSearch::Outcome::Several ? "none: several" : "none: nobody";
  }
  audit::record(database,
                {.account = person.account().id.text(),
                 .organisation = person.organisation().name,
                 .act = "partner.search",
                 .purpose = std::string(purpose),
                 .subject = answer ? answer->id.text() : "",
                 .outcome = outcome,
                 .personal = personal_in(criteria)},
                now);
  return answer;
}

}  // namespace guildhall::partnerview
