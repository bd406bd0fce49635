#include "decisions/decisions.h"

#include "base/text.h"
#include "decisions/api_json.h"
#include "decisions/callers.h"
#include "decisions/question.h"

namespace guildhall::decisions {
namespace {

using http::Request;
using http::Response;

template <class Offered, class Slug>
std::string all_slugs(const Offered& offered, Slug slug) {
  std::string slugs;
  for (const auto& each : offered) slugs += (slugs.empty() ? "" : ", ") + slug(each);
  return slugs;
}

Response no_model(const Request& request, const Catalogue& catalogue) {
  const std::string known = all_slugs(catalogue.models, [](const auto& model) { return model->newest().slug; });
  return problem_document(404,
                          {{"No model is published under this name.", std::string(request.path_parameter("model")),
                            known.empty() ? "None is published yet." : "There are: " + known + "."}},
                          request.id());
}

Response no_decision(const Request& request, const OfferedModel& model) {
  const std::string known = all_slugs(model.decisions, [](const OfferedDecision& decision) { return decision.slug; });
  return problem_document(404,
                          {{"The model ‘" + model.newest().name + "’ has no decision of this name.",
                            std::string(request.path_parameter("decision")),
                            known.empty() ? "It has none at all." : "There are: " + known + "."}},
                          request.id());
}

class Api {
 public:
  Api(db::Database& database, const Clock& clock) : published_(database), clock_(clock) {}

  Response list(const Request&) { return Response::json(catalogue_json(*published_.now())); }

  Response ask(const Request& request, const Caller& caller) {
    const std::shared_ptr<const Catalogue> catalogue = published_.now();
    const OfferedModel* model = catalogue->find(request.path_parameter("model"));
    if (model == nullptr) return no_model(request, *catalogue);
    if (!model->problems.empty()) return problem_document(500, model->problems, request.id());
    const OfferedDecision* decision = model->find(request.path_parameter("decision"));
    if (decision == nullptr) return no_decision(request, *model);
    if (!is_json(request)) {
      return problem_document(415, {{"A question is JSON.", "Content-Type", "Send Content-Type: application/json."}},
                              request.id());
    }
    return answer(request, caller, *model, *decision);
  }

 private:
  Response answer(const Request& request, const Caller& caller, const OfferedModel& model,
                  const OfferedDecision& decision) const {
    const auto since = std::chrono::steady_clock::now();
    dmn::Decider decider(model.compiled.model, kBudget);
    decider.begin(moment_at(clock_.now()));
    const auto question = read_question(request.body(), model, decision, decider.memory());
    if (!question.ok()) return problem_document(400, question.problems(), request.id());
    auto answered = answer_json(*question, model, decision, decider);
    log(LogLevel::Info, "decisions.answered",
        {{"request", request.id()},
         caller.log_field,
         {"version", model.newest().id},
         {"within_budget", answered.ok()},
         {"took", std::chrono::steady_clock::now() - since}});
    if (!answered.ok()) return problem_document(422, answered.problems(), request.id());
    return Response::json(*std::move(answered));
  }

  PublishedModels published_;
  const Clock& clock_;
};

}  // namespace

void add_routes(http::Router& router, const Surroundings& around) {
  const auto api = std::make_shared<Api>(around.database, around.clock);
  const auto guarded = [&](CallerHandler handler) {
    using enum signin::Role;
    return for_callers(around.database, around.signin,
                       {.right = Right::Decisions, .staff = {Officer, Steward, Governance, Operator}},
                       std::move(handler));
  };
  router.errors_below("/api/", &problem_page);
  router.get("/api/v1/decisions", guarded([api](const Request& request, const Caller&) { return api->list(request); }),
             {.error_page = &problem_page});
  router.post(
      "/api/v1/decisions/:model/:decision",
      guarded([api](const Request& request, const Caller& caller) { return api->ask(request, caller); }),
      {.max_body_bytes = kMaxQuestionBytes, .csrf = http::Csrf::CheckedWithCookies, .error_page = &problem_page});
}

}  // namespace guildhall::decisions
