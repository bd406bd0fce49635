#include "cases/work_pages.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bpmn/instance_codec.h"
#include "cases/impl/common_pages.h"

namespace guildhall::cases {
namespace {

using http::Request;
using http::Response;
using signin::Role;
using signin::SignedIn;

struct ListName {
  TaskList list;
  std::string_view code;
  std::string_view name;
};
constexpr std::array<ListName, 5> kLists{{{TaskList::Mine, "mine", "My tasks"},
                                          {TaskList::Team, "team", "My teams’ tasks"},
                                          {TaskList::Unassigned, "unassigned", "Unassigned"},
                                          {TaskList::Overdue, "overdue", "Overdue"},
                                          {TaskList::DueSoon, "soon", "Due in 7 days"}}};

const ListName& list_named(std::string_view code) {
  const auto found = std::ranges::find(kLists, code, &ListName::code);
  return found == kLists.end() ? kLists[0] : *found;
}

html::Url url_of(const ListName& list) {
  return html::Url("/work").with("list", list.code);
}

std::string count_in_words(std::int64_t count) {
  return html::grouped(count) + (count == kMostCounted ? " or more" : "");
}

// What has just been done, by the word that a redirect carries.
std::string said(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSaid{
      {{"claimed", "The task is yours"},
       {"given-back", "The task was given back"},
       {"commented", "Your comment is in the history"},
       {"added", "The document was added"},
       {"aside", "The task was put aside"},
       {"up", "The task was taken up again"},
       {"delegated", "The task was delegated"},
       {"handed-over", "The task was handed over"}}};
  for (const auto& [code, words] : kSaid) {
    if (code == word) return std::string(words);
  }
  return "";
}

Recipient recipient_of(std::string_view value) {
  if (value.starts_with("account:")) return {std::string(value.substr(8)), ""};
  if (value.starts_with("team:")) return {"", std::string(value.substr(5))};
  return {};
}

// Problems without a field of their own are about what was to be done.
html::FormErrors errors_of(const Problems& problems) {
  html::FormErrors errors;
  for (const Problem& each : problems) {
    errors.add(each.where.empty() ? "act" : each.where,
               each.where.empty() && !each.remedy.empty() ? each.what + " " + each.remedy : each.what);
  }
  return errors;
}

// ---- Answers

std::string typed_before(const bpmn::Variables& answers, std::string_view name) {
  for (const auto& [known, data] : answers) {
    if (known != name) continue;
    const feel::Value& value = data.value();
    if (value.is(feel::Kind::String)) return std::string(value.string());
    if (value.is(feel::Kind::Boolean)) return value.boolean() ? "yes" : "no";
    if (value.is(feel::Kind::Number)) return value.number().text();
    if (value.is(feel::Kind::Date)) return value.date().text();
  }
  return "";
}

// Fields with what was typed in them, or else what a delegate has answered.
html::Html questions_of(const Request& request, const std::vector<TaskQuestion>& questions,
                        const bpmn::Variables& before, const html::FormErrors& errors) {
  html::Html fields;
  const bool typed = request.method() == http::Method::Post && request.form("note").has_value();
  for (const TaskQuestion& question : questions) {
    const std::string field = question.field();
    const std::string value = typed ? answered(request, field) : typed_before(before, question.name);
    switch (question.kind) {
      case TaskQuestion::Kind::YesNo:
        fields.show(html::radios({.name = field,
                                  .legend = question.label,
                                  .legend_size = html::LabelSize::Small,
                                  .error = errors.of(field),
                                  .choices = {{.value = "yes", .text = "Yes", .chosen = value == "yes"},
                                              {.value = "no", .text = "No", .chosen = value == "no"}},
                                  .layout = html::ChoiceLayout::Inline}));
        break;
      case TaskQuestion::Kind::Number:
        fields.show(html::text_input({.name = field,
                                      .label = question.label,
                                      .label_size = html::LabelSize::Small,
                                      .error = errors.of(field),
                                      .value = value,
                                      .width = html::InputWidth::Characters10,
                                      .inputmode = "decimal",
                                      .spellcheck = false}));
        break;
      case TaskQuestion::Kind::Date: {
        html::DateInput input = date_input_of(request, field, question.label, errors);
        input.legend_size = html::LabelSize::Small;
        if (const auto date = Date::parse_iso(value); !typed && date.ok()) {
          input.day = std::to_string(date->day());
          input.month = std::to_string(date->month());
          input.year = std::to_string(date->year());
        }
        fields.show(html::date_input(input));
        break;
      }
      case TaskQuestion::Kind::Text:
        fields.show(html::text_input({.name = field,
                                      .label = question.label,
                                      .label_size = html::LabelSize::Small,
                                      .error = errors.of(field),
                                      .value = value}));
        break;
    }
  }
  return fields;
}

// ---- Pages

class TaskPages : public CommonPages {
 public:
  using CommonPages::CommonPages;

