#pragma once

// One environment, served: every capability's routes on one server.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cases/engine.h"
#include "db/database.h"
#include "environments/environments.h"
#include "signin/openid_provider.h"

namespace guildhall::app {

struct ServingOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8480;            // 0: any free one.
  std::string environment_key;          // 32 secret bytes.
  std::filesystem::path spool_folder;   // Uploads while their request lasts.
  std::filesystem::path upload_folder;  // Uploaded extracts until they are loaded.
  std::filesystem::path case_folder;    // Documents of cases.
  std::vector<signin::OpenIdProvider> providers = {};
  std::vector<std::string> trusted_proxies = {};
  std::filesystem::path tls_certificate = {};
  std::filesystem::path tls_key = {};
  // How long what was being done when the server was killed waits until another does it.
  std::chrono::seconds lease = cases::Engine::Options().lease;
};

// Every module that keeps tables: what an environment is made of.
std::vector<environments::Module> modules();

class CouncilServer {
 public:
  // Refused: an environment that has not been told which council it is, a port that is taken.
  static Result<std::unique_ptr<CouncilServer>> start(db::Database& database, const ServingOptions& options,
                                                      const Clock& clock);
  ~CouncilServer();  // stop()
  std::uint16_t port() const;
  void stop();  // Waits for requests, and for processes' steps, that are being worked on.

 private:
  struct State;
  explicit CouncilServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::app
