#include "masterdata/pages.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "masterdata/load.h"
#include "masterdata/match.h"
#include "masterdata/people_pages.h"
#include "masterdata/steward.h"
#include "records/date_text.h"

namespace guildhall::masterdata {

// ---- Loading in the background

struct BackgroundLoading::State {
  db::Database& database;
  Options options;
  const Clock& clock;

  std::mutex mutex = {};
  std::condition_variable changed = {};
  bool stop = false;
  bool work = true;  // An earlier run of the program may have left some.
  bool busy = false;
  std::jthread thread = {};  // The last member: it ends before what it uses.

  struct Waiting {
    std::int64_t extract = 0;
    std::filesystem::path file;
  };

  // Uploads that are not loaded yet, the oldest first.
  std::vector<Waiting> waiting() const {
    return database.read([&](db::Connection& connection) {
      std::vector<Waiting> files;
      connection.query(
          "SELECT id, stored_at FROM extract WHERE state = 'loading' AND stored_at IS NOT NULL ORDER BY id", {},
          [&](const db::Row& row) {
            std::filesystem::path file = row.text(1);
            if (file.parent_path() == std::filesystem::absolute(options.folder)) {
              files.push_back({row.integer(0), std::move(file)});
            }
          });
      return files;
    });
  }

  // A file that stays behind loses nothing. Sent again while it was being loaded, it lies there twice.
  void remove_upload(const Waiting& done) const {
    std::error_code ignored;
    std::filesystem::remove(done.file, ignored);
    const auto again = database.read([&](db::Connection& connection) {
      return connection.query_one("SELECT stored_at FROM extract WHERE id = $1", {done.extract},
                                  [](const db::Row& row) { return std::filesystem::path(row.text(0)); });
    });
    if (again && again->parent_path() == done.file.parent_path()) std::filesystem::remove(*again, ignored);
  }

  bool stopping() {
    const std::lock_guard lock(mutex);
    return stop;
  }

  void load_and_match() {
    bool loaded = false;
    for (const Waiting& one : waiting()) {
      if (stopping()) return;
      const auto report =
          load_registered(database, one.extract,
                          {.source = {}, .path = one.file, .allow_test_numbers = options.allow_test_numbers}, clock);
      if (!report.ok()) {
        log(LogLevel::Warning, "extract.not_loaded", {{"extract", one.extract}});
        continue;
      }
      loaded = true;
      if (report->extract.state == ExtractState::Loaded) remove_upload(one);
    }
    if (!loaded || stopping()) return;
    const auto matched = match(database, {.threads = options.threads}, clock);
    if (!matched.ok()) log(LogLevel::Warning, "match.not_finished");
  }

  void run() {
    while (true) {
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stop || work; });
        if (stop) return;
        work = false;
        busy = true;
      }
      try {
        load_and_match();
      } catch (const std::exception&) {  // The database is gone, the disk is full: tried again at the next wake().
        log(LogLevel::Error, "extract.loading_stopped");
      }
      const std::lock_guard lock(mutex);
      busy = false;
      changed.notify_all();
    }
  }
};

BackgroundLoading::BackgroundLoading(db::Database& database, Options options, const Clock& clock)
    : state_(new State{.database = database, .options = std::move(options), .clock = clock}) {
  std::filesystem::create_directories(state_->options.folder);
  state_->thread = std::jthread([state = state_.get()] { state->run(); });
}

BackgroundLoading::~BackgroundLoading() {
  const std::lock_guard lock(state_->mutex);
  state_->stop = true;
  state_->changed.notify_all();
}

const BackgroundLoading::Options& BackgroundLoading::options() const {
  return state_->options;
}

void BackgroundLoading::wake() {
  const std::lock_guard lock(state_->mutex);
  state_->work = true;
  state_->changed.notify_all();
}

void BackgroundLoading::wait_idle() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return !state_->work && !state_->busy; });
}

// ---- Pages

namespace {

using http::Request;
using http::Response;
using signin::SignedIn;

constexpr std::int64_t kListLength = 50;
constexpr std::uint64_t kLargestUpload = 1'000'000'000;

std::string answered(const Request& request, std::string_view field) {
  return std::string(trimmed(request.form(field).value_or("")));
}

class PeoplePages {
 public:
  explicit PeoplePages(const PageContext& context) : context_(context) {}

  Response overview(const Request& request, const SignedIn& steward) const {
    return context_.database.read([&](db::Connection& connection) {
      return shown(overview_page({.layout = layout(request, steward, "Children’s records", "/people"),
                                  .counts = counts(connection),
                                  .extracts = newest_extracts(connection, 10)}));
    });
  }

