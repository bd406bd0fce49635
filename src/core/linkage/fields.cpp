#include "linkage/fields.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "base/spelling.h"
#include "base/text.h"

namespace guildhall::linkage {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, kFieldKindCount> kNames = {
    "nhs_number", "upn",      "identifier", "forename", "middle_names", "surname", "full_name", "birth_date", "sex",
    "address",    "postcode", "locality",   "email",    "phone",        "number",  "category",  "text"};

struct Synonym {
  std::string_view word;
  FieldKind kind;
};
constexpr Synonym kSynonyms[] = {{"first_name", FieldKind::Forename},
                                 {"firstname", FieldKind::Forename},
                                 {"given_name", FieldKind::Forename},
                                 {"given", FieldKind::Forename},
                                 {"forenames", FieldKind::Forename},
                                 {"last_name", FieldKind::Surname},
                                 {"lastname", FieldKind::Surname},
                                 {"family_name", FieldKind::Surname},
                                 {"family", FieldKind::Surname},
                                 {"middle_name", FieldKind::MiddleNames},
                                 {"name", FieldKind::FullName},
                                 {"date_of_birth", FieldKind::BirthDate},
                                 {"dob", FieldKind::BirthDate},
                                 {"birthdate", FieldKind::BirthDate},
                                 {"date", FieldKind::BirthDate},
                                 {"gender", FieldKind::Sex},
                                 {"nhs", FieldKind::NhsNumber},
                                 {"nhsnumber", FieldKind::NhsNumber},
                                 {"nhs_no", FieldKind::NhsNumber},
                                 {"id_number", FieldKind::Identifier},
                                 {"id", FieldKind::Identifier},
                                 {"soc_sec_id", FieldKind::Identifier},
                                 {"ssn", FieldKind::Identifier},
                                 {"uprn", FieldKind::Category},
                                 {"street", FieldKind::Address},
                                 {"address_1", FieldKind::Address},
                                 {"address_2", FieldKind::Address},
                                 {"house_number", FieldKind::Address},
                                 {"street_number", FieldKind::Address},
                                 {"zip", FieldKind::Postcode},
                                 {"zipcode", FieldKind::Postcode},
                                 {"zip_code", FieldKind::Postcode},
                                 {"postal_code", FieldKind::Postcode},
                                 {"city", FieldKind::Locality},
                                 {"town", FieldKind::Locality},
                                 {"suburb", FieldKind::Locality},
                                 {"county", FieldKind::Locality},
                                 {"state", FieldKind::Locality},
                                 {"place", FieldKind::Locality},
                                 {"e_mail", FieldKind::Email},
                                 {"mail", FieldKind::Email},
                                 {"telephone", FieldKind::Phone},
                                 {"mobile", FieldKind::Phone},
                                 {"phone_number", FieldKind::Phone},
                                 {"year", FieldKind::Number},
                                 {"price", FieldKind::Number},
                                 {"string", FieldKind::Text},
                                 {"title", FieldKind::Text},
                                 {"description", FieldKind::Text},
                                 {"exact", FieldKind::Category},
                                 {"date_birth", FieldKind::BirthDate}};

std::string normal_word(std::string_view text) {
  std::string word = lower_ascii(trimmed(text));
  std::replace_if(
      word.begin(), word.end(), [](char letter) { return letter == ' ' || letter == '-'; }, '_');
  return word;
}

std::optional<FieldKind> kind_named(std::string_view text) {
  const std::string word = normal_word(text);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == word) return static_cast<FieldKind>(i);
  }
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.word == word) return synonym.kind;
  }
  return std::nullopt;
}

bool is_one_field(FieldKind kind) {
  switch (kind) {
    case FieldKind::NhsNumber:
    case FieldKind::Upn:
    case FieldKind::Forename:
    case FieldKind::MiddleNames:
    case FieldKind::Surname:
    case FieldKind::FullName:
    case FieldKind::BirthDate:
    case FieldKind::Sex:
    case FieldKind::Address:
    case FieldKind::Postcode:
      return true;
    case FieldKind::Identifier:
    case FieldKind::Locality:
    case FieldKind::Email:
    case FieldKind::Phone:
    case FieldKind::Number:
    case FieldKind::Category:
    case FieldKind::Text:
      return false;
  }
  return false;
}

class MapReader {
 public:
  explicit MapReader(std::span<const std::string> header) : header_(header) {}

