#include "linkage/impl/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>

#include "base/text.h"
#include "linkage/nicknames.h"
#include "records/date_text.h"
#include "records/identifiers.h"

namespace guildhall::linkage {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_capital(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
bool is_ascii(std::string_view text) {
  std::uint64_t all = 0, eight = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::memcpy(&eight, text.data() + i, 8);
    all |= eight;
  }
  for (; i < text.size(); ++i) all |= static_cast<unsigned char>(text[i]);
  return (all & 0x8080808080808080) == 0;
}

// In capitals, without accents.
std::string_view capitals(std::string_view text, std::string& scratch) {
  if (!is_ascii(text)) {
    scratch = folded(text);
    return scratch;
  }
  scratch.assign(text);
  for (char& letter : scratch) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return scratch;
}

bool is_one_character(std::string_view text) {
  return text.find_first_not_of(text.front()) == std::string_view::npos;
}

// Words that people write where they know nothing. "NA" is also a surname.
bool says_nothing(std::string_view key) {
  constexpr std::array<std::string_view, 9> kWords = {"UNKNOWN", "NOTKNOWN", "UNK", "NULL",  "NONE",
                                                      "NK",      "NOTGIVEN", "NAN", "NKNOWN"};
  return std::find(kWords.begin(), kWords.end(), key) != kWords.end();
}

// What a letter of a word becomes; kBetween: it is in none, kInside: it is left out.
constexpr char kBetween = 0, kInside = 1;
constexpr std::array<char, 256> kLetters = [] {
  std::array<char, 256> made{};
  for (int i = 0; i < 256; ++i) {
    const char letter = static_cast<char>(i);
    if (i >= 'a' && i <= 'z') {
      made[static_cast<std::size_t>(i)] = static_cast<char>(i - 'a' + 'A');
    } else if (i >= 0x80 || (i >= 'A' && i <= 'Z') || (i >= '0' && i <= '9')) {
      made[static_cast<std::size_t>(i)] = letter;
    }
  }
  made['\''] = kInside;  // "St John's".
  return made;
}();

// Letters and digits in capitals.
std::string_view letters_and_digits(std::string_view text, std::string& scratch) {
  std::string without_accents;
  if (!is_ascii(text)) text = without_accents = folded(text);
  scratch.resize(text.size());
  char* at = scratch.data();
  for (const char letter : text) {
    *at = kLetters[static_cast<unsigned char>(letter)];
    at += static_cast<unsigned char>(*at) > kInside;
  }
  scratch.resize(static_cast<std::size_t>(at - scratch.data()));
  return scratch;
}

std::string_view canonical_identifier(std::string_view written, std::string& scratch) {
  const std::string_view text = letters_and_digits(written, scratch);
  if (text.empty() || says_nothing(text)) return {};
  if (text.size() >= 4 && is_one_character(text)) return {};
  if (text == "1234567890" || text == "0123456789" || text == "123456789") return {};
  return text;
}

std::string_view canonical_name(std::string_view written, std::string& scratch) {
  capitals(written, scratch);
  std::erase_if(scratch, [](char letter) { return !is_capital(letter) && static_cast<unsigned char>(letter) < 0x80; });
  if (scratch.empty() || says_nothing(scratch)) return {};
  if (scratch == "BABY" || scratch == "TWIN" || scratch == "INFANT" || scratch == "UNBORN") return {};
  return scratch;
}

struct Digits {
  int year = 0, month = 0, day = 0;
};

int number_in(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Also dates that don't exist: a typing error in one is still close to the right one. 0 where the text is none.
std::optional<Digits> read_digits(std::string_view text) {
  if (text.size() == 8 && all_digits(text)) {
    return Digits{number_in(text.substr(0, 4)), number_in(text.substr(4, 2)), number_in(text.substr(6, 2))};
  }
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-' && all_digits(text.substr(0, 4)) &&
      all_digits(text.substr(5, 2)) && all_digits(text.substr(8, 2))) {
    return Digits{number_in(text.substr(0, 4)), number_in(text.substr(5, 2)), number_in(text.substr(8, 2))};
  }
  if (text.size() >= 10 && (text[2] == '/' || text[2] == '.' || text[2] == '-') && text[5] == text[2] &&
      all_digits(text.substr(0, 2)) && all_digits(text.substr(3, 2)) && all_digits(text.substr(6, 4))) {
    return Digits{number_in(text.substr(6, 4)), number_in(text.substr(3, 2)), number_in(text.substr(0, 2))};
  }
  if (text.size() == 4 && all_digits(text)) return Digits{number_in(text), 0, 0};
  if (const auto reading = records::read_date(text); reading.kind == records::DateReadingKind::Day) {
    return Digits{reading.date.year(), static_cast<int>(reading.date.month()), static_cast<int>(reading.date.day())};
  }
  return std::nullopt;
}

std::string_view canonical_date(std::string_view written, std::string& scratch) {
  const std::string_view text = trimmed(written);
  // As nearly all are written.
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    scratch.assign(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8));
    if (all_digits(scratch)) return scratch == "00000000" ? std::string_view{} : scratch;
  }
  const auto digits = read_digits(text);
  if (!digits) return {};
  if (digits->year == 0 && digits->month == 0 && digits->day == 0) return {};
  scratch.assign(8, '0');
  int value = digits->year * 10000 + digits->month * 100 + digits->day;
  for (std::size_t i = 8; i-- > 0; value /= 10) scratch[i] = static_cast<char>('0' + value % 10);
  return scratch;
}

