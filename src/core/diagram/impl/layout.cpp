#include "diagram/impl/layout.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "diagram/impl/lettering.h"

// Each process and each sub-process is a grid of its own: flow nodes stand in columns by how far they are from the start
// (longest path, flows that run back left aside) and in rows so that the longest way through stays straight and what
// branches off goes beneath. A flow over several columns occupies a cell in each of them, so nothing stands in its way.
// Between two columns is a channel in which flows change their row, each on a track of its own. Flows that run back get a
// row above both of their ends, or beneath where more stands in the way above.

namespace guildhall::diagram::impl {
namespace {

constexpr double kTaskWidth = 120;
constexpr double kTaskHeight = 80;
constexpr double kEventSize = 36;
constexpr double kGatewaySize = 50;
constexpr double kTrack = 12;
constexpr double kChannel = 44;  // Of a channel without tracks.
constexpr double kRowGap = 40;   // Room for what is written beneath a shape.
constexpr double kThinRow = 16;  // A row in which flows run and nothing stands.
constexpr double kPadding = 26;  // Within sub-processes, lanes and pools.
constexpr double kHeader = 30;   // Of a pool or lane: its name, written upwards.
constexpr double kTitle = 24;    // Of a sub-process: its name, on top.
constexpr double kBoundaryStep = 46;
constexpr std::size_t kMaxCells = 100'000;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

struct Size {
  double width = 0;
  double height = 0;
};

class Layout;

// One process or sub-process.
class Grid {
 public:
  Grid(Layout& layout, std::vector<std::size_t> members, std::vector<std::size_t> flows,
       std::vector<std::size_t> artifacts, std::vector<std::size_t> lanes)
      : layout_(layout),
        nodes_(std::move(members)),
        flows_(std::move(flows)),
        artifacts_(std::move(artifacts)),
        lanes_(std::move(lanes)) {}

  Result<Size> arrange();  // At (0, 0).

 private:
  struct Row {
    std::size_t lane = 0;
    double top = 0;
    double height = kThinRow;
    double middle() const { return top + height / 2; }
  };
  struct Cell {
    std::size_t column = 0;
    std::size_t row = 0;  // Its identity, not its place from the top.
  };
  struct Segment {  // Of a flow, in a channel, from one row to another.
    std::size_t channel = 0;
    std::size_t from = 0;
    std::size_t to = 0;
    std::size_t track = 0;
  };
  enum class X : std::uint8_t { Left, Right, Centre, Entry, InChannel };
  enum class Y : std::uint8_t { InRow, Top, Bottom };
  struct Corner {  // A waypoint before there are coordinates.
    X x;
    std::size_t x_of;  // A shape, or a segment.
    Y y;
    std::size_t y_of;  // A row, or a shape.
  };
  struct Flow {
    std::size_t edge = 0;
    std::size_t from = 0;  // The node from which it is laid out: of a boundary event, its activity.
    std::size_t source = 0;
    std::size_t to = 0;
    bool back = false;
    bool beneath = false;     // Where it runs back.
    std::vector<Cell> cells;  // Between its ends.
    std::vector<Corner> corners;
  };

  void find_flows();
  void find_back_flows();
  Result<void> assign_columns();
  void assign_rows();
  void give_row_back(Flow& flow);
  void place_artifacts();
  void merge_rows();
  void route();
  void route_forward(Flow& flow);
  void route_back(Flow& flow);
  void assign_tracks();
  Size give_coordinates();
  void connect_artifacts();

  std::size_t new_row_at(std::size_t place, std::size_t lane);
  std::size_t place_of(std::size_t row) const { return places_[row]; }
  static std::uint64_t key_of(std::size_t column, std::size_t row) { return std::uint64_t{column} << 32 | row; }
  bool is_free(std::size_t column, std::size_t row) const { return !taken_.contains(key_of(column, row)); }
  void take(const Cell& cell) { taken_.insert(key_of(cell.column, cell.row)); }
  bool is_clear_between(std::size_t column, std::size_t row, std::size_t other) const;
  bool is_clear(std::size_t column, std::size_t from_row, std::size_t to_row) const {  // And at the second.
    return is_free(column, to_row) && is_clear_between(column, from_row, to_row);
  }
  std::size_t row_for(std::size_t column, std::size_t wanted, std::size_t sibling,
                      const std::unordered_set<std::size_t>& reserved);
  std::size_t lane_of(std::size_t node) const;
  std::size_t last_row_of(std::size_t lane) const;
  void segment(Flow& flow, std::size_t channel, std::size_t from, std::size_t to);
  Size room_for(std::size_t node) const;

  const Shape& shape(std::size_t node) const;

  Layout& layout_;
  std::vector<std::size_t> nodes_;  // Flow nodes, without boundary events.
  std::vector<std::size_t> flows_;
  std::vector<std::size_t> artifacts_;
  std::vector<std::size_t> lanes_;
  std::vector<std::size_t> leaf_lanes_;
  std::vector<Flow> routes_;
  std::unordered_map<std::size_t, std::vector<std::size_t>> out_;  // Of a node: places in routes_.
  std::unordered_map<std::size_t, std::vector<std::size_t>> in_;
  std::unordered_map<std::size_t, Cell> cells_;
  std::unordered_map<std::size_t, std::size_t> depth_;  // How many steps the longest way from here has.
  std::vector<Row> rows_;
  std::vector<std::size_t> order_;           // Rows from the top.
  std::vector<std::size_t> places_;          // Of each row in order_.
  std::unordered_set<std::uint64_t> taken_;  // Cells: see key_of.
  std::size_t columns_ = 0;
  std::vector<Segment> segments_;
  std::unordered_map<std::size_t, bool> bottom_leaves_;  // Whether flows leave a gateway downwards.
};

class Layout {
 public:
  Layout(std::vector<Shape>& the_shapes, std::vector<Edge>& the_edges, const std::vector<std::size_t>& scopes)
      : shapes(the_shapes), edges(the_edges), scope_of(scopes) {
    for (std::size_t i = 0; i < shapes.size(); ++i) index.emplace(shapes[i].id, i);
    inside.resize(shapes.size(), kNone);
    boundary.resize(shapes.size());
    content.resize(shapes.size());
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      inside[i] = find(shapes[i].inside);
      if (inside[i] != kNone) content[inside[i]].push_back(i);
      const std::size_t host = find(shapes[i].attached_to);
      if (host != kNone) boundary[host].push_back(i);
    }
  }

