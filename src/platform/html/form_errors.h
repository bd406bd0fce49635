#pragma once

// What is wrong with the answers to a form, field by field, in the order in which the page asks.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::html {

struct FormError {
  std::string field;    // The field's name, which is also the id of its first input: the summary links there.
  std::string message;  // "Enter your full name": what to do, without "please", without a full stop.

  auto operator<=>(const FormError&) const = default;
};

class FormErrors {
 public:
  FormErrors() = default;
  // Each problem's `where` is the field's name, its `what` the message.
  explicit FormErrors(const Problems& problems);

  void add(std::string field, std::string message);
  // The first message about the field, or nothing. Lives as long as this object is unchanged.
  std::string_view of(std::string_view field) const;
  bool empty() const { return errors_.empty(); }
  const std::vector<FormError>& list() const { return errors_; }

 private:
  std::vector<FormError> errors_;
};

}  // namespace guildhall::html
