#include "cases/statistics_pages.h"

#include <algorithm>

#include "base/text.h"
#include "calendar/local_time.h"
#include "cases/process_store.h"
#include "diagram/read_diagram.h"
#include "diagram/svg.h"

namespace guildhall::cases {

using html::Url;
using http::Request;
using http::Response;
using signin::Role;
using signin::SignedIn;

namespace {

constexpr int kWeeks = 12;  // That are shown where nobody chose.
constexpr std::string_view kSection = "/work/processes";

Date days_after(Date date, int days) {
  return Date::of(date.days() + std::chrono::days(days));
}

Instant beginning_of(Date date) {
  return calendar::to_instant(calendar::start_of_day(date));
}

// What is asked for by a page's address. Dates are days in the United Kingdom, both of them shown.
struct Asked {
  Date from, to;
  std::int64_t version = 0;
  HeatOf heat = HeatOf::Time;
  html::FormErrors errors;

  Period period() const { return {beginning_of(from), beginning_of(days_after(to, 1))}; }

  Url url(Url base, HeatOf of) const {
    const auto with_date = [&](const std::string& name, Date date) {
      base = base.with(name + "-day", std::to_string(date.day()))
                 .with(name + "-month", std::to_string(date.month()))
                 .with(name + "-year", std::to_string(date.year()));
    };
    with_date("from", from);
    with_date("to", to);
    return base.with("version", std::to_string(version)).with("heat", of == HeatOf::Time ? "time" : "volume");
  }
};

std::string given(const Request& request, const std::string& name) {
  return std::string(trimmed(request.query(name).value_or("")));
}

Date asked_date(const Request& request, const std::string& name, std::string_view called, Date otherwise,
                html::FormErrors& errors) {
  const std::string day = given(request, name + "-day"), month = given(request, name + "-month"),
                    year = given(request, name + "-year");
  if (day.empty() && month.empty() && year.empty()) return otherwise;
  const auto number = [](const std::string& text) { return parse_integer(text).value_or(0); };
  if (number(year) >= 2000 && number(year) <= 2999 && number(month) >= 1 && number(month) <= 12 && number(day) >= 1 &&
      number(day) <= 31) {
    const auto date = Date::from(static_cast<int>(number(year)), static_cast<unsigned>(number(month)),
                                 static_cast<unsigned>(number(day)));
    if (date.ok()) return *date;
  }
  errors.add(name, std::string(called) + " must be a real date");
  return otherwise;
}

Asked asked_by(const Request& request, Instant now) {
  Asked asked;
  const Date today = uk_date(now), first = days_after(today, 1 - 7 * kWeeks);
  asked.from = asked_date(request, "from", "The first day", first, asked.errors);
  asked.to = asked_date(request, "to", "The last day", today, asked.errors);
  if (asked.to < asked.from) {
    asked.errors.add("to", "The last day must be the same as or after the first");
  } else if (asked.to.days() - asked.from.days() > std::chrono::days(3660)) {
    asked.errors.add("to", "The period must be ten years or shorter");
  }
  if (!asked.errors.empty()) {
    asked.from = first;
    asked.to = today;
  }
  asked.version = std::max<std::int64_t>(0, parse_integer(request.query("version").value_or("0")).value_or(0));
  if (request.query("heat").value_or("") == "volume") asked.heat = HeatOf::Volume;
  return asked;
}

html::DateInput date_input_of(const Request& request, const std::string& name, std::string legend, Date shown,
                              const html::FormErrors& errors) {
  html::DateInput input{.name = name,
                        .legend = std::move(legend),
                        .legend_size = html::LabelSize::Small,
                        .error = errors.of(name),
                        .day = std::to_string(shown.day()),
                        .month = std::to_string(shown.month()),
                        .year = std::to_string(shown.year())};
  if (!errors.empty()) {
    input.day = given(request, name + "-day");
    input.month = given(request, name + "-month");
    input.year = given(request, name + "-year");
  }
  return input;
}

// Heights in proportion to the longest; `longest` says what that is.
std::vector<Bar> bars_of(const ProcessStatistics& statistics, std::string& longest) {
  std::chrono::microseconds most{0};
  for (const WeekStatistics& week : statistics.weeks) {
    if (week.cycle.count() >= kFewest) most = std::max(most, *week.cycle.percentile(50));
  }
  if (most.count() > 0) longest = in_words(most);
  std::vector<Bar> bars;
  for (const WeekStatistics& week : statistics.weeks) {
    Bar bar{.monday = week.monday,
            .begun = told(week.begun),
            .median = told(week.cycle, 50),
            .x = static_cast<int>(bars.size()) * kBarWidth,
            .height = 0};
    if (week.cycle.count() >= kFewest && most.count() > 0) {
      const double share = static_cast<double>(week.cycle.percentile(50)->count()) / static_cast<double>(most.count());
      bar.height = std::max(1, static_cast<int>(share * kChartHeight + 0.5));
    }
    bars.push_back(std::move(bar));
  }
  return bars;
}

class StatisticsPages {
 public:
  explicit StatisticsPages(const StatisticsSurroundings& around) : around_(around), definitions_(around.database) {}

