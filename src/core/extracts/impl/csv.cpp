#include "extracts/impl/csv.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/text.h"

namespace guildhall::extracts {
namespace {

constexpr std::size_t kFirstBuffer = std::size_t{256} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string at_line(std::size_t line) {
  return "line " + std::to_string(line);
}

std::string size_in_words(std::uint64_t bytes) {
  if (bytes >= (std::uint64_t{1} << 30)) return std::to_string(bytes >> 30) + " GB";
  if (bytes >= (std::uint64_t{1} << 20)) return std::to_string(bytes >> 20) + " MB";
  if (bytes >= (std::uint64_t{1} << 10)) return std::to_string(bytes >> 10) + " KB";
  return std::to_string(bytes) + " bytes";
}

// Whether any byte is NUL or not ASCII. Compiles to vector code.
bool needs_closer_look(const char* bytes, std::size_t count) {
  std::uint8_t high = 0;
  std::uint8_t zero = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    high = static_cast<std::uint8_t>(high | byte);
    zero = static_cast<std::uint8_t>(zero | static_cast<std::uint8_t>(byte == 0));
  }
  return (high & 0x80) != 0 || zero != 0;
}

}  // namespace

Result<void> refuse_binary(std::string_view first_bytes) {
  struct Kind {
    std::string_view magic;
    const char* what;
    const char* remedy;
  };
  // Zip: PKWARE APPNOTE 4.3.7 (spreadsheets are zip files); OLE: MS-CFB 2.2; gzip: RFC 1952 2.3.1; PDF: ISO
  // 32000 7.5.2.
  static constexpr std::array<Kind, 12> kKinds{{
      {"PK\x03\x04", "This is a zip file or an Excel workbook, not a text file.",
       "Unzip it and load the files inside; from Excel, save each sheet as CSV UTF-8."},
      {"PK\x05\x06", "This is an empty zip file.", "Take the extract again."},
      {"\xD0\xCF\x11\xE0", "This is an old Excel or Word file, not a text file.",
       "Open it in Excel and save it as CSV UTF-8."},
      {"\x1F\x8B", "This file is compressed with gzip.", "Decompress it and load what is inside."},
      {"BZh", "This file is compressed with bzip2.", "Decompress it and load what is inside."},
      {"\xFD"
       "7zXZ",
       "This file is compressed with xz.", "Decompress it and load what is inside."},
      {"7z\xBC\xAF\x27\x1C", "This is a 7-Zip archive.", "Extract it and load the files inside."},
      {"Rar!", "This is a RAR archive.", "Extract it and load the files inside."},
      {"%PDF", "This is a PDF, not data.", "Ask for the extract as CSV, XML or JSON."},
      {"SQLite format 3", "This is a database, not an extract.", "Export the tables as CSV."},
      {"\xFF\xFE", "This file is in UTF-16 (two bytes a character).",
       "Save it as UTF-8: in Excel choose \"CSV UTF-8\", in Notepad choose the encoding UTF-8."},
      {"\xFE\xFF", "This file is in UTF-16 (two bytes a character).",
       "Save it as UTF-8: in Excel choose \"CSV UTF-8\", in Notepad choose the encoding UTF-8."},
  }};
  if (trimmed(first_bytes.starts_with(kByteOrderMark) ? first_bytes.substr(3) : first_bytes).empty()) {
    return Problem{"This file is empty.", "", "Check that the extract finished, and take it again."};
  }
  for (const Kind& kind : kKinds) {
    if (first_bytes.starts_with(kind.magic)) return Problem{kind.what, "", kind.remedy};
  }
  // UTF-16 without a mark: every other byte of Latin text is zero.
  if (first_bytes.size() >= 4 && ((first_bytes[1] == 0 && first_bytes[3] == 0 && first_bytes[0] != 0) ||
                                  (first_bytes[0] == 0 && first_bytes[2] == 0 && first_bytes[1] != 0))) {
    return Problem{"This file seems to be in UTF-16 (two bytes a character).", "", "Save it as UTF-8."};
  }
  return {};
}

CsvReader::CsvReader(ByteSource& bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {
  buffer_.resize(std::min(kFirstBuffer, std::max<std::size_t>(limits_.max_row_bytes, 64)));
}

bool CsvReader::fill() {
  if (ended_) return false;
  if (row_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + row_, filled_ - row_);
    filled_ -= row_;
    row_ = 0;
  } else if (filled_ == buffer_.size()) {
    const std::size_t largest = std::max<std::size_t>(limits_.max_row_bytes, 64);
    if (buffer_.size() >= largest) return false;
    buffer_.resize(std::min(buffer_.size() * 2, largest));
  }
  const std::size_t before = filled_;
  while (filled_ < buffer_.size() && !ended_) {
    const std::size_t count = bytes_.read(std::span(buffer_).subspan(filled_));
    if (count == 0) {
      ended_ = true;
    } else if (bytes_read_ + count > limits_.max_bytes) {
      filled_ += static_cast<std::size_t>(limits_.max_bytes - bytes_read_);
      bytes_read_ = limits_.max_bytes;
      too_long_ = true;
      ended_ = true;
    } else {
      filled_ += count;
      bytes_read_ += count;
    }
  }
  suspicious_ = suspicious_ || needs_closer_look(buffer_.data() + before, filled_ - before);
  return filled_ > before;
}

