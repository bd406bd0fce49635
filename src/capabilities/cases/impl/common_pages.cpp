#include "cases/impl/common_pages.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cases/history.h"
#include "feel/value.h"

namespace guildhall::cases {

using http::Request;
using signin::SignedIn;

html::Layout CommonPages::layout(const Request& request, const SignedIn& person, std::string title,
                                 std::string_view section, const html::FormErrors& errors) const {
  html::Layout layout{.site = around_.site,
                      .title = std::move(title),
                      .service = "Work",
                      .service_url = {"/work"},
                      .navigation = around_.navigation,
                      .sign_out = html::SignOut{.action = {"/signout"},
                                                .csrf_token = http::csrf_token(request),
                                                .name = person.account().display_name},
                      .has_errors = !errors.empty(),
                      .width = html::Width::Full};
  // Who is no officer may see cases, and nothing else here.
  if (!person.has(signin::Role::Officer)) {
    std::erase_if(layout.navigation, [&](const html::NavigationItem& item) { return item.url.text() != section; });
  }
  for (html::NavigationItem& item : layout.navigation) item.current = item.url.text() == section;
  return layout;
}

void CommonPages::record(const SignedIn& person, std::string act, std::string subject, std::string outcome) const {
  audit::record(database(),
                {.account = person.account().id.text(),
                 .organisation = person.organisation().name,
                 .act = std::move(act),
                 .purpose = "",
                 .subject = std::move(subject),
                 .outcome = std::move(outcome),
                 .personal = {}},
                now());
}

std::vector<html::Option> CommonPages::people(Offer offer, std::string_view chosen, std::string_view without) const {
  const auto holders = database().read(
      [&](db::Connection& connection) { return signin::holders_of(connection, signin::Role::Officer, now()); });
  std::vector<html::Option> options;
  std::set<std::string> teams;
  for (const signin::RoleHolder& each : holders) {
    for (const signin::Scope& scope : each.scopes) {
      if (scope.kind == signin::Scope::Kind::Team) teams.insert(scope.name);
    }
  }
  if (offer == Offer::OfficersAndTeams) {
    for (const std::string& team : teams) {
      const std::string value = "team:" + team;
      options.push_back({.value = value, .text = "Team: " + team, .chosen = value == chosen});
    }
  }
  for (const signin::RoleHolder& each : holders) {
    const std::string value = "account:" + each.account.id.text();
    if (each.account.id.text() == without) continue;
    options.push_back({.value = value, .text = each.account.display_name, .chosen = value == chosen});
  }
  return options;
}

std::string answered(const Request& request, std::string_view field) {
  return std::string(trimmed(request.form(field).value_or("")));
}

std::int64_t page_number(const Request& request) {
  const auto number = parse_integer(request.query("page").value_or("1"));
  return std::clamp<std::int64_t>(number.value_or(1), 1, kMostCounted / kPageLength);
}

html::Pagination pagination_of(html::Url url, std::int64_t page, std::int64_t count) {
  const std::int64_t last = std::max<std::int64_t>(1, (count + kPageLength - 1) / kPageLength);
  return {.url = std::move(url), .current = static_cast<int>(std::min(page, last)), .last = static_cast<int>(last)};
}

html::DateInput date_input_of(const Request& request, std::string name, std::string legend,
                              const html::FormErrors& errors, std::string hint) {
  return {.name = name,
          .legend = legend,
          .legend_size = html::LabelSize::Normal,
          .hint = hint,
          .error = errors.of(name),
          .day = answered(request, name + "-day"),
          .month = answered(request, name + "-month"),
          .year = answered(request, name + "-year")};
}

Result<Instant> date_in(const Request& request, const std::string& name, std::string_view called) {
  const auto part = [&](std::string_view which) {
    return parse_integer(answered(request, name + std::string(which))).value_or(0);
  };
  const std::int64_t day = part("-day"), month = part("-month"), year = part("-year");
  const Problem refused{std::string(called) + " must be a real date", name, ""};
  if (year < 2000 || year > 2999 || month < 1 || month > 12 || day < 1 || day > 31) return refused;
  const auto date = Date::from(static_cast<int>(year), static_cast<unsigned>(month), static_cast<unsigned>(day));
  if (!date.ok()) return refused;
  return Instant(date->days());
}

std::string size_in_words(std::int64_t bytes) {
  if (bytes < 1'000) return std::to_string(bytes) + " bytes";
  if (bytes < 1'000'000) return std::to_string(bytes / 1'000) + " kB";
  return std::to_string(bytes / 1'000'000) + "." + std::to_string(bytes / 100'000 % 10) + " MB";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& each : texts) all += (all.empty() ? "" : ", ") + each;
  return all;
}

std::vector<DocumentLine> document_lines(db::Connection& connection, Names& names, CaseId id) {
  std::vector<DocumentLine> lines;
  for (Document& document : documents_of(connection, id)) {
    const std::string size = size_in_words(document.size), by = names.of(document.added_by);
    lines.push_back({std::move(document), size, by});
  }
  return lines;
}

std::vector<Fact> facts_of(const bpmn::Variables& variables) {
  std::vector<Fact> facts;
  for (const auto& [name, data] : variables) {
    const feel::Value& value = data.value();
    std::string words;
    if (value.is(feel::Kind::Boolean)) {
      words = value.boolean() ? "Yes" : "No";
    } else if (value.is(feel::Kind::String)) {
      words = std::string(value.string());
    } else if (value.is(feel::Kind::Date)) {
      const auto date = Date::parse_iso(value.date().text());
      words = date.ok() ? date->spoken() : value.date().text();
    } else if (value.null()) {
      words = "Not known";
    } else {
      words = feel::to_text(value);
    }
    facts.push_back({name, std::move(words)});
  }
  return facts;
}

namespace {

std::string act_in_words(Names& names, const HistoryEntry& entry) {
  constexpr std::string_view kCompleted = "completed ";
  if (entry.act.who != kProcess) {
    const std::string& name = names.of(entry.act.who);
    if (!entry.what.starts_with(kCompleted)) return name + " " + entry.what;
    return name + " completed ‘" + entry.what.substr(kCompleted.size()) + "’";
  }
  if (entry.what == "timer") return "A time limit was reached";
  if (entry.what == "message") return "A message came";
  if (entry.what == "started") return "The case began by itself";
  if (entry.what == "called") return "A further process began";
  if (entry.what == "work done") return "A program did its work";
  if (entry.what == "work gave an error") return "A program said that it couldn’t";
  return "The process went on (" + entry.what + ")";
}

// What followed, by the names of the steps; gateways and unnamed steps say nothing to people.
std::string followed(const bpmn::Process& process, std::string_view happened) {
  using What = bpmn::Logged::What;
  const std::vector<Happening> all = cases::happenings(happened);
  std::string words;
  for (const Happening& each : all) {
    const bpmn::Index index = process.node(each.element);
    if (index == bpmn::kNone || process.nodes[index].name.empty() || bpmn::is_gateway(process.nodes[index].type))
      continue;
    const auto also = [&](What what) {
      return std::ranges::any_of(all, [&](const Happening& other) {
        return other.what == what && other.element == each.element && other.instance == each.instance;
      });
    };
    std::string_view verb;
    switch (each.what) {
      case What::Entered:
        // What began and was done at once is done.
        if (!also(What::Left)) verb = " began";
        break;
      case What::Left:
        verb = " is done";
        break;
      case What::Cancelled:
        verb = " was stopped";
        break;
      case What::Compensated:
        verb = " is undone";
        break;
      case What::Script:
        break;
    }
    if (verb.empty()) continue;
    words += (words.empty() ? "‘" : ", ‘") + process.nodes[index].name + "’" + std::string(verb);
  }
  return words;
}

}  // namespace

std::vector<HistoryLine> history_lines(db::Connection& connection, Names& names, CaseId id, std::size_t limit) {
  std::vector<HistoryEntry> entries;
  for (const StoredInstance& instance : instances_of(connection, id)) {
    for (HistoryEntry& entry : history_of(connection, instance.id)) entries.push_back(std::move(entry));
  }
  // Within an instance by number; between them by time.
  std::ranges::stable_sort(entries, std::greater<>(),
                           [](const HistoryEntry& entry) { return std::pair(entry.at, entry.number); });
  if (entries.size() > limit) entries.resize(limit);
  std::vector<HistoryLine> lines;
  for (HistoryEntry& entry : entries) {
    lines.push_back({.at = entry.at,
                     .what = act_in_words(names, entry),
                     .why = entry.act.why,
                     .then = {},
                     .version = entry.version,
                     .happened = std::move(entry.happened)});
  }
  return lines;
}

void say_what_followed(Definitions& definitions, std::vector<HistoryLine>& lines) {
  for (HistoryLine& line : lines) {
    const auto published = definitions.version(line.version);
    if (published.ok()) line.then = followed(*(*published)->process, line.happened);
  }
}

}  // namespace guildhall::cases