  // ---- Extracts

  Response extracts(const Request& request, const SignedIn& steward) const { return extracts(request, steward, {}); }

  Response take_extract(const Request& request, const SignedIn& steward) const {
    html::FormErrors errors;
    const std::string source = answered(request, "source");
    const auto known = context_.database.read([](db::Connection& connection) { return sources(connection); });
    if (std::ranges::find(known, source, &Source::name) == known.end()) {
      errors.add("source", "Select the system that the file is from");
    }
    const auto file = std::ranges::find(request.files(), "file", &http::UploadedFile::field);
    if (file == request.files().end()) errors.add("file", "Select a file");
    std::optional<Date> as_of;
    if (const std::string typed = answered(request, "as_of"); !typed.empty()) {
      const records::DateReading reading = records::read_date(typed);
      if (reading.kind == records::DateReadingKind::Day && reading.date <= uk_date(context_.clock.now())) {
        as_of = reading.date;
      } else {
        errors.add("as_of", "Enter the day as in 27/3/2026, not after today");
      }
    }
    if (!errors.empty()) return extracts(request, steward, errors);

    // The file is ours before it is acknowledged: the spooled one goes away with the request.
    const auto stored = context_.loading.options().folder / (new_uuid().text() + ".extract");
    std::filesystem::copy_file(file->path(), stored);
    std::filesystem::permissions(stored, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto extract = register_extract(context_.database,
                                          {.source = source,
                                           .path = stored,
                                           .file_name = file->file_name,
                                           .loaded_by = steward.account().id.text(),
                                           .as_of = as_of,
                                           .max_bytes = kLargestUpload},
                                          context_.clock);
    if (!extract.ok()) {
      std::filesystem::remove(stored);
      for (const Problem& problem : extract.problems()) errors.add("file", problem.what + " " + problem.remedy);
      return extracts(request, steward, errors);
    }
    if (extract->state != ExtractState::Loading) std::filesystem::remove(stored);  // It was loaded before.
    context_.access_log(
        {.account = steward.account().id.text(), .act = "steward.load", .subject = {}, .outcome = source});
    context_.loading.wake();
    return Response::redirect("/people/extracts/" + std::to_string(extract->id));
  }

  Response extract(const Request& request, const SignedIn& steward) const {
    return with_extract(request, [&](db::Connection& connection, const Extract& extract) {
      html::Layout page = layout(request, steward, extract.file_name, "/people/extracts");
      page.back = html::Url("/people/extracts");
      return shown(
          extract_page({.layout = page, .extract = extract, .findings = finding_groups(connection, extract.id)}));
    });
  }

  Response findings(const Request& request, const SignedIn&) const {
    return with_extract(request, [&](db::Connection& connection, const Extract& extract) {
      return Response::content("text/csv; charset=utf-8", findings_csv(connection, extract.id))
          .set_header("Content-Disposition",
                      "attachment; filename=\"findings-" + std::to_string(extract.id) + ".csv\"");
    });
  }

  // ---- Review

  Response queue(const Request& request, const SignedIn& steward) const {
    return context_.database.read([&](db::Connection& connection) {
      return shown(queue_page({.layout = layout(request, steward, "Pairs to review", "/people/review"),
                               .lines = clerical_queue(connection, kListLength),
                               .open = counts(connection).open_pairs,
                               .done = request.query("decided") ? "Your decision is saved" : ""}));
    });
  }

  Response pair(const Request& request, const SignedIn& steward) const { return pair(request, steward, {}); }

  Response decide(const Request& request, const SignedIn& steward) const {
    const auto number = parse_integer(request.path_parameter("id"));
    const auto decision = pair_decision_named(answered(request, "decision"));
    if (!number || !decision) return Response::not_found();
    const auto found =
        context_.database.read([&](db::Connection& connection) { return find_pair(connection, *number); });
    if (!found) return Response::not_found();
    for (const PairSide& side : {found->a, found->b}) {
      record(steward, "steward.decide", side.golden, answered(request, "decision"));
    }
    const auto decided = decide_pair(context_.database, *number, *decision, act(request, steward));
    if (!decided.ok()) return pair(request, steward, html::FormErrors(decided.problems()));
    const auto next =
        context_.database.read([&](db::Connection& connection) { return next_pair(connection, *number); });
    if (!next) return Response::redirect("/people/review?decided=1");
    return Response::redirect("/people/review/" + std::to_string(*next));
  }

  // ---- Records

  Response record_of(const Request& request, const SignedIn& steward) const { return record_of(request, steward, {}); }

  Response take_out(const Request& request, const SignedIn& steward) const {
    const auto id = GoldenRecordId::parse(request.path_parameter("id"));
    if (!id.ok()) return Response::not_found();
    std::vector<SourceRecordId> chosen;
    for (const std::string_view one : request.form_all("records")) {
      const auto record = SourceRecordId::parse(one);
      if (!record.ok()) return Response::not_found();
      chosen.push_back(*record);
    }
    record(steward, "steward.unmerge", *id, std::to_string(chosen.size()) + " records");
    const auto parted = unmerge(context_.database, *id, chosen, act(request, steward));
    if (!parted.ok()) return record_of(request, steward, html::FormErrors(parted.problems()));
    return Response::redirect("/people/records/" + id->text());
  }

  Response search(const Request& request, const SignedIn& steward) const {
    return shown(search_page({.layout = layout(request, steward, "Find a child’s record", "/people/search"),
                              .csrf = http::csrf_token(request)}));
  }

  Response search_for(const Request& request, const SignedIn& steward) const {
    SearchPage page{.layout = layout(request, steward, "Find a child’s record", "/people/search"),
                    .csrf = http::csrf_token(request),
                    .nhs_number = answered(request, "nhs_number"),
                    .surname = answered(request, "surname"),
                    .day = answered(request, "born-day"),
                    .month = answered(request, "born-month"),
                    .year = answered(request, "born-year")};
    StewardSearch search;
    std::vector<std::pair<std::string, std::string>> personal;
    if (!page.nhs_number.empty()) {
      const auto number = records::NhsNumber::parse(page.nhs_number, records::TestNumbers::Accept);
      if (!number.ok()) page.errors.add("nhs_number", number.problems().front().what);
      if (number.ok()) search.nhs_number = number->digits();
      personal.emplace_back("nhs_number", page.nhs_number);
    } else {
      search.surname = page.surname;
      if (page.surname.empty()) page.errors.add("surname", "Enter an NHS number or a family name");
      personal.emplace_back("family_name", page.surname);
    }
    if (!page.day.empty() || !page.month.empty() || !page.year.empty()) {
      const auto year = parse_integer(page.year), month = parse_integer(page.month), day = parse_integer(page.day);
      const bool numbers =
          year && month && day && *year > 0 && *year < 10'000 && *month > 0 && *month < 13 && *day > 0 && *day < 32;
      const auto born =
          numbers ? Date::from(static_cast<int>(*year), static_cast<unsigned>(*month), static_cast<unsigned>(*day))
                  : Result<Date>(Problem{});
      if (!born.ok()) page.errors.add("born", "Date of birth must be a real date");
      if (born.ok()) search.birth_date = *born;
      if (born.ok()) personal.emplace_back("birth_date", born->iso());
    }
    page.layout.has_errors = !page.errors.empty();
    if (!page.errors.empty()) return shown(search_page(page), 422);
    page.found = context_.database.read(
        [&](db::Connection& connection) { return search_people(connection, search, kListLength); });
    page.searched = true;
    context_.access_log({.account = steward.account().id.text(),
                         .act = "steward.search",
                         .subject = page.found.size() == 1 ? std::optional(page.found[0].id) : std::nullopt,
                         .outcome = page.found.empty() ? "none" : std::to_string(page.found.size()) + " found",
                         .personal = std::move(personal)});
    return shown(search_page(page));
  }

 private:
  static Response shown(html::Html page, int status = 200) {
    return Response::html(std::move(page).markup(), status).set_header("Cache-Control", "no-store");
  }

  html::Layout layout(const Request& request, const SignedIn& steward, std::string title,
                      std::string_view current) const {
    html::Layout page{.site = context_.site, .title = std::move(title), .service = "Children’s records"};
    page.service_url = html::Url("/people");
    page.navigation = {{.text = "Overview", .url = {"/people"}, .current = current == "/people"},
                       {.text = "Extracts", .url = {"/people/extracts"}, .current = current == "/people/extracts"},
                       {.text = "Review", .url = {"/people/review"}, .current = current == "/people/review"},
                       {.text = "Search", .url = {"/people/search"}, .current = current == "/people/search"}};
    page.sign_out = html::SignOut{
        .action = {"/signout"}, .csrf_token = http::csrf_token(request), .name = steward.account().display_name};
    page.width = html::Width::Full;
    return page;
  }

  StewardAct act(const Request& request, const SignedIn& steward) const {
    return {.by = steward.account().id.text(), .why = answered(request, "why"), .at = context_.clock.now()};
  }

  void record(const SignedIn& steward, std::string_view what, GoldenRecordId golden, std::string outcome) const {
    context_.access_log({.account = steward.account().id.text(),
                         .act = std::string(what),
                         .subject = golden,
                         .outcome = std::move(outcome)});
  }

  Response extracts(const Request& request, const SignedIn& steward, const html::FormErrors& errors) const {
    return context_.database.read([&](db::Connection& connection) {
      ExtractsPage page{.layout = layout(request, steward, "Extracts", "/people/extracts"),
                        .errors = errors,
                        .csrf = http::csrf_token(request),
                        .extracts = newest_extracts(connection, kListLength),
                        .sources = sources(connection),
                        .source = answered(request, "source")};
      page.layout.has_errors = !errors.empty();
      return shown(extracts_page(page), errors.empty() ? 200 : 422);
    });
  }

  template <class Show>
  Response with_extract(const Request& request, const Show& show) const {
    const auto id = parse_integer(request.path_parameter("id"));
    if (!id) return Response::not_found();
    return context_.database.read([&](db::Connection& connection) {
      const auto extract = find_extract(connection, *id);
      return extract ? show(connection, *extract) : Response::not_found();
    });
  }

  Response pair(const Request& request, const SignedIn& steward, const html::FormErrors& errors) const {
    const auto number = parse_integer(request.path_parameter("id"));
    if (!number) return Response::not_found();
    auto found = context_.database.read([&](db::Connection& connection) { return find_pair(connection, *number); });
    if (!found) return Response::not_found();
    record(steward, "steward.view", found->a.golden, "pair " + std::to_string(*number));
    record(steward, "steward.view", found->b.golden, "pair " + std::to_string(*number));
    PairPage page{.layout = layout(request, steward, "Is this one child?", "/people/review"),
                  .errors = errors,
                  .csrf = http::csrf_token(request),
                  .pair = std::move(*found),
                  .why = answered(request, "why")};
    page.layout.has_errors = !errors.empty();
    page.layout.back = html::Url("/people/review");
    return shown(pair_page(page), errors.empty() ? 200 : 422);
  }

  Response record_of(const Request& request, const SignedIn& steward, const html::FormErrors& errors) const {
    const auto id = GoldenRecordId::parse(request.path_parameter("id"));
    if (!id.ok()) return Response::not_found();
    auto found = context_.database.read([&](db::Connection& connection) { return find_record(connection, *id); });
    if (!found) return Response::not_found();
    record(steward, "steward.view", *id, "shown");
    // The tab's title, which browsers keep in their history, names nobody.
    RecordPage page{.layout = layout(request, steward, "A child’s record", "/people/search"),
                    .errors = errors,
                    .csrf = http::csrf_token(request),
                    .record = std::move(*found),
                    .why = answered(request, "why")};
    page.layout.has_errors = !errors.empty();
    return shown(record_page(page), errors.empty() ? 200 : 422);
  }

  PageContext context_;
};

}  // namespace

void add_routes(http::Router& router, const PageContext& context, const Protect& protect) {
  const auto pages = std::make_shared<const PeoplePages>(context);
  using Page = Response (PeoplePages::*)(const Request&, const SignedIn&) const;
  const auto by = [&](Page page) {
    return protect(
        [pages, page](const Request& request, const SignedIn& steward) { return ((*pages).*page)(request, steward); });
  };
  router.get("/people", by(&PeoplePages::overview));
  router.get("/people/extracts", by(&PeoplePages::extracts));
  router.post("/people/extracts", by(&PeoplePages::take_extract),
              {.max_body_bytes = kLargestUpload + 65'536, .uploads = http::Uploads::Spooled});
  router.get("/people/extracts/:id", by(&PeoplePages::extract));
  router.get("/people/extracts/:id/findings.csv", by(&PeoplePages::findings));
  router.get("/people/review", by(&PeoplePages::queue));
  router.get("/people/review/:id", by(&PeoplePages::pair));
  router.post("/people/review/:id", by(&PeoplePages::decide));
  router.get("/people/records/:id", by(&PeoplePages::record_of));
  router.post("/people/records/:id/unmerge", by(&PeoplePages::take_out));
  router.get("/people/search", by(&PeoplePages::search));
  router.post("/people/search", by(&PeoplePages::search_for));
}

void add_routes(http::Router& router, const Surroundings& around) {
  add_routes(router,
             {.database = around.database,
              .site = around.site,
              .clock = around.clock,
              .loading = around.loading,
              .access_log = around.access_log},
             [&around](signin::SignedInHandler handler) {
               return around.signin.protect(signin::Role::Steward, std::move(handler));
             });
}

}  // namespace guildhall::masterdata
