#pragma once

// How wide text is, without a font to ask: the widths of Arial, Helvetica and Liberation Sans, which are the same, and a
// little more, because the reader's browser may have to take another one.

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::diagram::impl {

inline constexpr std::string_view kFontFamily = "Arial, Helvetica, 'Liberation Sans', sans-serif";

double text_width(std::string_view text, double font_size, bool bold = false);

struct Lettering {
  double font_size = 0;
  std::vector<std::string> lines;
  double line_height() const { return font_size * 1.2; }
  double height() const { return line_height() * static_cast<double>(lines.size()); }
  double width() const;
};

// Text in lines that fit a box: in the largest size, from `largest` down to `smallest` pixels, in which all of it does;
// else in the smallest, ended with "…". No lines where not even one fits.
struct Box {
  double width = 0;
  double height = 0;
  double largest = 12;
  double smallest = 9;
};
Lettering fit(std::string_view text, const Box& box);

}  // namespace guildhall::diagram::impl
