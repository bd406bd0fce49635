#include "linkage/charts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

#include "base/parallel.h"
#include "base/text.h"
#include "linkage/impl/scorer.h"

namespace guildhall::linkage {
namespace {

constexpr double kWidth = 360;
constexpr double kMargin = 8;
constexpr double kText = 13, kSmall = 12;
// Contrast on white: ink 19:1, quiet 7:1, match 7.7:1, stranger 5.6:1, household 5.9:1.
constexpr std::string_view kInk = "#0b0c0c", kQuiet = "#505a5f", kMatch = "#1d52a0", kStranger = "#b8461b",
                           kHousehold = "#00703c";

// For text and for values between quotation marks; what XML has no place for becomes "?".
std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(letter) < 0x20 ? '?' : letter;
    }
  }
  return out;
}

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 160> text;
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

std::string number(double value) {
  std::string text = format("%.1f", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string grouped(double value) {
  std::string digits = format("%.0f", value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string bits_text(double weight) {
  return format("%+.1f", weight);
}

// "82 %", "0.15 %"; what is rarer still as "1 in 250,000".
std::string share_text(double share) {
  if (share <= 0) return "0 %";
  if (share < 0.001) return "1 in " + grouped(1 / share);
  if (share < 0.0995) return format("%.2g %%", share * 100);
  return format("%.3g %%", share * 100);
}

// About how wide text is in Arial and what stands in for it.
double width_of(std::string_view text, double size) {
  double width = 0;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0) == 0x80) continue;
    width += letter == ' ' || letter == ',' || letter == '.' || letter == ':' ? 0.29
             : letter >= 'A' && letter <= 'Z'                                 ? 0.71
             : letter >= '0' && letter <= '9'                                 ? 0.57
             : byte >= 0x80                                                   ? 0.75
                                                                              : 0.55;
  }
  return 1.1 * width * size;  // The reader's browser may have to take a wider one.
}

std::string cut_to(std::string text, double width, double size) {
  if (width_of(text, size) <= width) return text;
  while (!text.empty() && width_of(text, size) > width - size) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    if (!text.empty()) text.pop_back();
  }
  return text + "\xE2\x80\xA6";
}

enum class Anchor { Start, Middle, End };

class Drawing {
 public:
  double height = kMargin;

  void text(double x, double y, const std::string& words, double size = kText, Anchor anchor = Anchor::Start,
            std::string_view fill = kInk, bool bold = false) {
    const double room = anchor == Anchor::Start ? kWidth - kMargin - x : anchor == Anchor::End ? x : kWidth;
    const std::string shown = cut_to(words, room, bold ? size * 1.08 : size);
    body_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) + "\" fill=\"" +
             std::string(fill) + "\"";
    if (anchor == Anchor::Middle) body_ += " text-anchor=\"middle\"";
    if (anchor == Anchor::End) body_ += " text-anchor=\"end\"";
    if (bold) body_ += " font-weight=\"bold\"";
    body_ += " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"";  // Lines pass behind it.
    body_ += ">" + escaped(shown);
    if (shown != words) body_ += "<title>" + escaped(words) + "</title>";
    body_ += "</text>\n";
  }

  void bar(double from, double to, double y, double thickness, std::string_view fill) {
    if (from > to) std::swap(from, to);
    body_ += "<rect x=\"" + number(from) + "\" y=\"" + number(y) + "\" width=\"" + number(std::max(to - from, 1.0)) +
             "\" height=\"" + number(thickness) + "\" fill=\"" + std::string(fill) + "\"/>\n";
  }

  void line(double x1, double y1, double x2, double y2, std::string_view dashes = "",
            std::string_view colour = kQuiet) {
    body_ += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
             "\" stroke=\"" + std::string(colour) + "\"" + dashed(dashes) + "/>\n";
  }

  void curve(const std::vector<std::pair<double, double>>& points, std::string_view colour, std::string_view dashes) {
    body_ += "<polyline fill=\"none\" stroke=\"" + std::string(colour) + "\" stroke-width=\"2.5\"" + dashed(dashes) +
             " points=\"";
    for (const auto& [x, y] : points) body_ += number(x) + "," + number(y) + " ";
    body_ += "\"/>\n";
  }

  // A heading over what follows.
  void heading(const std::string& words) {
    height += 20;
    text(kMargin, height, words, 14, Anchor::Start, kInk, true);
    height += 6;
  }

  // Beneath all that was drawn.
  void line_beneath(double x, double y1, double y2, std::string_view dashes, std::string_view colour = kQuiet) {
    std::swap(beneath_, body_);
    line(x, y1, x, y2, dashes, colour);
    std::swap(beneath_, body_);
  }

  std::string svg(const std::string& title, const std::string& description) const {
    const std::string all = number(std::ceil(height + kMargin));
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"360\" height=\"" + all + "\" viewBox=\"0 0 360 " + all +
           "\" role=\"img\" font-family=\"Arial, Helvetica, 'Liberation Sans', sans-serif\">\n<title>" +
           escaped(title) + "</title>\n<desc>" + escaped(description) +
           "</desc>\n<rect x=\"0\" y=\"0\" width=\"360\" height=\"" + all + "\" fill=\"#ffffff\"/>\n" + beneath_ +
           body_ + "</svg>\n";
  }

 private:
  static std::string dashed(std::string_view dashes) {
    return dashes.empty() ? "" : " stroke-dasharray=\"" + std::string(dashes) + "\"";
  }
  std::string beneath_, body_;
};

