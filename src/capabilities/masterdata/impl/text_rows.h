#pragma once

// A JSON array of arrays of texts, [["a","b"],["c"]]: how small tables stand in a column.

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::masterdata {

// Adds a JSON text, with its quotation marks.
void append_json_text(std::string& json, std::string_view text);
// Adds a row to `rows`, which is "" before the first; finish_rows() after the last.
void append_row(std::string& rows, std::initializer_list<std::string_view> texts);
void finish_rows(std::string& rows);

class TextRows {
 public:
  // The views live until the next call and as long as this object. Text that was not made by append_row means a damaged
  // database: throws db::DatabaseError.
  const std::vector<std::vector<std::string_view>>& read(std::string_view rows);

 private:
  std::string buffer_;  // Unescaped in place.
  std::vector<std::vector<std::string_view>> rows_;
};

}  // namespace guildhall::masterdata
