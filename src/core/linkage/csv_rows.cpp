#include "linkage/impl/csv_rows.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace guildhall::linkage {
namespace {

constexpr std::size_t kMostProblems = 20;

// The first comma, line feed or quotation mark from `at`, or `end`.
const char* next_mark(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i comma = _mm_set1_epi8(','), feed = _mm_set1_epi8('\n'), quote = _mm_set1_epi8('"');
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int found = _mm_movemask_epi8(_mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, feed)), _mm_cmpeq_epi8(bytes, quote)));
    if (found != 0) return at + std::countr_zero(static_cast<unsigned>(found));
  }
#endif
  while (at != end && *at != ',' && *at != '\n' && *at != '"') ++at;
  return at;
}

std::string_view without_spaces(const char* begin, const char* end) {
  while (begin != end && (*begin == ' ' || *begin == '\t')) ++begin;
  while (begin != end && (end[-1] == ' ' || end[-1] == '\r' || end[-1] == '\t')) --end;
  return {begin, end};
}

class RowReader {
 public:
  RowReader(std::string_view text, const WantedColumns& columns, std::size_t wanted, std::uint64_t first_row,
            CsvCells& out, Problems& problems)
      : at_(text.data()),
        end_(at_ + text.size()),
        columns_(columns),
        wanted_(wanted),
        row_(first_row),
        out_(out),
        problems_(problems) {}

  void read() {
    while (at_ != end_) {
      if (*at_ == '\n') {
        ++at_;
        continue;
      }
      if (*at_ == '\r' && at_ + 1 != end_ && at_[1] == '\n') {
        at_ += 2;
        continue;
      }
      read_row();
      ++row_;
    }
  }

 private:
  void read_row() {
    const std::size_t begin = out_.cells.size();
    out_.cells.resize(begin + wanted_);
    std::size_t column = 0;
    for (bool more = true; more; ++column) {
      const std::string_view cell = read_cell(more);
      if (column < columns_.size() && columns_[column] >= 0) {
        out_.cells[begin + static_cast<std::size_t>(columns_[column])] = cell;
      }
    }
    ++out_.rows;
    if (column != columns_.size()) {
      problem("This row has " + std::to_string(column) + " cells, and the header line " +
                  std::to_string(columns_.size()) + ".",
              "Put text with commas in it between quotation marks.");
    }
  }

  std::string_view read_cell(bool& more) {
    const char* begin = at_;
    while (begin != end_ && *begin == ' ') ++begin;
    if (begin != end_ && *begin == '"') return read_quoted(begin + 1, more);
    const char* mark = next_mark(at_, end_);
    while (mark != end_ && *mark == '"') mark = next_mark(mark + 1, end_);  // Inside a cell it is a letter.
    const std::string_view cell = without_spaces(at_, mark);
    more = mark != end_ && *mark == ',';
    at_ = mark == end_ ? mark : mark + 1;
    return cell;
  }

  std::string_view read_quoted(const char* begin, bool& more) {
    const char* close = begin;
    bool has_doubled = false;
    for (;; ++close) {
      while (close != end_ && *close != '"') ++close;
      if (close == end_) {
        problem("A quotation mark in this row is not closed.", "Close it, or double it where it is part of the text.");
        break;
      }
      if (close + 1 == end_ || close[1] != '"') break;
      has_doubled = true;
      ++close;
    }
    std::string_view cell(begin, close);
    if (has_doubled) {
      std::string& text = out_.unquoted.emplace_back();
      for (std::size_t i = 0; i < cell.size(); ++i) {
        text += cell[i];
        if (cell[i] == '"') ++i;
      }
      cell = text;
    }
    const char* mark = close == end_ ? end_ : next_mark(close + 1, end_);
    while (mark != end_ && *mark == '"') mark = next_mark(mark + 1, end_);
    if (close != end_ && !without_spaces(close + 1, mark).empty()) {
      problem("A cell goes on after its closing quotation mark.", "Double quotation marks that are part of the text.");
    }
    more = mark != end_ && *mark != '\n';
    at_ = mark == end_ ? mark : mark + 1;
    return cell;
  }

