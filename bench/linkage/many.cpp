// bench_linkage_many ROWS OUT.csv [SEED]
//
// A labelled table of as many person rows as asked, to 98 million, with the columns of `guildhall synth --people`, for
// measuring linkage on a whole country. synth ends at 900,000 children because NHS numbers from 999 000 000 do. Here are
// many counties of 50,000 children, each synth's with a seed of its own, moved so that no two share what people don't:
//   rec_id, person_id, household_id   counted on
//   nhs_number   to the numbers from 800 000 000 to 998 999 999, which nobody was issued when this was written; but
//                nothing keeps them from being issued, so none of this is for anything but measuring
//   upn          to an authority for each county, with the check letter that belongs to it
//   postcode     to an area for each county, which may exist; its towns to a river of theirs
// A typing error stays one: a number with a wrong digit still differs from the right one by that digit. Placeholders stay.
//
// The same arguments give the same bytes, and more rows begin with the bytes of fewer. Within a county rows are mixed as
// synth mixes them; counties follow each other. The last is cut off where the rows are enough.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "records/identifiers.h"
#include "synth/synth.h"

namespace {

using namespace guildhall;

constexpr std::uint64_t kChildren = 50'000;  // in a county: two at a time take some 100 MB
constexpr std::uint64_t kRecords = 110'000;  // rec_ids for each; a child has two rows
constexpr std::uint64_t kMostCounties = 1'000;
constexpr std::uint64_t kMostRows = 98'000'000;

// Nine digits for each county: ten of eleven make a number. 800 000 000 + 1,000 × 60,000 is below 999 000 000.
constexpr std::uint64_t kFirstNumber = 800'000'000;
constexpr std::uint64_t kNumbers = 60'000;
constexpr std::uint64_t kSynthFirstNumber = 999'000'000;

enum Column {
  kRecId,
  kSource,
  kPerson,
  kHousehold,
  kForename,
  kMiddle,
  kSurname,
  kSex,
  kDob,
  kNhs,
  kUpn,
  kAddress,
  kPostcode,
  kColumns
};
using Row = std::array<std::string_view, kColumns>;  // fields as they are written, with their quotation marks

// The row at the beginning of `text`, which loses it.
Row take_row(std::string_view& text) {
  Row row;
  std::size_t at = 0;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const std::size_t begin = at;
    bool quoted = false;
    for (; quoted || (text[at] != ',' && text[at] != '\n'); ++at) quoted ^= text[at] == '"';
    row[column] = text.substr(begin, at - begin);
    check((text[at] == '\n') == (column + 1 == kColumns), "a row of people.csv has 13 columns");
    ++at;
  }
  text.remove_prefix(at);
  return row;
}

