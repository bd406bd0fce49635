#pragma once

// Who may sign in to an environment, how they prove who they are, and what they may do there.
//
//   signin::migrate(database);
//   const NewLocalAccount made = TRY(create_local_account(
//       database, key, {.signin_name = "p.okafor", .display_name = "Priya Okafor",
//                       .organisation = {"Westshire Police", OrganisationKind::Police},
//                       .passphrase = "…", .grants = {{.role = Role::Partner, .scope = {}}}}, clock.now()));
//   show(made.totp_uri);
//
// An account is either local (passphrase and one-time code) or belongs to one external identity: an issuer
// and a subject of an OpenID provider. An e-mail address never decides who somebody is: addresses are given
// to other people.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::signin {

struct AccountTag {
  static constexpr std::string_view kName = "account";
};
using AccountId = Id<AccountTag>;

// What somebody may do here. Stored by name.
enum class Role {
  Partner,     // asks the partner view, for an organisation outside the council's case teams
  Officer,     // works on enquiries and cases
  Steward,     // decides which records are one person
  Governance,  // reads the audit, changes access policy
  Operator,    // runs environments
};
std::string_view name_of(Role role);  // "partner"
std::optional<Role> role_named(std::string_view name);

// Stored by name.
enum class OrganisationKind { Council, Police, School, Nhs, SocialCare };
std::string_view name_of(OrganisationKind kind);  // "social_care"
std::optional<OrganisationKind> organisation_kind_named(std::string_view name);

struct Organisation {
  std::string name;  // "Westshire Police"
  OrganisationKind kind = OrganisationKind::Council;

  auto operator<=>(const Organisation&) const = default;
};

// Where a role holds.
struct Scope {
  enum class Kind { Everywhere, Team, Organisation };  // Stored by name.
  Kind kind = Kind::Everywhere;
  std::string name;  // Of the team or organisation; empty for Everywhere.

  auto operator<=>(const Scope&) const = default;
};

struct RoleGrant {
  Role role = Role::Partner;
  Scope scope;
  Instant from{};
  std::optional<Instant> until;  // Not any more at this instant. None: until somebody ends it.

  auto operator<=>(const RoleGrant&) const = default;
};

struct Account {
  enum class Kind { Local, External };  // Stored by name.
  enum class State { Open, Suspended };

  AccountId id;
  Kind kind = Kind::Local;
  std::string signin_name;   // As it is typed, in small letters; empty for external accounts.
  std::string display_name;  // "Priya Okafor"
  Organisation organisation;
  State state = State::Open;

  auto operator<=>(const Account&) const = default;
};

// Makes the tables, or brings them up to date.
void migrate(db::Database& database);

struct LocalAccount {
  std::string signin_name;  // 3 to 64 of a-z, 0-9, ".", "-", "_" and "@"; capitals become small.
  std::string display_name;
  Organisation organisation;
  std::string passphrase;
  std::vector<RoleGrant> grants;  // `from` is not looked at: they hold from now.
};

struct NewLocalAccount {
  AccountId id;
  std::string totp_secret;  // In base 32, to type into an authenticator app. Shown once, never again.
  std::string totp_uri;     // "otpauth://totp/…", for a QR code.
};

// Every account has a passphrase and a one-time code; there is none without. Refused: a name that is taken or
// not allowed, an unusable passphrase; each Problem's `where` is the member. `issuer` is what the
// authenticator app shows.
Result<NewLocalAccount> create_local_account(db::Database& database, std::string_view environment_key,
                                             const LocalAccount& account, std::string_view issuer, Instant now);

// ---- Inside a work of the database, for this module and for whoever administers accounts

std::optional<Account> find_account(db::Connection& connection, AccountId id);
std::optional<Account> find_account_named(db::Connection& connection, std::string_view signin_name);

// Those that hold at `now`, ordered by role and scope.
std::vector<RoleGrant> grants_at(db::Connection& connection, AccountId account, Instant now);
void grant(db::Connection& connection, AccountId account, const RoleGrant& grant);
void end_grants(db::Connection& connection, AccountId account, Instant now);

// Somebody who may sign in and has a role now, with where it holds.
struct RoleHolder {
  Account account;
  std::vector<Scope> scopes;
};
std::vector<RoleHolder> holders_of(db::Connection& connection, Role role, Instant now);  // By display name.

// The account of one identity at an OpenID provider.
struct ExternalAccount {
  enum class MadeBy {
    Person,  // Somebody here decided; its organisation and roles stay until somebody changes them.
    Rule,    // An AdmissionRule did, and does so again at each sign-in.
  };
  Account account;
  MadeBy made_by = MadeBy::Person;
};
std::optional<ExternalAccount> find_external_account(db::Connection& connection, std::string_view issuer,
                                                     std::string_view subject);

struct NewExternalAccount {
  std::string issuer;
  std::string subject;
  std::string display_name;
  Organisation organisation;
  ExternalAccount::MadeBy made_by = ExternalAccount::MadeBy::Person;
};
// The identity must be new.
AccountId create_external_account(db::Connection& connection, const NewExternalAccount& account,
                                  const std::vector<RoleGrant>& grants, Instant now);
void update_external_account(db::Connection& connection, AccountId account, std::string_view display_name,
                             const Organisation& organisation);

// Nobody gets in with this account any more, and who is in is out at their next click.
void suspend_account(db::Connection& connection, AccountId account);
void reopen_account(db::Connection& connection, AccountId account);

}  // namespace guildhall::signin
