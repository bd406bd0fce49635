#include "cases/impl/rules_over_time.h"

#include <algorithm>

#include "dmn/read_model.h"

namespace guildhall::cases {

using decisions::Catalogue;
using decisions::Library;
using decisions::OfferedModel;
using decisions::Version;
using decisions::VersionText;

namespace {

constexpr std::size_t kMostCatalogues = 16;

}  // namespace

Result<ModelsOverTime> ModelsOverTime::read(db::Database& database, const std::vector<std::string>& candidates) {
  ModelsOverTime models;
  database.read([&](db::Connection& connection) {
    for (Version& version : decisions::all_versions(connection)) {
      std::string xml = decisions::text_of(connection, version.id).value();
      models.published_.push_back({.version = std::move(version), .xml = std::move(xml)});
    }
  });
  std::ranges::stable_sort(models.published_, {}, [](const VersionText& text) { return text.version.published_at; });
  std::vector<std::string> taken;
  for (const VersionText& text : models.published_) taken.push_back(text.version.slug);
  for (const std::string& xml : candidates) {
    const dmn::Model model = TRY(dmn::read_model(xml));
    VersionText candidate{.version = {}, .xml = xml};
    candidate.version.id = decisions::VersionId::make();
    candidate.version.namespace_uri = model.namespace_uri;
    candidate.version.name = model.name;
    for (const VersionText& text : models.published_) {
      if (text.version.namespace_uri == model.namespace_uri && text.version.name == model.name) {
        candidate.version.slug = text.version.slug;
      }
    }
    if (candidate.version.slug.empty()) {
      candidate.version.slug = decisions::free_slug(decisions::slug_of(model.name, "model"), taken);
      taken.push_back(candidate.version.slug);
    }
    models.candidates_.push_back(std::move(candidate));
  }
  const auto now = models.at(Instant::max());
  for (const VersionText& candidate : models.candidates_) {
    const OfferedModel* model = now->find(candidate.version.slug);
    if (!model->problems.empty()) return model->problems;
    if (!model->compiled.model->findings().empty()) return model->compiled.model->findings();
  }
  return models;
}

std::shared_ptr<const Catalogue> ModelsOverTime::at(Instant now) {
  const auto end =
      std::ranges::upper_bound(published_, now, {}, [](const VersionText& text) { return text.version.published_at; });
  const auto count = static_cast<std::size_t>(end - published_.begin());
  if (const auto known = catalogues_.find(count); known != catalogues_.end()) return known->second;
  std::map<std::string, VersionText> newest;
  for (auto text = published_.begin(); text != end; ++text) newest[text->version.slug] = *text;
  for (const VersionText& candidate : candidates_) newest[candidate.version.slug] = candidate;
  std::vector<VersionText> texts;
  for (auto& [slug, text] : newest) texts.push_back(std::move(text));
  const Library library(std::move(texts));
  auto catalogue = std::make_shared<Catalogue>();
  for (const VersionText& text : library.texts()) {
    std::shared_ptr<const OfferedModel>& alone = alone_[text.version.id];
    if (alone != nullptr) {
      catalogue->models.push_back(alone);
      continue;
    }
    auto model = std::make_shared<const OfferedModel>(decisions::offered({text.version}, library, text.xml));
    if (model->problems.empty() && model->compiled.imports.empty()) alone = model;
    catalogue->models.push_back(std::move(model));
  }
  if (catalogues_.size() >= kMostCatalogues) catalogues_.clear();
  return catalogues_.emplace(count, std::move(catalogue)).first->second;
}

ProcessesOverTime::ProcessesOverTime(db::Database& database, Definitions& definitions,
                                     const bpmn::Definitions* candidate)
    : definitions_(definitions), candidate_(candidate), versions_(database.read(&all_versions)) {}

Result<replay::Program> ProcessesOverTime::called(const replay::Program& caller, std::string_view process,
                                                  std::optional<std::uint32_t> version, Instant now) {
  if (version) {
    const auto published = TRY(definitions_.version(process, *version));
    return replay::Program{published->file.get(), published->process};
  }
  for (const bpmn::Definitions* file : {candidate_, caller.file}) {
    if (file == nullptr) continue;
    if (const bpmn::Process* found = file->process(process)) return replay::Program{file, found};
  }
  const ProcessVersion* newest = nullptr;
  for (const ProcessVersion& each : versions_) {
    if (each.process == process && each.published_at <= now) newest = &each;
  }
  if (newest == nullptr) {
    return Problem{"No process of this id is published.", std::string(process), "Publish it, or correct the call."};
  }
  const auto published = TRY(definitions_.version(newest->number));
  return replay::Program{published->file.get(), published->process};
}

CalendarsOverTime CalendarsOverTime::read(db::Database& database, const std::optional<calendar::Calendar>& instead) {
  CalendarsOverTime calendars;
  calendars.since_[Instant::min()] =
      instead ? std::make_shared<const CalendarInForce>(*instead) : calendar_in_force(std::nullopt);
  if (instead) return calendars;
  for (const CalendarVersion& version : database.read(&all_calendars)) {
    calendars.since_[version.at] = calendar_in_force(version);
  }
  return calendars;
}

bpmn::Surroundings CalendarsOverTime::at(Instant now) const {
  return std::prev(since_.upper_bound(now))->second->surroundings();
}

}  // namespace guildhall::cases
