#include "enquiries/enquiry_pages.h"

#include <algorithm>

namespace guildhall::enquiries {

using html::Html;
using html::Url;

std::vector<html::Choice> topic_choices(const QuestionPage& page) {
  std::vector<html::Choice> choices;
  for (const Topic& topic : page.topics) {
    choices.push_back({.value = topic.code, .text = topic.title, .chosen = topic.code == page.draft.topic});
  }
  return choices;
}

std::vector<html::SummaryRow> answers(const QuestionPage& page) {
  const auto change = [](Url url, Html about) {
    return std::vector<html::Action>{{.text = "Change", .url = std::move(url), .about = std::move(about)}};
  };
  const auto topic = std::ranges::find(page.topics, page.draft.topic, &Topic::code);
  return {{.key = "Subject",
           .value = topic == page.topics.end() ? Html("Not answered") : Html(topic->title),
           .actions = change({"/enquiry/topic"}, "subject")},
          {.key = "Question",
           .value = html::lines(page.draft.message),
           .actions = change({"/enquiry/message"}, "question")},
          {.key = "Name", .value = page.draft.name, .actions = change({"/enquiry/contact"}, "name")},
          {.key = "Email address", .value = page.draft.email, .actions = change({"/enquiry/contact"}, "email address")},
          {.key = "Phone number",
           .value = page.draft.phone.empty() ? "Not given" : page.draft.phone,
           .actions = change({"/enquiry/contact"}, "phone number")}};
}

html::Table inbox_table(const InboxPage& page) {
  html::Table table{.caption = "Open enquiries",
                    .columns = {{.heading = "Reference"},
                                {.heading = "Subject"},
                                {.heading = "From"},
                                {.heading = "Received"},
                                {.heading = "Team"},
                                {.heading = "State"}},
                    .rows = {}};
  for (const InboxLine& line : page.lines) {
    table.rows.push_back({inbox_link(line), line.topic_title, line.name, line.received_at, line.team,
                          line.urgent         ? html::tag("Urgent", html::TagColour::Red)
                          : line.waits_for_us ? html::tag("To answer", html::TagColour::Blue)
                                              : html::tag("Answered", html::TagColour::Grey)});
  }
  return table;
}

html::Select handover_select(const OfficerPage& page) {
  html::Select select{.name = "team",
                      .label = "Team",
                      .error = page.errors.of("team"),
                      .options = {{.value = "", .text = "Choose a team"}}};
  for (const std::string& team : page.teams) {
    if (team == page.enquiry.team) continue;
    select.options.push_back({.value = team, .text = team, .chosen = team == page.handover_team});
  }
  return select;
}

Url email_link(const std::string& email) {
  const auto plain = Url::parse("mailto:" + email);
  return plain.ok() ? *plain : Url::path("mailto:", email);
}

}  // namespace guildhall::enquiries