std::uint64_t number_in(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// `wrong` has one digit other than `right`; nothing where it is not so. The same digit then goes as wrong in `moved`.
std::optional<std::string> wrong_in_the_same_way(std::string_view wrong, std::string_view right,
                                                 std::string_view moved) {
  if (wrong.size() != right.size()) return std::nullopt;
  const auto [here, there] = std::mismatch(wrong.begin(), wrong.end(), right.begin());
  const auto at = static_cast<std::size_t>(here - wrong.begin());
  if (here == wrong.end() || wrong.substr(at + 1) != right.substr(at + 1)) return std::nullopt;
  std::string text(moved);
  text[at] = static_cast<char>('0' + (moved[at] - '0' + *here - *there + 10) % 10);
  return text;
}

class County {
 public:
  County(std::uint64_t seed, std::uint64_t place) : place_(place) {
    synth::SynthOptions options{.children = kChildren, .seed = seed * 4'096 + place};
    options.files = synth::Files::People;
    people_.text.reserve(kChildren * 280);
    check(synth::generate(options, people_).ok(), "synth refused");
    authority_ = std::to_string(1'000 + place).substr(1);
    // Areas from AA to YY in an order that looks like none, twice over; the second time in districts from 51.
    static constexpr std::string_view kFirst = "ABCDEFGHIJKLMNOPRSTUWYZ";   // Royal Mail: not Q, V, X
    static constexpr std::string_view kSecond = "ABCDEFGHKLMNOPQRSTUVWXY";  // not I, J, Z
    const std::uint64_t area = place * 101 % (kFirst.size() * kSecond.size());
    area_ = {kFirst[area / kSecond.size()], kSecond[area % kSecond.size()]};
    far_ = place >= kFirst.size() * kSecond.size();
    static constexpr std::string_view kBegins[] = {
        "Al",  "Ar",  "Bel", "Bra", "Cal", "Cro", "Dar", "Der", "El",  "Fal", "Gar", "Hal",  "Hum", "Ing",
        "Kel", "Kin", "Lam", "Lor", "Mar", "Mel", "Nar", "Nor", "Os",  "Par", "Pen", "Quar", "Ros", "Sal",
        "Sel", "Tar", "Tor", "Ul",  "Ver", "Wal", "Wen", "Wil", "Yar", "Yel", "Zel", "Zor"};
    static constexpr std::string_view kEnds[] = {"ble",  "burn", "by",  "cot", "den", "der",  "don",  "fen",  "gate",
                                                 "ham",  "kin",  "ler", "low", "mer", "mont", "ner",  "nock", "ran",
                                                 "rith", "sey",  "ter", "ton", "ven", "wick", "worth"};
    river_.append(" on ").append(kBegins[place % std::size(kBegins)]).append(kEnds[place / std::size(kBegins)]);
  }

  // The rows, at most so many.
  struct Rows {
    std::string text;
    std::uint64_t count = 0;
  };
  Rows rows(std::uint64_t most) {
    learn_numbers();
    Rows made;
    made.text.reserve(people_.text.size() * 12 / 10);
    std::string_view left = all_rows();
    for (; !left.empty() && made.count < most; ++made.count) append(take_row(left), made);
    check(made.count <= kRecords, "more rows than rec_ids");
    return made;
  }

 private:
  struct Memory final : synth::OutputSink {
    void write(std::string_view, std::string_view bytes) override { text += bytes; }
    std::string text;
  };
  struct Moved {
    std::uint32_t nine = 0;  // 0: not given in this county
    char old_check_digit = 0;
    char check_digit = 0;
  };
  struct Known {
    std::string nhs_number;
    std::string upn;
  };

  std::string_view all_rows() const {
    std::string_view text = people_.text;
    text.remove_prefix(text.find('\n') + 1);
    return text;
  }
  static std::size_t person_of(const Row& row) { return number_in(row[kPerson].substr(1)); }

  static bool is_valid_nhs_number(std::string_view text) {
    if (text.size() != 10 || text.substr(0, 3) != "999") return false;
    const auto right = records::NhsNumber::with_check_digit(text.substr(0, 9));
    return right && right->digits() == text;
  }
  static std::size_t synth_place(std::string_view nhs_number) {
    return number_in(nhs_number.substr(0, 9)) - kSynthFirstNumber;
  }

  // All valid numbers in the rows are given, so this is the whole check of one.
  const Moved* moved_of(std::string_view text) const {
    if (text.size() != 10 || !text.starts_with("999")) return nullptr;
    const Moved& moved = moved_[synth_place(text)];
    return moved.nine != 0 && moved.old_check_digit == text[9] ? &moved : nullptr;
  }

  // Which numbers there are, and whose: the right ones, for those that are wrong by a digit.
  void learn_numbers() {
    known_.resize(kChildren + 1);
    moved_.resize(1'000'000);
    for (std::string_view left = all_rows(); !left.empty();) {
      const Row row = take_row(left);
      Known& known = known_[person_of(row)];
      if (row[kSource] == "nhs" || is_valid_nhs_number(row[kNhs])) {
        moved_[synth_place(row[kNhs])].old_check_digit = row[kNhs][9];
        if (row[kSource] == "nhs") known.nhs_number = row[kNhs];
      }
      if (row[kUpn].empty() || !is_valid_upn(row[kUpn])) continue;
      if (known.upn.empty() || row[kSource] == "school_census") known.upn = row[kUpn];
    }
    // In the order of the numbers in synth, which is not that of the children: brothers' and sisters' are far apart.
    std::uint64_t next = kFirstNumber + place_ * kNumbers;
    for (Moved& moved : moved_) {
      if (moved.old_check_digit == 0) continue;
      std::optional<records::NhsNumber> number;
      while (!(number = records::NhsNumber::with_check_digit(std::to_string(next)))) ++next;
      moved = {static_cast<std::uint32_t>(next++), moved.old_check_digit, number->digits()[9]};
    }
    check(next <= kFirstNumber + (place_ + 1) * kNumbers, "more children than numbers");
  }

  static std::string text_of(const Moved& moved) { return std::to_string(moved.nine) + moved.check_digit; }
  std::string moved_nhs_number(std::string_view text, const Known& known) const {
    if (text.empty()) return "";
    if (const Moved* moved = moved_of(text)) return text_of(*moved);
    if (records::is_placeholder_number(text)) return std::string(text);
    if (!known.nhs_number.empty()) {
      if (auto wrong = wrong_in_the_same_way(text, known.nhs_number, text_of(*moved_of(known.nhs_number)))) {
        return *wrong;
      }
    }
    // Of a child whom the NHS doesn't know: wrong in any way.
    std::string moved = std::to_string(kFirstNumber + place_ * kNumbers).append("0").replace(4, 6, text.substr(4));
    const auto right = records::NhsNumber::with_check_digit(moved.substr(0, 9));
    if (right && right->digits() == moved) moved.back() = moved.back() == '0' ? '1' : '0';
    return moved;
  }

  static bool is_valid_upn(std::string_view text) {
    const auto right = records::Upn::with_check_letter(text.substr(1));
    return right && right->text() == text;
  }
  // The county's own schools, from 2001 and from 4001, keep their numbers. Of those elsewhere, all below 2500 and some
  // like ours, the first digit becomes a 7.
  std::string moved_valid_upn(std::string_view upn) const {
    std::string twelve(upn.substr(1));
    if (!twelve.starts_with("885")) twelve[3] = '7';
    twelve.replace(0, 3, authority_);
    return std::string(records::Upn::with_check_letter(twelve)->text());
  }
  std::string moved_upn(std::string_view text, const Known& known) const {
    if (text.empty()) return "";
    if (is_valid_upn(text)) return moved_valid_upn(text);
    if (!known.upn.empty()) {
      if (auto wrong = wrong_in_the_same_way(text, known.upn, moved_valid_upn(known.upn))) return *wrong;
    }
    std::string moved(text);
    moved.replace(1, 3, authority_);
    if (is_valid_upn(moved)) moved[0] = moved[0] == 'A' ? 'B' : 'A';
    return moved;
  }

  // "WX14 5BF" with what was mistyped in it: what is left of W and X becomes the area's letters.
  void append_postcode(std::string& out, std::string_view text) const {
    std::size_t at = 0;
    for (; at < text.size() && !(text[at] >= '0' && text[at] <= '9'); ++at) {
      out += text[at] == 'W' ? area_[0] : text[at] == 'X' ? area_[1] : text[at];
    }
    std::string_view rest = text.substr(at);
    const std::size_t district = std::min(rest.find(' '), rest.size());
    if (far_ && district >= 1 && district <= 2) {
      append_number(out, number_in(rest.substr(0, district)) + 50);
      rest.remove_prefix(district);
    }
    out += rest;
  }

  void append(const Row& row, Rows& made) const {
    std::string& out = made.text;
    const Known& known = known_[person_of(row)];
    out += 'R';
    append_number(out, place_ * kRecords + made.count + 1);
    out.append(",").append(row[kSource]).append(",P");
    append_number(out, place_ * kChildren + person_of(row));
    out += ",H";  // There are fewer households than children.
    append_number(out, place_ * kChildren + number_in(row[kHousehold].substr(1)));
    for (std::size_t column = kForename; column < kNhs; ++column) out.append(",").append(row[column]);
    out.append(",").append(moved_nhs_number(row[kNhs], known));
    out.append(",").append(moved_upn(row[kUpn], known)).append(",");
    if (const std::string_view address = row[kAddress]; !address.empty()) {  // The town is the last, before the quote.
      out.append(address.substr(0, address.size() - 1)).append(river_).append("\"");
    }
    out += ',';
    append_postcode(out, row[kPostcode]);
    out += '\n';
  }

  std::uint64_t place_;  // from 0
  Memory people_;
  std::string authority_;
  std::array<char, 2> area_{};
  bool far_ = false;
  std::string river_;
  std::vector<Known> known_;  // by person
  std::vector<Moved> moved_;  // by the last six of the nine digits in synth
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "bench_linkage_many ROWS OUT.csv [SEED]\n"), 2;
  const std::uint64_t rows = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  if (rows == 0 || rows > kMostRows) return std::fprintf(stderr, "ROWS is from 1 to 98000000.\n"), 2;
  std::FILE* out = std::fopen(argv[2], "wb");
  if (!out) return std::perror(argv[2]), 1;
  const auto write = [&](std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), out) == text.size()) return;
    std::perror(argv[2]);
    std::exit(1);
  };
  const auto began = std::chrono::steady_clock::now();
  write(std::string(synth::kPeopleColumns) + "\n");

  // As many counties at a time as there are processors, to four, each made by a thread and written in order.
  const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
  std::deque<std::future<County::Rows>> coming;
  std::uint64_t written = 0;
  for (std::uint64_t place = 0; written < rows;) {
    while (coming.size() < threads && place < kMostCounties) {
      coming.push_back(std::async(std::launch::async, [=] { return County(seed, place).rows(rows); }));
      ++place;
    }
    check(!coming.empty(), "1,000 counties have fewer rows than asked");
    County::Rows made = coming.front().get();
    coming.pop_front();
    if (written + made.count > rows) {
      made.count = rows - written;
      std::size_t end = 0;
      for (std::uint64_t row = 0; row < made.count; ++row) end = made.text.find('\n', end) + 1;
      made.text.resize(end);
    }
    write(made.text);
    written += made.count;
  }
  if (std::fclose(out) != 0) return std::perror(argv[2]), 1;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::printf("%llu rows in %.1f s, %.0f a second\n", static_cast<unsigned long long>(written), seconds,
              static_cast<double>(written) / seconds);
}
