#include "app/demo_cases.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "base/embedded.h"
#include "cases/engine.h"
#include "cases/publishing.h"
#include "cases/tasks.h"
#include "signin/accounts.h"

namespace guildhall::app {

std::span<const EmbeddedFile> embedded_files();

namespace {

using bpmn::Data;
using cases::Officer;
using cases::Started;
using feel::Value;
using std::chrono::days;
using std::chrono::hours;

class MovedClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }

 private:
  Instant now_{};
};

Data yes_or_no(bool value) {
  return Data::of(Value::boolean(value));
}

class Demonstration {
 public:
  Demonstration(db::Database& database, const std::filesystem::path& documents, Instant now)
      : database_(database), engine_(database, clock_), tasks_(engine_, documents), now_(now) {
    clock_.set(now_);
  }

  Result<void> create() {
    karin_ = officer("k.lindqvist", "Highways");
    tom_ = officer("t.price", "Customer contact");
    move_to(21);
    const auto xml = std::ranges::find(embedded_files(), "demo/skip-permit.bpmn", &EmbeddedFile::name);
    TRY(cases::publish(database_, xml->bytes, karin_.account(), clock_.now()));

    const Started mill = TRY(apply("12 Mill Lane, Ambridge", 7));
    const Started church = TRY(apply("The Old Rectory, Church Street", 28));
    move_to(20);
    TRY(decide(mill, true, "The verge is wide enough."));
    TRY(decide(church, false, "Opposite the school’s gate."));  // Its letter fails: an incident.
    const Started bridge = TRY(apply("3 Bridge Street, Borchester", 14));
    move_to(19);
    TRY(pay(mill));
    TRY(done(bridge, "check", {{"approved", yes_or_no(true)}}, "", karin_));
    move_to(17);
    TRY(done(mill, "inspect",
             {{"roadWidth", Data::of(Value::number(4))},
              {"inspectionNotes", Data::of(Value::string("No trees in the way."))}},
             "Two photographs are on the team’s drive.", karin_));
    TRY(done(mill, "permit", {{"validFrom", Data::of(Value::date(feel::Date::from(2026, 3, 2).value()))}}, "", karin_));
    fail_letters();

    const Started station = TRY(apply("Station Yard, Hollerton", 21));
    const Started orchard = TRY(apply("Orchard Cottage, Penny Hassett", 10));
    move_to(14);
    TRY(decide(station, true, "Not before the market has moved."));
    TRY(decide(orchard, true, ""));
    move_to(12);
    TRY(pay(orchard));
    const Started glebe = TRY(apply("Glebe Farm, Edgeley", 5));
    TRY(decide(glebe, true, "On the farm’s own track."));
    move_to(6);
    const Started felpersham = TRY(apply("41 Castle Hill, Felpersham", 14));
    const Started wharf = TRY(apply("Unit 2, Canal Wharf", 30));
    move_to(4);
    TRY(tasks_.claim(karin_, task(felpersham, "check")));
    TRY(tasks_.comment(karin_, task(felpersham, "check"),
                       "Asked the applicant for a sketch: the hill is narrow at number 41."));
    TRY(decide(wharf, true, ""));
    const Started green = TRY(apply("The Green, Loxley Barrett", 7));
    const Started heath = TRY(apply("8 Heath Road, Darrington", 12));
    move_to(2);
    TRY(pay(wharf));
    TRY(decide(heath, false, "The road is closed for a gas main until June."));
    const Started mews = TRY(apply("5 Chapel Mews, Borchester", 4));
    move_to(1);
    TRY(apply("17 Lakey Hill, Ambridge", 9));
    TRY(tasks_.follow_up(karin_, task(mews, "check"), now_ + days(4)));
    TRY(tasks_.claim(karin_, task(wharf, "permit")));
    move_to(0);
    // Now, because nobody had a role here before.
    TRY(tasks_.delegate(karin_, task(green, "check"), tom_.account(),
                        "Please ring them: is the skip for the green itself?"));
    TRY(apply("Brookfield Barns, Ambridge", 21));
    return {};
  }

 private:
  void settle() {
    while (engine_.work() > 0) {
    }
  }
  // As many days ago; timers come due on the way.
  void move_to(int days_ago) {
    const Instant at = now_ - days(days_ago);
    for (auto due = engine_.next_due(); due && *due < at; due = engine_.next_due()) {
      clock_.set(std::max(*due, clock_.now()));
      if (engine_.work() == 0) break;
      settle();
    }
    clock_.set(at);
    settle();
  }

  Officer officer(std::string_view name, const std::string& team) {
    const auto account = database_.read(
        [&](db::Connection& connection) { return signin::find_account_named(connection, name).value(); });
    return {{.account = account.id.text(),
             .names = {account.id.text(), account.signin_name},
             .covering = {},
             .everywhere = false,
             .teams = {team}}};
  }

  Result<Started> apply(std::string_view place, std::int64_t for_days) {
    ++applications_;
    const std::string street(place);
    auto started = engine_.start({.process = "skip-permit",
                                  .version = 0,
                                  .title = "Skip at " + street,
                                  .variables = {{"application", Data::of(Value::number(1'000 + applications_))},
                                                {"place", Data::of(Value::string(street))},
                                                {"days", Data::of(Value::number(for_days))}},
                                  .start_event = {},
                                  .act = {std::string(cases::kProcess), ""}});
    if (started.ok()) numbers_[started->reference] = 1'000 + applications_;
    return started;
  }

  cases::TaskId task(const Started& started, std::string_view element) {
    for (const cases::Task& each :
         database_.read([&](db::Connection& connection) { return cases::tasks_of(connection, started.case_id); })) {
      if (each.element == element && !each.ended_at) return each.id;
    }
    return {};
  }

  Result<void> done(const Started& started, std::string_view element, const bpmn::Variables& answers,
                    const std::string& why, const Officer& by) {
    TRY(tasks_.claim(by, task(started, element)));
    TRY(tasks_.complete(by, task(started, element), answers, why));
    settle();
    return {};
  }
  Result<void> decide(const Started& started, bool approved, const std::string& why) {
    return done(started, "check", {{"approved", yes_or_no(approved)}}, why, karin_);
  }
  Result<void> pay(const Started& started) {
    engine_.send({"payment", {{"application", Data::of(Value::number(numbers_[started.reference]))}}, ""});
    settle();
    return {};
  }
  // The letter program of this council has no paper: what it tried in vain, time and again, is an incident.
  void fail_letters() {
    const Instant before = clock_.now();
    for (int tries = 0; tries < 5; ++tries) {
      for (const cases::Work& work : engine_.claim_work("letters", 10, std::chrono::seconds(30))) {
        static_cast<void>(
            engine_.fail_work(work.job, work.claim, "The letter program says: no letterhead for Highways."));
      }
      clock_.set(clock_.now() + hours(2));
    }
    clock_.set(before + hours(12));
  }

  db::Database& database_;
  MovedClock clock_;
  cases::Engine engine_;
  cases::Tasks tasks_;
  Instant now_;
  Officer karin_, tom_;
  std::int64_t applications_ = 0;
  std::map<std::string, std::int64_t> numbers_;
};

}  // namespace

Result<void> create_demo_cases(db::Database& database, const std::filesystem::path& documents, Instant now) {
  return Demonstration(database, documents, now).create();
}

}  // namespace guildhall::app
