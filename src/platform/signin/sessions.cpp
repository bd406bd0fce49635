#include "signin/sessions.h"

#include <array>

#include "base/text.h"
#include "signin/encoding.h"

namespace guildhall::signin {
namespace {

// Activity is written down this exactly, not at each click.
constexpr std::chrono::minutes kSeenPrecision{1};

constexpr std::array<std::string_view, 6> kActs{"signed_in", "refused",         "signed_out",
                                                "replaced",  "session_expired", "forbidden"};

struct SessionRow {
  SessionId id;
  AccountId account;
  Assurance assurance;
  Instant signed_in_at{};
  Instant last_seen_at{};
};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) found.emplace_back(word);
  }
  return found;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& word : all) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::optional<SessionRow> find_open_session(db::Connection& connection, std::string_view token) {
  const std::string digest = sha256(token);
  return connection.query_one(
      "SELECT id, account_id, provider, acr, amr, signed_in_at, last_seen_at FROM signin_session "
      "WHERE token_sha256 = $1 AND ended_at IS NULL",
      {db::Blob{digest}}, [](const db::Row& row) {
        return SessionRow{.id = row.id<SessionId>(0),
                          .account = row.id<AccountId>(1),
                          .assurance = {.provider = std::string(row.text(2)),
                                        .acr = std::string(row.text(3)),
                                        .amr = words(row.text(4))},
                          .signed_in_at = row.instant(5),
                          .last_seen_at = row.instant(6)};
      });
}

// Why the session may not go on; empty where it may.
std::string_view why_over(const SessionRow& session, const Account& account, const std::vector<RoleGrant>& grants,
                          Instant now) {
  if (account.state != Account::State::Open) return "The account is suspended.";
  if (now >= session.signed_in_at + kLongestSession) return "Signed in for 12 hours.";
  if (now >= session.last_seen_at + idle_limit(grants)) return "Idle for too long.";
  return {};
}

}  // namespace

std::chrono::minutes idle_limit(const std::vector<RoleGrant>& grants) {
  const bool partner = std::ranges::any_of(grants, [](const RoleGrant& each) { return each.role == Role::Partner; });
  return partner ? kPartnerIdle : kOfficerIdle;
}

std::string_view name_of(Act act) {
  return kActs.at(static_cast<std::size_t>(act));
}

void record(db::Connection& connection, const SigninEvent& event) {
  connection.enqueue(
      "INSERT INTO signin_event (at, act, account_id, session_id, provider, address, reason) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {event.at, name_of(event.act), event.account, event.session, event.provider, event.address, event.reason});
}

std::vector<SigninEvent> newest_events(db::Connection& connection, int at_most) {
  std::vector<SigninEvent> events;
  connection.query(
      "SELECT at, act, account_id, session_id, provider, address, reason FROM signin_event "
      "ORDER BY number DESC LIMIT $1",
      {at_most}, [&](const db::Row& row) {
        const auto act = std::ranges::find(kActs, row.text(1));
        check(act != kActs.end(), "every act that is stored has a name");
        events.push_back({.at = row.instant(0),
                          .act = static_cast<Act>(act - kActs.begin()),
                          .account = row.optional_id<AccountId>(2),
                          .session = row.optional_id<SessionId>(3),
                          .provider = std::string(row.text(4)),
                          .address = std::string(row.text(5)),
                          .reason = std::string(row.text(6))});
      });
  return events;
}

OpenedSession open_session(db::Connection& connection, AccountId account, const Assurance& assurance, Instant now) {
  OpenedSession opened{.id = SessionId::make(), .token = base64url(random_bytes(32))};
  const std::string digest = sha256(opened.token);
  connection.execute(
      "INSERT INTO signin_session (id, token_sha256, account_id, provider, acr, amr, signed_in_at, "
      "last_seen_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
      {opened.id, db::Blob{digest}, account, assurance.provider, assurance.acr, joined(assurance.amr), now});
  return opened;
}

bool end_session(db::Connection& connection, SessionId session, Instant now) {
  return connection.execute("UPDATE signin_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
                            {session, now}) == 1;
}

std::string end_session_of(db::Connection& connection, std::string_view token, Act act, std::string_view address,
                           Instant now) {
  const std::optional<SessionRow> session = find_open_session(connection, token);
  if (!session) return {};
  end_session(connection, session->id, now);
  record(connection, {.at = now,
                      .act = act,
                      .account = session->account,
                      .session = session->id,
                      .provider = session->assurance.provider,
                      .address = std::string(address),
                      .reason = ""});
  return session->assurance.provider;
}

std::optional<SignedIn> SessionCheck::signed_in(db::Database& database, std::string_view token,
                                                std::string_view address, Instant now) {
  struct Found {
    SessionRow session;
    Account account;
    std::vector<RoleGrant> grants;
  };
  const std::optional<Found> found = database.read([&](db::Connection& connection) -> std::optional<Found> {
    const std::optional<SessionRow> session = find_open_session(connection, token);
    if (!session) return std::nullopt;
    return Found{.session = *session,
                 .account = find_account(connection, session->account).value(),
                 .grants = grants_at(connection, session->account, now)};
  });
  if (!found) return std::nullopt;
  const SessionRow& session = found->session;

  if (const std::string_view why = why_over(session, found->account, found->grants, now); !why.empty()) {
    database.write([&](db::Connection& connection) {
      if (!end_session(connection, session.id, now)) return;  // Another request was quicker.
      record(connection, {.at = now,
                          .act = Act::SessionExpired,
                          .account = session.account,
                          .session = session.id,
                          .provider = session.assurance.provider,
                          .address = std::string(address),
                          .reason = std::string(why)});
    });
    return std::nullopt;
  }
  if (now >= session.last_seen_at + kSeenPrecision) {
    database.write([&](db::Connection& connection) {
      connection.execute("UPDATE signin_session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2",
                         {session.id, now});
    });
  }
  SignedIn person;
  person.account_ = found->account;
  person.grants_ = found->grants;
  person.session_ = session.id;
  person.assurance_ = session.assurance;
  person.signed_in_at_ = session.signed_in_at;
  return person;
}

SignedIn SessionCheck::made_up(Account account, std::vector<RoleGrant> grants, Assurance assurance, Instant now) {
  SignedIn person;
  person.account_ = std::move(account);
  person.grants_ = std::move(grants);
  person.session_ = SessionId::make();
  person.assurance_ = std::move(assurance);
  person.signed_in_at_ = now;
  return person;
}

}  // namespace guildhall::signin