std::string spoken(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string words_of(const ComparisonLevel& level) {
  switch (level.kind) {
    case LevelKind::Exact:
      return "the same";
    case LevelKind::JaroWinkler:
      return format("similar, from %g on", level.threshold);
    case LevelKind::WithinDays:
      return format("within %g days", level.threshold);
    case LevelKind::Words:
      return format("words in common, from %g on", level.threshold);
    case LevelKind::Within:
      return format("about equal, from %g on", level.threshold);
    case LevelKind::Else:
      return "all else";
    default:
      return spoken(name_of(level.kind));
  }
}

double weight_of(const ComparisonLevel& level) {
  return std::log2(level.m_probability / level.u_probability);
}

// Bars to both sides of zero.
class Balance {
 public:
  Balance(double least, double most) : least_(std::min(least, 0.0)), most_(std::max(most, 0.0)) {
    if (most_ - least_ < 1) most_ = least_ + 1;
  }
  double x(double weight) const { return kLeft + (weight - least_) / (most_ - least_) * (kRight - kLeft); }
  // The bar and its figure beside it, where there is room.
  void draw(Drawing& drawing, double from, double to, double y, std::string_view fill, const std::string& figure,
            bool bold = false) const {
    drawing.bar(x(from), x(to), y, 12, fill);
    const double left = std::min(x(from), x(to)), right = std::max(x(from), x(to));
    const bool to_the_right = to >= from ? right + 44 <= kWidth : left < 44;
    drawing.text(to_the_right ? right + 4 : left - 4, y + 11, figure, kSmall,
                 to_the_right ? Anchor::Start : Anchor::End, kInk, bold);
  }

 private:
  static constexpr double kLeft = 52, kRight = kWidth - 52;
  double least_, most_;
};

// Lines over weights; y is a share.
struct Curve {
  std::string name;
  std::string_view colour, dashes;
  std::vector<std::pair<double, double>> points;
};

void plot(Drawing& drawing, const std::vector<Curve>& curves, double link_weight, double review_weight,
          const std::string& x_name) {
  constexpr double kLeft = 44, kRight = kWidth - 12, kTall = 200;
  double least = link_weight, most = link_weight + 1;
  for (const Curve& curve : curves) {
    for (const auto& [x, y] : curve.points) {
      least = std::min(least, x);
      most = std::max(most, x);
    }
  }
  const double top = drawing.height + 22, bottom = top + kTall;
  const auto x = [&](double weight) { return kLeft + (weight - least) / (most - least) * (kRight - kLeft); };
  const auto y = [&](double share) { return bottom - share * kTall; };
  for (int share = 0; share <= 100; share += 25) {
    drawing.line(kLeft, y(share / 100.0), kRight, y(share / 100.0), share == 0 ? "" : "1 4");
    drawing.text(kLeft - 6, y(share / 100.0) + 4, std::to_string(share) + " %", kSmall, Anchor::End, kQuiet);
  }
  const int step = most - least > 60 ? 20 : most - least > 20 ? 10 : most - least > 8 ? 5 : 1;
  for (int tick = static_cast<int>(std::ceil(least / step)) * step; tick <= most; tick += step) {
    drawing.line(x(tick), bottom, x(tick), bottom + 4);
    drawing.text(x(tick), bottom + 17, std::to_string(tick), kSmall, Anchor::Middle, kQuiet);
  }
  drawing.text((kLeft + kRight) / 2, bottom + 34, x_name, kSmall, Anchor::Middle, kQuiet);
  for (const Curve& curve : curves) {
    std::vector<std::pair<double, double>> points;
    for (const auto& [weight, share] : curve.points) points.emplace_back(x(weight), y(share));
    drawing.curve(points, curve.colour, curve.dashes);
  }
  const auto mark = [&](double weight, const std::string& name, double at) {
    if (weight < least || weight > most) return;
    drawing.line(x(weight), at + 3, x(weight), bottom, "", kInk);
    const std::string words = name + " " + number(weight);
    const bool fits = x(weight) + width_of(words, kSmall) < kWidth;
    drawing.text(fits ? x(weight) + 2 : x(weight) - 2, at, words, kSmall, fits ? Anchor::Start : Anchor::End);
  };
  mark(review_weight, "asked from", top - 16);
  mark(link_weight, "linked from", top - 4);
  drawing.height = bottom + 40;
  for (const Curve& curve : curves) {
    drawing.height += 18;
    drawing.curve({{kLeft, drawing.height - 4}, {kLeft + 40, drawing.height - 4}}, curve.colour, curve.dashes);
    drawing.text(kLeft + 48, drawing.height, curve.name);
  }
  drawing.height += 4;
}

// Rows of a name, a bar and a figure.
void bars(Drawing& drawing, const std::vector<std::pair<std::string, double>>& rows, std::string_view fill) {
  double most = 1;
  for (const auto& [name, value] : rows) most = std::max(most, value);
  for (const auto& [name, value] : rows) {
    drawing.text(96, drawing.height + 15, name, kText, Anchor::End);
    const double end = 104 + value / most * (kWidth - 104 - 76);
    if (value > 0) drawing.bar(104, end, drawing.height + 4, 14, fill);
    drawing.text((value > 0 ? end : 104) + 4, drawing.height + 15, grouped(value), kSmall);
    drawing.height += 22;
  }
}

int weight_of_bin(std::size_t bin) {
  return static_cast<int>(bin) - 64;
}

}  // namespace