  Response list(const Request& request, const SignedIn& person) const {
    const Instant now = around_.clock.now();
    const Date today = uk_date(now);
    const Period period{beginning_of(days_after(today, 1 - 7 * kWeeks)), beginning_of(days_after(today, 1))};
    return Response::html(processes_page({.layout = layout(request, person, "Processes", false),
                                          .processes = overview(around_.database, period),
                                          .weeks = kWeeks})
                              .markup());
  }

  Response show(const Request& request, const SignedIn& person) const {
    const std::string process(request.path_parameter("process"));
    const Instant now = around_.clock.now();
    const Asked asked = asked_by(request, now);
    const auto drawn = published(process, asked.version);
    const auto all = ask(process, asked, now);
    if (!drawn.ok() || !all.ok()) return Response::not_found();
    const std::string name = (*drawn)->version.name.empty() ? process : (*drawn)->version.name;
    const Url page = Url::path("/work/processes/", process);
    const auto picture = Url::parse(page.text() + "/picture");
    StatisticsPage shown{.layout = layout(request, person, name, !asked.errors.empty()),
                         .errors = asked.errors,
                         .process = process,
                         .name = name,
                         .heat = asked.heat,
                         .picture = asked.url(*picture, asked.heat),
                         .by_time = asked.url(page, HeatOf::Time),
                         .by_volume = asked.url(page, HeatOf::Volume),
                         .from = date_input_of(request, "from", "First day", asked.from, asked.errors),
                         .to = date_input_of(request, "to", "Last day", asked.to, asked.errors),
                         .versions = version_options(process, asked.version),
                         .period = asked.from.spoken() + " to " + asked.to.spoken(),
                         .statistics = *all,
                         .drawn = *(*drawn)->process,
                         .bars = {},
                         .chart_width = 0,
                         .longest = {}};
    shown.bars = bars_of(*all, shown.longest);
    shown.chart_width = static_cast<int>(shown.bars.size()) * kBarWidth;
    return Response::html(statistics_page(shown).markup());
  }

  Response picture(const Request& request, const SignedIn&) const {
    const std::string process(request.path_parameter("process"));
    const Instant now = around_.clock.now();
    const Asked asked = asked_by(request, now);
    const auto drawn = published(process, asked.version);
    const auto all = ask(process, asked, now);
    if (!drawn.ok() || !all.ok()) return Response::not_found();
    const std::string xml = around_.database.read(
        [&](db::Connection& connection) { return text_of(connection, (*drawn)->version.file).value(); });
    const auto read = diagram::read_diagram(xml, process);
    if (!read.ok()) return Response::not_found();
    return Response::content("image/svg+xml", diagram::to_svg(*read, heat(*(*drawn)->process, *all, asked.heat)))
        .set_header("Cache-Control", "no-store");
  }

 private:
  html::Layout layout(const Request& request, const SignedIn& person, std::string title, bool has_errors) const {
    html::Layout layout{.site = around_.site,
                        .title = std::move(title),
                        .service = "Work",
                        .service_url = {"/work"},
                        .navigation = around_.navigation,
                        .sign_out = html::SignOut{.action = {"/signout"},
                                                  .csrf_token = http::csrf_token(request),
                                                  .name = person.account().display_name},
                        .has_errors = has_errors,
                        .width = html::Width::Full};
    for (html::NavigationItem& item : layout.navigation) item.current = item.url.text() == kSection;
    return layout;
  }

  Result<std::shared_ptr<const Published>> published(const std::string& process, std::int64_t version) const {
    return version == 0 ? definitions_.newest(process) : definitions_.version(process, version);
  }

  Result<ProcessStatistics> ask(const std::string& process, const Asked& asked, Instant now) const {
    return statistics(around_.database, definitions_,
                      {.process = process, .version = asked.version, .period = asked.period()}, now);
  }

  std::vector<html::Option> version_options(const std::string& process, std::int64_t chosen) const {
    std::vector<html::Option> options{{.value = "0", .text = "All versions", .chosen = chosen == 0}};
    for (const ProcessVersion& version : around_.database.read(&all_versions)) {
      if (version.process != process) continue;
      options.push_back({.value = std::to_string(version.version),
                         .text = "Version " + std::to_string(version.version) + ", published on " +
                                 uk_date(version.published_at).spoken(),
                         .chosen = chosen == version.version});
    }
    return options;
  }

