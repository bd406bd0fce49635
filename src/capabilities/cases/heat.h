#pragma once

// Statistics marked on the picture of a process: where cases spend their time, and which way they go.

#include <cstdint>
#include <string>

#include "bpmn/definition.h"
#include "cases/statistics.h"
#include "diagram/overlay.h"

namespace guildhall::cases {

// Counts from 1 to 4 are told as "fewer than 5", and durations of so few not at all: small numbers may be about somebody.
inline constexpr std::uint64_t kFewest = 5;
std::string told(std::uint64_t count);                      // "412", "fewer than 5", "0"
std::string told(const Durations& durations, int percent);  // "3.5 days"; "–" where there are too few.
std::string in_words(std::chrono::microseconds time);       // "40 seconds", "12 minutes", "2.0 hours", "3.5 days"

enum class HeatOf {
  Time,    // The median time in each element, beside the longest.
  Volume,  // How often each was entered, beside the most often.
};

// Of the elements that the process has, whatever versions the statistics are of. Volumes of flows in both.
diagram::Overlay heat(const bpmn::Process& process, const ProcessStatistics& statistics, HeatOf of);

}  // namespace guildhall::cases