Chart probabilities_chart(const Model& model) {
  Chart chart{"probabilities",
              "How often each level holds",
              {},
              {{"comparison", "level", "one person (m)", "strangers (u)"}, {}}};
  const bool has_households = model.household_prior > 0;
  if (has_households) chart.table.headings.push_back("one household");
  Drawing drawing;
  const auto legend = [&](std::string_view letter, std::string_view fill, const std::string& words) {
    drawing.height += 18;
    drawing.text(kMargin, drawing.height, std::string(letter), kText, Anchor::Start, kInk, true);
    drawing.bar(24, 64, drawing.height - 10, 10, fill);
    drawing.text(72, drawing.height, words);
  };
  legend("m", kMatch, "of two records of one person");
  legend("u", kStranger, "of two strangers");
  if (has_households) legend("h", kHousehold, "of two people of one household");
  for (const Comparison& comparison : model.comparisons) {
    drawing.height += 8;
    drawing.heading(spoken(comparison.name));
    for (const ComparisonLevel& level : comparison.levels) {
      drawing.height += 16;
      drawing.text(kMargin, drawing.height, words_of(level));
      const auto row = [&](std::string_view letter, double share, std::string_view fill) {
        drawing.text(kMargin, drawing.height + 13, std::string(letter), kSmall, Anchor::Start, kQuiet);
        const double end = 24 + share * (kWidth - 24 - 104);
        drawing.bar(24, end, drawing.height + 4, 10, fill);
        drawing.text(end + 4, drawing.height + 13, share_text(share), kSmall);
        drawing.height += 14;
      };
      row("m", level.m_probability, kMatch);
      row("u", level.u_probability, kStranger);
      if (has_households) row("h", level.household, kHousehold);
      drawing.height += 4;
      auto& cells = chart.table.rows.emplace_back();
      cells = {spoken(comparison.name), words_of(level), share_text(level.m_probability),
               share_text(level.u_probability)};
      if (has_households) cells.push_back(share_text(level.household));
    }
  }
  chart.svg =
      drawing.svg(chart.title,
                  "For each level of each comparison bars of how often it holds for two records of one person (m), "
                  "for two strangers (u)" +
                      std::string(has_households ? " and for two people of one household (h)" : "") +
                      ". The table has the same figures.");
  return chart;
}

