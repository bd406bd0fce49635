#include "decisions/api_json.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace guildhall::decisions {
namespace {

using boost::json::array;
using boost::json::object;

// An item definition may use others, and these others: only so much of them is told.
constexpr int kDeepestType = 10;
constexpr std::size_t kMostTypes = 1'000;

class TypeWriter {
 public:
  object write(const feel::Type& type, int depth = 0) {
    object json{{"type", type.text()}};
    if (!type.allowed().empty()) {
      array allowed;
      for (const auto& tests : type.allowed()) allowed.push_back(boost::json::value(tests->text()));
      json["allowed"] = std::move(allowed);
    }
    if (depth == kDeepestType || ++written_ > kMostTypes) return json;
    if (type.base() == feel::Type::Base::List && !type.item().any()) json["items"] = write(type.item(), depth + 1);
    if (type.base() == feel::Type::Base::Context && !type.members().empty()) {
      array members;
      for (const feel::Type::Member& member : type.members()) {
        object described{{"name", member.first}};
        for (auto& each : write(member.second, depth + 1)) described[each.key()] = std::move(each.value());
        members.push_back(std::move(described));
      }
      json["members"] = std::move(members);
    }
    return json;
  }

 private:
  std::size_t written_ = 0;
};

object version_json(const Version& version) {
  object json{
      {"version", version.number}, {"published_at", to_iso(version.published_at)}, {"sha256", hex(version.sha256)}};
  if (version.accepted) json["accepted"] = *version.accepted;
  return json;
}

object decision_json(const OfferedDecision& decision) {
  array inputs;
  for (const auto& need : decision.inputs) {
    object input{{"name", need.name}};
    for (auto& each : TypeWriter().write(need.type)) input[each.key()] = std::move(each.value());
    inputs.push_back(std::move(input));
  }
  object json{{"decision", decision.slug}, {"name", decision.name}};
  if (!decision.question.empty()) json["question"] = decision.question;
  json["inputs"] = std::move(inputs);
  return json;
}

array problems_json(const Problems& problems) {
  array json;
  for (const Problem& problem : problems) {
    json.push_back({{"what", problem.what}, {"where", problem.where}, {"remedy", problem.remedy}});
  }
  return json;
}

object model_json(const OfferedModel& model) {
  array versions, decisions;
  for (const Version& version : model.versions) versions.push_back(version_json(version));
  for (const OfferedDecision& decision : model.decisions) decisions.push_back(decision_json(decision));
  const Version& newest = model.newest();
  object json{{"model", newest.slug},
              {"name", newest.name},
              {"namespace", newest.namespace_uri},
              {"version", newest.number},
              {"versions", std::move(versions)},
              {"decisions", std::move(decisions)}};
  if (!model.problems.empty()) json["problems"] = problems_json(model.problems);
  return json;
}

// RFC 9110, section 15: what "about:blank" problems are titled (RFC 9457, section 4.2.1).
std::string_view phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 503:
      return "Service Unavailable";
    default:
      return status < 500 ? "Request Refused" : "Internal Server Error";
  }
}

}  // namespace

std::string catalogue_json(const Catalogue& catalogue) {
  array models;
  for (const auto& model : catalogue.models) models.push_back(model_json(*model));
  return boost::json::serialize(object{{"models", std::move(models)}});
}

http::Response problem_document(int status, const Problems& problems, const Uuid& request_id) {
  std::string detail;
  for (const Problem& problem : problems) detail += (detail.empty() ? "" : " ") + problem.what;
  const object json{{"type", "about:blank"},
                    {"title", phrase(status)},
                    {"status", status},
                    {"detail", detail},
                    {"instance", "urn:uuid:" + request_id.text()},
                    {"problems", problems_json(problems)}};
  return http::Response::content("application/problem+json", boost::json::serialize(json), status);
}

http::Response problem_page(const http::Failure& failure) {
  Problem problem{failure.explanation, "", ""};
  if (failure.status == 413) {
    problem = {"A question may have at most " + std::to_string(kMaxQuestionBytes / 1024) + " KiB.", "",
               "Send only what the decision asks for."};
  } else if (failure.status == 403) {
    problem.remedy =
        "Programs send a key: Authorization: Bearer KEY, without cookies. Pages send their CSRF token in X-CSRF-Token, "
        "for somebody whose role lets them ask.";
  } else if (failure.status == 503) {
    problem.remedy = "Ask again after the seconds in Retry-After.";
  }
  return problem_document(failure.status, {problem}, failure.request_id);
}

}  // namespace guildhall::decisions
