#include <algorithm>
#include <fstream>
#include <iostream>

#include "app/commands.h"
#include "app/council_server.h"
#include "app/demo_cases.h"
#include "app/demo_provider.h"
#include "base/log.h"
#include "base/text.h"
#include "cases/process_store.h"
#include "council/council.h"
#include "masterdata/masterdata.h"
#include "signin/accounts.h"
#include "signin/encoding.h"
#include "signin/totp.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;
using signin::OrganisationKind;
using signin::Role;
using signin::Scope;

constexpr std::string_view kPassphrase = "borset demo only";
constexpr std::string_view kComplete = "demonstration-complete";  // A file that says the demo council is whole.
constexpr std::string_view kAccounts = "demonstration-accounts";  // Names and TOTP secrets, for `account code`.

const council::Council kBorsetshire{.name = "Borsetshire County Council",
                                    .brand_colour = "#00603d",
                                    .front_door_phone = "01632 960101",
                                    .out_of_hours_phone = "01632 960999",
                                    .contact_email = "hello@borsetshire.example",
                                    .contact_phone = "01632 960100",
                                    .told_on = Date::parse_iso("2026-11-02").value(),
                                    .is_demonstration = true};

struct DemoAccount {
  std::string_view name;
  std::string_view display_name;
  std::string_view organisation;
  OrganisationKind kind;
  std::vector<Role> roles;
  std::string_view team;  // Where the roles hold; empty: everywhere.
  std::string_view for_what;
};

const std::vector<DemoAccount>& demo_accounts() {
  static const std::vector<DemoAccount> accounts = {
      {"p.okafor", "Priya Okafor", "Westshire Police", OrganisationKind::Police, {Role::Partner}, "", "/partner"},
      {"m.evans",
       "Megan Evans",
       "Borsetshire County Council",
       OrganisationKind::Council,
       {Role::Steward},
       "",
       "/people"},
      {"s.field",
       "Sam Field",
       "Borsetshire County Council",
       OrganisationKind::Council,
       {Role::Officer},
       "",
       "/work, all teams"},
      {"k.lindqvist",
       "Karin Lindqvist",
       "Borsetshire County Council",
       OrganisationKind::Council,
       {Role::Officer},
       "Highways",
       "/work"},
      {"t.price",
       "Tom Price",
       "Borsetshire County Council",
       OrganisationKind::Council,
       {Role::Officer},
       "Customer contact",
       "/work"},
      {"o.reid",
       "Olive Reid",
       "Borsetshire County Council",
       OrganisationKind::Council,
       {Role::Operator},
       "",
       "/work/cases, what can’t go on"}};
  return accounts;
}

// Made anew with every attempt, so that an attempt that was cut short leaves no account without a known secret.
Result<void> create_accounts(const environments::Environment& environment, const Clock& clock) {
  std::ofstream secrets(environment.folder() / kAccounts, std::ios::app);
  fs::permissions(environment.folder() / kAccounts, fs::perms::owner_read | fs::perms::owner_write);
  for (const DemoAccount& account : demo_accounts()) {
    const bool exists = environment.database().read(
        [&](db::Connection& connection) { return signin::find_account_named(connection, account.name).has_value(); });
    if (exists) continue;
    std::vector<signin::RoleGrant> grants;
    for (const Role role : account.roles) {
      grants.push_back({.role = role,
                        .scope = account.team.empty() ? Scope{} : Scope{Scope::Kind::Team, std::string(account.team)},
                        .from = {},
                        .until = std::nullopt});
    }
    const signin::NewLocalAccount made =
        TRY(signin::create_local_account(environment.database(), environment.key(),
                                         {.signin_name = std::string(account.name),
                                          .display_name = std::string(account.display_name),
                                          .organisation = {std::string(account.organisation), account.kind},
                                          .passphrase = std::string(kPassphrase),
                                          .grants = grants},
                                         kBorsetshire.name + " (demonstration)", clock.now()));
    secrets << account.name << " " << made.totp_secret << "\n" << std::flush;
  }
  return {};
}

std::string source_of(const fs::path& file) {
  return file.parent_path().filename() == "ctf" ? "education" : file.parent_path().filename().string();
}

// Telephone numbers from the range kept for drama (Ofcom, "Telephone numbers for use in TV and radio drama").
void give_teams_phones(db::Database& database) {
  database.write([&](db::Connection& connection) {
    int number = 960110;
    for (const std::string& team : masterdata::team_names(connection)) {
      masterdata::set_team_phone(connection, team, "01632 " + std::to_string(number++));
    }
  });
}

