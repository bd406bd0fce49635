#include "signin/accounts.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/embedded.h"
#include "base/text.h"
#include "signin/encoding.h"
#include "signin/impl/credentials.h"
#include "signin/passphrase.h"
#include "signin/sealed.h"
#include "signin/totp.h"

namespace guildhall::signin {

std::span<const EmbeddedFile> embedded_files();

namespace {

constexpr std::array<std::string_view, 5> kRoles{"partner", "officer", "steward", "governance", "operator"};
constexpr std::array<std::string_view, 5> kOrganisationKinds{"council", "police", "school", "nhs", "social_care"};
constexpr std::array<std::string_view, 3> kScopeKinds{"everywhere", "team", "organisation"};

template <class Enum, std::size_t size>
std::optional<Enum> enum_named(const std::array<std::string_view, size>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

// What the database's CHECK constraints allow has a name here.
template <class Enum>
Enum stored(std::optional<Enum> value) {
  if (!value) throw db::DatabaseError(db::DatabaseError::Kind::Other, "an account holds a word that nobody knows");
  return *value;
}

constexpr std::string_view kAccountColumns =
    "a.id, a.kind, a.signin_name, a.display_name, a.organisation, a.organisation_kind, a.state";

Account account_in(const db::Row& row) {
  return {.id = row.id<AccountId>(0),
          .kind = row.text(1) == "local" ? Account::Kind::Local : Account::Kind::External,
          .signin_name = std::string(row.optional_text(2).value_or("")),
          .display_name = std::string(row.text(3)),
          .organisation = {.name = std::string(row.text(4)), .kind = stored(organisation_kind_named(row.text(5)))},
          .state = row.text(6) == "open" ? Account::State::Open : Account::State::Suspended};
}

std::optional<Account> find_one(db::Connection& connection, std::string_view condition, db::Params params) {
  return connection.query_one(
      "SELECT " + std::string(kAccountColumns) + " FROM account a WHERE " + std::string(condition), params, account_in);
}

void insert_account(db::Connection& connection, const Account& account, Instant now) {
  const bool local = account.kind == Account::Kind::Local;
  connection.execute(
      "INSERT INTO account (id, kind, signin_name, display_name, organisation, organisation_kind, state, "
      "created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, 'open', $7)",
      {account.id, local ? "local" : "external", local ? std::optional(account.signin_name) : std::nullopt,
       account.display_name, account.organisation.name, name_of(account.organisation.kind), now});
}

void set_state(db::Connection& connection, AccountId account, const char* state) {
  const std::int64_t changed = connection.execute("UPDATE account SET state = $2 WHERE id = $1", {account, state});
  check(changed == 1, "only an account that exists is suspended or reopened");
}

Problem wrong(std::string where, std::string what, std::string remedy) {
  return {.what = std::move(what), .where = std::move(where), .remedy = std::move(remedy)};
}

bool is_signin_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '@';
         });
}

// Everything that is wrong with an account somebody wants to make, but for whether its name is taken.
Problems problems_of(const LocalAccount& account, const std::string& signin_name) {
  Problems problems;
  if (!is_signin_name(signin_name)) {
    problems.push_back(wrong("signin_name", "This sign-in name can't be used.",
                             "Use 3 to 64 letters, digits, full stops, hyphens, underscores or @."));
  }
  const auto require = [&](const char* where, std::string_view text) {
    if (trimmed(text).empty() || invalid_utf8_at(text)) {
      problems.push_back(wrong(where, "This is missing or unreadable.", "Write it as people should see it."));
    }
  };
  require("display_name", account.display_name);
  require("organisation", account.organisation.name);
  if (const Result<void> usable = acceptable_passphrase(account.passphrase, signin_name); !usable.ok()) {
    problems.insert(problems.end(), usable.problems().begin(), usable.problems().end());
  }
  if (account.grants.empty()) {
    problems.push_back(wrong("grants", "The account has no role.", "Say what this person may do."));
  }
  return problems;
}

}  // namespace

std::string_view name_of(Role role) {
  return kRoles.at(static_cast<std::size_t>(role));
}
std::optional<Role> role_named(std::string_view name) {
  return enum_named<Role>(kRoles, name);
}

std::string_view name_of(OrganisationKind kind) {
  return kOrganisationKinds.at(static_cast<std::size_t>(kind));
}
std::optional<OrganisationKind> organisation_kind_named(std::string_view name) {
  return enum_named<OrganisationKind>(kOrganisationKinds, name);
}

void migrate(db::Database& database) {
  database.migrate("signin", embedded_files());
}

Result<NewLocalAccount> create_local_account(db::Database& database, std::string_view environment_key,
                                             const LocalAccount& account, std::string_view issuer, Instant now) {
  const std::string signin_name = lower_ascii(account.signin_name);
  if (Problems problems = problems_of(account, signin_name); !problems.empty()) return problems;

  const AccountId id = AccountId::make();
  const std::string secret = random_bytes(kTotpSecretBytes);
  const std::string sealed = Seal(environment_key, kTotpPurpose).close(secret, id.text());
  const std::string phc = hash_passphrase(account.passphrase);
  TRY(database.write([&](db::Connection& connection) -> Result<void> {
    if (find_account_named(connection, signin_name)) {
      return wrong("signin_name", "Somebody has this sign-in name already.", "Choose another.");
    }
    insert_account(connection,
                   {.id = id,
                    .kind = Account::Kind::Local,
                    .signin_name = signin_name,
                    .display_name = account.display_name,
                    .organisation = account.organisation,
                    .state = Account::State::Open},
                   now);
    connection.execute(
        "INSERT INTO local_credential (account_id, passphrase_phc, totp_sealed, totp_last_step) "
        "VALUES ($1, $2, $3, 0)",
        {id, phc, db::Blob{sealed}});
    for (RoleGrant each : account.grants) {
      each.from = now;
      grant(connection, id, each);
    }
    return {};
  }));
  return NewLocalAccount{.id = id, .totp_secret = base32(secret), .totp_uri = totp_uri(secret, issuer, signin_name)};
}

