// String functions. Source: DMN 1.5, 10.3.4.3. Strings are UTF-8; positions and lengths count code points.

#include <array>
#include <cstring>
#include <functional>
#include <string>

#include "feel/impl/builtin_library.h"
#include "feel/pattern.h"

namespace guildhall::feel {
namespace {

// Looking through a long text is work too.
void count_work(Evaluation& evaluation, std::string_view text) {
  evaluation.steps(text.size() / 64);
}

Value stored(Evaluation& evaluation, std::string_view text) {
  evaluation.check_string(text.size());
  return Value::string(evaluation.memory(), text);
}

bool starts_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += starts_code_point(byte) ? 1 : 0;
  return count;
}

// Where the code point of this index begins, or where the text ends.
std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t offset = 0;
  for (; offset < text.size(); ++offset) {
    if (starts_code_point(text[offset]) && index-- == 0) break;
  }
  return offset;
}

Value substring(Evaluation& evaluation, Arguments arguments) {
  const std::string_view text = arguments[0].string();
  count_work(evaluation, text);
  const std::size_t length = code_points(text);
  const std::optional<std::size_t> start = index_of_position(arguments[1].number(), length);
  if (!start) {
    return evaluation.null("The start position of substring() must be a whole number other than 0 within the string");
  }
  const std::string_view rest = text.substr(offset_of(text, *start));
  if (arguments.size() == 2) return Value::string(rest);
  const std::optional<std::size_t> taken = length_within(arguments[2].number(), length - *start);
  if (!taken) return evaluation.null("The length of substring() must be at least 1 and end within the string");
  return Value::string(rest.substr(0, offset_of(rest, *taken)));
}

Value string_length(Evaluation& evaluation, Arguments arguments) {
  count_work(evaluation, arguments[0].string());
  return Value::number(static_cast<std::int64_t>(code_points(arguments[0].string())));
}

Value upper_cased(Evaluation& evaluation, Arguments arguments) {
  count_work(evaluation, arguments[0].string());
  return stored(evaluation, upper_case(arguments[0].string()));
}

Value lower_cased(Evaluation& evaluation, Arguments arguments) {
  count_work(evaluation, arguments[0].string());
  return stored(evaluation, lower_case(arguments[0].string()));
}

