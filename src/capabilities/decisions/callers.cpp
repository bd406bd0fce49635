#include "decisions/callers.h"

#include "base/text.h"
#include "decisions/api_json.h"

namespace guildhall::decisions {
namespace {

using http::Request;
using http::Response;

// RFC 6750, section 3.
Response challenge(int status, const Request& request, Right right, std::string_view error, Problem problem) {
  std::string words = "Bearer realm=\"" + std::string(name_of(right)) + "\"";
  if (!error.empty()) words += ", error=\"" + std::string(error) + "\"";
  return problem_document(status, {std::move(problem)}, request.id()).set_header("WWW-Authenticate", words);
}

// The token of "Authorization: Bearer …" (RFC 6750, section 2.1).
std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return {};
  return trimmed(authorization.substr(kScheme.size()));
}

}  // namespace

http::Handler for_callers(db::Database& database, const signin::Signin& signin, const Admitted& admitted,
                          CallerHandler handler) {
  const http::Handler for_staff =
      signin.protect(admitted.staff, [handler](const Request& request, const signin::SignedIn& person) {
        const signin::AccountId account = person.account().id;
        return handler(request, {.id = account.text(), .log_field = {"account", account}, .rights = {}});
      });
  const std::string remedy = "Ask whoever runs this service for a key: guildhall key create NAME --may " +
                             std::string(name_of(admitted.right));
  return [&database, right = admitted.right, remedy, handler, for_staff](const Request& request) {
    if (const auto authorization = request.header("Authorization")) {
      const auto key = database.read(
          [&](db::Connection& connection) { return key_in_use(connection, bearer_token(*authorization)); });
      if (!key) {
        log(LogLevel::Warning, "api.key_refused", {{"request", request.id()}});
        return challenge(401, request, right, "invalid_token", {"This key is not in use.", "Authorization", remedy});
      }
      const LogField field("key", key->id);
      if (!key->rights.may.contains(right)) {
        log(LogLevel::Warning, "api.right_missing", {{"request", request.id()}, field});
        return challenge(403, request, right, "insufficient_scope",
                         {"This key may not do that.", "Authorization", remedy});
      }
      return handler(request, {.id = key->id.text(), .log_field = field, .rights = key->rights});
    }
    Response response = for_staff(request);
    if (response.status() != 303) return response;  // A page would send the browser to sign in.
    return challenge(401, request, right, "",
                     {"Only staff who are signed in and programs with a key are answered.", "Authorization",
                      "Send Authorization: Bearer KEY, or sign in."});
  };
}

bool is_json(const Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  return equal_ignoring_case(trimmed(type.substr(0, type.find(';'))), "application/json");
}

}  // namespace guildhall::decisions
