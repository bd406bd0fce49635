#pragma once

// How Guildhall makes pages. The words people read are in templates, pages/*.html, which compile to C++
// functions; what is shown is escaped by its type, so that no name, note or file can put markup into a page.
//
// Where to start:
//   html.h        Html, what a page is made of, and Url, where a link may point
//   components.h  the parts every page is built of: layout, text_input, error_summary, table …
//   assets.h      the stylesheet and script, to be served; theme.h: a council's colours
//   form_errors.h what is wrong with an answered form, field by field
//   error_pages.h 400, 403, 404, 413, 500 and 503 in plain words
//
// A module lists its templates, guildhall_module(partnerview DEPENDS base html PAGES pages/*.html), and
// declares the function which each one implements. In lookup_page.h:
//
//   struct LookupPage { const html::Site& site; bool found; std::vector<Worker> workers; };
//   html::Html lookup_page(const LookupPage& page);  // pages/lookup_page.html
//
// and in pages/lookup_page.html:
//
//   {{ page lookup_page(const LookupPage& page) from "partnerview/lookup_page.h" }}
//   {{ with html::layout({.site = page.site, .title = "Find a child"}) }}
//     <h1 class="govuk-heading-l">Find a child</h1>
//     {{ if page.found }}
//       {{ for worker in page.workers }}
//         <p class="govuk-body"><a href="/workers/{{ worker.id }}">{{ worker.name }}</a></p>
//       {{ end }}
//     {{ else }}
//       {{ html::inset_text("Nobody was found.") }}
//     {{ end }}
//   {{ end }}
//
// What may stand between the braces:
//   {{ page name(parameters) from "header" }}  first line: the function, called as its file, and its header
//   {{ expression }}                           any C++ expression, escaped by its type (see Html)
//   {{ if condition }} {{ else if condition }} {{ else }} {{ end }}
//   {{ for item in range }} {{ end }}          item is a const reference
//   {{ with function(arguments) }} {{ end }}   function(arguments, content), content being what is between
//   {{! comment }}                             not in the page
// Names are looked up in the module's namespace, then in guildhall. Line breaks with the indentation around
// them become one line break (except in <pre> and <textarea>), and a line of directives alone leaves nothing.
//
// The compiler knows where in the markup it stands, and stops with file, line, column and remedy where an
// expression is not in text or in a quoted attribute; where a tag is not closed, or closed in another branch
// than it was opened; and at <script> with content, <style>, style="" and onclick="": the content security
// policy allows none of them. In href, src, action and formaction an expression is either the beginning, and
// then a Url, or a part, and then percent-encoded.

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "base/time.h"

namespace guildhall::html {

// Where a link, form or image may point: within this site ("/work", "?page=2", "#main-content"), to an https:
// page, a mail address or a telephone. Never "javascript:" or another site by "//host" or a backslash.
class Url {
 public:
  // A literal of the source, checked when it is compiled: Url("/work"), or {"/work"} in a struct.
  class Literal {
   public:
    consteval Literal(const char* text) : text_(text) {
      if (!allowed(text_))
        throw "Begin with /, ?, #, https://, mailto: or tel:, and use visible ASCII characters only.";
    }

   private:
    friend class Url;
    std::string_view text_;
  };

  Url(Literal literal) : text_(literal.text_) {}
  static Result<Url> parse(std::string_view text);
  // The literal followed by one part of a path, percent-encoded: Url::path("/cases/", id.text()).
  static Url path(Literal before, std::string_view part);

  Url with(std::string_view name,
           std::string_view value) const;  // One more query parameter, before any fragment.
  const std::string& text() const { return text_; }
  auto operator<=>(const Url&) const = default;

 private:
  struct Checked {};
  Url(Checked, std::string text) : text_(std::move(text)) {}
  static constexpr bool allowed(std::string_view text) {
    for (const char c : text) {
      if (c <= ' ' || c > '~' || c == '\\' || c == '"' || c == '<' || c == '>') return false;
    }
    if (text.starts_with('/')) return !text.starts_with("//");
    return text.starts_with('?') || text.starts_with('#') ||
           (text.starts_with("https://") && text.size() > 8 && text[8] != '/') || text.starts_with("mailto:") ||
           text.starts_with("tel:");
  }

