#pragma once

// The value of a process variable: a FEEL value that owns what it points to, immutable and cheap to copy.

#include <cstddef>
#include <memory>

#include "feel/value.h"

namespace guildhall::bpmn {

class Data {
 public:
  Data() = default;  // null
  static Data of(const feel::Value& value);
  const feel::Value& value() const { return value_; }

 private:
  feel::Value value_;
  std::shared_ptr<const std::byte[]> bytes_;  // Only of what needs one: texts, lists, contexts, ranges.
};

}  // namespace guildhall::bpmn
