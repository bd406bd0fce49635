#include "html/html.h"

namespace guildhall::html {
namespace impl {

void append_escaped(std::string& out, std::string_view text) {
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string_view escaped;
    switch (text[at]) {
      case '&':
        escaped = "&amp;";
        break;
      case '<':
        escaped = "&lt;";
        break;
      case '>':
        escaped = "&gt;";
        break;
      case '"':
        escaped = "&quot;";
        break;
      case '\'':
        escaped = "&#39;";
        break;
      default:
        continue;
    }
    out.append(text, done, at - done);
    out += escaped;
    done = at + 1;
  }
  out.append(text, done);
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';  // RFC 3986, section 2.3
    if (unreserved) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
}

}  // namespace impl

Result<Url> Url::parse(std::string_view text) {
  if (!allowed(text)) {
    return Problem{"This is not an address that a page of this site may link to.",
                   {},
                   "Begin with /, ?, #, https://, mailto: or tel:, and write spaces and letters beyond A to "
                   "Z percent-encoded."};
  }
  return Url(Checked{}, std::string(text));
}

Url Url::path(Literal before, std::string_view part) {
  std::string text{before.text_};
  impl::append_percent_encoded(text, part);
  return Url(Checked{}, std::move(text));
}

Url Url::with(std::string_view name, std::string_view value) const {
  const std::size_t fragment = text_.find('#');
  std::string text = text_.substr(0, fragment);
  text += text.find('?') == text.npos ? '?' : text.ends_with('?') ? '\0' : '&';
  if (text.back() == '\0') text.pop_back();
  impl::append_percent_encoded(text, name);
  text += '=';
  impl::append_percent_encoded(text, value);
  if (fragment != text_.npos) text += text_.substr(fragment);
  return Url(Checked{}, std::move(text));
}

Html Html::with_room_for(std::size_t bytes) {
  Html html;
  html.markup_.reserve(bytes);
  return html;
}

std::string grouped(long long number) {
  std::string text = std::to_string(number);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace guildhall::html
