#include "app/commands.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "app/council_server.h"
#include "app/match_files.h"
#include "app/openid_file.h"
#include "audit/audit.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "council/council.h"
#include "html/html.h"
#include "html/theme.h"
#include "masterdata/evaluate.h"
#include "masterdata/load.h"
#include "masterdata/masterdata.h"
#include "masterdata/match.h"
#include "signin/accounts.h"
#include "signin/encoding.h"
#include "signin/totp.h"
#include "synth/synth.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;

std::string seconds(std::chrono::nanoseconds took) {
  const auto tenths = std::chrono::round<std::chrono::milliseconds>(took).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Problem missing(std::string_view what, std::string_view example) {
  return {"Say " + std::string(what) + ".", "", "For example: " + std::string(example)};
}

}  // namespace

// ---- Environments

Result<environments::Environments> environments_of(const Arguments& arguments) {
  std::optional<db::Location> server;
  if (const auto text = arguments.value("database")) {
    db::Location location = TRY(db::Location::parse(*text));
    if (location.kind() != db::Location::Kind::Postgres) {
      return Problem{
          "This is not a PostgreSQL address.", "--database",
          "Write postgres://user:password@host:port/database, or leave it out for SQLite in the data folder."};
    }
    server = std::move(location);
  }
  return environments::Environments(arguments.value_or("data", "data"), std::move(server), modules());
}

Result<environments::EnvironmentName> environment_name_of(const Arguments& arguments) {
  return environments::EnvironmentName::parse(arguments.value_or("env", "council"));
}

Result<environments::Environment> open_environment(const Arguments& arguments) {
  auto all = TRY(environments_of(arguments));
  return all.open(TRY(environment_name_of(arguments)));
}

std::string given_by(const Arguments& arguments) {
  if (const auto name = arguments.value("by")) return *name;
  const passwd* account = getpwuid(geteuid());
  return account != nullptr ? account->pw_name : std::to_string(geteuid());
}

Result<void> env_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  auto all = TRY(environments_of(arguments));
  if (words == std::vector<std::string>{"list"}) {
    for (const environments::Listed& listed : all.list()) {
      std::cout << listed.name.text() << "\t" << (listed.created_at ? to_iso(*listed.created_at) : "-") << "\t"
                << listed.location.text()
                << (listed.state == environments::State::Ready        ? ""
                    : listed.state == environments::State::KeyMissing ? "\tits key file is missing"
                                                                      : "\tits database is missing")
                << "\n";
    }
    return {};
  }
  if (words.size() != 2 || (words[0] != "create" && words[0] != "destroy")) {
    return missing("what to do and with which environment", "guildhall env create training");
  }
  const auto name = TRY(environments::EnvironmentName::parse(words[1]));
  if (words[0] == "create") {
    const Stopwatch watch;
    TRY(all.create(name));
    std::cout << "Created " << name.text() << " in " << seconds(watch.took()) << ".\n";
    return {};
  }
  if (arguments.value("confirm") != name.text()) {
    return Problem{"Destroying an environment removes everything in it for ever.", "",
                   "If that is meant, add --confirm " + name.text() + "."};
  }
  TRY(all.destroy(name));
  std::cout << "Destroyed " << name.text() << ".\n";
  return {};
}

Result<void> council_command(const Arguments& arguments) {
  const auto name = arguments.value("name"), front_door = arguments.value("front-door-phone"),
             out_of_hours = arguments.value("out-of-hours-phone");
  if (!name || !front_door || !out_of_hours || !arguments.value("email")) {
    return missing("the council's name, its e-mail address and the phone numbers of children's social care",
                   "guildhall council --name \"Borsetshire County Council\" --email hello@borsetshire.example "
                   "--front-door-phone \"01632 960101\" --out-of-hours-phone \"01632 960999\"");
  }
  const std::string email = arguments.value_or("email", ""), phone = arguments.value_or("phone", *front_door);
  const std::string colour = TRY(html::BrandColour::parse(arguments.value_or("colour", "#00603d"))).text();
  const auto environment = TRY(open_environment(arguments));
  environment.database().write([&](db::Connection& connection) {
    const auto before = council::find(connection);
    council::store(connection, {.name = *name,
                                .brand_colour = colour,
                                .front_door_phone = *front_door,
                                .out_of_hours_phone = *out_of_hours,
                                .contact_email = email,
                                .contact_phone = phone,
                                .told_on = uk_date(SystemClock().now()),
                                .is_demonstration = before && before->is_demonstration});
  });
  return {};
}

