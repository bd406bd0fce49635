#pragma once

// What every format's reader writes to: it counts, so that no reader can forget to.

#include <string>

#include "extracts/extracts.h"

namespace guildhall::extracts {

class Delivery {
 public:
  Delivery(RowSink& sink, const Limits& limits) : sink_(sink), limits_(limits) {}

  void deliver(const Row& row) {
    ++summary_.read;
    ++summary_.delivered;
    sink_.row(row);
  }
  void reject(RejectedRow row) {
    ++summary_.read;
    ++summary_.rejected;
    row.raw = row.raw.substr(0, limits_.max_kept_bytes);
    sink_.rejected(row);
  }
  void note(const Problem& problem) {
    if (++notes_ <= limits_.max_notes) sink_.note(problem);
  }
  // Called once, last.
  ReadSummary finish(std::uint64_t bytes, std::optional<Problem> failure = std::nullopt) {
    if (notes_ > limits_.max_notes) {
      sink_.note({"There were " + std::to_string(notes_ - limits_.max_notes) + " more notes like these.", "", ""});
    }
    summary_.bytes = bytes;
    summary_.failure = std::move(failure);
    return summary_;
  }

 private:
  RowSink& sink_;
  const Limits& limits_;
  ReadSummary summary_;
  std::size_t notes_ = 0;
};

}  // namespace guildhall::extracts