std::optional<Account> find_account(db::Connection& connection, AccountId id) {
  return find_one(connection, "a.id = $1", {id});
}

std::optional<Account> find_account_named(db::Connection& connection, std::string_view signin_name) {
  return find_one(connection, "a.signin_name = $1", {lower_ascii(signin_name)});
}

std::optional<ExternalAccount> find_external_account(db::Connection& connection, std::string_view issuer,
                                                     std::string_view subject) {
  return connection.query_one(
      "SELECT " + std::string(kAccountColumns) +
          ", e.made_by FROM account a "
          "JOIN external_identity e ON e.account_id = a.id WHERE e.issuer = $1 AND e.subject = $2",
      {issuer, subject}, [](const db::Row& row) {
        return ExternalAccount{
            .account = account_in(row),
            .made_by = row.text(7) == "rule" ? ExternalAccount::MadeBy::Rule : ExternalAccount::MadeBy::Person};
      });
}

std::vector<RoleGrant> grants_at(db::Connection& connection, AccountId account, Instant now) {
  std::vector<RoleGrant> grants;
  connection.query(
      "SELECT role, scope_kind, scope_name, held_from, held_until FROM role_grant "
      "WHERE account_id = $1 AND held_from <= $2 AND (held_until IS NULL OR held_until > $2)",
      {account, now}, [&](const db::Row& row) {
        grants.push_back({.role = stored(role_named(row.text(0))),
                          .scope = {.kind = stored(enum_named<Scope::Kind>(kScopeKinds, row.text(1))),
                                    .name = std::string(row.text(2))},
                          .from = row.instant(3),
                          .until = row.optional_instant(4)});
      });
  std::ranges::sort(grants);
  return grants;
}

std::vector<RoleHolder> holders_of(db::Connection& connection, Role role, Instant now) {
  std::vector<RoleHolder> holders;
  connection.query("SELECT " + std::string(kAccountColumns) +
                       ", g.scope_kind, g.scope_name FROM role_grant g JOIN account a ON a.id = g.account_id "
                       "WHERE g.role = $1 AND g.held_from <= $2 AND (g.held_until IS NULL OR g.held_until > $2) AND "
                       "a.state = 'open' ORDER BY a.display_name, a.id, g.scope_kind, g.scope_name",
                   {name_of(role), now}, [&](const db::Row& row) {
                     Account account = account_in(row);
                     if (holders.empty() || holders.back().account.id != account.id) {
                       holders.push_back({std::move(account), {}});
                     }
                     holders.back().scopes.push_back(
                         {stored(enum_named<Scope::Kind>(kScopeKinds, row.text(7))), std::string(row.text(8))});
                   });
  return holders;
}

void grant(db::Connection& connection, AccountId account, const RoleGrant& grant) {
  check((grant.scope.kind == Scope::Kind::Everywhere) == grant.scope.name.empty(),
        "a scope names a team or organisation, and everywhere names nothing");
  connection.execute(
      "INSERT INTO role_grant (id, account_id, role, scope_kind, scope_name, held_from, held_until) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {new_uuid(), account, name_of(grant.role), kScopeKinds.at(static_cast<std::size_t>(grant.scope.kind)),
       grant.scope.name, grant.from, grant.until});
}

void end_grants(db::Connection& connection, AccountId account, Instant now) {
  connection.execute(
      "UPDATE role_grant SET held_until = $2 WHERE account_id = $1 AND (held_until IS NULL OR held_until > "
      "$2)",
      {account, now});
}

AccountId create_external_account(db::Connection& connection, const NewExternalAccount& account,
                                  const std::vector<RoleGrant>& grants, Instant now) {
  const AccountId id = AccountId::make();
  insert_account(connection,
                 {.id = id,
                  .kind = Account::Kind::External,
                  .signin_name = "",
                  .display_name = account.display_name,
                  .organisation = account.organisation,
                  .state = Account::State::Open},
                 now);
  const bool by_rule = account.made_by == ExternalAccount::MadeBy::Rule;
  connection.execute(
      "INSERT INTO external_identity (issuer, subject, account_id, made_by, linked_at) VALUES ($1, $2, $3, $4, $5)",
      {account.issuer, account.subject, id, by_rule ? "rule" : "person", now});
  for (const RoleGrant& each : grants) grant(connection, id, each);
  return id;
}

void update_external_account(db::Connection& connection, AccountId account, std::string_view display_name,
                             const Organisation& organisation) {
  connection.execute("UPDATE account SET display_name = $2, organisation = $3, organisation_kind = $4 WHERE id = $1",
                     {account, display_name, organisation.name, name_of(organisation.kind)});
}

void suspend_account(db::Connection& connection, AccountId account) {
  set_state(connection, account, "suspended");
}

void reopen_account(db::Connection& connection, AccountId account) {
  set_state(connection, account, "open");
}

}  // namespace guildhall::signin
