#include "masterdata/evaluate.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "masterdata/impl/cells.h"
#include "masterdata/impl/row_id.h"
#include "records/attribute.h"

namespace guildhall::masterdata {
namespace {

struct Placed {
  std::string golden;
  std::string person;
  std::string household;
};

std::int64_t pairs_of(std::int64_t count) {
  return count * (count - 1) / 2;
}

std::string joined(std::string_view a, std::string_view b, std::string_view c) {
  return std::string(a) + "\n" + std::string(b) + "\n" + std::string(c);
}

// The golden record of each person row, by source, file name and key, and by its number in the file.
struct Crosswalk {
  std::unordered_map<std::string, std::string> by_key;
  std::unordered_map<std::string, std::string> by_number;
};

// Also counts golden records with two NHS numbers, by the cells themselves.
Crosswalk read_crosswalk(db::Connection& connection, Evaluation& evaluation) {
  std::unordered_map<std::int64_t, std::string> golden_by_row;
  connection.query("SELECT rows, golden_record FROM source_record", {}, [&](const db::Row& row) {
    for (const std::string_view id : split(row.text(0), ',')) golden_by_row.emplace(*parse_integer(id), row.text(1));
  });
  Crosswalk crosswalk;
  std::unordered_map<std::string, std::set<std::string>> numbers;
  CellReader reader;
  connection.query(
      "SELECT r.id, r.record_key, r.row_number, e.source, e.file_name, r.cells, r.entity FROM source_row r"
      " JOIN extract e ON r.id > e.id * 4294967296 AND r.id < (e.id + 1) * 4294967296"
      " WHERE r.disposition = 'accepted' AND r.entity IN ('person', 'identifier')",
      {}, [&](const db::Row& row) {
        const auto golden = golden_by_row.find(row.integer(0));
        if (golden == golden_by_row.end()) return;
        for (const StoredCell& cell : reader.read(row.text(5))) {
          // A number beside the name is what matching used; those of identifier rows may be superseded.
          if (cell.attribute == records::Attribute::NhsNumber && !cell.cleaned.empty() && row.text(6) == "person") {
            numbers[golden->second].emplace(cell.cleaned);
          }
        }
        if (row.text(6) != "person") return;
        crosswalk.by_key.emplace(joined(row.text(3), row.text(4), row.text(1)), golden->second);
        crosswalk.by_number.emplace(joined(row.text(3), row.text(4), std::to_string(row.integer(2))), golden->second);
      });
  evaluation.two_nhs_numbers = std::ranges::count_if(numbers, [](const auto& each) { return each.second.size() > 1; });
  return crosswalk;
}

Result<std::vector<Placed>> read_truth(const std::filesystem::path& path, const Crosswalk& crosswalk,
                                       Evaluation& evaluation) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line))
    return Problem{"The file with the truth can't be read.", path.string(), "Check the path."};
  if (!line.empty() && line.back() == '\r') line.pop_back();
  const auto columns = split(line, ',');
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
  };
  const std::size_t source = column("source"), name = column("file"), key = column("record_key"),
                    person = column("person_id"), household = column("household_id");
  if (std::max({source, name, key, person}) >= columns.size()) {
    return Problem{"The truth needs the columns source, file, record_key and person_id.", path.string(),
                   "Name them in the first line."};
  }
  const std::size_t count = columns.size();
  std::vector<Placed> placed;
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto cells = split(line, ',');
    if (cells.size() != count) {
      return Problem{"This line has " + std::to_string(cells.size()) + " cells, not " + std::to_string(count) + ".",
                     path.string() + ", line " + std::to_string(number), "Mend the line."};
    }
    const std::string file_name = std::filesystem::path(cells[name]).filename().string();
    const std::string wanted = joined(cells[source], file_name, cells[key]);
    auto found = crosswalk.by_key.find(wanted);
    if (found == crosswalk.by_key.end()) {
      found = crosswalk.by_number.find(wanted);
      if (found == crosswalk.by_number.end()) {
        ++evaluation.unknown_records;
        continue;
      }
    }
    placed.push_back(
        {found->second, std::string(cells[person]), household < count ? std::string(cells[household]) : ""});
  }
  return placed;
}

}  // namespace

double Evaluation::precision() const {
  const std::int64_t all = true_pairs + false_pairs;
  return all == 0 ? 1 : static_cast<double>(true_pairs) / static_cast<double>(all);
}

double Evaluation::recall() const {
  const std::int64_t all = true_pairs + missed_pairs;
  return all == 0 ? 1 : static_cast<double>(true_pairs) / static_cast<double>(all);
}

double Evaluation::f1() const {
  const double sum = precision() + recall();
  return sum == 0 ? 0 : 2 * precision() * recall() / sum;
}

Result<Evaluation> evaluate(db::Database& database, const std::filesystem::path& truth) {
  Evaluation evaluation;
  const Crosswalk crosswalk =
      database.read([&](db::Connection& connection) { return read_crosswalk(connection, evaluation); });
  const std::vector<Placed> placed = TRY(read_truth(truth, crosswalk, evaluation));
  evaluation.records = static_cast<std::int64_t>(placed.size());

  std::unordered_map<std::string, std::map<std::string, std::int64_t>> people_of_golden;
  std::unordered_map<std::string, std::int64_t> records_of_person;
  std::unordered_map<std::string, std::string> household_of;
  for (const Placed& one : placed) {
    ++people_of_golden[one.golden][one.person];
    ++records_of_person[one.person];
    household_of.emplace(one.person, one.household);
  }
  std::int64_t all_true = 0;
  for (const auto& [person, count] : records_of_person) all_true += pairs_of(count);
  for (const auto& [golden, people] : people_of_golden) {
    std::int64_t members = 0;
    std::int64_t right = 0;
    std::set<std::string> households;
    for (const auto& [person, count] : people) {
      members += count;
      right += pairs_of(count);
      households.insert(household_of[person]);
    }
    evaluation.true_pairs += right;
    evaluation.false_pairs += pairs_of(members) - right;
    if (people.size() > 1) {
      ++evaluation.mixed_people;
      if (households.size() < people.size() && !households.contains("")) ++evaluation.household_mixed;
    }
  }
  evaluation.missed_pairs = all_true - evaluation.true_pairs;
  return evaluation;
}

}  // namespace guildhall::masterdata
