#pragma once

// What the stewards' pages show; the words are in pages/.

#include <string>
#include <vector>

#include "html/components.h"
#include "html/form_errors.h"
#include "masterdata/impl/words.h"
#include "masterdata/load.h"
#include "masterdata/masterdata.h"
#include "masterdata/steward.h"

namespace guildhall::masterdata {

struct OverviewPage {
  html::Layout layout;
  Counts counts;
  std::vector<Extract> extracts;  // The newest.
};
html::Html overview_page(const OverviewPage& page);

struct ExtractsPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  std::vector<Extract> extracts;
  std::vector<Source> sources;
  std::string source;  // As it was chosen.
};
html::Html extracts_page(const ExtractsPage& page);
html::Html extracts_table(const std::vector<Extract>& extracts);
html::Html state_tag(const Extract& extract);
std::vector<html::Choice> source_choices(const ExtractsPage& page);

struct ExtractPage {
  html::Layout layout;
  Extract extract;
  std::vector<FindingGroup> findings;
};
html::Html extract_page(const ExtractPage& page);
html::Html findings_table(const ExtractPage& page);

struct QueuePage {
  html::Layout layout;
  std::vector<QueueLine> lines;
  std::int64_t open = 0;
  std::string done;  // What was decided just now; empty for nothing.
};
html::Html queue_page(const QueuePage& page);
html::Html queue_table(const QueuePage& page);

struct PairPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  PairView pair;
  std::string why;
};
html::Html pair_page(const PairPage& page);
html::Html comparison_table(const PairView& pair);
html::Html evidence_table(const PairView& pair);

struct RecordPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  RecordView record;
  std::string why;
};
html::Html record_page(const RecordPage& page);
html::Html lineage(const GoldenValue& value);
html::Html acts_table(const RecordView& record);
std::vector<html::Choice> member_choices(const RecordView& record);

struct SearchPage {
  html::Layout layout;
  html::FormErrors errors = {};
  std::string csrf;
  std::string nhs_number = {}, surname = {}, day = {}, month = {}, year = {};
  bool searched = false;
  std::vector<FoundPerson> found = {};
};
html::Html search_page(const SearchPage& page);
html::Html found_table(const SearchPage& page);

// A link in a table's cell.
struct CellLink {
  html::Url url;
  html::Html text;
};
html::Html cell_link(const CellLink& link);

std::string heading_of(const RecordView& record);
std::string reason_words(std::string_view clerical_reason);

}  // namespace guildhall::masterdata
