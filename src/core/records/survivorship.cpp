#include "records/survivorship.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace guildhall::records {
namespace {

constexpr std::array<std::string_view, 6> kRuleNames = {
    "verified", "trusted_source_then_newest", "newest", "most_frequent", "any_yes", "all"};

std::size_t trust_of(const SurvivorshipPolicy& line, std::string_view source_kind) {
  const auto found = std::find(line.trusted_sources.begin(), line.trusted_sources.end(), source_kind);
  return static_cast<std::size_t>(found - line.trusted_sources.begin());
}

using Candidates = std::vector<const Candidate*>;

// Of the candidates for one attribute, which comes first.
class Order {
 public:
  Order(const SurvivorshipPolicy& line, const Candidates& all) : line_(line) {
    for (const Candidate* candidate : all) ++holders_[candidate->value];
  }

  bool operator()(const Candidate* a, const Candidate* b) const { return rank(*a) > rank(*b); }

 private:
  using Rank = std::tuple<std::int64_t, std::size_t, std::chrono::sys_days, std::string_view, SourceRecordId>;

  // Greater is better.
  Rank rank(const Candidate& candidate) const {
    std::int64_t first = 0;
    switch (line_.rule) {
      case SurvivorshipRule::Verified:
        first = candidate.verified ? 1 : 0;
        break;
      case SurvivorshipRule::TrustedSourceThenNewest:
        break;
      case SurvivorshipRule::Newest:
      case SurvivorshipRule::All:
        first = candidate.as_of.days().time_since_epoch().count();
        break;
      case SurvivorshipRule::MostFrequent:
        first = static_cast<std::int64_t>(holders_.at(candidate.value));
        break;
      case SurvivorshipRule::AnyYes:
        first = candidate.value == "yes" ? 1 : 0;
        break;
    }
    const std::size_t trust = line_.trusted_sources.size() - trust_of(line_, candidate.source_kind);
    return {first, trust, candidate.as_of.days(), candidate.value, candidate.record};
  }

  const SurvivorshipPolicy& line_;
  std::map<std::string_view, std::size_t> holders_;
};

GoldenAttribute golden(const Candidate& chosen, SurvivorshipRule rule, const Candidates& all) {
  const auto agrees = [&](const Candidate* other) { return other->value == chosen.value; };
  const auto agreeing = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), agrees));
  return {
      chosen.attribute, std::string(chosen.value), chosen.record, std::string(chosen.source_kind), chosen.as_of, rule,
      agreeing,         all.size() - agreeing};
}

void survive_all(const SurvivorshipPolicy& line, Candidates all, std::vector<GoldenAttribute>& result) {
  std::sort(all.begin(), all.end(), Order(line, all));
  std::set<std::string_view> seen;
  for (const Candidate* candidate : all) {
    if (seen.insert(candidate->value).second) result.push_back(golden(*candidate, line.rule, all));
  }
}

}  // namespace

std::string_view name_of(SurvivorshipRule rule) {
  return kRuleNames[static_cast<std::size_t>(rule)];
}

std::optional<SurvivorshipRule> survivorship_rule_named(std::string_view name) {
  const auto found = std::find(kRuleNames.begin(), kRuleNames.end(), name);
  if (found == kRuleNames.end()) return std::nullopt;
  return static_cast<SurvivorshipRule>(found - kRuleNames.begin());
}