  Result<void> run();
  Result<Size> arrange(const std::vector<std::size_t>& content_of);
  Result<void> measure(std::size_t node);
  void move(const std::vector<std::size_t>& what, double dx, double dy);
  void message_flows();

  std::size_t find(std::string_view id) const {
    const auto found = index.find(id);
    return found == index.end() ? kNone : found->second;
  }

  std::vector<Shape>& shapes;
  std::vector<Edge>& edges;
  const std::vector<std::size_t>& scope_of;
  std::unordered_map<std::string_view, std::size_t> index;
  std::vector<std::size_t> inside;
  std::vector<std::vector<std::size_t>> boundary;
  std::vector<std::vector<std::size_t>> content;
  std::unordered_map<std::size_t, std::vector<std::size_t>> edges_in;  // By the container; kNone for none.
};

const Shape& Grid::shape(std::size_t node) const {
  return layout_.shapes[node];
}

// ---- What follows what

void Grid::find_flows() {
  for (const std::size_t edge : flows_) {
    const Edge& each = layout_.edges[edge];
    if (each.kind != EdgeKind::SequenceFlow) continue;
    Flow flow;
    flow.edge = edge;
    flow.source = layout_.find(each.source);
    flow.to = layout_.find(each.target);
    if (flow.source == kNone || flow.to == kNone) continue;
    const std::size_t host = layout_.find(shape(flow.source).attached_to);
    flow.from = host == kNone ? flow.source : host;
    if (!cells_.contains(flow.from) || !cells_.contains(flow.to)) continue;
    out_[flow.from].push_back(routes_.size());
    in_[flow.to].push_back(routes_.size());
    routes_.push_back(std::move(flow));
  }
}

// Depth first, from the starts: a flow to a node that is still being visited runs back.
void Grid::find_back_flows() {
  std::unordered_map<std::size_t, int> state;  // 1: being visited, 2: done.
  const auto visit = [&](std::size_t root) {
    if (state[root] != 0) return;
    std::vector<std::pair<std::size_t, std::size_t>> path{{root, 0}};
    state[root] = 1;
    while (!path.empty()) {
      auto& [node, done] = path.back();
      const auto& out = out_[node];
      if (done == out.size()) {
        std::size_t deepest = 0;
        for (const std::size_t each : out) {
          if (!routes_[each].back) deepest = std::max(deepest, depth_[routes_[each].to] + 1);
        }
        depth_[node] = deepest;
        state[node] = 2;
        path.pop_back();
        continue;
      }
      Flow& flow = routes_[out[done++]];
      int& next = state[flow.to];
      if (next == 1) {
        flow.back = true;
      } else if (next == 0) {
        next = 1;
        path.emplace_back(flow.to, 0);
      }
    }
  };
  for (const std::size_t node : nodes_) {
    if (in_[node].empty()) visit(node);
  }
  for (const std::size_t node : nodes_) visit(node);
}

Result<void> Grid::assign_columns() {
  std::unordered_map<std::size_t, std::size_t> waiting;
  for (const Flow& flow : routes_) {
    if (!flow.back) ++waiting[flow.to];
  }
  std::vector<std::size_t> ready;
  for (const std::size_t node : nodes_) {
    if (waiting[node] == 0) ready.push_back(node);
  }
  for (std::size_t i = 0; i < ready.size(); ++i) {
    for (const std::size_t each : out_[ready[i]]) {
      const Flow& flow = routes_[each];
      if (flow.back) continue;
      cells_[flow.to].column = std::max(cells_[flow.to].column, cells_[flow.from].column + 1);
      if (--waiting[flow.to] == 0) ready.push_back(flow.to);
    }
  }
  // What nothing leads to stands right before what it leads to.
  for (const std::size_t node : nodes_) {
    if (!in_[node].empty() || out_[node].empty()) continue;
    std::size_t nearest = kNone;
    for (const std::size_t each : out_[node]) {
      if (!routes_[each].back) nearest = std::min(nearest, cells_[routes_[each].to].column);
    }
    if (nearest != kNone) cells_[node].column = nearest - 1;
  }
  std::size_t cells = 0;
  for (const std::size_t node : nodes_) columns_ = std::max(columns_, cells_[node].column + 1);
  for (const Flow& flow : routes_) {
    const std::size_t from = cells_[flow.from].column;
    const std::size_t to = cells_[flow.to].column;
    cells += from > to ? from - to : to - from;
  }
  if (cells > kMaxCells) {
    return Problem{"This process is too tangled to be laid out.", "",
                   "Save it with an editor that writes its diagram."};
  }
  return {};
}

// ---- Rows

std::size_t Grid::new_row_at(std::size_t place, std::size_t lane) {
  const std::size_t row = rows_.size();
  rows_.push_back({.lane = lane});
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(place), row);
  places_.resize(rows_.size());
  for (std::size_t i = place; i < order_.size(); ++i) places_[order_[i]] = i;
  return row;
}