// ---- Master data

namespace {

// Files under a folder, people.csv where it is said to go.
class FolderSink final : public synth::OutputSink {
 public:
  FolderSink(fs::path folder, fs::path people) : folder_(std::move(folder)), people_(std::move(people)) {}

  void write(std::string_view file, std::string_view bytes) override {
    std::ofstream& out = files_[std::string(file)];
    if (!out.is_open()) {
      const fs::path path = path_of(file);
      if (path.has_parent_path()) fs::create_directories(path.parent_path());
      out.open(path, std::ios::binary | std::ios::trunc);
    }
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) throw std::runtime_error("The disk is full, or " + path_of(file).string() + " can't be written.");
  }

  // What was written is on its way to the disk, or an exception says why not.
  void finish() {
    for (auto& [name, out] : files_) {
      out.close();
      if (!out) throw std::runtime_error("The disk is full, or " + path_of(name).string() + " can't be written.");
    }
  }

 private:
  fs::path path_of(std::string_view file) const { return file == synth::kPeopleFile ? people_ : folder_ / file; }

  fs::path folder_;
  fs::path people_;
  std::map<std::string, std::ofstream> files_;
};

}  // namespace

Result<synth::SynthSummary> write_synthetic_extracts(const synth::SynthOptions& options, const fs::path& folder,
                                                     const fs::path& people) {
  FolderSink sink(folder, people);
  synth::SynthSummary summary = TRY(synth::generate(options, sink));
  sink.finish();
  return summary;
}

