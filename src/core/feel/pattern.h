#pragma once

// Regular expressions as FEEL writes them: those of XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6 (which are
// those of XML Schema part 2, appendix F, with anchors, reluctant quantifiers, captures and back-references), used by
// matches(), replace() and split(). Where XPath specifies an error, FEEL gives null, and so these give a Problem.
//
// A pattern is checked and translated to ICU's notation. ICU backtracks, so each use has a bound on its steps: a
// hostile pattern ends with a Problem, never with a hanging server.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::feel {

class Pattern {
 public:
  // `flags`: any of s m i x, and q (XPath 3.1: the pattern is plain text). Anything else is a problem.
  static Result<Pattern> compile(std::string_view pattern, std::string_view flags);

  // All texts are UTF-8. Safe to share between threads.
  Result<bool> matches(std::string_view input) const;  // Anywhere in it.
  // `replacement` may hold $0 to $99 and the escapes \$ and \\. A pattern that matches the empty string is a problem
  // (err:FORX0003). The result is a problem where it would be longer than `max_bytes`.
  Result<std::string> replace(std::string_view input, std::string_view replacement, std::size_t max_bytes) const;
  // "a;b;;" by ";" is "a", "b", "", "". Of at most `max_pieces`.
  Result<std::vector<std::string>> split(std::string_view input, std::size_t max_pieces) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

// By Unicode's default rules, whatever the language: "straße" becomes "STRASSE".
std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);

}  // namespace guildhall::feel
