#include "decisions/publishing.h"

#include "base/text.h"
#include "decisions/library.h"
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

}  // namespace

Result<Published> publish(db::Database& database, std::string_view xml, std::string_view published_by, Instant now) {
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
    Problems problems = to_mend(after.compile(xml));
    if (problems.empty()) problems = broken_by(after, before, candidate);
    if (!problems.empty()) return problems;

    // Compiling takes its time and doesn't hold up other writers; so somebody else may have published meanwhile.
    const auto added = database.write([&](db::Connection& connection) -> std::optional<Version> {
      if (published_count(connection) != count) return std::nullopt;
      return add_version(
          connection,
          {.namespace_uri = model.namespace_uri, .name = model.name, .xml = xml, .published_by = published_by}, now);
    });
    if (added) return Published{.version = *added};
  }
}

}  // namespace guildhall::decisions
