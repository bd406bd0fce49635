#pragma once

// Percent-encoding and application/x-www-form-urlencoded (WHATWG URL Standard, section 5; RFC 3986, section
// 2), but strict: what is decoded here is valid UTF-8 without NUL, or a problem.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace guildhall::http {

// Every byte but letters, digits and "-._~" becomes %XX: safe as a path segment and as a query's name or
// value.
std::string percent_encoded(std::string_view text);

// "a=1&b=x+y" as sent by forms and found in queries; in order, repeated names kept. Problems: a "%" without
// two hexadecimal digits, NUL, not UTF-8, more than `max_fields` fields.
Result<std::vector<NamedValue>> parse_form(std::string_view text, std::size_t max_fields);

// The opposite: "surname=Okafor&page=2".
std::string form_text(const std::vector<NamedValue>& fields);

// "/a%20b/c" into {"a b", "c"}; "/" into {}. Problems: no "/" at the beginning, an empty segment before the
// last, "." or "..", an encoded slash, control characters, bad percent-encoding, not UTF-8.
Result<std::vector<std::string>> parse_path(std::string_view text);

// The pairs of a Cookie header (RFC 6265, section 5.4). Pairs that aren't name=value are left out: other
// programs of the same host may have set them.
std::vector<NamedValue> parse_cookies(std::string_view text);

}  // namespace guildhall::http