bool Grid::is_clear_between(std::size_t column, std::size_t row, std::size_t other) const {
  const std::size_t first = std::min(place_of(row), place_of(other));
  const std::size_t last = std::max(place_of(row), place_of(other));
  for (std::size_t place = first + 1; place < last; ++place) {
    if (!is_free(column, order_[place])) return false;
  }
  return true;
}

std::size_t Grid::lane_of(std::size_t node) const {
  const std::size_t lane = layout_.find(shape(node).lane);
  const auto found = std::find(leaf_lanes_.begin(), leaf_lanes_.end(), lane);
  return found == leaf_lanes_.end() ? leaf_lanes_.size() : static_cast<std::size_t>(found - leaf_lanes_.begin());
}

std::size_t Grid::last_row_of(std::size_t lane) const {
  std::size_t last = kNone;
  for (const std::size_t row : order_) {
    if (rows_[row].lane == lane) last = row;
  }
  return last;
}

// The wanted row, else the next one beneath the sibling's, where that is free and nobody else's, else a new one there.
std::size_t Grid::row_for(std::size_t column, std::size_t wanted, std::size_t sibling,
                          const std::unordered_set<std::size_t>& reserved) {
  if (is_free(column, wanted)) return wanted;
  const std::size_t place = place_of(sibling) + 1;
  if (place < order_.size()) {
    const std::size_t next = order_[place];
    if (rows_[next].lane == rows_[wanted].lane && is_free(column, next) && !reserved.contains(next)) return next;
  }
  return new_row_at(place, rows_[wanted].lane);
}

void Grid::assign_rows() {
  struct Item {
    std::size_t node = kNone;  // Else a flow that passes.
    std::size_t flow = kNone;
    std::size_t lane = 0;
    std::size_t wanted = kNone;
    std::size_t depth = 0;
  };
  for (std::size_t lane = 0; lane < leaf_lanes_.size(); ++lane) new_row_at(order_.size(), lane);
  std::vector<std::vector<std::size_t>> nodes_in(columns_);
  for (const std::size_t node : nodes_) nodes_in[cells_[node].column].push_back(node);
  std::vector<std::size_t> passing;  // Flows that have begun and not ended.
  const auto last_row = [&](const Flow& flow) {
    return flow.cells.empty() ? cells_[flow.from].row : flow.cells.back().row;
  };

  for (std::size_t column = 0; column < columns_; ++column) {
    std::vector<Item> items;
    for (const std::size_t node : nodes_in[column]) {
      Item item{.node = node, .lane = lane_of(node), .depth = depth_[node] + 1};
      for (const std::size_t each : in_[node]) {
        const Flow& flow = routes_[each];
        if (flow.back) continue;
        const std::size_t row = last_row(flow);
        if (rows_[row].lane != item.lane) continue;
        if (item.wanted == kNone || place_of(row) < place_of(item.wanted)) item.wanted = row;
      }
      items.push_back(item);
    }
    for (const std::size_t each : passing) {
      const Flow& flow = routes_[each];
      if (cells_[flow.to].column == column) continue;
      const std::size_t row = last_row(flow);
      items.push_back({.flow = each, .lane = rows_[row].lane, .wanted = row, .depth = 0});
    }
    const auto key = [&](const Item& item) {
      const std::size_t place = item.wanted == kNone ? kNone : place_of(item.wanted);
      return std::pair(place, kNone - item.depth);
    };
    std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return key(a) < key(b); });
    std::unordered_set<std::size_t> reserved;
    for (const Item& item : items) {
      if (item.wanted != kNone) reserved.insert(item.wanted);
    }
    std::unordered_map<std::size_t, std::size_t> given;  // The last row that one who wanted this one got.
    for (Item& item : items) {
      std::size_t row;
      if (item.wanted != kNone) {
        row = row_for(column, item.wanted, given.emplace(item.wanted, item.wanted).first->second, reserved);
        given[item.wanted] = row;
      } else {
        row = kNone;
        for (const std::size_t each : order_) {
          if (column == 0) break;
          if (rows_[each].lane != item.lane || !is_free(column, each) || reserved.contains(each)) continue;
          row = each;
          break;
        }
        if (row == kNone) {
          const std::size_t last = last_row_of(item.lane);
          if (last != kNone && is_free(column, last)) {
            row = last;
          } else {
            row = new_row_at(last == kNone ? order_.size() : place_of(last) + 1, item.lane);
          }
        }
      }
      take({column, row});
      if (item.node != kNone) {
        cells_[item.node].row = row;
      } else {
        routes_[item.flow].cells.push_back({column, row});
      }
    }
    std::erase_if(passing, [&](std::size_t each) { return cells_[routes_[each].to].column == column; });
    // Flows from boundary events leave downwards: the rightmost event's is the nearest.
    for (const std::size_t node : nodes_in[column]) {
      std::size_t above = cells_[node].row;
      const auto& events = layout_.boundary[node];
      for (auto event = events.rbegin(); event != events.rend(); ++event) {
        for (const std::size_t each : out_[node]) {
          Flow& flow = routes_[each];
          if (flow.source != *event || flow.back) continue;
          above = new_row_at(place_of(above) + 1, rows_[above].lane);
          take({column, above});
          flow.cells.push_back({column, above});
        }
      }
      for (const std::size_t each : out_[node]) {
        if (!routes_[each].back) passing.push_back(each);
      }
    }
  }
  for (Flow& flow : routes_) {
    if (flow.back) give_row_back(flow);
  }
}

