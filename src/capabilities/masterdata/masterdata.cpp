#include "masterdata/masterdata.h"

#include <algorithm>
#include <array>

#include "records/name.h"

namespace guildhall::masterdata {

std::span<const EmbeddedFile> embedded_files();

namespace {

constexpr std::array kKinds = {InvolvementKind::LookedAfter, InvolvementKind::ChildProtection,
                               InvolvementKind::ChildInNeed, InvolvementKind::EarlyHelp};

PersonSearch one_of(std::vector<GoldenRecordId> found) {
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.empty()) return {};
  if (found.size() > 1) return {.outcome = PersonSearch::Outcome::Several, .id = {}};
  return {.outcome = PersonSearch::Outcome::One, .id = found.front()};
}

std::string text_or_empty(const std::optional<std::string_view>& text) {
  return std::string(text.value_or(""));
}

// One entry for each kind: open since the earliest of what is open now, or else the last that was.
std::vector<Involvement> by_kind(const std::vector<Involvement>& all, Date today) {
  std::vector<Involvement> open;
  std::vector<Involvement> closed;
  for (const InvolvementKind kind : kKinds) {
    const Involvement* earliest_open = nullptr;
    const Involvement* last_closed = nullptr;
    for (const Involvement& one : all) {
      if (one.kind != kind) continue;
      if (one.is_open(today)) {
        if (earliest_open == nullptr || (one.start && (!earliest_open->start || *one.start < *earliest_open->start))) {
          earliest_open = &one;
        }
      } else if (last_closed == nullptr || *one.end > *last_closed->end) {
        last_closed = &one;
      }
    }
    if (earliest_open != nullptr) {
      open.push_back(*earliest_open);
    } else if (last_closed != nullptr) {
      closed.push_back(*last_closed);
    }
  }
  open.insert(open.end(), closed.begin(), closed.end());
  return open;
}

}  // namespace

void migrate(db::Database& database) {
  database.migrate("masterdata", embedded_files());
}

std::string_view name_of(InvolvementKind kind) {
  switch (kind) {
    case InvolvementKind::LookedAfter:
      return "looked_after";
    case InvolvementKind::ChildProtection:
      return "child_protection";
    case InvolvementKind::ChildInNeed:
      return "child_in_need";
    case InvolvementKind::EarlyHelp:
      return "early_help";
  }
  return {};
}

std::string_view title_of(InvolvementKind kind) {
  switch (kind) {
    case InvolvementKind::LookedAfter:
      return "Looked after by the council";
    case InvolvementKind::ChildProtection:
      return "Child protection plan";
    case InvolvementKind::ChildInNeed:
      return "Child in need";
    case InvolvementKind::EarlyHelp:
      return "Early help";
  }
  return {};
}

PersonSearch find_person(db::Connection& connection, const PersonCriteria& criteria) {
  std::vector<GoldenRecordId> found;
  const auto add = [&](const db::Row& row) { found.push_back(row.id<GoldenRecordId>(0)); };
  if (const auto* by_number = std::get_if<ByNhsNumber>(&criteria)) {
    connection.query("SELECT id FROM golden_record WHERE nhs_number = $1 AND replaced_by IS NULL LIMIT 2",
                     {by_number->number.digits()}, add);
    return one_of(std::move(found));
  }
  const auto& by_name = std::get<ByNameAndBirth>(criteria);
  const std::string surname = records::comparison_key(by_name.surname);
  if (surname.empty()) return {};
  connection.query(
      "SELECT DISTINCT g.id FROM golden_name n JOIN golden_record g ON g.id = n.golden_record"
      " WHERE n.surname_key = $1 AND n.birth_date = $2 AND g.replaced_by IS NULL"
      " AND ($3 = '' OR g.sex IS NULL OR g.sex = $3) AND ($4 = '' OR g.forename_key = $4) LIMIT 2",
      {surname, by_name.birth_date, records::name_of(by_name.sex), records::comparison_key(by_name.forename)}, add);
  return one_of(std::move(found));
}