std::string_view canonical_sex(std::string_view written) {
  const std::string_view text = trimmed(written);
  if (text.empty()) return {};
  switch (text.front()) {
    case 'F':
    case 'f':
    case '2':
      return "F";
    case 'M':
    case 'm':
    case '1':
      return "M";
    default:
      return {};
  }
}

std::string_view short_form(std::string_view word) {
  // The suffixes of Royal Mail's Programmers' Guide (PAF), and common directions.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kForms = {{
      {"ROAD", "RD"},   {"STREET", "ST"}, {"AVENUE", "AVE"},    {"CLOSE", "CL"},       {"DRIVE", "DR"},
      {"LANE", "LN"},   {"COURT", "CT"},  {"CRESCENT", "CRES"}, {"GARDENS", "GDNS"},   {"GROVE", "GR"},
      {"PLACE", "PL"},  {"SQUARE", "SQ"}, {"TERRACE", "TER"},   {"APARTMENT", "FLAT"}, {"APT", "FLAT"},
      {"UNIT", "FLAT"}, {"HOUSE", "HSE"}, {"NORTH", "N"},       {"SAINT", "ST"},       {"CIRCUIT", "CCT"},
  }};
  // Most words are none of them, which the first three letters show.
  constexpr auto place = [](std::string_view text) {
    const auto letter = [&](std::size_t i) { return static_cast<std::uint32_t>(text[i] & 31); };
    return (letter(0) << 10 | letter(1) << 5 | letter(2)) * 0x9e3779b1u >> 26;
  };
  constexpr std::uint64_t kPlaces = [place] {
    std::uint64_t made = 0;
    for (const auto& [from, to] : kForms) made |= std::uint64_t{1} << place(from);
    return made;
  }();
  if (word.size() < 3 || !is_capital(word[0]) || (kPlaces >> place(word) & 1) == 0) return word;
  for (const auto& [from, to] : kForms) {
    if (word == from) return to;
  }
  return word;
}

// Words of letters and digits in capitals, a space between; of an address in their short forms.
std::string_view canonical_words(std::string_view written, bool is_address, std::string& scratch) {
  std::string without_accents;
  if (!is_ascii(written)) {
    without_accents = folded(written);
    written = without_accents;
  }
  scratch.resize(2 * written.size() + 2);  // "APT" becomes "FLAT", and a space follows each word.
  char* at = scratch.data();
  char* word = at;  // Where the present one begins.
  const auto finish = [&] {
    if (at == word) return;
    if (is_address) {
      const std::string_view full(word, at);
      if (const std::string_view form = short_form(full); form.data() != full.data()) {
        at = std::copy(form.begin(), form.end(), word);
      }
    }
    *at++ = ' ';
    word = at;
  };
  for (const char letter : written) {
    const char made = kLetters[static_cast<unsigned char>(letter)];
    if (made == kBetween) {
      finish();
    } else if (made != kInside) {
      *at++ = made;
    }
  }
  finish();
  scratch.resize(static_cast<std::size_t>(at - scratch.data()));
  if (!scratch.empty()) scratch.pop_back();
  if (says_nothing(scratch)) return {};
  return scratch;
}

