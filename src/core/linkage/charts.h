#pragma once

// Pictures of a model and of what it did, for those who have to trust it: as SVG, and the same figures as a table.
//
//  - No script, style sheet, inline style or id: a picture may stand under the strictest content security policy, and two of
//    them on one page. role="img" with title and description; the whole of a text that was cut is in its <title>.
//  - 360 pixels wide, with letters of at least 12: read on a telephone without turning it.
//  - Nothing is told by colour alone: bars have their figure beside them, lines differ in their dashes. Text has a contrast
//    of at least 4.5:1, lines and bars 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
//  - The same figures give the same bytes. They show no record's values but for the waterfall, which is a pair's.
// Which pictures, and how each is read: docs/guides/linkage.md. Their kinds are those of Splink (Linacre and others, 2022,
// "Splink: Free software for probabilistic record linkage at scale", IJPDS 7(3)).

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "linkage/explain.h"
#include "linkage/linkage.h"

namespace guildhall::linkage {

struct ChartTable {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;  // Each with as many cells.
};

struct Chart {
  std::string name;   // "weights": of a file
  std::string title;  // "What each level says"
  std::string svg;
  ChartTable table;
};

// Of a model: how often each level holds for one person, for strangers and for one household...
Chart probabilities_chart(const Model& model);
// ...and what it says, in bits.
Chart weights_chart(const Model& model);

// Of a pair: from the prior, step by step, to its weight.
Chart waterfall_chart(const Explanation& explanation);

// What is to be expected of linking from a weight on, if the model's probabilities are right.
struct ExpectedQuality {
  int weight = 0;                            // in bits
  double pairs = 0;                          // from it on
  double precision = 0, recall = 0, f1 = 0;  // recall: of the matches among the pairs that were compared
};
// `weights`: Statistics::weights. A pair within a bit counts as in its middle. From the lowest bit that has pairs to the
// highest.
std::vector<ExpectedQuality> expected_quality(std::span<const std::uint32_t> weights);
Chart thresholds_chart(const Model& model, std::span<const std::uint32_t> weights);

// How many records weigh so much when compared with themselves, by whole bits as in Statistics::weights: no other record can
// fit better. Those below the link weight can't be linked to anything by what they say.
std::vector<std::uint32_t> self_weights(const Table& table, const Model& model, unsigned threads);
Chart unlinkables_chart(const Model& model, std::span<const std::uint32_t> self_weights);

// What became of it: how large clusters are, and how weakly they hang together.
struct ClusterQuality {
  std::vector<std::size_t> sizes;  // How many clusters have so many records, by size; [0] is 0.
  // Of clusters of several records: by how much the weakest link that holds them is above the link weight.
  static constexpr std::array<double, 5> kMargins = {0, 2, 4, 8, 16};  // in bits; the last is open
  std::array<std::size_t, 5> margins{};
  std::size_t decided = 0;  // Clusters that only stewards' decisions hold together.
  struct Weak {
    std::string a, b;  // The ids of the records that the link joins.
    std::size_t size = 0;
    double weight = 0;
  };
  std::vector<Weak> weakest;  // At most twenty, the weakest first.
};
ClusterQuality cluster_quality(const Table& table, const Model& model, const Linkage& linked);
Chart clusters_chart(const ClusterQuality& quality);

// A page that needs nothing but itself: each chart, its table beneath.
std::string to_html(std::string_view title, std::span<const Chart> charts);
std::string to_html(const ChartTable& table, std::string_view caption);

}  // namespace guildhall::linkage
