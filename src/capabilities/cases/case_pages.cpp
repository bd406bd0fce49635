#include <algorithm>
#include <array>

#include "base/text.h"
#include "bpmn/instance_codec.h"
#include "cases/deadlines.h"
#include "cases/history.h"
#include "cases/impl/common_pages.h"
#include "diagram/overlay.h"
#include "diagram/read_diagram.h"
#include "diagram/reading_order.h"
#include "diagram/svg.h"

namespace guildhall::cases {
namespace {

using http::Request;
using http::Response;
using signin::Role;
using signin::SignedIn;

constexpr std::size_t kHistoryShown = 200;

struct StateName {
  CaseState state;
  std::string_view code;
  std::string_view name;
};
constexpr std::array<StateName, 4> kStates{{{CaseState::Any, "", "Any"},
                                            {CaseState::Open, "open", "Open"},
                                            {CaseState::Closed, "closed", "Closed"},
                                            {CaseState::Stuck, "stuck", "Can’t go on"}}};

std::string process_state(const StoredInstance& instance) {
  const std::string since = uk_date(instance.started_at).spoken();
  if (!instance.ended_at) return "running since " + since;
  const std::string on = uk_date(*instance.ended_at).spoken();
  return instance.state == bpmn::ProcessInstance::State::Completed ? "completed on " + on : "ended early on " + on;
}

// One process of a case with what is known of it.
struct Running {
  StoredInstance stored;
  std::shared_ptr<const Published> published;
  bpmn::ProcessInstance state;
};

// What is going on in it, to be marked on its picture.
diagram::Overlay overlay_of(const Running& running, const std::vector<HistoryEntry>& history,
                            const std::vector<Job>& incidents) {
  const bpmn::Process& process = *running.published->process;
  diagram::Overlay overlay;
  for (const HistoryEntry& entry : history) {
    for (const Happening& each : happenings(entry.happened)) {
      if (each.what == bpmn::Logged::What::Left) overlay.elements[each.element].state = diagram::State::Done;
    }
  }
  for (const bpmn::NodeInstance& node : running.state.nodes) {
    if (node.node == bpmn::kNone || node.scope_events || node.is_loop) continue;
    diagram::Mark& mark = overlay.elements[process.nodes[node.node].id];
    mark.state = diagram::State::Waiting;
    ++mark.tokens;
  }
  for (const Job& incident : incidents) {
    const bpmn::NodeInstance* node =
        incident.instance == running.stored.id ? running.state.find(incident.node) : nullptr;
    if (node != nullptr && node->node != bpmn::kNone) {
      overlay.elements[process.nodes[node->node].id].state = diagram::State::Failed;
    }
  }
  return overlay;
}

std::string name_of_node(const Running& running, bpmn::Id id) {
  const bpmn::NodeInstance* node = running.state.find(id);
  if (node == nullptr || node->node == bpmn::kNone) return "";
  const bpmn::Node& of = running.published->process->nodes[node->node];
  return of.name.empty() ? of.id : of.name;
}

class CasePages : public CommonPages {
 public:
  using CommonPages::CommonPages;

  Response list(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const std::int64_t number = page_number(request);
    CasesPage page{.layout = layout(request, person, "Cases", "/work/cases"),
                   .search = {.words = squeezed(request.query("words").value_or("")),
                              .process = std::string(request.query("process").value_or(""))},
                   .processes = {{.value = "", .text = "Any"}},
                   .states = {},
                   .lines = {},
                   .pagination = {.url = {"/work/cases"}}};
    const std::string_view state = request.query("state").value_or("");
    for (const StateName& each : kStates) {
      if (each.code == state) page.search.state = each.state;
      page.states.push_back({std::string(each.code), std::string(each.name), each.code == state});
    }
    database().read([&](db::Connection& connection) {
      for (const ProcessVersion& each : newest_versions(connection)) {
        page.processes.push_back(
            {each.process, each.name.empty() ? each.process : each.name, each.process == page.search.process});
      }
      page.lines = list_cases(connection, officer.reach, page.search, (number - 1) * kPageLength, kPageLength + 1);
    });
    html::Url url("/work/cases");
    if (!page.search.words.empty()) url = url.with("words", page.search.words);
    if (!page.search.process.empty()) url = url.with("process", page.search.process);
    if (page.search.state != CaseState::Any) url = url.with("state", state);
    const bool more = page.lines.size() > kPageLength;
    if (more) page.lines.resize(kPageLength);
    // There is a next page; how many there are in all nobody needs to know.
    page.pagination = pagination_of(url, number, (number + (more ? 1 : 0)) * kPageLength);
    record(person, "case.list", "", std::to_string(page.lines.size()) + " shown");
    return Response::html(cases_page(page).markup());
  }