// memmem takes linear time whatever it looks for; string_view::find doesn't.
std::size_t find(Evaluation& evaluation, std::string_view text, std::string_view match) {
  count_work(evaluation, text);
  if (match.empty()) return 0;
  const void* found = memmem(text.data(), text.size(), match.data(), match.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

Value substring_before(Evaluation& evaluation, Arguments arguments) {
  const std::string_view text = arguments[0].string();
  const std::size_t at = find(evaluation, text, arguments[1].string());
  return Value::string(at == std::string_view::npos ? std::string_view() : text.substr(0, at));
}

Value substring_after(Evaluation& evaluation, Arguments arguments) {
  const std::string_view text = arguments[0].string();
  const std::string_view match = arguments[1].string();
  const std::size_t at = find(evaluation, text, match);
  return Value::string(at == std::string_view::npos ? std::string_view() : text.substr(at + match.size()));
}

Value contains(Evaluation& evaluation, Arguments arguments) {
  return Value::boolean(find(evaluation, arguments[0].string(), arguments[1].string()) != std::string_view::npos);
}

Value starts_with(Evaluation&, Arguments arguments) {
  return Value::boolean(arguments[0].string().starts_with(arguments[1].string()));
}

Value ends_with(Evaluation&, Arguments arguments) {
  return Value::boolean(arguments[0].string().ends_with(arguments[1].string()));
}

// A decision uses the same few patterns again and again, so each thread keeps those that it used last. Nothing where
// the pattern isn't one.
const std::optional<Pattern>& compiled(std::string_view pattern, std::string_view flags) {
  struct Kept {
    std::string pattern;
    std::string flags;
    std::optional<Pattern> compiled;
    bool used = false;
  };
  constexpr std::size_t kLongestKept = 1'000;
  thread_local std::array<Kept, 33> kept;  // The last for what is too long to keep.

  const bool keep = pattern.size() + flags.size() <= kLongestKept;
  const std::size_t hash = std::hash<std::string_view>()(pattern) ^ (std::hash<std::string_view>()(flags) << 1);
  Kept& slot = kept[keep ? hash % (kept.size() - 1) : kept.size() - 1];
  if (!keep || !slot.used || slot.pattern != pattern || slot.flags != flags) {
    Result<Pattern> result = Pattern::compile(pattern, flags);
    slot.compiled = result.ok() ? std::optional(std::move(result).value()) : std::nullopt;
    slot.pattern = keep ? pattern : std::string_view();
    slot.flags = keep ? flags : std::string_view();
    slot.used = keep;
  }
  return slot.compiled;
}

constexpr const char* kBadPattern = "The pattern or its flags aren't a regular expression as XPath defines them";
constexpr const char* kTooMuch = "The regular expression takes too long or gives too much on this text";

std::string_view flags_of(const Value& flags) {
  return flags.null() ? std::string_view() : flags.string();
}

Value matches(Evaluation& evaluation, Arguments arguments) {
  const std::optional<Pattern>& pattern = compiled(arguments[1].string(), flags_of(arguments[2]));
  if (!pattern) return evaluation.null(kBadPattern);
  count_work(evaluation, arguments[0].string());
  const Result<bool> found = pattern->matches(arguments[0].string());
  return found.ok() ? Value::boolean(*found) : evaluation.null(kTooMuch);
}

Value replace(Evaluation& evaluation, Arguments arguments) {
  const std::optional<Pattern>& pattern = compiled(arguments[1].string(), flags_of(arguments[3]));
  if (!pattern) return evaluation.null(kBadPattern);
  count_work(evaluation, arguments[0].string());
  const Result<std::string> replaced =
      pattern->replace(arguments[0].string(), arguments[2].string(), evaluation.budget().string_bytes);
  if (replaced.ok()) return stored(evaluation, *replaced);
  return evaluation.null(
      "replace() can't use this: the pattern matches the empty string, the replacement has a stray $ or \\, or the "
      "result is too long");
}

Value split(Evaluation& evaluation, Arguments arguments) {
  const std::optional<Pattern>& pattern = compiled(arguments[1].string(), {});
  if (!pattern) return evaluation.null(kBadPattern);
  count_work(evaluation, arguments[0].string());
  const Result<std::vector<std::string>> pieces =
      pattern->split(arguments[0].string(), evaluation.budget().list_length);
  if (!pieces.ok()) return evaluation.null("The delimiter of split() matches the empty string, or too often");
  Value* items = evaluation.memory().array<Value>(pieces->size());
  for (std::size_t i = 0; i < pieces->size(); ++i) items[i] = Value::string(evaluation.memory(), (*pieces)[i]);
  return Value::list({items, pieces->size()});
}

Value string_join(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> items = arguments[0].list();
  const std::string_view delimiter = flags_of(arguments[1]);
  evaluation.steps(items.size());

  // "Null elements in the list parameter are ignored."
  std::size_t bytes = 0;
  bool first = true;
  for (const Value& item : items) {
    if (item.null()) continue;
    if (!item.is(Kind::String)) return evaluation.null("string join() joins strings, not {1}", item);
    bytes += item.string().size() + (first ? 0 : delimiter.size());
    evaluation.check_string(bytes);
    first = false;
  }

  char* const text = evaluation.memory().array<char>(bytes);
  char* end = text;
  const auto append = [&end](std::string_view part) { end += part.copy(end, part.size()); };
  first = true;
  for (const Value& item : items) {
    if (item.null()) continue;
    if (!first) append(delimiter);
    append(item.string());
    first = false;
  }
  return Value::string({text, bytes});
}

}  // namespace

std::vector<Definition> string_functions() {
  using takes::number;
  using takes::or_null;
  using takes::string;
  return {
      {"substring",
       {{{string("string"), number("start position")}, substring, Base::String},
        {{string("string"), number("start position"), number("length")}, substring, Base::String}}},
      {"string length", {{{string("string")}, string_length, Base::Number}}},
      {"upper case", {{{string("string")}, upper_cased, Base::String}}},
      {"lower case", {{{string("string")}, lower_cased, Base::String}}},
      {"substring before", {{{string("string"), string("match")}, substring_before, Base::String}}},
      {"substring after", {{{string("string"), string("match")}, substring_after, Base::String}}},
      {"replace",
       {{{string("input"), string("pattern"), string("replacement"), or_null(string("flags"))},
         replace,
         Base::String,
         1}}},
      {"contains", {{{string("string"), string("match")}, contains, Base::Boolean}}},
      {"starts with", {{{string("string"), string("match")}, starts_with, Base::Boolean}}},
      {"ends with", {{{string("string"), string("match")}, ends_with, Base::Boolean}}},
      {"matches", {{{string("input"), string("pattern"), or_null(string("flags"))}, matches, Base::Boolean, 1}}},
      {"split", {{{string("string"), string("delimiter")}, split, Type::list_of(Base::String)}}},
      {"string join", {{{takes::list("list"), or_null(string("delimiter"))}, string_join, Base::String, 1}}},
  };
}

}  // namespace guildhall::feel