void Grid::give_row_back(Flow& flow) {
  const Cell from = cells_[flow.from];
  const Cell to = cells_[flow.to];
  const bool from_is_lower = place_of(from.row) > place_of(to.row);
  const std::size_t upper = from_is_lower ? to.row : from.row;
  const std::size_t lower = from_is_lower ? from.row : to.row;
  const auto blocked = [&](const Cell& cell, std::size_t row) {
    return cell.row == row || is_clear(cell.column, cell.row, row) ? 0 : 1;
  };
  // Other flows leave gateways downwards.
  const auto crowded = [&](std::size_t node) { return is_gateway(shape(node).kind) && out_[node].size() > 1 ? 1 : 0; };
  const bool beneath =
      flow.source != flow.from || blocked(from, upper) + blocked(to, upper) >
                                      blocked(from, lower) + blocked(to, lower) + crowded(flow.from) + crowded(flow.to);
  flow.beneath = beneath;
  const std::size_t beside = beneath ? lower : upper;
  const auto [first, last] = std::minmax(from.column, to.column);
  std::size_t row = kNone;
  const std::size_t place = place_of(beside) + (beneath ? 1 : 0);  // Where a new row would go.
  const std::size_t neighbour = beneath ? place : place - 1;       // Wraps around above the first.
  if (neighbour < order_.size() && rows_[order_[neighbour]].lane == rows_[beside].lane) {
    row = order_[neighbour];
    for (std::size_t column = first; row != kNone && column <= last; ++column) {
      if (!is_free(column, row)) row = kNone;
    }
  }
  if (row == kNone) row = new_row_at(place, rows_[beside].lane);
  for (std::size_t column = first; column <= last; ++column) take({column, row});
  flow.cells = {{from.column, row}, {to.column, row}};
}

// Neighbouring rows of which no cells touch become one.
void Grid::merge_rows() {
  std::vector<std::unordered_set<std::size_t>> columns(rows_.size());
  for (const std::uint64_t key : taken_) columns[key & 0xFFFFFFFF].insert(key >> 32);
  std::vector<std::size_t> becomes(rows_.size());
  std::vector<std::size_t> kept;
  for (const std::size_t row : order_) {
    becomes[row] = row;
    if (!kept.empty() && rows_[kept.back()].lane == rows_[row].lane) {
      auto& above = columns[kept.back()];
      const bool apart = std::none_of(columns[row].begin(), columns[row].end(), [&](std::size_t column) {
        return above.contains(column) || above.contains(column + 1) || above.contains(column - 1);
      });
      if (apart) {
        becomes[row] = kept.back();
        above.insert(columns[row].begin(), columns[row].end());
        continue;
      }
    }
    kept.push_back(row);
  }
  for (auto& [node, cell] : cells_) cell.row = becomes[cell.row];
  for (Flow& flow : routes_) {
    for (Cell& cell : flow.cells) cell.row = becomes[cell.row];
  }
  std::unordered_set<std::uint64_t> taken;
  for (const std::uint64_t key : taken_) taken.insert(key_of(key >> 32, becomes[key & 0xFFFFFFFF]));
  taken_ = std::move(taken);
  order_ = std::move(kept);
  for (std::size_t place = 0; place < order_.size(); ++place) places_[order_[place]] = place;
}

// Data and annotations stand above what they belong to; what belongs to nothing, in a last row.
void Grid::place_artifacts() {
  std::size_t rest = kNone;
  std::size_t rest_column = 0;
  for (const std::size_t artifact : artifacts_) {
    std::size_t beside = kNone;
    for (const std::size_t edge : flows_) {
      const Edge& each = layout_.edges[edge];
      if (each.kind != EdgeKind::Association && each.kind != EdgeKind::DataAssociation) continue;
      const bool is_source = each.source == shape(artifact).id;
      if (!is_source && each.target != shape(artifact).id) continue;
      std::size_t other = layout_.find(is_source ? each.target : each.source);
      if (other == kNone) continue;
      const std::size_t host = layout_.find(shape(other).attached_to);
      if (host != kNone) other = host;
      if (beside == kNone && cells_.contains(other)) beside = other;
    }
    if (beside == kNone) {
      if (rest == kNone) rest = new_row_at(order_.size(), leaf_lanes_.empty() ? 0 : rows_[order_.back()].lane);
      cells_[artifact] = {rest_column, rest};
      take({rest_column, rest});
      columns_ = std::max(columns_, ++rest_column);
      continue;
    }
    const Cell cell = cells_[beside];
    const std::size_t place = place_of(cell.row);
    Cell chosen{cell.column, kNone};
    if (place > 0 && rows_[order_[place - 1]].lane == rows_[cell.row].lane) {
      const std::size_t above = order_[place - 1];
      const auto can_be = [&](std::size_t column) { return column < columns_ && is_free(column, above); };
      if (can_be(cell.column)) {
        chosen = {cell.column, above};
      } else if (can_be(cell.column + 1)) {
        chosen = {cell.column + 1, above};
      } else if (cell.column > 0 && can_be(cell.column - 1)) {
        chosen = {cell.column - 1, above};
      }
    }
    if (chosen.row == kNone) chosen.row = new_row_at(place, rows_[cell.row].lane);
    cells_[artifact] = chosen;
    take(chosen);
  }
}

// ---- Ways

void Grid::segment(Flow& flow, std::size_t channel, std::size_t from, std::size_t to) {
  flow.corners.push_back({X::InChannel, segments_.size(), Y::InRow, from});
  flow.corners.push_back({X::InChannel, segments_.size(), Y::InRow, to});
  segments_.push_back({channel, from, to, 0});
}

void Grid::route() {
  for (Flow& flow : routes_) {
    if (!flow.back) route_forward(flow);
  }
  for (Flow& flow : routes_) {
    if (flow.back) route_back(flow);
  }
}

