#pragma once

// Invented children, as three systems of a council and the NHS would hold them: the input of every
// demonstration, test and measurement of matching. Nobody in it exists: names are drawn at random, NHS
// numbers are from the range that is never issued (999), postcodes are from an area that does not exist.
//
//   SynthOptions options{.children = 130'000, .seed = 1};
//   Result<SynthSummary> summary = generate(options, sink);
//
// What it writes, in the shapes in which councils exchange these (all UTF-8, lines end in LF):
//   social_care/ssd_*.csv             Standard Safeguarding Dataset: person, address, linked_identifiers,
//   involvements,
//                                     cin_episodes, cin_plans, cp_plans, cla_episodes, early_help_episodes,
//                                     professionals, department; every column, in the specification's order
//   education/pupilonroll.csv         school census tables, autumn 2026 (the autumn census is the one with
//   addresses) education/addressesonroll.csv education/ctf/885LLLL_CTF_885LLLL_001.xml …   common transfer
//   files, version 25.0: pupils who moved this year nhs/pds_patients.ndjson           one FHIR R4 Patient of
//   the Personal Demographics Service a line truth.csv source,file,record_key,person_id,household_id: who
//   each person row really is.
//                                     record_key is what core/extracts delivers: pers_person_id, pupilonrolltableid,
//                                     the NHS number; for a transfer file the UPN, and without one the sender, names
//                                     and birth date: 885LLLL/SMITH/JACK/2014-03-12
// and, where options.files says so, for whoever measures linkage alone:
//   people.csv                        each row of truth.csv with what the clerk wrote: kPeopleColumns
//
// How: a population is drawn household by household (impl/population.h), then each system's clerk writes down the
// children that system knows, with that system's errors (clerk.h), in its format (social_care, education and
// nhs .cpp).
//
// The same options give the same bytes on every machine: the generator is our own, chances are integers, and
// nothing reads a clock, a locale or an unordered container. Memory does not grow with the number of
// children.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace guildhall::synth {

// Where the files go.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  // Adds to the end of a file, which is created by the first call that names it. `file` is relative, with "/"
  // between folders. Bytes come in pieces of up to about 100 KB that may end in the middle of a line, except
  // that a transfer file comes whole, in one call.
  virtual void write(std::string_view file, std::string_view bytes) = 0;
};

// Who writes: each has error rates of its own.
enum class Source : std::uint8_t { SocialCare, SchoolCensus, TransferFile, Nhs };
inline constexpr std::size_t kSourceCount = 4;
std::string_view name_of(Source source);  // "social care", "school census", "transfer file", "nhs"

// What goes wrong when a child is written down. A rate is the chance that it happens where it can: a day and
// month can only be swapped where the day is 12 or less, a former surname be kept only where there is one.
enum class Error : std::uint8_t {
  // Names
  TypingInForename,  // neighbouring key, two letters exchanged, one lost or doubled
  TypingInSurname,
  Nickname,         // "Alfie" for Alfred
  OtherSpelling,    // another spelling of the same name: Mohammed, Muhammad; Yulia, Julia; Catherine, Katherine
  NamesExchanged,   // the surname in the forename's place
  MiddleNameFirst,  // the middle name as forename
  MiddleNamesLost,
  FormerSurnameKept,    // the name before an adoption or remarriage
  HalfOfDoubleSurname,  // "Jones" for Jones-Okafor
  Capitals,             // both names in capitals
  StrayMarks,           // spaces around or inside, a full stop, an apostrophe or hyphen lost
  BabyForForename,      // "Baby" until the parents' choice reaches the system; only in the first three months
  // Date of birth and sex
  DayMonthExchanged,
  YearSlip,        // one or two years off; for children born in January to March often the year before
  DaySlip,         // a wrong day in the right month
  FirstOfJanuary,  // 1 January of the right year, because the day was not known
  BirthDateMissing,
  SexMissing,
  SexWrong,
  // Address
  FormerAddressKept,
  PostcodeTyping,
  AddressMissing,
  // NHS number: social care only
  NhsNumberMissing,
  NhsNumberDigitWrong,   // fails Modulus 11
  NhsNumberPlaceholder,  // one digit ten times, or 1234567890
  NhsNumberOfSibling,    // a valid number, but of a brother, sister or twin
  // UPN: never in the NHS
  UpnMissing,
  UpnTyping,  // the check letter no longer fits
  UpnTemporary,
  UpnFormerKept,
  // The row
  EnteredTwice,  // the same child a second time, under another key, with errors of its own
};
inline constexpr std::size_t kErrorCount = static_cast<std::size_t>(Error::EnteredTwice) + 1;
std::string_view name_of(Error error);  // "typing in forename"

// Chances in ten thousand: 250 is 2.5 %.
using PerTenThousand = std::uint32_t;

