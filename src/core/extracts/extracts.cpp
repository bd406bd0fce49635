#include "extracts/extracts.h"

#include <array>

#include "base/text.h"
#include "extracts/impl/csv.h"
#include "extracts/impl/formats.h"
#include "extracts/impl/table.h"

namespace guildhall::extracts {
namespace {

constexpr std::array<FormatDescription, 8> kFormats{{
    {"ssd", "Standard Safeguarding Dataset", "CSV, one file a table: ssd_person.csv, ssd_address.csv …",
     "data-to-insight, ssd-data-model, objects/*.yml"},
    {"school-census", "School census tables", "CSV, one file a table: pupilonroll, pupilnolongeronroll, addresses …",
     "DfE school census; tables as in SocialFinanceDigitalLabs, liia-tools-pipeline"},
    {"pds-fhir", "NHS Personal Demographics Service, FHIR R4", "JSON: a Patient or a Bundle",
     "NHS England, Personal Demographics Service FHIR API; HL7 FHIR R4 Patient"},
    {"pds-fhir-ndjson", "NHS Personal Demographics Service, FHIR R4, one a line", "NDJSON: Patients or Bundles",
     "as pds-fhir; HL7 FHIR R4 Bulk Data"},
    {"ctf", "Common transfer file", "XML, LLLEEEE_CTF_LLLEEEE_nnn.xml", "DfE, Common Transfer File specification"},
    {"cin-census", "Children in need census", "XML, 2021 to 2026", "DfE, Children in need census specification"},
    {"ssda903", "SSDA903, children looked after", "CSV: header, episodes, uasc, sw_episodes and nine more",
     "DfE, Children looked after by local authorities (SSDA903) specification"},
    {"csv", "Any CSV by a mapping", "CSV", "the council's own mapping"},
}};

// The local name of a document's first element.
std::string_view root_name(std::string_view text) {
  while (text.starts_with("<?") || text.starts_with("<!--")) {
    const std::string_view end = text.starts_with("<?") ? "?>" : "-->";
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos) return {};
    text = trimmed(text.substr(at + end.size()));
  }
  if (!text.starts_with('<')) return {};
  text = text.substr(1, text.find_first_of(" \t\r\n/>", 1) - 1);
  return text.substr(text.find(':') + 1);
}

// Which XML this is, by its first element and, for the DfE's messages, the collection they name.
Result<Format> detect_xml(std::string_view text) {
  const std::string_view root = root_name(text);
  if (root == "CTfile") return Format{"ctf", "", nullptr};
  if (root == "Message") {
    const std::size_t collection = text.find("Collection>");
    const std::string_view name =
        collection == std::string_view::npos ? std::string_view{} : text.substr(collection + 11, 40);
    const std::string named(trimmed(name.substr(0, name.find('<'))));
    // A census whose header is wrong is still read, and its header reported.
    if (named == "CIN" || text.find("<ChildIdentifiers") != std::string_view::npos) {
      return Format{"cin-census", "", nullptr};
    }
    return Problem{"This is the DfE collection \"" + named + "\", which can't be read yet.", "",
                   "Load a children in need census, or take the extract as CSV."};
  }
  if (root == "!DOCTYPE") {
    return Problem{"This XML begins with a document type (DOCTYPE), which is not read: it can pull in other files.", "",
                   "Remove it, or take the extract again without it."};
  }
  return Problem{"This XML is neither a common transfer file nor a children in need census: it begins with <" +
                     std::string(root.substr(0, 40)) + ">.",
                 "", "Check that this is the right file."};
}

bool is_a_whole_object(std::string_view line) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char letter = line[i];
    if (quoted) {
      if (letter == '\\') {
        ++i;
      } else if (letter == '"') {
        quoted = false;
      }
    } else if (letter == '"') {
      quoted = true;
    } else if (letter == '{' || letter == '[') {
      ++depth;
    } else if (letter == '}' || letter == ']') {
      --depth;
    }
  }
  return depth == 0 && !quoted;
}

Format detect_json(std::string_view file_name, std::string_view text) {
  const std::string name = lower_ascii(file_name);
  const std::string_view first_line = text.substr(0, text.find('\n'));
  const bool lines = name.ends_with(".ndjson") || name.ends_with(".jsonl") ||
                     (first_line.size() < text.size() && is_a_whole_object(first_line));
  return Format{lines ? "pds-fhir-ndjson" : "pds-fhir", "", nullptr};
}

}  // namespace

std::span<const FormatDescription> formats() {
  return kFormats;
}

Result<Format> detect(std::string_view file_name, std::string_view first_bytes) {
  TRY(refuse_binary(first_bytes));
  std::string_view text = first_bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = trimmed(text);
  if (text.starts_with('<')) return detect_xml(text);
  if (text.starts_with('{') || text.starts_with('[')) return detect_json(file_name, text);
  if (const auto by_name = table_by_file_name(file_name)) return *by_name;
  MemoryBytes bytes(first_bytes);
  CsvReader csv(bytes, Limits{});
  switch (csv.next()) {
    case CsvReader::Outcome::Row:
      return table_by_columns(file_name, csv.fields());
    case CsvReader::Outcome::End:
      return Problem{"This file is empty.", "", "Check that the extract finished, and take it again."};
    case CsvReader::Outcome::Rejected:
    case CsvReader::Outcome::Failed:
      break;
  }
  return csv.problem();
}

ReadSummary read(const Format& format, ByteSource& bytes, RowSink& sink, const Limits& limits) {
  if (format.name == "csv" && format.mapping != nullptr) return read_by_mapping(*format.mapping, bytes, sink, limits);
  if (format.name == "pds-fhir") return read_pds_fhir(bytes, sink, limits);
  if (format.name == "pds-fhir-ndjson") return read_pds_fhir_ndjson(bytes, sink, limits);
  if (format.name == "ctf") return read_ctf(bytes, sink, limits);
  if (format.name == "cin-census") return read_cin_census(bytes, sink, limits);
  if (const Table* table = find_table(format.name, format.table)) return read_table(*table, bytes, sink, limits);
  if (format.name == "ssd" || format.name == "school-census") return read_other_table(format, bytes, sink, limits);
  ReadSummary summary;
  summary.failure =
      Problem{"There is no format called \"" + format.name + "\".", "", "Use one of those that formats() lists."};
  return summary;
}

}  // namespace guildhall::extracts
