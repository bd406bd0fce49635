#include "diagram/reading_order.h"

#include <algorithm>
#include <unordered_map>

namespace guildhall::diagram {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

class Reading {
 public:
  Reading(const Diagram& diagram, const Overlay& overlay)
      : diagram_(diagram), overlay_(overlay), marks_(marks_of_shapes(diagram, overlay)) {
    const auto& shapes = diagram.shapes;
    content_.resize(shapes.size() + 1);
    following_.resize(shapes.size());
    has_before_.resize(shapes.size());
    for (std::size_t i = 0; i < shapes.size(); ++i) index_.emplace(shapes[i].id, i);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (!is_flow_node(shapes[i].kind) && shapes[i].kind != ShapeKind::Pool) continue;
      const std::size_t outer = find(shapes[i].inside);
      content_[outer == kNone ? shapes.size() : outer].push_back(i);
      const std::size_t host = find(shapes[i].attached_to);
      if (host == kNone) continue;
      following_[host].push_back(i);
      has_before_[i] = true;
    }
    for (const Edge& edge : diagram.edges) {
      if (edge.kind != EdgeKind::SequenceFlow) continue;
      const std::size_t source = find(edge.source);
      const std::size_t target = find(edge.target);
      if (source == kNone || target == kNone) continue;
      flows_[source].push_back(&edge);
      if (shapes[source].inside != shapes[target].inside) continue;
      following_[source].push_back(target);
      has_before_[target] = true;
    }
  }

  std::vector<Step> read() {
    tell(content_.back(), 0);
    return std::move(steps_);
  }

 private:
  std::size_t find(std::string_view id) const {
    const auto found = index_.find(id);
    return found == index_.end() ? kNone : found->second;
  }

  // Depth first, the last way first, and then backwards: each after all that lead to it.
  std::vector<std::size_t> ordered(const std::vector<std::size_t>& members) const {
    std::vector<std::size_t> roots;
    for (const std::size_t each : members) {
      if (!has_before_[each]) roots.push_back(each);
    }
    // A circle without a beginning starts with its first element.
    std::vector<std::size_t> order;
    std::unordered_map<std::size_t, bool> seen;
    const auto visit = [&](std::size_t root, std::vector<std::size_t>& into) {
      if (seen[root]) return;
      seen[root] = true;
      std::vector<std::pair<std::size_t, std::size_t>> path{{root, following_[root].size()}};
      while (!path.empty()) {
        auto& [node, left] = path.back();
        if (left == 0) {
          into.push_back(node);
          path.pop_back();
          continue;
        }
        const std::size_t next = following_[node][--left];
        if (!seen[next]) {
          seen[next] = true;
          path.emplace_back(next, following_[next].size());
        }
      }
    };
    for (auto root = roots.rbegin(); root != roots.rend(); ++root) visit(*root, order);
    std::reverse(order.begin(), order.end());
    for (const std::size_t each : members) {
      std::vector<std::size_t> circle;
      visit(each, circle);
      order.insert(order.end(), circle.rbegin(), circle.rend());
    }
    return order;
  }

  void tell(const std::vector<std::size_t>& members, std::size_t depth) {
    for (const std::size_t each : ordered(members)) {
      const Shape& shape = diagram_.shapes[each];
      Step step;
      step.id = shape.id;
      step.name = shape.name;
      step.kind = kind_in_words(shape);
      step.depth = depth;
      const std::size_t lane = find(shape.lane);
      if (lane != kNone) step.lane = diagram_.shapes[lane].name;
      step.attached_to = shape.attached_to;
      const auto mark = marks_.find(shape.id);
      if (mark != marks_.end()) step.mark = mark->second;
      const auto flows = flows_.find(each);
      if (flows != flows_.end()) {
        for (const Edge* edge : flows->second) {
          Step::Next next{edge->target, edge->name, edge->is_default, std::nullopt};
          const auto volume = overlay_.volumes.find(edge->id);
          if (volume != overlay_.volumes.end()) next.volume = volume->second;
          step.next.push_back(std::move(next));
        }
      }
      steps_.push_back(std::move(step));
      tell(content_[each], depth + 1);
    }
  }

  const Diagram& diagram_;
  const Overlay& overlay_;
  std::unordered_map<std::string_view, Mark> marks_;
  std::unordered_map<std::string_view, std::size_t> index_;
  std::vector<std::vector<std::size_t>> content_;    // Of each shape; last, of none.
  std::vector<std::vector<std::size_t>> following_;  // In the same process or sub-process.
  std::vector<bool> has_before_;
  std::unordered_map<std::size_t, std::vector<const Edge*>> flows_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> reading_order(const Diagram& diagram, const Overlay& overlay) {
  return Reading(diagram, overlay).read();
}

}  // namespace guildhall::diagram