std::string_view canonical_email(std::string_view written, std::string& scratch) {
  scratch = lower_ascii(trimmed(written));
  return scratch.find('@') == std::string::npos && says_nothing(upper_ascii(scratch)) ? std::string_view{} : scratch;
}

std::string_view canonical_phone(std::string_view written, std::string& scratch) {
  scratch.clear();
  for (const char letter : written) {
    if (is_digit(letter)) scratch += letter;
  }
  const bool has_plus = written.find('+') != std::string_view::npos;
  if (scratch.starts_with("0044")) scratch.replace(0, 4, "0");
  if (has_plus && scratch.starts_with("44")) scratch.replace(0, 2, "0");
  if (scratch.starts_with("00")) scratch.erase(0, 1);  // +44 (0)20
  if (scratch.size() < 5 || is_one_character(scratch)) return {};
  return scratch;
}

std::string_view canonical_number(std::string_view written, std::string& scratch) {
  scratch.clear();
  for (const char letter : trimmed(written)) {
    if (is_digit(letter) || letter == '.' || letter == '-' || letter == 'e') scratch += letter;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(scratch.data(), scratch.data() + scratch.size(), number);
  if (error != std::errc() || !std::isfinite(number)) return {};
  std::array<char, 32> buffer;
  const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  scratch.assign(buffer.data(), done.ptr);
  return scratch;
}

std::uint32_t short_hash(std::uint64_t hash) {
  return std::max(static_cast<std::uint32_t>(hash), 1u);
}

// The parts of "Smith-Jones" and "Anna Maria", as canonical names.
std::vector<std::string> name_parts(std::string_view written) {
  std::vector<std::string> parts;
  std::string part, scratch;
  const auto finish = [&] {
    if (const auto name = canonical_name(part, scratch); !name.empty()) parts.emplace_back(name);
    part.clear();
  };
  for (const char letter : written) {
    if (letter == ' ' || letter == '-' || letter == '/') {
      finish();
    } else {
      part += letter;
    }
  }
  finish();
  if (parts.size() < 2) parts.clear();
  return parts;
}

using FormalNames = std::unordered_map<std::string, std::vector<std::string>>;

const FormalNames& formal_names() {
  static const FormalNames names = [] {
    FormalNames made;
    std::string scratch;
    for (const auto& [nickname, name] : common_nicknames()) {
      const std::string formal(canonical_name(name, scratch));
      made[std::string(canonical_name(nickname, scratch))].push_back(formal);
      made[formal];
    }
    for (auto& [name, formal] : made) {
      // A formal name stands for itself, too.
      if (formal.empty()) formal.push_back(name);
    }
    for (const auto& [nickname, name] : common_nicknames()) {
      const std::string formal(canonical_name(name, scratch));
      std::vector<std::string>& own = made[formal];
      if (std::find(own.begin(), own.end(), formal) == own.end()) own.push_back(formal);
    }
    return made;
  }();
  return names;
}

}  // namespace

std::string_view canonical(FieldKind kind, std::string_view written, std::string& scratch) {
  switch (kind) {
    case FieldKind::NhsNumber:
    case FieldKind::Upn:
    case FieldKind::Identifier:
      return canonical_identifier(written, scratch);
    case FieldKind::Forename:
    case FieldKind::MiddleNames:
    case FieldKind::Surname:
    case FieldKind::FullName:
      return canonical_name(written, scratch);
    case FieldKind::BirthDate:
      return canonical_date(written, scratch);
    case FieldKind::Sex:
      return canonical_sex(written);
    case FieldKind::Address:
      return canonical_words(written, true, scratch);
    case FieldKind::Postcode:
      return canonical_identifier(written, scratch);
    case FieldKind::Locality:
    case FieldKind::Category:
    case FieldKind::Text:
      return canonical_words(written, false, scratch);
    case FieldKind::Email:
      return canonical_email(written, scratch);
    case FieldKind::Phone:
      return canonical_phone(written, scratch);
    case FieldKind::Number:
      return canonical_number(written, scratch);
  }
  return {};
}

