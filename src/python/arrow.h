#pragma once

// Tables from and to other programs in one process, without a copy on the way in: the Arrow C Data Interface.
// Source: Apache Arrow, "The Arrow C data interface", version of 2020: the two structures below are its own, member by
// member. Read are record batches (a struct, format "+s") of texts and whole numbers: "u", "U", "z", "Z", "i", "l", with
// nulls and offsets, and "n". Written are the same.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
}

namespace guildhall::python {

// A record batch that was handed over; given back at the end.
class Batch {
 public:
  Batch(ArrowArray* array, ArrowSchema* schema);  // Both are moved from.
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  std::size_t rows() const { return static_cast<std::size_t>(array_.length); }

  class Column {
   public:
    // A null is the empty text, and 0. They live as long as the batch.
    std::string_view text(std::size_t row) const;
    std::int64_t number(std::size_t row) const;

   private:
    friend class Batch;
    bool is_null(std::size_t place) const {
      return validity_ != nullptr && (validity_[place / 8] >> (place % 8) & 1) == 0;
    }
    char format_ = 'n';
    std::size_t offset_ = 0;
    const std::uint8_t* validity_ = nullptr;
    const void* values_ = nullptr;
    const char* bytes_ = nullptr;
  };
  // Problems: there is none of that name, its type is another, its texts are no UTF-8.
  Result<Column> texts(const std::string& name) const;
  Result<Column> bytes(const std::string& name) const;  // As they are.
  Result<Column> numbers(const std::string& name) const;

 private:
  Result<Column> column(const std::string& name, std::string_view formats, std::string_view meant) const;
  ArrowArray array_;
  ArrowSchema schema_;
};

// A record batch that is being written.
class BatchWriter {
 public:
  enum class Type { Text, Bytes, Number32, Number64, Real };
  explicit BatchWriter(std::vector<std::pair<std::string, Type>> columns);

  void put(std::size_t column, std::string_view text);
  void put(std::size_t column, std::int64_t number);
  void put_real(std::size_t column, double number);
  void end_row() { ++rows_; }
  std::size_t rows() const { return rows_; }
  std::size_t bytes() const { return bytes_; }
  // Hands over what was put, and begins anew.
  void take(ArrowArray* array, ArrowSchema* schema);

 private:
  struct Column {
    std::string name;
    Type type = Type::Text;
    std::string values;  // Of numbers, or texts one after the other.
    std::vector<std::int32_t> offsets{0};
  };
  std::vector<Column> columns_;
  std::size_t rows_ = 0, bytes_ = 0;
};

}  // namespace guildhall::python
