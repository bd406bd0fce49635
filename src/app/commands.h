#pragma once

// What the commands share. Each returns problems, which the command line prints.

#include <optional>

#include "app/arguments.h"
#include "base/result.h"
#include "environments/environments.h"
#include "masterdata/load.h"
#include "masterdata/match.h"
#include "synth/synth.h"

namespace guildhall::app {

// The options that say which environment is meant: --data DIR, --database URL, --env NAME.
inline const std::vector<std::string_view> kEnvironmentOptions = {"data", "database", "env"};
Result<environments::Environments> environments_of(const Arguments& arguments);
Result<environments::EnvironmentName> environment_name_of(const Arguments& arguments);  // "council" unless said.
Result<environments::Environment> open_environment(const Arguments& arguments);
// Who gives the command: --by, or the account of this machine.
std::string given_by(const Arguments& arguments);

// What the words after the command may be, and what runs them.
Result<void> synth_command(const Arguments& arguments);
Result<void> load_command(const Arguments& arguments);
Result<void> match_command(const Arguments& arguments);
Result<void> env_command(const Arguments& arguments);
Result<void> council_command(const Arguments& arguments);
Result<void> team_command(const Arguments& arguments);
Result<void> account_command(const Arguments& arguments);
Result<void> audit_command(const Arguments& arguments);
Result<void> serve_command(const Arguments& arguments);
Result<void> demo_command(const Arguments& arguments);

// ---- Shared with the demonstration

Result<synth::SynthSummary> write_synthetic_extracts(const synth::SynthOptions& options,
                                                     const std::filesystem::path& folder,
                                                     const std::filesystem::path& people = {});  // options.files
void print_report(const masterdata::LoadReport& report);
void print_report(const masterdata::MatchReport& report);

void block_stop_signals();  // SIGINT and SIGTERM, in this thread and those it starts afterwards.
void wait_for_stop_signal();

}  // namespace guildhall::app
