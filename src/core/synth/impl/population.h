#pragma once

// Who lives in the county: the truth, before any system wrote it down. Drawn household by household, each
// from a seed of its own; what must be unique in the whole population (NHS number, UPN) is given out in
// order.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "synth/impl/names.h"
#include "synth/impl/places.h"
#include "synth/synth.h"

namespace guildhall::synth {

// What social care did, or does; each includes the steps before it.
enum class Need : std::uint8_t { None, EarlyHelp, Assessment, InNeed, Protection, LookedAfter };

struct Care {
  Need need = Need::None;
  Date from;
  std::optional<Date> to;  // nothing: still open
  std::optional<Residence> placement;
};

struct Schooling {
  bool on_roll = false;
  int year_group = 0;  // national curriculum year: 0 is Reception, -1 and -2 the nursery years, 13 the last
  School school;
  Date entry;
  bool changed_school = false;  // this year; `former_school` is where the pupil came from
  School former_school;
};

struct Child {
  std::uint32_t person = 0;     // from 1
  std::uint32_t household = 0;  // from 1
  Sex sex = Sex::Male;
  Date born;
  std::uint8_t births = 1;       // of the same birth: 2 for twins
  std::uint8_t birth_order = 1;  // among them
  std::string forename;
  std::string middle_names;    // may be empty, or two
  std::string surname;         // today's
  std::string former_surname;  // empty: it never changed
  Date surname_since;          // birth, or the day of the change
  Community community = Community::English;
  std::string_view ethnicity;
  std::string nhs_number;  // everybody has one; ten digits
  std::string upn;         // empty: never at a maintained school
  std::string former_upn;  // empty: never had another
  Residence home;
  std::optional<Residence> former_home;
  std::optional<Address> other_home;  // the other parent's
  bool nhs_registered = true;
  bool nhs_restricted = false;
  bool alone_seeking_asylum = false;
  Schooling schooling;
  Care care;

  // Where the child lives: with the family, or where placed.
  const Residence& residence() const { return care.placement && !care.to ? *care.placement : home; }
};

struct Household {
  std::uint32_t id = 0;         // from 1
  std::vector<Child> children;  // the eldest first
};

class Population {
 public:
  // Keeps references to all three.
  Population(const SynthOptions& options, const Names& names, const Places& places);
  // The next household; nothing once options.children were given.
  const Household* next();
  Schools& schools() { return schools_; }

 private:
  struct Family;
  void draw_families(Random& random, Household& household);
  void add_birth(Random& random, Family& family, Date born);
  void name_child(Random& random, const Family& family, Child& child);
  void make_namesake(Random& random, Household& household);
  void settle(Random& random, Household& household);
  void draw_care(Random& random, Household& household);
  void send_to_school(Random& random, Child& child);
  std::string next_nhs_number();

  const SynthOptions& options_;
  const Names& names_;
  const Places& places_;
  Schools schools_;
  Household household_;
  std::size_t children_given_ = 0;
  std::uint32_t nhs_cursor_ = 0;

  // A few families of before, for namesakes and cousins.
  struct Acquaintance {
    std::string forename;
    std::string middle_names;
    std::string surname;
    Sex sex;
    Date born;
    Community community;
    std::string_view ethnicity;
    Address home;
  };
  std::vector<Acquaintance> acquaintances_;
};

// The year in which the school year of that day began: 2025 for 31 August 2026.
int school_year(Date day);

}  // namespace guildhall::synth
