#include "linkage/charts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "base/xml.h"

namespace guildhall::linkage {
namespace {

constexpr std::string_view kMap =
    R"({"forename": "forename", "surname": "surname", "dob": "birth_date", "nhs": "nhs_number", "street": "address",
        "postcode": "postcode"})";

Model model() {
  const std::vector<std::string> header = {"forename", "surname", "dob", "nhs", "street", "postcode"};
  Model made = untrained_model(*read_field_map(kMap, header));
  made.prior = made.household_prior = 1e-5;
  made.link_weight = 5;
  made.review_weight = -3;
  made.blocking_rules = {BlockingRule{}};
  return made;
}

LoadedTable read(std::string_view rows) {
  TableReader reader({.map = std::string(kMap), .id_column = "id", .label_columns = {}, .threads = 1});
  const std::vector<std::string> headers = {"id,forename,surname,dob,nhs,street,postcode"};
  EXPECT_TRUE(reader.begin(headers).ok());
  reader.begin_file(0, "people.csv");
  reader.add(rows);
  reader.end_file();
  return std::move(reader.finish()).value();
}

constexpr std::string_view kRows =
    "1,Katherine,Walker,2014-03-12,,67 Mafeking Lane,WX2 3NR\n2,Katie,Walker,2014-03-12,,67 Mafeking Lane,WX2 3NR\n"
    "3,Oliver,Barden,2012-01-30,,9 Lime Road,WX16 5YJ\n4,Olivia,,,,,\n";

std::vector<Chart> all_charts() {
  const LoadedTable data = read(kRows);
  const Linkage linked = *link(data.table, model(), {}, {});
  return {probabilities_chart(model()),
          weights_chart(model()),
          waterfall_chart(explain(data.table, model(), 0, 1)),
          thresholds_chart(model(), linked.statistics.weights),
          unlinkables_chart(model(), self_weights(data.table, model(), 2)),
          clusters_chart(cluster_quality(data.table, model(), linked))};
}

// Pictures that a person has looked at. GUILDHALL_REWRITE_GOLDEN=1 writes them anew.
TEST(Charts, AreAsTheyWereLookedAt) {
  for (const Chart& chart : all_charts()) {
    const std::string path = "src/core/linkage/golden/" + chart.name + ".svg";
    if (std::getenv("GUILDHALL_REWRITE_GOLDEN")) {
      std::ofstream(path) << chart.svg;
      continue;
    }
    std::ifstream file(path);
    ASSERT_TRUE(file) << path << " is missing: run with GUILDHALL_REWRITE_GOLDEN=1, and look at it.";
    EXPECT_EQ(chart.svg, std::string(std::istreambuf_iterator<char>(file), {})) << path;
  }
}

