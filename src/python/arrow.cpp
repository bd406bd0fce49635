#include "python/arrow.h"

#include <cstring>
#include <utility>

#include "base/text.h"

namespace guildhall::python {

Batch::Batch(ArrowArray* array, ArrowSchema* schema) : array_(*array), schema_(*schema) {
  // Moving: the structure is copied, and the source marked as released.
  array->release = nullptr;
  schema->release = nullptr;
}

Batch::~Batch() {
  if (array_.release != nullptr) array_.release(&array_);
  if (schema_.release != nullptr) schema_.release(&schema_);
}

std::string_view Batch::Column::text(std::size_t row) const {
  const std::size_t place = offset_ + row;
  if (format_ == 'n' || is_null(place)) return {};
  if (format_ == 'u' || format_ == 'z') {
    const auto* offsets = static_cast<const std::int32_t*>(values_);
    return {bytes_ + offsets[place], static_cast<std::size_t>(offsets[place + 1] - offsets[place])};
  }
  const auto* offsets = static_cast<const std::int64_t*>(values_);
  return {bytes_ + offsets[place], static_cast<std::size_t>(offsets[place + 1] - offsets[place])};
}

std::int64_t Batch::Column::number(std::size_t row) const {
  const std::size_t place = offset_ + row;
  if (format_ == 'n' || is_null(place)) return 0;
  if (format_ == 'i') return static_cast<const std::int32_t*>(values_)[place];
  return static_cast<const std::int64_t*>(values_)[place];
}

Result<Batch::Column> Batch::column(const std::string& name, std::string_view formats, std::string_view meant) const {
  if (std::string_view(schema_.format) != "+s") {
    return Problem{"This is no record batch.", name, "Give a table with named columns."};
  }
  for (std::int64_t i = 0; i < schema_.n_children; ++i) {
    const ArrowSchema& schema = *schema_.children[i];
    if (schema.name == nullptr || schema.name != name) continue;
    const ArrowArray& array = *array_.children[i];
    const std::string_view format = schema.format;
    if (format.size() != 1 || schema.dictionary != nullptr || formats.find(format[0]) == std::string_view::npos) {
      return Problem{"The column has values of another type (" + std::string(format) + ").", name,
                     "Make it " + std::string(meant) + "."};
    }
    Column column;
    column.format_ = format[0];
    column.offset_ = static_cast<std::size_t>(array_.offset + array.offset);
    if (column.format_ == 'n') return column;
    if (array.null_count != 0) column.validity_ = static_cast<const std::uint8_t*>(array.buffers[0]);
    column.values_ = array.buffers[1];
    if (array.n_buffers == 3) column.bytes_ = static_cast<const char*>(array.buffers[2]);
    if (column.bytes_ == nullptr) column.bytes_ = "";
    return column;
  }
  return Problem{"There is no such column.", name, "Give the columns that the model was trained on."};
}

Result<Batch::Column> Batch::texts(const std::string& name) const {
  const Column found = TRY(column(name, "uUn", "text"));
  for (std::size_t row = 0; row < rows(); ++row) {
    if (const auto at = invalid_utf8_at(found.text(row))) {
      return Problem{"There are bytes that are not UTF-8.", name + ", row " + std::to_string(row + 1),
                     "Read the file with its own encoding."};
    }
  }
  return found;
}

Result<Batch::Column> Batch::bytes(const std::string& name) const {
  return column(name, "zZuUn", "bytes");
}

Result<Batch::Column> Batch::numbers(const std::string& name) const {
  return column(name, "iln", "whole numbers");
}

BatchWriter::BatchWriter(std::vector<std::pair<std::string, Type>> columns) {
  for (auto& [name, type] : columns) columns_.push_back({std::move(name), type, {}, {0}});
}

void BatchWriter::put(std::size_t place, std::string_view text) {
  Column& column = columns_[place];
  column.values += text;
  check(column.values.size() < (std::size_t{1} << 31), "a batch is too large");
  column.offsets.push_back(static_cast<std::int32_t>(column.values.size()));
  bytes_ += text.size() + 4;
}

void BatchWriter::put(std::size_t place, std::int64_t number) {
  Column& column = columns_[place];
  if (column.type == Type::Number32) {
    const auto narrow = static_cast<std::int32_t>(number);
    column.values.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
  } else {
    column.values.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  bytes_ += 8;
}

void BatchWriter::put_real(std::size_t place, double number) {
  columns_[place].values.append(reinterpret_cast<const char*>(&number), sizeof number);
  bytes_ += 8;
}

namespace {

// Who owns what was handed over.
struct OwnedSchema {
  std::string name;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};
struct OwnedArray {
  std::string values;
  std::vector<std::int32_t> offsets;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
};

void release_schema(ArrowSchema* schema) {
  const std::unique_ptr<OwnedSchema> owned(static_cast<OwnedSchema*>(schema->private_data));
  for (ArrowSchema* child : owned->pointers) {
    if (child->release != nullptr) child->release(child);
  }
  schema->release = nullptr;
}

void release_array(ArrowArray* array) {
  const std::unique_ptr<OwnedArray> owned(static_cast<OwnedArray*>(array->private_data));
  for (ArrowArray* child : owned->pointers) {
    if (child->release != nullptr) child->release(child);
  }
  array->release = nullptr;
}

const char* format_of(BatchWriter::Type type) {
  switch (type) {
    case BatchWriter::Type::Text:
      return "u";
    case BatchWriter::Type::Bytes:
      return "z";
    case BatchWriter::Type::Number32:
      return "i";
    case BatchWriter::Type::Number64:
      return "l";
    case BatchWriter::Type::Real:
      return "g";
  }
  return "n";
}

void fill(ArrowSchema* schema, const char* format, std::unique_ptr<OwnedSchema> owned) {
  for (const auto& child : owned->children) owned->pointers.push_back(child.get());
  *schema = {format,
             owned->name.c_str(),
             nullptr,
             0,
             static_cast<std::int64_t>(owned->pointers.size()),
             owned->pointers.data(),
             nullptr,
             release_schema,
             nullptr};
  schema->private_data = owned.release();
}

void fill(ArrowArray* array, std::size_t rows, std::unique_ptr<OwnedArray> owned) {
  for (const auto& child : owned->children) owned->pointers.push_back(child.get());
  *array = {static_cast<std::int64_t>(rows),
            0,
            0,
            static_cast<std::int64_t>(owned->buffers.size()),
            static_cast<std::int64_t>(owned->pointers.size()),
            owned->buffers.data(),
            owned->pointers.data(),
            nullptr,
            release_array,
            nullptr};
  array->private_data = owned.release();
}

}  // namespace

void BatchWriter::take(ArrowArray* array, ArrowSchema* schema) {
  auto schemas = std::make_unique<OwnedSchema>();
  auto arrays = std::make_unique<OwnedArray>();
  arrays->buffers = {nullptr};
  for (Column& column : columns_) {
    auto name = std::make_unique<OwnedSchema>();
    name->name = column.name;
    fill(schemas->children.emplace_back(std::make_unique<ArrowSchema>()).get(), format_of(column.type),
         std::move(name));
    auto values = std::make_unique<OwnedArray>();
    values->values = std::exchange(column.values, {});
    values->offsets = std::exchange(column.offsets, {0});
    values->buffers = {nullptr};
    if (column.type == Type::Text || column.type == Type::Bytes) values->buffers.push_back(values->offsets.data());
    values->buffers.push_back(values->values.data());
    fill(arrays->children.emplace_back(std::make_unique<ArrowArray>()).get(), rows_, std::move(values));
  }
  fill(schema, "+s", std::move(schemas));
  fill(array, rows_, std::move(arrays));
  rows_ = bytes_ = 0;
}

}  // namespace guildhall::python