// Channel 0 is before the first column.
void Grid::route_forward(Flow& flow) {
  const Cell from = cells_[flow.from];
  const Cell to = cells_[flow.to];
  std::vector<Cell> cells = flow.cells;
  cells.push_back(to);
  Cell at = from;
  std::size_t next = 0;
  if (flow.source != flow.from) {  // From a boundary event.
    flow.corners.push_back({X::Centre, flow.source, Y::Bottom, flow.source});
    flow.corners.push_back({X::Centre, flow.source, Y::InRow, cells[0].row});
    at = cells[0];
    next = 1;
  } else if (is_gateway(shape(flow.from).kind) && cells[0].row != from.row &&
             place_of(cells[0].row) > place_of(from.row) && is_clear(from.column, from.row, cells[0].row)) {
    flow.corners.push_back({X::Centre, flow.from, Y::Bottom, flow.from});
    flow.corners.push_back({X::Centre, flow.from, Y::InRow, cells[0].row});
    bottom_leaves_[flow.from] = true;
    at.row = cells[0].row;
  } else {
    flow.corners.push_back({X::Right, flow.from, Y::InRow, from.row});
  }
  for (; next + 1 < cells.size(); ++next) {
    if (cells[next].row != at.row) segment(flow, at.column + 1, at.row, cells[next].row);
    at = cells[next];
  }
  if (at.row != to.row && is_gateway(shape(flow.to).kind) && place_of(at.row) > place_of(to.row) &&
      !bottom_leaves_[flow.to] && is_clear(to.column, to.row, at.row)) {
    flow.corners.push_back({X::Centre, flow.to, Y::InRow, at.row});
    flow.corners.push_back({X::Centre, flow.to, Y::Bottom, flow.to});
    return;
  }
  if (at.row != to.row) segment(flow, at.column + 1, at.row, to.row);
  flow.corners.push_back({X::Left, flow.to, Y::InRow, to.row});
}

void Grid::route_back(Flow& flow) {
  const Cell from = cells_[flow.from];
  const Cell to = cells_[flow.to];
  const std::size_t row = flow.cells[0].row;
  const bool from_boundary = flow.source != flow.from;
  const Y side = flow.beneath ? Y::Bottom : Y::Top;
  if (from_boundary || is_clear_between(from.column, from.row, row)) {
    flow.corners.push_back({X::Centre, flow.source, side, flow.source});
    flow.corners.push_back({X::Centre, flow.source, Y::InRow, row});
  } else {
    flow.corners.push_back({X::Right, flow.from, Y::InRow, from.row});
    segment(flow, from.column + 1, from.row, row);
  }
  const bool crowded = flow.beneath && is_gateway(shape(flow.to).kind) && bottom_leaves_[flow.to];
  if (is_clear_between(to.column, to.row, row) && !crowded) {
    flow.corners.push_back({X::Entry, flow.to, Y::InRow, row});
    flow.corners.push_back({X::Entry, flow.to, side, flow.to});
  } else {
    segment(flow, to.column, row, to.row);
    flow.corners.push_back({X::Left, flow.to, Y::InRow, to.row});
  }
}

// Segments that end in the same row of a channel go to the same node and share a track. One that begins in a row where
// another ends must be to the left of it, else they would lie on each other.
void Grid::assign_tracks() {
  struct Group {
    std::vector<std::size_t> segments;
    std::size_t end = 0;
    std::size_t before = 0;  // How many groups must come first and haven't.
    std::ptrdiff_t key = 0;
    bool done = false;
  };
  std::vector<std::vector<Group>> channels(columns_ + 1);
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    auto& groups = channels[segments_[i].channel];
    const std::size_t to = segments_[i].to;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& each) { return each.end == to; });
    if (group == groups.end()) {
      groups.emplace_back().end = to;
      group = groups.end() - 1;
    }
    group->segments.push_back(i);
  }
  for (auto& groups : channels) {
    std::unordered_map<std::size_t, std::vector<std::size_t>> starting;  // Groups by the rows they begin in.
    std::unordered_map<std::size_t, std::size_t> ending;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      ending[groups[g].end] = g;
      for (const std::size_t each : groups[g].segments) starting[segments_[each].from].push_back(g);
      const Segment& first = segments_[groups[g].segments.front()];
      const auto from = static_cast<std::ptrdiff_t>(place_of(first.from));
      groups[g].key = place_of(first.to) > place_of(first.from) ? -from : from;
    }
    for (Group& group : groups) {
      const auto found = starting.find(group.end);
      if (found != starting.end()) group.before = found->second.size();
    }
    for (std::size_t track = 0; track < groups.size(); ++track) {
      std::size_t best = kNone;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (groups[g].done) continue;
        if (best == kNone ||
            std::pair(groups[g].before, groups[g].key) < std::pair(groups[best].before, groups[best].key)) {
          best = g;
        }
      }
      groups[best].done = true;
      for (const std::size_t each : groups[best].segments) {
        segments_[each].track = track;
        const auto after = ending.find(segments_[each].from);
        if (after != ending.end() && groups[after->second].before > 0) --groups[after->second].before;
      }
    }
  }
}

// ---- Coordinates

Size Grid::room_for(std::size_t node) const {
  const Bounds& bounds = shape(node).bounds;
  Size size{bounds.width, bounds.height};
  const ShapeKind kind = shape(node).kind;
  if ((is_event(kind) || is_gateway(kind) || is_data(kind)) && !shape(node).name.empty()) {
    const Lettering name = fit(shape(node).name, {.width = 110, .height = 60});
    size.width = std::max(size.width, name.width());
    size.height += 2 * (name.height() + 4);
  }
  if (!layout_.boundary[node].empty()) size.height += kEventSize;  // Half above, too, as it stays in the middle.
  return size;
}

