#include "enquiries/enquiry_store.h"

#include <algorithm>

namespace guildhall::enquiries {
namespace {

void add_act(db::Connection& connection, EnquiryId id, std::string_view act, std::string_view who, std::string_view why,
             std::string_view team, Instant now) {
  connection.execute(
      "INSERT INTO enquiry_act (enquiry, number, act, who, why, team, at) "
      "SELECT $1, COALESCE(max(number), 0) + 1, $2, $3, $4, $5, CAST($6 AS INTEGER) FROM enquiry_act WHERE enquiry = "
      "$1",
      {id, act, who, why, team, now});
}

std::string team_of(db::Connection& connection, EnquiryId id) {
  return connection
      .query_one("SELECT team FROM enquiry WHERE id = $1", {id},
                 [](const db::Row& row) { return std::string(row.text(0)); })
      .value();
}

}  // namespace

std::vector<Topic> topics(db::Connection& connection) {
  std::vector<Topic> found;
  connection.query("SELECT code, title, team FROM enquiry_topic ORDER BY position, code", {}, [&](const db::Row& row) {
    found.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
  });
  return found;
}

std::vector<std::string> teams(db::Connection& connection) {
  std::vector<std::string> found;
  connection.query("SELECT team FROM enquiry_topic UNION SELECT team FROM enquiry_alarm ORDER BY team", {},
                   [&](const db::Row& row) { found.emplace_back(row.text(0)); });
  return found;
}

std::vector<Alarm> alarms(db::Connection& connection) {
  std::vector<Alarm> found;
  connection.query("SELECT phrase, team FROM enquiry_alarm ORDER BY phrase", {}, [&](const db::Row& row) {
    found.push_back({std::string(row.text(0)), std::string(row.text(1))});
  });
  return found;
}

std::optional<StoredDraft> find_draft(db::Connection& connection, std::string_view token_hash) {
  return connection.query_one(
      "SELECT topic, message, name, email, phone, enquiry FROM enquiry_draft WHERE token_hash = $1", {token_hash},
      [](const db::Row& row) {
        return StoredDraft{.draft = {.topic = std::string(row.text(0)),
                                     .message = std::string(row.text(1)),
                                     .name = std::string(row.text(2)),
                                     .email = std::string(row.text(3)),
                                     .phone = std::string(row.text(4))},
                           .sent_as = row.optional_id<EnquiryId>(5)};
      });
}

void store_draft(db::Connection& connection, std::string_view token_hash, const Draft& draft, Instant now) {
  connection.execute(
      "INSERT INTO enquiry_draft (token_hash, topic, message, name, email, phone, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (token_hash) DO UPDATE SET topic = excluded.topic, "
      "message = excluded.message, name = excluded.name, email = excluded.email, phone = excluded.phone, "
      "updated_at = excluded.updated_at",
      {token_hash, draft.topic, draft.message, draft.name, draft.email, draft.phone, now});
}

void forget_drafts_before(db::Connection& connection, Instant oldest) {
  connection.execute("DELETE FROM enquiry_draft WHERE updated_at < $1", {oldest});
}

EnquiryId send(db::Connection& connection, std::string_view token_hash, Instant now) {
  const auto stored = find_draft(connection, token_hash);
  check(stored.has_value(), "only a draft can be sent");
  if (stored->sent_as) return *stored->sent_as;
  const Draft& draft = stored->draft;
  const std::vector<Topic> known = topics(connection);
  const auto topic = std::ranges::find(known, draft.topic, &Topic::code);
  check(topic != known.end() && !draft.message.empty() && !draft.name.empty() && !draft.email.empty(),
        "only a complete draft can be sent");
  const Route to = route(topic->code, topic->team, draft.message, alarms(connection));
  const EnquiryId id = EnquiryId::make();
  connection.execute(
      "INSERT INTO enquiry (id, reference, topic, team, urgent, name, email, phone, received_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {id, new_reference(), draft.topic, to.team, to.urgent, draft.name, draft.email, draft.phone, now});
  add_message(connection, id, {.account = "", .sender_name = draft.name, .text = draft.message}, now);
  add_act(connection, id, "received", "rule", to.why, to.team, now);
  connection.execute("UPDATE enquiry_draft SET enquiry = $1 WHERE token_hash = $2", {id, token_hash});
  return id;
}

std::optional<Enquiry> find_enquiry(db::Connection& connection, EnquiryId id) {
  auto found = connection.query_one(
      "SELECT reference, title, enquiry.team, urgent, name, email, phone, received_at, closed_at "
      "FROM enquiry JOIN enquiry_topic ON code = topic WHERE id = $1",
      {id}, [&](const db::Row& row) {
        return Enquiry{.id = id,
                       .reference = std::string(row.text(0)),
                       .topic_title = std::string(row.text(1)),
                       .team = std::string(row.text(2)),
                       .urgent = row.integer(3) == 1,
                       .name = std::string(row.text(4)),
                       .email = std::string(row.text(5)),
                       .phone = std::string(row.text(6)),
                       .received_at = row.instant(7),
                       .closed_at = row.optional_instant(8),
                       .messages = {},
                       .acts = {}};
      });
  if (!found) return found;
  connection.query("SELECT sender, sender_name, text, at FROM enquiry_message WHERE enquiry = $1 ORDER BY number", {id},
                   [&](const db::Row& row) {
                     found->messages.push_back({.from_officer = row.text(0) == "officer",
                                                .sender_name = std::string(row.text(1)),
                                                .text = std::string(row.text(2)),
                                                .at = row.instant(3)});
                   });
  connection.query("SELECT act, why, team, at FROM enquiry_act WHERE enquiry = $1 ORDER BY number", {id},
                   [&](const db::Row& row) {
                     found->acts.push_back({.act = std::string(row.text(0)),
                                            .why = std::string(row.text(1)),
                                            .team = std::string(row.text(2)),
                                            .at = row.instant(3)});
                   });
  return found;
}

std::optional<EnquiryId> find_enquiry_of(db::Connection& connection, std::string_view reference,
                                         std::string_view email) {
  const auto found = connection.query_one(
      "SELECT id, email FROM enquiry WHERE reference = $1", {reference_in(reference)},
      [](const db::Row& row) { return std::pair(row.id<EnquiryId>(0), std::string(row.text(1))); });
  if (!found || comparable_email(found->second) != comparable_email(email)) return std::nullopt;
  return found->first;
}

void add_message(db::Connection& connection, EnquiryId id, const NewMessage& message, Instant now) {
  const std::optional<std::string> account = message.account.empty() ? std::nullopt : std::optional(message.account);
  connection.execute(
      "INSERT INTO enquiry_message (enquiry, number, sender, account, sender_name, text, at) "
      "SELECT $1, COALESCE(max(number), 0) + 1, $2, $3, $4, $5, CAST($6 AS INTEGER) FROM enquiry_message WHERE enquiry "
      "= $1",
      {id, message.from_officer ? "officer" : "resident", account, message.sender_name, message.text, now});
  if (message.from_officer) return;
  const auto reopened =
      connection.execute("UPDATE enquiry SET closed_at = NULL WHERE id = $1 AND closed_at IS NOT NULL", {id});
  if (reopened > 0) add_act(connection, id, "reopened", "resident", "wrote again", team_of(connection, id), now);
}

void hand_over(db::Connection& connection, EnquiryId id, std::string_view team, std::string_view who,
               std::string_view why, Instant now) {
  connection.execute("UPDATE enquiry SET team = $1 WHERE id = $2", {team, id});
  add_act(connection, id, "handed over", who, why, team, now);
}

void close(db::Connection& connection, EnquiryId id, std::string_view who, std::string_view why, Instant now) {
  const auto closed =
      connection.execute("UPDATE enquiry SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL", {now, id});
  if (closed > 0) add_act(connection, id, "closed", who, why, team_of(connection, id), now);
}

std::vector<InboxLine> inbox(db::Connection& connection, const TeamScope& scope, std::int64_t limit) {
  if (!scope.everywhere && scope.teams.empty()) return {};
  std::string among;
  std::vector<db::Param> params = {limit};
  if (!scope.everywhere) {
    for (const std::string& team : scope.teams) {
      params.emplace_back(team);
      among += (among.empty() ? " AND enquiry.team IN ($" : ", $") + std::to_string(params.size());
    }
    among += ")";
  }
  std::vector<InboxLine> lines;
  connection.query(
      "SELECT * FROM (SELECT id, reference, title, enquiry.team, urgent, name, received_at, "
      "(SELECT sender FROM enquiry_message m WHERE m.enquiry = enquiry.id ORDER BY m.number DESC LIMIT 1) AS "
      "last_sender "
      "FROM enquiry JOIN enquiry_topic ON code = topic WHERE closed_at IS NULL" +
          among +
          ") AS lines ORDER BY urgent DESC, CASE last_sender WHEN 'resident' THEN 0 ELSE 1 END, received_at LIMIT $1",
      params, [&](const db::Row& row) {
        lines.push_back({.id = row.id<EnquiryId>(0),
                         .reference = std::string(row.text(1)),
                         .topic_title = std::string(row.text(2)),
                         .team = std::string(row.text(3)),
                         .urgent = row.integer(4) == 1,
                         .name = std::string(row.text(5)),
                         .received_at = row.instant(6),
                         .waits_for_us = row.text(7) == "resident"});
      });
  return lines;
}

bool TeamScope::covers(std::string_view team) const {
  return everywhere || std::ranges::find(teams, team) != teams.end();
}

}  // namespace guildhall::enquiries