std::uint32_t letters_of(std::string_view name) {
  std::uint32_t letters = 0, more = 0;
  for (const char letter : name) {
    const std::uint32_t bit = 1u << (is_capital(letter) ? letter - 'A' : 26);
    more += (letters & bit) != 0;
    letters |= bit;
  }
  return letters | std::min(more, 31u) << kMoreShift;
}

std::string_view part_of_full_name(std::string_view name, Field::Part part, std::string& scratch) {
  name = trimmed(name);
  if (const auto comma = name.find(','); comma != std::string_view::npos) {
    return trimmed(part == Field::Part::Surname ? name.substr(0, comma) : name.substr(comma + 1));
  }
  const auto space = name.rfind(' ');
  if (space == std::string_view::npos) return part == Field::Part::Surname ? name : std::string_view{};
  scratch.assign(part == Field::Part::Surname ? name.substr(space + 1) : name.substr(0, name.find(' ')));
  return scratch;
}

Domain::Domain(FieldKind kind) : kind_(kind), canonical_of_{0}, values_(1), word_counts_{0} {
  switch (kind) {
    case FieldKind::NhsNumber:
    case FieldKind::Upn:
    case FieldKind::Identifier:
    case FieldKind::BirthDate:
    case FieldKind::Sex:
    case FieldKind::Postcode:
    case FieldKind::Phone:
    case FieldKind::Address:  // Most are written in one way only.
      cheap_ = true;
      break;
    default:
      break;
  }
}

std::size_t Domain::bytes() const {
  return written_.bytes() + canonical_.bytes() + words_.bytes() + values_.capacity() * sizeof(Value) +
         (canonical_of_.capacity() + lists_.capacity() + word_counts_.capacity()) * sizeof(std::uint32_t);
}