  Response list(const Request& request, const SignedIn& person) const {
    std::string_view code = request.query("list").value_or("");
    const Officer officer = tasks_.officer(person);
    if (code.empty() && count(officer, TaskList::Mine) == 0) code = "team";
    return show_list(request, person, officer, list_named(code), {});
  }

  // What list() would show, as a number that is another when it would be: for pages that are open.
  Response list_version(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const ListName& which = list_named(request.query("list").value_or(""));
    return Response::text(version_of_list(rows(officer, which, page_number(request)), counts(officer)))
        .set_header("Cache-Control", "no-store");
  }

  Response reassign(const Request& request, const SignedIn& person) const {
    const Officer officer = tasks_.officer(person);
    const ListName& which = list_named(request.form("list").value_or(""));
    std::vector<TaskId> ids;
    for (const std::string_view each : request.form_all("task")) {
      if (const auto id = TaskId::parse(each); id.ok() && ids.size() < kPageLength) ids.push_back(*id);
    }
    const auto reassigned = tasks_.reassign(officer, ids, recipient_of(answered(request, "to")),
                                            squeezed(request.form("why").value_or("")));
    if (!reassigned.ok()) {
      html::FormErrors errors;
      for (const Problem& each : reassigned.problems()) {
        errors.add(each.where == "task" ? "list" : each.where, each.what);
      }
      return show_list(request, person, officer, which, errors);
    }
    const Recipient to = recipient_of(answered(request, "to"));
    const std::string name =
        to.team.empty()
            ? database().read([&](db::Connection& connection) { return name_of_person(connection, to.account); })
            : to.team;
    ReassignedPage page{
        .layout = layout(request, person, "Reassigned", "/work"),
        .changed = reassigned->changed == 1 ? "1 task is" : std::to_string(reassigned->changed) + " tasks are",
        .to = name,
        .refused = {},
        .back = url_of(which)};
    for (const auto& each : reassigned->refused) page.refused.emplace_back(each.task, each.why);
    return Response::html(cases::reassigned_page(page).markup());
  }

  Response open(const Request& request, const SignedIn& person) const { return show_task(request, person, {}); }

  Response claim(const Request& request, const SignedIn& person) const {
    return act(request, person, "claimed",
               [&](const Officer& officer, TaskId id) { return tasks_.claim(officer, id); });
  }
  Response give_back(const Request& request, const SignedIn& person) const {
    return act(request, person, "given-back",
               [&](const Officer& officer, TaskId id) { return tasks_.give_back(officer, id); });
  }
  Response hand_over(const Request& request, const SignedIn& person) const {
    return act(request, person, "handed-over", [&](const Officer& officer, TaskId id) {
      return tasks_.hand_over(officer, id, recipient_of(answered(request, "to")), answered(request, "why"));
    });
  }
  Response delegate(const Request& request, const SignedIn& person) const {
    return act(request, person, "delegated", [&](const Officer& officer, TaskId id) {
      return tasks_.delegate(officer, id, recipient_of(answered(request, "delegate")).account,
                             answered(request, "delegate-why"));
    });
  }
  Response comment(const Request& request, const SignedIn& person) const {
    return act(request, person, "commented", [&](const Officer& officer, TaskId id) {
      return tasks_.comment(officer, id, answered(request, "comment"));
    });
  }
  Response follow_up(const Request& request, const SignedIn& person) const {
    const bool set = request.form("then") != "clear";
    return act(request, person, set ? "aside" : "up", [&](const Officer& officer, TaskId id) -> Result<void> {
      if (!set) return tasks_.follow_up(officer, id, std::nullopt);
      return tasks_.follow_up(officer, id, TRY(date_in(request, "follow-up", "The day")));
    });
  }
  Response attach(const Request& request, const SignedIn& person) const {
    return act(request, person, "added", [&](const Officer& officer, TaskId id) -> Result<void> {
      const auto file = std::ranges::find(request.files(), "file", &http::UploadedFile::field);
      if (file == request.files().end()) return Problem{"Choose a file", "file", ""};
      TRY(tasks_.attach(officer, id, {file->file_name, file->path()}));
      return {};
    });
  }
  Response done(const Request& request, const SignedIn& person) const {
    return act(request, person, "done", [&](const Officer& officer, TaskId id) -> Result<void> {
      const auto found =
          database().read([&](db::Connection& connection) { return reach_task(connection, officer.reach, id); });
      bpmn::Variables answers;
      if (found) {
        answers = TRY(
            task_answers(questions(found->task), [&](const std::string& field) { return answered(request, field); }));
      }
      return tasks_.complete(officer, id, answers, answered(request, "note"));
    });
  }

