#pragma once

// The words after `guildhall load`: options (--data DIR, --data=DIR), flags (--help) and the rest in their order.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::app {

// What a command understands.
struct Options {
  std::vector<std::string_view> valued;  // "data": must be followed by a value
  std::vector<std::string_view> flags;   // "help"
};

class Arguments {
 public:
  // Every unknown option, missing value and option given twice, all at once.
  static Result<Arguments> parse(std::span<const std::string_view> words, const Options& options);

  std::optional<std::string> value(std::string_view option) const;
  std::string value_or(std::string_view option, std::string_view otherwise) const;
  Result<std::int64_t> number_or(std::string_view option, std::int64_t otherwise, std::int64_t least,
                                 std::int64_t most) const;
  // A number with or without a decimal point.
  Result<double> real_or(std::string_view option, double otherwise, double least, double most) const;
  bool flag(std::string_view option) const { return values_.contains(option); }
  const std::vector<std::string>& rest() const { return rest_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> rest_;
};

}  // namespace guildhall::app
