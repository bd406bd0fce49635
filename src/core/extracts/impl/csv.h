#pragma once

// Rows of a CSV file (RFC 4180), one at a time, in memory bounded by Limits.
//
// Beyond the RFC: lines end in CRLF, LF or CR; a byte-order mark is passed over; the last line may lack its
// end; rows with no text at all are passed over and counted; the separator is the one of , ; tab | that the
// first line has most of. A quotation mark inside an unquoted field is text.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "extracts/extracts.h"

namespace guildhall::extracts {

class CsvReader {
 public:
  CsvReader(ByteSource& bytes, const Limits& limits);

  enum class Outcome {
    Row,       // fields() holds it.
    Rejected,  // A row that can't be trusted: problem() says why, raw() holds it. Reading goes on.
    End,
    Failed,  // The file can't be read further: problem() says why.
  };
  Outcome next();

  // Of the last row; the views live until next().
  std::span<const std::string_view> fields() const { return fields_; }
  std::size_t line() const { return row_line_; }
  std::string_view raw() const { return raw_; }
  const Problem& problem() const { return *problem_; }

  char separator() const { return separator_; }
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t empty_rows() const { return empty_rows_; }

 private:
  struct Span {
    std::size_t from, to;  // Offsets from the row's start.
    bool has_quotes;       // Doubled quotation marks inside, not yet made single.
  };
  enum class Scan { Complete, Incomplete, Unclosed };

  bool fill();  // More bytes behind the row that begins at row_; false where there are none or no room.
  bool start();
  Scan scan_row();
  Outcome skip_long_row();
  Outcome finish_row();
  Outcome fail(Problem problem);
  Outcome reject(Problem problem);

  ByteSource& bytes_;
  Limits limits_;
  std::vector<char> buffer_;
  std::size_t row_ = 0;           // Where the next row begins in buffer_.
  std::size_t filled_ = 0;        // How much of buffer_ holds bytes.
  std::size_t row_end_ = 0;       // Past the row's text; before its line end.
  std::size_t next_row_ = 0;      // Past its line end.
  std::size_t lines_in_row_ = 0;  // Line ends inside its quoted fields.
  std::size_t quote_line_ = 0;    // How many lines into the row the last quotation mark was opened.
  bool malformed_quotes_ = false;
  bool started_ = false;
  bool ended_ = false;
  bool too_long_ = false;    // The file has more than limits_.max_bytes.
  bool suspicious_ = false;  // Something other than ASCII text came in: rows need a closer look.
  char separator_ = ',';
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t empty_rows_ = 0;
  std::vector<Span> spans_;
  std::vector<std::string_view> fields_;
  std::vector<char> unescaped_;  // The texts of fields with doubled quotation marks.
  std::string_view raw_;
  std::string kept_;  // The beginning of a row that was too long to hold.
  std::optional<Problem> problem_;
};

// Refuses bytes that begin a file which is no text: zip, spreadsheet, gzip, PDF, UTF-16. Empty is refused
// too.
Result<void> refuse_binary(std::string_view first_bytes);

}  // namespace guildhall::extracts