void Domain::add(std::span<const std::string_view> written, std::uint32_t* numbers, std::size_t stride) {
  // In batches: the places in the table are fetched while the hashes of the others are computed.
  constexpr std::size_t kBatch = 32;
  if (cheap_) {
    std::array<std::string, kBatch> scratch;
    std::array<std::string_view, kBatch> texts;
    std::array<std::uint64_t, kBatch> hashes;
    for (std::size_t begin = 0; begin < written.size(); begin += kBatch) {
      const std::size_t size = std::min(kBatch, written.size() - begin);
      for (std::size_t i = 0; i < size; ++i) {
        texts[i] = written[begin + i].empty() ? std::string_view{} : canonical(kind_, written[begin + i], scratch[i]);
        hashes[i] = hash_of(texts[i]);
        canonical_.prefetch(hashes[i]);
      }
      for (std::size_t i = 0; i < size; ++i) {
        const ValueId id = canonical_.intern(texts[i], hashes[i]);
        if (id == values_.size()) prepare(id, written[begin + i]);
        numbers[(begin + i) * stride] = id;
      }
    }
    return;
  }
  std::array<std::uint64_t, kBatch> hashes;
  for (std::size_t begin = 0; begin < written.size(); begin += kBatch) {
    const std::size_t size = std::min(kBatch, written.size() - begin);
    for (std::size_t i = 0; i < size; ++i) {
      hashes[i] = hash_of(written[begin + i]);
      written_.prefetch(hashes[i]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      const std::string_view text = written[begin + i];
      const ValueId id = written_.intern(text, hashes[i]);
      if (id == canonical_of_.size()) {
        std::string scratch;
        canonical_of_.push_back(add_canonical(canonical(kind_, text, scratch), text));
      }
      numbers[(begin + i) * stride] = canonical_of_[id];
    }
  }
}

ValueId Domain::add(std::string_view written) {
  ValueId id = 0;
  add({&written, 1}, &id, 1);
  return id;
}

Domain::Mark Domain::mark() {
  constexpr std::size_t kValues = 64, kWords = 1'024;
  written_.reserve(kValues);
  canonical_.reserve(kValues);
  words_.reserve(kWords);
  return {canonical_of_.size(), values_.size(), lists_.size(), word_counts_.size()};
}

void Domain::make_room(double share) {
  const auto more = [&](std::size_t size) { return static_cast<std::size_t>(static_cast<double>(size) * share) + 1; };
  written_.make_room(more(written_.size()));
  canonical_.make_room(more(canonical_.size()));
  words_.make_room(more(words_.size()));
  canonical_of_.reserve(canonical_of_.size() + more(canonical_of_.size()));
  values_.reserve(values_.size() + more(values_.size()));
  lists_.reserve(lists_.size() + more(lists_.size()));
  word_counts_.reserve(word_counts_.size() + more(word_counts_.size()));
}

void Domain::rollback(const Mark& mark) {
  if (!known_words_ && (kind_ == FieldKind::Address || kind_ == FieldKind::Locality || kind_ == FieldKind::Text)) {
    for (std::size_t id = mark.canonical; id < values_.size(); ++id) {
      for (const std::uint32_t word : list(values_[id])) --word_counts_[word];
    }
  }
  written_.rollback(mark.written);
  canonical_of_.resize(mark.written);
  canonical_.rollback(mark.canonical);
  values_.resize(mark.canonical);
  lists_.resize(mark.lists);
  words_.rollback(mark.words);
  word_counts_.resize(mark.words);
}

ValueId Domain::add_canonical(std::string_view canonical, std::string_view written) {
  const ValueId id = canonical_.intern(canonical);
  if (id == values_.size()) prepare(id, written);
  return id;
}

void Domain::prepare(ValueId id, std::string_view written) {
  const std::string_view text = canonical_.text(id);  // Until names are added: they may move it.
  Value value;
  std::copy_n(text.begin(), std::min(text.size(), value.text.size()), value.text.begin());
  value.length = static_cast<std::uint8_t>(std::min<std::size_t>(text.size(), 255));
  values_.push_back(value);  // Its place is taken before parts of it are added.
  switch (kind_) {
    case FieldKind::NhsNumber:
      value.is_checked = records::NhsNumber::parse(text, records::TestNumbers::Accept).ok();
      break;
    case FieldKind::Upn:
      // A temporary one is replaced in time: two different ones may be one pupil.
      if (const auto upn = records::Upn::parse(text); upn.ok()) value.is_checked = !upn->is_temporary();
      break;
    case FieldKind::Forename:
    case FieldKind::MiddleNames:
    case FieldKind::Surname:
    case FieldKind::FullName:
      prepare_name(value, written);
      break;
    case FieldKind::BirthDate:
      value.first = static_cast<std::uint32_t>(number_in(text));
      break;
    case FieldKind::Postcode: {
      // A UK postcode's inward part is a digit and two letters: the district is the rest. Of other codes the district is
      // all but the last two.
      const std::size_t size = text.size();
      const bool is_british =
          size >= 5 && is_digit(text[size - 3]) && is_capital(text[size - 2]) && is_capital(text[size - 1]);
      value.first = short_hash(hash_of(text.substr(0, is_british ? size - 3 : size > 3 ? size - 2 : size)));
      break;
    }
    case FieldKind::Email:
      value.first = short_hash(hash_of(text.substr(0, text.find('@'))));
      break;
    case FieldKind::Number: {
      double number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      value.text = {};
      std::memcpy(value.text.data(), &number, sizeof number);
      break;
    }
    case FieldKind::Address:
    case FieldKind::Locality:
    case FieldKind::Text:
      prepare_words(value, text);
      break;
    case FieldKind::Identifier:
    case FieldKind::Sex:
    case FieldKind::Phone:
    case FieldKind::Category:
      break;
  }
  values_[id] = value;
}

void Domain::know_words(const WordCounts& words) {
  known_words_ = true;
  known_values_ = words.values;
  rare_word_ = words.rare;
  std::fill(word_counts_.begin(), word_counts_.end(), rare_word_);
  for (const auto& [word, count] : words.counts) {
    const std::uint32_t number = words_.intern(word);
    if (number == word_counts_.size()) word_counts_.push_back(0);
    word_counts_[number] = count;
  }
}

std::vector<std::string> Domain::settle_names() {
  struct Way {
    std::vector<std::string> parts;
    std::string written;
  };
  std::map<ValueId, Way> chosen;
  for (std::size_t id = 1; id < canonical_of_.size(); ++id) {
    const std::string_view written = written_.text(static_cast<ValueId>(id));
    if (canonical_of_[id] == 0 || written.find_first_of(" -/") == std::string_view::npos) continue;
    std::vector<std::string> parts = name_parts(written);
    if (parts.empty()) continue;
    Way& way = chosen[canonical_of_[id]];
    if (way.parts.empty() || std::pair(parts.size(), parts) < std::pair(way.parts.size(), way.parts)) {
      way = {std::move(parts), std::string(written)};
    }
  }
  std::vector<std::string> ways;
  for (auto& [id, way] : chosen) {
    const std::size_t size = std::min<std::size_t>(way.parts.size(), 4);
    const auto now = list(values_[id]);
    const bool is_settled = now.size() == size && std::equal(now.begin(), now.end(), way.parts.begin(),
                                                             [&](ValueId part, const std::string& text) {
                                                               return canonical_.text(part) == text;
                                                             });
    if (!is_settled) {
      Value value = values_[id];
      prepare_name(value, way.written);
      values_[id] = value;
    }
    ways.push_back(std::move(way.written));
  }
  return ways;
}

void Domain::prepare_name(Value& value, std::string_view written) {
  std::string scratch;
  const std::string text(canonical_name(written, scratch));
  value.first = letters_of(text);
  std::vector<std::uint32_t> list;
  for (const std::string& part : name_parts(written)) {
    if (list.size() < 4) list.push_back(add_canonical(part, part));
  }
  value.list_size = static_cast<std::uint8_t>(list.size());
  // The formal names of the first part: "Katie Mae" is a Katherine.
  const auto& formal = formal_names();
  auto found = formal.find(text);
  if (found == formal.end() && !list.empty()) found = formal.find(std::string(canonical_.text(list.front())));
  if (found != formal.end()) {
    for (const std::string& name : found->second) {
      if (name != text) add_canonical(name, name);
      list.push_back(canonical_.find(name));
    }
  }
  value.formal_size = static_cast<std::uint8_t>(list.size() - value.list_size);
  value.second = value.formal_size > 0 ? list[value.list_size] : 0;
  value.list_begin = static_cast<std::uint32_t>(lists_.size());
  lists_.insert(lists_.end(), list.begin(), list.end());
}

void Domain::prepare_words(Value& value, std::string_view text) {
  const std::size_t begin = lists_.size();
  const auto own = [&] { return lists_.begin() + static_cast<std::ptrdiff_t>(begin); };
  bool has_street = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    const std::uint64_t hash = hash_of(word);
    const std::uint32_t number = words_.intern(word, hash);
    if (number == word_counts_.size()) word_counts_.push_back(rare_word_);
    if (std::find(own(), lists_.end(), number) == lists_.end() && lists_.size() < begin + 255) {
      lists_.push_back(number);
      if (!known_words_) ++word_counts_[number];
    }
    if (kind_ == FieldKind::Address && !has_street) {
      // The last number before the street: "FLAT 3 12 HIGH ST" is house 12, flat 3, with both in the words.
      if (is_digit(word.front())) value.first = short_hash(hash);
      if (is_capital(word.front()) && word != "FLAT" && word.size() > 1) {
        value.second = short_hash(hash);
        has_street = true;
      }
    }
  }
  std::sort(own(), lists_.end());
  value.list_size = static_cast<std::uint8_t>(lists_.size() - begin);
  value.list_begin = static_cast<std::uint32_t>(begin);
}

}  // namespace guildhall::linkage
