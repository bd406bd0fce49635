#include "bpmn/data.h"

#include <cstring>
#include <new>

namespace guildhall::bpmn {
namespace {

using feel::Entry;
using feel::Kind;
using feel::RangeEnds;
using feel::Value;

// A value with all that it points to in one piece of memory of just its size: variables are many, small, and kept for
// long. Walked twice, first without a place to copy to.
class Copy {
 public:
  explicit Copy(std::byte* to) : to_(to) {}
  std::size_t size() const { return used_; }

  Value operator()(const Value& value) {
    switch (value.kind()) {
      case Kind::String:
        return Value::string({text(value.string()), value.string().size()});
      case Kind::List: {
        Value* items = array<Value>(value.list().size());
        for (std::size_t i = 0; i < value.list().size(); ++i) place(items, i, (*this)(value.list()[i]));
        return Value::list({items, value.list().size()});
      }
      case Kind::Context: {
        Entry* entries = array<Entry>(value.context().size());
        for (std::size_t i = 0; i < value.context().size(); ++i) {
          const Entry& entry = value.context()[i];
          const std::string_view key{text(entry.key), entry.key.size()};
          place(entries, i, Entry{key, (*this)(entry.value)});
        }
        return Value::context(std::span<const Entry>{entries, value.context().size()});
      }
      case Kind::Range: {
        RangeEnds* ends = array<RangeEnds>(1);
        RangeEnds copied = value.range();
        copied.start = (*this)(copied.start);
        copied.end = (*this)(copied.end);
        place(ends, 0, copied);
        return Value::range(ends);
      }
      case Kind::Function:
        return {};  // Functions don't outlive their evaluation.
      default:
        return value;
    }
  }

 private:
  template <class T>
  T* array(std::size_t count) {
    used_ = (used_ + alignof(T) - 1) / alignof(T) * alignof(T);
    T* start = to_ == nullptr ? nullptr : reinterpret_cast<T*>(to_ + used_);
    used_ += count * sizeof(T);
    return start;
  }
  template <class T>
  void place(T* array, std::size_t index, const T& item) const {
    if (to_ != nullptr) new (array + index) T(item);
  }
  const char* text(std::string_view text) {
    char* start = array<char>(text.size());
    if (to_ != nullptr && !text.empty()) std::memcpy(start, text.data(), text.size());
    return start;
  }

  std::byte* to_;
  std::size_t used_ = 0;
};

}  // namespace

Data Data::of(const Value& value) {
  Data data;
  Copy measured(nullptr);
  data.value_ = measured(value);
  if (measured.size() == 0) return data;
  const std::shared_ptr<std::byte[]> bytes(new std::byte[measured.size()]);
  data.value_ = Copy(bytes.get())(value);
  data.bytes_ = bytes;
  return data;
}

}  // namespace guildhall::bpmn
