#include "enquiries/enquiries.h"

#include <algorithm>

#include "audit/audit.h"
#include "base/text.h"
#include "enquiries/enquiry_pages.h"

namespace guildhall::enquiries {
namespace {

using http::Request;
using http::Response;
using signin::Role;
using signin::SignedIn;

constexpr std::string_view kDraftCookie = "enquiry";
constexpr std::chrono::hours kDraftLife{24};
constexpr std::int64_t kInboxLength = 200;

std::string answered(const Request& request, std::string_view field) {
  return std::string(trimmed(request.form(field).value_or("")));
}

int status_of(const html::FormErrors& errors) {
  return errors.empty() ? 200 : 422;
}

// ---- Residents

class ResidentPages {
 public:
  explicit ResidentPages(const Surroundings& around) : around_(around) {}

  Response start(const Request&) const {
    return Response::html(
        start_page({.layout = layout("Ask us a question"), .council = council::served(around_.database)}).markup());
  }

  Response ask_topic(const Request& request) const {
    return show(request, &topic_page, "What is your question about?", {"/enquiry"}, {"/enquiry/topic"},
                draft_of(request).value_or(StoredDraft{}).draft);
  }

  Response answer_topic(const Request& request) const {
    const auto stored = draft_of(request);
    const bool is_new = !stored || stored->sent_as;  // Who has sent an enquiry and starts again begins anew.
    Draft draft = is_new ? Draft{} : stored->draft;
    draft.topic = answered(request, "topic");
    const auto known = around_.database.read([](db::Connection& connection) { return topics(connection); });
    if (std::ranges::find(known, draft.topic, &Topic::code) == known.end()) {
      html::FormErrors errors;
      errors.add("topic", "Select what your question is about");
      return show(request, &topic_page, "What is your question about?", {"/enquiry"}, {"/enquiry/topic"}, draft,
                  errors);
    }
    return keep_and_go(request, is_new ? DraftIs::New : DraftIs::Known, draft);
  }

  Response ask_message(const Request& request) const {
    const auto stored = draft_of(request);
    if (!stored || stored->sent_as) return Response::redirect("/enquiry");
    return show(request, &message_page, "What is your question?", {"/enquiry/topic"}, {"/enquiry/message"},
                stored->draft);
  }

  Response answer_message(const Request& request) const {
    const auto stored = draft_of(request);
    if (!stored || stored->sent_as) return Response::redirect("/enquiry");
    Draft draft = stored->draft;
    const auto message = message_in(request.form("message").value_or(""));
    if (!message.ok()) {
      draft.message = request.form("message").value_or("");
      return show(request, &message_page, "What is your question?", {"/enquiry/topic"}, {"/enquiry/message"}, draft,
                  html::FormErrors(message.problems()));
    }
    draft.message = *message;
    return keep_and_go(request, DraftIs::Known, draft);
  }

  Response ask_contact(const Request& request) const {
    const auto stored = draft_of(request);
    if (!stored || stored->sent_as) return Response::redirect("/enquiry");
    return show(request, &contact_page, "How can we reach you?", {"/enquiry/message"}, {"/enquiry/contact"},
                stored->draft);
  }

  Response answer_contact(const Request& request) const {
    const auto stored = draft_of(request);
    if (!stored || stored->sent_as) return Response::redirect("/enquiry");
    Draft draft = stored->draft;
    draft.name = answered(request, "name");
    draft.email = answered(request, "email");
    draft.phone = answered(request, "phone");
    const auto contact = contact_in(draft.name, draft.email, draft.phone);
    if (!contact.ok()) {
      return show(request, &contact_page, "How can we reach you?", {"/enquiry/message"}, {"/enquiry/contact"}, draft,
                  html::FormErrors(contact.problems()));
    }
    draft.name = contact->name;
    draft.email = contact->email;
    draft.phone = contact->phone;
    return keep_and_go(request, DraftIs::Known, draft);
  }

  Response check_answers(const Request& request) const {
    const auto stored = draft_of(request);
    if (!stored || stored->sent_as) return Response::redirect("/enquiry");
    if (const std::string next = next_unanswered(stored->draft); next != "/enquiry/check")
      return Response::redirect(next);
    return show(request, &check_page, "Check your answers", {"/enquiry/contact"}, {"/enquiry/check"}, stored->draft);
  }

  Response send_enquiry(const Request& request) const {
    const auto token = token_hash_of(request);
    const auto stored = draft_of(request);
    if (!stored) return Response::redirect("/enquiry");
    if (!stored->sent_as && next_unanswered(stored->draft) != "/enquiry/check") {
      return Response::redirect(next_unanswered(stored->draft));
    }
    around_.database.write([&](db::Connection& connection) { send(connection, *token, around_.clock.now()); });
    return Response::redirect("/enquiry/done");
  }

