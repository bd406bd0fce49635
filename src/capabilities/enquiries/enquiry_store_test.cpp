#include "enquiries/enquiry_store.h"

#include <gtest/gtest.h>

#include "db/testing.h"
#include "enquiries/enquiries.h"

namespace guildhall::enquiries {
namespace {

const Instant kMonday = *parse_instant("2026-03-02T09:00:00Z");
const Instant kTuesday = kMonday + std::chrono::hours(24);

class EnquiryStore : public testing::Test {
 protected:
  EnquiryStore() { database_->migrate("enquiries", embedded_files()); }

  Draft pothole() const {
    return {.topic = "roads",
            .message = "There is a deep pothole in Mill Lane.",
            .name = "Priya Nair",
            .email = "Priya@Example.com",
            .phone = ""};
  }
  template <class Work>
  auto write(Work work) {
    return database_->write(work);
  }
  EnquiryId sent(const Draft& draft, std::string token, Instant at) {
    return write([&](db::Connection& connection) {
      store_draft(connection, token, draft, at);
      return send(connection, token, at);
    });
  }
  Enquiry found(EnquiryId id) {
    return database_->read([&](db::Connection& connection) { return find_enquiry(connection, id); }).value();
  }
  std::vector<std::string> inbox_of(std::vector<std::string> teams) { return shown({.teams = std::move(teams)}); }
  std::vector<std::string> inbox_of_all() { return shown({.everywhere = true}); }
  std::vector<std::string> shown(const TeamScope& scope) {
    std::vector<std::string> topics;
    for (const InboxLine& line :
         database_->read([&](db::Connection& connection) { return inbox(connection, scope, 100); })) {
      topics.push_back((line.urgent ? "! " : "") + line.topic_title + (line.waits_for_us ? "" : " (answered)"));
    }
    return topics;
  }

  db::TestDatabase database_;
};

TEST_F(EnquiryStore, AnEnquiryLandsWithTheTeamOfItsTopic) {
  const Enquiry enquiry = found(sent(pothole(), "token", kMonday));
  EXPECT_EQ(enquiry.team, "Highways");
  EXPECT_EQ(enquiry.reference, reference_in(enquiry.reference));
  ASSERT_EQ(enquiry.messages.size(), 1u);
  EXPECT_EQ(enquiry.messages[0].text, "There is a deep pothole in Mill Lane.");
  ASSERT_EQ(enquiry.acts.size(), 1u);
  EXPECT_EQ(enquiry.acts[0].why, "topic roads");
  EXPECT_EQ(inbox_of({"Highways"}), std::vector<std::string>{"Roads, pavements and street lights"});
  EXPECT_EQ(inbox_of({"Libraries"}), std::vector<std::string>{});
  EXPECT_EQ(inbox_of({}), std::vector<std::string>{});  // Somebody without a team sees nothing.
  EXPECT_EQ(inbox_of_all().size(), 1u);
}

TEST_F(EnquiryStore, SendingTwiceMakesOneEnquiry) {
  const EnquiryId once = sent(pothole(), "token", kMonday);
  EXPECT_EQ(write([&](db::Connection& connection) { return send(connection, "token", kTuesday); }), once);
  EXPECT_EQ(inbox_of_all().size(), 1u);
}

TEST_F(EnquiryStore, AnAlarmGoesToTheFrontDoorFirst) {
  sent(pothole(), "one", kMonday);
  Draft alarm = pothole();
  alarm.message += " And the boy at number 4 is being hurt.";
  const Enquiry enquiry = found(sent(alarm, "two", kTuesday));
  EXPECT_EQ(enquiry.team, "Children’s front door");
  EXPECT_TRUE(enquiry.urgent);
  EXPECT_EQ(inbox_of_all(),
            (std::vector<std::string>{"! Roads, pavements and street lights", "Roads, pavements and street lights"}));
}

TEST_F(EnquiryStore, ReferenceAndEmailOpenAnEnquiryTogether) {
  const EnquiryId id = sent(pothole(), "token", kMonday);
  const std::string reference = found(id).reference;
  const auto opened = [&](std::string_view with_reference, std::string_view with_email) {
    return database_->read(
        [&](db::Connection& connection) { return find_enquiry_of(connection, with_reference, with_email); });
  };
  EXPECT_EQ(opened(reference, " priya@example.com "), id);
  EXPECT_EQ(opened(reference, "other@example.com"), std::nullopt);
  EXPECT_EQ(opened("GE-0000-0000", "priya@example.com"), std::nullopt);
  EXPECT_EQ(opened("", ""), std::nullopt);
}

TEST_F(EnquiryStore, WhatWaitsForUsComesBeforeWhatIsAnswered) {
  const EnquiryId first = sent(pothole(), "one", kMonday);
  Draft books = pothole();
  books.topic = "libraries";
  sent(books, "two", kTuesday);
  write([&](db::Connection& connection) {
    add_message(connection, first, {.from_officer = true, .account = "", .sender_name = "Sam Field", .text = "Mended."},
                kTuesday);
  });
  EXPECT_EQ(inbox_of_all(), (std::vector<std::string>{"Libraries", "Roads, pavements and street lights (answered)"}));
}

TEST_F(EnquiryStore, EveryHandoverIsAnActWithItsReason) {
  const EnquiryId id = sent(pothole(), "token", kMonday);
  write([&](db::Connection& connection) {
    hand_over(connection, id, "Libraries", "sam", "It is about a book.", kTuesday);
  });
  const Enquiry enquiry = found(id);
  EXPECT_EQ(enquiry.team, "Libraries");
  ASSERT_EQ(enquiry.acts.size(), 2u);
  EXPECT_EQ(enquiry.acts[1].act, "handed over");
  EXPECT_EQ(enquiry.acts[1].why, "It is about a book.");
}

TEST_F(EnquiryStore, AClosedEnquiryOpensWhenTheResidentWritesAgain) {
  const EnquiryId id = sent(pothole(), "token", kMonday);
  write([&](db::Connection& connection) {
    close(connection, id, "sam", "Mended.", kTuesday);
    close(connection, id, "sam", "Mended.", kTuesday);
  });
  EXPECT_EQ(found(id).closed_at, kTuesday);
  EXPECT_EQ(found(id).acts.size(), 2u);
  EXPECT_TRUE(inbox_of_all().empty());
  write([&](db::Connection& connection) {
    add_message(connection, id, {.account = "", .sender_name = "Priya Nair", .text = "It is back."},
                kTuesday + std::chrono::hours(1));
  });
  EXPECT_EQ(found(id).closed_at, std::nullopt);
  EXPECT_EQ(found(id).acts.back().act, "reopened");
  EXPECT_EQ(inbox_of_all().size(), 1u);
}

TEST_F(EnquiryStore, OldDraftsAreForgottenAndSentEnquiriesAreNot) {
  const EnquiryId id = sent(pothole(), "sent", kMonday);
  write([&](db::Connection& connection) {
    store_draft(connection, "unsent", pothole(), kMonday);
    forget_drafts_before(connection, kTuesday);
  });
  const auto draft = [&](std::string_view token) {
    return database_->read([&](db::Connection& connection) { return find_draft(connection, token); });
  };
  EXPECT_FALSE(draft("unsent"));
  EXPECT_FALSE(draft("sent"));
  EXPECT_EQ(found(id).messages.size(), 1u);
}

}  // namespace
}  // namespace guildhall::enquiries
