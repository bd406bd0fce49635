#include "masterdata/steward.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <set>

#include "base/text.h"
#include "masterdata/impl/assembly.h"
#include "masterdata/impl/cells.h"
#include "masterdata/impl/explanation.h"
#include "masterdata/impl/row_id.h"
#include "masterdata/impl/store.h"
#include "masterdata/impl/words.h"
#include "records/name.h"

namespace guildhall::masterdata {
namespace {

using records::Attribute;

std::string text_or_empty(const db::Row& row, int column) {
  return std::string(row.optional_text(column).value_or(""));
}

Problem no_reason() {
  return {"Enter why", "why", "Whoever looks at this decision later needs the reason."};
}

std::vector<SourceRecordId> members_of(db::Connection& connection, GoldenRecordId golden) {
  std::vector<SourceRecordId> members;
  connection.query("SELECT id FROM source_record WHERE golden_record = $1 ORDER BY id", {golden},
                   [&](const db::Row& row) { members.push_back(row.id<SourceRecordId>(0)); });
  return members;
}

std::string comma_separated(const std::vector<SourceRecordId>& ids) {
  std::string text;
  for (const SourceRecordId id : ids) text += (text.empty() ? "" : ",") + id.text();
  return text;
}

void remember(db::Connection& connection, SourceRecordId a, SourceRecordId b, std::string_view decision,
              const StewardAct& act) {
  connection.execute(
      "INSERT INTO linkage_decision (record_a, record_b, decision, decided_by, decided_at, why)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      {std::min(a, b), std::max(a, b), decision, act.by, act.at, act.why});
}

// The newest decision of the pair, if there is one.
std::string decision_of(db::Connection& connection, SourceRecordId a, SourceRecordId b) {
  return connection
      .query_one("SELECT decision FROM linkage_decision WHERE record_a = $1 AND record_b = $2 ORDER BY id DESC LIMIT 1",
                 {std::min(a, b), std::max(a, b)}, [](const db::Row& row) { return std::string(row.text(0)); })
      .value_or("");
}

std::set<std::string> nhs_numbers(const std::vector<SourcePerson>& persons) {
  std::set<std::string> numbers;
  for (const SourcePerson& person : persons) {
    const std::string number = link_record(person).nhs_number;
    if (!number.empty()) numbers.insert(number);
  }
  return numbers;
}

Golden golden_of(const std::vector<SourcePerson>& persons) {
  std::vector<const SourcePerson*> members;
  for (const SourcePerson& person : persons) members.push_back(&person);
  return golden_of(members);
}

struct StoredPair {
  SourceRecordId a, b;
  std::string state;
};

std::optional<StoredPair> stored_pair(db::Connection& connection, std::int64_t pair) {
  return connection.query_one(
      "SELECT record_a, record_b, state FROM clerical_pair WHERE id = $1", {pair}, [](const db::Row& row) {
        return StoredPair{row.id<SourceRecordId>(0), row.id<SourceRecordId>(1), std::string(row.text(2))};
      });
}

GoldenRecordId golden_record_of(db::Connection& connection, SourceRecordId record) {
  const auto golden = connection.query_one("SELECT golden_record FROM source_record WHERE id = $1", {record},
                                           [](const db::Row& row) { return row.id<GoldenRecordId>(0); });
  check(golden.has_value(), "a pair of a record that isn't there");
  return *golden;
}

// Two golden records become one; the older id stays.
Result<void> join(db::Connection& connection, const StoredPair& pair, const StewardAct& act) {
  const GoldenRecordId golden_a = golden_record_of(connection, pair.a);
  const GoldenRecordId golden_b = golden_record_of(connection, pair.b);
  remember(connection, pair.a, pair.b, "always", act);
  if (golden_a == golden_b) return {};
  const auto members_a = members_of(connection, golden_a);
  const auto members_b = members_of(connection, golden_b);
  for (const SourceRecordId a : members_a) {
    for (const SourceRecordId b : members_b) {
      if ((a != pair.a || b != pair.b) && (a != pair.b || b != pair.a) && decision_of(connection, a, b) == "never") {
        return Problem{"Other records of these two people were decided to be different children", "decision",
                       "Unmerge the record that doesn't belong there first."};
      }
    }
  }
  std::vector<SourceRecordId> all = members_a;
  all.insert(all.end(), members_b.begin(), members_b.end());
  std::sort(all.begin(), all.end());
  std::deque<Register> registers;
  const auto persons = read_source_persons(connection, all, registers);
  if (nhs_numbers(persons).size() > 1) {
    return Problem{"These records have different NHS numbers, so they can't be one child", "decision",
                   "If one number is wrong, have it mended in its source system; the next extract brings it."};
  }
  const GoldenRecordId stays = std::min(golden_a, golden_b);
  const GoldenRecordId ends = std::max(golden_a, golden_b);
  connection.execute("UPDATE source_record SET golden_record = $2 WHERE golden_record = $1", {ends, stays});
  for (const SourceRecordId record : {pair.a, pair.b}) {
    connection.execute("UPDATE source_record SET link_reason = 'decided' WHERE id = $1", {record});
  }
  GoldenStore store(connection, {.by = act.by, .why = act.why, .at = act.at});
  store.change(stays, golden_of(persons));
  store.replace(ends, stays);
  store.record({stays, "merged", ends.text()});
  store.record({ends, "merged", stays.text()});
  store.finish();
  return {};
}

struct CellBehind {
  std::string source_title, file_name, table, raw, rules;
  std::int64_t extract = 0, row_number = 0;
};

CellBehind cell_behind(db::Connection& connection, std::int64_t row_id, std::string_view field,
                       std::string_view value) {
  CellBehind behind;
  behind.extract = RowId::of(row_id).extract;
  connection.query("SELECT s.title, e.file_name FROM extract e JOIN source s ON s.name = e.source WHERE e.id = $1",
                   {behind.extract}, [&](const db::Row& row) {
                     behind.source_title = row.text(0);
                     behind.file_name = row.text(1);
                   });
  connection.query(
      "SELECT row_number, table_name, cells FROM source_row WHERE id = $1", {row_id}, [&](const db::Row& row) {
        behind.row_number = row.integer(0);
        behind.table = row.text(1);
        CellReader reader;
        // A field may come more than once (former surnames); lines of an address are shown as one.
        bool exact = false;
        for (const StoredCell& cell : reader.read(row.text(2))) {
          const bool is_part = cell.attribute == Attribute::AddressLines || cell.attribute == Attribute::MiddleNames;
          if (cell.field != field && !(is_part && !behind.raw.empty())) continue;
          if (exact || (!behind.raw.empty() && !is_part && cell.cleaned != value)) continue;
          if (is_part && !behind.raw.empty()) {
            behind.raw += ", " + std::string(cell.raw);
          } else {
            behind.raw = cell.raw;
          }
          behind.rules = cell.rules;
          exact = cell.cleaned == value;
        }
      });
  return behind;
}

std::string value_in(const std::vector<std::vector<std::string_view>>& rows, std::string_view name) {
  for (const auto& row : rows) {
    if (row.size() == 7 && row[0] == name) return std::string(row[1]);
  }
  return {};
}

std::string name_in(const std::vector<std::vector<std::string_view>>& rows) {
  return std::string(trimmed(value_in(rows, "forename") + " " + value_in(rows, "surname")));
}

bool is_where_they_live(std::string_view attribute) {
  return attribute == "address_lines" || attribute == "postcode" || attribute == "uprn";
}

std::string words_of_event(std::string_view kind) {
  if (kind == "created") return "Created";
  if (kind == "changed") return "Values changed";
  if (kind == "merged") return "Joined with another record";
  if (kind == "split") return "Parted from another record";
  if (kind == "linked") return "Source records added";
  if (kind == "separated") return "Decided to be another child than a similar record";
  if (kind == "unmerged") return "Source records taken out";
  return std::string(kind);
}

// What the two sides say of each attribute that either has; several values with "; " between.
std::vector<ComparedField> compared(const Assembled& a, const Assembled& b, bool restricted) {
  std::vector<ComparedField> fields;
  const auto all = [](const Assembled& side, Attribute attribute) {
    std::string text;
    for (const Fact& fact : side.facts) {
      if (fact.attribute == attribute) text += (text.empty() ? "" : "; ") + fact.value;
    }
    return text;
  };
  for (const Attribute attribute :
       {Attribute::NhsNumber, Attribute::Upn, Attribute::FormerUpn, Attribute::Forename, Attribute::PreferredForename,
        Attribute::MiddleNames, Attribute::Surname, Attribute::PreferredSurname, Attribute::FormerSurname,
        Attribute::BirthDate, Attribute::Sex, Attribute::AddressLines, Attribute::Postcode, Attribute::SchoolNumber,
        Attribute::YearGroup, Attribute::Ethnicity}) {
    if (restricted && is_where_they_live(records::name_of(attribute))) continue;
    ComparedField field{.title = title_of(attribute), .a = all(a, attribute), .b = all(b, attribute)};
    if (field.a.empty() && field.b.empty()) continue;
    const std::string key_a = folded(squeezed(field.a));
    const std::string key_b = folded(squeezed(field.b));
    field.outcome = key_a.empty() || key_b.empty() ? ComparedField::Outcome::OneMissing
                    : key_a == key_b               ? ComparedField::Outcome::Same
                                                   : ComparedField::Outcome::Different;
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace

// ---- The clerical queue

std::vector<QueueLine> clerical_queue(db::Connection& connection, std::int64_t limit) {
  std::vector<QueueLine> lines;
  connection.query(
      "SELECT p.id, p.reason, p.weight, p.state, sa.title, sb.title FROM clerical_pair p"
      " JOIN source_record a ON a.id = p.record_a JOIN source sa ON sa.name = a.source"
      " JOIN source_record b ON b.id = p.record_b JOIN source sb ON sb.name = b.source"
      " WHERE p.state IN ('open', 'unsure') ORDER BY p.state, p.weight DESC, p.id LIMIT $1",
      {limit}, [&](const db::Row& row) {
        lines.push_back({row.integer(0), std::string(row.text(1)), bits(row.real(2)), row.text(3) == "unsure",
                         std::string(row.text(4)) + " and " + std::string(row.text(5))});
      });
  return lines;
}

std::optional<std::int64_t> next_pair(db::Connection& connection, std::int64_t other_than) {
  return connection.query_one(
      "SELECT id FROM clerical_pair WHERE state = 'open' AND id <> $1 ORDER BY weight DESC, id LIMIT 1", {other_than},
      [](const db::Row& row) { return row.integer(0); });
}

std::optional<PairView> find_pair(db::Connection& connection, std::int64_t pair) {
  PairView view;
  view.id = pair;
  const auto found = connection.query_one(
      "SELECT record_a, record_b, reason, state, weight, explanation FROM clerical_pair WHERE id = $1", {pair},
      [&](const db::Row& row) {
        view.a.record = row.id<SourceRecordId>(0);
        view.b.record = row.id<SourceRecordId>(1);
        view.reason = row.text(2);
        view.state = row.text(3);
        view.weight = bits(row.real(4));
        return std::string(row.text(5));
      });
  if (!found) return std::nullopt;
  TextRows rows;
  for (const auto& row : rows.read(*found)) {
    if (row.size() != 3) continue;
    const std::string level = level_title(row[1]);
    view.steps.push_back({comparison_title(row[0]) + (level.empty() ? "" : ": " + level),
                          std::strtod(std::string(row[2]).c_str(), nullptr)});
  }
  for (PairSide* const side : {&view.a, &view.b}) {
    connection.query(
        "SELECT r.golden_record, s.title, r.record_key, g.restricted FROM source_record r"
        " JOIN source s ON s.name = r.source JOIN golden_record g ON g.id = r.golden_record WHERE r.id = $1",
        {side->record}, [&](const db::Row& row) {
          side->golden = row.id<GoldenRecordId>(0);
          side->source_title = row.text(1);
          side->record_key = row.text(2);
          view.restricted = view.restricted || row.integer(3) == 1;
        });
  }
  std::deque<Register> registers;
  const auto persons = read_source_persons(connection, {view.a.record, view.b.record}, registers);
  view.fields = compared(assemble(persons[0]), assemble(persons[1]), view.restricted);
  return view;
}

std::optional<PairDecision> pair_decision_named(std::string_view name) {
  if (name == "same") return PairDecision::Same;
  if (name == "different") return PairDecision::Different;
  if (name == "unsure") return PairDecision::Unsure;
  return std::nullopt;
}

Result<void> decide_pair(db::Database& database, std::int64_t pair, PairDecision decision, const StewardAct& act) {
  if (trimmed(act.why).empty()) return no_reason();
  return database.write([&](db::Connection& connection) -> Result<void> {
    const auto stored = stored_pair(connection, pair);
    if (!stored) return Problem{"There is no such pair", "decision", "Go back to the queue."};
    if (stored->state != "open" && stored->state != "unsure") {
      return Problem{"Somebody has decided this pair in the meantime", "decision", "Go on to the next pair."};
    }
    std::string_view state = "unsure";
    if (decision == PairDecision::Same) {
      TRY(join(connection, *stored, act));
      state = "linked";
    } else if (decision == PairDecision::Different) {
      remember(connection, stored->a, stored->b, "never", act);
      GoldenStore store(connection, {.by = act.by, .why = act.why, .at = act.at});
      store.record({golden_record_of(connection, stored->a), "separated", stored->b.text()});
      store.record({golden_record_of(connection, stored->b), "separated", stored->a.text()});
      store.finish();
      state = "separated";
    }
    connection.execute(
        "UPDATE clerical_pair SET state = $2, decided_by = $3, decided_at = $4, decided_why = $5 WHERE id = $1",
        {pair, state, act.by, act.at, act.why});
    return {};
  });
}

// ---- One person

std::optional<RecordView> find_record(db::Connection& connection, GoldenRecordId id) {
  RecordView view;
  view.id = id;
  const auto attributes = connection.query_one(
      "SELECT replaced_by, restricted, attributes FROM golden_record WHERE id = $1", {id}, [&](const db::Row& row) {
        view.replaced_by = row.optional_id<GoldenRecordId>(0);
        view.restricted = row.integer(1) == 1;
        return std::string(row.text(2));
      });
  if (!attributes) return std::nullopt;
  TextRows reader;
  const auto& rows = reader.read(*attributes);
  view.name = name_in(rows);
  for (const auto& row : rows) {
    if (row.size() != 7 || (view.restricted && is_where_they_live(row[0]))) continue;
    const CellBehind behind = cell_behind(connection, parse_integer(row[2]).value_or(0), row[3], row[1]);
    view.values.push_back({.title = attribute_title(row[0]),
                           .value = std::string(row[1]),
                           .source_title = behind.source_title,
                           .extract = behind.extract,
                           .file_name = behind.file_name,
                           .row_number = behind.row_number,
                           .table = behind.table,
                           .field = std::string(row[3]),
                           .raw = behind.raw,
                           .cleaned_by = rules_in_words(behind.rules),
                           .chosen_by = survivorship_words(row[4]),
                           .differing = parse_integer(row[6]).value_or(0)});
  }
  connection.query(
      "SELECT r.id, s.title, r.record_key, r.link_reason, r.link_weight FROM source_record r"
      " JOIN source s ON s.name = r.source WHERE r.golden_record = $1 ORDER BY s.trust, r.record_key",
      {id}, [&](const db::Row& row) {
        const auto weight = row.optional_real(4);
        view.members.push_back({row.id<SourceRecordId>(0), std::string(row.text(1)), std::string(row.text(2)),
                                std::string(row.text(3)), weight ? bits(*weight) : ""});
      });
  connection.query("SELECT at, kind, by, why FROM record_event WHERE golden_record = $1 ORDER BY id DESC", {id},
                   [&](const db::Row& row) {
                     view.acts.push_back({row.instant(0), words_of_event(row.text(1)), std::string(row.text(2)),
                                          std::string(row.text(3))});
                   });
  return view;
}

Result<GoldenRecordId> unmerge(db::Database& database, GoldenRecordId golden,
                               const std::vector<SourceRecordId>& records, const StewardAct& act) {
  Problems problems;
  if (records.empty()) problems.push_back({"Select the records that are about another child", "records", ""});
  if (trimmed(act.why).empty()) problems.push_back(no_reason());
  if (!problems.empty()) return problems;
  return database.write([&](db::Connection& connection) -> Result<GoldenRecordId> {
    const auto members = members_of(connection, golden);
    std::vector<SourceRecordId> leaving;
    std::vector<SourceRecordId> staying;
    for (const SourceRecordId member : members) {
      (std::ranges::find(records, member) != records.end() ? leaving : staying).push_back(member);
    }
    if (leaving.size() != std::set(records.begin(), records.end()).size()) {
      return Problem{"Somebody has changed this record in the meantime", "records", "Look at it again."};
    }
    if (staying.empty()) {
      return Problem{"At least one record must stay", "records", "Select only those that are about another child."};
    }
    for (const SourceRecordId a : leaving) {
      for (const SourceRecordId b : staying) remember(connection, a, b, "never", act);
    }
    const GoldenRecordId parted = GoldenRecordId::make();
    for (const SourceRecordId record : leaving) {
      connection.execute(
          "UPDATE source_record SET golden_record = $2, link_reason = 'separated', link_weight = NULL WHERE id = $1",
          {record, parted});
    }
    std::deque<Register> registers;
    const auto leaving_persons = read_source_persons(connection, leaving, registers);
    const auto staying_persons = read_source_persons(connection, staying, registers);
    GoldenStore store(connection, {.by = act.by, .why = act.why, .at = act.at});
    store.add(parted, golden_of(leaving_persons));
    store.change(golden, golden_of(staying_persons));
    store.record({golden, "unmerged", comma_separated(leaving)});
    store.record({parted, "unmerged", comma_separated(leaving)});
    store.finish();
    return parted;
  });
}

std::vector<FoundPerson> search_people(db::Connection& connection, const StewardSearch& search, std::int64_t limit) {
  std::vector<FoundPerson> found;
  TextRows reader;
  const auto add = [&](const db::Row& row) {
    found.push_back(
        {row.id<GoldenRecordId>(0), name_in(reader.read(row.text(1))), text_or_empty(row, 2), row.integer(3)});
  };
  const std::string columns =
      "SELECT g.id, g.attributes, g.birth_date, (SELECT count(*) FROM source_record r WHERE r.golden_record = g.id)"
      " FROM golden_record g ";
  if (!search.nhs_number.empty()) {
    connection.query(columns + "WHERE g.nhs_number = $1 AND g.replaced_by IS NULL LIMIT $2", {search.nhs_number, limit},
                     add);
    return found;
  }
  const std::string surname = records::comparison_key(search.surname);
  connection.query(columns +
                       "WHERE g.replaced_by IS NULL AND g.id IN (SELECT golden_record FROM golden_name"
                       " WHERE surname_key = $1 AND (CAST($2 AS TEXT) IS NULL OR birth_date = $2))"
                       " ORDER BY g.forename_key, g.birth_date, g.id LIMIT $3",
                   {surname, search.birth_date, limit}, add);
  return found;
}

// ---- What is wrong in an extract

std::vector<FindingGroup> finding_groups(db::Connection& connection, std::int64_t extract) {
  std::vector<FindingGroup> groups;
  connection.query(
      "SELECT severity, rule, field, reason, remedy, count(*) FROM finding WHERE extract = $1"
      " GROUP BY severity, rule, field, reason, remedy"
      " ORDER BY CASE severity WHEN 'reject' THEN 1 WHEN 'quarantine' THEN 2 ELSE 3 END, count(*) DESC, rule, field "
      "LIMIT 200",
      {extract}, [&](const db::Row& row) {
        groups.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                          std::string(row.text(3)), std::string(row.text(4)), row.integer(5), ""});
      });
  for (FindingGroup& group : groups) {
    connection.query(
        "SELECT row_number FROM finding WHERE extract = $1 AND severity = $2 AND rule = $3 AND field = $4 AND reason = "
        "$5"
        " AND position > 0 ORDER BY position LIMIT 5",
        {extract, group.severity, group.rule, group.field, group.reason}, [&](const db::Row& row) {
          group.examples += (group.examples.empty() ? "" : ", ") + std::to_string(row.integer(0));
        });
    if (group.count > 5 && !group.examples.empty()) group.examples += " …";
  }
  return groups;
}

std::string spreadsheet_cell(std::string_view text) {
  static constexpr std::string_view kFormulaBegins = "=+-@\t\r";
  std::string cell = "\"";
  if (!text.empty() && kFormulaBegins.find(text[0]) != std::string_view::npos) cell += '\'';
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string findings_csv(db::Connection& connection, std::int64_t extract) {
  std::string csv = "table,row,field,severity,rule,reason,remedy\r\n";
  connection.query(
      "SELECT table_name, row_number, field, severity, rule, reason, remedy FROM finding WHERE extract = $1"
      " ORDER BY position, id",
      {extract}, [&](const db::Row& row) {
        csv += spreadsheet_cell(row.text(0)) + "," + std::to_string(row.integer(1));
        for (const int column : {2, 3, 4, 5, 6}) csv += "," + spreadsheet_cell(row.text(column));
        csv += "\r\n";
      });
  return csv;
}

}  // namespace guildhall::masterdata
