#include "synth/impl/clerk.h"

#include <algorithm>

#include "base/text.h"

namespace guildhall::synth {
namespace {

using std::chrono::days;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The keys around a key on a UK keyboard, letters for letters and digits for digits.
std::string_view neighbours(char key) {
  static constexpr std::string_view kLetters[26] = {
      "qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko", "huikmn", "jiolm", "kop",  "njk",
      "bhjm", "iklp", "ol",   "wa",     "edft", "awedxz", "rfgy",   "yhji",   "cfgb", "qase",   "zsdc",  "tghu", "asx"};
  static constexpr std::string_view kDigits[10] = {"9", "2", "13", "24", "35", "46", "57", "68", "79", "80"};
  if (is_digit(key)) return kDigits[key - '0'];
  return kLetters[(is_upper(key) ? key + 32 : key) - 'a'];
}

char beside(char key, Random& random) {
  const char other = random.one_of(neighbours(key));
  return is_upper(key) ? static_cast<char>(other - 32) : other;
}

std::optional<Date> date(int year, unsigned month, unsigned day) {
  const Result<Date> made = Date::from(year, month, day);
  return made.ok() ? std::optional<Date>(*made) : std::nullopt;
}

std::string with_stray_marks(const std::string& name, Random& random) {
  const std::size_t mark = name.find_first_of("-' ");
  if (mark != std::string::npos && random.chance(6'000)) {
    std::string without = name;
    if (name[mark] == '-' && random.chance(5'000)) {
      without[mark] = ' ';
    } else {
      without.erase(mark, 1);
    }
    return without;
  }
  switch (random.below(4)) {
    case 0:
      return " " + name;
    case 1:
      return name + "  ";
    case 2:
      return name + ".";
    default:
      return name + ",";
  }
}

}  // namespace

std::string mistyped(std::string_view text, Random& random) {
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_letter(text[i]) || is_digit(text[i])) keys.push_back(i);
  }
  std::string typed(text);
  if (keys.size() < 2) return typed;
  const std::size_t at = random.one_of(keys);
  switch (random.weighted({40, 25, 20, 15})) {
    case 1:
      if (at + 1 < text.size() && (is_letter(text[at + 1]) || is_digit(text[at + 1])) && text[at + 1] != text[at]) {
        // The capital stays in front: "Alcie" for Alice, "lAice" is rare.
        const bool capital = is_upper(typed[at]) && typed[at + 1] >= 'a' && typed[at + 1] <= 'z';
        std::swap(typed[at], typed[at + 1]);
        if (capital) {
          typed[at] = static_cast<char>(typed[at] - 32);
          typed[at + 1] = static_cast<char>(typed[at + 1] + 32);
        }
        if (typed != text) return typed;
      }
      break;
    case 2:
      if (keys.size() > 2) {
        typed.erase(at, 1);
        return typed;
      }
      break;
    case 3:
      typed.insert(at + 1, 1,
                   is_upper(typed[at]) && at + 1 < text.size() && text[at + 1] >= 'a'
                       ? static_cast<char>(typed[at] + 32)
                       : typed[at]);
      return typed;
    default:
      break;
  }
  typed[at] = beside(typed[at], random);
  return typed;
}

Clerk::Clerk(Source source, const SynthOptions& options, const Names& names, const Places& places,
             std::array<SynthSummary::Tally, kErrorCount>& tallies)
    : source_(source),
      rates_(options.errors[static_cast<std::size_t>(source)]),
      today_(options.today),
      names_(names),
      places_(places),
      tallies_(tallies) {}

bool Clerk::happens(Error error, bool possible, Random& random) {
  if (!possible) return false;
  SynthSummary::Tally& tally = tallies_[static_cast<std::size_t>(error)];
  ++tally.chances;
  if (!random.chance(rates_[error])) return false;
  ++tally.made;
  return true;
}

Entry Clerk::write_down(const Child& child, const Household& siblings, Random& random) {
  Entry entry;
  write_names(child, random, entry);
  write_birth(child, random, entry);
  write_address(child, random, entry);
  if (source_ == Source::SocialCare) write_nhs_number(child, siblings, random, entry);
  if (source_ != Source::Nhs) write_upn(child, random, entry);
  return entry;
}

void Clerk::write_names(const Child& child, Random& random, Entry& entry) {
  entry.forename = child.forename;
  entry.middle_names = child.middle_names;
  entry.surname = child.surname;
  const bool newborn = (today_.days() - child.born.days()).count() < 92;

  // First what the clerk was told, then what was typed.
  if (happens(Error::FormerSurnameKept, !child.former_surname.empty(), random)) entry.surname = child.former_surname;
  const std::size_t joint = entry.surname.find_first_of("- ");
  if (happens(Error::HalfOfDoubleSurname, joint != std::string::npos && joint > 2, random)) {
    entry.surname = random.chance(5'000) ? entry.surname.substr(0, joint) : entry.surname.substr(joint + 1);
  }
  if (happens(Error::OtherSpelling, names_.has_other_spelling(entry.surname), random)) {
    entry.surname = *names_.other_spelling(entry.surname, random);
  }
  if (happens(Error::BabyForForename, newborn && (source_ == Source::Nhs || source_ == Source::SocialCare), random)) {
    entry.forename = "Baby";
    entry.middle_names.clear();
  } else if (happens(Error::MiddleNameFirst, !entry.middle_names.empty(), random)) {
    const std::size_t space = std::min(entry.middle_names.find(' '), entry.middle_names.size());
    const std::string first = entry.middle_names.substr(0, space);
    entry.middle_names.replace(0, space, entry.forename);
    entry.forename = first;
  } else if (happens(Error::Nickname, names_.has_nickname(entry.forename), random)) {
    entry.forename = *names_.nickname(entry.forename, random);
  } else if (happens(Error::OtherSpelling, names_.has_other_spelling(entry.forename), random)) {
    entry.forename = *names_.other_spelling(entry.forename, random);
  }
  // The Standard Safeguarding Dataset has no middle names at all.
  if (source_ == Source::SocialCare) {
    entry.middle_names.clear();
  } else if (happens(Error::MiddleNamesLost, !entry.middle_names.empty(), random)) {
    entry.middle_names.clear();
  }
  // Schools' systems once could not store accents, and the names in them were never mended.
  if (source_ == Source::SchoolCensus || source_ == Source::TransferFile) {
    entry.forename = without_accents(entry.forename);
    entry.middle_names = without_accents(entry.middle_names);
    entry.surname = without_accents(entry.surname);
  }
  if (happens(Error::TypingInForename, true, random)) entry.forename = mistyped(entry.forename, random);
  if (happens(Error::TypingInSurname, true, random)) entry.surname = mistyped(entry.surname, random);
  if (happens(Error::NamesExchanged, true, random)) std::swap(entry.forename, entry.surname);
  if (happens(Error::Capitals, true, random)) {
    entry.forename = upper_ascii(without_accents(entry.forename));
    entry.surname = upper_ascii(without_accents(entry.surname));
  }
  if (happens(Error::StrayMarks, true, random)) {
    std::string& name = random.chance(5'000) ? entry.forename : entry.surname;
    name = with_stray_marks(name, random);
  }
}

void Clerk::write_birth(const Child& child, Random& random, Entry& entry) {
  entry.born = child.born;
  const int year = child.born.year();
  const unsigned month = child.born.month();
  const unsigned day = child.born.day();
  const auto replace = [&](std::optional<Date> with) {
    if (with && *with <= today_) entry.born = with;
  };
  const auto exchanged = day <= 12 && day != month ? date(year, day, month) : std::nullopt;
  if (happens(Error::BirthDateMissing, true, random)) {
    entry.born.reset();
  } else if (happens(Error::FirstOfJanuary, month != 1 || day != 1, random)) {
    replace(date(year, 1, 1));
  } else if (happens(Error::DayMonthExchanged, exchanged && *exchanged <= today_, random)) {
    replace(exchanged);
  } else if (happens(Error::YearSlip, !(month == 2 && day == 29), random)) {
    // Early in the year the old one is still in the fingers; else a key beside.
    const int slip = month <= 3 && random.chance(6'000) ? -1 : std::array{-1, 1, -2, 2}[random.weighted({4, 4, 1, 1})];
    const auto slipped = date(year + slip, month, day);
    entry.born = slipped && *slipped <= today_ ? slipped : date(year - 1, month, day);
  } else if (happens(Error::DaySlip, true, random)) {
    unsigned other = static_cast<unsigned>(1 + random.below(27));
    if (other >= day) ++other;
    const auto slipped = date(year, month, other);
    entry.born = slipped && *slipped <= today_ ? slipped : Date::of(child.born.days() - days{1});
  }

  entry.sex = child.sex;
  if (happens(Error::SexMissing, true, random)) {
    entry.sex.reset();
  } else if (happens(Error::SexWrong, true, random)) {
    entry.sex = child.sex == Sex::Male ? Sex::Female : Sex::Male;
  }
}

void Clerk::write_address(const Child& child, Random& random, Entry& entry) {
  if (happens(Error::AddressMissing, true, random)) return;
  // Of a child in care, the family's address is the former one.
  entry.residence = child.residence();
  const bool placed = entry.residence->address != child.home.address;
  if (happens(Error::FormerAddressKept, placed || child.former_home, random)) {
    entry.residence = placed ? child.home : *child.former_home;
  }
  entry.postcode = places_.postcode(entry.residence->address);
  if (happens(Error::PostcodeTyping, true, random)) entry.postcode = mistyped(entry.postcode, random);
}

void Clerk::write_nhs_number(const Child& child, const Household& siblings, Random& random, Entry& entry) {
  entry.nhs_number = child.nhs_number;
  const auto other = [&]() -> const Child& {
    // A twin before the others: their letters come together.
    std::vector<const Child*> others;
    for (const Child& sibling : siblings.children) {
      if (sibling.person == child.person) continue;
      others.push_back(&sibling);
      if (sibling.born == child.born) return sibling;
    }
    return *random.one_of(others);
  };
  if (happens(Error::NhsNumberMissing, true, random)) {
    entry.nhs_number.clear();
  } else if (happens(Error::NhsNumberOfSibling, siblings.children.size() > 1, random)) {
    entry.nhs_number = other().nhs_number;
  } else if (happens(Error::NhsNumberPlaceholder, true, random)) {
    static constexpr std::string_view kPlaceholders[] = {"0000000000", "9999999999", "1111111111", "1234567890"};
    entry.nhs_number = kPlaceholders[random.weighted({5, 4, 1, 1})];
  } else if (happens(Error::NhsNumberDigitWrong, true, random)) {
    // Modulus 11 finds every single wrong digit: the difference times the weight is no multiple of 11.
    const std::size_t at = random.below(entry.nhs_number.size());
    const char right = entry.nhs_number[at];
    entry.nhs_number[at] = static_cast<char>('0' + (right - '0' + 1 + static_cast<int>(random.below(9))) % 10);
  }
}

void Clerk::write_upn(const Child& child, Random& random, Entry& entry) {
  entry.upn = child.upn;
  entry.former_upn = child.former_upn;
  const bool has_upn = !child.upn.empty();
  if (happens(Error::UpnMissing, has_upn, random)) {
    entry.upn.clear();
  } else if (happens(Error::UpnFormerKept, !child.former_upn.empty(), random)) {
    entry.upn = child.former_upn;
    entry.former_upn.clear();
  } else if (happens(Error::UpnTemporary, has_upn, random)) {
    entry.upn = temporary_upn(child.upn);
  } else if (happens(Error::UpnTyping, has_upn, random)) {
    // A digit of the twelve after the check letter, so that the letter no longer fits: the weights 2 to 13
    // times a difference of 1 to 9 are no multiple of 23.
    const std::size_t at = 1 + random.below(12);
    const char right = entry.upn[at];
    entry.upn[at] = static_cast<char>('0' + (right - '0' + 1 + static_cast<int>(random.below(9))) % 10);
  }
}

}  // namespace guildhall::synth