Result<void> synth_command(const Arguments& arguments) {
  const auto folder = arguments.value("out");
  const auto people = arguments.value("people");
  if (!folder && !people) return missing("where to write", "guildhall synth --children 1000 --seed 1 --out extracts");
  synth::SynthOptions options;
  options.files = !people ? synth::Files::Extracts : !folder ? synth::Files::People : synth::Files::ExtractsAndPeople;
  options.children = static_cast<std::size_t>(
      TRY(arguments.number_or("children", 1'000, 1, static_cast<std::int64_t>(synth::kMostChildren))));
  options.seed = static_cast<std::uint64_t>(TRY(arguments.number_or("seed", 1, 0, INT64_MAX)));
  const Stopwatch watch;
  const synth::SynthSummary summary = TRY(write_synthetic_extracts(options, folder.value_or(""), people.value_or("")));
  for (const synth::SynthSummary::File& file : summary.files) {
    std::cout << (file.name == synth::kPeopleFile ? *people : file.name) << "\t" << file.rows << " rows\t" << file.bytes
              << " bytes\n";
  }
  std::cout << summary.children << " children in " << summary.households << " households, "
            << summary.known_to_social_care << " known to social care, " << summary.on_roll << " on roll, "
            << summary.nhs_patients << " NHS patients, in " << seconds(watch.took()) << ".\n";
  return {};
}

void print_report(const masterdata::LoadReport& report) {
  using Outcome = masterdata::LoadReport::Outcome;
  const masterdata::Extract& extract = report.extract;
  std::cout << extract.file_name << ": ";
  switch (report.outcome) {
    case Outcome::AlreadyLoaded:
      std::cout << "already loaded, nothing changed. ";
      break;
    case Outcome::Resumed:
      std::cout << "an interrupted load went on. ";
      break;
    case Outcome::Failed:
      std::cout << "could not be read to its end, so none of it is used. ";
      break;
    case Outcome::Loaded:
      break;
  }
  std::cout << extract.rows_read << " rows read = " << extract.rows_accepted << " accepted + "
            << extract.rows_quarantined << " quarantined + " << extract.rows_rejected << " rejected ("
            << seconds(report.took) << ")\n";
}

Result<void> load_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  if (words.size() < 2) return missing("the source and its files", "guildhall load education pupilonroll.csv");
  masterdata::LoadOptions options{.source = words[0], .path = {}};
  if (const auto as_of = arguments.value("as-of")) options.as_of = TRY(Date::parse_iso(*as_of));
  if (const auto mapping = arguments.value("mapping")) {
    std::ifstream file(*mapping, std::ios::binary);
    options.mapping.assign(std::istreambuf_iterator<char>(file), {});
    if (!file) return Problem{"The mapping can't be read.", *mapping, "Check its name and who may read it."};
  }
  options.allow_test_numbers = arguments.flag("test-numbers");
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  Problems problems;
  for (std::size_t i = 1; i < words.size(); ++i) {
    options.path = words[i];
    const auto report = masterdata::load(environment.database(), options, clock);
    if (!report.ok()) {
      problems.insert(problems.end(), report.problems().begin(), report.problems().end());
      continue;
    }
    print_report(*report);
    if (report->extract.problem) {
      Problem problem = *report->extract.problem;
      problem.where = report->extract.file_name + (problem.where.empty() ? "" : ", " + problem.where);
      problems.push_back(std::move(problem));
    }
  }
  if (!problems.empty()) return problems;
  return {};
}

void print_report(const masterdata::MatchReport& report) {
  std::cout << report.source_records << " source records are " << report.golden_records << " golden records ("
            << report.created << " new, " << report.changed << " changed, " << report.merged << " merged, "
            << report.split << " split); " << report.open_pairs << " doubtful pairs wait for a steward.\n"
            << "Reading " << seconds(report.took.reading) << ", preparing " << seconds(report.took.preparing)
            << ", linking " << seconds(report.took.linking) << ", surviving " << seconds(report.took.surviving)
            << ", writing " << seconds(report.took.writing) << ".\n";
}

Result<void> match_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  if (!words.empty() && (arguments.flag("fields") || arguments.flag("model"))) return match_files_command(arguments);
  const auto threads = static_cast<unsigned>(TRY(arguments.number_or("threads", 2, 1, 64)));
  const SystemClock clock;
  if (words == std::vector<std::string>{"run"}) {
    const auto environment = TRY(open_environment(arguments));
    print_report(TRY(masterdata::match(environment.database(), {.threads = threads}, clock)));
    return {};
  }
  if (words.size() == 2 && words[0] == "evaluate") {
    const auto environment = TRY(open_environment(arguments));
    const masterdata::Evaluation result = TRY(masterdata::evaluate(environment.database(), words[1]));
    std::printf("pair precision %.5f, recall %.5f, F1 %.5f\n", result.precision(), result.recall(), result.f1());
    std::cout << result.true_pairs << " pairs right, " << result.false_pairs << " wrong, " << result.missed_pairs
              << " missed, of " << result.records << " records; " << result.unknown_records
              << " lines of the truth are about records that are not here\n"
              << result.mixed_people << " golden records mix people, " << result.household_mixed
              << " of them people of one household; " << result.two_nhs_numbers
              << " hold two different valid NHS numbers\n";
    return {};
  }
  return missing("what to do",
                 "guildhall match run, or guildhall match train people.csv --fields map.json --out model.json");
}

Result<void> team_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  const auto environment = TRY(open_environment(arguments));
  if (words == std::vector<std::string>{"list"}) {
    for (const std::string& team :
         environment.database().read([](db::Connection& connection) { return masterdata::team_names(connection); })) {
      std::cout << team << "\n";
    }
    return {};
  }
  if (words.size() != 3 || words[0] != "phone") {
    return missing("what to do",
                   "guildhall team list, or guildhall team phone \"Assessment Team North\" \"01632 960110\"");
  }
  environment.database().write(
      [&](db::Connection& connection) { masterdata::set_team_phone(connection, words[1], words[2]); });
  return {};
}

// ---- People who sign in

