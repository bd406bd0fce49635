#include "base/result.h"

namespace guildhall {

std::string to_text(const Problem& problem) {
  std::string text = problem.where.empty() ? problem.what : problem.where + ": " + problem.what;
  if (!problem.remedy.empty()) text += " " + problem.remedy;
  return text;
}

std::string to_text(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += to_text(problem);
  }
  return text;
}

}  // namespace guildhall
