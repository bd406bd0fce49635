#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>

namespace guildhall {
namespace {

std::atomic<LogLevel> lowest{LogLevel::Info};

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  return "error";
}

}  // namespace

// Literals are our own words: no quotes or control characters to escape.
LogField::LogField(Literal name, Literal word) : name_(name), json_('"' + std::string(word.text()) + '"') {}

LogField::LogField(Literal name, std::chrono::nanoseconds took) : name_(name) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(took.count()) / 1e6);
  json_ = text;
}

LogField::LogField(Literal name, const std::source_location& place) : name_(name) {
  const std::string_view path = place.file_name();
  json_ = '"' + std::string(path.substr(path.rfind('/') + 1)) + ':' + std::to_string(place.line()) + '"';
}

LogField::LogField(Literal name, const std::type_info& type)
    : name_(name), json_('"' + std::string(type.name()) + '"') {}

void set_log_level(LogLevel level) {
  lowest = level;
}

void log(LogLevel level, Literal event, std::initializer_list<LogField> fields) {
  if (level < lowest.load()) return;
  std::string line = "{\"at\":\"" + to_iso(SystemClock().now()) + "\",\"level\":\"" + name_of(level) +
                     "\",\"event\":\"" + std::string(event.text()) + '"';
  for (const LogField& field : fields) {
    line += ",\"" + std::string(field.name()) + "\":" + field.json();
  }
  line += "}\n";
  // One write, so that lines of different threads don't mix. A log that can't be written must not stop the work.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace guildhall
