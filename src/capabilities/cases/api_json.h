#pragma once

// What programs send and are answered, in JSON. Problems come with their path ("variables", "lease_seconds"). Texts have
// no NUL, which no database would take.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bpmn/instance.h"
#include "cases/engine.h"
#include "cases/view.h"
#include "http/router.h"

namespace guildhall::cases {

inline constexpr std::size_t kMaxRequestBytes = 256 * 1024;

// An object's names and values. JSON has no dates, times and durations: they stay texts.
Result<bpmn::Variables> variables_from_json(std::string_view json);
Result<std::string> variables_json(const bpmn::Variables& variables);

struct CaseRequest {
  std::optional<CaseId> id;
  std::string title;
  bpmn::Variables variables;
};
Result<CaseRequest> read_case_request(std::string_view json);

struct MessageRequest {
  std::string name;
  std::string id;
  bpmn::Variables variables;
};
Result<MessageRequest> read_message_request(std::string_view json);

Result<std::string> read_signal_request(std::string_view json);  // Its name.

struct ClaimRequest {
  std::string topic;
  std::int64_t limit = 1;
  std::chrono::seconds lease{60};
};
Result<ClaimRequest> read_claim_request(std::string_view json);

struct WorkDone {
  std::string claim;
  bpmn::Variables variables;
};
Result<WorkDone> read_work_done(std::string_view json);
struct WorkFailed {
  std::string claim;
  std::string words;  // Why it failed, or the error's code.
};
Result<WorkFailed> read_work_failed(std::string_view json, std::string_view words);  // "why" or "code"

std::string case_json(const CaseView& view);
// A Problem where its inputs are nested too deeply for JSON.
Result<std::string> work_json(const Work& work);

// For RouteOptions::error_page.
http::Response problem_page(const http::Failure& failure);

}  // namespace guildhall::cases