Chart weights_chart(const Model& model) {
  Chart chart{"weights", "What each level says, in bits", {}, {{"comparison", "level", "bits"}, {}}};
  double least = 0, most = 0;
  for (const Comparison& comparison : model.comparisons) {
    for (const ComparisonLevel& level : comparison.levels) {
      least = std::min(least, weight_of(level));
      most = std::max(most, weight_of(level));
    }
  }
  const Balance balance(least, most);
  Drawing drawing;
  const double top = drawing.height;
  for (const Comparison& comparison : model.comparisons) {
    drawing.heading(spoken(comparison.name));
    for (const ComparisonLevel& level : comparison.levels) {
      drawing.height += 16;
      drawing.text(kMargin, drawing.height, words_of(level));
      const double weight = weight_of(level);
      balance.draw(drawing, 0, weight, drawing.height + 4, weight < 0 ? kStranger : kMatch, bits_text(weight));
      drawing.height += 20;
      chart.table.rows.push_back({spoken(comparison.name), words_of(level), bits_text(weight)});
    }
    drawing.height += 8;
  }
  drawing.line_beneath(balance.x(0), top, drawing.height, "2 3");
  drawing.height += 16;
  drawing.text(balance.x(0), drawing.height, "0", kSmall, Anchor::Middle, kQuiet);
  chart.svg =
      drawing.svg(chart.title,
                  "A bar for each level: to the right where it speaks for one person, to the left where it speaks "
                  "against; one bit more doubles the odds. The table has the same figures.");
  return chart;
}

Chart waterfall_chart(const Explanation& explanation) {
  Chart chart{"waterfall", "Why this pair weighs what it weighs", {}, {{"step", "bits", "together"}, {}}};
  struct Row {
    std::string words;
    double change = 0;
  };
  std::vector<Row> rows = {{"Before anything is compared", explanation.prior}};
  for (const Explanation::Step& step : explanation.steps) rows.push_back({to_text(step), step.weight});
  if (explanation.household < 0) {
    rows.push_back({"Two people of one household would look like this, too", explanation.household});
  }
  if (explanation.namesakes < 0) {
    rows.push_back({"Namesakes of one birth date would look like this, too", explanation.namesakes});
  }
  double sum = 0, least = std::min(0.0, explanation.link_weight), most = std::max(0.0, explanation.link_weight);
  for (const Row& row : rows) {
    sum += row.change;
    least = std::min(least, sum);
    most = std::max(most, sum);
  }
  const Balance balance(least, most);
  Drawing drawing;
  drawing.height += 14;
  const double link = balance.x(explanation.link_weight);
  const std::string words = "linked from " + number(explanation.link_weight) + " bits";
  const bool fits = link + width_of(words, kSmall) < kWidth - 8;
  drawing.text(fits ? link : link - 4, drawing.height, words, kSmall, fits ? Anchor::Start : Anchor::End, kQuiet);
  const double top = drawing.height + 4;
  sum = 0;
  for (const Row& row : rows) {
    drawing.height += 18;
    drawing.text(kMargin, drawing.height, row.words);
    balance.draw(drawing, sum, sum + row.change, drawing.height + 5, row.change < 0 ? kStranger : kMatch,
                 bits_text(row.change));
    sum += row.change;
    drawing.height += 21;
    drawing.line_beneath(balance.x(sum), drawing.height - 4, drawing.height + 24, "1 3");
    chart.table.rows.push_back({row.words, bits_text(row.change), bits_text(sum)});
  }
  drawing.height += 18;
  const std::string total = format("Together: a probability of %.4f", explanation.probability);
  drawing.text(kMargin, drawing.height, total, kText, Anchor::Start, kInk, true);
  balance.draw(drawing, 0, explanation.weight, drawing.height + 5, kInk, bits_text(explanation.weight), true);
  drawing.height += 21;
  drawing.line_beneath(link, top, drawing.height, "6 3", kInk);
  drawing.line_beneath(balance.x(0), top, drawing.height, "2 3");
  chart.table.rows.push_back({total, "", bits_text(explanation.weight)});
  for (const std::string& sign : explanation.signs) {
    drawing.height += 18;
    drawing.text(kMargin, drawing.height, sign);
    chart.table.rows.push_back({sign, "", ""});
  }
  chart.svg =
      drawing.svg(chart.title, "From what is known before, " + bits_text(explanation.prior) + " bits, through " +
                                   std::to_string(rows.size() - 1) + " steps to " + bits_text(explanation.weight) +
                                   format(" bits, which is a probability of %.4f.", explanation.probability) +
                                   " The table has every step.");
  return chart;
}

