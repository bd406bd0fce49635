#pragma once

// Reading members of JSON objects that come from outside.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::signin {

// A JSON text whose outermost value is an object; `where` names it in the Problem.
inline Result<boost::json::object> parse_object(std::string_view json, std::string_view where) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) {
    return Problem{.what = "This is not a JSON object.", .where = std::string(where), .remedy = ""};
  }
  return std::move(value.get_object());
}

// No database column and no page takes a NUL, so a text that holds one counts as absent.
inline bool is_text(const boost::json::value& value) {
  return value.is_string() && value.get_string().find('\0') == boost::json::string::npos;
}

// The text of a member; nothing where it is absent or something else.
inline std::optional<std::string> text_at(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !is_text(*value)) return std::nullopt;
  return std::string(value->get_string());
}

// The texts of a member that is a text or a list of texts; nothing where it is absent or anything else.
inline std::optional<std::vector<std::string>> texts_at(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::nullopt;
  if (is_text(*value)) return std::vector<std::string>{std::string(value->get_string())};
  if (!value->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const boost::json::value& item : value->get_array()) {
    if (!is_text(item)) return std::nullopt;
    texts.emplace_back(item.get_string());
  }
  return texts;
}

}  // namespace guildhall::signin
