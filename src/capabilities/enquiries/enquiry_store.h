#pragma once

// Enquiries in the database. Every function runs inside a work of `connection`.

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "enquiries/enquiry_form.h"
#include "enquiries/routing.h"

namespace guildhall::enquiries {

struct EnquiryTag {
  static constexpr std::string_view kName = "enquiry";
};
using EnquiryId = Id<EnquiryTag>;

struct Topic {
  std::string code;
  std::string title;
  std::string team;
};

struct Message {
  bool from_officer = false;
  std::string sender_name;
  std::string text;
  Instant at;
};

// Received, handed over, closed, reopened: what happened beside messages.
struct RecordedAct {
  std::string act;
  std::string why;
  std::string team;
  Instant at;
};

struct Enquiry {
  EnquiryId id;
  std::string reference;
  std::string topic_title;
  std::string team;
  bool urgent = false;
  std::string name;
  std::string email;
  std::string phone;
  Instant received_at;
  std::optional<Instant> closed_at;
  std::vector<Message> messages;  // Oldest first; the first is the question.
  std::vector<RecordedAct> acts;  // Oldest first.
};

// One line of an inbox.
struct InboxLine {
  EnquiryId id;
  std::string reference;
  std::string topic_title;
  std::string team;
  bool urgent = false;
  std::string name;
  Instant received_at;
  bool waits_for_us = true;  // The last message is the resident's.
};

std::vector<Topic> topics(db::Connection& connection);
std::vector<std::string> teams(db::Connection& connection);  // Every team that any topic or alarm names, sorted.
std::vector<Alarm> alarms(db::Connection& connection);

// ---- Drafts, by the hash of the browser's token

struct StoredDraft {
  Draft draft;
  std::optional<EnquiryId> sent_as;
};
std::optional<StoredDraft> find_draft(db::Connection& connection, std::string_view token_hash);
void store_draft(db::Connection& connection, std::string_view token_hash, const Draft& draft, Instant now);
void forget_drafts_before(db::Connection& connection, Instant oldest);  // A draft is no record: it was never sent.

// ---- Enquiries

// Makes the enquiry of a complete draft, with its question and the act of receiving it; the draft remembers it. Returns
// the enquiry that the draft became already, if it did.
EnquiryId send(db::Connection& connection, std::string_view token_hash, Instant now);

std::optional<Enquiry> find_enquiry(db::Connection& connection, EnquiryId id);
// What a resident reaches: both must be right.
std::optional<EnquiryId> find_enquiry_of(db::Connection& connection, std::string_view reference,
                                         std::string_view email);

struct NewMessage {
  bool from_officer = false;
  std::string account;  // The officer's; empty for the resident.
  std::string sender_name;
  std::string text;
};
// A resident's message opens a closed enquiry again.
void add_message(db::Connection& connection, EnquiryId id, const NewMessage& message, Instant now);
void hand_over(db::Connection& connection, EnquiryId id, std::string_view team, std::string_view who,
               std::string_view why, Instant now);
void close(db::Connection& connection, EnquiryId id, std::string_view who, std::string_view why, Instant now);

// Whose enquiries somebody may see. Nobody's unless said.
struct TeamScope {
  bool everywhere = false;
  std::vector<std::string> teams = {};

  bool covers(std::string_view team) const;
};

// Open enquiries in the scope, urgent ones first, then those that wait for us, then the oldest; at most `limit`.
std::vector<InboxLine> inbox(db::Connection& connection, const TeamScope& scope, std::int64_t limit);

}  // namespace guildhall::enquiries
