#pragma once

// Logs for machines: one JSON object a line on standard error. The types keep personal data out: a field's value is an
// id, a number, a truth value, a duration, or a literal, place or type of the program's own source, never text made at
// run time.
//
//   log(LogLevel::Info, "extract.loaded", {{"extract", extract.id}, {"rows", 88'421}, {"took", elapsed}});

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <source_location>
#include <string>
#include <string_view>
#include <typeinfo>

#include "base/id.h"

namespace guildhall {

enum class LogLevel { Debug, Info, Warning, Error };

// Words fixed when the program was compiled.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class LogField {
 public:
  template <class Tag>
  LogField(Literal name, const Id<Tag>& id) : name_(name), json_('"' + id.text() + '"') {}
  LogField(Literal name, const Uuid& id) : name_(name), json_('"' + id.text() + '"') {}
  LogField(Literal name, Literal word);
  LogField(Literal name, std::same_as<bool> auto truth) : name_(name), json_(truth ? "true" : "false") {}
  LogField(Literal name, std::integral auto number) requires(!std::same_as<decltype(number), bool>)
      : name_(name), json_(std::to_string(number)) {}
  LogField(Literal name, std::chrono::nanoseconds took);  // In milliseconds.
  // Where in our source something was noticed: "router.cpp:212".
  LogField(Literal name, const std::source_location& place);
  // What kind of exception was thrown, as the compiler names it; c++filt reads it.
  LogField(Literal name, const std::type_info& type);

  std::string_view name() const { return name_.text(); }
  const std::string& json() const { return json_; }

 private:
  Literal name_;
  std::string json_;
};

// Whole lines, from any thread. Where log lines go is decided by the operator (standard error is all we know).
void log(LogLevel level, Literal event, std::initializer_list<LogField> fields = {});

// Lines below this level are dropped; Info unless told.
void set_log_level(LogLevel level);

}  // namespace guildhall
