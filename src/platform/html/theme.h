#pragma once

// A council's colours, laid over govuk-frontend's as CSS custom properties.

#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::html {

// A colour on which white text can be read: contrast at least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3).
class BrandColour {
 public:
  static Result<BrandColour> parse(std::string_view text);  // "#005a30"; says the contrast where it is too low.
  const std::string& text() const { return text_; }

 private:
  explicit BrandColour(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct Theme {
  BrandColour brand;  // Header, footer's edge, confirmation panels.
};

// The stylesheet to serve where Site::theme points.
std::string theme_css(const Theme& theme);

}  // namespace guildhall::html
