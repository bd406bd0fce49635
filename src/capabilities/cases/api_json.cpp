#include "cases/api_json.h"

#include <algorithm>
#include <boost/json.hpp>

#include "decisions/api_json.h"
#include "feel/json.h"

namespace guildhall::cases {
namespace {

using boost::json::array;
using boost::json::object;
using feel::Kind;

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestReason = 2'000;
constexpr std::int64_t kMostClaimed = 100;
constexpr std::int64_t kLongestLease = 24 * 60 * 60;

bool has_nul(const feel::Value& value) {
  const auto nul = [](std::string_view text) { return text.find('\0') != text.npos; };
  switch (value.kind()) {
    case Kind::String:
      return nul(value.string());
    case Kind::List:
      return std::ranges::any_of(value.list(), &has_nul);
    case Kind::Context:
      return std::ranges::any_of(value.context(),
                                 [&](const feel::Entry& entry) { return nul(entry.key) || has_nul(entry.value); });
    default:
      return false;
  }
}

Result<feel::Value> read_object(std::string_view json, feel::Memory& memory) {
  const feel::Value value = TRY(feel::from_json(json, {}, memory));
  if (!value.is(Kind::Context)) {
    return Problem{"This is not a JSON object.", "", "Write names and values in curly brackets: {\"days\": 30}."};
  }
  if (has_nul(value)) return Problem{"Texts may not have the character NUL.", "", "Leave it out."};
  return value;
}

bpmn::Variables variables_of(const feel::Value& context) {
  bpmn::Variables variables;
  for (const feel::Entry& entry : context.context()) variables.emplace_back(entry.key, bpmn::Data::of(entry.value));
  return variables;
}

// The members of a request, and all that is wrong with them.
class Members {
 public:
  explicit Members(std::string_view json) {
    auto read = read_object(json, memory_);
    if (read.ok()) {
      object_ = *read;
    } else {
      problems_ = read.problems();
    }
  }

  enum class Needed { Yes, No };
  std::string text(std::string_view name, std::size_t longest, Needed needed = Needed::Yes) {
    const feel::Value* value = member(name);
    if (value == nullptr && needed == Needed::No) return {};
    if (value == nullptr || !value->is(Kind::String) || value->string().empty()) {
      wrong("This should be a text.", name, "Say it: \"" + std::string(name) + "\": \"…\".");
    } else if (value->string().size() > longest) {
      wrong("This text is too long.", name, "It may have " + std::to_string(longest) + " bytes.");
    } else {
      return std::string(value->string());
    }
    return {};
  }

  std::int64_t number(std::string_view name, std::int64_t otherwise, std::int64_t most) {
    const feel::Value* value = member(name);
    if (value == nullptr) return otherwise;
    const auto number = value->is(Kind::Number) ? value->number().to_int64() : std::nullopt;
    if (number && *number >= 1 && *number <= most) return *number;
    wrong("This should be a whole number from 1 to " + std::to_string(most) + ".", name, "");
    return otherwise;
  }

  bpmn::Variables variables() {
    const feel::Value* value = member("variables");
    if (value == nullptr) return {};
    if (value->is(Kind::Context)) return variables_of(*value);
    wrong("The variables should be an object.", "variables", "Send {\"variables\": {\"days\": 30}}.");
    return {};
  }

  void wrong(std::string what, std::string_view where, std::string remedy) {
    problems_.push_back({std::move(what), std::string(where), std::move(remedy)});
  }

  // Also what nobody asked for: it is most often misspelt.
  template <class Request>
  Result<Request> result(Request request) {
    if (object_.is(Kind::Context)) {
      for (const feel::Entry& entry : object_.context()) {
        if (std::ranges::find(known_, entry.key) == known_.end()) {
          std::string names;
          for (const std::string_view name : known_) names += (names.empty() ? "" : ", ") + std::string(name);
          wrong("Nothing of this name is asked for.", entry.key, "There are: " + names + ".");
        }
      }
    }
    if (!problems_.empty()) return problems_;
    return request;
  }

 private:
  // null is as good as nothing.
  const feel::Value* member(std::string_view name) {
    known_.push_back(name);
    const feel::Value* value = object_.is(Kind::Context) ? object_.entry(name) : nullptr;
    return value == nullptr || value->null() ? nullptr : value;
  }