  Response absence(const Request& request, const SignedIn& person) const { return show_absence(request, person, {}); }
  Response record_absence(const Request& request, const SignedIn& person) const {
    const auto from = date_in(request, "from", "The first day"), until = date_in(request, "until", "The last day");
    Problems problems;
    for (const auto* each : {&from, &until}) {
      if (!each->ok()) problems.insert(problems.end(), each->problems().begin(), each->problems().end());
    }
    if (!problems.empty()) return show_absence(request, person, html::FormErrors(problems));
    const auto made =
        tasks_.record_absence(tasks_.officer(person), {.account = recipient_of(answered(request, "account")).account,
                                                       .cover = recipient_of(answered(request, "cover")).account,
                                                       .from = *from,
                                                       .until = *until + std::chrono::days(1),
                                                       .why = squeezed(request.form("why").value_or(""))});
    if (!made.ok()) return show_absence(request, person, html::FormErrors(made.problems()));
    return Response::redirect("/work/absence");
  }
  Response end_absence(const Request& request, const SignedIn& person) const {
    const auto id = AbsenceId::parse(request.path_parameter("id"));
    if (!id.ok()) return Response::not_found();
    const auto ended = tasks_.end_absence(tasks_.officer(person), *id);
    return ended.ok() ? Response::redirect("/work/absence")
                      : Response::refusal(404, ended.problems()[0].what + " " + ended.problems()[0].remedy);
  }

 private:
  std::int64_t count(const Officer& officer, TaskList list) const {
    return database().read(
        [&](db::Connection& connection) { return count_tasks(connection, officer.reach, list, now(), kMostCounted); });
  }
  std::array<std::int64_t, kLists.size()> counts(const Officer& officer) const {
    std::array<std::int64_t, kLists.size()> all{};
    for (std::size_t i = 0; i < kLists.size(); ++i) all[i] = count(officer, kLists[i].list);
    return all;
  }

  std::vector<TaskRow> rows(const Officer& officer, const ListName& which, std::int64_t page) const {
    const Instant moment = now();
    return database().read([&](db::Connection& connection) {
      std::vector<TaskRow> found;
      Names names(connection);
      for (const TaskLine& line :
           list_tasks(connection, officer.reach, which.list, moment, (page - 1) * kPageLength, kPageLength)) {
        TaskRow row{.id = line.task.id,
                    .name = line.task.name,
                    .reference = line.reference,
                    .title = line.title,
                    .due_at = line.task.due_at,
                    .teams = joined(line.task.teams),
                    .who = names.of(line.task.assignee),
                    .state = {}};
        if (line.task.due_at && *line.task.due_at < moment) {
          row.state = "Overdue";
          row.colour = html::TagColour::Red;
        } else if (!line.answered_by.empty()) {
          row.state = "To confirm";
          row.colour = html::TagColour::Yellow;
        } else if (line.task.follow_up_at && *line.task.follow_up_at > moment) {
          row.state = "Put aside until " + uk_date(*line.task.follow_up_at).spoken();
        } else if (!line.delegated_by.empty()) {
          row.state = "For " + names.of(line.delegated_by);
          row.colour = html::TagColour::Blue;
        }
        found.push_back(std::move(row));
      }
      return found;
    });
  }

  static std::string version_of_list(const std::vector<TaskRow>& rows,
                                     const std::array<std::int64_t, kLists.size()>& counts) {
    std::string all;
    for (const TaskRow& row : rows) all += row.id.text() + row.who + '\n' + row.teams + '\n' + row.state + '\n';
    for (const std::int64_t each : counts) all += std::to_string(each) + ' ';
    return hex(sha256(all)).substr(0, 16);
  }