bool has_cases(db::Database& database) {
  return database.read([](db::Connection& connection) { return !cases::all_versions(connection).empty(); });
}

Result<void> create_demo(const environments::Environment& environment, const fs::path& extracts, std::size_t children,
                         const Clock& clock) {
  db::Database& database = environment.database();
  database.write([&](db::Connection& connection) { council::store(connection, kBorsetshire); });
  TRY(create_accounts(environment, clock));
  std::cout << "Inventing " << children << " children…" << std::endl;
  const synth::SynthOptions options{.children = children, .seed = 1};
  TRY(write_synthetic_extracts(options, extracts));
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(extracts)) {
    if (entry.is_regular_file() && entry.path().filename() != "truth.csv") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    print_report(TRY(masterdata::load(
        database, {.source = source_of(file), .path = file, .as_of = options.today, .allow_test_numbers = true},
        clock)));
  }
  print_report(TRY(masterdata::match(database, {}, clock)));
  give_teams_phones(database);
  if (!has_cases(database)) TRY(create_demo_cases(database, environment.attachments() / "cases", clock.now()));
  std::ofstream(environment.folder() / kComplete) << "complete\n";
  return {};
}

void print_signins(const environments::Environment& environment, const std::string& address,
                   const std::optional<DemoProvider>& provider) {
  std::cout << "\nGuildhall serves " << kBorsetshire.name << ", a demonstration: everybody in it is invented.\n\n"
            << "  " << address << "/            services for residents\n"
            << "  " << address << "/partner     partner view\n"
            << "  " << address << "/people      data stewards\n"
            << "  " << address << "/work        officers\n\n"
            << "Sign in with the passphrase “" << kPassphrase << "” and a code:\n";
  std::ifstream secrets(environment.folder() / kAccounts);
  std::string name, secret;
  const auto step = signin::totp_step(SystemClock().now());
  while (secrets >> name >> secret) {
    const auto bytes = signin::parse_base32(secret);
    if (!bytes.ok()) continue;
    const auto account = std::ranges::find(demo_accounts(), name, &DemoAccount::name);
    std::cout << "  " << name << "\tcode now " << signin::totp_code(*bytes, step) << "\t"
              << (account == demo_accounts().end() ? "" : account->for_what) << "\n";
  }
  std::cout << "The next code: build/release/guildhall account code NAME --data FOLDER\n";
  if (provider) {
    std::cout << "Partners also sign in through the demonstration’s OpenID provider, passphrase “"
              << provider->passphrase() << "”:\n";
    for (const std::string& person : provider->people()) std::cout << "  " << person << "\n";
  }
  std::cout << "\nCtrl-C stops it." << std::endl;
}

}  // namespace

Result<void> demo_command(const Arguments& arguments) {
  block_stop_signals();
  const auto port = static_cast<std::uint16_t>(TRY(arguments.number_or("port", 8480, 1, 65'534)));
  const auto children = static_cast<std::size_t>(TRY(arguments.number_or("children", 2'000, 1, 900'000)));
  const std::string address = "http://localhost:" + std::to_string(port);

  // The provider takes half a second to start: it does so while the council is opened or made.
  std::optional<DemoProvider> provider;
  if (const auto command = arguments.value("openid-provider")) {
    std::vector<std::string> words;
    for (const std::string_view word : split(*command, ' ')) words.emplace_back(word);
    const auto its_port = static_cast<std::uint16_t>(TRY(arguments.number_or("openid-port", port + 1, 0, 65'535)));
    provider.emplace(TRY(DemoProvider::start(words, address, its_port)));
  }

  auto all = TRY(environments_of(arguments));
  const auto name = TRY(environment_name_of(arguments));
  const auto listed = all.list();
  const bool exists = std::ranges::any_of(listed, [&](const auto& each) { return each.name == name; });
  if (!exists) TRY(all.create(name));
  const auto environment = TRY(all.open(name));
  const SystemClock clock;
  if (!fs::exists(environment.folder() / kComplete)) {
    TRY(create_demo(environment, environment.folder() / "demonstration-extracts", children, clock));
  }

  if (provider) TRY(provider->wait_until_ready());
  ServingOptions options{.port = port,
                         .environment_key = std::string(environment.key()),
                         .spool_folder = environment.spool(),
                         .upload_folder = environment.attachments() / "extracts",
                         .case_folder = environment.attachments() / "cases"};
  if (provider) options.providers = {provider->configuration()};
  const auto server = TRY(CouncilServer::start(environment.database(), options, clock));
  print_signins(environment, address, provider);
  wait_for_stop_signal();
  server->stop();
  return {};
}

}  // namespace guildhall::app
