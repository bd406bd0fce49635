#include "html/theme.h"

#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace guildhall::html {
namespace {

// WCAG 2.2, "relative luminance".
double relative_luminance(std::string_view colour) {
  const auto channel = [&](std::size_t at) {
    const double value = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

}  // namespace

Result<BrandColour> BrandColour::parse(std::string_view text) {
  if (text.size() != 7 || text[0] != '#' || text.find_first_not_of("0123456789abcdefABCDEF", 1) != text.npos) {
    return Problem{"A colour is # and six hexadecimal digits.", {}, "Write it like #005a30."};
  }
  // WCAG 2.2, "contrast ratio", to white, whose luminance is 1.
  const double contrast = 1.05 / (relative_luminance(text) + 0.05);
  if (contrast < 4.5) {
    char ratio[32];
    std::snprintf(ratio, sizeof ratio, "%.1f", std::floor(contrast * 10) / 10);
    return Problem{std::string("White text on this colour has a contrast of ") + ratio + " to 1; people need 4.5 to 1.",
                   {},
                   "Choose a darker colour."};
  }
  return BrandColour(lower_ascii(text));
}

std::string theme_css(const Theme& theme) {
  return ":root{--govuk-brand-colour:" + theme.brand.text() + "}\n";
}

}  // namespace guildhall::html