  Response done(const Request& request) const {
    const auto stored = draft_of(request);
    if (!stored || !stored->sent_as) return Response::redirect("/enquiry");
    const auto enquiry =
        around_.database.read([&](db::Connection& connection) { return find_enquiry(connection, *stored->sent_as); });
    return Response::html(done_page({.layout = layout("Question sent"),
                                     .reference = enquiry->reference,
                                     .urgent = enquiry->urgent,
                                     .council = council::served(around_.database)})
                              .markup());
  }

  Response ask_reference(const Request& request) const { return reference_form(request, "", "", {}); }

  Response follow(const Request& request) const {
    const std::string reference = answered(request, "reference"), email = answered(request, "email");
    const auto id = found_by(reference, email);
    if (!id.ok()) return reference_form(request, reference, email, html::FormErrors(id.problems()));
    return follow_form(request, *id, {}, "", false);
  }

  Response write_again(const Request& request) const {
    const std::string reference = answered(request, "reference"), email = answered(request, "email");
    const auto id = found_by(reference, email);
    if (!id.ok()) return reference_form(request, reference, email, html::FormErrors(id.problems()));
    const auto message = message_in(request.form("message").value_or(""));
    if (!message.ok()) {
      return follow_form(request, *id, html::FormErrors(message.problems()), answered(request, "message"), false);
    }
    around_.database.write([&](db::Connection& connection) {
      const auto enquiry = find_enquiry(connection, *id);
      // A form sent twice, by a second press or a reload, says the same thing once.
      const Message& last = enquiry->messages.back();
      if (!last.from_officer && last.text == *message) return;
      add_message(connection, *id, {.account = "", .sender_name = enquiry->name, .text = *message},
                  around_.clock.now());
    });
    return follow_form(request, *id, {}, "", true);
  }

 private:
  html::Layout layout(std::string title) const {
    return {
        .site = around_.site, .title = std::move(title), .service = "Ask us a question", .service_url = {"/enquiry"}};
  }

  static std::optional<std::string> token_hash_of(const Request& request) {
    const auto token = request.cookie(kDraftCookie);
    return token ? std::optional(hex(sha256(*token))) : std::nullopt;
  }

  std::optional<StoredDraft> draft_of(const Request& request) const {
    const auto token_hash = token_hash_of(request);
    if (!token_hash) return std::nullopt;
    return around_.database.read([&](db::Connection& connection) { return find_draft(connection, *token_hash); });
  }

  static std::string next_unanswered(const Draft& draft) {
    if (draft.topic.empty()) return "/enquiry/topic";
    if (draft.message.empty()) return "/enquiry/message";
    if (!contact_in(draft.name, draft.email, draft.phone).ok()) return "/enquiry/contact";
    return "/enquiry/check";
  }

  Response show(const Request& request, html::Html (*page)(const QuestionPage&), std::string title, html::Url back,
                html::Url action, const Draft& draft, const html::FormErrors& errors = {}) const {
    html::Layout page_layout = layout(std::move(title));
    page_layout.back = std::move(back);
    page_layout.has_errors = !errors.empty();
    return Response::html(
        page({.layout = page_layout,
              .errors = errors,
              .csrf = http::csrf_token(request),
              .draft = draft,
              .topics = around_.database.read([](db::Connection& connection) { return topics(connection); }),
              .action = std::move(action)})
            .markup(),
        status_of(errors));
  }

  enum class DraftIs { New, Known };
  // Stores the draft, under a new token where it is new, and goes on with what is not answered yet.
  Response keep_and_go(const Request& request, DraftIs which, const Draft& draft) const {
    const Instant now = around_.clock.now();
    const bool is_new = which == DraftIs::New;
    const std::string token = is_new ? hex(random_bytes(32)) : std::string(*request.cookie(kDraftCookie));
    around_.database.write([&](db::Connection& connection) {
      if (is_new) forget_drafts_before(connection, now - kDraftLife);
      store_draft(connection, hex(sha256(token)), draft, now);
    });
    Response response = Response::redirect(next_unanswered(draft));
    if (is_new) {
      response.set_cookie({.name = std::string(kDraftCookie), .value = token, .max_age = kDraftLife});
    }
    return response;
  }

  Result<EnquiryId> found_by(const std::string& reference, const std::string& email) const {
    Problems problems;
    if (reference.empty()) problems.push_back({"Enter your reference number", "reference", ""});
    if (email.empty()) problems.push_back({"Enter your email address", "email", ""});
    if (!problems.empty()) return problems;
    const auto id = around_.database.read(
        [&](db::Connection& connection) { return find_enquiry_of(connection, reference, email); });
    // The same words whether the reference is unknown or the address is another.
    if (!id) return Problem{"There is no enquiry with this reference number and email address", "reference", ""};
    return *id;
  }

