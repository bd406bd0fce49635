#pragma once

// The social care system's extract: tables of the Standard Safeguarding Dataset. Column names, order and code
// lists: the dataset's object definitions (github.com/data-to-insight/ssd-data-model). Dates are written
// yyyy-mm-dd.

#include <array>
#include <vector>

#include "synth/impl/clerk.h"
#include "synth/impl/output.h"
#include "synth/impl/truth.h"

namespace guildhall::synth {

class SocialCareSystem {
 public:
  SocialCareSystem(const SynthOptions& options, const Names& names, const Places& places, OutputSink& sink,
                   SynthSummary& summary, TruthFile& truth);
  // The children of the household whom social care knows.
  void add(const Household& household);
  void end();
  std::vector<const OutputFile*> files() const;

 private:
  enum class TeamKind : std::uint8_t {
    FrontDoor,
    Assessment,
    Safeguarding,
    LookedAfter,
    Disabilities,
    EarlyHelp,
    Leaving,
    Reviewing,
    Emergency
  };
  struct Team {
    std::string id;
    TeamKind kind;
    std::string name;
    std::vector<std::string> workers;  // their ids
  };
  struct Allocation {
    const Team& team;
    const std::string& worker;
  };
  // A stretch of social care's work, as days; `open` has no end.
  struct Period {
    Date from;
    std::optional<Date> to;
  };

  void write_teams(const SynthOptions& options, const Names& names);
  const Team& team(TeamKind kind, Area area) const;
  void write_child(const Child& child, const Household& household, Random& random, Random& family, bool again);
  void write_addresses(const std::string& id, const Child& child, const Entry& entry);
  void write_identifiers(const std::string& id, const Child& child, const Entry& entry, Random& random);
  void write_case(const std::string& id, const Child& child, Random& random, Random& family);
  void write_early_help(const std::string& id, Period period, bool stepped_up, Area area, Random& random,
                        Random& family);
  void write_involvement(const std::string& id, const std::string& referral, Period period,
                         const Allocation& allocation, std::string_view role, std::string_view reason);
  Allocation allocate(TeamKind kind, Area area, Random& family) const;
  std::string next_id(std::uint64_t& counter) const { return std::to_string(++counter); }

  std::uint64_t seed_;
  Date today_;
  const Places& places_;
  SynthSummary& summary_;
  TruthFile& truth_;
  Clerk clerk_;
  std::vector<Team> teams_;
  CsvFile person_, address_, identifiers_, involvements_, cin_episodes_, cin_plans_, cp_plans_, cla_episodes_,
      early_help_, professionals_, department_;
  std::uint64_t last_person_ = 200'000;
  std::uint64_t last_row_ = 0;  // addresses, identifiers, involvements
  std::uint64_t last_referral_ = 500'000;
  std::uint64_t last_plan_ = 0;
};

}  // namespace guildhall::synth
