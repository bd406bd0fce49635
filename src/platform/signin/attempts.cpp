#include "signin/attempts.h"

#include <algorithm>

namespace guildhall::signin {
namespace {

constexpr std::chrono::seconds kFirstDelay{15};
constexpr std::chrono::seconds kLongestDelay{15 * 60};

struct Failures {
  int count = 0;
  Instant not_before{};
};

Failures failures_of(db::Connection& connection, const std::string& digest, Instant now) {
  return connection
      .query_one("SELECT failures, not_before FROM signin_attempts WHERE key_digest = $1 AND last_at > $2",
                 {db::Blob{digest}, now - kForgetFailures},
                 [](const db::Row& row) {
                   return Failures{.count = static_cast<int>(row.integer(0)), .not_before = row.instant(1)};
                 })
      .value_or(Failures{});
}

void count_failure(db::Connection& connection, const std::string& digest, int failures, AttemptRule rule, Instant now) {
  connection.enqueue(
      "INSERT INTO signin_attempts (key_digest, failures, last_at, not_before) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (key_digest) DO UPDATE SET failures = $2, last_at = $3, not_before = $4",
      {db::Blob{digest}, failures, now, now + delay_after(failures, rule)});
}

AttemptBegun count_both(db::Connection& connection, const Attempt& attempt, int of_name, int of_address, Instant now) {
  connection.enqueue("DELETE FROM signin_attempts WHERE last_at <= $1", {now - kForgetFailures});
  count_failure(connection, attempt.name_digest, of_name + 1, kNameRule, now);
  count_failure(connection, attempt.address_digest, of_address + 1, kAddressRule, now);
  return {.wait_until = std::nullopt, .failures = of_name + 1};
}

}  // namespace

std::chrono::seconds delay_after(int failures, AttemptRule rule) {
  const int beyond = failures - rule.free_failures;
  if (beyond < 0) return std::chrono::seconds{0};
  return std::min(kFirstDelay * (1 << std::min(beyond, 10)), kLongestDelay);
}

AttemptBegun begin_attempt(db::Connection& connection, const Attempt& attempt, Instant now) {
  const Failures of_name = failures_of(connection, attempt.name_digest, now);
  const Failures of_address = failures_of(connection, attempt.address_digest, now);
  const Instant not_before = std::max(of_name.not_before, of_address.not_before);
  if (not_before > now) return {.wait_until = not_before, .failures = of_name.count};
  return count_both(connection, attempt, of_name.count, of_address.count, now);
}

AttemptBegun continue_attempt(db::Connection& connection, const Attempt& attempt, int failures, Instant now) {
  const Failures of_name = failures_of(connection, attempt.name_digest, now);
  if (of_name.count != failures) return begin_attempt(connection, attempt, now);
  const Failures of_address = failures_of(connection, attempt.address_digest, now);
  return count_both(connection, attempt, of_name.count, of_address.count, now);
}

void forgive_attempts(db::Connection& connection, const Attempt& attempt) {
  connection.enqueue("DELETE FROM signin_attempts WHERE key_digest = $1", {db::Blob{attempt.name_digest}});
  connection.enqueue(
      "UPDATE signin_attempts SET failures = CASE WHEN failures > 2 THEN failures - 2 ELSE 0 END "
      "WHERE key_digest = $1",
      {db::Blob{attempt.address_digest}});
}

}  // namespace guildhall::signin
