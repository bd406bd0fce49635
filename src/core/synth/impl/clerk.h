#pragma once

// What a clerk of one system wrote down about a child, with that system's errors.

#include <optional>
#include <string>

#include "synth/impl/population.h"

namespace guildhall::synth {

struct Entry {
  std::string forename;
  std::string middle_names;
  std::string surname;
  std::optional<Date> born;
  std::optional<Sex> sex;
  std::optional<Residence> residence;  // nothing: no address
  std::string postcode;                // as typed
  std::string nhs_number;              // never in education; empty: missing
  std::string upn;                     // not in the NHS; empty: missing or none
  std::string former_upn;              // as known to this clerk; empty where it is (wrongly) in `upn`
};

class Clerk {
 public:
  // Keeps references; counts every error made in `tallies`. One clerk serves one source.
  Clerk(Source source, const SynthOptions& options, const Names& names, const Places& places,
        std::array<SynthSummary::Tally, kErrorCount>& tallies);

  // `siblings` is the child's household. `random` is drawn from as often as the child gives occasion.
  Entry write_down(const Child& child, const Household& siblings, Random& random);
  bool enters_twice(Random& random) { return happens(Error::EnteredTwice, true, random); }

 private:
  bool happens(Error error, bool possible, Random& random);
  void write_names(const Child& child, Random& random, Entry& entry);
  void write_birth(const Child& child, Random& random, Entry& entry);
  void write_address(const Child& child, Random& random, Entry& entry);
  void write_nhs_number(const Child& child, const Household& siblings, Random& random, Entry& entry);
  void write_upn(const Child& child, Random& random, Entry& entry);

  Source source_;
  const ErrorRates& rates_;
  Date today_;
  const Names& names_;
  const Places& places_;
  std::array<SynthSummary::Tally, kErrorCount>& tallies_;
};

// One slip of the finger at a letter or digit: the key beside it, two exchanged, one lost or one doubled.
// Never the same text; the text itself where it has no two ASCII letters or digits. Exposed for its test.
std::string mistyped(std::string_view text, Random& random);

}  // namespace guildhall::synth