  void add(std::string_view key, const json::value& value) {
    // The column first: a column may be called as a kind is.
    if (has_column(key) && value.is_string()) {
      if (const auto kind = kind_named(value.as_string())) return put(*kind, {std::string(key)});
    }
    if (const auto kind = kind_named(key)) {
      std::vector<std::string> columns;
      if (value.is_string()) columns.emplace_back(value.as_string());
      if (value.is_array()) {
        for (const json::value& item : value.as_array()) {
          if (item.is_string()) columns.emplace_back(item.as_string());
        }
      }
      if (!columns.empty() && std::all_of(columns.begin(), columns.end(), [&](auto& c) { return has_column(c); })) {
        if (is_one_field(*kind)) return put(*kind, std::move(columns));
        for (std::string& column : columns) put(*kind, {std::move(column)});
        return;
      }
      for (const std::string& column : columns) {
        if (!has_column(column) && !has_column(key)) return missing_column(kind_named(column) ? key : column);
      }
    }
    if (!has_column(key)) return missing_column(key);
    const std::string said = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
    problems.push_back({"\"" + said + "\" is not a kind of field.", "column " + std::string(key), remedy(said)});
  }

  std::vector<Field> finish() {
    // Several columns of a kind that there is one of are one text, in the order of the map.
    std::vector<Field> fields;
    for (auto& [kind, columns] : found_) {
      if (kind == FieldKind::FullName) continue;
      fields.push_back({std::string(name_of(kind)), kind, std::move(columns), Field::Part::Whole});
    }
    for (const auto& [kind, columns] : found_) {
      if (kind != FieldKind::FullName) continue;
      const auto has = [&](FieldKind wanted) {
        return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.kind == wanted; });
      };
      if (!has(FieldKind::Forename)) {
        fields.push_back({"forename", FieldKind::Forename, columns, Field::Part::Forename});
      }
      if (!has(FieldKind::Surname)) fields.push_back({"surname", FieldKind::Surname, columns, Field::Part::Surname});
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto same = [&](const Field& field) { return field.kind == fields[i].kind; };
      if (std::count_if(fields.begin(), fields.end(), same) > 1) fields[i].name = fields[i].columns.front();
    }
    std::stable_sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.kind < b.kind; });
    return fields;
  }

  Problems problems;

 private:
  bool has_column(std::string_view name) const {
    return std::find(header_.begin(), header_.end(), name) != header_.end();
  }

  void put(FieldKind kind, std::vector<std::string> columns) {
    if (is_one_field(kind)) {
      for (auto& [known, known_columns] : found_) {
        if (known != kind) continue;
        known_columns.insert(known_columns.end(), columns.begin(), columns.end());
        return;
      }
    }
    found_.emplace_back(kind, std::move(columns));
  }

  void missing_column(std::string_view column) {
    const std::string near = nearest(header_, column);
    problems.push_back({"The file has no column \"" + std::string(column) + "\".", "the map of fields",
                        near.empty() ? "Take one of its header line." : "Perhaps \"" + near + "\"."});
  }

  static std::string remedy(std::string_view said) {
    const std::vector<std::string> words(kNames.begin(), kNames.end());
    if (const std::string near = nearest(words, said); !near.empty()) return "Perhaps \"" + near + "\".";
    std::string all = "Take one of";
    for (const std::string_view name : kNames) all += (name == kNames.front() ? " " : ", ") + std::string(name);
    return all + ".";
  }

  std::span<const std::string> header_;
  std::vector<std::pair<FieldKind, std::vector<std::string>>> found_;
};

}  // namespace

std::string_view name_of(FieldKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

Result<std::vector<Field>> read_field_map(std::string_view text, std::span<const std::string> header) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) {
    return Problem{"The map of fields is not a JSON object.", "the map of fields",
                   "Write, for example, {\"given_name\": \"forename\", \"dob\": \"birth_date\"}."};
  }
  const json::object* map = &value.as_object();
  if (const auto* inner = map->if_contains("fields"); inner != nullptr && inner->is_object()) map = &inner->as_object();
  MapReader reader(header);
  for (const auto& [key, kind] : *map) reader.add(key, kind);
  if (!reader.problems.empty()) return std::move(reader.problems);
  std::vector<Field> fields = reader.finish();
  if (fields.empty()) {
    return Problem{"The map names no field to compare.", "the map of fields", "Name at least one column and its kind."};
  }
  if (fields.size() > kMostFields) {
    return Problem{"The map names more than " + std::to_string(kMostFields) + " fields.", "the map of fields",
                   "Leave out those that say least about who a person is."};
  }
  return fields;
}

std::string to_field_map(std::span<const Field> fields) {
  json::object map;
  for (const Field& field : fields) {
    const bool is_part = field.part != Field::Part::Whole;
    for (const std::string& column : field.columns) map[column] = name_of(is_part ? FieldKind::FullName : field.kind);
  }
  return json::serialize(map);
}

}  // namespace guildhall::linkage
