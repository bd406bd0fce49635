// The guide for people who write rules, docs/guides/writing-rules.md: all that it shows is what the engine does.
//
//   ```feel                    lines of an expression, then "= value" as the engine writes it, "! message" that it gives;
//                              "given {Age: 34}" names values for the examples after it
//   | … Example | Gives |      a table with such columns: an expression and its value in each row
//   | Cell | … | Matches | Doesn't match |    unary tests, and values that pass them or don't
//   <!-- table: FILE, Decision -->            the decision's table, as `rendered` gives it
//   <!-- cases: FILE, Decision -->            a table of inputs by name, and the decision's value
//
// GUILDHALL_REWRITE_GOLDEN=1 writes the decision tables anew. What is marked ```console is run by tests/system/guide.sh.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "base/text.h"
#include "dmn/decision_model.h"
#include "dmn/read_model.h"

namespace guildhall::dmn {
namespace {

const std::string kFolder = "docs/guides/";
const std::string kGuide = kFolder + "writing-rules.md";

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

using Lines = std::vector<std::string>;
Lines guide_lines() {
  Lines lines;
  const std::string text = read_file(kGuide);
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  return lines;
}

// "| a | `b` |": "a", "`b`".
Lines cells(std::string_view row) {
  Lines cells;
  row = trimmed(row);
  row = row.substr(1, row.size() - 2);
  for (const std::string_view cell : split(row, '|')) cells.emplace_back(trimmed(cell));
  return cells;
}
bool is_row(std::string_view line) {
  return line.starts_with("|") && line.ends_with("|");
}

// What stands between backticks.
Lines codes(std::string_view text) {
  Lines codes;
  const auto parts = split(text, '`');
  for (std::size_t i = 1; i < parts.size(); i += 2) codes.emplace_back(parts[i]);
  return codes;
}
std::string code(std::string_view text) {
  const Lines found = codes(text);
  return found.empty() ? "" : found[0];
}

// A Sunday in summer, which the guide names.
feel::Evaluation::Moment today() {
  return {.now = *feel::DateTime::parse("2026-05-31T14:30:00@Europe/London")};
}

feel::Value value_of(const std::string& text, feel::Memory& memory) {
  feel::Evaluation evaluation(memory, {}, today());
  const auto expression = feel::Expression::compile(text, {});
  EXPECT_TRUE(expression.ok()) << text << ": " << to_text(expression.problems());
  const auto value = (*expression)->evaluate(evaluation, {}).value();
  return feel::copy(value, memory);
}

// Values by name, as "given {Age: 34}" has them.
struct Given {
  feel::Memory memory;
  feel::Scope scope;
  std::vector<feel::Value> values;

  void give(const std::string& context) {
    for (const feel::Entry& entry : value_of(context, memory).context()) {
      scope.add(entry.key, entry.value.null() ? feel::Type() : feel::type_of(entry.value));
      values.push_back(entry.value);
    }
  }
};

struct Outcome {
  std::string value;               // Empty where it can't be read.
  std::set<std::string> messages;  // Of reading, checking and evaluating it.
};

Outcome outcome(const std::string& text, Given& given) {
  Outcome outcome;
  const auto note = [&](const Problems& problems) {
    for (const Problem& problem : problems) outcome.messages.insert(problem.what);
  };
  const auto expression = feel::Expression::compile(text, given.scope);
  if (!expression.ok()) {
    note(expression.problems());
    return outcome;
  }
  note((*expression)->findings());
  feel::Evaluation evaluation(given.memory, {}, today());
  const auto value = (*expression)->evaluate(evaluation, given.values);
  if (!value.ok()) {
    note(value.problems());
    return outcome;
  }
  outcome.value = feel::to_text(*value);
  for (const feel::NullReason& reason : evaluation.reasons()) outcome.messages.insert(feel::to_text(reason));
  return outcome;
}

// Expressions that were evaluated, so that tests know that the guide was read.
using Evaluated = std::vector<std::string>;

// One ```feel block, from the line after its fence.
void try_block(const Lines& lines, std::size_t at, Evaluated& evaluated) {
  Given given;
  std::string text;
  Outcome last;
  bool open = false;  // Is `text` waiting for its value?
  for (; at < lines.size() && lines[at] != "```"; ++at) {
    const std::string& line = lines[at];
    const std::string place = kGuide + ":" + std::to_string(at + 1);
    if (line.starts_with("given ")) {
      given.give(line.substr(6));
    } else if (line.starts_with("= ") || line.starts_with("! ")) {
      if (open) {
        last = outcome(text, given);
        evaluated.push_back(text);
        if (line.starts_with("! ")) {
          EXPECT_EQ(last.value, "") << place << ": " << text;
        }
      }
      if (line.starts_with("= ")) {
        EXPECT_EQ(last.value, line.substr(2)) << place << ": " << text << "\n" << testing::PrintToString(last.messages);
      } else {
        EXPECT_TRUE(last.messages.contains(line.substr(2))) << place << ": " << text << "\n"
                                                            << testing::PrintToString(last.messages);
      }
      open = false;
    } else if (!line.empty()) {
      text = open ? text + "\n" + line : line;
      open = true;
    }
  }
  EXPECT_FALSE(open) << kGuide << ":" << at << ": no value is given for " << text;
}

// A Markdown table: its header, and each row with the number of its line.
struct MarkdownTable {
  std::size_t begin = 0;  // Of lines: the header.
  std::size_t end = 0;    // Behind its last row.
  Lines header;
  std::vector<std::pair<std::size_t, Lines>> rows;