std::vector<ExpectedQuality> expected_quality(std::span<const std::uint32_t> weights) {
  std::vector<ExpectedQuality> all;
  const auto probability = [](std::size_t bin) { return 1 / (1 + std::exp2(-(weight_of_bin(bin) + 0.5))); };
  double matches = 0;
  std::optional<std::size_t> lowest, highest;
  for (std::size_t bin = 0; bin < weights.size(); ++bin) {
    if (weights[bin] == 0) continue;
    if (!lowest) lowest = bin;
    highest = bin;
    matches += weights[bin] * probability(bin);
  }
  if (!lowest) return all;
  double right = 0, taken = 0;
  for (std::size_t bin = *highest + 1; bin-- > *lowest;) {
    right += weights[bin] * probability(bin);
    taken += weights[bin];
    all.push_back({weight_of_bin(bin), taken, right / taken, right / matches, 2 * right / (taken + matches)});
  }
  std::reverse(all.begin(), all.end());
  return all;
}

Chart thresholds_chart(const Model& model, std::span<const std::uint32_t> weights) {
  Chart chart{"thresholds",
              "What to expect of linking from a weight on",
              {},
              {{"from bits", "pairs", "precision", "recall", "F1"}, {}}};
  std::vector<Curve> curves = {{"precision: linked pairs that are right", kMatch, "", {}},
                               {"recall: right pairs that are linked", kStranger, "8 4", {}},
                               {"F1: both", kHousehold, "2 3", {}}};
  // Where all is decided nothing is to be seen.
  for (const ExpectedQuality& at : expected_quality(weights)) {
    if (at.weight < model.review_weight - 15 || at.weight > model.link_weight + 30) continue;
    curves[0].points.emplace_back(at.weight, at.precision);
    curves[1].points.emplace_back(at.weight, at.recall);
    curves[2].points.emplace_back(at.weight, at.f1);
    chart.table.rows.push_back({std::to_string(at.weight), grouped(at.pairs), format("%.4f", at.precision),
                                format("%.4f", at.recall), format("%.4f", at.f1)});
  }
  Drawing drawing;
  plot(drawing, curves, model.link_weight, model.review_weight, "weight from which pairs are linked, in bits");
  chart.svg =
      drawing.svg(chart.title,
                  "Three lines over the weight from which pairs are linked: expected precision, recall among the "
                  "pairs compared, and F1. The model links from " +
                      number(model.link_weight) + " bits on. The table has the same figures.");
  return chart;
}

