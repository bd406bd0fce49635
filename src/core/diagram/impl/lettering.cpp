#include "diagram/impl/lettering.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace guildhall::diagram::impl {
namespace {

constexpr double kReserve = 1.15;  // DejaVu Sans, the widest that usually stands in, is about that much wider.

// Of ' ' to '~', in thousandths of the font size. Source: the Helvetica metrics published with PostScript.
constexpr std::array<std::uint16_t, 95> kWidths{
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

// The code point at `at`, which moves behind it. Text is UTF-8; a stray byte counts as one letter.
std::uint32_t next(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  std::uint32_t code = lead < 0xC0 ? lead : lead < 0xE0 ? lead & 0x1F : lead < 0xF0 ? lead & 0x0F : lead & 0x07;
  if (lead < 0xC0) return code;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return code;
}

bool joins_the_last(std::uint32_t code) {  // Combining marks, joiners, variation selectors.
  return (code >= 0x300 && code < 0x370) || (code >= 0x200B && code <= 0x200F) || (code >= 0xFE00 && code <= 0xFE0F);
}

double width_of(std::uint32_t code) {
  if (code >= ' ' && code <= '~') return kWidths[code - ' '];
  if (joins_the_last(code)) return 0;
  if (code == 0xB7) return 333;                      // "·"
  if (code >= 0x2018 && code <= 0x201A) return 278;  // Quotation marks.
  if (code < 0x250) return 667;                      // Latin with accents, £ and their like.
  if (code < 0x1100) return 750;                     // Greek, Cyrillic, Hebrew, Arabic, the scripts of India.
  return 1000;
}

void take_code_points_back(std::string& line) {
  while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0) == 0x80) line.pop_back();
  if (!line.empty()) line.pop_back();
}

// What of `text`, from `at`, goes on one line; `at` moves behind it and the spaces after it. Breaks after spaces,
// hyphens and slashes, and within a word only where it alone is too long.
std::string take_line(std::string_view text, std::size_t& at, double width, double font_size) {
  const double room = width * 1000 / (font_size * kReserve);
  std::size_t end = at;
  std::size_t break_at = at;
  std::size_t last_whole = at;
  double used = 0;
  while (end < text.size()) {
    std::size_t behind = end;
    const std::uint32_t code = next(text, behind);
    if (code == ' ') break_at = end;
    used += width_of(code);
    if (used > room && code != ' ') break;
    end = behind;
    last_whole = end;
    if ((code == '-' || code == '/') && used <= room) break_at = end;
  }
  const std::size_t begin = at;
  if (end >= text.size()) {
    at = text.size();
  } else {
    at = break_at > begin ? break_at : last_whole;
  }
  std::string line(text.substr(begin, at - begin));
  while (!line.empty() && line.back() == ' ') line.pop_back();
  while (at < text.size() && text[at] == ' ') ++at;
  return line;
}

}  // namespace

double text_width(std::string_view text, double font_size, bool bold) {
  double width = 0;
  for (std::size_t at = 0; at < text.size();) width += width_of(next(text, at));
  return width * font_size / 1000 * kReserve * (bold ? 1.08 : 1);
}

double Lettering::width() const {
  double widest = 0;
  for (const std::string& line : lines) widest = std::max(widest, text_width(line, font_size));
  return widest;
}

Lettering fit(std::string_view text, const Box& box) {
  Lettering lettering;
  for (double size = box.largest; size >= box.smallest; size -= 1) {
    lettering = {size, {}};
    const auto most = static_cast<std::size_t>(std::clamp(box.height / lettering.line_height(), 0.0, 1000.0));
    std::size_t at = 0;
    bool broken = false;
    while (at < text.size() && lettering.lines.size() < most) {
      const std::size_t before = at;
      lettering.lines.push_back(take_line(text, at, box.width, size));
      // A word was broken in two: a smaller size may spare it that.
      broken = broken ||
               (at < text.size() && at > before && text[at - 1] != ' ' && text[at - 1] != '-' && text[at - 1] != '/');
      if (at == before) break;  // Not one letter fits.
    }
    if (at >= text.size() && (!broken || size - 1 < box.smallest)) return lettering;
    if (size - 1 < box.smallest) {
      while (!lettering.lines.empty() && lettering.lines.back().empty()) lettering.lines.pop_back();
      if (lettering.lines.empty()) return lettering;
      std::string& last = lettering.lines.back();
      while (!last.empty() && text_width(last + "…", size) > box.width) take_code_points_back(last);
      last += "…";
      if (text_width(last, size) > box.width) lettering.lines.clear();
    }
  }
  return lettering;
}

}  // namespace guildhall::diagram::impl