  // Where the column is; header.size() where there is none.
  std::size_t column(std::string_view name) const {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  }
  bool has(std::string_view name) const { return column(name) < header.size(); }
};

MarkdownTable table_at(const Lines& lines, std::size_t begin) {
  MarkdownTable table{begin, begin, {}, {}};
  for (; table.end < lines.size() && is_row(lines[table.end]); ++table.end) {
    const Lines row = cells(lines[table.end]);
    if (table.end == begin) {
      table.header = row;
    } else if (table.end > begin + 1) {
      EXPECT_EQ(row.size(), table.header.size()) << kGuide << ":" << table.end + 1;
      if (row.size() == table.header.size()) table.rows.emplace_back(table.end + 1, row);
    }
  }
  return table;
}

std::vector<MarkdownTable> all_tables(const Lines& lines) {
  std::vector<MarkdownTable> tables;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!is_row(lines[at])) continue;
    tables.push_back(table_at(lines, at));
    at = tables.back().end;
  }
  return tables;
}

// Every expression of the guide, evaluated and compared.
Evaluated evaluate_guide() {
  const Lines lines = guide_lines();
  Evaluated evaluated;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (lines[at] == "```feel") try_block(lines, at + 1, evaluated);
  }
  for (const MarkdownTable& table : all_tables(lines)) {
    if (!table.has("Example") || !table.has("Gives")) continue;
    for (const auto& [line, row] : table.rows) {
      Given nothing;
      const std::string text = code(row[table.column("Example")]);
      evaluated.push_back(text);
      const Outcome result = outcome(text, nothing);
      EXPECT_EQ(result.value, code(row[table.column("Gives")])) << kGuide << ":" << line << ": " << text << "\n"
                                                                << testing::PrintToString(result.messages);
    }
  }
  return evaluated;
}

TEST(Guide, EveryExpressionGivesWhatTheGuideSays) {
  EXPECT_GE(evaluate_guide().size(), 220U);
}

TEST(Guide, EveryFunctionHasAnExample) {
  const Evaluated evaluated = evaluate_guide();
  for (const feel::Builtin& builtin : feel::builtins()) {
    const std::string call = std::string(builtin.name) + "(";
    const bool shown = std::any_of(evaluated.begin(), evaluated.end(), [&](const std::string& text) {
      const std::size_t at = text.find(call);
      return at != text.npos && (at == 0 || std::string_view("( [,").find(text[at - 1]) != std::string_view::npos);
    });
    EXPECT_TRUE(shown) << builtin.name;
  }
}

