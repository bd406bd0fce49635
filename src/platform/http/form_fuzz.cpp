// Query, form, path, cookie and whole-target readers: what they accept is clean, and survives being written and read.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "http/message.h"
#include "http/url.h"

namespace {

using namespace guildhall;
using namespace guildhall::http;

void must(bool holds) {
  if (!holds) std::abort();
}

bool is_clean(std::string_view text) {
  return text.find('\0') == std::string_view::npos && !invalid_utf8_at(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto form = parse_form(text, 100); form.ok()) {
    must(form->size() <= 100);
    for (const NamedValue& field : *form) must(is_clean(field.name) && is_clean(field.value));
    must(*parse_form(form_text(*form), 100) == *form);
  }
  if (const auto path = parse_path(text); path.ok()) {
    std::string written;
    for (const std::string& segment : *path) {
      must(is_clean(segment) && segment != ".." && segment.find('/') == std::string::npos);
      written += '/' + percent_encoded(segment);
    }
    must(*parse_path(written.empty() ? "/" : written) == *path);
  }
  for (const NamedValue& cookie : parse_cookies(text)) must(is_clean(cookie.value) && !cookie.name.empty());
  if (const auto request = Request::parse({.target = std::string(text), .headers = {{"Host", std::string(text)}}});
      request.ok()) {
    must(request->path().starts_with('/') && is_clean(request->path()));
    must(request->path().find("/../") == std::string_view::npos &&
         request->path().find("//") == std::string_view::npos);
  }
  if (is_local_path(text)) (void)Response::redirect(std::string(text));
  return 0;
}
