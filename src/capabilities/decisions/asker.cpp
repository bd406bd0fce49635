#include "decisions/asker.h"

#include <algorithm>

#include "decisions/question.h"
#include "feel/json.h"

namespace guildhall::decisions {
namespace {

// JSON has no dates: a process that began with JSON has texts where the decision wants them.
Result<feel::Value> fitted(const feel::Value& value, const feel::Type& type, std::string_view name,
                           feel::Memory& memory) {
  if (feel::conforms(value, type)) return value;
  auto typed = feel::from_json(TRY(feel::to_json(value)), type, memory);
  if (typed.ok()) return *typed;
  Problems problems = typed.problems();
  for (Problem& problem : problems) {
    problem.where = problem.where.empty() ? std::string(name) : std::string(name) + "." + problem.where;
  }
  return problems;
}

}  // namespace

void Asker::begin(Instant now) {
  begin(now, nullptr);
}

void Asker::begin(Instant now, std::shared_ptr<const Catalogue> models) {
  now_ = now;
  catalogue_ = std::move(models);
  for (auto& [slug, prepared] : deciders_) prepared.begun = false;
}

Result<feel::Value> Asker::ask(std::string_view decision, std::span<const Given> given) {
  if (catalogue_ == nullptr) {
    check(published_ != nullptr, "an asker without models");
    catalogue_ = published_->now();
  }
  const std::size_t slash = decision.find('/');
  const std::string_view slug = decision.substr(0, slash);
  const auto found =
      std::ranges::find_if(catalogue_->models, [&](const auto& model) { return model->newest().slug == slug; });
  if (found == catalogue_->models.end()) {
    return Problem{"No decision model is published under this name.", std::string(slug),
                   "Publish it, guildhall decision publish MODEL.dmn, or correct the name in the process."};
  }
  const OfferedModel& model = **found;
  if (!model.problems.empty()) return model.problems;
  const OfferedDecision* offered = nullptr;
  if (slash != std::string_view::npos) {
    offered = model.find(decision.substr(slash + 1));
  } else if (model.decisions.size() == 1) {
    offered = &model.decisions[0];
  }
  if (offered == nullptr) {
    return Problem{"The decision model has no such decision.", std::string(decision),
                   "Name it as model/decision; see guildhall decision list and /api/v1/decisions."};
  }
  Prepared& prepared = deciders_[std::string(slug)];
  if (prepared.model != *found) {
    prepared = {.model = *found, .decider = std::make_unique<dmn::Decider>(model.compiled.model, kBudget)};
  }
  if (!prepared.begun) {
    prepared.decider->begin(moment_at(now_));
    prepared.begun = true;
  }
  std::vector<feel::Entry> inputs;
  for (const auto& need : offered->inputs) {
    const auto value = std::ranges::find(given, std::string_view(need.name), &Given::first);
    if (value == given.end()) continue;
    inputs.push_back({need.name, TRY(fitted(value->second, need.type, need.name, prepared.decider->memory()))});
  }
  return prepared.decider->decide(offered->name, feel::Value::context(prepared.decider->memory(), inputs));
}

}  // namespace guildhall::decisions
