// Any CSV, by a mapping that a council writes as JSON; extracts.h shows one.

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "extracts/impl/formats.h"
#include "extracts/impl/table.h"

namespace guildhall::extracts {

struct CsvMapping {
  std::string table;
  records::Entity entity = records::Entity::Other;
  std::string key;
  std::vector<std::pair<std::string, std::optional<records::Attribute>>> fields;
};

namespace {

std::string_view view(const boost::json::string& text) {
  return {text.data(), text.size()};
}
std::string_view view(boost::json::string_view text) {
  return {text.data(), text.size()};
}

// The member's text; where it is absent or no text, says so in `problems`.
std::string text_of(const boost::json::object& mapping, std::string_view name, std::string_view example,
                    Problems& problems) {
  const boost::json::value* member = mapping.if_contains({name.data(), name.size()});
  if (member != nullptr && member->is_string() && !trimmed(view(member->get_string())).empty()) {
    return std::string(trimmed(view(member->get_string())));
  }
  problems.push_back({"The mapping has no \"" + std::string(name) + "\".", std::string(name),
                      "Add it, for instance \"" + std::string(name) + "\": \"" + std::string(example) + "\"."});
  return {};
}

}  // namespace

Result<Format> by_mapping(std::string_view json) {
  constexpr std::size_t kMaxMappingBytes = std::size_t{1} << 20;
  if (json.size() > kMaxMappingBytes) return Problem{"The mapping is longer than 1 MB.", "", "Name fewer fields."};
  boost::json::error_code error;
  const boost::json::value document = boost::json::parse({json.data(), json.size()}, error);
  if (error) {
    return Problem{"The mapping is not JSON: " + error.message() + ".", "",
                   "Check its commas, braces and quotation marks."};
  }
  const boost::json::object* const object = document.if_object();
  if (object == nullptr) {
    return Problem{"The mapping is not a JSON object.", "",
                   "Write {\"table\": …, \"entity\": …, \"key\": …, \"fields\": {…}}."};
  }
  Problems problems;
  auto mapping = std::make_shared<CsvMapping>();
  mapping->table = text_of(*object, "table", "school_nurses", problems);
  mapping->key = text_of(*object, "key", "client_no", problems);
  const std::string entity = text_of(*object, "entity", "person", problems);
  if (const auto known = records::entity_named(entity)) {
    mapping->entity = *known;
  } else if (!entity.empty()) {
    problems.push_back({"\"" + entity + "\" is not an entity.", "entity",
                        "Use person, address, identifier, involvement, plan, professional, team or other."});
  }
  const boost::json::value* const fields = object->if_contains("fields");
  if (fields == nullptr || !fields->is_object() || fields->get_object().empty()) {
    problems.push_back({"The mapping has no \"fields\".", "fields",
                        "Name what each column states, for instance \"fields\": {\"born\": \"birth_date\"}."});
  } else {
    for (const auto& [name, attribute] : fields->get_object()) {
      const std::string field(trimmed(view(name)));
      const std::string where = "fields." + field;
      if (!attribute.is_string()) {
        problems.push_back({"What column " + field + " states is not a text.", where,
                            "Write an attribute's name, such as \"surname\"."});
        continue;
      }
      const auto known = records::attribute_named(view(attribute.get_string()));
      if (!known) {
        problems.push_back({"\"" + std::string(view(attribute.get_string())) + "\" is not an attribute.", where,
                            "Use a name such as nhs_number, forename, surname, birth_date, sex, postcode."});
        continue;
      }
      const bool again = std::any_of(mapping->fields.begin(), mapping->fields.end(),
                                     [&](const auto& other) { return equal_ignoring_case(other.first, field); });
      if (again) {
        problems.push_back({"Column " + field + " is named twice.", where, "Name each column once."});
        continue;
      }
      mapping->fields.emplace_back(field, *known);
    }
  }
  if (!problems.empty()) return problems;
  const bool key_is_a_field = std::any_of(mapping->fields.begin(), mapping->fields.end(), [&](const auto& field) {
    return equal_ignoring_case(field.first, mapping->key);
  });
  if (!key_is_a_field) mapping->fields.emplace_back(mapping->key, std::nullopt);
  return Format{"csv", mapping->table, std::move(mapping)};
}

ReadSummary read_by_mapping(const CsvMapping& mapping, ByteSource& bytes, RowSink& sink, const Limits& limits) {
  std::vector<Column> columns;
  for (const auto& [name, attribute] : mapping.fields) columns.push_back({name, attribute});
  const std::string title = "the mapping " + mapping.table;
  const Table table{.format = "csv",
                    .name = mapping.table,
                    .title = title,
                    .entity = mapping.entity,
                    .key = mapping.key,
                    .columns = columns};
  return read_table(table, bytes, sink, limits);
}

}  // namespace guildhall::extracts
