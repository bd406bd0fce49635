#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "linkage/model.h"

namespace guildhall::linkage {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "guildhall linkage model 1";

// With 15 digits: Boost.JSON reads more of them wrongly in the last place, and what is written again should be the same.
std::string number(double value) {
  std::array<char, 32> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 15).ptr;
  return {buffer.data(), end};
}

std::string quoted(std::string_view text) {
  return json::serialize(json::string(text));
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? ", " : "") + quoted(text);
  return list + "]";
}

std::string_view name_of(Field::Part part) {
  switch (part) {
    case Field::Part::Whole:
      return "whole";
    case Field::Part::Forename:
      return "forename";
    case Field::Part::Surname:
      return "surname";
  }
  return "";
}

// Reads members one by one and keeps every problem, with where it is.
class Reader {
 public:
  Result<Model> read(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
      return Problem{"This is not a JSON object: " + error.message() + ".", "the model",
                     "Train a model anew, or mend it."};
    }
    const json::object& object = value.as_object();
    if (string(object, "format", "the model") != kFormat && problems_.empty()) {
      problem("format", "This is not a model of linkage, or one of a later version.");
    }
    Model model;
    for (const json::value& item : array(object, "fields", "the model")) model.fields.push_back(field(item));
    for (const json::value& item : array(object, "comparisons", "the model"))
      model.comparisons.push_back(comparison(item));
    for (const json::value& item : array(object, "blocking_rules", "the model"))
      model.blocking_rules.push_back(rule(item));
    model.prior = real(object, "prior", "the model");
    model.household_prior = real(object, "household_prior", "the model");
    if (object.contains("namesake_prior")) {
      model.namesake_prior = real(object, "namesake_prior", "the model");
      model.namesakes_of_one_birth = real(object, "namesakes_of_one_birth", "the model");
    }
    model.tell_twins_apart = boolean(object, "tell_twins_apart", "the model");
    model.link_weight = real(object, "link_weight", "the model");
    model.review_weight = real(object, "review_weight", "the model");
    model.largest_block = count(object, "largest_block", "the model");
    model.largest_cluster = count(object, "largest_cluster", "the model");
    if (object.contains("words")) {
      for (const json::value& item : array(object, "words", "the model")) model.words.push_back(words(item));
    }
    if (!problems_.empty()) return std::move(problems_);
    TRY(check_model(model));
    return model;
  }

 private:
  void problem(std::string_view where, std::string_view what) {
    if (problems_.size() < 20)
      problems_.push_back({std::string(what), std::string(where), "See the guide to linkage for the format."});
  }

  const json::value* member(const json::object& object, std::string_view name, std::string_view where) {
    const json::value* found = object.if_contains(name);
    if (found == nullptr) problem(where, "The member \"" + std::string(name) + "\" is missing.");
    return found;
  }
  std::string string(const json::object& object, std::string_view name, std::string_view where) {
    const json::value* found = member(object, name, where);
    if (found == nullptr) return {};
    if (found->is_string()) return std::string(found->as_string());
    problem(where, "\"" + std::string(name) + "\" is not a text.");
    return {};
  }
  double real(const json::object& object, std::string_view name, std::string_view where) {
    const json::value* found = member(object, name, where);
    if (found == nullptr) return 0;
    if (found->is_number()) return found->to_number<double>();
    problem(where, "\"" + std::string(name) + "\" is not a number.");
    return 0;
  }
  bool boolean(const json::object& object, std::string_view name, std::string_view where) {
    const json::value* found = member(object, name, where);
    if (found == nullptr) return false;
    if (found->is_bool()) return found->as_bool();
    problem(where, "\"" + std::string(name) + "\" is not true or false.");
    return false;
  }
  std::size_t count(const json::object& object, std::string_view name, std::string_view where) {
    const double value = real(object, name, where);
    if (value >= 0 && value <= 1e9) return static_cast<std::size_t>(value);
    problem(where, "\"" + std::string(name) + "\" is not a number of records.");
    return 2;
  }
  const json::array& array(const json::object& object, std::string_view name, std::string_view where) {
    static const json::array kEmpty;
    const json::value* found = member(object, name, where);
    if (found == nullptr) return kEmpty;
    if (found->is_array()) return found->as_array();
    problem(where, "\"" + std::string(name) + "\" is not a list.");
    return kEmpty;
  }
  const json::object& object(const json::value& value, std::string_view where) {
    static const json::object kEmpty;
    if (value.is_object()) return value.as_object();
    problem(where, "An object was expected.");
    return kEmpty;
  }

  // The member of an enumeration that has this name.
  template <class Enum>
  Enum named(std::string_view name, std::size_t size, std::string_view where) {
    for (std::size_t i = 0; i < size; ++i) {
      if (linkage::name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
    }
    problem(where, "\"" + std::string(name) + "\" is not known.");
    return Enum{};
  }

  Field field(const json::value& value) {
    const json::object& from = object(value, "fields");
    Field field;
    field.name = string(from, "name", "fields");
    const std::string where = "field " + field.name;
    field.kind = named<FieldKind>(string(from, "kind", where), kFieldKindCount, where);
    for (const json::value& column : array(from, "columns", where)) {
      if (column.is_string()) {
        field.columns.emplace_back(column.as_string());
      } else {
        problem(where, "A column is not a text.");
      }
    }
    if (const json::value* part = from.if_contains("part")) {
      if (*part == "forename") field.part = Field::Part::Forename;
      if (*part == "surname") field.part = Field::Part::Surname;
    }
    return field;
  }

  Comparison comparison(const json::value& value) {
    const json::object& from = object(value, "comparisons");
    Comparison comparison;
    comparison.name = string(from, "name", "comparisons");
    const std::string where = "comparison " + comparison.name;
    comparison.kind = named<ComparisonKind>(string(from, "kind", where), kComparisonKindCount, where);
    for (const json::value& field : array(from, "fields", where)) {
      if (field.is_string()) {
        comparison.fields.emplace_back(field.as_string());
      } else {
        problem(where, "A field is not a text.");
      }
    }
    for (const json::value& item : array(from, "levels", where)) {
      const json::object& level_from = object(item, where);
      ComparisonLevel level;
      level.kind = named<LevelKind>(string(level_from, "level", where), kLevelKindCount, where);
      if (level_from.contains("threshold")) level.threshold = real(level_from, "threshold", where);
      level.m_probability = real(level_from, "m", where);
      level.u_probability = real(level_from, "u", where);
      level.household = real(level_from, "household", where);
      comparison.levels.push_back(level);
    }
    if (from.contains("rare_frequency")) {
      comparison.rare_frequency = real(from, "rare_frequency", where);
      const json::value* frequencies = member(from, "frequencies", where);
      if (frequencies != nullptr && frequencies->is_object()) {
        for (const auto& [text, frequency] : frequencies->as_object()) {
          if (frequency.is_number()) {
            comparison.frequencies.emplace_back(text, frequency.to_number<double>());
          } else {
            problem(where, "The frequency of \"" + std::string(text) + "\" is not a number.");
          }
        }
      } else if (frequencies != nullptr) {
        problem(where, "\"frequencies\" is not an object.");
      }
    }
    return comparison;
  }

  BlockingRule rule(const json::value& value) {
    BlockingRule rule;
    if (!value.is_array()) {
      problem("blocking_rules", "A rule is not a list of keys.");
      return rule;
    }
    for (const json::value& item : value.as_array()) {
      const json::object& from = object(item, "blocking_rules");
      BlockingKey key;
      key.field = string(from, "field", "blocking_rules");
      key.part = named<KeyPart>(string(from, "part", "blocking_rules"), kKeyPartCount, "blocking_rules");
      rule.keys.push_back(std::move(key));
    }
    return rule;
  }

  WordCounts words(const json::value& value) {
    const json::object& from = object(value, "words");
    WordCounts words;
    words.field = string(from, "field", "words");
    const std::string where = "words of " + words.field;
    words.values = static_cast<std::uint32_t>(count(from, "values", where));
    words.rare = static_cast<std::uint32_t>(count(from, "rare", where));
    const json::value* counts = member(from, "counts", where);
    if (counts != nullptr && counts->is_object()) {
      for (const auto& [word, times] : counts->as_object()) {
        if (times.is_int64() && times.as_int64() > 0 && times.as_int64() <= 1'000'000'000) {
          words.counts.emplace_back(word, static_cast<std::uint32_t>(times.as_int64()));
        } else {
          problem(where, "The count of \"" + std::string(word) + "\" is not a number of values.");
        }
      }
    } else if (counts != nullptr) {
      problem(where, "\"counts\" is not an object.");
    }
    return words;
  }

  Problems problems_;
};

}  // namespace

