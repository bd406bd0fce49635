#include "bpmn/impl/names.h"

#include <algorithm>
#include <set>
#include <vector>

namespace guildhall::bpmn {
namespace {

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '?' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Runs of letters and digits, and each character that stands between them.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), in_word);
    const std::size_t size = std::max<std::size_t>(static_cast<std::size_t>(end - text.begin()) - at, 1);
    if (in_word(text[at]) || text[at] > ' ') found.push_back(text.substr(at, size));
    at += size;
  }
  return found;
}

}  // namespace

void Names::clear() {
  beginnings_.clear();
  names_.clear();
}

void Names::add(const std::string& name) {
  std::string key;
  for (const std::string_view word : words(name)) {
    key += std::string(word) + " ";
    beginnings_.insert(key);
  }
  if (!key.empty()) names_.emplace(key, name);
}

void Names::add_to(feel::Scope& scope, std::string_view text) const {
  if (names_.empty()) return;
  const auto all = words(text);
  std::set<std::string> found;
  for (std::size_t first = 0; first < all.size(); ++first) {
    std::string key;
    for (std::size_t i = first; i < all.size(); ++i) {
      key += std::string(all[i]) + " ";
      if (!beginnings_.contains(key)) break;
      const auto name = names_.find(key);
      if (name != names_.end() && found.insert(name->second).second) scope.add(name->second);
    }
  }
}

}  // namespace guildhall::bpmn
