#include "partnerview/partnerview.h"

#include <algorithm>

#include "partnerview/partner_pages.h"

namespace guildhall::partnerview {
namespace {

using http::Request;
using http::Response;
using signin::SignedIn;

class Pages {
 public:
  explicit Pages(const Surroundings& around) : around_(around) {}

  Response purposes(const Request& request, const SignedIn& person, const html::FormErrors& errors = {}) const {
    return Response::html(purpose_page({.layout = layout(request, person, "Why do you need to know?", errors),
                                        .purposes = purposes_of(person),
                                        .errors = errors})
                              .markup(),
                          errors.empty() ? 200 : 422);
  }

  Response form(const Request& request, const SignedIn& person) const {
    const auto purpose = chosen_purpose(person, request.query("purpose"));
    if (!purpose) return without_purpose(request, person);
    return search_form(request, person, *purpose, {}, {});
  }

  Response search(const Request& request, const SignedIn& person) const {
    const auto purpose = chosen_purpose(person, request.form("purpose"));
    if (!purpose) return without_purpose(request, person);
    const LookupForm form = LookupForm::of(request);
    const council::Council council = council::served(around_.database);
    const Instant now = around_.clock.now();
    const auto criteria = criteria_in(
        form, uk_date(now), council.is_demonstration ? records::TestNumbers::Accept : records::TestNumbers::Refuse);
    if (!criteria.ok()) return search_form(request, person, *purpose, form, html::FormErrors(criteria.problems()));
    const auto answer = look_up(around_.database, person, purpose->code, *criteria, now);
    html::Layout page_layout = layout(request, person, "Answer", {});
    page_layout.back = html::Url("/partner/search").with("purpose", purpose->code);
    return Response::html(answer_page({.layout = page_layout,
                                       .purpose = *purpose,
                                       .form = form,
                                       .answer = answer,
                                       .council = council,
                                       .today = uk_date(now),
                                       .at = now})
                              .markup());
  }

 private:
  std::vector<access::Purpose> purposes_of(const SignedIn& person) const {
    return around_.database.read([&](db::Connection& connection) {
      return access::AccessPolicy::read(connection)
          .purposes_for("partner", signin::name_of(person.organisation().kind));
    });
  }

  std::optional<access::Purpose> chosen_purpose(const SignedIn& person, std::optional<std::string_view> code) const {
    const std::vector<access::Purpose> purposes = purposes_of(person);
    const auto found = std::ranges::find(purposes, code.value_or(""), &access::Purpose::code);
    return found == purposes.end() ? std::nullopt : std::optional(*found);
  }

  Response without_purpose(const Request& request, const SignedIn& person) const {
    html::FormErrors errors;
    errors.add("purpose", "Select why you need to know about this child");
    return purposes(request, person, errors);
  }

  Response search_form(const Request& request, const SignedIn& person, const access::Purpose& purpose,
                       const LookupForm& form, const html::FormErrors& errors) const {
    html::Layout page_layout = layout(request, person, "Find a child", errors);
    page_layout.back = html::Url("/partner");
    return Response::html(search_page({.layout = page_layout,
                                       .purpose = purpose,
                                       .form = form,
                                       .errors = errors,
                                       .csrf = http::csrf_token(request)})
                              .markup(),
                          errors.empty() ? 200 : 422);
  }

  html::Layout layout(const Request& request, const SignedIn& person, std::string title,
                      const html::FormErrors& errors) const {
    return {.site = around_.site,
            .title = std::move(title),
            .service = "Partner view",
            .service_url = html::Url("/partner"),
            .sign_out = html::SignOut{.action = html::Url("/signout"),
                                      .csrf_token = http::csrf_token(request),
                                      .name = person.account().display_name},
            .has_errors = !errors.empty()};
  }

  Surroundings around_;
};

}  // namespace

void add_routes(http::Router& router, const Surroundings& around) {
  const auto pages = std::make_shared<const Pages>(around);
  const auto protect = [&](Response (Pages::*show)(const Request&, const SignedIn&) const) {
    return around.signin.protect(signin::Role::Partner, [pages, show](const Request& request, const SignedIn& person) {
      return (*pages.*show)(request, person);
    });
  };
  router.get("/partner",
             around.signin.protect(signin::Role::Partner, [pages](const Request& request, const SignedIn& person) {
               return pages->purposes(request, person);
             }));
  router.get("/partner/search", protect(&Pages::form));
  router.post("/partner/search", protect(&Pages::search));
}

}  // namespace guildhall::partnerview
