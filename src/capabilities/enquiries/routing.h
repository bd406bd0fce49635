#pragma once

// Which team an enquiry goes to, and why.

#include <span>
#include <string>
#include <string_view>

namespace guildhall::enquiries {

// A phrase that no queue may hold up.
struct Alarm {
  std::string phrase;  // "being hurt"
  std::string team;
};

struct Route {
  std::string team;
  bool urgent = false;
  std::string why;  // "topic roads", "alarm: being hurt": for the record of the act.
};

// The topic's team, unless the message holds an alarm's phrase as whole words, in any capitals and punctuation: then the
// alarm's team, urgently. Of several alarms, the first in the list.
Route route(std::string_view topic, std::string_view topic_team, std::string_view message,
            std::span<const Alarm> alarms);

}  // namespace guildhall::enquiries
