#include "app/demo_provider.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <chrono>

namespace guildhall::app {
namespace {

namespace json = boost::json;
using signin::OrganisationKind;

constexpr std::chrono::seconds kPatience{20};

Problem no_provider(std::string what) {
  return {std::move(what), "the demonstration's OpenID provider",
          "Run scripts/setup, which fetches its packages, and see what the program says on standard error."};
}

// The first line that the program prints, or nothing where it ends or takes too long.
std::optional<std::string> first_line(int output) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::string line;
  while (std::chrono::steady_clock::now() < deadline && line.size() < 65'536) {
    pollfd wait{.fd = output, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 200) <= 0) continue;
    char letter = 0;
    const ssize_t got = ::read(output, &letter, 1);
    if (got <= 0) return std::nullopt;
    if (letter == '\n') return line;
    line += letter;
  }
  return std::nullopt;
}

signin::AdmissionRule admission(std::string group, std::string organisation, OrganisationKind kind) {
  return {.claim = "groups",
          .value = std::move(group),
          .organisation = {std::move(organisation), kind},
          .role = signin::Role::Partner,
          .scope = {}};
}

}  // namespace

Result<DemoProvider> DemoProvider::start(const std::vector<std::string>& command, const std::string& council_address,
                                         std::uint16_t port) {
  const signin::SigningKey key = signin::SigningKey::generate();
  std::vector<std::string> words = command;
  const std::string redirect_uri = council_address + "/signin/callback/partners";
  const std::string after_signout = council_address + "/signout/done";
  for (std::string word :
       {std::string("--client-jwk"), key.public_jwk(), std::string("--redirect-uri"), redirect_uri,
        std::string("--post-logout-redirect-uri"), after_signout, std::string("--port"), std::to_string(port)}) {
    words.push_back(std::move(word));
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return no_provider("No pipe could be made to it.");
  DemoProvider provider;
  provider.output_ = pipe_ends[0];
  provider.configuration_.credential = key;
  provider.configuration_.redirect_uri = redirect_uri;
  provider.configuration_.post_logout_redirect_uri = after_signout;
  provider.process_ = ::fork();
  if (provider.process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // However we end, it ends.
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  if (provider.process_ < 0) return no_provider("It could not be started.");
  return provider;
}

Result<void> DemoProvider::wait_until_ready() {
  const auto line = first_line(output_);
  if (!line) return no_provider("It did not start.");
  boost::system::error_code bad;
  const json::value said = json::parse(*line, bad);
  if (bad || !said.is_object() || !said.as_object().contains("issuer")) {
    return no_provider("It said something unexpected.");
  }
  const json::object& ready = said.as_object();
  passphrase_ = ready.at("passphrase").as_string();
  for (const json::value& person : ready.at("people").as_array()) {
    const json::object& one = person.as_object();
    people_.push_back(std::string(one.at("signin").as_string()) + " (" + std::string(one.at("job").as_string()) + ", " +
                      std::string(one.at("organisation").as_string()) + ")");
  }
  configuration_.name = "partners";
  configuration_.title = "Partner organisations (demonstration)";
  configuration_.issuer = ready.at("issuer").as_string();
  configuration_.client_id = ready.at("client_id").as_string();
  configuration_.acr_values = {"urn:guildhall:demo:passphrase"};
  configuration_.admissions = {
      admission("guildhall-police", "Westshire Police", OrganisationKind::Police),
      admission("guildhall-school", "Mill Lane Academy", OrganisationKind::School),
      admission("guildhall-social-care", "Borsetshire Children and Families", OrganisationKind::SocialCare)};
  return {};
}

DemoProvider::DemoProvider(DemoProvider&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      output_(std::exchange(other.output_, -1)),
      configuration_(std::move(other.configuration_)),
      passphrase_(std::move(other.passphrase_)),
      people_(std::move(other.people_)) {}

DemoProvider::~DemoProvider() {
  if (output_ >= 0) ::close(output_);
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace guildhall::app
