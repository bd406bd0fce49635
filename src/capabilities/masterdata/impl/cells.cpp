#include "masterdata/impl/cells.h"

#include <array>
#include <unordered_map>

#include "base/text.h"
#include "db/database.h"

namespace guildhall::masterdata {
namespace {

[[noreturn]] void damaged() {
  throw db::DatabaseError(db::DatabaseError::Kind::Other, "stored cells can't be read back");
}

std::optional<records::Attribute> attribute_of(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, records::Attribute> names;
    for (std::size_t i = 0; i < records::kAttributeCount; ++i) {
      const auto attribute = static_cast<records::Attribute>(i);
      names.emplace(records::name_of(attribute), attribute);
    }
    return names;
  }();
  if (name.empty()) return std::nullopt;
  const auto found = by_name.find(name);
  if (found == by_name.end()) damaged();
  return found->second;
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

void append_cell(std::string& cells, const StoredCell& cell) {
  cells += cells.empty() ? "[[" : ",[";
  append_json_text(cells, cell.field);
  cells += ',';
  append_json_text(cells, cell.attribute ? records::name_of(*cell.attribute) : std::string_view{});
  cells += ',';
  append_json_text(cells, cell.raw);
  if (cell.cleaned != cell.raw || !cell.rules.empty()) {
    cells += ',';
    append_json_text(cells, cell.cleaned);
    cells += ',';
    append_json_text(cells, cell.rules);
  }
  cells += ']';
}

void finish_cells(std::string& cells) {
  cells += cells.empty() ? "[]" : "]";
}

const std::vector<StoredCell>& CellReader::read(std::string_view cells) {
  buffer_.assign(cells);
  cells_.clear();
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
    if (!cells_.empty()) take(',');
    take('[');
    StoredCell cell;
    cell.field = text();
    take(',');
    cell.attribute = attribute_of(text());
    take(',');
    cell.cleaned = cell.raw = text();
    if (peek() == ',') {
      take(',');
      cell.cleaned = text();
      take(',');
      cell.rules = text();
    }
    take(']');
    cells_.push_back(cell);
  }
  return cells_;
}

std::string storable(std::string_view text) {
  static constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string stored;
  while (true) {
    const std::size_t wrong = std::min(invalid_utf8_at(text).value_or(text.size()), text.find('\0'));
    if (wrong >= text.size()) return stored.append(text);
    stored.append(text.substr(0, wrong)).append(kReplacement);
    text.remove_prefix(wrong + 1);
  }
}

}  // namespace guildhall::masterdata