  Response reference_form(const Request& request, std::string reference, std::string email,
                          const html::FormErrors& errors) const {
    html::Layout page_layout = layout("Follow an enquiry");
    page_layout.has_errors = !errors.empty();
    return Response::html(track_page({.layout = page_layout,
                                      .errors = errors,
                                      .csrf = http::csrf_token(request),
                                      .reference = std::move(reference),
                                      .email = std::move(email)})
                              .markup(),
                          status_of(errors));
  }

  Response follow_form(const Request& request, EnquiryId id, const html::FormErrors& errors, std::string answer,
                       bool was_sent) const {
    const auto enquiry =
        around_.database.read([&](db::Connection& connection) { return find_enquiry(connection, id); });
    html::Layout page_layout = layout("Your enquiry");
    page_layout.back = html::Url("/track");
    page_layout.has_errors = !errors.empty();
    return Response::html(follow_page({.layout = page_layout,
                                       .errors = errors,
                                       .csrf = http::csrf_token(request),
                                       .enquiry = *enquiry,
                                       .answer = std::move(answer),
                                       .was_sent = was_sent})
                              .markup(),
                          status_of(errors));
  }

  Surroundings around_;
};

// ---- Officers

class OfficerPages {
 public:
  explicit OfficerPages(const Surroundings& around) : around_(around) {}

  Response inbox(const Request& request, const SignedIn& person) const {
    const TeamScope scope = scope_of(person);
    std::vector<InboxLine> lines = around_.database.read(
        [&](db::Connection& connection) { return enquiries::inbox(connection, scope, kInboxLength + 1); });
    const bool is_cut = lines.size() > kInboxLength;
    if (is_cut) lines.resize(kInboxLength);
    record(person, "enquiry.list", "", std::to_string(lines.size()) + " shown");
    return Response::html(inbox_page({.layout = layout(request, person, "Enquiries", {}),
                                      .lines = std::move(lines),
                                      .scope = scope,
                                      .is_cut = is_cut})
                              .markup());
  }

  Response open(const Request& request, const SignedIn& person) const {
    const auto enquiry = reachable(request, person);
    if (!enquiry) return Response::not_found();
    return show(request, person, *enquiry);
  }

  Response reply(const Request& request, const SignedIn& person) const {
    const auto enquiry = reachable(request, person);
    if (!enquiry) return Response::not_found();
    const auto message = message_in(request.form("message").value_or(""));
    if (!message.ok()) {
      html::FormErrors errors;
      errors.add("message", message.problems().front().what == "Enter your question"
                                ? "Enter your reply"
                                : "Your reply must be 5,000 characters or less");
      return show(request, person, *enquiry, errors);
    }
    const Instant now = around_.clock.now();
    const bool then_close = request.form("then") == "close";
    around_.database.write([&](db::Connection& connection) {
      const auto current = find_enquiry(connection, enquiry->id);
      const bool again = current->messages.back().from_officer && current->messages.back().text == *message;
      if (!again) {
        add_message(connection, enquiry->id,
                    {.from_officer = true,
                     .account = person.account().id.text(),
                     .sender_name = person.account().display_name,
                     .text = *message},
                    now);
        audit::record(connection, act(person, "enquiry.reply", enquiry->id.text(), "sent"), now);
      }
      if (then_close) {
        close(connection, enquiry->id, person.account().id.text(), "answered", now);
        audit::record(connection, act(person, "enquiry.close", enquiry->id.text(), "closed"), now);
      }
    });
    return Response::redirect(then_close ? "/work/enquiries" : "/work/enquiries/" + enquiry->id.text());
  }

  Response hand_over(const Request& request, const SignedIn& person) const {
    const auto enquiry = reachable(request, person);
    if (!enquiry) return Response::not_found();
    const std::string team = answered(request, "team"), why = squeezed(request.form("why").value_or(""));
    const auto known = around_.database.read([](db::Connection& connection) { return teams(connection); });
    html::FormErrors errors;
    if (std::ranges::find(known, team) == known.end() || team == enquiry->team)
      errors.add("team", "Choose the team to hand over to");
    if (why.empty()) errors.add("why", "Enter why this team should have it");
    if (why.size() > 500) errors.add("why", "The reason must be 500 characters or less");
    if (!errors.empty()) return show(request, person, *enquiry, errors);
    const Instant now = around_.clock.now();
    around_.database.write([&](db::Connection& connection) {
      enquiries::hand_over(connection, enquiry->id, team, person.account().id.text(), why, now);
      audit::record(connection, act(person, "enquiry.hand-over", enquiry->id.text(), "handed over"), now);
    });
    return Response::redirect("/work/enquiries");
  }

