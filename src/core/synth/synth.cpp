#include "synth/synth.h"

#include <algorithm>
#include <optional>

#include "synth/impl/education.h"
#include "synth/impl/nhs.h"
#include "synth/impl/people.h"
#include "synth/impl/population.h"
#include "synth/impl/social_care.h"

namespace guildhall::synth {
namespace {

struct ErrorDefaults {
  Error error;
  std::string_view name;
  // Chances in ten thousand: social care, school census, transfer file, NHS. 0 where it can't happen.
  PerTenThousand social_care, census, transfer, nhs;
};

constexpr std::array<ErrorDefaults, kErrorCount> kErrors = {{
    {Error::TypingInForename, "typing in forename", 150, 60, 80, 20},
    {Error::TypingInSurname, "typing in surname", 150, 60, 80, 20},
    {Error::Nickname, "nickname", 500, 150, 300, 30},
    {Error::OtherSpelling, "other spelling", 600, 300, 400, 100},
    {Error::NamesExchanged, "names exchanged", 40, 15, 20, 5},
    {Error::MiddleNameFirst, "middle name first", 80, 40, 50, 10},
    {Error::MiddleNamesLost, "middle names lost", 0, 2'500, 800, 300},
    {Error::FormerSurnameKept, "former surname kept", 3'000, 2'500, 4'000, 1'500},
    {Error::HalfOfDoubleSurname, "half of double surname", 1'200, 500, 600, 300},
    {Error::Capitals, "capitals", 300, 100, 200, 0},
    {Error::StrayMarks, "stray marks", 150, 40, 40, 20},
    {Error::BabyForForename, "Baby for forename", 2'500, 0, 0, 2'500},
    {Error::DayMonthExchanged, "day and month exchanged", 120, 40, 60, 6},
    {Error::YearSlip, "year slip", 60, 20, 25, 3},
    {Error::DaySlip, "day slip", 60, 25, 30, 5},
    {Error::FirstOfJanuary, "1 January for birth date", 60, 10, 10, 1},
    {Error::BirthDateMissing, "birth date missing", 100, 5, 5, 0},
    {Error::SexMissing, "sex missing", 100, 2, 5, 5},
    {Error::SexWrong, "sex wrong", 30, 10, 15, 5},
    {Error::FormerAddressKept, "former address kept", 2'500, 1'200, 5'000, 1'500},
    {Error::PostcodeTyping, "typing in postcode", 200, 80, 80, 20},
    {Error::AddressMissing, "address missing", 500, 200, 3'000, 50},
    {Error::NhsNumberMissing, "NHS number missing", 2'000, 0, 0, 0},
    {Error::NhsNumberDigitWrong, "NHS number with a wrong digit", 80, 0, 0, 0},
    {Error::NhsNumberPlaceholder, "NHS number a placeholder", 40, 0, 0, 0},
    {Error::NhsNumberOfSibling, "NHS number of a sibling", 20, 0, 0, 0},
    {Error::UpnMissing, "UPN missing", 2'000, 30, 100, 0},
    {Error::UpnTyping, "typing in UPN", 100, 20, 20, 0},
    {Error::UpnTemporary, "UPN temporary", 50, 120, 60, 0},
    {Error::UpnFormerKept, "former UPN kept", 2'500, 800, 4'000, 0},
    {Error::EnteredTwice, "entered twice", 120, 40, 0, 0},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kErrorCount; ++i) {
    if (static_cast<std::size_t>(kErrors[i].error) != i) return false;
  }
  return true;
}
static_assert(in_order());

Problems problems_with(const SynthOptions& options) {
  Problems problems;
  if (options.children == 0) {
    problems.push_back({"There are no children to invent.", "children", "Ask for at least 1."});
  }
  if (options.children > kMostChildren) {
    problems.push_back({"There are not enough NHS numbers in the range that is never issued (999) for " +
                            std::to_string(options.children) + " children.",
                        "children", "Ask for at most " + std::to_string(kMostChildren) + "."});
  }
  if (options.today.year() < 1970 || options.today.year() > 2090) {
    problems.push_back({"The day of the extracts has to be between 1970 and 2090.", "today", ""});
  }
  const auto check_rate = [&](PerTenThousand rate, std::string where) {
    if (rate <= 10'000) return;
    problems.push_back(
        {"A rate is a chance in 10,000, so " + std::to_string(rate) + " is too much.", std::move(where), ""});
  };
  for (std::size_t source = 0; source < kSourceCount; ++source) {
    for (std::size_t error = 0; error < kErrorCount; ++error) {
      check_rate(options.errors[source].rates[error], std::string(name_of(static_cast<Source>(source))) + ", " +
                                                          std::string(name_of(static_cast<Error>(error))));
    }
  }
  const PopulationRates& rates = options.population;
  for (const PerTenThousand rate :
       {rates.twin_maternities, rates.triplet_maternities, rates.similar_twin_names, rates.known_households,
        rates.known_children, rates.moved_households, rates.changed_surnames, rates.namesakes, rates.cousins,
        rates.alone_seeking_asylum, rates.nhs_registered, rates.nhs_restricted, rates.changed_school}) {
    check_rate(rate, "population");
  }
  return problems;
}

}  // namespace

std::string_view name_of(Source source) {
  switch (source) {
    case Source::SocialCare:
      return "social care";
    case Source::SchoolCensus:
      return "school census";
    case Source::TransferFile:
      return "transfer file";
    case Source::Nhs:
      return "nhs";
  }
  return "";
}

std::string_view name_of(Error error) {
  return kErrors[static_cast<std::size_t>(error)].name;
}

ErrorRates default_error_rates(Source source) {
  ErrorRates rates;
  for (const ErrorDefaults& line : kErrors) {
    rates[line.error] =
        std::array{line.social_care, line.census, line.transfer, line.nhs}[static_cast<std::size_t>(source)];
  }
  return rates;
}

std::array<ErrorRates, kSourceCount> default_error_rates() {
  return {default_error_rates(Source::SocialCare), default_error_rates(Source::SchoolCensus),
          default_error_rates(Source::TransferFile), default_error_rates(Source::Nhs)};
}

Result<SynthSummary> generate(const SynthOptions& options, OutputSink& sink) {
  if (Problems problems = problems_with(options); !problems.empty()) return problems;

  SynthSummary summary;
  const Names names;
  const Places places(options.children, options.seed);
  Population population(options, names, places);
  // The systems write in any case: what comes second in a file depends on the chances drawn for what came first.
  OutputSink& extracts = options.files == Files::People ? nowhere() : sink;
  std::optional<PeopleFile> people;
  if (options.files != Files::Extracts) people.emplace(options.seed, places, sink);
  TruthFile truth(extracts, people ? &*people : nullptr);
  SocialCareSystem social_care(options, names, places, extracts, summary, truth);
  EducationSystem education(options, names, places, population.schools(), extracts, summary, truth);
  NhsDemographics nhs(options, names, places, extracts, summary, truth);

  while (const Household* household = population.next()) {
    ++summary.households;
    summary.children += household->children.size();
    summary.twins_and_triplets += static_cast<std::size_t>(std::count_if(
        household->children.begin(), household->children.end(), [](const Child& child) { return child.births > 1; }));
    social_care.add(*household);
    education.add(*household);
    nhs.add(*household);
  }
  social_care.end();
  education.end();
  nhs.end();
  truth.file().end();
  if (people) {
    people->end();
    summary.files.push_back(people->file().counts());
  }
  if (options.files == Files::People) return summary;

  for (const OutputFile* file : social_care.files()) summary.files.push_back(file->counts());
  for (const SynthSummary::File& file : education.files()) summary.files.push_back(file);
  summary.files.push_back(nhs.file().counts());
  summary.files.push_back(truth.file().counts());
  return summary;
}

}  // namespace guildhall::synth
