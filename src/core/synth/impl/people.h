#pragma once

// people.csv: every row of truth.csv with what its clerk wrote, in one format for all systems.

#include <cstdint>
#include <string>
#include <vector>

#include "synth/impl/clerk.h"
#include "synth/impl/output.h"

namespace guildhall::synth {

// Rows come household by household, and in a file in that order a person's records would be neighbours: whoever links
// them would be fast for a reason that no council has. So each row waits among 65,536 others (some 15 MB) and takes the
// place of one drawn at random, which is written instead.
class PeopleFile {
 public:
  PeopleFile(std::uint64_t seed, const Places& places, OutputSink& sink);
  void add(Source source, const Child& child, const Entry& entry);
  void end();
  const OutputFile& file() const { return file_; }

 private:
  void write(std::string_view row);

  const Places& places_;
  OutputFile file_;
  Random random_;
  std::string row_;                   // without its rec_id, which is its place in the file
  std::vector<std::string> waiting_;  // the same
  std::uint64_t last_record_ = 0;
};

}  // namespace guildhall::synth
