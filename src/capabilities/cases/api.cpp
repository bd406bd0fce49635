#include "cases/api.h"

#include "base/text.h"
#include "cases/api_json.h"
#include "decisions/api_json.h"
#include "decisions/callers.h"

namespace guildhall::cases {
namespace {

using ApiCaller = decisions::Caller;
using decisions::Right;
using http::Request;
using http::Response;

Response refused(const Request& request, int status, const Problems& problems) {
  return decisions::problem_document(status, problems, request.id());
}

class Api {
 public:
  explicit Api(Engine& engine) : engine_(engine) {}

  Response open(const Request& request, const ApiCaller& caller) {
    const std::string process(request.path_parameter("process"));
    if (const auto known = engine_.definitions().newest(process); !known.ok()) {
      return refused(request, 404, known.problems());
    }
    auto read = read_case_request(request.body());
    if (!read.ok()) return refused(request, 400, read.problems());
    const auto started = engine_.start({.id = read->id.value_or(CaseId::make()),
                                        .process = process,
                                        .version = 0,
                                        .title = std::move(read->title),
                                        .variables = std::move(read->variables),
                                        .start_event = {},
                                        .act = {caller.id, ""}});
    if (!started.ok()) return refused(request, 422, started.problems());
    if (!started->is_new && process_of(*started) != process) {
      return refused(request, 409,
                     {{"A case of another process has this id.", "id", "Make a new UUID for each case."}});
    }
    log(LogLevel::Info, "cases.opened",
        {{"request", request.id()}, caller.log_field, {"case", started->case_id}, {"new", started->is_new}});
    return Response::json("{\"case\":\"" + started->case_id.text() + "\",\"reference\":\"" + started->reference + "\"}",
                          started->is_new ? 201 : 200);
  }

  Response show(const Request& request, const ApiCaller&) {
    const auto view = look_at_case(engine_.database(), engine_.definitions(), request.path_parameter("case"));
    if (!view.ok()) return refused(request, 404, view.problems());
    return Response::json(case_json(*view));
  }

  Response send(const Request& request, const ApiCaller& caller) {
    auto read = read_message_request(request.body());
    if (!read.ok()) return refused(request, 400, read.problems());
    const bool is_new = engine_.send({read->name, std::move(read->variables), ""}, read->id, caller.id);
    log(LogLevel::Info, "cases.message_received", {{"request", request.id()}, caller.log_field, {"new", is_new}});
    return Response::json(is_new ? R"({"received":"now"})" : R"({"received":"before"})", 202);
  }

  Response broadcast(const Request& request, const ApiCaller& caller) {
    const auto name = read_signal_request(request.body());
    if (!name.ok()) return refused(request, 400, name.problems());
    engine_.broadcast(*name, caller.id);
    log(LogLevel::Info, "cases.signal_received", {{"request", request.id()}, caller.log_field});
    return Response::json(R"({"received":"now"})", 202);
  }

  Response claim(const Request& request, const ApiCaller& caller) {
    const auto wanted = read_claim_request(request.body());
    if (!wanted.ok()) return refused(request, 400, wanted.problems());
    if (!caller.rights.may_work_on(wanted->topic)) {
      return refused(request, 403,
                     {{"This key may not do work of this topic.", "topic",
                       "Ask whoever runs this service for a key: guildhall key create NAME --may work --topic …"}});
    }
    std::string work;
    std::int64_t claimed = 0;
    for (const Work& each : engine_.claim_work(wanted->topic, wanted->limit, wanted->lease)) {
      const auto json = work_json(each);
      if (!json.ok()) {
        static_cast<void>(engine_.fail_work(each.job, each.claim, to_text(json.problems())));
        continue;
      }
      work += (work.empty() ? "" : ",") + *json;
      ++claimed;
    }
    log(LogLevel::Info, "cases.work_claimed", {{"request", request.id()}, caller.log_field, {"claimed", claimed}});
    return Response::json("{\"work\":[" + work + "]}");
  }

  Response complete(const Request& request, const ApiCaller& caller) {
    const auto done = read_work_done(request.body());
    if (!done.ok()) return refused(request, 400, done.problems());
    return answered(request, caller, "cases.work_done", [&](std::int64_t job) {
      return engine_.complete_work(job, done->claim, done->variables, caller.id);
    });
  }

  Response fail(const Request& request, const ApiCaller& caller) {
    const auto failed = read_work_failed(request.body(), "why");
    if (!failed.ok()) return refused(request, 400, failed.problems());
    return answered(request, caller, "cases.work_failed",
                    [&](std::int64_t job) { return engine_.fail_work(job, failed->claim, failed->words); });
  }

  Response error(const Request& request, const ApiCaller& caller) {
    const auto failed = read_work_failed(request.body(), "code");
    if (!failed.ok()) return refused(request, 400, failed.problems());
    return answered(request, caller, "cases.work_gave_error", [&](std::int64_t job) {
      return engine_.throw_error(job, failed->claim, failed->words, caller.id);
    });
  }

 private:
  template <class Answer>
  Response answered(const Request& request, const ApiCaller& caller, Literal event, Answer&& answer) {
    const auto job = parse_integer(request.path_parameter("job"));
    if (!job) {
      return refused(request, 404,
                     {{"There is no such work.", std::string(request.path_parameter("job")),
                       "Send the number of the job that was claimed."}});
    }
    const Result<void> done = answer(*job);
    log(LogLevel::Info, event, {{"request", request.id()}, caller.log_field, {"job", *job}, {"taken", done.ok()}});
    if (!done.ok()) return refused(request, 409, done.problems());
    return Response::json("{\"job\":" + std::to_string(*job) + "}");
  }

  std::string process_of(const Started& started) {
    return engine_.database().read([&](db::Connection& connection) {
      return find_version(connection, find_instance(connection, started.instance).value().version).value().process;
    });
  }

  Engine& engine_;
};

}  // namespace

void add_api_routes(http::Router& router, const ApiSurroundings& around) {
  const auto api = std::make_shared<Api>(around.engine);
  using Asked = Response (Api::*)(const Request&, const ApiCaller&);
  const auto guarded = [&](Right right, Asked asked) {
    return decisions::for_callers(
        around.engine.database(), around.signin, {.right = right, .staff = {signin::Role::Operator}},
        [api, asked](const Request& request, const ApiCaller& caller) {
          if (request.method() == http::Method::Post && !decisions::is_json(request)) {
            return refused(request, 415,
                           {{"A request is JSON.", "Content-Type", "Send Content-Type: application/json."}});
          }
          return ((*api).*asked)(request, caller);
        });
  };
  const auto post = [&](Literal pattern, Right right, Asked asked) {
    router.post(
        pattern, guarded(right, asked),
        {.max_body_bytes = kMaxRequestBytes, .csrf = http::Csrf::CheckedWithCookies, .error_page = &problem_page});
  };
  post("/api/v1/processes/:process/cases", Right::Cases, &Api::open);
  router.get("/api/v1/cases/:case", guarded(Right::Cases, &Api::show), {.error_page = &problem_page});
  post("/api/v1/messages", Right::Cases, &Api::send);
  post("/api/v1/signals", Right::Cases, &Api::broadcast);
  post("/api/v1/work/claim", Right::Work, &Api::claim);
  post("/api/v1/work/:job/complete", Right::Work, &Api::complete);
  post("/api/v1/work/:job/fail", Right::Work, &Api::fail);
  post("/api/v1/work/:job/error", Right::Work, &Api::error);
}

}  // namespace guildhall::cases
