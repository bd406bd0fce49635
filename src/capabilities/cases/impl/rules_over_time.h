#pragma once

// Which processes, decision models and calendars held when, so that a case can be repeated by the rules of its time; and
// the same with candidates in their place.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cases/calendars.h"
#include "cases/definitions.h"
#include "db/database.h"
#include "decisions/catalogue.h"
#include "replay/replay.h"

namespace guildhall::cases {

class ModelsOverTime {
 public:
  // `candidates`: texts of models that take the place of their namesakes at all times. Problems where one can't be read,
  // or doesn't work with what is published now.
  static Result<ModelsOverTime> read(db::Database& database, const std::vector<std::string>& candidates);

  std::shared_ptr<const decisions::Catalogue> at(Instant now);

 private:
  std::vector<decisions::VersionText> published_;  // By the time of publishing.
  std::vector<decisions::VersionText> candidates_;
  std::map<std::size_t, std::shared_ptr<const decisions::Catalogue>> catalogues_;         // By how many were published.
  std::map<decisions::VersionId, std::shared_ptr<const decisions::OfferedModel>> alone_;  // Those without imports.
};

class ProcessesOverTime {
 public:
  // `candidate` may be none; it and `definitions` outlive this.
  ProcessesOverTime(db::Database& database, Definitions& definitions, const bpmn::Definitions* candidate);

  Result<replay::Program> called(const replay::Program& caller, std::string_view process,
                                 std::optional<std::uint32_t> version, Instant now);

 private:
  Definitions& definitions_;
  const bpmn::Definitions* candidate_;
  std::vector<ProcessVersion> versions_;
};

// The calendar that was in force at a moment; or one for all time.
class CalendarsOverTime {
 public:
  static CalendarsOverTime read(db::Database& database, const std::optional<calendar::Calendar>& instead);
  bpmn::Surroundings at(Instant now) const;

 private:
  std::map<Instant, std::shared_ptr<const CalendarInForce>> since_;
};

}  // namespace guildhall::cases