  std::string text_;
};

class Html;

namespace impl {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool> && !Character<T>;
template <class T>
concept HasText = requires(const T& value) {
  { value.text() } -> std::convertible_to<std::string_view>;
};
template <class T>
concept Plain = std::convertible_to<const T&, std::string_view> || Number<T> || HasText<T> || std::same_as<T, Date> ||
    std::same_as<T, Instant>;
template <class T>
struct Showable : std::bool_constant<Plain<T>> {};
template <>
struct Showable<Html> : std::true_type {};
template <class T>
struct Showable<std::optional<T>> : Showable<T> {};

// Markup of the program's own source.
class Markup {
 public:
  template <std::size_t size>
  consteval Markup(const char (&text)[size]) : text_(text, size - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

void append_escaped(std::string& out, std::string_view text);  // & < > " '
void append_percent_encoded(std::string& out,
                            std::string_view text);  // all but RFC 3986's unreserved characters

}  // namespace impl

// What {{ }} can show: text, whole numbers, a Date ("12 March 2014"), an Instant (UK time, "12 March 2014 at
// 9:30am"), what has text() (ids, Url), Html, and any of these in an optional, of which an empty one shows
// nothing. A bool is refused: say in words what true means. So is a floating-point number: round it.
template <class T>
concept Showable = impl::Showable<std::remove_cvref_t<T>>::value || std::convertible_to<T, std::string_view>;

// Markup that is safe to send: a page or a part of one. Made from anything Showable by escaping it, and by
// compiled templates; there is no way to make it from a string of markup at run time.
class Html {
 public:
  Html() = default;
  template <Showable T>
  requires(!std::same_as<std::remove_cvref_t<T>, Html>) Html(const T& value) { show(value); }

  const std::string& markup() const& { return markup_; }
  std::string markup() && { return std::move(markup_); }
  bool empty() const { return markup_.empty(); }

  // For compiled templates.
  static Html with_room_for(std::size_t bytes);
  void raw(impl::Markup markup) { markup_ += markup.text(); }

  template <class T>
  void show(const T& value) {
    static_assert(Showable<T>,
                  "{{ }} shows text, whole numbers, dates, instants, ids, urls, Html and optionals of these. "
                  "Say a bool in words; round a floating-point number; give other types a function that words them.");
    if constexpr (std::same_as<T, Html>) {
      markup_ += value.markup_;
    } else {
      words(value, [this](std::string_view text) { impl::append_escaped(markup_, text); });
    }
  }

  template <class T>
  void show_in_attribute(const T& value) {
    static_assert(Showable<T> && !std::same_as<T, Html> && !std::same_as<T, std::optional<Html>>,
                  "An attribute's value is text, a whole number, a date, an id or a Url: not Html.");
    words(value, [this](std::string_view text) { impl::append_escaped(markup_, text); });
  }

  template <class T>
  void show_url(const T& url) {
    static_assert(std::same_as<T, Url>,
                  "What an address begins with must be a html::Url: see Url::parse and Url::path.");
    impl::append_escaped(markup_, url.text());
  }

  template <class T>
  void show_in_url(const T& value) {
    static_assert(Showable<T> && !std::same_as<T, Html> && !std::same_as<T, Url>,
                  "A part of an address is text, a whole number, a date or an id. A Url can only begin one.");
    if constexpr (std::same_as<T, Date>) {
      impl::append_percent_encoded(markup_, value.iso());
    } else if constexpr (std::same_as<T, Instant>) {
      impl::append_percent_encoded(markup_, to_iso(value));
    } else {
      words(value, [this](std::string_view text) { impl::append_percent_encoded(markup_, text); });
    }
  }

 private:
  template <class T, class Write>
  void words(const T& value, const Write& write) {
    if constexpr (impl::is_optional<T>) {
      if (!value) return;
      if constexpr (std::same_as<T, std::optional<Html>>) {
        show(*value);
      } else {
        words(*value, write);
      }
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
      write(std::string_view(value));
    } else if constexpr (impl::Number<T>) {
      char digits[24];
      write(std::string_view(digits, std::to_chars(digits, digits + sizeof digits, value).ptr));
    } else if constexpr (std::same_as<T, Date>) {
      write(value.spoken());
    } else if constexpr (std::same_as<T, Instant>) {
      write(spoken_uk(value));
    } else {
      write(value.text());
    }
  }

  std::string markup_;
};

// "130,000": for counts, not for years or reference numbers.
std::string grouped(long long number);

}  // namespace guildhall::html
