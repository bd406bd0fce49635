#include "app/council_server.h"

#include "access/access.h"
#include "app/council_pages.h"
#include "audit/audit.h"
#include "cases/cases.h"
#include "council/council.h"
#include "decisions/decisions.h"
#include "enquiries/enquiries.h"
#include "html/accessibility.h"
#include "html/assets.h"
#include "html/error_pages.h"
#include "html/theme.h"
#include "http/assets.h"
#include "http/server.h"
#include "masterdata/masterdata.h"
#include "masterdata/pages.h"
#include "partnerview/partnerview.h"
#include "signin/signin.h"

namespace guildhall::signin {
std::span<const EmbeddedFile> embedded_files();
}
namespace guildhall::masterdata {
std::span<const EmbeddedFile> embedded_files();
}

namespace guildhall::app {
namespace {

using http::Request;
using http::Response;

html::Site site_of(const council::Council& council) {
  html::Site site{.council = council.name};
  site.footer = {{.text = "Accessibility statement", .url = {"/accessibility"}}};
  if (council.is_demonstration)
    site.phase = html::PhaseBanner{.tag = "Demonstration", .text = "Everybody here is invented."};
  return site;
}

void add_common_pages(http::Router& router, db::Database& database, const html::Site& site,
                      const council::Council& council) {
  router.get("/", [site](const Request&) {
    return Response::html(home_page({.layout = {.site = site, .title = "Services"}}).markup());
  });
  router.get(
      "/theme.css", [css = html::theme_css({html::BrandColour::parse(council.brand_colour).value()})](const Request&) {
        return Response::content("text/css; charset=utf-8", css).set_header("Cache-Control", "public, max-age=300");
      });
  router.get("/accessibility", [site, council](const Request&) {
    return Response::html(
        html::accessibility_statement(site, {council.contact_email, council.contact_phone, council.told_on}).markup());
  });
  router.get("/health/live", [](const Request&) { return Response::text("live\n"); });
  router.get("/health/ready", [&database](const Request&) {
    database.read([](db::Connection& connection) { connection.query("SELECT 1", {}, [](const db::Row&) {}); });
    return Response::text("ready\n");
  });
}

// What masterdata says of a look, in the audit's words.
masterdata::AccessLog access_log(db::Database& database, const Clock& clock) {
  return [&database, &clock](const masterdata::Access& access) {
    audit::record(database,
                  {.account = access.account,
                   .organisation = "",
                   .act = access.act,
                   .purpose = "",
                   .subject = access.subject ? access.subject->text() : "",
                   .outcome = access.outcome,
                   .personal = access.personal},
                  clock.now());
  };
}

// "https://signin.example" of "https://signin.example/tenant".
std::string origin_of(std::string_view url) {
  const std::size_t host = url.find("//") + 2;
  return std::string(url.substr(0, url.find('/', host)));
}

}  // namespace

std::vector<environments::Module> modules() {
  return {{"signin", signin::embedded_files()},       {"council", council::embedded_files()},
          {"audit", audit::embedded_files()},         {"access", access::embedded_files()},
          {"enquiries", enquiries::embedded_files()}, {"masterdata", masterdata::embedded_files()},
          {"decisions", decisions::embedded_files()}, {"cases", cases::embedded_files()}};
}

struct CouncilServer::State {
  std::unique_ptr<signin::Signin> signin;
  std::unique_ptr<masterdata::BackgroundLoading> loading;
  std::unique_ptr<http::Server> server;  // Last: it stops first.
};

CouncilServer::CouncilServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
CouncilServer::~CouncilServer() {
  stop();
}
std::uint16_t CouncilServer::port() const {
  return state_->server->port();
}
void CouncilServer::stop() {
  state_->server->stop();
}

Result<std::unique_ptr<CouncilServer>> CouncilServer::start(db::Database& database, const ServingOptions& options,
                                                            const Clock& clock) {
  const auto council = database.read([](db::Connection& connection) { return council::find(connection); });
  if (!council) {
    return Problem{"This environment has not been told which council it is.", "",
                   "Run: guildhall council --name \"Borsetshire County Council\" …, or guildhall demo."};
  }
  const html::Site site = site_of(*council);
  auto state = std::make_unique<State>();
  state->signin =
      std::make_unique<signin::Signin>(database,
                                       signin::SigninOptions{.environment_key = options.environment_key,
                                                             .site = site,
                                                             .providers = options.providers,
                                                             .landing_pages = {{signin::Role::Partner, "/partner"},
                                                                               {signin::Role::Steward, "/people"},
                                                                               {signin::Role::Officer, "/work"}}},
                                       clock);

  state->loading = std::make_unique<masterdata::BackgroundLoading>(
      database,
      masterdata::BackgroundLoading::Options{.folder = options.upload_folder,
                                             .allow_test_numbers = council->is_demonstration},
      clock);

  std::vector<std::string> origins;
  for (const signin::OpenIdProvider& provider : options.providers) origins.push_back(origin_of(provider.issuer));
  http::Router router({.security = {.form_action_origins = origins, .csrf_key = options.environment_key},
                       .error_page = [site](const http::Failure& failure) {
                         return Response::html(
                             html::error_page(site, failure.status, failure.request_id.text()).markup(),
                             failure.status);
                       }});
  http::Assets assets;
  for (const html::Asset& each : html::assets()) assets.add(each.path, each.content_type, each.bytes);
  assets.serve(router);
  add_common_pages(router, database, site, *council);
  state->signin->add_routes(router);
  enquiries::add_routes(router, {.database = database, .signin = *state->signin, .site = site, .clock = clock});
  partnerview::add_routes(router, {.database = database, .signin = *state->signin, .site = site, .clock = clock});
  masterdata::add_routes(router, {.database = database,
                                  .signin = *state->signin,
                                  .site = site,
                                  .clock = clock,
                                  .loading = *state->loading,
                                  .access_log = access_log(database, clock)});
  decisions::add_routes(router, {.database = database, .signin = *state->signin, .clock = clock});

  state->server = std::make_unique<http::Server>(http::ServerOptions{.address = options.address,
                                                                     .port = options.port,
                                                                     .trusted_proxies = options.trusted_proxies,
                                                                     .spool_folder = options.spool_folder,
                                                                     .tls_certificate = options.tls_certificate,
                                                                     .tls_key = options.tls_key},
                                                 std::move(router));
  TRY(state->server->start());
  return std::unique_ptr<CouncilServer>(new CouncilServer(std::move(state)));
}

}  // namespace guildhall::app
