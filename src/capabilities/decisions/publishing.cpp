#include "decisions/publishing.h"

#include "base/text.h"
#include "decisions/library.h"
#include "dmn/analysis.h"
#include "dmn/read_model.h"

namespace guildhall::decisions {
namespace {

Problems to_mend(const Result<Compiled>& compiled) {
  return compiled.ok() ? compiled->model->findings() : compiled.problems();
}

// Published models that work with what is there, and wouldn't with what will be.
Problems broken_by(const Library& after, const Library& before, const VersionText& candidate) {
  Problems problems;
  for (const VersionText& text : before.texts()) {
    const Version& version = text.version;
    if (version.namespace_uri == candidate.version.namespace_uri && version.name == candidate.version.name) continue;
    const Problems broken = to_mend(after.compile(text.xml));
    if (broken.empty() || !to_mend(before.compile(text.xml)).empty()) continue;
    problems.push_back(
        {"The published model ‘" + version.name + "’ imports this one and would no longer work.", "",
         "Keep what it uses, or publish this model under another namespace. What would be wrong in it:"});
    problems.insert(problems.end(), broken.begin(), broken.end());
  }
  return problems;
}

Problems refused_for(const dmn::Examination& examination, bool accepted) {
  Problems problems = examination.mistakes;
  if (accepted || examination.doubts.empty()) return problems;
  problems.insert(problems.end(), examination.doubts.begin(), examination.doubts.end());
  if (examination.mistakes.empty()) {
    problems.push_back({"Nothing here stops the model from working.", "",
                        "Mend its tables, or if they are meant to be so, say why: guildhall decision publish MODEL.dmn "
                        "--accept \"the reason\""});
  }
  return problems;
}

}  // namespace

Result<Published> publish(db::Database& database, const Publication& publication, Instant now) {
  const std::string_view xml = publication.xml;
  if (publication.accepted && trimmed(*publication.accepted).empty()) {
    return Problem{"There is no reason in these words.", "--accept", "Say why the tables are meant to be as they are."};
  }
  const dmn::Model model = TRY(dmn::read_model(xml));
  for (;;) {
    std::int64_t count = 0;
    const Library before(database.read([&](db::Connection& connection) {
      count = published_count(connection);
      return newest_versions(connection);
    }));
    const VersionText* newest = before.find(model.namespace_uri, model.name);
    if (newest != nullptr && newest->xml == xml) return Published{.version = newest->version, .is_new = false};

    VersionText candidate{.version = {}, .xml = std::string(xml)};
    candidate.version.namespace_uri = model.namespace_uri;
    candidate.version.name = model.name;
    Library after = before;
    after.put(candidate);
    const Result<Compiled> compiled = after.compile(xml);
    if (!compiled.ok()) return compiled.problems();
    const dmn::Examination examination = dmn::examine(*compiled->model);
    Problems problems = refused_for(examination, publication.accepted.has_value());
    if (problems.empty()) problems = broken_by(after, before, candidate);
    if (!problems.empty()) return problems;
    const auto accepted = examination.doubts.empty() ? std::nullopt : publication.accepted;

    // Compiling takes its time and doesn't hold up other writers; so somebody else may have published meanwhile.
    const auto added = database.write([&](db::Connection& connection) -> std::optional<Version> {
      if (published_count(connection) != count) return std::nullopt;
      return add_version(connection,
                         {.namespace_uri = model.namespace_uri,
                          .name = model.name,
                          .xml = xml,
                          .published_by = publication.published_by,
                          .accepted = accepted},
                         now);
    });
    if (added) return Published{.version = *added};
  }
}

}  // namespace guildhall::decisions
