#include "html/compiler/page_compiler.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/text.h"

namespace guildhall::html {
namespace {

constexpr std::array<std::string_view, 13> kVoidElements{"area",  "base", "br",   "col",    "embed", "hr", "img",
                                                         "input", "link", "meta", "source", "track", "wbr"};
constexpr std::array<std::string_view, 4> kUrlAttributes{"href", "src", "action", "formaction"};
// Attributes whose values are addresses of another form, or documents: nothing made at run time belongs
// there.
constexpr std::array<std::string_view, 8> kFixedAttributes{"srcset", "poster",  "ping",       "data",
                                                           "cite",   "content", "background", "xlink:href"};

template <std::size_t size>
bool among(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':';
}

std::string string_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Where in the markup the reader stands. WHATWG HTML, section 13.2.5, without what templates may not use.
enum class Place : std::uint8_t { Text, Declaration, TagName, Tag, AttributeName, AttributeStart, AttributeValue };

class PageCompiler {
 public:
  PageCompiler(std::string_view module, std::string_view file, std::string_view source)
      : module_(module), file_(file), source_(source.substr(0, source.find_last_not_of(" \t\r\n") + 1)) {}

  Result<CompiledPage> run() {
    try {
      read_page_line();
      while (at_ < source_.size()) {
        if (source_.substr(at_).starts_with("{{")) {
          read_directive();
        } else {
          read_markup();
        }
      }
      if (!blocks_.empty()) {
        fail(blocks_.back().at, "This {{ " + blocks_.back().word + " }} has no {{ end }}.",
             "Add {{ end }} where it ends.");
      }
      expect_balanced(source_.size(), {}, "the end of the page");
      flush();
    } catch (Problem& problem) {
      return std::move(problem);
    }
    return CompiledPage{header_, line_directive(0) + "::guildhall::html::Html guildhall::" + std::string(module_) +
                                     "::" + signature_ + " {\n  auto html_0 = ::guildhall::html::Html::with_room_for(" +
                                     std::to_string(literal_bytes_ + 64 * shown_) + ");\n" + body_ +
                                     "  return html_0;\n}\n"};
  }

 private:
  struct OpenTag {
    std::string name;
    std::size_t at;
  };
  // What stands open: {{ if }}, {{ for }} or {{ with }}.
  struct Block {
    std::string word;
    std::size_t at;
    Place place;
    std::vector<OpenTag> open;  // The tags around it.
    std::string call;           // with: the function, and its arguments up to the last bracket.
    bool has_else = false;
  };

  [[noreturn]] void fail(std::size_t at, std::string what, std::string remedy) const {
    const std::string_view before = source_.substr(0, at);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
    throw Problem{std::move(what),
                  std::string(file_) + ":" + std::to_string(line) + ":" + std::to_string(at - line_start + 1),
                  std::move(remedy)};
  }

  std::string line_directive(std::size_t at) const {
    const auto line = std::count(source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    return "#line " + std::to_string(line) + " " + string_literal(file_) + "\n";
  }

  void statement(std::size_t at, const std::string& code) { body_ += line_directive(at) + "  " + code + "\n"; }

  // The Html which is written now: html_0 is the page, html_<n> the content of the n-th {{ with }} around.
  std::string target() const {
    return "html_" + std::to_string(std::count_if(blocks_.begin(), blocks_.end(),
                                                  [](const Block& block) { return block.word == "with"; }));
  }

  void flush() {
    if (literal_.empty()) return;
    body_ += "  " + target() + ".raw(" + string_literal(literal_) + ");\n";
    literal_bytes_ += literal_.size();
    literal_.clear();
  }

  // ---- Directives ----

  // The text between {{ and }}, trimmed; braces, brackets and quotes of C++ inside it are paired.
  std::string_view between_braces() {
    const std::size_t start = at_;
    int depth = 0;
    if (source_.substr(start).starts_with("{{!")) {
      at_ = source_.find("}}", start);
    } else {
      for (at_ = start + 2; at_ < source_.size(); ++at_) {
        const char c = source_[at_];
        if (depth == 0 && source_.substr(at_).starts_with("}}")) break;
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ')' || c == ']' || c == '}') --depth;
        if (c == '"' || c == '\'') {
          for (++at_; at_ < source_.size() && source_[at_] != c && source_[at_] != '\n'; ++at_) {
            if (source_[at_] == '\\') ++at_;
          }
        }
      }
    }
    if (at_ >= source_.size()) {
      fail(start, "{{ has no }}, or a bracket or quotation mark between them is not paired.", "Close it.");
    }
    const std::string_view inside = trimmed(source_.substr(start + 2, at_ - start - 2));
    at_ += 2;
    return inside;
  }