  Response open(const Request& request, const SignedIn& person) const { return show(request, person, {}); }

  Response version(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const auto found = find(request, officer);
    if (!found) return Response::not_found();
    return Response::text(current_version(*found)).set_header("Cache-Control", "no-store");
  }

  // One process of the case, as SVG.
  Response picture(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const auto found = find(request, officer);
    const auto id = InstanceId::parse(request.path_parameter("instance"));
    if (!found || !id.ok()) return Response::not_found();
    const auto running = running_of(*found);
    const auto it = std::ranges::find(running, *id, [](const Running& each) { return each.stored.id; });
    if (it == running.end()) return Response::not_found();
    const auto drawn = diagram_of(*it);
    if (!drawn.ok()) return Response::not_found();
    return Response::content("image/svg+xml", diagram::to_svg(drawn->first, drawn->second))
        .set_header("Cache-Control", "no-store");
  }

  Response document(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const auto found = find(request, officer);
    const auto id = DocumentId::parse(request.path_parameter("id"));
    std::optional<Document> document;
    if (found && id.ok()) {
      for (Document& each :
           database().read([&](db::Connection& connection) { return documents_of(connection, found->id); })) {
        if (each.id == *id) document = std::move(each);
      }
    }
    record(person, "document.view", document ? id->text() : "", document ? "sent" : "refused");
    if (!document) return Response::not_found();
    // To be saved, not shown: nothing that was uploaded runs as a page of this site.
    return Response::file(tasks_.path_of(*id), document->content_type, document->name)
        .set_header("Cache-Control", "no-store");
  }

  Response retry(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const auto found = find(request, officer);
    const auto job = parse_integer(request.form("job").value_or(""));
    if (!found || !job || !person.has(Role::Operator)) return Response::not_found();
    const auto failed =
        database().read([&](db::Connection& connection) { return incidents_of(connection, found->id); });
    if (std::ranges::find(failed, *job, &Job::number) == failed.end()) return Response::not_found();
    const std::string why = squeezed(request.form("why-" + std::to_string(*job)).value_or(""));
    html::FormErrors errors;
    if (why.empty()) errors.add("why-" + std::to_string(*job), "Enter what was mended");
    if (why.size() > kLongestReason) errors.add("why-" + std::to_string(*job), "Write 2,000 characters or less");
    if (!errors.empty()) return show(request, person, errors);
    const auto retried = around_.engine.retry(*job, {officer.account(), why});
    if (!retried.ok()) return Response::refusal(409, retried.problems()[0].what);
    return Response::redirect("/work/cases/" + found->reference + "?did=retried");
  }

  Response pause(const Request& request, const SignedIn& person) const {
    return set_clock(request, person, &pause_deadline);
  }
  Response resume(const Request& request, const SignedIn& person) const {
    return set_clock(request, person, &resume_deadline);
  }

 private:
  Response set_clock(const Request& request, const SignedIn& person, decltype(&pause_deadline) set) const {
    const Officer officer = tasks_.officer(person);
    const auto found = find(request, officer);
    if (!found || !person.has(Role::Officer)) return Response::not_found();
    const std::string why = squeezed(request.form("why-clock").value_or(""));
    html::FormErrors errors;
    if (why.empty()) errors.add("why-clock", "Enter a reason");
    if (why.size() > kLongestReason) errors.add("why-clock", "Write 2,000 characters or less");
    if (!errors.empty()) return show(request, person, errors);
    const auto calendar = around_.engine.calendars().in_force();
    const auto done = database().write([&](db::Connection& connection) {
      return set(connection, calendar->calendar(), found->id, {officer.account(), why}, around_.engine.clock().now());
    });
    if (!done.ok()) return Response::refusal(409, done.problems()[0].what);
    return Response::redirect("/work/cases/" + found->reference);
  }

  std::optional<Case> find(const Request& request, const Officer& officer) const {
    const std::string reference = upper_ascii(request.path_parameter("reference"));
    return database().read(
        [&](db::Connection& connection) { return reach_case(connection, officer.reach, reference); });
  }

  std::string current_version(const Case& of) const {
    return std::to_string(database().read([&](db::Connection& connection) { return version_of(connection, of.id); }));
  }

  std::vector<Running> running_of(const Case& of) const {
    std::vector<Running> all;
    for (StoredInstance& stored :
         database().read([&](db::Connection& connection) { return instances_of(connection, of.id); })) {
      auto published = around_.engine.definitions().version(stored.version);
      if (!published.ok()) continue;
      auto state = bpmn::decode_instance(stored.content, *(*published)->process);
      if (!state.ok()) continue;
      all.push_back({std::move(stored), *std::move(published), *std::move(state)});
    }
    return all;
  }

