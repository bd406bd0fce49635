#include "masterdata/impl/store.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "masterdata/impl/row_id.h"

namespace guildhall::masterdata {

db::Param or_null(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

GoldenStore::GoldenStore(db::Connection& connection, const Act& act)
    : connection_(connection),
      act_(act),
      records_(connection.bulk_insert("golden_record", {"id", "nhs_number", "upn", "surname_key", "forename_key",
                                                        "birth_date", "sex", "restricted", "attributes", "run"})),
      names_(connection.bulk_insert("golden_name", {"golden_record", "surname_key", "birth_date"})),
      events_(connection.bulk_insert("record_event", {"golden_record", "at", "kind", "by", "why", "detail"})) {}

void GoldenStore::add(GoldenRecordId id, const Golden& golden) {
  records_->add({id, or_null(golden.nhs_number), or_null(golden.upn), golden.surname_key, golden.forename_key,
                 or_null(golden.birth_date), or_null(golden.sex), golden.restricted ? 1 : 0, golden.attributes,
                 act_.run});
  add_names(id, golden);
}

void GoldenStore::change(GoldenRecordId id, const Golden& golden) {
  connection_.execute(
      "UPDATE golden_record SET replaced_by = NULL, nhs_number = $2, upn = $3, surname_key = $4, forename_key = $5,"
      " birth_date = $6, sex = $7, restricted = $8, attributes = $9, run = $10 WHERE id = $1",
      {id, or_null(golden.nhs_number), or_null(golden.upn), golden.surname_key, golden.forename_key,
       or_null(golden.birth_date), or_null(golden.sex), golden.restricted ? 1 : 0, golden.attributes, act_.run});
  connection_.execute("DELETE FROM golden_name WHERE golden_record = $1", {id});
  add_names(id, golden);
}

void GoldenStore::add_names(GoldenRecordId id, const Golden& golden) {
  for (const auto& [surname_key, birth_date] : golden.names) names_->add({id, surname_key, birth_date});
}

void GoldenStore::replace(GoldenRecordId ended, GoldenRecordId by) {
  connection_.execute("UPDATE golden_record SET replaced_by = $2, run = $3 WHERE id = $1", {ended, by, act_.run});
  connection_.execute("DELETE FROM golden_name WHERE golden_record = $1", {ended});
}

void GoldenStore::record(const RecordEvent& event) {
  events_->add({event.golden, act_.at, event.kind, act_.by, act_.why, event.detail});
}

void GoldenStore::finish() {
  records_->finish();
  names_->finish();
  events_->finish();
}

std::vector<SourcePerson> read_source_persons(db::Connection& connection, const std::vector<SourceRecordId>& ids,
                                              std::deque<Register>& registers) {
  std::map<std::int64_t, Date> as_of;
  std::vector<SourcePerson> persons;
  for (const SourceRecordId id : ids) {
    SourcePerson& person = persons.emplace_back();
    person.id = id;
    std::string rows;
    connection.query(
        "SELECT source, register, record_key, rows FROM source_record WHERE id = $1", {id}, [&](const db::Row& row) {
          person.in = &registers.emplace_back(Register{std::string(row.text(0)), std::string(row.text(1))});
          person.record_key = row.text(2);
          rows = row.text(3);
        });
    check(person.in != nullptr, "a source record that isn't there");
    std::map<std::pair<std::int64_t, std::string>, Part> parts;  // By extract and table.
    for (const std::string_view number : split(rows, ',')) {
      const std::int64_t row_id = parse_integer(number).value();
      const std::int64_t extract = RowId::of(row_id).extract;
      if (!as_of.contains(extract)) {
        as_of[extract] = *connection.query_one("SELECT as_of FROM extract WHERE id = $1", {extract},
                                               [](const db::Row& row) { return row.date(0); });
      }
      connection.query("SELECT table_name, entity, cells FROM source_row WHERE id = $1", {row_id},
                       [&](const db::Row& row) {
                         Part& part = parts[{extract, std::string(row.text(0))}];
                         part.entity = records::entity_named(row.text(1)).value();
                         part.as_of = as_of[extract];
                         part.rows.push_back({row_id, std::string(row.text(2))});
                       });
    }
    for (auto& [where, part] : parts) person.parts.push_back(std::move(part));
  }
  return persons;
}

}  // namespace guildhall::masterdata