std::vector<std::uint32_t> self_weights(const Table& table, const Model& model, unsigned threads) {
  const Scorer scorer(model, table);
  constexpr std::size_t kChunk = 16'384;
  const std::size_t chunks = (table.records() + kChunk - 1) / kChunk;
  std::vector<std::array<std::uint32_t, 128>> counts(std::max(threads, 1u));
  for (auto& own : counts) own.fill(0);
  in_parallel(threads, chunks, [&](unsigned thread, std::size_t chunk) {
    const std::size_t end = std::min(table.records(), (chunk + 1) * kChunk);
    for (std::size_t record = chunk * kChunk; record < end; ++record) {
      const ValueId* row = table.row(static_cast<RecordIndex>(record));
      ++counts[thread][static_cast<std::size_t>(std::clamp((scorer.weight(row, row) + 64'000) / 1'000, 0, 127))];
    }
  });
  std::vector<std::uint32_t> all(128);
  for (const auto& own : counts) {
    for (std::size_t bin = 0; bin < all.size(); ++bin) all[bin] += own[bin];
  }
  return all;
}

Chart unlinkables_chart(const Model& model, std::span<const std::uint32_t> self_weights) {
  Chart chart{"unlinkables",
              "Records that say too little to be linked",
              {},
              {{"linked from bits", "records that can't reach it", "share"}, {}}};
  Curve curve{"records that could not be linked", kMatch, "", {}};
  double all = 0, below = 0, at_link = 0;
  for (const std::uint32_t count : self_weights) all += count;
  for (std::size_t bin = 0; bin < self_weights.size() && all > 0; ++bin) {
    const int weight = weight_of_bin(bin);
    if (weight <= model.link_weight) at_link = below / all;
    if ((below > 0 || self_weights[bin] > 0) && weight >= model.review_weight - 15 &&
        weight <= model.link_weight + 30) {
      curve.points.emplace_back(weight, below / all);
      chart.table.rows.push_back({std::to_string(weight), grouped(below), share_text(below / all)});
    }
    below += self_weights[bin];
  }
  Drawing drawing;
  plot(drawing, {curve}, model.link_weight, model.review_weight, "weight from which pairs are linked, in bits");
  chart.svg =
      drawing.svg(chart.title,
                  "A line over the weight from which pairs are linked: the share of records that do not reach it "
                  "even beside themselves. At the model's link weight it is " +
                      share_text(at_link) + ". The table has the same figures.");
  return chart;
}

ClusterQuality cluster_quality(const Table& table, const Model& model, const Linkage& linked) {
  ClusterQuality quality;
  std::vector<std::uint32_t> sizes(linked.cluster_of.size());
  for (const RecordIndex first : linked.cluster_of) ++sizes[first];
  quality.sizes.assign(2, 0);
  for (const std::uint32_t size : sizes) {
    if (size == 0) continue;
    if (size >= quality.sizes.size()) quality.sizes.resize(size + 1);
    ++quality.sizes[size];
  }
  std::map<RecordIndex, const Link*> weakest;
  for (const Link& link : linked.links) {
    if (link.decided) continue;
    const Link*& own = weakest[linked.cluster_of[link.a]];
    if (own == nullptr || link.weight < own->weight) own = &link;
  }
  std::vector<std::pair<double, RecordIndex>> order;
  for (const auto& [first, link] : weakest) {
    std::size_t margin = 0;
    while (margin + 1 < quality.kMargins.size() && link->weight >= model.link_weight + quality.kMargins[margin + 1]) {
      ++margin;
    }
    ++quality.margins[margin];
    order.emplace_back(link->weight, first);
  }
  for (std::size_t size = 2; size < quality.sizes.size(); ++size) quality.decided += quality.sizes[size];
  quality.decided -= weakest.size();
  const auto by_weight = [&](const auto& x, const auto& y) {
    return std::pair(x.first, table.id(x.second)) < std::pair(y.first, table.id(y.second));
  };
  const std::size_t shown = std::min<std::size_t>(order.size(), 20);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(), by_weight);
  for (std::size_t i = 0; i < shown; ++i) {
    const Link& link = *weakest[order[i].second];
    quality.weakest.push_back(
        {std::string(table.id(link.a)), std::string(table.id(link.b)), sizes[order[i].second], link.weight});
  }
  return quality;
}