  Result<std::pair<diagram::Diagram, diagram::Overlay>> diagram_of(const Running& running) const {
    std::string xml;
    std::vector<HistoryEntry> history;
    std::vector<Job> incidents;
    database().read([&](db::Connection& connection) {
      xml = text_of(connection, running.published->version.file).value();
      history = history_of(connection, running.stored.id);
      incidents = incidents_of(connection, running.stored.case_id);
    });
    return std::pair(TRY(diagram::read_diagram(xml, running.published->version.process)),
                     overlay_of(running, history, incidents));
  }

  ProcessView view_of(const Case& of, const Running& running) const {
    const ProcessVersion& version = running.published->version;
    ProcessView view{.name = version.name.empty() ? version.process : version.name,
                     .version = "Version " + std::to_string(version.version) + ", " + process_state(running.stored),
                     .picture = std::nullopt,
                     .steps = {}};
    const auto drawn = diagram_of(running);
    if (!drawn.ok()) return view;
    const auto address = html::Url::parse("/work/cases/" + of.reference + "/pictures/" + running.stored.id.text());
    if (address.ok()) view.picture = address->with("version", std::to_string(running.stored.number));
    for (const diagram::Step& step : diagram::reading_order(drawn->first, drawn->second)) {
      std::string words = step.name.empty() ? step.kind : step.name + " (" + step.kind + ")";
      if (const std::string marked = diagram::in_words(step.mark); !marked.empty()) words += ": " + marked;
      view.steps.push_back({std::move(words), static_cast<int>(std::min<std::size_t>(step.depth, 2))});
    }
    return view;
  }

  Response show(const Request& request, const SignedIn& person, const html::FormErrors& errors) const {
    const Officer officer = tasks_.officer(person);
    const auto found = find(request, officer);
    record(person, "case.view", found ? found->id.text() : "", found ? "shown" : "refused");
    if (!found) return Response::not_found();
    CasePage page{.layout = layout(request, person, found->title + ", " + found->reference, "/work/cases", errors),
                  .errors = errors,
                  .csrf = http::csrf_token(request),
                  .said = request.query("did") == "retried" && errors.empty() ? "It is being tried again" : "",
                  .of = *found,
                  .facts = {},
                  .is_operator = person.has(Role::Operator),
                  .incidents = {},
                  .tasks = {},
                  .waits = {},
                  .processes = {},
                  .variables = {},
                  .documents = {},
                  .history = {},
                  .why = {},
                  .clock = CasePage::Clock::None,
                  .live = {.id = "case",
                           .version_url = html::Url::parse("/work/cases/" + found->reference + "/version").value(),
                           .version = current_version(*found),
                           .says = "Something has happened in this case."}};
    page.layout.back = html::Url("/work/cases");
    const auto running = running_of(*found);
    for (const Running& each : running) page.processes.push_back(view_of(*found, each));
    if (!running.empty() && !running[0].state.scopes.empty()) {
      page.variables = facts_of(running[0].state.scopes[0].variables);
    }
    for (const Running& each : running) {
      for (const bpmn::Expectation& wait : bpmn::expectations(*each.published->process, each.state)) {
        const std::string name(wait.name);
        switch (wait.kind) {
          case bpmn::Expectation::Kind::Timer:
            page.waits.push_back(spoken_uk(wait.due) + ": “" + name_of_wait(each, wait) + "”");
            break;
          case bpmn::Expectation::Kind::Message:
            page.waits.push_back(name.empty() ? "a message" : "the message “" + name + "”");
            break;
          case bpmn::Expectation::Kind::Signal:
            page.waits.push_back(name.empty() ? "a signal" : "the signal “" + name + "”");
            break;
        }
      }
    }
    std::vector<std::string> people, teams;
    std::optional<Instant> deadline;
    std::optional<DeadlineStanding> stands;
    const auto calendar = around_.engine.calendars().in_force();
    const Instant now = around_.engine.clock().now();
    database().read([&](db::Connection& connection) {
      Names names(connection);
      const auto add_once = [](std::vector<std::string>& all, const std::string& one) {
        if (!one.empty() && std::ranges::find(all, one) == all.end()) all.push_back(one);
      };
      for (const Task& task : tasks_of(connection, found->id)) {
        if (!task.ended_at) {
          if (task.due_at && (!deadline || *task.due_at < *deadline)) deadline = task.due_at;
          for (const std::string& team : task.teams) add_once(teams, team);
          add_once(people, names.of(task.assignee));
        }
        page.tasks.push_back({.id = task.id,
                              .name = task.name,
                              .state = !task.ended_at ? "Open"
                                       : task.done    ? "Done"
                                                      : "No longer needed",
                              .with = task.assignee.empty() ? joined(task.teams) : names.of(task.assignee),
                              .due_at = task.due_at,
                              .may_open = !task.ended_at && person.has(Role::Officer) &&
                                          reach_task(connection, officer.reach, task.id).has_value()});
      }
      for (const ProgramWork& work : work_of(connection, found->id)) {
        page.waits.push_back(
            "a program that does “" + (work.topic.empty() ? "its work" : work.topic) + "”" +
            (work.problem.empty() ? "" : "; it has failed " + std::to_string(work.attempts) + " times"));
      }
      for (const Job& job : incidents_of(connection, found->id)) {
        std::string where;
        for (const Running& each : running) {
          if (job.instance == each.stored.id) where = name_of_node(each, job.node);
        }
        page.incidents.push_back({job.number, std::move(where), job.problem});
      }
      stands = standing(connection, calendar->calendar(), found->id, now);
      page.documents = document_lines(connection, names, found->id);
      page.history = history_lines(connection, names, found->id, kHistoryShown + 1);
    });
    page.history_is_cut = page.history.size() > kHistoryShown;
    if (page.history_is_cut) page.history.resize(kHistoryShown);
    say_what_followed(around_.engine.definitions(), page.history);
    if (!page.incidents.empty()) page.why = answered(request, "why-" + std::to_string(page.incidents[0].job));
    page.facts.push_back({"State", case_state(found->closed_at, !page.incidents.empty())});
    page.facts.push_back({"Opened", found->opened_at});
    if (found->closed_at) page.facts.push_back({"Closed", *found->closed_at});
    if (stands) {
      page.facts.push_back({"Deadline", in_words(*stands)});
      const bool open = !found->closed_at && person.has(Role::Officer);
      if (open && stands->paused_by_act) page.clock = CasePage::Clock::Stands;
      if (open && !stands->paused_since && stands->left) page.clock = CasePage::Clock::Runs;
    }
    if (deadline) page.facts.push_back({"Next task due", *deadline});
    if (!people.empty()) page.facts.push_back({"With", joined(people)});
    if (!teams.empty()) page.facts.push_back({"Teams", joined(teams)});
    return Response::html(case_page(page).markup(), errors.empty() ? 200 : 422);
  }

