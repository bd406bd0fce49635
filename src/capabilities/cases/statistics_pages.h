#pragma once

// How a council's processes go, for those who run the services: /work/processes. Nothing on these pages is about one
// case or one person; counts from 1 to 4 aren't told (heat.h).

#include <optional>
#include <vector>

#include "bpmn/definition.h"
#include "cases/heat.h"
#include "cases/statistics.h"
#include "html/components.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::cases {

struct StatisticsSurroundings {
  db::Database& database;
  const signin::Signin& signin;
  html::Site site;
  const Clock& clock;
  std::vector<html::NavigationItem> navigation;  // Of everything at /work.
};

// GET /work/processes, /work/processes/:process and its picture, for officers and operators. What `around` refers to must
// outlive the router.
void add_statistics_routes(http::Router& router, const StatisticsSurroundings& around);

// ---- What the pages show

struct ProcessesPage {
  html::Layout layout;
  std::vector<ProcessOverview> processes;
  int weeks = 0;  // That cases and times are of.
};

struct Bar {
  Date monday;
  std::string begun;
  std::string median;  // "–" where it can't be told: no bar.
  int x = 0;           // In the chart.
  int height = 0;
};

struct StatisticsPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string process;
  std::string name;
  HeatOf heat = HeatOf::Time;
  html::Url picture, by_time, by_volume;
  html::DateInput from, to;
  std::vector<html::Option> versions;
  std::string period;  // "1 January 2026 to 31 March 2026"
  const ProcessStatistics& statistics;
  const bpmn::Process& drawn;
  std::vector<Bar> bars;
  int chart_width = 0;
  std::string longest;  // What the highest bar stands for.
};

inline constexpr int kBarWidth = 24;
inline constexpr int kChartHeight = 160;

html::Html processes_page(const ProcessesPage& page);
html::Html process_link(std::string_view process, std::string_view name);
html::Html statistics_page(const StatisticsPage& page);
html::Table process_table(const ProcessesPage& page);
std::vector<html::SummaryRow> summary_of(const StatisticsPage& page);
html::Table element_table(const StatisticsPage& page);
html::Table week_table(const StatisticsPage& page);

}  // namespace guildhall::cases
