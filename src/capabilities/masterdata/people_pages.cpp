#include "masterdata/people_pages.h"

#include "masterdata/impl/explanation.h"
#include "masterdata/impl/words.h"

namespace guildhall::masterdata {

using html::Html;
using html::Url;

namespace {

Url extract_url(std::int64_t id) {
  return Url::path("/people/extracts/", std::to_string(id));
}

}  // namespace

Html state_tag(const Extract& extract) {
  switch (extract.state) {
    case ExtractState::Loading:
      return html::tag("Loading", html::TagColour::Blue);
    case ExtractState::Loaded:
      return html::tag("Loaded", html::TagColour::Green);
    case ExtractState::Failed:
      return html::tag("Could not be read", html::TagColour::Red);
  }
  return {};
}

Html extracts_table(const std::vector<Extract>& extracts) {
  html::Table table{.caption = "The newest first",
                    .columns = {{.heading = "File"},
                                {.heading = "Source"},
                                {.heading = "Data taken on"},
                                {.heading = "State"},
                                {.heading = "Accepted", .numeric = true},
                                {.heading = "Kept aside", .numeric = true},
                                {.heading = "Rejected", .numeric = true}},
                    .rows = {}};
  for (const Extract& extract : extracts) {
    table.rows.push_back({cell_link({.url = extract_url(extract.id), .text = extract.file_name}), extract.source_title,
                          extract.as_of, state_tag(extract), html::grouped(extract.rows_accepted),
                          html::grouped(extract.rows_quarantined), html::grouped(extract.rows_rejected)});
  }
  return html::table(table);
}

std::vector<html::Choice> source_choices(const ExtractsPage& page) {
  std::vector<html::Choice> choices;
  for (const Source& source : page.sources) {
    choices.push_back({.value = source.name, .text = source.title, .hint = {}, .chosen = source.name == page.source});
  }
  return choices;
}

Html findings_table(const ExtractPage& page) {
  html::Table table{.caption = "Grouped by reason; rows not used first",
                    .columns = {{.heading = "What is wrong"},
                                {.heading = "Field"},
                                {.heading = "What happened"},
                                {.heading = "What to do"},
                                {.heading = "Rows, for example"},
                                {.heading = "How many", .numeric = true}},
                    .rows = {}};
  for (const FindingGroup& group : page.findings) {
    table.rows.push_back({group.reason, group.field.empty() ? "The whole row" : group.field,
                          severity_words(group.severity), group.remedy, group.examples, html::grouped(group.count)});
  }
  return html::table(table);
}

Html queue_table(const QueuePage& page) {
  html::Table table{.caption = "Pairs",
                    .columns = {{.heading = "Pair"},
                                {.heading = "Why somebody has to look"},
                                {.heading = "Sources"},
                                {.heading = "Evidence, bits", .numeric = true}},
                    .rows = {}};
  for (const QueueLine& line : page.lines) {
    std::string reason = clerical_words(line.reason);
    if (line.unsure) reason += ". Somebody was not sure";
    table.rows.push_back({cell_link({.url = Url::path("/people/review/", std::to_string(line.pair)),
                                     .text = "Review pair " + std::to_string(line.pair)}),
                          reason, line.sources, line.weight});
  }
  return html::table(table);
}

Html comparison_table(const PairView& pair) {
  html::Table table{.caption = "Side by side",
                    .columns = {{.heading = ""},
                                {.heading = pair.a.source_title + ", " + pair.a.record_key},
                                {.heading = pair.b.source_title + ", " + pair.b.record_key},
                                {.heading = "Compared"}},
                    .rows = {}};
  table.columns[0].heading = "What";
  for (const ComparedField& field : pair.fields) {
    Html outcome;
    switch (field.outcome) {
      case ComparedField::Outcome::Same:
        outcome = "Same";
        break;
      case ComparedField::Outcome::Different:
        outcome = html::tag("Different", html::TagColour::Orange);
        break;
      case ComparedField::Outcome::OneMissing:
        outcome = html::tag("Not in both", html::TagColour::Grey);
        break;
    }
    table.rows.push_back({field.title, field.a.empty() ? "–" : spoken_value(field.a),
                          field.b.empty() ? "–" : spoken_value(field.b), outcome});
  }
  return html::table(table);
}

Html evidence_table(const PairView& pair) {
  html::Table table{
      .caption = "Evidence, step by step",
      .columns = {{.heading = "What"}, {.heading = "Bits", .numeric = true}, {.heading = "So far", .numeric = true}},
      .rows = {}};
  double sum = 0;
  for (const ExplainedStep& step : pair.steps) {
    sum += step.bits;
    table.rows.push_back({step.title, (step.bits > 0 ? "+" : "") + bits(step.bits), bits(sum)});
  }
  return html::table(table);
}

Html acts_table(const RecordView& record) {
  html::Table table{.caption = "What was done, the newest first",
                    .columns = {{.heading = "When"}, {.heading = "What"}, {.heading = "Who"}, {.heading = "Why"}},
                    .rows = {}};
  for (const RecordAct& act : record.acts) {
    table.rows.push_back({act.at, act.what, act.by == "matching" ? "The matching" : "Account " + act.by,
                          act.why.empty() ? "–" : act.why});
  }
  return html::table(table);
}

std::vector<html::Choice> member_choices(const RecordView& record) {
  std::vector<html::Choice> choices;
  for (const MemberRecord& member : record.members) {
    const std::string evidence = member.weight.empty() ? ""
                                                       : "Joined with " + member.weight + " bits of evidence" +
                                                             (member.reason == "decided" ? ", by a steward" : "");
    choices.push_back(
        {.value = member.id.text(), .text = member.source_title + ", " + member.record_key, .hint = evidence});
  }
  return choices;
}

Html found_table(const SearchPage& page) {
  html::Table table{
      .caption = "People",
      .columns = {{.heading = "Name"}, {.heading = "Date of birth"}, {.heading = "Source records", .numeric = true}},
      .rows = {}};
  for (const FoundPerson& person : page.found) {
    const auto born = Date::parse_iso(person.birth_date);
    table.rows.push_back({cell_link({.url = Url::path("/people/records/", person.id.text()),
                                     .text = person.name.empty() ? "No name" : person.name}),
                          born.ok() ? born->spoken() : "Not known", person.records});
  }
  return html::table(table);
}

std::string heading_of(const RecordView& record) {
  return record.name.empty() ? "A record without a name" : record.name;
}

std::string reason_words(std::string_view clerical_reason) {
  return clerical_words(clerical_reason);
}

}  // namespace guildhall::masterdata
