#pragma once

// Education's extracts. The school census: tables pupilonroll and addressesonroll with the columns that the
// census of autumn 2026 has in the table specifications of SocialFinanceDigitalLabs/liia-tools-pipeline
// (school_census_pipeline), dates as "2012-Jan-21 00:00:00", numbers as "132.0". Common transfer files:
// Department for Education, "Common transfer file specification", version 25.0.

#include <string>
#include <vector>

#include "synth/impl/clerk.h"
#include "synth/impl/output.h"
#include "synth/impl/truth.h"

namespace guildhall::synth {

class EducationSystem {
 public:
  EducationSystem(const SynthOptions& options, const Names& names, const Places& places, const Schools& schools,
                  OutputSink& sink, SynthSummary& summary, TruthFile& truth);
  void add(const Household& household);  // the pupils on roll
  void end();
  std::vector<SynthSummary::File> files() const;

 private:
  void write_pupil(const Child& child, const Household& household, Random& random, bool again);
  void write_transfer(const Child& child, const Household& household);
  void end_transfer_file();
  enum class Table : std::uint8_t { Pupils, Addresses };
  std::string next_key(std::uint64_t& counter, Table table) const;

  std::uint64_t seed_;
  Date today_;
  const Places& places_;
  const Schools& schools_;
  OutputSink& sink_;
  SynthSummary& summary_;
  TruthFile& truth_;
  Clerk census_clerk_;
  Clerk transfer_clerk_;
  CsvFile pupils_;
  CsvFile addresses_;
  std::uint64_t last_pupil_ = 0;
  std::uint64_t last_address_ = 0;
  std::string transfer_;  // the pupils of the file being filled
  std::size_t in_transfer_ = 0;
  std::vector<SynthSummary::File> transfers_;
};

}  // namespace guildhall::synth
