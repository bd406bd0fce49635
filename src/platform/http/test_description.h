#pragma once

// For tests: what an OpenAPI description says, to hold the server against it. It is read by its indentation.

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "base/text.h"

namespace guildhall::http {

// Statuses by "get /api/v1/decisions".
inline std::map<std::string, std::set<int>> described(const std::string& path) {
  std::map<std::string, std::set<int>> operations;
  std::ifstream file(path);
  std::string address, operation;
  for (std::string line; std::getline(file, line);) {
    const std::string_view words = trimmed(line);
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == 0) address.clear();
    if (indent == 2 && words.starts_with("/")) address = words.substr(0, words.size() - 1);
    if (address.empty()) continue;
    if (indent == 4) operation = std::string(words.substr(0, words.size() - 1)) + " " + address;
    if (indent == 8 && words.starts_with('"')) {
      operations[operation].insert(static_cast<int>(parse_integer(words.substr(1, 3)).value()));
    }
  }
  return operations;
}

}  // namespace guildhall::http
