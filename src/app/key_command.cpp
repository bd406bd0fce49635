#include "app/key_command.h"

#include <iostream>

#include "app/commands.h"
#include "decisions/api_keys.h"

namespace guildhall::app {
namespace {

Result<void> create(const Arguments& arguments, const std::string& name, std::string_view usually) {
  const std::string may = arguments.value_or("may", usually);
  if (may.empty()) {
    return Problem{"Say what the program may do with it.", "--may",
                   "--may decisions to ask for decisions, cases to open cases and send messages, work to do work."};
  }
  const auto rights = TRY(decisions::Rights::parse(may, arguments.value_or("topic", "")));
  const auto environment = TRY(open_environment(arguments));
  const decisions::NewApiKey made = TRY(environment.database().write([&](db::Connection& connection) {
    return decisions::create_key(connection, name, rights, given_by(arguments), SystemClock().now());
  }));
  std::cerr << "The key, for the program alone; it is shown once:\n";
  std::cout << made.token << std::endl;
  return {};
}

}  // namespace

Result<void> key_command(const Arguments& arguments, const std::vector<std::string>& words, std::string_view usually) {
  if (words == std::vector<std::string>{"list"}) {
    const auto environment = TRY(open_environment(arguments));
    for (const decisions::ApiKey& key : environment.database().read(&decisions::all_keys)) {
      std::cout << key.id.text() << "\t" << key.name << "\t" << to_iso(key.created_at) << "\t" << key.created_by << "\t"
                << (key.revoked_at ? "revoked " + to_iso(*key.revoked_at) : "in use") << "\t" << key.rights.text()
                << "\n";
    }
    return {};
  }
  if (words.size() == 2 && words[0] == "create") return create(arguments, words[1], usually);
  if (words.size() == 2 && words[0] == "revoke") {
    const auto environment = TRY(open_environment(arguments));
    return environment.database().write([&](db::Connection& connection) {
      return decisions::revoke_key(connection, words[1], given_by(arguments), SystemClock().now());
    });
  }
  return Problem{"Say what to do with which key.", "",
                 "For example: guildhall key create letter-printer --may work --topic letters"};
}

Result<void> key_command(const Arguments& arguments) {
  return key_command(arguments, arguments.rest(), "");
}

}  // namespace guildhall::app