  static std::string in_words(const calendar::Allowance& allowance) {
    const auto count = [](std::int64_t number, const std::string& one) {
      return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
    };
    if (const auto* days = std::get_if<calendar::WorkingDays>(&allowance)) return count(days->count, "working day");
    if (const auto* days = std::get_if<calendar::CalendarDays>(&allowance)) return count(days->count, "day");
    return "working hours";
  }
  static std::string in_words(const DeadlineStanding& stands) {
    const std::string left = stands.left ? ", " + in_words(*stands.left) + " left" : "";
    if (stands.paused_since) return "Paused since " + spoken_uk(*stands.paused_since) + left;
    if (!stands.deadline.due_at) return "None";
    const std::string due = spoken_uk(*stands.deadline.due_at);
    if (stands.deadline.ended_at) return due + (stands.overdue ? ": missed" : ": met");
    return due + (stands.overdue ? ": overdue" : left);
  }

  // The event that is waited for, by its name or that of what it stands at.
  static std::string name_of_wait(const Running& running, const bpmn::Expectation& wait) {
    const bpmn::Process& process = *running.published->process;
    const bpmn::NodeInstance* node = running.state.find(wait.instance);
    if (node != nullptr && wait.wait < node->waits.size() && node->waits[wait.wait].event != bpmn::kNone) {
      const bpmn::Node& event = process.nodes[node->waits[wait.wait].event];
      if (!event.name.empty()) return event.name;
      if (event.attached_to != bpmn::kNone && !process.nodes[event.attached_to].name.empty()) {
        return process.nodes[event.attached_to].name;
      }
      return event.id;
    }
    return name_of_node(running, wait.instance);
  }
};

}  // namespace

void add_case_routes(http::Router& router, const Surroundings& around) {
  const auto pages = std::make_shared<const CasePages>(around);
  const auto by = [&](Response (CasePages::*show)(const Request&, const SignedIn&) const) {
    return around.signin.protect(
        {Role::Officer, Role::Operator},
        [pages, show](const Request& request, const SignedIn& person) { return (*pages.*show)(request, person); });
  };
  router.get("/work/cases", by(&CasePages::list));
  router.get("/work/cases/:reference", by(&CasePages::open));
  router.get("/work/cases/:reference/version", by(&CasePages::version));
  router.get("/work/cases/:reference/pictures/:instance", by(&CasePages::picture));
  router.get("/work/cases/:reference/documents/:id", by(&CasePages::document));
  router.post("/work/cases/:reference/retry", by(&CasePages::retry));
  router.post("/work/cases/:reference/pause", by(&CasePages::pause));
  router.post("/work/cases/:reference/resume", by(&CasePages::resume));
}

}  // namespace guildhall::cases