// Looks at the first bytes: passes over the byte-order mark, chooses the separator.
bool CsvReader::start() {
  started_ = true;
  fill();
  std::string_view text(buffer_.data(), filled_);
  if (const Result<void> refused = refuse_binary(text); !refused.ok()) {
    problem_ = refused.problems().front();
    return false;
  }
  if (text.starts_with(kByteOrderMark)) row_ = kByteOrderMark.size();
  text.remove_prefix(row_);
  std::size_t most = 0;
  for (const char candidate : {',', ';', '\t', '|'}) {
    std::size_t count = 0;
    bool quoted = false;
    for (const char letter : text) {
      if (letter == '"') quoted = !quoted;
      if (quoted) continue;
      if (letter == '\n' || letter == '\r') break;
      if (letter == candidate) ++count;
    }
    if (count > most) {
      most = count;
      separator_ = candidate;
    }
  }
  return true;
}

// Finds the fields of the row at row_, without changing it: it may have to be read again once more bytes are
// there.
CsvReader::Scan CsvReader::scan_row() {
  const char* const base = buffer_.data() + row_;
  const char* const end = buffer_.data() + filled_;
  const char* at = base;
  const char separator = separator_;
  spans_.clear();
  lines_in_row_ = 0;
  malformed_quotes_ = false;
  const auto offset = [&](const char* place) { return static_cast<std::size_t>(place - base); };

  for (;;) {
    const char* from = at;
    bool has_quotes = false;
    bool closed = false;
    if (at != end && *at == '"') {
      quote_line_ = lines_in_row_;
      from = ++at;
      for (;;) {
        const char* quote = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        if (quote == nullptr) return ended_ ? Scan::Unclosed : Scan::Incomplete;
        if (quote + 1 == end && !ended_) return Scan::Incomplete;
        if (quote + 1 != end && quote[1] == '"') {
          has_quotes = true;
          at = quote + 2;
          continue;
        }
        at = quote;
        break;
      }
      for (const char* place = from; place < at; ++place) {
        if (*place == '\n' || (*place == '\r' && place[1] != '\n')) ++lines_in_row_;
      }
      spans_.push_back({offset(from), offset(at), has_quotes});
      closed = true;
      from = ++at;
    }
    while (at != end && *at != separator && *at != '\n' && *at != '\r') ++at;
    if (closed) {
      malformed_quotes_ = malformed_quotes_ || at != from;  // Text after the closing mark.
    } else {
      spans_.push_back({offset(from), offset(at), false});
    }
    if (at == end) {
      if (!ended_) return Scan::Incomplete;
      row_end_ = filled_;
      next_row_ = filled_;
      return Scan::Complete;
    }
    if (*at == separator) {
      ++at;
      continue;
    }
    if (*at == '\r' && at + 1 == end && !ended_) return Scan::Incomplete;
    row_end_ = row_ + offset(at);
    next_row_ = row_end_ + (*at == '\r' && at + 1 != end && at[1] == '\n' ? 2 : 1);
    return Scan::Complete;
  }
}

CsvReader::Outcome CsvReader::fail(Problem problem) {
  problem_ = std::move(problem);
  return Outcome::Failed;
}

CsvReader::Outcome CsvReader::reject(Problem problem) {
  problem_ = std::move(problem);
  return Outcome::Rejected;
}

CsvReader::Outcome CsvReader::next() {
  if (!started_ && !start()) return Outcome::Failed;
  for (;;) {
    row_line_ = line_;
    if (row_ == filled_ && !fill()) {
      if (!too_long_) return Outcome::End;
      return fail({"This file is longer than " + size_in_words(limits_.max_bytes) + ".", at_line(line_),
                   "Take the extract in parts, or let the operator raise the limit."});
    }
    Scan scan = scan_row();
    while (scan == Scan::Incomplete) {
      const bool more = fill();
      if (!more && !ended_) {
        return skip_long_row();
      }
      scan = scan_row();
    }
    if (too_long_ && (scan == Scan::Unclosed || next_row_ == filled_)) {
      row_ = filled_;  // Cut off by the limit: not a row.
      continue;
    }
    if (scan == Scan::Unclosed) {
      return fail({"A quotation mark is opened here and never closed.", at_line(row_line_ + quote_line_),
                   "Close the quotation mark, or double it where it is part of the text, and load the file again."});
    }
    const std::size_t row = row_;
    row_ = next_row_;
    line_ += lines_in_row_ + 1;
    const bool blank = std::all_of(spans_.begin(), spans_.end(), [](const Span& span) { return span.from == span.to; });
    if (blank) {
      // Nothing is lost: separators and line ends only.
      if (row_end_ > row) ++empty_rows_;
      continue;
    }
    raw_ = std::string_view(buffer_.data() + row, row_end_ - row);
    return finish_row();
  }
}