Size Grid::give_coordinates() {
  std::vector<double> widths(columns_, 0);
  std::vector<bool> holds(rows_.size(), false);
  for (const auto& [node, cell] : cells_) {
    const Size room = room_for(node);
    widths[cell.column] = std::max(widths[cell.column], room.width);
    rows_[cell.row].height = std::max(rows_[cell.row].height, room.height);
    holds[cell.row] = true;
  }
  std::vector<std::size_t> tracks(columns_ + 1, 0);
  for (const Segment& each : segments_) tracks[each.channel] = std::max(tracks[each.channel], each.track + 1);
  std::vector<double> channel(columns_ + 1, kChannel);
  channel[0] = 0;
  if (tracks[0] > 0) channel[0] = kTrack * static_cast<double>(tracks[0] + 1);
  for (std::size_t i = 1; i <= columns_; ++i) channel[i] += kTrack * static_cast<double>(tracks[i]);
  for (const Flow& flow : routes_) {
    if (flow.corners.empty() || layout_.edges[flow.edge].name.empty()) continue;
    const double name = fit(layout_.edges[flow.edge].name, {.width = 90, .height = 60}).width();
    double& gap = channel[cells_[flow.from].column + 1];
    gap = std::max(gap, name + 24 + kTrack * static_cast<double>(tracks[cells_[flow.from].column + 1]));
  }
  std::vector<double> channel_left(columns_ + 1);
  std::vector<double> column_left(columns_);
  double x = 0;
  for (std::size_t i = 0; i <= columns_; ++i) {
    channel_left[i] = x;
    if (i == columns_) break;
    x += channel[i];
    column_left[i] = x;
    x += widths[i];
  }
  const double width = tracks[columns_] > 0 ? x + channel[columns_] : x;

  double y = 0;
  std::size_t lane = kNone;
  for (std::size_t place = 0; place < order_.size(); ++place) {
    Row& row = rows_[order_[place]];
    if (place > 0) {
      const bool thin = !holds[order_[place]] || !holds[order_[place - 1]];
      y += thin ? kRowGap / 2 : kRowGap;
    }
    if (!leaf_lanes_.empty() && row.lane != lane) {
      if (place > 0) y += kPadding;
      lane = row.lane;
    }
    row.top = y;
    if (!leaf_lanes_.empty() && !holds[order_[place]]) row.height = std::max(row.height, kThinRow);
    y += row.height;
  }

  for (auto& [node, cell] : cells_) {
    Bounds& bounds = layout_.shapes[node].bounds;
    const double left = column_left[cell.column] + (widths[cell.column] - bounds.width) / 2;
    const double top = rows_[cell.row].middle() - bounds.height / 2;
    const double dx = left - bounds.x;
    const double dy = top - bounds.y;
    layout_.move(layout_.content[node], dx, dy);
    bounds.x = left;
    bounds.y = top;
    const auto& events = layout_.boundary[node];
    for (std::size_t i = 0; i < events.size(); ++i) {
      Bounds& event = layout_.shapes[events[i]].bounds;
      event.x = bounds.right() - kBoundaryStep * static_cast<double>(events.size() - i);
      event.y = bounds.bottom() - event.height / 2;
    }
  }
  const auto x_of = [&](const Corner& corner) {
    if (corner.x == X::InChannel) {
      const Segment& each = segments_[corner.x_of];
      const double span = channel[each.channel];
      const auto count = static_cast<double>(tracks[each.channel]);
      return channel_left[each.channel] + span / 2 + kTrack * (static_cast<double>(each.track) - (count - 1) / 2);
    }
    const Bounds& bounds = shape(corner.x_of).bounds;
    if (corner.x == X::Left) return bounds.x;
    if (corner.x == X::Right) return bounds.right();
    // Where flows that run back come in, beside those that leave.
    if (corner.x == X::Entry && !is_gateway(shape(corner.x_of).kind) && !is_event(shape(corner.x_of).kind)) {
      return bounds.x + std::min(30.0, bounds.width / 4);
    }
    return bounds.centre().x;
  };
  const auto y_of = [&](const Corner& corner) {
    if (corner.y == Y::InRow) return rows_[corner.y_of].middle();
    const Bounds& bounds = shape(corner.y_of).bounds;
    return corner.y == Y::Top ? bounds.y : bounds.bottom();
  };
  for (const Flow& flow : routes_) {
    std::vector<Point>& points = layout_.edges[flow.edge].waypoints;
    for (const Corner& corner : flow.corners) {
      const Point point{x_of(corner), y_of(corner)};
      if (points.empty() || points.back() != point) points.push_back(point);
    }
  }
  connect_artifacts();

  if (!lanes_.empty()) {
    // Leaves from the first to the last of their rows; the lanes around them, from their first to their last leaf.
    std::unordered_map<std::size_t, std::pair<double, double>> extent;
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const Row& row = rows_[order_[place]];
      if (row.lane >= leaf_lanes_.size()) continue;
      const double top = row.top - kPadding;
      const double bottom = row.top + row.height + kPadding;
      for (std::size_t at = leaf_lanes_[row.lane]; at != kNone; at = layout_.find(shape(at).lane)) {
        const auto [found, made] = extent.emplace(at, std::pair(top, bottom));
        if (!made) found->second = {std::min(found->second.first, top), std::max(found->second.second, bottom)};
      }
    }
    // Neighbours share the border in the middle between them.
    for (std::size_t i = 1; i < leaf_lanes_.size(); ++i) {
      double& bottom = extent[leaf_lanes_[i - 1]].second;
      double& top = extent[leaf_lanes_[i]].first;
      const double middle = (bottom + top) / 2;
      const double old_bottom = bottom;
      const double old_top = top;
      for (auto& [each, range] : extent) {
        if (range.second == old_bottom) range.second = middle;
        if (range.first == old_top) range.first = middle;
      }
    }
    std::size_t deepest = 0;
    const auto depth_of = [&](std::size_t each) {
      std::size_t depth = 0;
      for (std::size_t at = layout_.find(shape(each).lane); at != kNone; at = layout_.find(shape(at).lane)) ++depth;
      return depth;
    };
    for (const std::size_t each : lanes_) deepest = std::max(deepest, depth_of(each) + 1);
    const double header = kHeader * static_cast<double>(deepest);
    for (const std::size_t each : lanes_) {
      const auto depth = static_cast<double>(depth_of(each));
      const double left = kHeader * depth - header - kPadding;
      const auto [top, bottom] = extent[each];
      layout_.shapes[each].bounds = {left, top, width + kPadding - left, std::max(bottom - top, 1.0)};
    }
    if (lane == leaf_lanes_.size()) y += kPadding;  // Beneath what is in no lane, too.
  }
  return {width, y};
}

