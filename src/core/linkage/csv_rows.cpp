#include "linkage/impl/csv_rows.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/parallel.h"
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
  // A line feed ends a row where the quotation marks before it are even in number: so many as all less those behind it.
  bool quoted = std::count(text.begin(), text.end(), '"') % 2 != 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\n' && !quoted) return i + 1;
  }
  return 0;
}

std::vector<std::string_view> whole_rows(std::string_view text, std::size_t parts) {
  if (parts <= 1) return {text};
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= parts && begin < text.size(); ++i) {
    std::size_t end = std::max(begin, text.size() * i / parts);
    bool quoted = std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                             text.begin() + static_cast<std::ptrdiff_t>(end), '"') %
                      2 !=
                  0;
    for (; end < text.size() && i < parts; ++end) {
      if (text[end] == '"') quoted = !quoted;
      if (text[end] == '\n' && !quoted) break;
    }
    end = std::min(end + 1, text.size());
    if (end > begin) pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

void read_rows(std::string_view text, const WantedColumns& columns, std::size_t wanted, std::uint64_t first_row,
               CsvCells& out, Problems& problems) {
  RowReader(text, columns, wanted, first_row, out, problems).read();
}

std::size_t read_piece(std::string_view text, const WantedColumns& columns, std::size_t wanted, unsigned threads,
                       const std::string& file, std::uint64_t first_row, std::vector<CsvCells>& out,
                       Problems& problems) {
  const auto add_problem = [&](Problem problem, std::uint64_t row) {
    if (problems.size() >= kMostProblems) return;
    problem.where = file + ", row " + std::to_string(row);
    problems.push_back(std::move(problem));
  };
  if (const auto at = invalid_utf8_at(text)) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*at), '\n');
    add_problem(
        {"There are bytes that are not UTF-8.", "", "Save the file as UTF-8; spreadsheets call it \"CSV UTF-8\"."},
        first_row + static_cast<std::uint64_t>(line));
    return 0;
  }
  const std::vector<std::string_view> pieces = whole_rows(text, text.size() < 100'000 ? 1 : threads);
  const std::size_t before = out.size();
  out.resize(before + pieces.size());
  std::vector<Problems> found(pieces.size());
  in_parallel(threads, pieces.size(), [&](unsigned, std::size_t i) {
    out[before + i].cells.reserve(pieces[i].size() / 8);
    // Rows of later pieces are numbered from their own beginning, and corrected below.
    read_rows(pieces[i], columns, wanted, 0, out[before + i], found[i]);
  });
  std::size_t rows = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (Problem& problem : found[i]) {
      const auto row = parse_integer(std::string_view(problem.where).substr(4)).value_or(0);
      add_problem(std::move(problem), first_row + rows + static_cast<std::uint64_t>(row));
    }
    rows += out[before + i].rows;
  }
  return rows;
}

}  // namespace guildhall::linkage