TEST(Guide, CellsMatchWhatTheGuideSays) {
  std::size_t tried = 0;
  for (const MarkdownTable& table : all_tables(guide_lines())) {
    if (!table.has("Cell") || !table.has("Matches")) continue;
    for (const auto& [line, row] : table.rows) {
      const std::string cell = code(row[table.column("Cell")]);
      const auto tests = feel::Expression::compile(cell, {}, feel::Expression::Form::UnaryTests);
      ASSERT_TRUE(tests.ok()) << kGuide << ":" << line << ": " << to_text(tests.problems());
      EXPECT_TRUE((*tests)->findings().empty()) << to_text((*tests)->findings());
      for (const std::string_view matching : {"Matches", "Doesn't match"}) {
        for (const std::string& value : codes(row[table.column(matching)])) {
          feel::Memory memory;
          feel::Evaluation evaluation(memory, {}, today());
          const bool matches = (*tests)->test(evaluation, {}, value_of(value, memory)).value().is_true();
          EXPECT_EQ(matches, matching == "Matches") << kGuide << ":" << line << ": " << value << " in " << cell;
          ++tried;
        }
      }
    }
  }
  EXPECT_GE(tried, 40U);
}

TEST(Guide, LimitsAreThoseOfTheEngine) {
  const std::string guide = read_file(kGuide);
  const auto limit = [&](const std::string& row) { return guide.find("| " + row + " |\n") != guide.npos; };
  const feel::Budget budget;
  EXPECT_EQ(budget.steps, 10'000'000U);
  EXPECT_TRUE(limit("steps (each operation, item or rule is about one) | 10,000,000"));
  EXPECT_EQ(budget.nanoseconds, 10 * feel::kNanosPerSecond);
  EXPECT_TRUE(limit("time | 10 seconds"));
  EXPECT_EQ(budget.list_length, 1'000'000U);
  EXPECT_TRUE(limit("items in one list | 1,000,000"));
  EXPECT_EQ(budget.string_bytes, 16'000'000U);
  EXPECT_TRUE(limit("length of one text | 16 MB"));
  EXPECT_EQ(budget.memory_bytes, std::size_t{256} << 20);
  EXPECT_TRUE(limit("memory for all values | 256 MiB"));
  EXPECT_EQ(budget.depth, 2'000U);
  EXPECT_TRUE(limit("expressions inside one another, and calls inside calls | 2,000"));
}

// ---- Decision tables

std::shared_ptr<const DecisionModel> model_of(const std::string& file) {
  auto model = read_model(read_file(kFolder + file));
  EXPECT_TRUE(model.ok()) << file << to_text(model.problems());
  std::vector<Model> imported;
  for (const Import& import : model->imports) {
    imported.push_back(read_model(read_file(kFolder + "examples/" + import.location_uri)).value());
  }
  auto compiled = DecisionModel::compile(std::move(*model), std::move(imported)).value();
  EXPECT_TRUE(compiled->findings().empty()) << file << to_text(compiled->findings());
  return compiled;
}

std::string letters(const DecisionTable& table) {
  switch (table.hit_policy) {
    case HitPolicy::Unique:
      return "U";
    case HitPolicy::Any:
      return "A";
    case HitPolicy::Priority:
      return "P";
    case HitPolicy::First:
      return "F";
    case HitPolicy::RuleOrder:
      return "R";
    case HitPolicy::OutputOrder:
      return "O";
    case HitPolicy::Collect:
      break;
  }
  return table.aggregation ? std::string("C") + "+#<>"[static_cast<std::size_t>(*table.aggregation)] : "C";
}

std::string in_code(const std::string& text) {
  return text.empty() ? "" : text == "-" ? "-" : "`" + text + "`";
}

std::string row_of(const Lines& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += (cell.empty() ? "" : " ") + cell + " |";
  return row;
}

// The decision's table in Markdown, the hit policy in its corner.
Lines rendered(const Model& model, const std::string& name) {
  const auto decision = std::find_if(model.decisions.begin(), model.decisions.end(),
                                     [&](const Decision& each) { return each.name == name; });
  if (decision == model.decisions.end()) return {"There is no decision " + name};
  const auto& table = std::get<DecisionTable>(decision->expression->form);
  Lines header{letters(table)}, values{""}, otherwise{"otherwise"};
  bool any_values = false, any_default = false;
  for (const InputClause& input : table.inputs) {
    header.push_back(input.expression.text);
    values.push_back(in_code(input.values.text));
    any_values = any_values || !input.values.text.empty();
    otherwise.emplace_back();
  }
  for (const OutputClause& output : table.outputs) {
    header.push_back("**" + (output.name.empty() ? name : output.name) + "**");
    values.push_back(in_code(output.values.text));
    any_values = any_values || !output.values.text.empty();
    otherwise.push_back(output.default_output ? in_code(output.default_output->text) : "");
    any_default = any_default || output.default_output;
  }
  for (const std::string& annotation : table.annotation_names) header.push_back("*" + annotation + "*");
  values.resize(header.size());
  otherwise.resize(header.size());
  std::string line = "|";
  for (std::size_t i = 0; i < header.size(); ++i) line += "---|";
  Lines lines{row_of(header), line};
  if (any_values) lines.push_back(row_of(values));
  for (std::size_t r = 0; r < table.rules.size(); ++r) {
    Lines row{std::to_string(r + 1)};
    for (const RuleEntry& entry : table.rules[r].inputs) row.push_back(in_code(entry.text.text));
    for (const RuleEntry& entry : table.rules[r].outputs) row.push_back(in_code(entry.text.text));
    for (const std::string& annotation : table.rules[r].annotations) row.push_back(annotation);
    row.resize(header.size());
    lines.push_back(row_of(row));
  }
  if (any_default) lines.push_back(row_of(otherwise));
  return lines;
}

// Does something for each "<!-- WHAT: FILE, Decision -->", with the index of its line.
void for_each_mark(const Lines& lines, const std::string& what,
                   const std::function<void(std::size_t, const std::string&, const std::string&)>& act) {
  const std::string begin = "<!-- " + what + ": ";
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!lines[at].starts_with(begin) || !lines[at].ends_with(" -->")) continue;
    const std::string mark = lines[at].substr(begin.size(), lines[at].size() - begin.size() - 4);
    const std::size_t comma = mark.find(", ");
    act(at, mark.substr(0, comma), mark.substr(comma + 2));
  }
}

