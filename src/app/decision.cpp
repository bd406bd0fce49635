#include "app/decision.h"

#include <iostream>

#include "app/commands.h"
#include "app/key_command.h"
#include "app/model_file.h"
#include "decisions/publishing.h"

namespace guildhall::app {
namespace {

using decisions::Version;
using Words = std::vector<std::string>;

Result<void> publish(const Arguments& arguments, const std::string& path) {
  const std::string xml = TRY(read_whole_file(path)), publisher = given_by(arguments);
  const auto environment = TRY(open_environment(arguments));
  const auto published = decisions::publish(
      environment.database(), {.xml = xml, .published_by = publisher, .accepted = arguments.value("accept")},
      SystemClock().now());
  if (!published.ok()) return in_file(published.problems(), path);
  const Version& version = published->version;
  std::cout << (published->is_new ? "Published " : "Published already, nothing changed: ") << version.name
            << ", version " << version.number << ", as " << version.slug << ".\n";
  return {};
}

Result<void> list(const Arguments& arguments) {
  const auto environment = TRY(open_environment(arguments));
  for (const Version& version : environment.database().read(&decisions::all_versions)) {
    std::cout << version.slug << "\t" << version.number << "\t" << to_iso(version.published_at) << "\t"
              << version.published_by << "\t" << version.name << "\t" << version.namespace_uri << "\t"
              << version.accepted.value_or("") << "\n";
  }
  return {};
}

// The version that is meant: by the model's name or by what addresses call it; the newest unless a number says otherwise.
Result<Version> chosen_version(const std::vector<Version>& all, const std::string& name, std::int64_t number) {
  std::string slug, known;
  for (const Version& version : all) {
    if (version.slug == name) slug = name;
    if (version.number == 1) known += (known.empty() ? "" : ", ") + version.slug;
  }
  for (const Version& version : all) {
    if (!slug.empty() || version.name != name) continue;
    slug = version.slug;
  }
  if (slug.empty()) {
    return Problem{"No model of this name is published.", name,
                   known.empty() ? "None is published yet." : "There are: " + known + "."};
  }
  const Version* chosen = nullptr;
  for (const Version& version : all) {
    if (version.slug == slug && (number == 0 || version.number == number)) chosen = &version;
  }
  if (chosen == nullptr)
    return Problem{"This model has no version of this number.", "--version", "See: guildhall decision list"};
  return *chosen;
}

Result<void> show(const Arguments& arguments, const std::string& name) {
  const std::int64_t number = TRY(arguments.number_or("version", 0, 1, INT64_MAX));
  const auto environment = TRY(open_environment(arguments));
  const Version version = TRY(chosen_version(environment.database().read(&decisions::all_versions), name, number));
  std::cout << environment.database().read(
      [&](db::Connection& connection) { return decisions::text_of(connection, version.id).value(); });
  return {};
}

}  // namespace

Result<void> decision_command(const Arguments& arguments) {
  const Words& words = arguments.rest();
  if (words.size() == 2 && words[0] == "publish") return publish(arguments, words[1]);
  if (words == Words{"list"}) return list(arguments);
  if (words.size() == 2 && words[0] == "show") return show(arguments, words[1]);
  if (!words.empty() && words[0] == "key") {
    // As it was before keys could do anything else.
    return key_command(arguments, Words(words.begin() + 1, words.end()), "decisions");
  }
  return Problem{
      "Say what to do.", "",
      "For example: guildhall decision publish parking.dmn, or guildhall decision list, or guildhall decision "
      "show parking, or guildhall decision key create parking-portal"};
}

}  // namespace guildhall::app
