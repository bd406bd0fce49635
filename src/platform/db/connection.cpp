#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "db/database.h"
#include "db/impl/dialect.h"

namespace guildhall::db {

DatabaseError::DatabaseError(Kind kind, std::string what, std::string constraint)
    : std::runtime_error(std::move(what)), kind_(kind), constraint_(std::move(constraint)) {}

Param::Param(const Uuid& uuid) : kind_(Kind::Text), own_size_(36) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::size_t at = 0;
  for (const std::uint8_t byte : uuid.bytes()) {
    if (at == 8 || at == 13 || at == 18 || at == 23) own_[at++] = '-';
    own_[at++] = kDigits[byte >> 4];
    own_[at++] = kDigits[byte & 15];
  }
}

Param::Param(const Date& date) : kind_(Kind::Text), own_size_(10) {
  const std::string iso = date.iso();
  std::memcpy(own_.data(), iso.data(), own_size_);
}

std::int64_t Connection::execute(std::string_view sql, Params params) {
  check(!in_callback_, "a statement inside a row callback of its own connection");
  return run(sql, params, nullptr, Wait::ForResult);
}

void Connection::enqueue(std::string_view sql, Params params) {
  check(!in_callback_, "a statement inside a row callback of its own connection");
  run(sql, params, nullptr, Wait::Later);
}

void Connection::query(std::string_view sql, Params params, const RowCallback& on_row) {
  check(!in_callback_, "a query inside a row callback of its own connection");
  in_callback_ = true;
  struct Leave {
    bool& in_callback;
    ~Leave() { in_callback = false; }
  } leave{in_callback_};
  run(sql, params, &on_row, Wait::ForResult);
}

std::unique_ptr<BulkInsert> Connection::bulk_insert(std::string_view table,
                                                    std::initializer_list<std::string_view> columns) {
  check(is_plain_name(table) && std::ranges::all_of(columns, is_plain_name) && columns.size() > 0,
        "bulk_insert: not a plain name");
  return start_bulk_insert(table, std::span(columns.begin(), columns.size()));
}

}  // namespace guildhall::db
