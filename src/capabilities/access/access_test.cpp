#include "access/access.h"

#include <gtest/gtest.h>

#include "db/testing.h"

namespace guildhall::access {
namespace {

AccessPolicy first_policy() {
  db::TestDatabase database;
  database->migrate("access", embedded_files());
  return database->read([](db::Connection& connection) { return AccessPolicy::read(connection); });
}

TEST(AccessPolicy, PermitsWhatARuleSays) {
  const AccessDecision decision =
      first_policy().decide({.role = "partner", .organisation_kind = "police", .purpose = "immediate-risk"});
  EXPECT_TRUE(decision.permit);
  EXPECT_EQ(decision.tier, Tier::Signpost);
  EXPECT_EQ(decision.reason, "permitted to partner of police for immediate-risk");
}

TEST(AccessPolicy, ForbidsWhatNoRulePermits) {
  const AccessPolicy policy = first_policy();
  for (const AccessRequest& request :
       {AccessRequest{.role = "partner", .organisation_kind = "police", .purpose = "direct-care"},
        AccessRequest{.role = "officer", .organisation_kind = "police", .purpose = "immediate-risk"},
        AccessRequest{.role = "partner", .organisation_kind = "", .purpose = "immediate-risk"},
        AccessRequest{.role = "partner", .organisation_kind = "police", .purpose = ""}}) {
    const AccessDecision decision = policy.decide(request);
    EXPECT_FALSE(decision.permit);
    EXPECT_EQ(decision.tier, Tier::None);
  }
}

TEST(AccessPolicy, ForbiddenWinsOverPermittedInEitherOrder) {
  const AccessRule permits{"partner", "school", "early-help", Tier::Signpost};
  const AccessRule forbids{"partner", "school", "early-help", Tier::None};
  for (const auto& rules : {std::vector{permits, forbids}, std::vector{forbids, permits}}) {
    const AccessDecision decision =
        AccessPolicy({}, rules).decide({.role = "partner", .organisation_kind = "school", .purpose = "early-help"});
    EXPECT_FALSE(decision.permit);
    EXPECT_EQ(decision.reason, "forbidden to partner of school for early-help");
  }
}

TEST(AccessPolicy, OffersEachOrganisationItsPurposesInOrder) {
  std::vector<std::string> offered;
  for (const Purpose& purpose : first_policy().purposes_for("partner", "police")) offered.push_back(purpose.code);
  EXPECT_EQ(offered, (std::vector<std::string>{"immediate-risk", "safeguarding-enquiry", "missing-child"}));
  EXPECT_TRUE(first_policy().purposes_for("partner", "parking").empty());
}

}  // namespace
}  // namespace guildhall::access
