#pragma once

// What the pages of enquiries show; the words are in pages/.

#include <string>
#include <vector>

#include "council/council.h"
#include "enquiries/enquiry_store.h"
#include "html/components.h"
#include "html/form_errors.h"

namespace guildhall::enquiries {

struct StartPage {
  html::Layout layout;
  council::Council council;
};
html::Html start_page(const StartPage& page);

// One question of the form, with what was answered so far.
struct QuestionPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  Draft draft;
  std::vector<Topic> topics;  // Only for topic_page and check_page.
  html::Url action{"/enquiry"};
};
html::Html topic_page(const QuestionPage& page);
html::Html message_page(const QuestionPage& page);
html::Html contact_page(const QuestionPage& page);
html::Html check_page(const QuestionPage& page);
std::vector<html::Choice> topic_choices(const QuestionPage& page);
std::vector<html::SummaryRow> answers(const QuestionPage& page);

struct DonePage {
  html::Layout layout;
  std::string reference;
  bool urgent = false;
  council::Council council;
};
html::Html done_page(const DonePage& page);

struct TrackPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  std::string reference;
  std::string email;
};
html::Html track_page(const TrackPage& page);

// The resident's own enquiry.
struct FollowPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  Enquiry enquiry;
  std::string answer;     // What was typed in reply.
  bool was_sent = false;  // A reply has just been sent.
};
html::Html follow_page(const FollowPage& page);

struct InboxPage {
  html::Layout layout;
  std::vector<InboxLine> lines;
  TeamScope scope;
  bool is_cut = false;  // There are more than are shown.
};
html::Html inbox_page(const InboxPage& page);
html::Table inbox_table(const InboxPage& page);
html::Html inbox_link(const InboxLine& line);

// An enquiry as its officers see it.
struct OfficerPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  Enquiry enquiry;
  std::vector<std::string> teams;  // To hand over to.
  std::string reply;
  std::string handover_team;
  std::string handover_why;
};
html::Html officer_page(const OfficerPage& page);
html::Select handover_select(const OfficerPage& page);
html::Url email_link(const std::string& email);

// The messages of an enquiry in order; a resident's own are "You" to them.
enum class Reader { Resident, Officer };
html::Html conversation(const Enquiry& enquiry, Reader reader);

}  // namespace guildhall::enquiries