void Grid::connect_artifacts() {
  for (const std::size_t edge : flows_) {
    Edge& each = layout_.edges[edge];
    if (each.kind != EdgeKind::Association && each.kind != EdgeKind::DataAssociation) continue;
    std::size_t source = layout_.find(each.source);
    std::size_t target = layout_.find(each.target);
    if (source == kNone || target == kNone || source == target) continue;
    const auto cell_of = [&](std::size_t node) {
      const std::size_t host = layout_.find(shape(node).attached_to);
      const auto found = cells_.find(host == kNone ? node : host);
      return found == cells_.end() ? Cell{kNone, kNone} : found->second;
    };
    const Cell a = cell_of(source);
    const Cell b = cell_of(target);
    if (a.row == kNone || b.row == kNone) continue;
    each.waypoints = {shape(source).bounds.centre(), shape(target).bounds.centre()};
  }
}

Result<Size> Grid::arrange() {
  for (const std::size_t node : nodes_) {
    TRY(layout_.measure(node));
    cells_[node] = {};
  }
  for (const std::size_t lane : lanes_) {
    const bool has_children =
        std::any_of(lanes_.begin(), lanes_.end(), [&](std::size_t each) { return shape(each).lane == shape(lane).id; });
    if (!has_children) leaf_lanes_.push_back(lane);
  }
  find_flows();
  find_back_flows();
  TRY(assign_columns());
  assign_rows();
  for (const std::size_t artifact : artifacts_) layout_.shapes[artifact].bounds = usual_size(shape(artifact));
  place_artifacts();
  merge_rows();
  route();
  assign_tracks();
  return give_coordinates();
}

// ---- The whole

// Moves shapes, what is attached to them and in them, and the flows between those.
void Layout::move(const std::vector<std::size_t>& what, double dx, double dy) {
  for (const std::size_t each : what) {
    shapes[each].bounds.x += dx;
    shapes[each].bounds.y += dy;
    if (!content[each].empty()) move(content[each], dx, dy);
  }
  if (what.empty()) return;
  const auto found = edges_in.find(inside[what.front()]);
  if (found == edges_in.end() || inside[what.front()] == kNone) return;
  for (const std::size_t edge : found->second) {
    for (Point& point : edges[edge].waypoints) {
      point.x += dx;
      point.y += dy;
    }
  }
}

Result<Size> Layout::arrange(const std::vector<std::size_t>& content_of) {
  std::vector<std::size_t> nodes;
  std::vector<std::size_t> artifacts;
  std::vector<std::size_t> lanes;
  for (const std::size_t each : content_of) {
    if (shapes[each].kind == ShapeKind::Lane) {
      lanes.push_back(each);
    } else if (is_flow_node(shapes[each].kind)) {
      if (find(shapes[each].attached_to) == kNone) {
        nodes.push_back(each);
      } else {
        shapes[each].bounds = usual_size(shapes[each]);
      }
    } else {
      artifacts.push_back(each);
    }
  }
  // Event sub-processes are entered from anywhere: they come last.
  std::stable_partition(nodes.begin(), nodes.end(),
                        [&](std::size_t each) { return shapes[each].kind != ShapeKind::EventSubProcess; });
  const std::size_t container = content_of.empty() ? kNone : inside[content_of.front()];
  const auto flows = edges_in.find(container);
  Grid grid(*this, std::move(nodes), flows == edges_in.end() ? std::vector<std::size_t>() : flows->second,
            std::move(artifacts), std::move(lanes));
  return grid.arrange();
}

Result<void> Layout::measure(std::size_t node) {
  Shape& shape = shapes[node];
  shape.bounds = usual_size(shape);
  const double events = kBoundaryStep * static_cast<double>(boundary[node].size()) + 20;
  shape.bounds.width = std::max(shape.bounds.width, boundary[node].empty() ? 0 : events);
  if (!is_sub_process(shape.kind)) return {};
  shape.expanded = !content[node].empty();
  if (!shape.expanded) return {};
  const Size size = TRY(arrange(content[node]));
  shape.bounds.width = std::max(shape.bounds.width, size.width + 2 * kPadding);
  shape.bounds.height = std::max(shape.bounds.height, size.height + kTitle + 2 * kPadding);
  move(content[node], (shape.bounds.width - size.width) / 2, kTitle + kPadding);
  return {};
}

