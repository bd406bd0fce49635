#include "masterdata/impl/text_rows.h"

#include "db/database.h"

namespace guildhall::masterdata {
namespace {

[[noreturn]] void damaged() {
  throw db::DatabaseError(db::DatabaseError::Kind::Other, "a stored table of texts can't be read back");
}

unsigned hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  damaged();
}

}  // namespace

void append_json_text(std::string& json, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  json += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    json.append(text, plain, i - plain);
    plain = i + 1;
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else {
      json += "\\u00";
      json += kHex[static_cast<unsigned char>(c) >> 4];
      json += kHex[c & 0xf];
    }
  }
  json.append(text, plain, text.size() - plain);
  json += '"';
}

void append_row(std::string& rows, std::initializer_list<std::string_view> texts) {
  rows += rows.empty() ? "[[" : ",[";
  bool first = true;
  for (const std::string_view text : texts) {
    if (!first) rows += ',';
    first = false;
    append_json_text(rows, text);
  }
  rows += ']';
}

void finish_rows(std::string& rows) {
  rows += rows.empty() ? "[]" : "]";
}

const std::vector<std::vector<std::string_view>>& TextRows::read(std::string_view rows) {
  buffer_.assign(rows);
  std::size_t count = 0;
  std::size_t at = 0;  // Reads here; unescaped text is written at or before it.
  const auto peek = [&]() -> char {
    if (at >= buffer_.size()) damaged();
    return buffer_[at];
  };
  const auto take = [&](char expected) {
    if (peek() != expected) damaged();
    ++at;
  };
  const auto text = [&]() -> std::string_view {
    take('"');
    const std::size_t begin = at;
    std::size_t end = at;
    while (peek() != '"') {
      char c = buffer_[at++];
      if (c == '\\') {
        c = peek();
        ++at;
        if (c == 'u') {
          if (buffer_.size() - at < 4) damaged();
          c = static_cast<char>(hex_digit(buffer_[at + 2]) << 4 | hex_digit(buffer_[at + 3]));
          at += 4;
        }
      }
      buffer_[end++] = c;
    }
    ++at;
    return std::string_view(buffer_).substr(begin, end - begin);
  };
  take('[');
  while (peek() != ']') {
    if (count > 0) take(',');
    if (rows_.size() == count) rows_.emplace_back();  // Rows of earlier calls are used again.
    std::vector<std::string_view>& row = rows_[count++];
    row.clear();
    take('[');
    while (peek() != ']') {
      if (!row.empty()) take(',');
      row.push_back(text());
    }
    take(']');
  }
  rows_.resize(count);
  return rows_;
}

}  // namespace guildhall::masterdata
