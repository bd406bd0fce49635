#include "enquiries/enquiry_form.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"

namespace guildhall::enquiries {
namespace {

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

// One @ with something before it and a dot inside what follows: what is worth telling a typing mistake from. Whether
// the address works is known when a message arrives.
bool looks_like_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos) return false;
  const std::string_view host = text.substr(at + 1);
  const std::size_t dot = host.rfind('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < host.size() &&
         host.find("..") == std::string_view::npos && text.find_first_of(" ,;<>()\"\t\n") == std::string_view::npos;
}

bool looks_like_phone(std::string_view text) {
  const auto digits = std::ranges::count_if(text, [](char letter) { return letter >= '0' && letter <= '9'; });
  return digits >= 7 && digits <= 15 && text.find_first_not_of("0123456789 +()-.") == std::string_view::npos;
}

}  // namespace

Result<std::string> message_in(std::string_view answer) {
  std::string message;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (answer[i] == '\r') {
      if (i + 1 >= answer.size() || answer[i + 1] != '\n') message += '\n';
    } else {
      message += answer[i];
    }
  }
  message = trimmed(message);
  if (message.empty()) return Problem{"Enter your question", "message", ""};
  if (characters_in(message) > static_cast<std::size_t>(kLongestMessage)) {
    return Problem{"Your question must be 5,000 characters or less", "message", ""};
  }
  return message;
}

Result<Contact> contact_in(std::string_view name, std::string_view email, std::string_view phone) {
  Contact contact{squeezed(name), std::string(trimmed(email)), squeezed(phone)};
  Problems problems;
  if (contact.name.empty()) {
    problems.push_back({"Enter your full name", "name", ""});
  } else if (contact.name.size() > 200) {
    problems.push_back({"Full name must be 200 characters or less", "name", ""});
  }
  if (contact.email.empty()) {
    problems.push_back({"Enter your email address", "email", ""});
  } else if (contact.email.size() > 254 || !looks_like_email(contact.email)) {
    problems.push_back({"Enter an email address in the correct format, like name@example.com", "email", ""});
  }
  if (!contact.phone.empty() && !looks_like_phone(contact.phone)) {
    problems.push_back({"Enter a phone number, like 01632 960 001 or +44 808 157 0192", "phone", ""});
  }
  if (!problems.empty()) return problems;
  return contact;
}

std::string reference_in(std::string_view typed) {
  std::string letters;
  for (const char letter : upper_ascii(trimmed(typed))) {
    // What Crockford's base 32 leaves out is read as what people mean by it.
    if (letter == ' ' || letter == '-') continue;
    letters += letter == 'O' ? '0' : (letter == 'I' || letter == 'L') ? '1' : letter;
  }
  if (letters.size() != 10 || !letters.starts_with("GE")) return "";
  return letters.substr(0, 2) + "-" + letters.substr(2, 4) + "-" + letters.substr(6);
}

std::string new_reference() {
  return "GE-" + random_code(4) + "-" + random_code(4);
}

std::string comparable_email(std::string_view email) {
  return lower_ascii(trimmed(email));
}

}  // namespace guildhall::enquiries
