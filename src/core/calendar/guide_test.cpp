// The guide for people who design processes, docs/guides/deadlines.md: all that it shows is what the calendar does.
//
//   ```json        the calendar for all examples
//   ```feel        lines of an expression, then "= value", and "! message" for each reason for a null in it
//   | Started | Allowed | Paused | Due |       deadlines; moments between backticks, as clocks show them

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "calendar/deadline.h"
#include "calendar/feel_functions.h"
#include "calendar/local_time.h"
#include "calendar/read_calendar.h"
#include "feel/expression.h"

namespace guildhall::calendar {
namespace {

const std::string kGuide = "docs/guides/deadlines.md";

using Lines = std::vector<std::string>;

Lines guide_lines() {
  std::ifstream file(kGuide);
  EXPECT_TRUE(file) << kGuide;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Lines lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  return lines;
}

// The lines within fences of this language, with "```" after each block.
Lines blocks(const Lines& lines, std::string_view language) {
  Lines found;
  bool within = false;
  for (const std::string& line : lines) {
    if (line == "```" + std::string(language)) {
      within = true;
    } else if (within) {
      found.push_back(line);
      within = line != "```";
    }
  }
  return found;
}

Calendar guide_calendar(const Lines& lines) {
  std::string json;
  for (const std::string& line : blocks(lines, "json")) {
    if (line != "```") json += line + "\n";
  }
  auto calendar = read_calendar(json);
  EXPECT_TRUE(calendar.ok()) << to_text(calendar.problems());
  return *calendar;
}

// What stands between backticks.
Lines codes(std::string_view text) {
  Lines codes;
  const auto parts = split(text, '`');
  for (std::size_t i = 1; i < parts.size(); i += 2) codes.emplace_back(parts[i]);
  return codes;
}

TEST(Guide, ExpressionsGiveWhatTheGuideSays) {
  const Lines lines = guide_lines();
  const FeelFunctions functions(guide_calendar(lines));
  feel::Scope scope;
  declare_functions(scope);
  std::vector<feel::Value> variables;
  for (const feel::HostFunction& each : functions) variables.push_back(each.value());

  feel::Memory memory;
  std::string text;
  std::string evaluated;
  Lines expected;
  Lines given;
  for (const std::string& line : blocks(lines, "feel")) {
    if (line.starts_with("= ")) {
      const auto expression = feel::Expression::compile(text, scope);
      ASSERT_TRUE(expression.ok()) << text << ": " << to_text(expression.problems());
      feel::Evaluation evaluation(memory, {}, {.now = *feel::DateTime::parse("2026-11-02T14:30:00@Europe/London")});
      const auto value = (*expression)->evaluate(evaluation, variables);
      ASSERT_TRUE(value.ok()) << text;
      given.push_back("= " + feel::to_text(*value));
      for (const feel::NullReason& reason : evaluation.reasons()) given.push_back("! " + feel::to_text(reason));
      evaluated += text + "\n";
      text.clear();
    }
    if (line.starts_with("= ") || line.starts_with("! ")) {
      expected.push_back(line);
    } else if (line != "```") {
      text += line;
    }
  }
  EXPECT_EQ(given, expected);
  for (const std::string_view name : kFeelFunctions) {
    EXPECT_NE(evaluated.find(std::string(name) + "("), std::string::npos) << name;
  }
}

TEST(Guide, ListsEachFunctionWithItsParameters) {
  const Lines lines = guide_lines();
  Lines listed;
  for (const std::string& line : lines) {
    if (line.starts_with("| `") && line.find("(") != std::string::npos && codes(line)[0].ends_with(")")) {
      listed.push_back(codes(line)[0]);
    }
  }
  Lines expected;
  const FeelFunctions functions(guide_calendar(lines));
  for (const feel::HostFunction& each : functions) {
    std::string names;
    for (const feel::Parameter& parameter : each.parameters()) {
      names += (names.empty() ? "" : ", ") + std::string(parameter.name);
    }
    expected.push_back(each.name() + "(" + names + ")");
  }
  EXPECT_EQ(listed, expected);
}

Instant moment(std::string_view local) {
  const std::string iso = std::string(local.substr(0, 10)) + "T" + std::string(local.substr(11)) + ":00Z";
  return to_instant(LocalTime{parse_instant(iso).value().time_since_epoch()});
}

Allowance allowance(std::string_view text) {
  const std::int64_t count = *parse_integer(text.substr(0, text.find(' ')));
  if (text.ends_with(" working days")) return WorkingDays{count};
  if (text.ends_with(" calendar days")) return CalendarDays{count};
  EXPECT_TRUE(text.ends_with(" working hours")) << text;
  return WorkingTime{std::chrono::hours{count}};
}

TEST(Guide, DeadlinesAreDueAsTheGuideSays) {
  const Lines lines = guide_lines();
  const Calendar calendar = guide_calendar(lines);
  std::size_t cases = 0;
  for (const std::string& line : lines) {
    if (!line.starts_with("| `2026-")) continue;
    const auto cells = split(line, '|');
    Deadline deadline{.started = moment(codes(cells[1])[0]), .allowed = allowance(trimmed(cells[2]))};
    if (const Lines pause = codes(cells[3]); !pause.empty()) {
      deadline.pauses.push_back({moment(pause[0]), pause.size() < 2 ? std::nullopt : std::optional(moment(pause[1]))});
    }
    const auto standing = standing_of(deadline, calendar, moment("2027-06-01 12:00"));
    ASSERT_TRUE(standing.ok()) << line;
    std::string due = "paused, ";
    if (standing->due) {
      const std::string iso = to_iso(Instant{to_local(*standing->due).time_since_epoch()});
      due = "`" + iso.substr(0, 10) + " " + iso.substr(11, 5) + "`";
    } else {
      due += std::to_string(std::get<WorkingDays>(standing->left).count) + " left";
    }
    EXPECT_EQ(due, trimmed(cells[4])) << line;
    ++cases;
  }
  EXPECT_EQ(cases, 8U);
}

}  // namespace
}  // namespace guildhall::calendar