  Response show_list(const Request& request, const SignedIn& person, const Officer& officer, const ListName& which,
                     const html::FormErrors& errors) const {
    const std::int64_t number = request.method() == http::Method::Get ? page_number(request) : 1;
    const auto numbers = counts(officer);
    ListPage page{
        .layout = layout(request, person, std::string(which.name), "/work", errors),
        .errors = errors,
        .csrf = http::csrf_token(request),
        .lists = {},
        .list = std::string(which.code),
        .name = std::string(which.name),
        .rows = rows(officer, which, number),
        .pagination = {.url = url_of(which)},
        .live = {.id = "list",
                 .version_url =
                     html::Url("/work/tasks/version").with("list", which.code).with("page", std::to_string(number)),
                 .version = {},
                 .says = "The list of tasks has changed."},
        .recipients = people(Offer::OfficersAndTeams, answered(request, "to")),
        .why = answered(request, "why")};
    for (TaskRow& row : page.rows) row.chosen = std::ranges::count(request.form_all("task"), row.id.text()) > 0;
    for (std::size_t i = 0; i < kLists.size(); ++i) {
      page.lists.push_back(
          {url_of(kLists[i]), std::string(kLists[i].name), count_in_words(numbers[i]), kLists[i].list == which.list});
      if (kLists[i].list == which.list) page.pagination = pagination_of(url_of(which), number, numbers[i]);
    }
    page.live.version = version_of_list(page.rows, numbers);
    record(person, "task.list", "", std::to_string(page.rows.size()) + " shown");
    return Response::html(list_page(page).markup(), errors.empty() ? 200 : 422);
  }

  std::vector<TaskQuestion> questions(const Task& task) const {
    const std::string xml = database().read([&](db::Connection& connection) {
      const auto instance = find_instance(connection, task.instance).value();
      return text_of(connection, find_version(connection, instance.version).value().file).value();
    });
    return task_questions(xml, task.element);
  }

  template <class Do>
  Response act(const Request& request, const SignedIn& person, std::string_view word, const Do& what) const {
    const auto id = TaskId::parse(request.path_parameter("id"));
    if (!id.ok()) return Response::not_found();
    const Officer officer = tasks_.officer(person);
    const Result<void> acted = what(officer, *id);
    if (!acted.ok()) return show_task(request, person, errors_of(acted.problems()));
    // What is done, or went to somebody else, is left.
    const auto still =
        database().read([&](db::Connection& connection) { return reach_task(connection, officer.reach, *id); });
    if (!still || still->task.ended_at || word == "done") return Response::redirect("/work");
    return Response::redirect("/work/tasks/" + id->text() + "?did=" + std::string(word));
  }

  Response show_task(const Request& request, const SignedIn& person, const html::FormErrors& errors) const {
    const auto id = TaskId::parse(request.path_parameter("id"));
    if (!id.ok()) return Response::not_found();
    const Officer officer = tasks_.officer(person);
    const auto found =
        database().read([&](db::Connection& connection) { return reach_task(connection, officer.reach, *id); });
    record(person, "task.view", found ? id->text() : "", found ? "shown" : "refused");
    if (!found) return Response::not_found();
    const Task& task = found->task;
    const auto is_of = [&](const std::vector<std::string>& names) {
      return std::ranges::find(names, task.assignee) != names.end();
    };
    const bool mine = !task.assignee.empty() && (is_of(officer.reach.names) || is_of(officer.reach.covering));
    TaskPage page{
        .layout = layout(request, person, task.name + ", " + found->reference, "/work", errors),
        .errors = errors,
        .csrf = http::csrf_token(request),
        .said = errors.empty() ? said(request.query("did").value_or("")) : "",
        .id = *id,
        .name = task.name,
        .reference = found->reference,
        .title = found->title,
        .facts = {},
        .ended = task.ended_at.has_value(),
        .may_claim = task.assignee.empty() || (mine && !is_of(officer.reach.names)),
        .may_answer = mine || task.assignee.empty(),
        .may_give_back = mine && (!task.teams.empty() || !found->delegated_by.empty()),
        .is_delegated = !found->delegated_by.empty(),
        .answered_by = {},
        .questions = {},
        .note = answered(request, "note"),
        .officers = people(Offer::Officers, answered(request, "delegate"), officer.account()),
        .recipients = people(Offer::OfficersAndTeams, answered(request, "to")),
        .known = {},
        .documents = {},
        .history = {},
        .why = answered(request, "why"),
        .delegate_why = answered(request, "delegate-why"),
        .comment = answered(request, "comment"),
        .follow_up = date_input_of(request, "follow-up", "Until which day", errors, "For example, 27 3 2026")};
    page.layout.back = html::Url("/work");
    bpmn::Variables before;
    if (found->answers) {
      if (auto read = bpmn::decode_variables(found->answers->bytes); read.ok()) before = *std::move(read);
    }
    if (!page.ended) page.questions = questions_of(request, questions(task), before, errors);
    const auto instance =
        database().read([&](db::Connection& connection) { return find_instance(connection, task.instance).value(); });
    if (const auto published = around_.engine.definitions().version(instance.version); published.ok()) {
      const auto state = bpmn::decode_instance(instance.content, *(*published)->process);
      if (state.ok() && !state->scopes.empty()) page.known = facts_of(state->scopes[0].variables);
    }
    database().read([&](db::Connection& connection) {
      Names names(connection);
      if (found->answers) page.answered_by = names.of(found->answers->by);
      const auto add = [&](html::Html key, html::Html value) {
        page.facts.push_back({std::move(key), std::move(value)});
      };
      add("Case", case_link(found->reference, found->title));
      add("Who has it", task.assignee.empty() ? "Nobody yet" : names.of(task.assignee));
      if (!found->delegated_by.empty()) add("Delegated by", names.of(found->delegated_by));
      if (!task.teams.empty()) add("Team", joined(task.teams));
      if (task.due_at) add("Deadline", *task.due_at);
      if (task.follow_up_at) add("Put aside until", uk_date(*task.follow_up_at));
      add("Since", task.created_at);
      page.documents = document_lines(connection, names, task.case_id);
      page.history = history_lines(connection, names, task.case_id, 6);
    });
    say_what_followed(around_.engine.definitions(), page.history);
    return Response::html(task_page(page).markup(), errors.empty() ? 200 : 422);
  }

