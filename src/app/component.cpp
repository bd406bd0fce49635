#include "app/component.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "app/model_file.h"
#include "bpmn/read_definitions.h"
#include "cases/calendars.h"
#include "decisions/decision_store.h"
#include "scenarios/run.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using scenarios::Component;
using scenarios::Coverage;
using scenarios::Share;

// ---- Reading a component

struct Manifest {
  std::string id;
  std::string title;
  std::string version;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
         (text.size() == 1 || text[0] != '0');
}

// Semantic Versioning 2.0.0, without what may follow the three numbers.
bool is_version(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  return second != std::string_view::npos && is_number(text.substr(0, first)) &&
         is_number(text.substr(first + 1, second - first - 1)) && is_number(text.substr(second + 1));
}

Result<Manifest> read_manifest(const fs::path& path) {
  boost::system::error_code bad;
  const json::value value = json::parse(TRY(read_whole_file(path)), bad);
  if (bad || !value.is_object()) {
    return Problem{"This is not a JSON object.", path.string(),
                   R"(Write {"id": "…", "title": "…", "version": "1.0.0"}.)"};
  }
  Problems problems;
  const auto text = [&](std::string_view name) {
    const json::value* member = value.get_object().if_contains(name);
    if (member != nullptr && member->is_string() && !member->get_string().empty()) {
      return std::string(member->get_string());
    }
    problems.push_back({"The " + std::string(name) + " is " + (member == nullptr ? "missing." : "not a text."),
                        path.string() + ", " + std::string(name), "Write a text in quotation marks."});
    return std::string();
  };
  Manifest manifest;
  manifest.id = text("id");
  manifest.title = text("title");
  manifest.version = text("version");
  if (decisions::slug_of(manifest.id, "") != manifest.id) {
    problems.push_back({"‘" + manifest.id + "’ is not an id.", path.string() + ", id",
                        "Write small letters and digits with single dashes between: skip-permit."});
  }
  if (!manifest.version.empty() && !is_version(manifest.version)) {
    problems.push_back(
        {"‘" + manifest.version + "’ is not a version.", path.string() + ", version", "Write three numbers: 1.0.0."});
  }
  if (!problems.empty()) return problems;
  return manifest;
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  std::error_code unreadable;
  for (fs::directory_iterator file(folder, unreadable), end; !unreadable && file != end; file.increment(unreadable)) {
    if (file->path().extension() == extension) files.push_back(file->path());
  }
  std::ranges::sort(files);
  return files;
}

// All decisions of a model, by the names that they have once it is published.
void offer(const std::shared_ptr<const dmn::DecisionModel>& model, std::vector<std::string>& models,
           std::vector<scenarios::OfferedDecision>& offered) {
  models.push_back(decisions::free_slug(decisions::slug_of(model->model().name, "model"), models));
  std::vector<std::string> taken;
  for (const dmn::Decision& decision : model->model().decisions) {
    taken.push_back(decisions::free_slug(decisions::slug_of(decision.name, "decision"), taken));
    offered.push_back({models.back() + "/" + taken.back(), decision.name, model});
  }
  if (taken.size() == 1) offered.push_back({models.back(), offered.back().name, model});
}

