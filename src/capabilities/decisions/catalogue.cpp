#include "decisions/catalogue.h"

#include <algorithm>

namespace guildhall::decisions {
namespace {

std::vector<OfferedDecision> decisions_of(const dmn::DecisionModel& model) {
  std::vector<OfferedDecision> decisions;
  std::vector<std::string> taken;
  for (const dmn::Decision& decision : model.model().decisions) {
    taken.push_back(free_slug(slug_of(decision.name, "decision"), taken));
    decisions.push_back({.slug = taken.back(),
                         .name = decision.name,
                         .question = decision.question,
                         .inputs = model.needs(decision.name)});
  }
  return decisions;
}

}  // namespace

OfferedModel offered(std::vector<Version> versions, const Library& library, std::string_view xml) {
  OfferedModel model{.versions = std::move(versions), .compiled = {}, .problems = {}, .decisions = {}};
  Result<Compiled> compiled = library.compile(xml);
  if (compiled.ok()) {
    model.compiled = *std::move(compiled);
    model.decisions = decisions_of(*model.compiled.model);
  } else {
    model.problems = compiled.problems();
  }
  return model;
}

const OfferedDecision* OfferedModel::find(std::string_view slug) const {
  const auto found = std::ranges::find(decisions, slug, &OfferedDecision::slug);
  return found == decisions.end() ? nullptr : &*found;
}

const OfferedModel* Catalogue::find(std::string_view slug) const {
  const auto found = std::ranges::find_if(models, [&](const auto& model) { return model->newest().slug == slug; });
  return found == models.end() ? nullptr : found->get();
}

std::shared_ptr<const Catalogue> PublishedModels::now() {
  const std::int64_t count = database_.read([](db::Connection& connection) { return published_count(connection); });
  const std::lock_guard lock(mutex_);
  if (catalogue_->published_count < count) catalogue_ = read_again(*catalogue_);
  return catalogue_;
}

std::shared_ptr<const Catalogue> PublishedModels::read_again(const Catalogue& known) const {
  struct Stored {
    std::int64_t count = 0;
    std::vector<Version> versions;
    std::vector<VersionText> newest;
  };
  Stored stored = database_.read([&](db::Connection& connection) {
    return Stored{.count = published_count(connection),
                  .versions = all_versions(connection),
                  .newest = newest_versions(connection)};
  });
  Catalogue next{.published_count = stored.count, .models = {}};
  const Library library(std::move(stored.newest));
  for (const VersionText& text : library.texts()) {
    const OfferedModel* before = known.find(text.version.slug);
    const bool is_same = before != nullptr && before->newest().id == text.version.id;
    // One that imports others is compiled again: it may be they that are new.
    if (is_same && before->problems.empty() && before->compiled.imports.empty()) {
      next.models.push_back(*std::ranges::find(known.models, before, &std::shared_ptr<const OfferedModel>::get));
      continue;
    }
    std::vector<Version> versions;
    std::ranges::copy_if(stored.versions, std::back_inserter(versions),
                         [&](const Version& version) { return version.slug == text.version.slug; });
    next.models.push_back(std::make_shared<const OfferedModel>(offered(std::move(versions), library, text.xml)));
  }
  return std::make_shared<const Catalogue>(std::move(next));
}

}  // namespace guildhall::decisions