  void read_page_line() {
    const std::string remedy = "Begin with {{ page name(const Type& page) from \"module/header.h\" }}.";
    if (!source_.starts_with("{{ page ")) fail(0, "The first line does not say which function this page is.", remedy);
    const std::string_view line = between_braces().substr(5);
    const std::size_t from = line.rfind(" from \"");
    const std::size_t bracket = line.find('(');
    if (from == line.npos || bracket > from || !line.ends_with('"')) fail(0, "The first line is incomplete.", remedy);
    signature_ = trimmed(line.substr(0, from));
    header_ = line.substr(from + 7, line.size() - from - 8);
    const std::string stem = std::filesystem::path(file_).stem().string();
    if (trimmed(line.substr(0, bracket)) != stem) {
      fail(0, "The function is not called as its file is.", "Call the function " + stem + ", or rename the file.");
    }
    skip_line_end();
  }

  // After a directive that stands alone on its line: the line's end and the next indentation are not in the
  // page.
  void skip_line_end() {
    const std::size_t end = source_.find_first_not_of(" \t\r", at_);
    if (end == source_.npos || source_[end] != '\n') return;
    at_ = std::min(source_.find_first_not_of(" \t\r\n", end), source_.size());
  }

  void read_directive() {
    const std::size_t start = at_;
    if (place_ == Place::AttributeName) end_attribute_name();
    if (place_ == Place::TagName) place_ = Place::Tag;
    const std::size_t before = start == 0 ? source_.npos : source_.find_last_not_of(" \t", start - 1);
    const bool first_on_line = before == source_.npos || source_[before] == '\n';
    const std::string_view inside = between_braces();
    const std::string_view word = inside.substr(0, inside.find_first_of(" \t\r\n("));
    const std::string_view rest = trimmed(inside.substr(word.size()));

    if (source_.substr(start).starts_with("{{!")) {
      // A comment leaves nothing.
    } else if (word == "page" && rest.find(" from \"") != rest.npos) {
      fail(start, "A page has one {{ page }}, its first line.", "Put the second page into a file of its own.");
    } else if (word == "if" || word == "for" || word == "with") {
      open_block(start, word, rest);
    } else if (word == "else") {
      read_else(start, rest);
    } else if (inside == "end") {
      close_block(start);
    } else {
      if (inside.empty()) fail(start, "Nothing stands between {{ and }}.", "Write an expression, or remove it.");
      show(start, inside);
      return;
    }
    if (first_on_line && !keeps_space()) skip_line_end();
  }

  void open_block(std::size_t start, std::string_view word, std::string_view rest) {
    if (place_ != Place::Text && place_ != Place::Tag && (place_ != Place::AttributeValue || is_url())) {
      fail(start, "A {{ " + std::string(word) + " }} cannot stand here in a tag.",
           "Put it around the whole tag or the whole attribute.");
    }
    if (rest.empty()) fail(start, "This {{ " + std::string(word) + " }} says nothing.", "Say what it depends on.");
    flush();
    Block block{std::string(word), start, place_, open_, {}};
    if (word == "if") {
      statement(start, "if (" + std::string(rest) + ") {");
    } else if (word == "for") {
      const std::size_t in = rest.find(" in ");
      if (in == rest.npos) fail(start, "A {{ for }} says what it goes through.", "Write {{ for row in page.rows }}.");
      statement(start, "for (const auto& " + std::string(rest.substr(0, in)) + " : " +
                           std::string(rest.substr(in + 4)) + ") {");
    } else {
      if (place_ != Place::Text) fail(start, "A {{ with }} cannot stand in a tag.", "Put it around the tag.");
      if (!rest.ends_with(')')) fail(start, "A {{ with }} calls a function.", "Write {{ with name(arguments) }}.");
      const std::string_view call = trimmed(rest.substr(0, rest.size() - 1));
      block.call = std::string(call) + (call.ends_with('(') ? "" : ", ");
    }
    blocks_.push_back(std::move(block));
    if (word == "with") body_ += "  {\n  ::guildhall::html::Html " + target() + ";\n";
  }

  void read_else(std::size_t start, std::string_view rest) {
    if (blocks_.empty() || blocks_.back().word != "if" || blocks_.back().has_else) {
      fail(start, "This {{ else }} belongs to no {{ if }}.", "Remove it, or check the {{ end }} before it.");
    }
    if (!rest.empty() && !rest.starts_with("if ") && !rest.starts_with("if(")) {
      fail(start, "After else only \"if condition\" may stand.", "Write {{ else }} or {{ else if condition }}.");
    }
    Block& block = blocks_.back();
    expect_as_before(start, block, "{{ else }}");
    flush();
    block.has_else = rest.empty();
    statement(start, rest.empty() ? "} else {" : "} else if (" + std::string(trimmed(rest.substr(2))) + ") {");
  }

