// Decisions a second on one core: decision tables of ten and of ten thousand rules, and literal expressions, through the
// faces that capabilities use; beside them the same by feelin (FEEL in JavaScript), on the same inputs in the same run,
// with results compared. Each figure is the best of five slices of the time.
//
//   cmake --preset release -DGUILDHALL_BENCH=ON && ninja -C build/release bench_decisions
//   bench/decisions/run [SECONDS [PART OF A NAME]]

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <new>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "dmn/decision_model.h"
#include "dmn/read_model.h"
#include "feel/json.h"

namespace {
std::uint64_t allocations = 0;  // Calls of operator new: the program has one thread.
}

// Not inlined: GCC 12 takes new and free for mismatched where it sees through one of the two only.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* place = std::malloc(bytes)) return place;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place) noexcept {
  std::free(place);
}
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

namespace guildhall {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kRows = 1'000;

struct Figures {
  double per_second = 0;
  double allocations = 0;  // For each evaluation, after those of warming up.
};

// `evaluate(row)`, row by row, again and again.
template <class Evaluate>
Figures measure(double seconds, const Evaluate& evaluate) {
  for (std::size_t row = 0; row < kRows; ++row) evaluate(row);
  Figures figures;
  std::uint64_t all = 0;
  const std::uint64_t allocations_before = allocations;
  for (int slice = 0; slice < 5; ++slice) {
    const auto begin = steady_clock::now();
    std::uint64_t count = 0;
    double took = 0;
    do {
      for (std::size_t row = 0; row < kRows; ++row) evaluate(row);
      count += kRows;
      took = std::chrono::duration<double>(steady_clock::now() - begin).count();
    } while (took < seconds / 5);
    figures.per_second = std::max(figures.per_second, static_cast<double>(count) / took);
    all += count;
  }
  figures.allocations = static_cast<double>(allocations - allocations_before) / static_cast<double>(all);
  return figures;
}

void print(const std::string& name, const char* way, const Figures& figures, const std::string& remark = {}) {
  std::printf("%-30s %-22s %12.0f a second %9.3f us   operator new: %-6.3g %s\n", name.c_str(), way, figures.per_second,
              1e6 / figures.per_second, figures.allocations, remark.c_str());
  std::fflush(stdout);
}

// ---- What is measured

struct Cell {
  enum class Kind { Number, Text, Truth } kind;
  std::int64_t number = 0;
  std::string text;
  bool truth = false;
};

struct Column {
  std::string name;
  const char* type;
};

struct Rule {
  std::vector<std::string> entries;
  std::string output;
};

// One of them has rules, the other an expression.
struct Case {
  std::string name;
  std::vector<Column> columns;
  std::string hit_policy;
  std::vector<Rule> rules;
  std::string expression;
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> json_rows;  // {"Age":42,"Zone":"B"}
  std::vector<std::string> results;    // Ours, as JSON.
};

Cell number(std::int64_t value) {
  return {Cell::Kind::Number, value, {}, false};
}
Cell text(std::string value) {
  return {Cell::Kind::Text, 0, std::move(value), false};
}
Cell truth(bool value) {
  return {Cell::Kind::Truth, 0, {}, value};
}

std::string in_quotes(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string in_xml(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return escaped;
}

class Chance {
 public:
  std::int64_t below(std::int64_t end) {
    return static_cast<std::int64_t>(generator_() % static_cast<std::uint64_t>(end));
  }

 private:
  std::mt19937_64 generator_{2026};
};

void fill_rows(Case& into, const std::function<std::vector<Cell>()>& row) {
  for (std::size_t i = 0; i < kRows; ++i) {
    into.rows.push_back(row());
    std::string json = "{";
    for (std::size_t c = 0; c < into.columns.size(); ++c) {
      const Cell& cell = into.rows.back()[c];
      json += (c == 0 ? "" : ",") + in_quotes(into.columns[c].name) + ":" +
              (cell.kind == Cell::Kind::Number ? std::to_string(cell.number)
               : cell.kind == Cell::Kind::Text ? in_quotes(cell.text)
               : cell.truth                    ? "true"
                                               : "false");
    }
    into.json_rows.push_back(json + "}");
  }
}

// What a parking permit costs. No two rules match at once, so that it works with every hit policy.
Case permits(const std::string& hit_policy) {
  Case made;
  made.name = "10 rules, " + hit_policy;
  made.columns = {{"Age", "number"}, {"Zone", "string"}, {"Blue badge", "boolean"}};
  made.hit_policy = hit_policy;
  made.rules = {{{"-", "-", "true"}, "0"},
                {{"< 17", "-", "false"}, "0"},
                {{"[17..21)", "\"A\",\"B\"", "false"}, "35.50"},
                {{"[17..21)", "\"C\",\"D\",\"E\"", "false"}, "20"},
                {{"[21..65)", "\"A\"", "false"}, "120"},
                {{"[21..65)", "\"B\"", "false"}, "96.75"},
                {{"[21..65)", "\"C\"", "false"}, "64"},
                {{"[21..65)", "\"D\",\"E\"", "false"}, "48.20"},
                {{">= 65", "\"A\",\"B\"", "false"}, "30"},
                {{">= 65", "\"C\",\"D\",\"E\"", "false"}, "15.80"}};
  Chance chance;
  fill_rows(made, [&]() -> std::vector<Cell> {
    return {number(chance.below(100)), text(std::string(1, static_cast<char>('A' + chance.below(5)))),
            truth(chance.below(10) == 0)};
  });
  return made;
}

Case intervals() {
  Case made;
  made.name = "10,000 disjoint intervals";
  made.columns = {{"Income", "number"}};
  made.hit_policy = "UNIQUE";
  for (int i = 0; i < 10'000; ++i) {
    made.rules.push_back(
        {{"[" + std::to_string(i * 10) + ".." + std::to_string(i * 10 + 10) + ")"}, std::to_string(i)});
  }
  Chance chance;
  fill_rows(made, [&]() -> std::vector<Cell> { return {number(chance.below(100'100))}; });
  return made;
}

Case grid(bool any_first) {
  Case made;
  made.name = any_first ? "10,648 rules, first column -" : "10,648 rules, grid of 22";
  made.columns = {{"Ward", "string"}, {"Band", "string"}, {"Income", "number"}};
  if (any_first) made.columns.insert(made.columns.begin(), {"Office", "string"});
  made.hit_policy = any_first ? "FIRST" : "UNIQUE";
  for (int ward = 0; ward < 22; ++ward) {
    for (int band = 0; band < 22; ++band) {
      for (int step = 0; step < 22; ++step) {
        Rule rule{{"\"Ward " + std::to_string(ward) + "\"", "\"Band " + std::to_string(band) + "\"",
                   "[" + std::to_string(step * 1000) + ".." + std::to_string(step * 1000 + 1000) + ")"},
                  std::to_string(made.rules.size())};
        if (any_first) rule.entries.insert(rule.entries.begin(), "-");
        made.rules.push_back(std::move(rule));
      }
    }
  }
  Chance chance;
  fill_rows(made, [&] {
    std::vector<Cell> row{text("Ward " + std::to_string(chance.below(22))),
                          text("Band " + std::to_string(chance.below(22))), number(chance.below(22'100))};
    if (any_first) row.insert(row.begin(), text("East"));
    return row;
  });
  return made;
}

// Thresholds that overlap, the narrowest first, as tables for Priority and First are written.
Case thresholds() {
  Case made;
  made.name = "10,000 overlapping thresholds";
  made.columns = {{"Income", "number"}, {"Children", "number"}};
  made.hit_policy = "FIRST";
  for (int income = 0; income < 1'000; ++income) {
    for (int children = 9; children >= 0; --children) {
      made.rules.push_back(
          {{"<= " + std::to_string(income * 50), ">= " + std::to_string(children)}, std::to_string(made.rules.size())});
    }
  }
  Chance chance;
  fill_rows(made, [&]() -> std::vector<Cell> { return {number(chance.below(50'100)), number(chance.below(12))}; });
  return made;
}

Case literal(const std::string& expression, const std::vector<Column>& columns,
             const std::function<std::vector<Cell>(Chance&)>& row) {
  Case made;
  made.name = expression;
  made.columns = columns;
  made.expression = expression;
  Chance chance;
  fill_rows(made, [&] { return row(chance); });
  return made;
}

std::vector<Case> literals() {
  std::vector<Case> all;
  all.push_back(literal("if Age >= 18 and contains(Name, \"a\") then Fee * 1.2 else 0",
                        {{"Age", "number"}, {"Name", "string"}, {"Fee", "number"}}, [](Chance& chance) {
                          return std::vector<Cell>{number(chance.below(40)), text(chance.below(2) ? "Chidi" : "Aisha"),
                                                   number(chance.below(500))};
                        }));
  all.push_back(literal("Age between 18 and 64 and Zone in (\"A\", \"B\", \"C\")",
                        {{"Age", "number"}, {"Zone", "string"}}, [](Chance& chance) {
                          return std::vector<Cell>{number(chance.below(100)),
                                                   text(std::string(1, static_cast<char>('A' + chance.below(5))))};
                        }));
  all.push_back(literal(
      "Income - 12.5 * Children * 52 > 16190 or Savings > 16000",
      {{"Income", "number"}, {"Children", "number"}, {"Savings", "number"}}, [](Chance& chance) {
        return std::vector<Cell>{number(chance.below(40'000)), number(chance.below(6)), number(chance.below(20'000))};
      }));
  all.push_back(
      literal("date(Born) + duration(\"P18Y\") <= date(\"2026-09-01\")", {{"Born", "string"}}, [](Chance& chance) {
        return std::vector<Cell>{text(std::to_string(1990 + chance.below(30)) + "-0" +
                                      std::to_string(1 + chance.below(9)) + "-1" + std::to_string(chance.below(10)))};
      }));
  all.push_back(literal("sum(for week in 1..Weeks return week * Rate)", {{"Weeks", "number"}, {"Rate", "number"}},
                        [](Chance& chance) {
                          return std::vector<Cell>{number(1 + chance.below(12)), number(chance.below(50))};
                        }));
  return all;
}

// ---- Ours

std::string model_of(const Case& table) {
  std::string xml =
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"urn:m\">\n";
  for (const Column& column : table.columns) {
    xml += "<inputData name=\"" + column.name + "\" id=\"" + column.name + "\"><variable name=\"" + column.name +
           "\" typeRef=\"" + column.type + "\"/></inputData>\n";
  }
  xml += "<decision name=\"Charge\"><variable name=\"Charge\" typeRef=\"number\"/>\n";
  for (const Column& column : table.columns) {
    xml += "<informationRequirement><requiredInput href=\"#" + column.name + "\"/></informationRequirement>\n";
  }
  xml += "<decisionTable hitPolicy=\"" + table.hit_policy + "\">\n";
  for (const Column& column : table.columns) {
    xml += std::string("<input><inputExpression typeRef=\"") + column.type + "\"><text>" + column.name +
           "</text></inputExpression></input>\n";
  }
  xml += "<output/>\n";
  for (const Rule& rule : table.rules) {
    xml += "<rule>";
    for (const std::string& entry : rule.entries) xml += "<inputEntry><text>" + in_xml(entry) + "</text></inputEntry>";
    xml += "<outputEntry><text>" + in_xml(rule.output) + "</text></outputEntry></rule>\n";
  }
  return xml + "</decisionTable></decision></definitions>";
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "bench_decisions: %s\n", to_text(result.problems()).c_str());
    std::exit(1);
  }
  return std::move(result).value();
}

// The inputs of one evaluation, made anew as a caller makes them.
feel::Value value_of(const Cell& cell, feel::Memory& memory) {
  switch (cell.kind) {
    case Cell::Kind::Number:
      return feel::Value::number(cell.number);
    case Cell::Kind::Text:
      return feel::Value::string(memory, cell.text);
    case Cell::Kind::Truth:
      return feel::Value::boolean(cell.truth);
  }
  return {};
}

feel::Value context_of(const Case& of, std::size_t row, feel::Memory& memory) {
  auto* entries = memory.array<feel::Entry>(of.columns.size());
  for (std::size_t c = 0; c < of.columns.size(); ++c) {
    new (&entries[c]) feel::Entry{of.columns[c].name, value_of(of.rows[row][c], memory)};
  }
  return feel::Value::context({entries, of.columns.size()});
}

void measure_table(Case& table, double seconds) {
  const auto begin = steady_clock::now();
  const auto model = must(dmn::DecisionModel::compile(must(dmn::read_model(model_of(table)))));
  const double compiling = std::chrono::duration<double>(steady_clock::now() - begin).count();
  if (!model->findings().empty()) std::fprintf(stderr, "%s\n", to_text(model->findings()).c_str());
  dmn::Decider decider(model);

  const auto decide = [&](std::size_t row) {
    decider.begin();
    return must(decider.decide("Charge", context_of(table, row, decider.memory())));
  };
  char remark[40];
  std::snprintf(remark, sizeof remark, "(compiled in %.0f ms)", compiling * 1e3);
  print(table.name, "context", measure(seconds, decide), remark);

  std::vector<feel::Type::Member> members;
  for (const auto& need : model->needs("Charge")) members.emplace_back(need.name, need.type);
  const auto type = feel::Type::context_of(std::move(members));
  const auto decide_json = [&](std::size_t row) {
    decider.begin();
    const feel::Value inputs = must(feel::from_json(table.json_rows[row], type, decider.memory()));
    return must(feel::to_json(must(decider.decide("Charge", inputs))));
  };
  print(table.name, "JSON in and out", measure(seconds, decide_json));

  dmn::Trace trace;
  const auto decide_traced = [&](std::size_t row) {
    decider.begin();
    trace.elements.clear();
    return must(decider.decide("Charge", context_of(table, row, decider.memory()), &trace));
  };
  print(table.name, "context, with a Trace", measure(seconds, decide_traced));

  for (std::size_t row = 0; row < kRows; ++row) table.results.push_back(decide_json(row));
}

void measure_literal(Case& each, double seconds) {
  feel::Scope scope;
  for (const Column& column : each.columns) scope.add(column.name, *feel::Type::named(column.type));
  const auto expression = must(feel::Expression::compile(each.expression, scope));
  feel::Memory memory;
  const auto evaluate = [&](std::size_t row) {
    memory.reset();
    feel::Evaluation evaluation(memory, {}, {});
    std::array<feel::Value, 3> variables;
    for (std::size_t c = 0; c < each.columns.size(); ++c) variables[c] = value_of(each.rows[row][c], memory);
    return must(expression->evaluate(evaluation, {variables.data(), each.columns.size()}));
  };
  std::printf("%s\n", each.name.c_str());
  print("", "ours", measure(seconds, evaluate));
  for (std::size_t row = 0; row < kRows; ++row) each.results.push_back(must(feel::to_json(evaluate(row))));
}

// ---- feelin

void write_cases(const std::vector<Case>& cases, const std::string& path) {
  std::ofstream file(path);
  file << "{\"cases\":[";
  for (const Case& each : cases) {
    file << (&each == cases.data() ? "" : ",\n") << "{\"name\":" << in_quotes(each.name) << ",\"inputs\":[";
    for (const Column& column : each.columns)
      file << (&column == each.columns.data() ? "" : ",") << in_quotes(column.name);
    file << "]";
    if (each.expression.empty()) {
      file << ",\"rules\":[";
      for (const Rule& rule : each.rules) {
        file << (&rule == each.rules.data() ? "" : ",") << "{\"entries\":[";
        for (const std::string& entry : rule.entries)
          file << (&entry == rule.entries.data() ? "" : ",") << in_quotes(entry);
        file << "],\"output\":" << in_quotes(rule.output) << "}";
      }
      file << "]";
    } else {
      file << ",\"expression\":" << in_quotes(each.expression);
    }
    const auto list = [&](const char* name, const std::vector<std::string>& items) {
      file << ",\"" << name << "\":[";
      for (const std::string& item : items) file << (&item == items.data() ? "" : ",") << item;
      file << "]";
    };
    list("rows", each.json_rows);
    list("results", each.results);
    file << "}";
  }
  file << "]}";
}

bool measure_feelin(const std::vector<Case>& cases, double seconds) {
  const std::string folder = GUILDHALL_BENCH_FOLDER;
  const std::string path = "/tmp/bench_decisions." + std::to_string(::getpid()) + ".json";
  write_cases(cases, path);
  std::printf("\nfeelin, the same inputs:\n");
  std::fflush(stdout);
  const std::string command = "node " + folder + "/feelin.mjs " + path + " " + std::to_string(seconds);
  FILE* lines = ::popen(command.c_str(), "r");
  bool agrees = true;
  char line[400];
  bool any = false;
  while (lines != nullptr && std::fgets(line, sizeof line, lines) != nullptr) {
    std::istringstream fields(line);
    std::string name, way, per_second, compared, different;
    std::getline(fields, name, '\t');
    std::getline(fields, way, '\t');
    fields >> per_second >> compared >> different;
    std::printf("%-58s %-9s %10.0f a second %11.3f us   results compared: %s, different: %s\n", name.c_str(),
                way.c_str(), std::atof(per_second.c_str()), 1e6 / std::atof(per_second.c_str()), compared.c_str(),
                different.c_str());
    std::fflush(stdout);
    agrees = agrees && different == "0";
    any = true;
  }
  const bool ended = lines != nullptr && ::pclose(lines) == 0;
  ::unlink(path.c_str());
  if (!any || !ended) std::printf("feelin is absent or failed: start this by bench/decisions/run\n");
  return any && ended && agrees;
}

}  // namespace
}  // namespace guildhall

int main(int argc, char** argv) {
  using namespace guildhall;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  std::vector<Case> cases;
  for (const char* policy : {"FIRST", "UNIQUE"}) cases.push_back(permits(policy));
  cases.push_back(intervals());
  cases.push_back(grid(false));
  cases.push_back(grid(true));
  cases.push_back(thresholds());
  std::ranges::move(literals(), std::back_inserter(cases));
  if (argc > 2) std::erase_if(cases, [&](const Case& each) { return each.name.find(argv[2]) == std::string::npos; });
  for (Case& each : cases) each.expression.empty() ? measure_table(each, seconds) : measure_literal(each, seconds);
  return measure_feelin(cases, seconds) ? 0 : 1;
}
