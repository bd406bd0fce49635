#include "enquiries/routing.h"

#include "base/text.h"

namespace guildhall::enquiries {
namespace {

// Letters and digits of the folded text, words apart by one space, with a space at each end: " IS BEING HURT ".
std::string words_of(std::string_view text) {
  std::string words = " ";
  for (const char letter : folded(text)) {
    const bool in_word = (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
                         static_cast<unsigned char>(letter) >= 0x80;
    if (in_word) {
      words += letter;
    } else if (words.back() != ' ' && letter != '\'') {
      words += ' ';
    }
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

}  // namespace

Route route(std::string_view topic, std::string_view topic_team, std::string_view message,
            std::span<const Alarm> alarms) {
  const std::string words = words_of(message);
  for (const Alarm& alarm : alarms) {
    if (words.find(words_of(alarm.phrase)) != std::string::npos) {
      return {.team = alarm.team, .urgent = true, .why = "alarm: " + alarm.phrase};
    }
  }
  return {.team = std::string(topic_team), .urgent = false, .why = "topic " + std::string(topic)};
}

}  // namespace guildhall::enquiries
