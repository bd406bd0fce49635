#pragma once

// The questions of the general enquiry, and what may be answered.

#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::enquiries {

// Answers on their way through the form's pages.
struct Draft {
  std::string topic;  // A topic's code.
  std::string message;
  std::string name;
  std::string email;
  std::string phone;  // May be empty.

  bool operator==(const Draft&) const = default;
};

inline constexpr int kLongestMessage = 5'000;  // Characters (code points).

// Each problem's `where` is the question's field, its `what` the message beside it.
Result<std::string> message_in(std::string_view answer);  // Line breaks become "\n".
struct Contact {
  std::string name;
  std::string email;
  std::string phone;
};
Result<Contact> contact_in(std::string_view name, std::string_view email, std::string_view phone);

// How references are compared: capitals, without spaces and dashes. "ge 7k3m 92qx" → "GE-7K3M-92QX"; empty where it has
// another shape.
std::string reference_in(std::string_view typed);
std::string new_reference();
// How e-mail addresses are compared: trimmed, in small letters.
std::string comparable_email(std::string_view email);

}  // namespace guildhall::enquiries