 private:
  static TeamScope scope_of(const SignedIn& person) {
    TeamScope scope;
    for (const signin::RoleGrant& grant : person.grants()) {
      if (grant.role != Role::Officer) continue;
      if (grant.scope.kind == signin::Scope::Kind::Everywhere) scope.everywhere = true;
      if (grant.scope.kind == signin::Scope::Kind::Team) scope.teams.push_back(grant.scope.name);
    }
    return scope;
  }

  // The enquiry, if it is with a team of this officer. Looking is recorded before anything is shown.
  std::optional<Enquiry> reachable(const Request& request, const SignedIn& person) const {
    const auto id = EnquiryId::parse(request.path_parameter("id"));
    if (!id.ok()) return std::nullopt;
    auto enquiry = around_.database.read([&](db::Connection& connection) { return find_enquiry(connection, *id); });
    const bool may = enquiry && scope_of(person).covers(enquiry->team);
    record(person, "enquiry.view", enquiry ? id->text() : "", may ? "shown" : "refused");
    return may ? std::move(enquiry) : std::nullopt;
  }

  static audit::Act act(const SignedIn& person, std::string name, std::string subject, std::string outcome) {
    return {.account = person.account().id.text(),
            .organisation = person.organisation().name,
            .act = std::move(name),
            .purpose = "",
            .subject = std::move(subject),
            .outcome = std::move(outcome),
            .personal = {}};
  }

  void record(const SignedIn& person, std::string name, std::string subject, std::string outcome) const {
    audit::record(around_.database, act(person, std::move(name), std::move(subject), std::move(outcome)),
                  around_.clock.now());
  }

  Response show(const Request& request, const SignedIn& person, const Enquiry& enquiry,
                const html::FormErrors& errors = {}) const {
    html::Layout page_layout = layout(request, person, "Enquiry " + enquiry.reference, errors);
    page_layout.back = html::Url("/work/enquiries");
    return Response::html(
        officer_page({.layout = page_layout,
                      .errors = errors,
                      .csrf = http::csrf_token(request),
                      .enquiry = enquiry,
                      .teams = around_.database.read([](db::Connection& connection) { return teams(connection); }),
                      .reply = answered(request, "message"),
                      .handover_team = answered(request, "team"),
                      .handover_why = answered(request, "why")})
            .markup(),
        status_of(errors));
  }

  html::Layout layout(const Request& request, const SignedIn& person, std::string title,
                      const html::FormErrors& errors) const {
    html::Layout made{.site = around_.site,
                      .title = std::move(title),
                      .service = "Work",
                      .service_url = {"/work"},
                      .navigation = around_.navigation,
                      .sign_out = html::SignOut{.action = {"/signout"},
                                                .csrf_token = http::csrf_token(request),
                                                .name = person.account().display_name},
                      .has_errors = !errors.empty(),
                      .width = html::Width::Full};
    for (html::NavigationItem& item : made.navigation) item.current = item.url.text() == "/work/enquiries";
    return made;
  }

  Surroundings around_;
};

}  // namespace

void add_routes(http::Router& router, const Surroundings& around) {
  const auto residents = std::make_shared<const ResidentPages>(around);
  const auto open = [&](Response (ResidentPages::*show)(const Request&) const) {
    return [residents, show](const Request& request) { return (*residents.*show)(request); };
  };
  router.get("/enquiry", open(&ResidentPages::start));
  router.get("/enquiry/topic", open(&ResidentPages::ask_topic));
  router.post("/enquiry/topic", open(&ResidentPages::answer_topic));
  router.get("/enquiry/message", open(&ResidentPages::ask_message));
  router.post("/enquiry/message", open(&ResidentPages::answer_message));
  router.get("/enquiry/contact", open(&ResidentPages::ask_contact));
  router.post("/enquiry/contact", open(&ResidentPages::answer_contact));
  router.get("/enquiry/check", open(&ResidentPages::check_answers));
  router.post("/enquiry/check", open(&ResidentPages::send_enquiry));
  router.get("/enquiry/done", open(&ResidentPages::done));
  router.get("/track", open(&ResidentPages::ask_reference));
  router.post("/track", open(&ResidentPages::follow));
  router.post("/track/reply", open(&ResidentPages::write_again));

  const auto officers = std::make_shared<const OfficerPages>(around);
  const auto protect = [&](Response (OfficerPages::*show)(const Request&, const SignedIn&) const) {
    return around.signin.protect(Role::Officer, [officers, show](const Request& request, const SignedIn& person) {
      return (*officers.*show)(request, person);
    });
  };
  router.get("/work/enquiries", protect(&OfficerPages::inbox));
  router.get("/work/enquiries/:id", protect(&OfficerPages::open));
  router.post("/work/enquiries/:id/reply", protect(&OfficerPages::reply));
  router.post("/work/enquiries/:id/hand-over", protect(&OfficerPages::hand_over));
}

}  // namespace guildhall::enquiries
