#pragma once

// The demonstration's OpenID provider: a program of its own, started and ended with the demonstration.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "signin/openid_provider.h"

namespace guildhall::app {

class DemoProvider {
 public:
  // Runs `command` (program and arguments) with what the provider needs to know. `council_address` is where browsers
  // reach us: "http://localhost:8480". Port 0: any free one. The program ends with the thread that calls this.
  static Result<DemoProvider> start(const std::vector<std::string>& command, const std::string& council_address,
                                    std::uint16_t port);
  // Waits for the one line of JSON that says it is ready; what follows holds from then on.
  Result<void> wait_until_ready();
  DemoProvider(DemoProvider&& other) noexcept;
  DemoProvider& operator=(DemoProvider&&) = delete;
  ~DemoProvider();  // Ends the program.

  const signin::OpenIdProvider& configuration() const { return configuration_; }
  const std::string& passphrase() const { return passphrase_; }
  const std::vector<std::string>& people() const { return people_; }  // Sign-in names, each with who they are.

 private:
  DemoProvider() = default;
  pid_t process_ = -1;
  int output_ = -1;  // Where its standard output arrives.
  signin::OpenIdProvider configuration_{.name = "",
                                        .title = "",
                                        .issuer = "",
                                        .client_id = "",
                                        .credential = signin::ClientSecret{},
                                        .redirect_uri = "",
                                        .post_logout_redirect_uri = "",
                                        .acr_values = {},
                                        .admissions = {}};
  std::string passphrase_;
  std::vector<std::string> people_;
};

}  // namespace guildhall::app
