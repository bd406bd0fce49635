#pragma once

// For tests: a permit that Highways checks, and officers of teams.

#include "cases/impl/test_cases.h"
#include "cases/tasks.h"
#include "signin/accounts.h"

namespace guildhall::cases {

// `check` asks whether the permit is approved.
inline const std::string kPermit = definitions(
    "<itemDefinition id=\"truth\" structureRef=\"xsd:boolean\"/><process id=\"permit\" name=\"Skip permit\" "
    "isExecutable=\"true\"><startEvent id=\"s\"/><userTask id=\"check\" name=\"Check the form\" "
    "guildhall:dueDate=\"duration(&quot;P2D&quot;)\"><ioSpecification><dataOutput id=\"o\" name=\"approved\" "
    "itemSubjectRef=\"truth\"/></ioSpecification><dataOutputAssociation><sourceRef>o</sourceRef><targetRef>approved"
    "</targetRef></dataOutputAssociation><potentialOwner><resourceAssignmentExpression><formalExpression>\"Highways\""
    "</formalExpression></resourceAssignmentExpression></potentialOwner></userTask><exclusiveGateway id=\"ok\"/>"
    "<endEvent id=\"granted\"/><endEvent id=\"refused\"/>" +
    flows("s check ok") +
    "<sequenceFlow id=\"f1\" sourceRef=\"ok\" targetRef=\"granted\"><conditionExpression>approved</conditionExpression>"
    "</sequenceFlow><sequenceFlow id=\"f2\" sourceRef=\"ok\" targetRef=\"refused\"><conditionExpression>approved = "
    "false</conditionExpression></sequenceFlow></process>");

class TestOffice {
 public:
  TestOffice() {
    signin::migrate(cases.database());
    cases.publish(kPermit);
  }

  ~TestOffice() { std::filesystem::remove_all(documents); }

  Officer officer(const std::string& name, const std::vector<std::string>& teams) {
    std::vector<signin::RoleGrant> grants;
    for (const std::string& team : teams) {
      grants.push_back({.role = signin::Role::Officer,
                        .scope = {signin::Scope::Kind::Team, team},
                        .from = cases.clock.now(),
                        .until = std::nullopt});
    }
    const auto id = cases.database().write([&](db::Connection& connection) {
      return signin::create_external_account(connection,
                                             {.issuer = "https://signin.example",
                                              .subject = name,
                                              .display_name = name,
                                              .organisation = {"Borsetshire", signin::OrganisationKind::Council}},
                                             grants, cases.clock.now());
    });
    return {{.account = id.text(), .names = {id.text()}, .covering = {}, .everywhere = false, .teams = teams}};
  }
  // Whom they cover is looked up again, as for each request.
  Officer now(Officer officer) {
    officer.reach.covering = cases.read(
        [&](db::Connection& connection) { return covered_by(connection, officer.account(), cases.clock.now()); });
    return officer;
  }
  Task task(TaskId id) {
    return cases.read([&](db::Connection& connection) { return find_task(connection, id).value(); });
  }
  // What happened, an entry a line: "Karin: claimed ‘Check the form’ (why)".
  std::string history(const Started& started) {
    return cases.read([&](db::Connection& connection) {
      std::string all;
      for (const HistoryEntry& each : history_of(connection, started.instance)) {
        all += name_of_person(connection, each.act.who) + ": " + each.what +
               (each.act.why.empty() ? "" : " (" + each.act.why + ")") + "\n";
      }
      return all;
    });
  }
  std::size_t listed(const Officer& officer, TaskList list) {
    return cases.read([&](db::Connection& connection) {
      const auto lines = list_tasks(connection, officer.reach, list, cases.clock.now(), 0, 50);
      const auto count = count_tasks(connection, officer.reach, list, cases.clock.now(), 1'000);
      if (count != static_cast<std::int64_t>(lines.size())) throw std::runtime_error("list and count differ");
      return lines.size();
    });
  }

  TestCases cases;
  std::filesystem::path documents = std::filesystem::temp_directory_path() / ("documents-" + new_uuid().text());
  Tasks tasks{cases.engine(), documents};
};

inline std::string what(const Result<void>& result) {
  return result.ok() ? "" : result.problems()[0].what;
}

}  // namespace guildhall::cases
