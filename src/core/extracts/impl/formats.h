#pragma once

// The formats that are not sets of tables, each read by one function.

#include <string_view>

#include "extracts/extracts.h"

namespace guildhall::extracts {

ReadSummary read_by_mapping(const CsvMapping& mapping, ByteSource& bytes, RowSink& sink, const Limits& limits);
ReadSummary read_pds_fhir(ByteSource& bytes, RowSink& sink, const Limits& limits);         // JSON documents.
ReadSummary read_pds_fhir_ndjson(ByteSource& bytes, RowSink& sink, const Limits& limits);  // One a line.
ReadSummary read_ctf(ByteSource& bytes, RowSink& sink, const Limits& limits);
ReadSummary read_cin_census(ByteSource& bytes, RowSink& sink, const Limits& limits);

}  // namespace guildhall::extracts
