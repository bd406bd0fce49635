#include "masterdata/impl/explanation.h"

#include <charconv>

#include "masterdata/impl/text_rows.h"

namespace guildhall::masterdata {

std::string bits(double weight) {
  char digits[64];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, weight, std::chars_format::fixed, 2);
  return std::string(digits, end);
}

std::string explanation_text(const matching::Explanation& explanation) {
  std::string rows;
  append_row(rows, {"", "", bits(explanation.prior)});
  for (const matching::Explanation::Step& step : explanation.steps) {
    append_row(rows, {matching::name_of(step.field), matching::name_of(step.level), bits(step.weight)});
  }
  finish_rows(rows);
  return rows;
}

}  // namespace guildhall::masterdata
