#include "synth/impl/output.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"

namespace guildhall::synth {
namespace {

class Nowhere final : public OutputSink {
 public:
  void write(std::string_view, std::string_view) override {}
};

}  // namespace

OutputSink& nowhere() {
  static Nowhere sink;  // Has no state, so that all threads may share it.
  return sink;
}

void OutputFile::end_row() {
  ++rows_;
  if (buffer_.size() < 64 * 1024) return;
  bytes_ += buffer_.size();
  sink_.write(name_, buffer_);
  buffer_.clear();
}

void OutputFile::end() {
  bytes_ += buffer_.size();
  if (!buffer_.empty()) sink_.write(name_, buffer_);
  buffer_.clear();
}

CsvFile::CsvFile(OutputSink& sink, std::string name, std::string_view columns)
    : OutputFile(sink, std::move(name)), columns_(split(columns, ',')) {
  buffer_.append(columns).append("\n");
}

void CsvFile::row(std::initializer_list<std::string_view> fields) {
  row(std::span(fields.begin(), fields.size()));
}

void CsvFile::row(std::span<const std::string_view> fields) {
  check(fields.size() == columns_.size(), name_);
  if (!wanted()) return;
  bool first = true;
  for (const std::string_view field : fields) {
    if (!first) buffer_ += ',';
    first = false;
    append_csv_cell(buffer_, field);
  }
  buffer_ += '\n';
  end_row();
}

std::size_t CsvFile::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  check(found != columns_.end(), name);
  return static_cast<std::size_t>(found - columns_.begin());
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    check(static_cast<unsigned char>(c) >= 0x20, "a control character in a name");
    out += c;
  }
  out += '"';
}

void append_xml_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace guildhall::synth