const std::vector<SurvivorshipPolicy>& default_policy() {
  using enum Attribute;
  using enum SurvivorshipRule;
  static const std::vector<SurvivorshipPolicy> policy = {
      {{NhsNumber, NhsVerification},
       Verified,
       {"nhs", "social_care", "education"},
       "A number that the NHS has traced for this person outweighs one that was typed."},
      {{Upn}, TrustedSourceThenNewest, {"education"}, "Schools and the DfE issue UPNs; others copy them."},
      {{FormerUpn}, All, {"education"}, "An old number still finds old records."},
      {{UniqueLearnerNumber}, TrustedSourceThenNewest, {"education"}, "Schools and colleges hold it first."},
      {{Surname, Forename, MiddleNames},
       TrustedSourceThenNewest,
       {"nhs", "education", "social_care"},
       "One record's name as a whole: parts of two names make a third that nobody has. The NHS changes a "
       "name on "
       "evidence."},
      {{PreferredForename}, Newest, {"education", "social_care"}, "What the child is called now."},
      {{PreferredSurname}, Newest, {"education", "social_care"}, "What the child is called now."},
      {{FormerSurname}, All, {}, "A partner may know the child by an earlier name."},
      {{BirthDate},
       MostFrequent,
       {"nhs", "education", "social_care"},
       "A birth date does not change; one that several sources hold independently is seldom mistyped."},
      {{ExpectedBirthDate}, Newest, {"nhs", "social_care"}, "The latest scan is the best estimate."},
      {{DeathDate}, TrustedSourceThenNewest, {"nhs", "social_care"}, "The NHS has it from the register of deaths."},
      {{Sex}, MostFrequent, {"nhs", "education", "social_care"}, "A slip in one source is outvoted."},
      {{Ethnicity},
       TrustedSourceThenNewest,
       {"education", "social_care", "nhs"},
       "Schools ask the parents, and ask again."},
      {{Postcode, AddressLines, Uprn},
       Newest,
       {"nhs", "social_care", "education"},
       "Families move: the latest report of where they live. Its parts stay together."},
      {{Restricted}, AnyYes, {}, "If any source protects the record, it is protected."},
      {{SchoolNumber, YearGroup, EntryDate, LeavingDate}, Newest, {"education"}, "The school that reported last."},
  };
  return policy;
}

Result<void> check_policy(std::span<const SurvivorshipPolicy> policy) {
  Problems problems;
  std::set<Attribute> seen;
  for (std::size_t i = 0; i < policy.size(); ++i) {
    const std::string where = "line " + std::to_string(i + 1);
    if (policy[i].attributes.empty()) {
      problems.push_back({"This line names no attribute.", where, "Name one, or delete the line."});
    }
    if (policy[i].rule == SurvivorshipRule::All && policy[i].attributes.size() > 1) {
      problems.push_back({"Only one attribute at a time can keep all its values.", where, "Give each its own line."});
    }
    for (const Attribute attribute : policy[i].attributes) {
      if (!seen.insert(attribute).second) {
        problems.push_back(
            {"The attribute " + std::string(name_of(attribute)) + " has two lines.", where, "Keep one of them."});
      }
    }
  }
  if (!problems.empty()) return problems;
  return {};
}

std::vector<GoldenAttribute> survive(std::span<const Candidate> candidates,
                                     std::span<const SurvivorshipPolicy> policy) {
  std::array<Candidates, kAttributeCount> by_attribute;
  for (const Candidate& candidate : candidates) {
    if (!candidate.value.empty()) by_attribute[static_cast<std::size_t>(candidate.attribute)].push_back(&candidate);
  }
  const auto all_of = [&](Attribute attribute) -> const Candidates& {
    return by_attribute[static_cast<std::size_t>(attribute)];
  };
  std::vector<GoldenAttribute> result;
  for (const SurvivorshipPolicy& line : policy) {
    // The first attribute of the line that any record has decides which record; the others come from that
    // record.
    const auto decides = std::find_if(line.attributes.begin(), line.attributes.end(),
                                      [&](Attribute attribute) { return !all_of(attribute).empty(); });
    if (decides == line.attributes.end()) continue;
    const Candidates& competing = all_of(*decides);
    if (line.rule == SurvivorshipRule::All) {
      survive_all(line, competing, result);
      continue;
    }
    const Candidate* chosen = *std::min_element(competing.begin(), competing.end(), Order(line, competing));
    for (const Attribute attribute : line.attributes) {
      Candidates of_record = all_of(attribute);
      std::erase_if(of_record, [&](const Candidate* candidate) { return candidate->record != chosen->record; });
      if (of_record.empty()) continue;
      const Order order(line, all_of(attribute));
      result.push_back(
          golden(**std::min_element(of_record.begin(), of_record.end(), order), line.rule, all_of(attribute)));
    }
  }
  return result;
}

}  // namespace guildhall::records