void append(Problems& problems, Problems more) {
  problems.insert(problems.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<Component> read_component(const fs::path& folder) {
  Component component;
  Problems problems;
  std::set<std::string> known;
  for (const fs::path& path : files_in(folder / "processes", ".bpmn")) {
    auto text = read_whole_file(path);
    if (!text.ok()) {
      append(problems, text.problems());
      continue;
    }
    auto file = bpmn::read_definitions(*text, cases::read_options());
    if (!file.ok()) {
      append(problems, in_file(file.problems(), path));
      continue;
    }
    for (const bpmn::Process& process : file->processes) {
      if (known.insert(process.id).second) continue;
      problems.push_back({"There is another process ‘" + process.id + "’ in this component.", path.string(),
                          "Give each process an id of its own."});
    }
    component.files.push_back(*std::move(file));
  }
  if (component.files.empty() && problems.empty()) {
    problems.push_back(
        {"There are no processes here.", (folder / "processes").string(), "Put each into a file that ends in .bpmn."});
  }
  std::vector<std::string> models;
  for (const fs::path& path : files_in(folder / "decisions", ".dmn")) {
    auto model = read_model_file(path);
    if (!model.ok()) {
      append(problems, model.problems());
      continue;
    }
    append(problems, in_file((*model)->findings(), path));
    offer(*model, models, component.decisions);
  }
  if (!problems.empty()) return problems;
  return component;
}

// ---- Running its examples

struct Tested {
  std::string file;  // "examples/granted.json"
  std::string title;
  Problems problems;  // Why it could not be run.
  std::optional<scenarios::Report> report;

  bool passed() const { return report && report->passed(); }
};

Tested test_one(const fs::path& path, const fs::path& folder, const Component& component) {
  Tested tested{.file = path.lexically_relative(folder).string(), .title = {}, .problems = {}, .report = {}};
  const auto text = read_whole_file(path);
  if (!text.ok()) {
    tested.problems = text.problems();
    return tested;
  }
  const auto example = scenarios::read_example(*text);
  if (!example.ok()) {
    tested.problems = example.problems();
    return tested;
  }
  tested.title = example->title;
  const cases::CalendarInForce calendar(cases::default_calendar());
  auto report = scenarios::run(*example, component, {.limits = {}, .given = calendar.surroundings().given});
  if (report.ok()) {
    tested.report = *std::move(report);
  } else {
    tested.problems = report.problems();
  }
  return tested;
}

void print(const Tested& tested) {
  std::cout << (tested.passed() ? "ok    " : "FAIL  ") << tested.file << (tested.title.empty() ? "" : ": ")
            << tested.title << "\n";
  for (const Problem& problem : tested.problems) std::cout << "      " << to_text(problem) << "\n";
  if (!tested.report) return;
  for (const scenarios::Mismatch& each : tested.report->mismatches) std::cout << "      " << to_text(each) << "\n";
}

// Those that no example came to: "unprinted (Not printed)", "to_by_hand (from unprinted to by_hand)".
struct Missed {
  std::string id;
  std::string name;
};
std::vector<Missed> missed_nodes(const scenarios::ProcessCoverage& coverage) {
  std::vector<Missed> missed;
  for (std::size_t i = 0; i < coverage.nodes.size(); ++i) {
    const bpmn::Node& node = coverage.process->nodes[i];
    if (!coverage.nodes[i]) missed.push_back({node.id, node.name});
  }
  return missed;
}
std::vector<Missed> missed_flows(const scenarios::ProcessCoverage& coverage) {
  std::vector<Missed> missed;
  for (std::size_t i = 0; i < coverage.flows.size(); ++i) {
    const bpmn::Flow& flow = coverage.process->flows[i];
    if (coverage.flows[i]) continue;
    const auto& nodes = coverage.process->nodes;
    missed.push_back({flow.id, (flow.name.empty() ? "" : flow.name + ", ") + "from " + nodes[flow.source].id + " to " +
                                   nodes[flow.target].id});
  }
  return missed;
}

std::string in_words(const Share& share, std::string_view what) {
  return std::to_string(share.taken) + " of " + std::to_string(share.all) + " " + std::string(what) + " (" +
         std::to_string(share.percent()) + " %)";
}

void print(const Coverage& coverage) {
  const auto list = [](std::string_view title, const std::vector<Missed>& missed) {
    for (const Missed& each : missed) {
      std::cout << "      " << title << ": " << each.id << (each.name.empty() ? "" : " (" + each.name + ")") << "\n";
    }
  };
  for (const scenarios::ProcessCoverage& each : coverage.processes()) {
    std::cout << "Coverage of " << each.process->id << ": " << in_words(scenarios::share_of(each.nodes), "elements")
              << ", " << in_words(scenarios::share_of(each.flows), "sequence flows") << "\n";
    list("never reached", missed_nodes(each));
    list("never taken", missed_flows(each));
  }
}

// ---- The report as JSON: docs/guides/testing-processes.md

json::array as_json(const Problems& problems) {
  json::array array;
  for (const Problem& each : problems) {
    array.push_back({{"what", each.what}, {"where", each.where}, {"remedy", each.remedy}});
  }
  return array;
}

json::object as_json(const Tested& tested) {
  json::object object{{"file", tested.file}, {"title", tested.title}, {"passed", tested.passed()}};
  if (!tested.report) {
    object["problems"] = as_json(tested.problems);
    return object;
  }
  const scenarios::Report& report = *tested.report;
  object["state"] = scenarios::word(report.state);
  object["ended"] = to_iso(report.ended);
  object["path"] = json::array(report.path.begin(), report.path.end());
  json::array mismatches;
  for (const scenarios::Mismatch& each : report.mismatches) {
    json::object mismatch{
        {"what", each.what}, {"expected", each.expected}, {"found", each.found}, {"remedy", each.remedy}};
    if (each.step != 0) mismatch["step"] = each.step;
    mismatches.push_back(std::move(mismatch));
  }
  object["mismatches"] = std::move(mismatches);
  return object;
}

json::object as_json(const Share& share, const std::vector<Missed>& missed) {
  json::array array;
  for (const Missed& each : missed) array.push_back({{"id", each.id}, {"name", each.name}});
  return {{"taken", share.taken}, {"all", share.all}, {"percent", share.percent()}, {"missed", std::move(array)}};
}

json::array as_json(const Coverage& coverage) {
  json::array array;
  for (const scenarios::ProcessCoverage& each : coverage.processes()) {
    array.push_back({{"process", each.process->id},
                     {"elements", as_json(scenarios::share_of(each.nodes), missed_nodes(each))},
                     {"flows", as_json(scenarios::share_of(each.flows), missed_flows(each))}});
  }
  return array;
}

// ---- The command

Result<void> test(const Arguments& arguments, const fs::path& path) {
  const std::int64_t least = TRY(arguments.number_or("min-coverage", 0, 0, 100));
  std::error_code unreadable;
  const bool one = !fs::is_directory(path, unreadable);
  const fs::path file = fs::absolute(path).lexically_normal();
  if (one) TRY(read_whole_file(file));  // It is there.
  if (one && file.parent_path().filename() != "examples") {
    return Problem{"This file is not in the examples/ of a component.", path.string(),
                   "Put it there, or name the component's folder."};
  }
  const fs::path folder = one ? file.parent_path().parent_path() : path;
  std::optional<Manifest> manifest;
  if (fs::exists(folder / "component.json", unreadable)) manifest = TRY(read_manifest(folder / "component.json"));
  const std::vector<fs::path> files = one ? std::vector{file} : files_in(folder / "examples", ".json");
  if (files.empty()) {
    return Problem{"There are no examples here.", (folder / "examples").string(),
                   "Put each into a file that ends in .json."};
  }
  const Component component = TRY(read_component(folder));
  std::ofstream out;
  const auto out_path = arguments.value("json");
  if (out_path) {
    out.open(*out_path);
    if (!out) return Problem{"The report can't be written.", *out_path, "Name a file in a folder that is there."};
  }

  if (manifest) std::cout << manifest->id << " " << manifest->version << ": " << manifest->title << "\n";
  Coverage coverage(component);
  json::array examples;
  std::size_t failed = 0;
  for (const fs::path& each : files) {
    const Tested tested = test_one(each, folder, component);
    if (tested.report) coverage.add(tested.report->coverage);
    if (!tested.passed()) ++failed;
    print(tested);
    if (out_path) examples.push_back(as_json(tested));
  }
  print(coverage);
  std::cout << files.size() - failed << " passed, " << failed << " failed\n" << std::flush;
  if (out_path) {
    json::object report{{"passed", files.size() - failed},
                        {"failed", failed},
                        {"examples", std::move(examples)},
                        {"coverage", as_json(coverage)}};
    if (manifest)
      report["component"] = {{"id", manifest->id}, {"title", manifest->title}, {"version", manifest->version}};
    out << json::serialize(report) << "\n";
    out.close();
    if (!out) return Problem{"The report can't be written.", *out_path, "Check whether the disk is full."};
  }
  Problems problems;
  if (failed != 0) problems.push_back({"Not every example holds.", path.string(), ""});
  if (coverage.percent() < static_cast<std::size_t>(least)) {
    problems.push_back({"The examples cover " + std::to_string(coverage.percent()) + " %, less than the " +
                            std::to_string(least) + " % that are asked for.",
                        path.string(), "Add examples that take what was never reached or taken."});
  }
  if (!problems.empty()) return problems;
  return {};
}

}  // namespace

Result<void> component_command(const Arguments& arguments) {
  const auto& words = arguments.rest();
  if (words.size() == 2 && words[0] == "test") return test(arguments, words[1]);
  return Problem{"Say what to do with which component.", "", "For example: guildhall component test skip-permit"};
}

}  // namespace guildhall::app