std::optional<Signpost> signpost(db::Connection& connection, GoldenRecordId id, Date today) {
  Signpost answer;
  answer.id = id;
  std::optional<GoldenRecordId> next = id;
  while (next) {  // Merging gives every record that ends a later successor, so this comes to an end.
    answer.id = *next;
    next.reset();
    const auto found = connection.query_one("SELECT replaced_by, restricted FROM golden_record WHERE id = $1",
                                            {answer.id}, [&](const db::Row& row) {
                                              next = row.optional_id<GoldenRecordId>(0);
                                              return row.integer(1) == 1;
                                            });
    if (!found) return std::nullopt;
    answer.restricted = *found;
  }

  connection.query(
      "SELECT max(e.as_of) FROM extract e JOIN source s ON s.name = e.source"
      " WHERE s.social_care = 1 AND e.state = 'loaded' AND EXISTS (SELECT 1 FROM source_record r"
      " WHERE r.golden_record = $1 AND r.source = s.name)",
      {answer.id}, [&](const db::Row& row) {
        answer.as_of = row.optional_date(0);
        answer.known_to_social_care = answer.as_of.has_value();
      });

  struct Allocation {
    AllocatedWorker worker;
    bool is_plan = false;
    std::optional<Date> start;
  };
  std::vector<Involvement> involvements;
  std::optional<Allocation> newest;
  connection.query(
      "SELECT i.kind, i.worker, i.role, i.team, t.phone, i.start_date, i.end_date, i.as_of FROM involvement i"
      " JOIN source_record r ON r.id = i.source_record LEFT JOIN team t ON t.name = i.team"
      " WHERE r.golden_record = $1 ORDER BY i.start_date, i.worker, i.team",
      {answer.id}, [&](const db::Row& row) {
        const bool is_plan = !row.is_null(0);
        Involvement involvement{.start = row.optional_date(5), .end = row.optional_date(6)};
        if (is_plan) {
          const auto* const kind =
              std::ranges::find(kKinds, row.text(0), [](InvolvementKind each) { return name_of(each); });
          check(kind != kKinds.end(), "a stored involvement of an unknown kind");
          involvement.kind = *kind;
          involvements.push_back(involvement);
        }
        answer.as_of = std::min(answer.as_of.value_or(row.date(7)), row.date(7));
        if (!involvement.is_open(today) || (row.text(1).empty() && row.text(3).empty())) return;
        // A worker allocated to the child goes before the worker who once took a referral.
        if (newest && !newest->is_plan && is_plan) return;
        if (newest && newest->is_plan == is_plan && newest->start &&
            (!involvement.start || *involvement.start < *newest->start))
          return;
        newest = Allocation{.worker = {.name = std::string(row.text(1)),
                                       .role = std::string(row.text(2)),
                                       .team = std::string(row.text(3)),
                                       .team_phone = text_or_empty(row.optional_text(4))},
                            .is_plan = is_plan,
                            .start = involvement.start};
      });
  answer.involvements = by_kind(involvements, today);
  if (newest) answer.worker = std::move(newest->worker);
  return answer;
}

std::vector<std::string> team_names(db::Connection& connection) {
  std::vector<std::string> names;
  connection.query("SELECT DISTINCT team FROM involvement WHERE team <> '' ORDER BY team", {},
                   [&](const db::Row& row) { names.emplace_back(row.text(0)); });
  return names;
}

void set_team_phone(db::Connection& connection, std::string_view team, std::string_view phone) {
  connection.execute(
      "INSERT INTO team (name, phone) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET phone = excluded.phone",
      {team, phone});
}

Counts counts(db::Connection& connection) {
  Counts counts;
  connection.query(
      "SELECT count(*), COALESCE(sum(rows_read), 0), COALESCE(sum(rows_accepted), 0),"
      " COALESCE(sum(rows_quarantined), 0), COALESCE(sum(rows_rejected), 0) FROM extract WHERE state = 'loaded'",
      {}, [&](const db::Row& row) {
        counts.extracts = row.integer(0);
        counts.rows_read = row.integer(1);
        counts.rows_accepted = row.integer(2);
        counts.rows_quarantined = row.integer(3);
        counts.rows_rejected = row.integer(4);
      });
  const auto count = [&](std::string_view sql) {
    return *connection.query_one(sql, {}, [](const db::Row& row) { return row.integer(0); });
  };
  counts.source_records = count("SELECT count(*) FROM source_record");
  counts.golden_records = count("SELECT count(*) FROM golden_record WHERE replaced_by IS NULL");
  counts.open_pairs = count("SELECT count(*) FROM clerical_pair WHERE state = 'open'");
  return counts;
}

}  // namespace guildhall::masterdata