  void problem(std::string what, std::string remedy) {
    if (problems_.size() < kMostProblems) {
      problems_.push_back({std::move(what), "row " + std::to_string(row_), std::move(remedy)});
    }
  }

  const char* at_;
  const char* end_;
  const WantedColumns& columns_;
  std::size_t wanted_;
  std::uint64_t row_;
  CsvCells& out_;
  Problems& problems_;
};

// The quoted cells of whole rows: where each begins, and where its closing quotation mark is passed.
class QuotedCells {
 public:
  struct Cell {
    std::size_t begin = 0, end = 0;  // Both the size of the text: there are no more, or (the end) it is not closed.
  };
  explicit QuotedCells(std::string_view text) : text_(text) {}
  Cell next() {
    for (std::size_t at = text_.find('"', at_); at != text_.npos; at = text_.find('"', at + 1)) {
      if (!is_opening(at)) continue;  // Inside a cell it is a letter.
      for (std::size_t close = at;;) {
        close = text_.find('"', close + 1);
        if (close == text_.npos) return {at, at_ = text_.size()};
        if (close + 1 < text_.size() && text_[close + 1] == '"') {
          ++close;
          continue;
        }
        return {at, at_ = close + 1};
      }
    }
    at_ = text_.size();
    return {at_, at_};
  }

 private:
  bool is_opening(std::size_t at) const {
    while (at > at_ && text_[at - 1] == ' ') --at;
    return at == 0 || text_[at - 1] == ',' || text_[at - 1] == '\n';
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<std::string>> csv_header(std::string_view line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  CsvCells cells;
  Problems problems;
  // As many columns as commas, at most.
  std::vector<std::string> header;
  WantedColumns columns;
  for (std::size_t commas = 0; commas <= line.size(); ++commas) columns.push_back(static_cast<int>(commas));
  read_rows(line, columns, columns.size(), 1, cells, problems);
  if (cells.rows == 0) {
    return Problem{"The file is empty.", "", "Its first line has to name the columns."};
  }
  std::size_t size = columns.size();
  while (size > 0 && cells.cells[size - 1].empty()) --size;
  for (std::size_t i = 0; i < size; ++i) header.emplace_back(cells.cells[i]);
  // A line that ends in commas has columns without a name there.
  std::size_t trailing = 0;
  for (std::size_t i = line.find_last_not_of("\r\n"); i < line.size() && line[i] == ','; --i) ++trailing;
  header.resize(size + trailing);
  return header;
}

std::size_t end_of_rows(std::string_view text) {
  QuotedCells cells(text);
  std::size_t end = 0, open_from = 0;
  for (;;) {
    const auto cell = cells.next();
    const std::string_view open = text.substr(open_from, cell.begin - open_from);
    if (const std::size_t feed = open.rfind('\n'); feed != open.npos) end = open_from + feed + 1;
    if (cell.end == text.size()) return end;
    open_from = cell.end;
  }
}

void read_rows(std::string_view text, const WantedColumns& columns, std::size_t wanted, std::uint64_t first_row,
               CsvCells& out, Problems& problems) {
  RowReader(text, columns, wanted, first_row, out, problems).read();
}

std::size_t read_piece(std::string_view text, const WantedColumns& columns, std::size_t wanted, const std::string& file,
                       std::uint64_t first_row, CsvCells& out, Problems& problems) {
  if (const auto at = invalid_utf8_at(text)) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*at), '\n');
    problems.push_back({"There are bytes that are not UTF-8.",
                        file + ", row " + std::to_string(first_row + static_cast<std::uint64_t>(line)),
                        "Save the file as UTF-8; spreadsheets call it \"CSV UTF-8\"."});
    return 0;
  }
  const std::size_t before = out.rows;
  Problems found;
  read_rows(text, columns, wanted, first_row, out, found);
  for (Problem& problem : found) {
    problem.where = file + ", " + problem.where;
    problems.push_back(std::move(problem));
  }
  return out.rows - before;
}

}  // namespace guildhall::linkage