std::string to_json(const Model& model) {
  std::string out = "{\n  \"format\": " + quoted(kFormat) + ",\n  \"fields\": [";
  for (const Field& field : model.fields) {
    out += (&field == &model.fields.front() ? "\n    " : ",\n    ");
    out += "{\"name\": " + quoted(field.name) + ", \"kind\": " + quoted(name_of(field.kind)) +
           ", \"columns\": " + list_of(field.columns);
    if (field.part != Field::Part::Whole) out += ", \"part\": " + quoted(name_of(field.part));
    out += "}";
  }
  out += "\n  ],\n  \"prior\": " + number(model.prior) + ",\n  \"household_prior\": " + number(model.household_prior) +
         ",\n  \"namesake_prior\": " + number(model.namesake_prior) +
         ",\n  \"namesakes_of_one_birth\": " + number(model.namesakes_of_one_birth) +
         ",\n  \"tell_twins_apart\": " + (model.tell_twins_apart ? "true" : "false") +
         ",\n  \"link_weight\": " + number(model.link_weight) +
         ",\n  \"review_weight\": " + number(model.review_weight) +
         ",\n  \"largest_block\": " + std::to_string(model.largest_block) +
         ",\n  \"largest_cluster\": " + std::to_string(model.largest_cluster) + ",\n  \"blocking_rules\": [";
  for (const BlockingRule& rule : model.blocking_rules) {
    out += (&rule == &model.blocking_rules.front() ? "\n    [" : ",\n    [");
    for (const BlockingKey& key : rule.keys) {
      if (&key != &rule.keys.front()) out += ", ";
      out += "{\"field\": " + quoted(key.field) + ", \"part\": " + quoted(name_of(key.part)) + "}";
    }
    out += "]";
  }
  out += "\n  ],\n  \"comparisons\": [";
  for (const Comparison& comparison : model.comparisons) {
    out += (&comparison == &model.comparisons.front() ? "\n    " : ",\n    ");
    out += "{\"name\": " + quoted(comparison.name) + ", \"kind\": " + quoted(name_of(comparison.kind)) +
           ", \"fields\": " + list_of(comparison.fields) + ", \"levels\": [";
    for (const ComparisonLevel& level : comparison.levels) {
      out += (&level == &comparison.levels.front() ? "\n      " : ",\n      ");
      out += "{\"level\": " + quoted(name_of(level.kind));
      if (level.threshold != 0) out += ", \"threshold\": " + number(level.threshold);
      out += ", \"m\": " + number(level.m_probability) + ", \"u\": " + number(level.u_probability) +
             ", \"household\": " + number(level.household) + "}";
    }
    out += "\n    ]";
    if (comparison.rare_frequency > 0) {
      out += ", \"rare_frequency\": " + number(comparison.rare_frequency) + ", \"frequencies\": {";
      for (std::size_t i = 0; i < comparison.frequencies.size(); ++i) {
        out += i == 0 ? "\n      " : i % 6 == 0 ? ",\n      " : ", ";
        out += quoted(comparison.frequencies[i].first) + ": " + number(comparison.frequencies[i].second);
      }
      out += comparison.frequencies.empty() ? "}" : "\n    }";
    }
    out += "}";
  }
  out += "\n  ]";
  for (const WordCounts& words : model.words) {
    out += &words == &model.words.front() ? ",\n  \"words\": [\n    " : ",\n    ";
    out += "{\"field\": " + quoted(words.field) + ", \"values\": " + std::to_string(words.values) +
           ", \"rare\": " + std::to_string(words.rare) + ", \"counts\": {";
    for (std::size_t i = 0; i < words.counts.size(); ++i) {
      out += i == 0 ? "\n      " : i % 8 == 0 ? ",\n      " : ", ";
      out += quoted(words.counts[i].first) + ": " + std::to_string(words.counts[i].second);
    }
    out += words.counts.empty() ? "}}" : "\n    }}";
    if (&words == &model.words.back()) out += "\n  ]";
  }
  return out + "\n}\n";
}

Result<Model> model_from_json(std::string_view text) {
  return Reader().read(text);
}

}  // namespace guildhall::linkage
