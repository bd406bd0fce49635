#include "app/arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.h"

namespace guildhall::app {
namespace {

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string list_of(const Options& options) {
  std::string list;
  for (const auto* kind : {&options.valued, &options.flags}) {
    for (const std::string_view option : *kind) list += (list.empty() ? "--" : ", --") + std::string(option);
  }
  return list;
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<const std::string_view> words, const Options& options) {
  Arguments arguments;
  Problems problems;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {
      arguments.rest_.insert(arguments.rest_.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
      break;
    }
    if (!words[i].starts_with("--")) {
      arguments.rest_.emplace_back(words[i]);
      continue;
    }
    const std::size_t equals = words[i].find('=');
    const std::string option(words[i].substr(2, equals == std::string_view::npos ? equals : equals - 2));
    const std::string where = "--" + option;
    std::string value;
    if (contains(options.valued, option)) {
      if (equals != std::string_view::npos) {
        value = words[i].substr(equals + 1);
      } else if (i + 1 < words.size()) {
        value = words[++i];
      } else {
        problems.push_back({"This option needs a value.", where, "Write it after the option: " + where + " VALUE."});
        continue;
      }
    } else if (!contains(options.flags, option) || equals != std::string_view::npos) {
      const std::string known = list_of(options);
      problems.push_back({"This command has no such option.", where,
                          known.empty() ? "It takes no options." : "Its options are " + known + "."});
      continue;
    }
    if (!arguments.values_.emplace(option, value).second) {
      problems.push_back({"This option is given twice.", where, "Give it once."});
    }
  }
  if (!problems.empty()) return problems;
  return arguments;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::string Arguments::value_or(std::string_view option, std::string_view otherwise) const {
  return value(option).value_or(std::string(otherwise));
}

Result<std::int64_t> Arguments::number_or(std::string_view option, std::int64_t otherwise, std::int64_t least,
                                          std::int64_t most) const {
  const auto text = value(option);
  if (!text) return otherwise;
  const auto number = parse_integer(*text);
  if (!number || *number < least || *number > most) {
    return Problem{"This is not a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".",
                   "--" + std::string(option),
                   "Write it in digits: --" + std::string(option) + " " + std::to_string(otherwise) + "."};
  }
  return *number;
}

Result<double> Arguments::real_or(std::string_view option, double otherwise, double least, double most) const {
  const auto text = value(option);
  if (!text) return otherwise;
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  // Written so that what is no number is refused, too.
  if (error != std::errc{} || end != text->data() + text->size() || !(number >= least && number <= most)) {
    std::array<char, 96> what;
    std::snprintf(what.data(), what.size(), "This is not a number from %g to %g.", least, most);
    return Problem{what.data(), "--" + std::string(option), "Write it in digits, with a point: 0.99."};
  }
  return number;
}

}  // namespace guildhall::app