// The row at raw_ is complete: checks its text and makes its fields.
CsvReader::Outcome CsvReader::finish_row() {
  fields_.clear();
  if (malformed_quotes_) {
    return reject({"There is text after a closing quotation mark.", at_line(row_line_),
                   "Double a quotation mark that is part of the text: \"\"."});
  }
  if (suspicious_) {
    if (raw_.find('\0') != std::string_view::npos) {
      return reject({"There is a zero byte in this row, at byte " + std::to_string(raw_.find('\0') + 1) + ".",
                     at_line(row_line_), "Take the extract again: this file is damaged."});
    }
    if (const auto invalid = invalid_utf8_at(raw_)) {
      return reject({"This row is not UTF-8: byte " + std::to_string(*invalid + 1) + " is hexadecimal " +
                         hex(raw_.substr(*invalid, 1)) + ".",
                     at_line(row_line_), "Save the file as UTF-8 (in Excel: \"CSV UTF-8\") and load it again."});
    }
  }
  if (spans_.size() > limits_.max_columns) {
    return reject({"This row has " + std::to_string(spans_.size()) + " fields; more than " +
                       std::to_string(limits_.max_columns) + " are not read.",
                   at_line(row_line_), "Check the separators of this row."});
  }
  std::size_t unescaped = 0;
  for (const Span& span : spans_) {
    const std::size_t size = span.to - span.from;
    if (size > limits_.max_field_bytes) {
      return reject({"Field " + std::to_string(fields_.size() + 1) + " of this row is longer than " +
                         size_in_words(limits_.max_field_bytes) + ".",
                     at_line(row_line_), "Shorten it, or leave that column out of the extract."});
    }
    fields_.push_back(raw_.substr(span.from, size));
    if (span.has_quotes) unescaped += size;
  }
  if (unescaped == 0) return Outcome::Row;
  unescaped_.resize(unescaped);
  char* to = unescaped_.data();
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    if (!spans_[i].has_quotes) continue;
    const char* const begin = to;
    for (const char* from = fields_[i].data(); from != fields_[i].data() + fields_[i].size(); ++from) {
      *to++ = *from;
      if (*from == '"') ++from;  // The second of a doubled mark.
    }
    fields_[i] = std::string_view(begin, static_cast<std::size_t>(to - begin));
  }
  return Outcome::Row;
}

// The row at row_ fills the whole buffer and goes on. Reads to its end without keeping it.
CsvReader::Outcome CsvReader::skip_long_row() {
  kept_.assign(buffer_.data() + row_, std::min(limits_.max_kept_bytes, filled_ - row_));
  const std::string limit = size_in_words(limits_.max_row_bytes);
  enum class In { FieldStart, Field, Quoted, QuoteInQuoted };
  In state = In::FieldStart;
  std::size_t lines = 0;
  bool in_quotes_at_limit = false;
  bool done = false;
  for (bool first = true;; first = false) {
    std::size_t at = row_;
    for (; at < filled_ && !done; ++at) {
      const char letter = buffer_[at];
      const bool line_end = letter == '\n' || letter == '\r';
      if (letter == '\n') ++lines;
      switch (state) {
        case In::FieldStart:
        case In::Field:
          if (line_end) {
            done = true;
          } else if (letter == '"' && state == In::FieldStart) {
            state = In::Quoted;
          } else {
            state = letter == separator_ ? In::FieldStart : In::Field;
          }
          break;
        case In::Quoted:
          if (letter == '"') state = In::QuoteInQuoted;
          break;
        case In::QuoteInQuoted:
          if (line_end) {
            done = true;
          } else if (letter == '"') {
            state = In::Quoted;
          } else {
            state = letter == separator_ ? In::FieldStart : In::Field;
          }
          break;
      }
    }
    if (first) in_quotes_at_limit = state == In::Quoted;
    if (in_quotes_at_limit) {
      // A mark that nobody closed, rather than a megabyte in quotes: where rows begin after it is anybody's
      // guess.
      return fail({"A quotation mark is opened here and not closed within " + limit + ".",
                   at_line(row_line_ + quote_line_),
                   "Close the quotation mark, or double it where it is part of the text, and load the file again."});
    }
    row_ = at;
    if (done || !fill()) break;
  }
  if (done && buffer_[row_ - 1] == '\r') {
    if (row_ == filled_) fill();
    if (row_ < filled_ && buffer_[row_] == '\n') ++row_;
    ++lines;
  }
  if (state == In::Quoted) {
    return fail({"A quotation mark is opened in this row and never closed.", at_line(row_line_),
                 "Close the quotation mark, or double it where it is part of the text, and load the file again."});
  }
  line_ += lines;
  fields_.clear();
  raw_ = kept_;
  return reject({"This row is longer than " + limit + ".", at_line(row_line_),
                 "Check that its line ends are there, and that it is a text file."});
}

}  // namespace guildhall::extracts
