#pragma once

// Who each person row really is.

#include <string>
#include <string_view>

#include "synth/impl/output.h"
#include "synth/impl/population.h"

namespace guildhall::synth {

class TruthFile {
 public:
  explicit TruthFile(OutputSink& sink) : file_(sink, "truth.csv", "source,file,record_key,person_id,household_id") {}
  // `source`: "social_care", "education" or "nhs".
  void add(std::string_view source, std::string_view file, std::string_view record_key, const Child& child) {
    file_.row({source, file, record_key, "P" + std::to_string(child.person), "H" + std::to_string(child.household)});
  }
  CsvFile& file() { return file_; }

 private:
  CsvFile file_;
};

}  // namespace guildhall::synth