Chart clusters_chart(const ClusterQuality& quality) {
  Chart chart{"clusters", "How large clusters are, and how firm", {}, {{"what", "clusters"}, {}}};
  constexpr std::array<std::size_t, 9> kFrom = {1, 2, 3, 4, 5, 6, 11, 21, 51};
  std::vector<std::pair<std::string, double>> sizes;
  for (std::size_t i = 0; i < kFrom.size(); ++i) {
    const std::size_t end = i + 1 < kFrom.size() ? kFrom[i + 1] : quality.sizes.size();
    double count = 0;
    for (std::size_t size = kFrom[i]; size < std::min(end, quality.sizes.size()); ++size)
      count += static_cast<double>(quality.sizes[size]);
    std::string name = std::to_string(kFrom[i]);
    if (i + 1 == kFrom.size())
      name += " and more";
    else if (end > kFrom[i] + 1)
      name += " to " + std::to_string(end - 1);
    if (count > 0 || i < 3) sizes.emplace_back(name, count);
  }
  std::vector<std::pair<std::string, double>> margins;
  for (std::size_t i = 0; i < quality.margins.size(); ++i) {
    const std::string from = number(quality.kMargins[i]);
    margins.emplace_back(
        i + 1 < quality.margins.size() ? from + " to " + number(quality.kMargins[i + 1]) : from + " and more",
        static_cast<double>(quality.margins[i]));
  }
  Drawing drawing;
  drawing.heading("Clusters by their number of records");
  bars(drawing, sizes, kMatch);
  drawing.height += 8;
  drawing.heading("Bits that the weakest link has to spare");
  bars(drawing, margins, kStranger);
  if (quality.decided > 0) {
    drawing.height += 18;
    drawing.text(kMargin, drawing.height,
                 grouped(static_cast<double>(quality.decided)) + " held by stewards' decisions alone");
  }
  for (const auto& [name, count] : sizes)
    chart.table.rows.push_back({"of " + name + (name == "1" ? " record" : " records"), grouped(count)});
  for (const auto& [name, count] : margins) {
    chart.table.rows.push_back({"weakest link " + name + " bits above the link weight", grouped(count)});
  }
  for (const ClusterQuality::Weak& weak : quality.weakest) {
    chart.table.rows.push_back({"among the weakest: " + weak.a + " and " + weak.b + " at " + bits_text(weak.weight) +
                                    " bits, in a cluster of " + std::to_string(weak.size),
                                "1"});
  }
  chart.svg =
      drawing.svg(chart.title,
                  "Bars of how many clusters have so many records, and of how far the weakest link of each is above "
                  "the weight from which pairs are linked. The table names the weakest.");
  return chart;
}

std::string to_html(const ChartTable& table, std::string_view caption) {
  std::string html = "<table>\n<caption>" + escaped(caption) + "</caption>\n<thead><tr>";
  for (const std::string& heading : table.headings) html += "<th scope=\"col\">" + escaped(heading) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + escaped(cell) + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n";
}

std::string to_html(std::string_view title, std::span<const Chart> charts) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escaped(title) +
      "</title>\n<style>\nbody { font: 16px/1.5 Arial, Helvetica, sans-serif; color: #0b0c0c; margin: 16px; max-width: "
      "60rem }\n"
      "svg { max-width: 100%; height: auto }\nsummary { cursor: pointer; padding: 8px 0 }\n"
      "table { border-collapse: collapse } caption { text-align: left; font-weight: bold }\n"
      "th, td { border-bottom: 1px solid #505a5f; padding: 4px 12px 4px 0; text-align: left; vertical-align: top }\n"
      "</style>\n</head>\n<body>\n<main>\n<h1>" +
      escaped(title) + "</h1>\n";
  for (const Chart& chart : charts) {
    html += "<section>\n<h2>" + escaped(chart.title) + "</h2>\n" + chart.svg +
            "<details>\n<summary>The same as a table: " + escaped(chart.title) + "</summary>\n" +
            to_html(chart.table, chart.title) + "</details>\n</section>\n";
  }
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace guildhall::linkage
