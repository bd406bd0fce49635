#include "synth/impl/population.h"

#include <algorithm>

#include "base/result.h"
#include "records/identifiers.h"

namespace guildhall::synth {
namespace {

using std::chrono::days;

Date plus_days(Date date, int count) {
  return Date::of(date.days() + days{count});
}
int days_between(Date from, Date to) {
  return static_cast<int>((to.days() - from.days()).count());
}

constexpr int kDaysOfChildhood = 18 * 365 + 4;  // The youngest adult has turned 18.

constexpr std::size_t kAcquaintances = 256;

// One of the million nine-digit numbers from 999000000, each exactly once as `place` goes from 0 to 999,999:
// a Feistel network of four rounds over pairs of three digits, which is a permutation whatever its round
// function.
std::uint32_t shuffled(std::uint32_t place, std::uint64_t seed) {
  std::uint32_t left = place / 1'000;
  std::uint32_t right = place % 1'000;
  for (std::uint64_t round = 0; round < 4; ++round) {
    const auto turned = static_cast<std::uint32_t>(mixed(seed ^ mixed(round << 32 | right)) % 1'000);
    left = (left + turned) % 1'000;
    std::swap(left, right);
  }
  return left * 1'000 + right;
}

// Men and boys of Muslim families often bear Muhammad before the name they are called by.
bool gives_muhammad(Community community) {
  return community == Community::Pakistani || community == Community::Bangladeshi || community == Community::Somali ||
         community == Community::Arabic;
}

bool gives_middle_names(Community community) {
  return community <= Community::Polish || community == Community::Nigerian;
}

}  // namespace

int school_year(Date day) {
  return day.month() >= 9 ? day.year() : day.year() - 1;
}

// The parents, as far as names go.
struct Population::Family {
  Community communities[2];
  std::string surnames[2];  // the father's, the mother's
  enum class Pattern { Fathers, Mothers, Both, Different } pattern = Pattern::Fathers;
  char joint = '-';  // between both
  bool mixed = false;
};

Population::Population(const SynthOptions& options, const Names& names, const Places& places)
    : options_(options), names_(names), places_(places), schools_(options.children) {}

const Household* Population::next() {
  while (children_given_ < options_.children) {
    ++household_.id;
    household_.children.clear();
    Random random(options_.seed, Random::Purpose::Household, household_.id);
    draw_families(random, household_);
    if (household_.children.size() == 1) make_namesake(random, household_);
    settle(random, household_);
    std::vector<Child>& children = household_.children;
    const std::size_t left = options_.children - children_given_;
    if (children.size() > left) {
      children.resize(left);
      for (Child& child : children) {  // A twin may have lost the other.
        child.births = static_cast<std::uint8_t>(std::count_if(
            children.begin(), children.end(), [&](const Child& other) { return other.born == child.born; }));
      }
    }
    for (Child& child : children) {
      child.person = static_cast<std::uint32_t>(++children_given_);
      child.household = household_.id;
      child.nhs_number = next_nhs_number();
      child.nhs_registered = random.chance(options_.population.nhs_registered);
    }
    draw_care(random, household_);
    for (Child& child : children) {
      send_to_school(random, child);
      const PerTenThousand restricted = options_.population.nhs_restricted;
      const bool in_care = child.care.placement && !child.care.to;
      child.nhs_restricted = random.chance(in_care ? std::min<PerTenThousand>(10'000, restricted * 10) : restricted);
    }
    if (!children.empty()) return &household_;
  }
  return nullptr;
}

void Population::draw_families(Random& random, Household& household) {
  const Date today = options_.today;
  if (random.chance(options_.population.alone_seeking_asylum)) {
    Family family;
    family.communities[0] = family.communities[1] = std::array{
        Community::Arabic, Community::Somali, Community::Pakistani, Community::Turkish}[random.weighted({4, 2, 3, 2})];
    family.surnames[0] = family.surnames[1] = names_.surname(family.communities[0], random);
    const Date born = Date::of(std::chrono::year{today.year() - random.between(15, 17)} / std::chrono::January / 1);
    add_birth(random, family, born);
    household.children.resize(1);
    Child& child = household.children.front();
    child.births = child.birth_order = 1;
    child.alone_seeking_asylum = true;
    return;
  }

  Family family;
  family.communities[0] = family.communities[1] = names_.draw_community(random);
  if (random.chance(1'200)) family.communities[1] = names_.draw_community(random);
  family.mixed = family.communities[0] != family.communities[1];
  for (int parent = 0; parent < 2; ++parent) {
    family.surnames[parent] = names_.surname(family.communities[parent], random);
  }
  family.pattern = static_cast<Family::Pattern>(random.weighted({68, 14, 8, 10}));
  if (random.chance(2'500)) family.joint = ' ';

  // One birth anywhere in the last 18 years, the others before or after it, 13 months to 5 years apart; a
  // brother or sister who would be grown up or not yet born is none of ours.
  const std::size_t births = 1 + random.weighted({44, 38, 13, 4, 1});
  int youngest = static_cast<int>(random.below(kDaysOfChildhood - 1)) + 1;  // ages in days
  int eldest = youngest;
  std::vector<int> ages{youngest};
  for (std::size_t i = 1; i < births; ++i) {
    const int apart = random.between(400, 1'800);
    ages.push_back(random.chance(5'000) ? youngest -= apart : eldest += apart);
  }
  std::sort(ages.rbegin(), ages.rend());
  for (const int age : ages) {
    if (age > 0 && age < kDaysOfChildhood) add_birth(random, family, plus_days(today, -age));
  }
}

void Population::add_birth(Random& random, Family& family, Date born) {
  const std::uint64_t lot = random.below(10'000);
  const PopulationRates& rates = options_.population;
  const int births = lot < rates.triplet_maternities                            ? 3
                     : lot < rates.triplet_maternities + rates.twin_maternities ? 2
                                                                                : 1;
  const bool alike = random.chance(3'300);  // Identical twins: of one sex.
  Sex sex = random.chance(5'120) ? Sex::Male : Sex::Female;
  std::vector<Child>& children = household_.children;
  for (int i = 0; i < births; ++i) {
    if (i > 0 && !alike) sex = random.chance(5'000) ? Sex::Male : Sex::Female;
    Child child;
    child.born = child.surname_since = born;
    child.sex = sex;
    child.births = static_cast<std::uint8_t>(births);
    child.birth_order = static_cast<std::uint8_t>(i + 1);
    name_child(random, family, child);
    children.push_back(std::move(child));
  }
  if (births == 2 && children.back().sex == children[children.size() - 2].sex &&
      random.chance(rates.similar_twin_names)) {
    const auto pair = names_.similar_pair(sex, random);
    children[children.size() - 2].forename = pair[0];
    children.back().forename = pair[1];
  }
}

void Population::name_child(Random& random, const Family& family, Child& child) {
  const std::vector<Child>& siblings = household_.children;
  child.community = family.communities[family.mixed && random.chance(4'000) ? 1 : 0];
  child.ethnicity =
      ethnicity(family.communities[0] == Community::English ? family.communities[1] : family.communities[0],
                family.mixed, random);
  const auto draw = [&] {
    std::string name(names_.forename(child.community, child.sex, child.born.year(), random));
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
  };
  const auto taken = [&](const std::string& name) {
    return std::any_of(siblings.begin(), siblings.end(), [&](const Child& other) { return other.forename == name; });
  };
  do child.forename = draw();
  while (taken(child.forename));

  if (gives_muhammad(child.community) && child.sex == Sex::Male && random.chance(1'500) && !taken("Muhammad") &&
      child.forename != "Muhammad") {
    child.middle_names = child.forename;
    child.forename = "Muhammad";
  } else if (random.chance(gives_middle_names(child.community) ? 7'500 : 2'500)) {
    do child.middle_names = draw();
    while (child.middle_names == child.forename);
    if (random.chance(1'200)) child.middle_names += ' ' + draw();
  }

  const int parent = family.pattern == Family::Pattern::Mothers ||
                     (family.pattern == Family::Pattern::Different && random.chance(5'000));
  child.surname = family.surnames[parent];
  if (family.pattern == Family::Pattern::Both && family.surnames[0] != family.surnames[1] &&
      family.surnames[0].find_first_of("- ") == std::string::npos &&
      family.surnames[1].find_first_of("- ") == std::string::npos) {
    child.surname = family.surnames[0] + family.joint + family.surnames[1];
  } else if (child.sex == Sex::Female && random.chance(6'500)) {
    child.surname = Names::for_daughter(family.communities[parent], child.surname);
  }
  if (child.community == Community::Sikh && child.surname != "Singh" && child.surname != "Kaur" &&
      child.middle_names.empty()) {
    child.middle_names = child.sex == Sex::Male ? "Singh" : "Kaur";
  }

  const int age = days_between(child.born, options_.today);
  if (age > 400 && random.chance(options_.population.changed_surnames)) {
    child.former_surname = child.surname;
    const Community community = random.chance(6'000) ? child.community : names_.draw_community(random);
    do child.surname = names_.surname(community, random);
    while (child.surname == child.former_surname);
    child.surname_since = plus_days(child.born, random.between(200, age - 10));
  }
}

void Population::make_namesake(Random& random, Household& household) {
  Child& child = household.children.front();
  if (!acquaintances_.empty() && !child.alone_seeking_asylum) {
    const Acquaintance& other = random.one_of(acquaintances_);
    if (random.chance(options_.population.namesakes)) {
      child.forename = other.forename;
      child.surname = other.surname;
      child.former_surname.clear();
      child.sex = other.sex;
      child.born = child.surname_since = other.born;
      child.community = other.community;
      child.ethnicity = other.ethnicity;
    } else if (random.chance(options_.population.cousins)) {
      child.forename = other.forename;
      child.surname = other.surname;
      child.former_surname.clear();
      child.sex = other.sex;
      child.community = other.community;
      child.ethnicity = other.ethnicity;
      child.home.address = places_.in_the_same_town(other.home, random);
    }
  }
  Acquaintance seen{child.forename, child.middle_names, child.surname,   child.sex,
                    child.born,     child.community,    child.ethnicity, places_.home_of(household.id)};
  if (acquaintances_.size() < kAcquaintances) {
    acquaintances_.push_back(std::move(seen));
  } else {
    acquaintances_[household.id % kAcquaintances] = std::move(seen);
  }
}

void Population::settle(Random& random, Household& household) {
  if (household.children.empty()) return;
  Address home = household.children.front().home.address;
  if (home == Address{}) home = places_.home_of(household.id);
  Date since = plus_days(household.children.front().born, -random.between(30, 2'500));
  std::optional<Residence> former;
  if (random.chance(options_.population.moved_households)) {
    const Date moved = plus_days(options_.today, -random.between(5, 6 * 365));
    former = Residence{random.chance(6'000) ? places_.in_the_same_town(home, random) : places_.anywhere(random), since};
    since = std::max(since, moved);
  }
  const bool apart = random.chance(600);
  const Address other = places_.anywhere(random);
  for (Child& child : household.children) {
    child.home = {home, std::max(since, child.born)};
    if (former && child.born < since)
      child.former_home = Residence{former->address, std::max(former->from, child.born)};
    if (apart) child.other_home = other;
  }
}

void Population::draw_care(Random& random, Household& household) {
  if (household.children.empty()) return;
  const Date today = options_.today;
  const auto place = [&](Child& child) {
    Date from = std::min(today, plus_days(child.care.from, random.between(5, 60)));
    if (child.care.to && from >= *child.care.to) from = child.care.from;
    child.care.placement = Residence{places_.placement(random), from};
  };
  if (household.children.front().alone_seeking_asylum) {
    Child& child = household.children.front();
    child.care = {Need::LookedAfter, plus_days(today, -random.between(60, 500)), std::nullopt, std::nullopt};
    child.care.from = std::max(child.care.from, child.born);
    place(child);
    child.nhs_registered = true;
    return;
  }
  if (!random.chance(options_.population.known_households)) return;

  // By need: how often, how many of ten thousand are open, and how many days it lasts (open: so far).
  struct Course {
    Need need;
    PerTenThousand open;
    int least_days, most_days;
  };
  static constexpr Course kCourses[] = {{Need::EarlyHelp, 3'000, 60, 300},
                                        {Need::Assessment, 1'500, 10, 60},
                                        {Need::InNeed, 3'500, 90, 500},
                                        {Need::Protection, 3'500, 150, 700},
                                        {Need::LookedAfter, 4'500, 100, 2'500}};
  const Course& course = kCourses[random.weighted({34, 30, 22, 9, 5})];
  const bool open = random.chance(course.open);
  const int lasted = random.between(open ? 5 : course.least_days, course.most_days);
  const Date end = open ? today : plus_days(today, -random.between(10, 1'800));
  const Date begin = plus_days(end, -lasted);
  for (Child& child : household.children) {
    if (!random.chance(options_.population.known_children)) continue;
    if (child.born >= end) continue;
    child.care.need = course.need;
    if (course.need == Need::LookedAfter && random.chance(3'000) && household.children.size() > 1) {
      child.care.need = Need::InNeed;
    }
    child.care.from = std::max(begin, child.born);
    if (!open) child.care.to = end;
    if (child.care.need == Need::LookedAfter) place(child);
  }
}

void Population::send_to_school(Random& random, Child& child) {
  // Reception begins in the September after the fourth birthday.
  const Date today = options_.today;
  const int reception = school_year(child.born) + 5;
  const int year_group = school_year(today) - reception;
  Schooling& school = child.schooling;
  school.year_group = year_group;
  if (year_group < -2) return;
  // Nursery and sixth form are for some; a few of statutory age go to independent schools or learn at home.
  const PerTenThousand on_roll = year_group == -2 ? 3'500 : year_group == -1 ? 7'000 : year_group <= 11 ? 9'650 : 6'200;
  school.on_roll = random.chance(on_roll);
  const bool was_on_roll = year_group >= 1 && random.chance(5'000);
  if (!school.on_roll && !was_on_roll) return;

  const Address& home = child.home.address;
  const bool in_secondary = year_group >= 7;
  const School primary = schools_.primary(home, random);
  school.school = in_secondary ? schools_.secondary(home, random) : primary;
  const bool from_nursery = random.chance(4'000) || year_group < 0;
  const int first_year = std::min(school_year(today), from_nursery ? reception - 1 : reception);
  const auto september = [&](int year) {
    return std::min(today, Date::of(std::chrono::year{year} / std::chrono::September / random.between(2, 6)));
  };
  school.entry = september(in_secondary ? reception + 7 : first_year);

  School first = primary;
  int allocated = first_year;
  if (child.alone_seeking_asylum) {
    first = school.school;
    allocated = school_year(child.care.from);
    school.entry = std::min(today, plus_days(child.care.from, 30));
  } else if (random.chance(800)) {
    first = schools_.elsewhere(random);
  }
  child.upn = schools_.allocate_upn(first, allocated);
  if (random.chance(250)) child.former_upn = schools_.allocate_upn(schools_.elsewhere(random), allocated);

  if (school.on_roll && year_group >= 1 && !child.alone_seeking_asylum &&
      random.chance(options_.population.changed_school)) {
    school.changed_school = true;
    school.former_school = random.chance(5'000) ? schools_.elsewhere(random)
                           : in_secondary       ? schools_.secondary(places_.anywhere(random), random)
                                                : schools_.primary(places_.anywhere(random), random);
    school.entry = plus_days(today, -random.between(3, 330));
  }
}

std::string Population::next_nhs_number() {
  while (true) {
    check(nhs_cursor_ < 1'000'000, "no NHS numbers left in the 999 range");
    const std::string nine = std::to_string(999'000'000 + shuffled(nhs_cursor_++, options_.seed));
    if (const auto number = records::NhsNumber::with_check_digit(nine)) return std::string(number->digits());
  }
}

}  // namespace guildhall::synth
