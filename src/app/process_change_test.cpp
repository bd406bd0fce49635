#include "app/process_change.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/commands.h"
#include "app/process.h"
#include "base/id.h"
#include "cases/engine.h"
#include "cases/publishing.h"

namespace guildhall::app {
namespace {

std::string version(const std::string& task) {
  return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="permit" isExecutable="true">
    <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef=")" +
         task + R"("/><userTask id=")" + task + R"("/><sequenceFlow id="f2" sourceRef=")" + task +
         R"(" targetRef="sign"/><userTask id="sign"/></process></definitions>)";
}

// A council with one case, and what the command says about it.
class ProcessChange : public ::testing::Test {
 protected:
  ProcessChange() : folder_(std::filesystem::temp_directory_path() / ("guildhall-" + new_uuid().text())) {
    EXPECT_TRUE(environments_of(arguments({})).value().create(environment_name_of(arguments({})).value()).ok());
    const auto environment = open_environment(arguments({})).value();
    cases::Engine engine(environment.database(), clock_);
    EXPECT_TRUE(cases::publish(environment.database(), version("check"), "tests", clock_.now()).ok());
    EXPECT_TRUE(cases::publish(environment.database(), version("look"), "tests", clock_.now()).ok());
    case_ = engine
                .start({.id = cases::CaseId::make(),
                        .process = "permit",
                        .version = 1,
                        .title = {},
                        .variables = {},
                        .start_event = {},
                        .act = {"m.evans", ""}})
                .value()
                .reference;
    std::ofstream(folder_ / "map.json") << R"({"check": "look"})";
  }
  ~ProcessChange() override { std::filesystem::remove_all(folder_); }

  Arguments arguments(std::vector<std::string_view> words) const {
    words.insert(words.end(), {"--data", data_});
    const Options options{.valued = {"data", "database", "env", "from", "to", "map", "why", "by", "of", "cancel",
                                     "before", "after", "within", "set", "version"},
                          .flags = {"dry-run"}};
    return Arguments::parse(words, options).value();
  }
  // What the command prints, or the first of its problems.
  std::string process(const std::vector<std::string_view>& words) const {
    std::ostringstream out;
    std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
    const auto done = process_command(arguments(words));
    std::cout.rdbuf(before);
    return done.ok() ? out.str() : done.problems()[0].what;
  }
  std::string map() const { return (folder_ / "map.json").string(); }

  const std::filesystem::path folder_;
  const std::string data_ = folder_.string();
  const SystemClock clock_;
  std::string case_;
};

TEST_F(ProcessChange, TriesMigratesAndBringsBack) {
  const std::string mapping = map();
  std::vector<std::string_view> words{"migrate", "permit", "--from", "1", "--to", "2", "--map", mapping};
  words.push_back("--dry-run");
  EXPECT_EQ(process(words), "1 would be migrated, 0 stay as they are.\n1\t‘check’ becomes ‘look’.\n");
  words.back() = "--why";
  words.push_back("The fee has changed");
  const std::string said = process(words);
  const std::string before =
      "1 migrated, 0 stay as they are.\n1\t‘check’ becomes ‘look’.\nTo bring them back: guildhall "
      "process undo-migration ";
  ASSERT_TRUE(said.starts_with(before)) << said;
  const std::string plan = said.substr(before.size(), 36);
  EXPECT_EQ(process({"undo-migration", plan}), "Say why: it is kept in the history of each case.");
  EXPECT_EQ(process({"undo-migration", plan, "--why", "It was wrong"}),
            "1 brought back, 0 stay as they are.\n1\t‘look’ becomes ‘check’.\n");
}

TEST_F(ProcessChange, SaysWhichCasesStay) {
  EXPECT_EQ(
      process({"migrate", "permit", "--from", "1", "--to", "2", "--dry-run"}),
      "0 would be migrated, 1 stay as they are.\n1\tstay: check: Something waits here. There is no ‘check’ in the "
      "new version. Map it to an element of the new version. " +
          case_ + "\n");
  EXPECT_EQ(process({"migrate", "permit"}), "Say from which version to which.");
  EXPECT_EQ(process({"migrate", "permit", "--from", "1", "--to", "2"}),
            "Say why: it is kept in the history of each case.");
  EXPECT_EQ(process({"migrate"}), "Say which process, migration or case is meant.");
  EXPECT_EQ(process({"undo-migration", "1f0e9c1e-0000-7000-8000-000000000000", "--why", "x"}),
            "There is no such migration.");
}

TEST_F(ProcessChange, ModifiesAndRestartsACase) {
  EXPECT_EQ(process({"modify", case_, "--cancel", "check", "--set", R"({"paid": true})", "--before", "sign", "--why",
                     "Paid at the desk"}),
            "Modified " + case_ + ".\n");
  EXPECT_EQ(process({"modify", case_, "--cancel", "check", "--why", "Again"}), "Nothing waits at ‘check’.");
  EXPECT_EQ(process({"modify", case_, "--set", "[1]", "--why", "x"}), "The variables are not a JSON object.");
  EXPECT_EQ(process({"modify", case_, "--of", "other", "--cancel", "sign", "--why", "x"}),
            "This process doesn't run in this case.");
  EXPECT_EQ(process({"modify", "CA-0000-0000", "--cancel", "sign", "--why", "x"}), "There is no such case.");
  EXPECT_EQ(process({"restart", case_, "--why", "Once more"}), "This case still runs.");
  {
    const auto environment = open_environment(arguments({})).value();
    cases::Engine engine(environment.database(), clock_);
    const auto found =
        environment.database().read([&](db::Connection& connection) { return cases::find_case(connection, case_); });
    ASSERT_TRUE(engine.cancel(found->id, {"m.evans", "By mistake"}).ok());
  }
  EXPECT_EQ(process({"restart", case_, "--before", "sign", "--why", "Closed by mistake"}),
            "Restarted " + case_ + ".\n");
}

}  // namespace
}  // namespace guildhall::app