  void close_block(std::size_t start) {
    if (blocks_.empty()) fail(start, "This {{ end }} belongs to nothing.", "Remove it.");
    expect_as_before(start, blocks_.back(), "{{ end }}");
    flush();
    const std::string content = target();
    const Block block = std::move(blocks_.back());
    blocks_.pop_back();
    if (block.word == "with") statement(block.at, target() + ".show(" + block.call + content + "));");
    body_ += "  }\n";
  }

  void show(std::size_t start, std::string_view expression) {
    const char* how = nullptr;
    if (place_ == Place::Text) {
      if (!open_.empty() && open_.back().name == "script")
        fail(start, "A script is fixed.", "Put values into data-… attributes.");
      how = ".show(";
    } else if (place_ == Place::AttributeValue) {
      if (among(kFixedAttributes, attribute_)) {
        fail(start, "The attribute " + attribute_ + " cannot hold an expression.", "Write it out.");
      }
      how = !is_url() ? ".show_in_attribute(" : value_.empty() ? ".show_url(" : ".show_in_url(";
      if (is_url() && !value_.empty()) check_url_start(start);
      value_ += "{}";
    } else if (place_ == Place::AttributeStart) {
      fail(start, "The value of " + attribute_ + " is not in quotation marks.",
           "Write " + attribute_ + "=\"{{ … }}\".");
    } else {
      fail(start, "An expression cannot stand in a tag outside an attribute's value.",
           "Write the attribute out, within {{ if }} if need be.");
    }
    flush();
    ++shown_;
    statement(start, target() + how + std::string(expression) + ");");
  }

  // ---- Markup ----

  void read_markup() {
    const char c = source_[at_];
    switch (place_) {
      case Place::Text:
        return read_text(c);
      case Place::Declaration:
        if (c == '>') place_ = Place::Text;
        break;
      case Place::TagName:
        if (!is_name(c)) {
          place_ = Place::Tag;
          return;
        }
        break;
      case Place::Tag:
        return read_tag(c);
      case Place::AttributeName:
        if (!is_name(c)) {
          end_attribute_name();
          if (c != '=') return;
          place_ = Place::AttributeStart;
        }
        break;
      case Place::AttributeStart:
        if (c != '"') {
          fail(at_, "The value of " + attribute_ + " is not in double quotation marks.",
               "Write " + attribute_ + "=\"…\".");
        }
        place_ = Place::AttributeValue;
        value_.clear();
        value_at_ = at_ + 1;
        break;
      case Place::AttributeValue:
        if (c == '"') {
          if (is_url() && !value_.starts_with("{}")) check_url_start(value_at_);
          if (attribute_ == "src") has_src_ = true;
          place_ = Place::Tag;
        } else {
          value_ += c;
        }
        break;
    }
    literal_ += c;
    ++at_;
  }

  void read_text(char c) {
    const std::string_view here = source_.substr(at_);
    if (is_space(c) && !keeps_space()) {
      const std::size_t end = std::min(source_.find_first_not_of(" \t\r\n", at_), source_.size());
      const std::string_view space = source_.substr(at_, end - at_);
      const bool breaks = space.find('\n') != space.npos;
      if (!breaks || !literal_.ends_with('\n')) literal_ += breaks ? '\n' : ' ';
      at_ = end;
      return;
    }
    if (here.starts_with("<!--")) fail(at_, "A comment of HTML would be sent to everybody.", "Write {{! … }}.");
    if (here.starts_with("<!")) {
      place_ = Place::Declaration;
    } else if (here.starts_with("</")) {
      return close_tag();
    } else if (c == '<') {
      if (here.size() < 2 || !is_letter(here[1])) fail(at_, "This < begins no tag.", "Write &lt;.");
      const std::size_t end = std::find_if_not(here.begin() + 1, here.end(), is_name) - here.begin();
      tag_ = lower_ascii(here.substr(1, end - 1));
      tag_at_ = at_;
      has_src_ = false;
      if (tag_ == "style")
        fail(at_, "The content security policy allows no <style>.", "Add it to look/guildhall.scss.");
      place_ = Place::TagName;
    } else if (!open_.empty() && open_.back().name == "script") {
      fail(at_, "The content security policy allows no script in a page.", "Add it to look/guildhall.mjs.");
    }
    literal_ += c;
    ++at_;
  }