double luminance(const std::string& colour) {
  const auto channel = [&](std::size_t at) {
    const double value = std::stoi(colour.substr(at, 2), nullptr, 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

double contrast_on_white(const std::string& colour) {
  return 1.05 / (luminance(colour) + 0.05);
}

void expect_readable(const XmlElement& element, const std::string& chart) {
  static const std::set<std::string> kKnown = {"svg", "title", "desc", "rect", "text", "line", "polyline"};
  EXPECT_TRUE(kKnown.contains(element.name)) << chart << ": " << element.name;
  EXPECT_EQ(element.attribute("style"), nullptr) << chart;
  EXPECT_EQ(element.attribute("id"), nullptr) << chart;
  if (element.name == "text") {
    EXPECT_GE(std::stod(*element.attribute("font-size")), 12) << chart;
    EXPECT_GE(contrast_on_white(*element.attribute("fill")), 4.5) << chart;
    const double x = std::stod(*element.attribute("x"));
    EXPECT_TRUE(x >= 0 && x <= 360) << chart << ": " << element.text;
  }
  if (const std::string* stroke = element.attribute("stroke"); stroke != nullptr && element.name != "text") {
    EXPECT_GE(contrast_on_white(*stroke), 3) << chart;
  }
  if (element.name == "rect" && *element.attribute("fill") != "#ffffff") {
    EXPECT_GE(contrast_on_white(*element.attribute("fill")), 3) << chart;
    EXPECT_LE(std::stod(*element.attribute("x")) + std::stod(*element.attribute("width")), 360) << chart;
  }
  for (const XmlElement& child : element.children) expect_readable(child, chart);
}

TEST(Charts, CanBeReadByEverybody) {
  for (const Chart& chart : all_charts()) {
    const auto root = parse_xml(chart.svg);
    ASSERT_TRUE(root.ok()) << chart.name << to_text(root.problems());
    EXPECT_EQ(*root->attribute("role"), "img");
    ASSERT_NE(root->child("title"), nullptr);
    EXPECT_EQ(root->child("title")->text, chart.title);
    EXPECT_GT(root->child("desc")->text.size(), 40u);
    expect_readable(*root, chart.name);
    EXPECT_FALSE(chart.table.rows.empty()) << chart.name;
    for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.headings.size()) << chart.name;
  }
  const std::string page = to_html("A model", all_charts());
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("lang=\"en\""), std::string::npos);
}

TEST(Charts, ShowWherePairsAreLinked) {
  const LoadedTable data = read(kRows);
  const Chart chart = waterfall_chart(explain(data.table, model(), 0, 1));
  EXPECT_NE(chart.svg.find("linked from 5 bits"), std::string::npos);
  EXPECT_NE(chart.svg.find("stroke-dasharray=\"6 3\""), std::string::npos);
  EXPECT_LT(chart.svg.find("stroke-dasharray"), chart.svg.find("<text"));  // Lines are beneath the letters.
}

TEST(Charts, MakeNoMarkupOfValues) {
  Explanation explanation;
  explanation.steps.push_back({"surname", LevelKind::Exact, 0, "</text><script>\"&\x01", "", 3, 0});
  const Chart chart = waterfall_chart(explanation);
  EXPECT_EQ(chart.svg.find("<script"), std::string::npos);
  EXPECT_TRUE(parse_xml(chart.svg).ok());
  EXPECT_EQ(to_html(chart.table, "t").find("<script"), std::string::npos);
}

TEST(Charts, TellWhatToExpectByWeight) {
  // 100 pairs in the bit from 0 on (at 0.5 bits: 0.5858 each), 50 in that from 10 on (0.99931), 1000 at -20.5 (7e-7).
  std::vector<std::uint32_t> weights(128);
  weights[64] = 100;
  weights[74] = 50;
  weights[43] = 1'000;
  const auto expected = expected_quality(weights);
  ASSERT_EQ(expected.size(), 32u);
  EXPECT_EQ(expected.back().weight, 10);
  EXPECT_DOUBLE_EQ(expected.back().pairs, 50);
  const double strong = 1 / (1 + std::exp2(-10.5)), even = 1 / (1 + std::exp2(-0.5)), weak = 1 / (1 + std::exp2(20.5));
  const double matches = 50 * strong + 100 * even + 1'000 * weak;
  EXPECT_DOUBLE_EQ(expected.back().precision, strong);
  EXPECT_DOUBLE_EQ(expected.back().recall, 50 * strong / matches);
  const ExpectedQuality& from_zero = expected[21];
  EXPECT_EQ(from_zero.weight, 0);
  EXPECT_DOUBLE_EQ(from_zero.precision, (50 * strong + 100 * even) / 150);
  EXPECT_DOUBLE_EQ(from_zero.f1, 2 * (50 * strong + 100 * even) / (150 + matches));
  EXPECT_DOUBLE_EQ(expected.front().recall, 1);
  EXPECT_TRUE(expected_quality(std::vector<std::uint32_t>(128)).empty());
}

TEST(Charts, CountRecordsThatSayTooLittle) {
  const LoadedTable data = read(kRows);
  const auto weights = self_weights(data.table, model(), 1);
  EXPECT_EQ(weights, self_weights(data.table, model(), 3));
  std::uint32_t below = 0, all = 0;
  for (std::size_t bin = 0; bin < weights.size(); ++bin) {
    all += weights[bin];
    if (static_cast<int>(bin) - 64 < 5) below += weights[bin];
  }
  EXPECT_EQ(all, 4u);
  EXPECT_EQ(below, 1u);  // Olivia, of whom there is nothing but a forename.
}

TEST(Charts, CountClustersAndTheirWeakestLinks) {
  const LoadedTable data = read("a,,,,,,\nb,,,,,,\nc,,,,,,\nd,,,,,,\ne,,,,,,\nf,,,,,,\n");
  Linkage linked;
  linked.cluster_of = {0, 0, 0, 3, 3, 5};
  linked.links = {{0, 1, 30, false}, {1, 2, 6.5, false}, {3, 4, -8, true}};
  const ClusterQuality quality = cluster_quality(data.table, model(), linked);
  EXPECT_EQ(quality.sizes, (std::vector<std::size_t>{0, 1, 1, 1}));
  EXPECT_EQ(quality.margins, (std::array<std::size_t, 5>{1, 0, 0, 0, 0}));  // 6.5 is 1.5 above the link weight.
  EXPECT_EQ(quality.decided, 1u);
  ASSERT_EQ(quality.weakest.size(), 1u);
  EXPECT_EQ(quality.weakest[0].a + quality.weakest[0].b, "bc");
}

}  // namespace
}  // namespace guildhall::linkage
