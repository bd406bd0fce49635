#pragma once

// How Guildhall says that something expected went wrong: a bad row, an invalid form, "not found".
//
//   Result<NhsNumber> number = NhsNumber::parse(text);
//   if (!number.ok()) show(number.problems());
//
// A function that cannot go on passes the problems up with TRY:
//
//   const NhsNumber number = TRY(NhsNumber::parse(text));
//
// The world failing (database gone, disk full) is an exception, thrown in platform/ and caught once at the request or
// job boundary. A broken invariant is check(…), never reachable by input.

#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace guildhall {

// One thing that is wrong, in the words of the person who has to mend it.
struct Problem {
  std::string what;    // "The last digit of this NHS number should be 8, not 7."
  std::string where;   // File, row and field, or element id and character. Empty where there is only one place.
  std::string remedy;  // What to do: "Check the number against the letter or the NHS app." May be empty.

  auto operator<=>(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

// "what (where). remedy", for a terminal or a log of a development machine.
std::string to_text(const Problem& problem);
std::string to_text(const Problems& problems);

// A value, or the problems that prevented it: never both, never neither.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Problem problem) : state_(std::in_place_index<1>, Problems{std::move(problem)}) {}
  Result(Problems problems) : state_(std::in_place_index<1>, std::move(problems)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only where ok(): asking otherwise is a mistake in the program and throws.
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // Only where not ok().
  const Problems& problems() const& { return std::get<1>(state_); }
  Problems&& problems() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Problems> state_;
};

// Success without a value: `return {};`.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Problem problem) : problems_(Problems{std::move(problem)}) {}
  Result(Problems problems) : problems_(std::move(problems)) {}

  bool ok() const { return !problems_; }
  explicit operator bool() const { return ok(); }
  void value() const {}
  const Problems& problems() const& { return problems_.value(); }
  Problems&& problems() && { return std::move(problems_).value(); }

 private:
  std::optional<Problems> problems_;
};

// The value of a Result, or return its problems from the enclosing function. A statement expression: GCC and clang.
// Not among the members of a braced initializer: returning from there leaks the members made before it.
#define TRY(expression) GUILDHALL_TRY_AS(expression, __COUNTER__)
#define GUILDHALL_TRY_AS(expression, number) GUILDHALL_TRY_NAMED(expression, number)
#define GUILDHALL_TRY_NAMED(expression, number)                             \
  ({                                                                        \
    auto&& try_##number = (expression);                                     \
    if (!try_##number.ok()) {                                               \
      return std::forward<decltype(try_##number)>(try_##number).problems(); \
    }                                                                       \
    std::forward<decltype(try_##number)>(try_##number).value();             \
  })

// We were wrong: an invariant of this program does not hold. Caught at the request or job boundary, loudly.
class BrokenInvariant : public std::logic_error {
 public:
  BrokenInvariant(const std::string& what, std::source_location place) : logic_error(what), place_(place) {}
  const std::source_location& place() const { return place_; }

 private:
  std::source_location place_;
};

// Throws BrokenInvariant, naming the place, where `holds` is false; in release builds too.
inline void check(bool holds, std::string_view what = "",
                  std::source_location place = std::source_location::current()) {
  if (holds) return;
  throw BrokenInvariant(std::string(place.file_name()) + ":" + std::to_string(place.line()) + ": " + std::string(what),
                        place);
}

}  // namespace guildhall
