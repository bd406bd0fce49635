#include "synth/impl/places.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/result.h"
#include "records/identifiers.h"

namespace guildhall::synth {
namespace {

struct Town {
  std::string_view name;
  unsigned share;  // of a hundred streets
};
constexpr std::array<Town, 16> kTowns = {{{"Aldermere", 26},
                                          {"Brackenford", 15},
                                          {"Castlewick", 11},
                                          {"Dunholme Regis", 8},
                                          {"Eastry Green", 6},
                                          {"Fallowbridge", 5},
                                          {"Greatham Cross", 5},
                                          {"Harrowfield", 4},
                                          {"Kingsmarsh", 4},
                                          {"Long Averley", 3},
                                          {"Millbeck", 3},
                                          {"Netherby", 3},
                                          {"Priors Lyde", 2},
                                          {"St Oswin", 2},
                                          {"Upper Tarrant", 2},
                                          {"Wexcombe", 1}}};

constexpr std::string_view kStreets[] = {
    "Abbey",     "Acacia",    "Albany",     "Albert",      "Alder",       "Alma",     "Ash",         "Balmoral",
    "Beech",     "Belmont",   "Birch",      "Bishop",      "Bramble",     "Bridge",   "Brook",       "Buttercup",
    "Byron",     "Cambridge", "Canal",      "Castle",      "Cedar",       "Chapel",   "Cherry Tree", "Chestnut",
    "Church",    "Clarence",  "Coronation", "Cromwell",    "Crown",       "Darwin",   "Derwent",     "Drake",
    "Elm",       "Factory",   "Fern",       "Field",       "Foundry",     "Fox",      "Garden",      "George",
    "Gladstone", "Grange",    "Green",      "Hawthorn",    "Hazel",       "Heath",    "Heron",       "High",
    "Hill",      "Holly",     "Hospital",   "Ivy",         "Jubilee",     "Juniper",  "Keats",       "Kestrel",
    "King",      "Laburnum",  "Larch",      "Laurel",      "Lavender",    "Lime",     "Linden",      "Mafeking",
    "Magnolia",  "Manor",     "Maple",      "Market",      "Marlborough", "Meadow",   "Mill",        "Milton",
    "Mulberry",  "Nelson",    "New",        "Nightingale", "North",       "Oak",      "Oakfield",    "Orchard",
    "Oxford",    "Paddock",   "Park",       "Pear Tree",   "Pine",        "Poplar",   "Priory",      "Quarry",
    "Queen",     "Railway",   "Rectory",    "Redwood",     "Richmond",    "River",    "Robin",       "Rose",
    "Rowan",     "Russell",   "Salisbury",  "School",      "Shakespeare", "Silver",   "Skylark",     "South",
    "Spring",    "Spruce",    "St James",   "St John's",   "St Mary's",   "Station",  "Swan",        "Sycamore",
    "Tennyson",  "Thistle",   "Trafalgar",  "Union",       "Vicarage",    "Victoria", "Vine",        "Walnut",
    "Warwick",   "Water",     "Waterloo",   "Wellington",  "West",        "Weaver",   "Wheatfield",  "Willow",
    "Windmill",  "Windsor",   "Wood",       "Wordsworth",  "York"};
constexpr std::string_view kStreetKinds[] = {"Road",    "Street", "Close",    "Avenue", "Drive",   "Lane",
                                             "Way",     "Court",  "Crescent", "Grove",  "Gardens", "Place",
                                             "Terrace", "Rise",   "Walk",     "Hill"};

constexpr std::uint32_t kNumbers = 97;  // houses in a street

constexpr std::string_view kUnitLetters = "ABDEFGHJLNPQRSTUWXYZ";  // Royal Mail uses no C, I, K, M, O, V in the unit.

constexpr std::uint16_t kFirstPrimary = 2001;    // DfE: maintained primary schools from 2000
constexpr std::uint16_t kFirstSecondary = 4001;  // and secondary schools from 4000
constexpr std::array<School, 24> kElsewhere = {
    {{330, 2045}, {330, 2310}, {331, 2062}, {333, 2118}, {334, 2007}, {336, 2093}, {801, 2211}, {803, 2150},
     {808, 2036}, {815, 2401}, {831, 2055}, {860, 2187}, {861, 2020}, {873, 2334}, {878, 2129}, {884, 2064},
     {891, 2272}, {893, 2005}, {908, 2166}, {916, 2017}, {925, 2350}, {931, 2088}, {937, 2123}, {938, 2219}}};

}  // namespace

Places::Places(std::size_t children, std::uint64_t seed)
    : streets_(static_cast<std::uint32_t>(std::max<std::size_t>(100, children / 40))),
      seed_(seed),
      placements_(std::max<std::size_t>(3, children / 1'200)) {}

Address Places::home_of(std::uint32_t household) const {
  // Round after round, one household to every street; within a street, each round takes the next free number
  // in steps of 37 of 97 (a prime), so that neighbours in the list are not neighbours in the street.
  const std::uint32_t round = household / streets_;
  Address address;
  address.street = static_cast<std::uint32_t>((household % streets_ + mixed(seed_ + round)) % streets_);
  const std::uint64_t drawn = mixed(seed_ ^ address.street);
  address.number = static_cast<std::uint16_t>(1 + (round * 37 + drawn) % kNumbers);
  const std::uint64_t flat = mixed(drawn + round);
  if (flat % 100 < 14) address.flat = static_cast<std::uint8_t>(1 + (flat >> 20) % 12);
  return address;
}

Address Places::anywhere(Random& random) const {
  Address address;
  address.street = static_cast<std::uint32_t>(random.below(streets_));
  address.number = static_cast<std::uint16_t>(1 + random.below(kNumbers));
  if (random.chance(1'400)) address.flat = static_cast<std::uint8_t>(1 + random.below(12));
  return address;
}

Address Places::in_the_same_town(const Address& address, Random& random) const {
  Address near = anywhere(random);
  // Streets 100 apart are in the same town: see town_of.
  near.street = near.street / 100 * 100 + address.street % 100;
  if (near.street >= streets_) near.street = address.street;
  return near;
}

Address Places::placement(Random& random) const {
  Random own(seed_, Random::Purpose::Placement, random.below(placements_));
  return anywhere(own);
}

std::size_t Places::town_of(std::uint32_t street) const {
  unsigned left = street % 100;
  std::size_t town = 0;
  while (left >= kTowns[town].share) left -= kTowns[town++].share;
  return town;
}

std::string Places::house(const Address& address) const {
  std::string number = std::to_string(address.number);
  return address.flat == 0 ? number : "Flat " + std::to_string(address.flat) + ", " + number;
}

std::string Places::street(const Address& address) const {
  const std::uint64_t drawn = mixed(seed_ ^ mixed(address.street));
  std::string name(kStreets[drawn % std::size(kStreets)]);
  // The third kinds are rarer than the first.
  const std::uint64_t kinds = std::size(kStreetKinds);
  const std::uint64_t kind = std::min((drawn >> 20) % kinds, (drawn >> 40) % kinds);
  return name.append(" ").append(kStreetKinds[kind]);
}

std::string_view Places::town(const Address& address) const {
  return kTowns[town_of(address.street)].name;
}

std::string Places::postcode(const Address& address) const {
  // A town has its districts; a hundred streets later the next sector and unit begins. Every street has its
  // own.
  const std::size_t town = town_of(address.street);
  const std::uint32_t in_town = address.street / 100 * 26 + address.street % 26;  // at most 26 of 100 streets
  const std::uint32_t units = static_cast<std::uint32_t>(kUnitLetters.size() * kUnitLetters.size());
  const std::uint32_t sector = in_town / units;
  // Units are given in an order that looks like none; 37 shares no factor with 400.
  const std::uint32_t unit = in_town * 37 % units;
  const std::uint32_t district = 1 + static_cast<std::uint32_t>(town) + 16 * (sector / 9);
  std::string text = "WX" + std::to_string(district) + " " + std::to_string(1 + sector % 9);
  text += kUnitLetters[unit / kUnitLetters.size()];
  text += kUnitLetters[unit % kUnitLetters.size()];
  return text;
}

std::uint64_t Places::uprn(const Address& address) const {
  return 100'900'000'000ULL + address.street * 10'000ULL + address.number * 20ULL + address.flat;
}

Area Places::area(const Address& address) const {
  return static_cast<Area>(town_of(address.street) % 4);
}

Schools::Schools(std::size_t children)
    : primaries_(std::clamp<std::size_t>(children / 550, 4, 1'900)),
      secondaries_(std::clamp<std::size_t>(children / 2'800, 2, 900)),
      given_((primaries_ + secondaries_ + kElsewhere.size()) * 100) {}

School Schools::at(std::size_t index) const {
  if (index < primaries_) return {kAuthority, static_cast<std::uint16_t>(kFirstPrimary + index)};
  if (index < primaries_ + secondaries_) {
    return {kAuthority, static_cast<std::uint16_t>(kFirstSecondary + index - primaries_)};
  }
  return kElsewhere[index - primaries_ - secondaries_];
}

std::size_t Schools::index(School school) const {
  if (school.authority == kAuthority) {
    return school.establishment >= kFirstSecondary ? primaries_ + (school.establishment - kFirstSecondary)
                                                   : static_cast<std::size_t>(school.establishment - kFirstPrimary);
  }
  for (std::size_t i = 0; i < kElsewhere.size(); ++i) {
    if (kElsewhere[i].authority == school.authority && kElsewhere[i].establishment == school.establishment) {
      return primaries_ + secondaries_ + i;
    }
  }
  check(false, "not a school of ours");
  return 0;
}

School Schools::primary(const Address& home, Random& random) const {
  return at(random.chance(8'500) ? mixed(home.street) % primaries_ : random.below(primaries_));
}

School Schools::secondary(const Address& home, Random& random) const {
  return at(primaries_ + (random.chance(8'500) ? mixed(home.street / 4) % secondaries_ : random.below(secondaries_)));
}

School Schools::elsewhere(Random& random) const {
  return at(primaries_ + secondaries_ + random.below(kElsewhere.size()));
}

std::string Schools::name(School school) const {
  const std::string_view street =
      kStreets[mixed(school.establishment * 1'000ULL + school.authority) % std::size(kStreets)];
  return std::string(street) + (school.establishment >= kFirstSecondary ? " Academy" : " Primary School");
}

std::string Schools::allocate_upn(School school, int year) {
  const std::size_t schools = given_.size() / 100;
  const auto two_digits = static_cast<std::size_t>(year % 100);
  std::size_t giver = index(school);
  // 999 a year and school. A full school's pupils get theirs from the next, as if they had started there.
  for (std::size_t tried = 0; given_[giver * 100 + two_digits] >= 999; ++tried) {
    check(tried < schools, "no UPNs left in a year");
    giver = (giver + 1) % schools;
  }
  const School from = at(giver);
  const unsigned serial = ++given_[giver * 100 + two_digits];
  const std::string numbers =
      std::to_string((from.authority * 10'000ULL + from.establishment) * 100'000ULL + two_digits * 1'000 + serial);
  const auto upn = records::Upn::with_check_letter(numbers);
  check(upn.has_value(), "a UPN could not be made");
  return std::string(upn->text());
}

std::string temporary_upn(std::string_view upn) {
  std::string twelve(upn.substr(1));
  twelve.back() = "ABCDEFGHJK"[twelve.back() - '0'];  // No I: UPN letters leave it out.
  const auto temporary = records::Upn::with_check_letter(twelve);
  check(temporary.has_value(), "a temporary UPN could not be made");
  return std::string(temporary->text());
}

}  // namespace guildhall::synth
