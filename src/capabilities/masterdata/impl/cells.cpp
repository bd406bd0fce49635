#include "masterdata/impl/cells.h"

#include <algorithm>
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

}  // namespace

void append_cell(std::string& cells, const StoredCell& cell) {
  const std::string_view attribute = cell.attribute ? records::name_of(*cell.attribute) : std::string_view{};
  if (cell.cleaned == cell.raw && cell.rules.empty()) {
    append_row(cells, {cell.field, attribute, cell.raw});
  } else {
    append_row(cells, {cell.field, attribute, cell.raw, cell.cleaned, cell.rules});
  }
}

const std::vector<StoredCell>& CellReader::read(std::string_view cells) {
  cells_.clear();
  for (const auto& row : rows_.read(cells)) {
    if (row.size() != 3 && row.size() != 5) damaged();
    const bool changed = row.size() == 5;
    cells_.push_back({.field = row[0],
                      .attribute = attribute_of(row[1]),
                      .raw = row[2],
                      .cleaned = changed ? row[3] : row[2],
                      .rules = changed ? row[4] : std::string_view{}});
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