TEST(Guide, DecisionTablesAreThoseOfTheModels) {
  const Lines lines = guide_lines();
  Lines renewed;
  std::size_t copied = 0, tables = 0;
  for_each_mark(lines, "table", [&](std::size_t at, const std::string& file, const std::string& decision) {
    const Lines expected = rendered(model_of(file)->model(), decision);
    std::size_t end = at + 1;
    while (end < lines.size() && lines[end].starts_with("|")) ++end;
    const Lines written(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                        lines.begin() + static_cast<std::ptrdiff_t>(end));
    if (std::getenv("GUILDHALL_REWRITE_GOLDEN") == nullptr) {
      EXPECT_EQ(written, expected) << kGuide << ":" << at + 1;
    }
    for (; copied <= at; ++copied) renewed.push_back(lines[copied]);
    renewed.insert(renewed.end(), expected.begin(), expected.end());
    copied = end;
    ++tables;
  });
  EXPECT_GE(tables, 10U);
  if (std::getenv("GUILDHALL_REWRITE_GOLDEN") == nullptr) return;
  renewed.insert(renewed.end(), lines.begin() + static_cast<std::ptrdiff_t>(copied), lines.end());
  std::ofstream file(kGuide);
  for (std::size_t i = 0; i < renewed.size(); ++i) file << renewed[i] << (i + 1 < renewed.size() ? "\n" : "");
}

TEST(Guide, DecisionsGiveWhatTheGuideSays) {
  const Lines lines = guide_lines();
  std::size_t cases = 0;
  for_each_mark(lines, "cases", [&](std::size_t at, const std::string& file, const std::string& decision) {
    const auto model = model_of(file);
    const MarkdownTable table = table_at(lines, at + 1);
    std::set<std::string> inputs;
    for (const DecisionModel::Need& need : model->needs(decision)) inputs.insert(need.name);
    ASSERT_TRUE(table.has("**" + decision + "**")) << kGuide << ":" << at + 1;
    for (const auto& [line, row] : table.rows) {
      Decider decider(model);
      decider.begin(today());
      std::vector<feel::Entry> given;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (inputs.contains(table.header[i]) && !code(row[i]).empty())
          given.push_back({table.header[i], value_of(code(row[i]), decider.memory())});
      }
      EXPECT_FALSE(given.empty()) << kGuide << ":" << line;
      const auto value = decider.decide(decision, feel::Value::context(decider.memory(), given));
      ASSERT_TRUE(value.ok()) << to_text(value.problems());
      EXPECT_EQ(feel::to_text(*value), code(row[table.column("**" + decision + "**")])) << kGuide << ":" << line;
      ++cases;
    }
  });
  EXPECT_GE(cases, 25U);
}

}  // namespace
}  // namespace guildhall::dmn
