#pragma once

// What every fuzzer of an extract reader asserts: whatever the bytes are, the counts add up, what is shown is
// what is counted, and a failure says something.

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "extracts/extracts.h"

namespace guildhall::extracts {

inline void must(bool holds) {
  if (!holds) std::abort();
}

// Gives a few bytes at a time, so that every edge falls somewhere.
class FewBytes final : public ByteSource {
 public:
  FewBytes(std::string_view rest, std::size_t at_most) : rest_(rest), at_most_(std::max<std::size_t>(at_most, 1)) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t count = rest_.copy(into.data(), std::min(into.size(), at_most_));
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::size_t at_most_;
};

class CountingSink final : public RowSink {
 public:
  void row(const Row& row) override {
    ++rows;
    must(!row.table.empty() && row.number > 0);
    must(row.entity == records::Entity::Other || !row.record_key.empty());
    for (const Cell& cell : row.cells) touched += cell.field.size() + cell.raw.size();
    if (!row.cells.empty() && !row.cells.back().raw.empty())
      touched += static_cast<unsigned char>(row.cells.back().raw.back());
  }
  void rejected(const RejectedRow& row) override {
    ++refused;
    must(!row.problem.what.empty());
    touched += row.raw.size();
  }
  void note(const Problem& problem) override { must(!problem.what.empty()); }

  std::uint64_t rows = 0;
  std::uint64_t refused = 0;
  std::uint64_t touched = 0;
};

// The first byte chooses how many bytes come at a time and how tight the limits are.
inline void fuzz_reading(const Format& format, std::string_view bytes) {
  if (bytes.empty()) return;
  const auto choice = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  Limits limits;
  limits.max_row_bytes = 4096;
  if ((choice & 1) != 0) {
    limits.max_row_bytes = 80;
    limits.max_field_bytes = 40;
    limits.max_columns = 20;
    limits.max_kept_bytes = 16;
    limits.max_notes = 2;
  }
  if ((choice & 2) != 0) limits.max_bytes = 500;
  FewBytes source(bytes, (choice & 4) != 0 ? choice >> 3 : std::size_t{1} << 20);
  CountingSink sink;
  const ReadSummary summary = read(format, source, sink, limits);
  must(summary.read == summary.delivered + summary.rejected);
  must(summary.delivered == sink.rows && summary.rejected == sink.refused);
  must(summary.bytes <= bytes.size());
  if (summary.failure) must(!summary.failure->what.empty());
}

}  // namespace guildhall::extracts
