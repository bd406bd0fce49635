#pragma once

// The names that a process' expressions may use. Each expression is compiled with those that stand in it: found word by
// word, so that reading a file takes no longer for having many.

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "feel/expression.h"

namespace guildhall::bpmn {

class Names {
 public:
  void clear();
  void add(const std::string& name);
  void add_to(feel::Scope& scope, std::string_view text) const;

 private:
  std::unordered_set<std::string> beginnings_;  // "date ", "date of ", "date of birth "
  std::unordered_map<std::string, std::string> names_;
};

}  // namespace guildhall::bpmn