Result<void> account_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  if (words.size() != 2 || (words[0] != "create" && words[0] != "code")) {
    return missing("what to do and the sign-in name",
                   "guildhall account create s.field --role officer --team Highways");
  }
  const auto environment = TRY(open_environment(arguments));
  if (words[0] == "code") {
    std::ifstream accounts(environment.folder() / "demonstration-accounts");
    std::string name, secret;
    while (accounts >> name >> secret) {
      if (name != words[1]) continue;
      std::cout << signin::totp_code(TRY(signin::parse_base32(secret)), signin::totp_step(SystemClock().now())) << "\n";
      return {};
    }
    return Problem{"Only demonstration accounts' codes are kept.", words[1],
                   "Use the authenticator app of this account."};
  }
  const auto role = signin::role_named(arguments.value_or("role", ""));
  if (!role) return missing("the role", "--role partner, officer, steward, governance or operator");
  const auto kind = signin::organisation_kind_named(arguments.value_or("organisation-kind", "council"));
  if (!kind)
    return missing("the kind of organisation", "--organisation-kind council, police, school, nhs or social_care");
  std::string passphrase;
  std::cerr << "Passphrase (12 characters or more): ";
  std::getline(std::cin, passphrase);
  signin::Scope scope;
  if (const auto team = arguments.value("team")) scope = {signin::Scope::Kind::Team, *team};
  const auto council =
      environment.database().read([](db::Connection& connection) { return council::find(connection); });
  const std::string council_name = council ? council->name : "Guildhall";
  const signin::NewLocalAccount made =
      TRY(signin::create_local_account(environment.database(), environment.key(),
                                       {.signin_name = words[1],
                                        .display_name = arguments.value_or("display-name", words[1]),
                                        .organisation = {arguments.value_or("organisation", council_name), *kind},
                                        .passphrase = passphrase,
                                        .grants = {{.role = *role, .scope = scope, .from = {}, .until = std::nullopt}}},
                                       council_name, SystemClock().now()));
  std::cout << "Add this to an authenticator app; it is shown once:\n" << made.totp_uri << "\n";
  return {};
}

Result<void> audit_command(const Arguments& arguments) {
  const auto environment = TRY(open_environment(arguments));
  if (arguments.rest() == std::vector<std::string>{"verify"}) {
    const std::int64_t entries =
        TRY(environment.database().read([](db::Connection& connection) { return audit::verify(connection); }));
    std::cout << entries << " entries, each as it was written.\n";
    return {};
  }
  if (arguments.rest() != std::vector<std::string>{"list"}) return missing("what to do", "guildhall audit list");
  audit::Filter filter;
  filter.after = TRY(arguments.number_or("after", 0, 0, INT64_MAX));
  filter.limit = TRY(arguments.number_or("limit", 1'000, 1, 1'000'000));
  for (const audit::Entry& entry :
       environment.database().read([&](db::Connection& connection) { return audit::list(connection, filter); })) {
    std::cout << entry.number << "\t" << to_iso(entry.at) << "\t" << entry.act.act << "\t" << entry.act.account << "\t"
              << entry.act.organisation << "\t" << entry.act.purpose << "\t" << entry.act.outcome << "\t"
              << entry.act.subject;
    for (const auto& [name, value] : entry.act.personal) std::cout << "\t" << name << "=" << value;
    std::cout << "\n";
  }
  return {};
}

// ---- Serving

void block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void wait_for_stop_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int received = 0;
  sigwait(&signals, &received);
}

Result<void> serve_command(const Arguments& arguments) {
  block_stop_signals();
  const auto environment = TRY(open_environment(arguments));
  const auto port = static_cast<std::uint16_t>(TRY(arguments.number_or("port", 8480, 0, 65'535)));
  ServingOptions options{.address = arguments.value_or("address", "127.0.0.1"),
                         .port = port,
                         .environment_key = std::string(environment.key()),
                         .spool_folder = environment.spool(),
                         .upload_folder = environment.attachments() / "extracts",
                         .case_folder = environment.attachments() / "cases"};
  if (const auto proxy = arguments.value("trusted-proxy")) options.trusted_proxies = {*proxy};
  if (const auto file = arguments.value("openid")) {
    const OpenIdFile agreed = TRY(read_openid_file(*file));
    if (agreed.new_public_key) {
      std::cout << "A new key was made. Give its public half to " << agreed.provider.title << ":\n"
                << *agreed.new_public_key << "\n";
    }
    options.providers = {agreed.provider};
  }
  options.lease = std::chrono::seconds(TRY(arguments.number_or("lease", options.lease.count(), 1, 3'600)));
  options.tls_certificate = arguments.value_or("tls-certificate", "");
  options.tls_key = arguments.value_or("tls-key", "");
  const SystemClock clock;
  const auto server = TRY(CouncilServer::start(environment.database(), options, clock));
  std::cout << "Serving " << environment.name().text() << " on port " << server->port() << ". Ctrl-C stops it."
            << std::endl;
  wait_for_stop_signal();
  server->stop();
  return {};
}

}  // namespace guildhall::app