  feel::Memory memory_;
  feel::Value object_;
  std::vector<std::string_view> known_;
  Problems problems_;
};

object task_json(const Task& task) {
  array teams;
  for (const std::string& team : task.teams) teams.emplace_back(team);
  object json{{"task", task.id.text()}, {"element", task.element}, {"name", task.name}, {"teams", std::move(teams)}};
  if (task.due_at) json["due_at"] = to_iso(*task.due_at);
  return json;
}

object wait_json(const bpmn::Expectation& wait) {
  using enum bpmn::Expectation::Kind;
  switch (wait.kind) {
    case Timer:
      return {{"kind", "timer"}, {"due_at", to_iso(wait.due)}};
    case Message:
      return {{"kind", "message"}, {"name", wait.name}};
    case Signal:
      return {{"kind", "signal"}, {"name", wait.name}};
  }
  return {};
}

}  // namespace

Result<bpmn::Variables> variables_from_json(std::string_view json) {
  feel::Memory memory;
  return variables_of(TRY(read_object(json, memory)));
}

Result<std::string> variables_json(const bpmn::Variables& variables) {
  std::string json;
  for (const auto& [name, data] : variables) {
    json += json.empty() ? "" : ",";
    json += boost::json::serialize(boost::json::string_view(name)) + ":" + TRY(feel::to_json(data.value()));
  }
  return "{" + json + "}";
}

Result<CaseRequest> read_case_request(std::string_view json) {
  Members members(json);
  CaseRequest request{.id = std::nullopt,
                      .title = members.text("title", kLongestName, Members::Needed::No),
                      .variables = members.variables()};
  if (const std::string id = members.text("id", kLongestName, Members::Needed::No); !id.empty()) {
    const auto parsed = CaseId::parse(id);
    if (parsed.ok() && !parsed->is_nil()) {
      request.id = *parsed;
    } else {
      members.wrong("This is not a UUID.", "id", "Make one for each case, and send the same when you try again.");
    }
  }
  return members.result(std::move(request));
}

Result<MessageRequest> read_message_request(std::string_view json) {
  Members members(json);
  MessageRequest request{.name = members.text("name", kLongestName),
                         .id = members.text("id", kLongestName, Members::Needed::No),
                         .variables = members.variables()};
  return members.result(std::move(request));
}

Result<std::string> read_signal_request(std::string_view json) {
  Members members(json);
  std::string name = members.text("name", kLongestName);
  return members.result(std::move(name));
}

Result<ClaimRequest> read_claim_request(std::string_view json) {
  Members members(json);
  ClaimRequest request;
  request.topic = members.text("topic", kLongestName);
  request.limit = members.number("limit", request.limit, kMostClaimed);
  request.lease = std::chrono::seconds(members.number("lease_seconds", request.lease.count(), kLongestLease));
  return members.result(std::move(request));
}

Result<WorkDone> read_work_done(std::string_view json) {
  Members members(json);
  WorkDone done{.claim = members.text("claim", kLongestName), .variables = members.variables()};
  return members.result(std::move(done));
}

Result<WorkFailed> read_work_failed(std::string_view json, std::string_view words) {
  Members members(json);
  WorkFailed failed{.claim = members.text("claim", kLongestName), .words = members.text(words, kLongestReason)};
  return members.result(std::move(failed));
}

std::string case_json(const CaseView& view) {
  array tasks, waits;
  for (const Task& task : view.open_tasks) tasks.push_back(task_json(task));
  for (const CaseView::Process& process : view.processes) {
    for (const bpmn::Expectation& wait : process.waits()) waits.push_back(wait_json(wait));
  }
  for (const std::string& topic : view.open_work) waits.push_back(object{{"kind", "work"}, {"topic", topic}});
  const CaseView::Process& own = view.processes.front();
  object json{{"case", view.opened.id.text()},
              {"reference", view.opened.reference},
              {"title", view.opened.title},
              {"process", own.published->version.process},
              {"version", own.published->version.version},
              {"state", name_of(own.stored.state)},
              {"opened_at", to_iso(view.opened.opened_at)},
              {"tasks", std::move(tasks)},
              {"waits", std::move(waits)},
              {"incidents", view.incidents.size()}};
  if (view.opened.closed_at) json["closed_at"] = to_iso(*view.opened.closed_at);
  return boost::json::serialize(json);
}

Result<std::string> work_json(const Work& work) {
  const std::string inputs = TRY(variables_json(work.inputs));
  std::string json = boost::json::serialize(object{{"job", work.job},
                                                   {"key", work.key},
                                                   {"topic", work.topic},
                                                   {"claim", work.claim},
                                                   {"case", work.case_id.text()},
                                                   {"attempt", work.attempts}});
  json.pop_back();
  return json + ",\"inputs\":" + inputs + "}";
}

http::Response problem_page(const http::Failure& failure) {
  if (failure.status != 413) return decisions::problem_page(failure);
  return decisions::problem_document(
      413,
      {{"A request may have at most " + std::to_string(kMaxRequestBytes / 1024) + " KiB.", "",
        "Send what the process needs, and keep documents elsewhere."}},
      failure.request_id);
}

}  // namespace guildhall::cases