  StatisticsSurroundings around_;
  mutable Definitions definitions_;  // Any thread may call it.
};

}  // namespace

html::Table process_table(const ProcessesPage& page) {
  html::Table table{.caption = "Cases and times are of the last " + std::to_string(page.weeks) + " weeks",
                    .caption_size = html::LabelSize::Small,
                    .columns = {{.heading = "Process"},
                                {.heading = "Versions", .numeric = true},
                                {.heading = "Open now", .numeric = true},
                                {.heading = "Cases a week", .numeric = true},
                                {.heading = "Median time", .numeric = true}},
                    .rows = {}};
  for (const ProcessOverview& each : page.processes) {
    const std::uint64_t tenths = each.begun * 10 / static_cast<std::uint64_t>(page.weeks);
    table.rows.push_back({process_link(each.process, each.name), each.versions, told(each.open),
                          each.begun > 0 && each.begun < kFewest
                              ? told(each.begun) + " in all"
                              : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10),
                          told(each.cycle, 50)});
  }
  return table;
}

std::vector<html::SummaryRow> summary_of(const StatisticsPage& page) {
  const ProcessStatistics& all = page.statistics;
  std::uint64_t with_deadline = 0, late = 0;
  for (const auto& [id, element] : all.elements) {
    with_deadline += element.with_deadline;
    late += element.late;
  }
  std::vector<html::SummaryRow> rows{{.key = "Cases begun", .value = told(all.begun)},
                                     {.key = "Completed", .value = told(all.completed)},
                                     {.key = "Stopped", .value = told(all.stopped)},
                                     {.key = "Still open", .value = told(all.open)},
                                     {.key = "Half took at most", .value = told(all.cycle, 50)},
                                     {.key = "Nine in ten took at most", .value = told(all.cycle, 90)}};
  if (with_deadline > 0) {
    rows.push_back({.key = "Tasks late", .value = told(late) + " of " + told(with_deadline) + " with a deadline"});
  }
  return rows;
}

html::Table element_table(const StatisticsPage& page) {
  html::Table table{.caption = "Each step",
                    .columns = {{.heading = "Step"},
                                {.heading = "Reached", .numeric = true},
                                {.heading = "Done", .numeric = true},
                                {.heading = "Cancelled", .numeric = true},
                                {.heading = "Open now", .numeric = true},
                                {.heading = "Late", .numeric = true},
                                {.heading = "One in ten within", .numeric = true},
                                {.heading = "Half within", .numeric = true},
                                {.heading = "Nine in ten within", .numeric = true},
                                {.heading = "99 in 100 within", .numeric = true},
                                {.heading = "Half claimed within", .numeric = true},
                                {.heading = "Half worked on for", .numeric = true}},
                    .rows = {}};
  for (const bpmn::Node& node : page.drawn.nodes) {
    const auto found = page.statistics.elements.find(node.id);
    if (found == page.statistics.elements.end()) continue;
    const ElementStatistics& each = found->second;
    table.rows.push_back({node.name.empty() ? node.id : node.name, told(each.entered), told(each.left),
                          told(each.cancelled), told(each.open), told(each.late), told(each.time, 10),
                          told(each.time, 50), told(each.time, 90), told(each.time, 99), told(each.waiting, 50),
                          told(each.working, 50)});
  }
  return table;
}

html::Table week_table(const StatisticsPage& page) {
  html::Table table{.caption = "By the week in which cases began",
                    .columns = {{.heading = "Week of Monday"},
                                {.heading = "Cases", .numeric = true},
                                {.heading = "Median time", .numeric = true}},
                    .rows = {}};
  for (const Bar& each : page.bars) table.rows.push_back({each.monday, each.begun, each.median});
  return table;
}

void add_statistics_routes(http::Router& router, const StatisticsSurroundings& around) {
  const auto pages = std::make_shared<const StatisticsPages>(around);
  const auto protect = [&](Response (StatisticsPages::*page)(const Request&, const SignedIn&) const) {
    return around.signin.protect(
        {Role::Officer, Role::Operator},
        [pages, page](const Request& request, const SignedIn& person) { return (*pages.*page)(request, person); });
  };
  router.get("/work/processes", protect(&StatisticsPages::list));
  router.get("/work/processes/:process", protect(&StatisticsPages::show));
  router.get("/work/processes/:process/picture", protect(&StatisticsPages::picture));
}

}  // namespace guildhall::cases
