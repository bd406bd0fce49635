#pragma once

// What the pages of tasks and of cases share.

#include <map>

#include "audit/audit.h"
#include "cases/impl/views.h"
#include "cases/tasks.h"
#include "cases/work_pages.h"

namespace guildhall::cases {

inline constexpr std::int64_t kPageLength = 50;
inline constexpr std::int64_t kMostCounted = 5'000;  // Beyond that a list says "5,000 or more", and has 100 pages.

// Display names, each looked up once.
class Names {
 public:
  explicit Names(db::Connection& connection) : connection_(connection) {}
  const std::string& of(const std::string& who) {
    const auto known = names_.find(who);
    return known != names_.end()
               ? known->second
               : names_.emplace(who, who.empty() ? "" : name_of_person(connection_, who)).first->second;
  }

 private:
  db::Connection& connection_;
  std::map<std::string, std::string> names_;
};

class CommonPages {
 public:
  explicit CommonPages(const Surroundings& around) : around_(around), tasks_(around.engine, around.documents) {}

 protected:
  Instant now() const { return around_.engine.clock().now(); }
  db::Database& database() const { return around_.engine.database(); }
  // `section`: the address of the navigation's item that this page belongs to.
  html::Layout layout(const http::Request& request, const signin::SignedIn& person, std::string title,
                      std::string_view section, const html::FormErrors& errors = {}) const;
  void record(const signin::SignedIn& person, std::string act, std::string subject, std::string outcome) const;
  // Officers to choose from; with `teams`, also the teams that have any: "account:…", "team:…".
  enum class Offer { Officers, OfficersAndTeams };
  std::vector<html::Option> people(Offer offer, std::string_view chosen, std::string_view without = "") const;

  Surroundings around_;
  Tasks tasks_;
};

std::string answered(const http::Request& request, std::string_view field);
// The page of a list that a request is for: from 1.
std::int64_t page_number(const http::Request& request);
html::Pagination pagination_of(html::Url url, std::int64_t page, std::int64_t count);
html::DateInput date_input_of(const http::Request& request, std::string name, std::string legend,
                              const html::FormErrors& errors, std::string hint = "");
// Midnight at which the day begins; a Problem about the field where there is no such day.
Result<Instant> date_in(const http::Request& request, const std::string& name, std::string_view called);
// "1.2 MB"
std::string size_in_words(std::int64_t bytes);
std::string joined(const std::vector<std::string>& texts);
std::vector<DocumentLine> document_lines(db::Connection& connection, Names& names, CaseId id);
std::vector<Fact> facts_of(const bpmn::Variables& variables);
// Of all the case's instances, the newest first, at most `limit`.
std::vector<HistoryLine> history_lines(db::Connection& connection, Names& names, CaseId id, std::size_t limit);
// Then, outside of the work: what followed from each.
void say_what_followed(Definitions& definitions, std::vector<HistoryLine>& lines);

void add_task_routes(http::Router& router, const Surroundings& around);
void add_case_routes(http::Router& router, const Surroundings& around);

}  // namespace guildhall::cases