// Straight down or up, from shape to shape, with a step between the pools.
void Layout::message_flows() {
  std::map<double, std::size_t> used;  // How many steps there are already beneath a pool.
  for (Edge& edge : edges) {
    if (edge.kind != EdgeKind::MessageFlow) continue;
    const std::size_t source = find(edge.source);
    const std::size_t target = find(edge.target);
    if (source == kNone || target == kNone || source == target) continue;
    const Bounds& from = shapes[source].bounds;
    const Bounds& to = shapes[target].bounds;
    const bool down = from.centre().y < to.centre().y;
    double x1 = from.centre().x;
    double x2 = to.centre().x;
    if (shapes[source].kind == ShapeKind::Pool) x1 = x2;
    if (shapes[target].kind == ShapeKind::Pool) x2 = x1;
    const double y1 = down ? from.bottom() : from.y;
    const double y2 = down ? to.y : to.bottom();
    if (x1 == x2) {
      edge.waypoints = {{x1, y1}, {x2, y2}};
      continue;
    }
    const auto pool_of = [&](std::size_t shape) {
      while (inside[shape] != kNone) shape = inside[shape];
      return shape;
    };
    const double border = down ? shapes[pool_of(source)].bounds.bottom() : shapes[pool_of(target)].bounds.bottom();
    const double y = border + 10 + 8 * static_cast<double>(used[border]++ % 6);
    edge.waypoints = {{x1, y1}, {x1, y}, {x2, y}, {x2, y2}};
  }
}

Result<void> Layout::run() {
  if (shapes.size() > kMaxLaidOut || edges.size() > 2 * kMaxLaidOut) {
    return Problem{"This process has no diagram and is too large to be laid out: " + std::to_string(shapes.size()) +
                       " elements and " + std::to_string(edges.size()) + " flows.",
                   "", "Save it with an editor that writes its diagram, or divide it with call activities."};
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    edges[i].waypoints.clear();
    if (edges[i].kind == EdgeKind::MessageFlow) continue;
    std::size_t end = find(edges[i].source);
    if (end == kNone) end = find(edges[i].target);
    if (end != kNone) edges_in[inside[end]].push_back(i);
  }
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> parts;  // The pool, or none; its content.
  std::map<std::size_t, std::vector<std::size_t>> without_pool;
  std::vector<std::size_t> pools;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i].kind == ShapeKind::Pool) {
      parts.emplace_back(i, content[i]);
    } else if (inside[i] == kNone) {
      without_pool[scope_of[i]].push_back(i);
    }
  }
  for (auto& [scope, members] : without_pool) parts.emplace_back(kNone, std::move(members));
  const auto all_edges = edges_in[kNone];
  double y = 0;
  double widest = 0;
  for (const auto& part : parts) {
    const std::size_t pool = part.first;
    const std::vector<std::size_t>& members = part.second;
    if (pool == kNone) {
      // Only its own flows: several processes may be in no pool.
      std::erase_if(edges_in[kNone] = all_edges, [&](std::size_t edge) {
        std::size_t end = find(edges[edge].source);
        if (end == kNone) end = find(edges[edge].target);
        return std::find(members.begin(), members.end(), end) == members.end();
      });
    }
    const Size size = members.empty() ? Size{} : TRY(arrange(members));
    double top = 0;
    double bottom = size.height;
    double left = 0;
    double right = size.width;
    for (const std::size_t each : members) {
      if (shapes[each].kind != ShapeKind::Lane) continue;
      top = std::min(top, shapes[each].bounds.y);
      bottom = std::max(bottom, shapes[each].bounds.bottom());
      left = std::min(left, shapes[each].bounds.x);
      right = std::max(right, shapes[each].bounds.right());
    }
    const bool has_lanes = left < 0;
    if (pool != kNone) {
      const double padding = has_lanes || members.empty() ? 0 : kPadding;
      left -= kHeader + padding;
      right += padding;
      top -= padding;
      bottom = std::max(bottom + padding, top + 60);
      shapes[pool].bounds = {left, top, right - left, bottom - top};
      // Moved as a whole.
      move({pool}, -left, y - top);
    } else {
      move(members, -left, y - top);
      for (const std::size_t edge : edges_in[kNone]) {
        for (Point& point : edges[edge].waypoints) {
          point.x -= left;
          point.y += y - top;
        }
      }
    }
    widest = std::max(widest, right - left);
    y += bottom - top + 70;
  }
  // Pools are equally wide.
  for (const auto& [pool, members] : parts) {
    if (pool == kNone) continue;
    const double more = widest - shapes[pool].bounds.width;
    shapes[pool].bounds.width = widest;
    for (const std::size_t each : members) {
      if (shapes[each].kind == ShapeKind::Lane) shapes[each].bounds.width += more;
    }
  }
  message_flows();
  return {};
}

}  // namespace

Bounds usual_size(const Shape& shape) {
  const ShapeKind kind = shape.kind;
  if (is_event(kind)) return {0, 0, kEventSize, kEventSize};
  if (is_gateway(kind)) return {0, 0, kGatewaySize, kGatewaySize};
  if (kind == ShapeKind::DataStore) return {0, 0, 50, 50};
  if (is_data(kind)) return {0, 0, 36, 50};
  if (kind == ShapeKind::TextAnnotation) {
    const Lettering text = fit(shape.name, {.width = 150, .height = 200});
    return {0, 0, std::max(60.0, text.width() + 16), std::max(30.0, text.height() + 10)};
  }
  return {0, 0, kTaskWidth, kTaskHeight};
}

Result<void> lay_out(std::vector<Shape>& shapes, std::vector<Edge>& edges, const std::vector<std::size_t>& scope_of) {
  for (Shape& shape : shapes) {
    shape.bounds = shape.label = {};
    shape.horizontal = true;
    shape.marker_visible = true;
  }
  for (Edge& edge : edges) edge.label = {};
  return Layout(shapes, edges, scope_of).run();
}

}  // namespace guildhall::diagram::impl