  void read_tag(char c) {
    if (is_letter(c)) {
      name_at_ = at_;
      place_ = Place::AttributeName;
    } else if (is_space(c)) {
      at_ = std::min(source_.find_first_not_of(" \t\r\n", at_), source_.size());
      literal_ += ' ';
      return;
    } else if (c == '>') {
      place_ = Place::Text;
      if (tag_ == "script" && !has_src_) {
        fail(tag_at_, "The content security policy allows no script in a page.",
             "Give it a src, or add it to look/guildhall.mjs.");
      }
      if (!among(kVoidElements, tag_) && source_[at_ - 1] != '/') open_.push_back({tag_, tag_at_});
    } else if (c != '/') {
      fail(at_, std::string("Unexpected ") + c + " in <" + tag_ + ">.", "Check the quotation marks before it.");
    }
    literal_ += c;
    ++at_;
  }

  void close_tag() {
    const std::size_t end = source_.find('>', at_);
    if (end == source_.npos) fail(at_, "This tag has no >.", "Close it.");
    const std::string name = lower_ascii(trimmed(source_.substr(at_ + 2, end - at_ - 2)));
    if (open_.empty()) fail(at_, "</" + name + "> closes nothing.", "Remove it.");
    if (open_.back().name != name) {
      fail(open_.back().at, "<" + open_.back().name + "> is closed by </" + name + ">.",
           "Add </" + open_.back().name + "> before it.");
    }
    open_.pop_back();
    literal_ += source_.substr(at_, end + 1 - at_);
    at_ = end + 1;
  }

  void end_attribute_name() {
    attribute_ = lower_ascii(source_.substr(name_at_, at_ - name_at_));
    place_ = Place::Tag;
    if (attribute_ == "style" || attribute_ == "srcdoc" || attribute_.starts_with("on")) {
      fail(name_at_, "The content security policy allows no " + attribute_ + " attribute.",
           attribute_ == "style" ? "Give it a class, and add that to look/guildhall.scss." : "Use look/guildhall.mjs.");
    }
  }

  bool is_url() const { return among(kUrlAttributes, attribute_); }
  bool keeps_space() const {
    return std::any_of(open_.begin(), open_.end(),
                       [](const OpenTag& tag) { return tag.name == "pre" || tag.name == "textarea"; });
  }

  // The written-out beginning of an address decides where it leads, whatever follows.
  void check_url_start(std::size_t at) const {
    const std::string_view url = value_;
    const std::string_view fixed = url.substr(0, url.find("{}"));
    if (url.starts_with("{}")) return;
    const bool host_is_fixed = fixed.starts_with("https://") && fixed.find('/', 8) != fixed.npos;
    if ((fixed.starts_with('/') && !fixed.starts_with("//")) || fixed.starts_with('?') || fixed.starts_with('#') ||
        fixed.starts_with("mailto:") || fixed.starts_with("tel:") || host_is_fixed) {
      return;
    }
    fail(at, "An address begins with /, ?, #, https://host/, mailto: or tel:.", "Write that out, or begin with a Url.");
  }

  void expect_balanced(std::size_t at, const std::vector<OpenTag>& around, const std::string& where) const {
    for (std::size_t i = 0; i < around.size(); ++i) {
      if (i >= open_.size() || open_[i].at != around[i].at) {
        fail(at, "</" + around[i].name + "> was closed in here, but opened outside.",
             "A tag is opened and closed in the same branch.");
      }
    }
    if (open_.size() > around.size()) {
      fail(open_.back().at, "<" + open_.back().name + "> is still open at " + where + ".",
           "Close it before; a tag is opened and closed in the same branch.");
    }
    if (place_ != Place::Text && around.empty() && at == source_.size())
      fail(tag_at_, "This tag has no >.", "Close it.");
  }

  void expect_as_before(std::size_t at, const Block& block, const std::string& where) const {
    if (place_ != block.place)
      fail(at, "This " + where + " stands in a tag that its block did not begin in.",
           "Begin and end a block in text, or both within one tag or attribute.");
    expect_balanced(at, block.open, where);
  }

  const std::string_view module_, file_, source_;
  std::size_t at_ = 0;
  std::string signature_, header_, body_;
  std::string literal_;  // Markup not yet written to body_.
  std::size_t literal_bytes_ = 0, shown_ = 0;
  std::vector<Block> blocks_;
  std::vector<OpenTag> open_;
  Place place_ = Place::Text;
  std::string tag_, attribute_, value_;  // What the reader stands in; in `value_`, an expression is "{}".
  std::size_t tag_at_ = 0, name_at_ = 0, value_at_ = 0;
  bool has_src_ = false;
};

}  // namespace

Result<CompiledPage> compile_page(std::string_view module, std::string_view file, std::string_view source) {
  return PageCompiler(module, file, source).run();
}

}  // namespace guildhall::html
