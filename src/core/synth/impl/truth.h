#pragma once

// Who each person row really is: truth.csv for the extracts, and people.csv where it is wanted.

#include <string>
#include <string_view>

#include "synth/impl/output.h"
#include "synth/impl/people.h"

namespace guildhall::synth {

class TruthFile {
 public:
  // `people`: nullptr where it is not wanted.
  TruthFile(OutputSink& sink, PeopleFile* people)
      : file_(sink, "truth.csv", "source,file,record_key,person_id,household_id"), people_(people) {}

  // A person row of an extract. `system`: "social_care", "education" or "nhs".
  struct Row {
    Source source;
    std::string_view system, file, record_key;
  };
  // `entry` is the row as the extract shows it.
  void add(const Row& row, const Child& child, const Entry& entry) {
    if (file_.wanted())
      file_.row({row.system, row.file, row.record_key, "P" + std::to_string(child.person),
                 "H" + std::to_string(child.household)});
    if (people_) people_->add(row.source, child, entry);
  }
  CsvFile& file() { return file_; }

 private:
  CsvFile file_;
  PeopleFile* people_;
};

}  // namespace guildhall::synth