struct ErrorRates {
  std::array<PerTenThousand, kErrorCount> rates{};
  PerTenThousand& operator[](Error error) { return rates[static_cast<std::size_t>(error)]; }
  PerTenThousand operator[](Error error) const { return rates[static_cast<std::size_t>(error)]; }
};

// The defaults, in synth.cpp, are our judgement of an ordinary council, not a measurement: social care is typed under
// pressure, schools check UPNs and dates, the NHS checks most.
ErrorRates default_error_rates(Source source);
std::array<ErrorRates, kSourceCount> default_error_rates();

// How often things happen in families. Chances in ten thousand.
struct PopulationRates {
  PerTenThousand twin_maternities = 150;      // births of two: 3 % of children are twins (ONS: 14 to 16 in 1,000)
  PerTenThousand triplet_maternities = 2;     // births of three
  PerTenThousand similar_twin_names = 1'500;  // of twins: Jayden and Kayden
  PerTenThousand known_households = 2'400;    // of households: known to social care, now or before
  PerTenThousand known_children = 9'000;      // of the children in those
  PerTenThousand moved_households = 2'500;    // moved in the last six years
  PerTenThousand changed_surnames = 400;      // of children: adoption, remarriage
  PerTenThousand namesakes = 60;  // of households with one child: a child with the names and birth date of a stranger
  PerTenThousand cousins = 200;   // of households with one child: the surname, a forename and the town of another
  PerTenThousand alone_seeking_asylum = 6;  // of households: one child, in care, born on a 1 January
  PerTenThousand nhs_registered = 9'700;    // of children
  PerTenThousand nhs_restricted = 40;       // of patients: address withheld; looked-after children ten times that
  PerTenThousand changed_school = 450;      // of pupils on roll: this year, with a transfer file
};

// What is written. People leaves the extracts and truth.csv out: person_id and household_id are in people.csv too.
enum class Files : std::uint8_t { Extracts, People, ExtractsAndPeople };

// All person rows in one file, as their clerks wrote them, errors included, but in one format instead of each system's
// own. Every field but rec_id, source, person_id and household_id may be empty.
//   rec_id                  "R1", "R2", … in the order of the file; says nothing about the person
//   source                  social_care, school_census, transfer_file, nhs
//   person_id,household_id  the truth, as in truth.csv
//   sex                     F, M
//   dob                     2014-03-12
//   nhs_number              not in education; in social care as entered, so it may be wrong, or a placeholder
//   upn                     not in the NHS; may be temporary, or one that the child had before
//   address                 "Flat 3, 14 Mill Lane, Aldermere"; empty too where the NHS withholds it
//   postcode                with a space
// Rows of all sources are mixed, and a person's are not neighbours: see impl/people.h.
inline constexpr std::string_view kPeopleFile = "people.csv";
inline constexpr std::string_view kPeopleColumns =
    "rec_id,source,person_id,household_id,forename,middle_names,surname,sex,dob,nhs_number,upn,address,postcode";

struct SynthOptions {
  std::size_t children = 1'000;
  std::uint64_t seed = 1;
  // The day the extracts were taken. A constant, so that two runs give the same bytes.
  Date today = Date::of(std::chrono::sys_days{std::chrono::year{2026} / std::chrono::November / 2});
  PopulationRates population{};
  std::array<ErrorRates, kSourceCount> errors = default_error_rates();
  Files files = Files::Extracts;  // The same rows whatever is written.
};

// As many children as can have an NHS number of their own: 999 000 000 to 999 999 999 gives 909,090 that have
// a check digit; some are left over so that the last ones are found quickly.
inline constexpr std::size_t kMostChildren = 900'000;

struct SynthSummary {
  std::size_t children = 0;
  std::size_t households = 0;
  std::size_t twins_and_triplets = 0;  // children who share their birth with another
  std::size_t known_to_social_care = 0;
  std::size_t looked_after = 0;  // now
  std::size_t on_roll = 0;
  std::size_t nhs_patients = 0;
  std::size_t person_rows = 0;  // rows of truth.csv, and of people.csv

  // How often each error could have happened, and did.
  struct Tally {
    std::uint64_t chances = 0;
    std::uint64_t made = 0;
  };
  std::array<std::array<Tally, kErrorCount>, kSourceCount> errors{};
  const Tally& of(Source source, Error error) const {
    return errors[static_cast<std::size_t>(source)][static_cast<std::size_t>(error)];
  }

  struct File {
    std::string name;
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;  // without the header; pupils of a transfer file
  };
  std::vector<File> files;
};

// Problems: no children, more than kMostChildren, a rate above 10,000. What the sink throws passes through.
Result<SynthSummary> generate(const SynthOptions& options, OutputSink& sink);

}  // namespace guildhall::synth
