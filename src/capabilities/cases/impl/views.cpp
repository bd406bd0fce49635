#include "cases/impl/views.h"

namespace guildhall::cases {

using html::Html;

html::Table task_table(const ListPage& page) {
  html::Table table{.caption = page.name,
                    .columns = {{.heading = "Task"},
                                {.heading = "Case"},
                                {.heading = "Deadline"},
                                {.heading = "Team"},
                                {.heading = "Who has it"},
                                {.heading = "State"}},
                    .rows = {}};
  for (const TaskRow& row : page.rows) {
    table.rows.push_back(
        {task_pick(row), case_link(row.reference, row.title), row.due_at ? Html(*row.due_at) : Html("None"),
         row.teams.empty() ? Html("None") : Html(row.teams), row.who.empty() ? Html("Nobody yet") : Html(row.who),
         row.state.empty() ? Html("Open") : html::tag(row.state, row.colour)});
  }
  return table;
}

html::Table fact_table(const std::vector<Fact>& facts) {
  html::Table table{.caption = "What is known", .columns = {{.heading = "Name"}, {.heading = "Value"}}, .rows = {}};
  for (const Fact& fact : facts) table.rows.push_back({fact.name, fact.value});
  return table;
}

html::Select recipient_select(const html::FormErrors& errors, std::string_view field, std::string_view label,
                              const std::vector<html::Option>& options) {
  html::Select select{.name = std::string(field),
                      .label = label,
                      .error = errors.of(field),
                      .options = {{.value = "", .text = "Choose"}}};
  select.options.insert(select.options.end(), options.begin(), options.end());
  return select;
}

Html case_state(std::optional<Instant> closed_at, bool stuck) {
  if (stuck) return html::tag("Can’t go on", html::TagColour::Red);
  return closed_at ? html::tag("Closed", html::TagColour::Grey) : html::tag("Open", html::TagColour::Blue);
}

html::Table case_table(const CasesPage& page) {
  html::Table table{
      .caption = "Cases, the newest first",
      .columns = {{.heading = "Case"}, {.heading = "Process"}, {.heading = "Opened"}, {.heading = "State"}},
      .rows = {}};
  for (const CaseLine& line : page.lines) {
    table.rows.push_back({case_link(line.reference, line.title), line.process, line.opened_at,
                          case_state(line.closed_at, line.has_incident)});
  }
  return table;
}

html::Table case_task_table(const CasePage& page) {
  html::Table table{
      .caption = "Tasks",
      .columns = {{.heading = "Task"}, {.heading = "State"}, {.heading = "With"}, {.heading = "Deadline"}},
      .rows = {}};
  for (const CaseTaskLine& line : page.tasks) {
    table.rows.push_back({case_task_link(line), line.state, line.with.empty() ? Html("Nobody") : Html(line.with),
                          line.due_at ? Html(*line.due_at) : Html("None")});
  }
  return table;
}

}  // namespace guildhall::cases
