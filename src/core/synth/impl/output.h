#pragma once

// Files being written: buffered towards the sink, counted for the summary.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synth/synth.h"

namespace guildhall::synth {

// Where files go that nobody wants. CsvFiles there leave their rows unwritten, which is most of the work.
OutputSink& nowhere();

class OutputFile {
 public:
  OutputFile(OutputSink& sink, std::string name) : sink_(sink), name_(std::move(name)) {}
  std::string& line() { return buffer_; }  // append to it, then end_row()
  void end_row();
  void end();  // Writes what is left. Once.
  const std::string& name() const { return name_; }
  bool wanted() const { return &sink_ != &nowhere(); }
  SynthSummary::File counts() const { return {name_, bytes_, rows_}; }

 protected:
  OutputSink& sink_;
  std::string name_;
  std::string buffer_;
  std::uint64_t bytes_ = 0;
  std::uint64_t rows_ = 0;
};

// RFC 4180, but lines end in LF. The header is written at once.
class CsvFile : public OutputFile {
 public:
  // `columns` separated by commas.
  CsvFile(OutputSink& sink, std::string name, std::string_view columns);
  // As many fields as there are columns: checked.
  void row(std::initializer_list<std::string_view> fields);
  void row(std::span<const std::string_view> fields);
  std::size_t column(std::string_view name) const;  // its place; one that does not exist is our mistake

 private:
  std::vector<std::string_view> columns_;
};

void append_json_string(std::string& out, std::string_view text);  // with its quotation marks; RFC 8259
void append_xml_text(std::string& out, std::string_view text);     // &, <, > escaped

}  // namespace guildhall::synth