  Response show_absence(const Request& request, const SignedIn& person, const html::FormErrors& errors) const {
    const Officer officer = tasks_.officer(person);
    const std::string own = "account:" + officer.account();
    AbsencePage page{.layout = layout(request, person, "Who is away", "/work/absence", errors),
                     .errors = errors,
                     .csrf = http::csrf_token(request),
                     .lines = {},
                     .people = people(Offer::Officers, request.form("account").value_or(own)),
                     .covers = people(Offer::Officers, answered(request, "cover")),
                     .from = date_input_of(request, "from", "First day away", errors, "For example, 27 3 2026"),
                     .until = date_input_of(request, "until", "Last day away", errors),
                     .why = answered(request, "why")};
    database().read([&](db::Connection& connection) {
      Names names(connection);
      for (const Absence& each : absences(connection, now())) {
        page.lines.push_back(
            {.id = each.id,
             .who = names.of(each.account),
             .cover = names.of(each.cover),
             .days = uk_date(each.from).spoken() + " to " + uk_date(each.until - std::chrono::days(1)).spoken(),
             .why = each.why,
             .may_end = officer.reach.everywhere || each.account == officer.account() ||
                        each.cover == officer.account() || each.made_by == officer.account()});
      }
    });
    return Response::html(absence_page(page).markup(), errors.empty() ? 200 : 422);
  }
};

}  // namespace

void add_task_routes(http::Router& router, const Surroundings& around) {
  const auto pages = std::make_shared<const TaskPages>(around);
  const auto by = [&](Response (TaskPages::*show)(const Request&, const SignedIn&) const) {
    return around.signin.protect(Role::Officer, [pages, show](const Request& request, const SignedIn& person) {
      return (*pages.*show)(request, person);
    });
  };
  router.get("/work", by(&TaskPages::list));
  router.get("/work/tasks/version", by(&TaskPages::list_version));
  router.post("/work/reassign", by(&TaskPages::reassign));
  router.get("/work/tasks/:id", by(&TaskPages::open));
  router.post("/work/tasks/:id/claim", by(&TaskPages::claim));
  router.post("/work/tasks/:id/give-back", by(&TaskPages::give_back));
  router.post("/work/tasks/:id/hand-over", by(&TaskPages::hand_over));
  router.post("/work/tasks/:id/delegate", by(&TaskPages::delegate));
  router.post("/work/tasks/:id/comment", by(&TaskPages::comment));
  router.post("/work/tasks/:id/follow-up", by(&TaskPages::follow_up));
  router.post("/work/tasks/:id/documents", by(&TaskPages::attach),
              {.max_body_bytes = kLargestDocument + 65'536, .uploads = http::Uploads::Spooled});
  router.post("/work/tasks/:id/done", by(&TaskPages::done));
  router.get("/work/absence", by(&TaskPages::absence));
  router.post("/work/absence", by(&TaskPages::record_absence));
  router.post("/work/absence/:id/end", by(&TaskPages::end_absence));
}

void add_routes(http::Router& router, const Surroundings& around) {
  add_task_routes(router, around);
  add_case_routes(router, around);
}

}  // namespace guildhall::cases
