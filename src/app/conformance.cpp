#include "app/conformance.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include "app/model_file.h"
#include "base/text.h"
#include "base/xml.h"
#include "dmn/conformance.h"
#include "dmn/test_cases.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;
using dmn::CaseResult;

constexpr std::size_t kMostFailures = 20;      // Printed of one folder.
constexpr std::size_t kMaxFailureBytes = 400;  // Of one line.

struct Count {
  std::size_t passed = 0;
  std::size_t total = 0;

  void add(bool has_passed) {
    passed += has_passed ? 1 : 0;
    ++total;
  }
  std::string text() const { return std::to_string(passed) + "/" + std::to_string(total); }
};

class CsvFile {
 public:
  explicit CsvFile(const std::optional<std::string>& path) : path_(path) {
    if (!path_) return;
    out_.open(*path_, std::ios::binary | std::ios::trunc);
    row({"folder", "test file", "case id", "passed", "result name", "expected", "actual", "reason"});
  }

  void row(std::initializer_list<std::string_view> fields) {
    if (!path_) return;
    std::string_view separator;
    for (const std::string_view field : fields) {
      out_ << separator << csv_cell(field);
      separator = ",";
    }
    out_ << "\r\n";
  }

  // What was written is on its way to the disk, or a problem.
  Result<void> flush() {
    if (!path_ || out_.flush()) return {};
    return Problem{"The results can't be written.", *path_, "Check the folder, who may write there, and the disk."};
  }

 private:
  std::optional<std::string> path_;
  std::ofstream out_;
};

// On one line, cut off at a whole character.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() <= kMaxFailureBytes) return text;
  std::size_t end = kMaxFailureBytes;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string failure(const CaseResult& result, const CaseResult::Outcome& outcome) {
  std::string text = result.case_id + " " + outcome.result_name + ":";
  if (!outcome.expected.empty()) text += " expected " + outcome.expected + ", got " + outcome.actual + ".";
  if (!outcome.reason.empty()) text += " " + outcome.reason;
  return one_line(std::move(text));
}

class ConformanceRun {
 public:
  ConformanceRun(fs::path root, const std::optional<std::string>& csv) : root_(std::move(root)), csv_(csv) {}

  Result<void> run() {
    const std::map<fs::path, Files> folders = TRY(files_by_folder());
    TRY(csv_.flush());  // Better said before a long run than after it.
    for (const auto& [folder, files] : folders) run_folder(folder, files);
    if (cases_.total == 0 && problems_.empty()) {
      return Problem{"There are no test cases here.", root_.string(),
                     "Give a folder that holds .xml files of test cases, or folders of them."};
    }
    for (const auto& [level, count] : levels_) {
      std::cout << level << "  cases " << count.cases.text() << " folders " << count.folders.text() << "\n";
    }
    std::cout << "cases " << cases_.text() << " folders " << folders_.text() << std::endl;
    TRY(csv_.flush());
    if (!problems_.empty()) return problems_;
    return {};
  }

 private:
  using Files = std::vector<fs::path>;

  Result<std::map<fs::path, Files>> files_by_folder() const {
    std::error_code unreadable;
    if (!fs::is_directory(root_, unreadable)) {
      return Problem{fs::exists(root_, unreadable) ? "This is not a folder." : "There is no such folder.",
                     root_.string(), "Give the folder of the test cases."};
    }
    std::map<fs::path, Files> folders;
    for (fs::recursive_directory_iterator file(root_, unreadable), end; !unreadable && file != end;
         file.increment(unreadable)) {
      if (file->path().extension() == ".xml") folders[file->path().parent_path()].push_back(file->path());
    }
    if (unreadable) {
      return Problem{"This folder can't be read: " + unreadable.message() + ".", root_.string(),
                     "Check who may read it and what is in it."};
    }
    for (auto& [folder, files] : folders) std::sort(files.begin(), files.end());
    return folders;
  }

  void run_folder(const fs::path& folder, const Files& files) {
    Count count;
    std::vector<std::string> failures;
    const std::string name = name_of(folder);
    bool all_read = true;
    for (const fs::path& file : files) {
      const auto cases = read_cases(file);
      if (!cases.ok()) {
        problems_.insert(problems_.end(), cases.problems().begin(), cases.problems().end());
        all_read = false;
      } else if (*cases) {
        run_file(name, file, **cases, count, failures);
      }
    }
    if (count.total == 0 && all_read) return;
    std::cout << name << "  " << count.text() << "\n";
    for (std::size_t i = 0; i < failures.size() && i < kMostFailures; ++i) std::cout << "  " << failures[i] << "\n";
    if (failures.size() > kMostFailures) {
      std::cout << "  … and " << failures.size() - kMostFailures << " more\n";
    }
    const bool passed = all_read && count.passed == count.total;
    folders_.add(passed);
    if (const std::string level = fs::path(name).parent_path().string(); !level.empty()) {
      levels_[level].cases.passed += count.passed;
      levels_[level].cases.total += count.total;
      levels_[level].folders.add(passed);
    }
  }

  // Nothing where the file is XML of something else.
  static Result<std::optional<dmn::TestCases>> read_cases(const fs::path& file) {
    const std::string text = TRY(read_whole_file(file));
    const auto document = parse_xml(text);
    if (!document.ok()) return in_file(document.problems(), file);
    if (document->name != "testCases") return std::optional<dmn::TestCases>();
    auto cases = dmn::read_test_cases(text);
    if (!cases.ok()) return in_file(cases.problems(), file);
    return std::optional(std::move(*cases));
  }

  void run_file(const std::string& folder, const fs::path& file, const dmn::TestCases& cases, Count& count,
                std::vector<std::string>& failures) {
    const auto model = read_model_file(file.parent_path() / cases.model_name);
    for (const CaseResult& result : dmn::run_cases(model, cases, system_moment())) {
      count.add(result.passed());
      cases_.add(result.passed());
      for (const CaseResult::Outcome& outcome : result.outcomes) {
        csv_.row({folder, file.filename().string(), result.case_id, outcome.passed ? "true" : "false",
                  outcome.result_name, outcome.expected, outcome.actual, outcome.reason});
        if (!outcome.passed) failures.push_back(failure(result, outcome));
      }
    }
  }

  std::string name_of(const fs::path& folder) const {
    const std::string below = folder.lexically_relative(root_).generic_string();
    return below == "." ? (fs::absolute(folder) / "").lexically_normal().parent_path().filename().string() : below;
  }

  struct Level {
    Count cases;
    Count folders;
  };
  fs::path root_;
  CsvFile csv_;
  Problems problems_;
  Count cases_;
  Count folders_;
  std::map<std::string, Level> levels_;
};

}  // namespace

Result<void> run_conformance(const fs::path& folder, const std::optional<std::string>& csv) {
  const fs::path root = folder.lexically_normal();
  return ConformanceRun(root.has_filename() ? root : root.parent_path(), csv).run();
}

}  // namespace guildhall::app
