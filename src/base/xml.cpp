#include "base/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "base/text.h"

namespace guildhall {
namespace {

constexpr std::size_t kChunk = std::size_t{16} << 10;
constexpr std::string_view kSaveAsUtf8 = "Save the file as UTF-8 and load it again.";

std::string at(std::size_t line, std::size_t column) {
  if (line == 0) return "";
  return "line " + std::to_string(line) + (column == 0 ? "" : ", column " + std::to_string(column));
}

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

// What the XML declaration calls the encoding, in lower case; empty where it doesn't say.
std::string declared_encoding(std::string_view start) {
  if (!start.starts_with("<?xml")) return {};
  start = start.substr(0, start.find("?>"));
  std::size_t place = start.find("encoding");
  if (place == std::string_view::npos) return {};
  place = start.find_first_of("\"'", place);
  if (place == std::string_view::npos) return {};
  const std::string_view rest = start.substr(place + 1);
  return lower_ascii(trimmed(rest.substr(0, rest.find(start[place]))));
}

// Windows-1252, 0x80 to 0x9F; the rest is as in Unicode. Files that say ISO-8859-1 are read so too: there
// these bytes are control characters, which nobody means (WHATWG Encoding Standard, index windows-1252).
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

void append_as_utf8(std::string_view windows_1252, std::string& to) {
  for (const char letter : windows_1252) {
    const auto byte = static_cast<unsigned char>(letter);
    const unsigned code = byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte;
    if (code < 0x80) {
      to += letter;
    } else if (code < 0x800) {
      to += static_cast<char>(0xC0 | code >> 6);
      to += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      to += static_cast<char>(0xE0 | code >> 12);
      to += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      to += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
}

// How many bytes at the end are the beginning of a character that goes on.
std::size_t unfinished_utf8(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const std::size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return needed > back ? back : 0;
  }
  return 0;
}

// A libxml2 error in the words of somebody who has to mend the file.
Problem in_our_words(const xmlError& error) {
  const auto quoted = [](const char* text) { return "<" + std::string(text == nullptr ? "?" : text) + ">"; };
  Problem problem{
      "", at(static_cast<std::size_t>(std::max(error.line, 0)), static_cast<std::size_t>(std::max(error.int2, 0))), ""};
  switch (error.code) {
    case XML_ERR_DOCUMENT_EMPTY:
    case XML_ERR_DOCUMENT_START:
      problem.what = "This is not XML: it does not begin with an element.";
      problem.remedy = "Check that this is the right file.";
      break;
    case XML_ERR_DOCUMENT_END:
      problem.what = "There is something after the end of the document, or the document ends too early.";
      problem.remedy = "Check that the file was not cut off or joined with another.";
      break;
    case XML_ERR_TAG_NAME_MISMATCH:
      problem.what = "The element " + quoted(error.str1) + ", begun on line " + std::to_string(error.int1) +
                     ", is closed by </" + std::string(error.str2 == nullptr ? "?" : error.str2) + ">.";
      problem.remedy = "Close each element by its own name, the innermost first.";
      break;
    case XML_ERR_TAG_NOT_FINISHED:
    case XML_ERR_LTSLASH_REQUIRED:
    case XML_ERR_CDATA_NOT_FINISHED:
    case XML_ERR_COMMENT_NOT_FINISHED:
    case XML_ERR_PI_NOT_FINISHED:
      problem.what = "The document ends before everything in it is closed: the file was probably cut off.";
      problem.remedy = "Take the extract again.";
      break;
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY:
      problem.what = "&" + std::string(error.str1 == nullptr ? "?" : error.str1) + "; has no meaning in XML.";
      problem.remedy = "Write the character itself, or its number such as &#160;.";
      break;
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
    case XML_ERR_ENTITYREF_NO_NAME:
    case XML_ERR_INVALID_CHARREF:
    case XML_ERR_INVALID_DEC_CHARREF:
    case XML_ERR_INVALID_HEX_CHARREF:
      problem.what = "There is an & here that begins no character reference.";
      problem.remedy = "Write &amp; where an & is meant.";
      break;
    case XML_ERR_LT_IN_ATTRIBUTE:
      problem.what = "There is a < inside an attribute's value, or its quotation mark is missing.";
      problem.remedy = "Write &lt; where a < is meant, and close the value.";
      break;
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
    case XML_ERR_ATTRIBUTE_NOT_FINISHED:
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
      problem.what = "An attribute has no value in quotation marks.";
      problem.remedy = "Write name=\"value\".";
      break;
    case XML_ERR_ATTRIBUTE_REDEFINED:
    case XML_NS_ERR_ATTRIBUTE_REDEFINED:
      problem.what = "The attribute " + std::string(error.str1 == nullptr ? "" : error.str1) + " is there twice.";
      problem.remedy = "Keep one of them.";
      break;
    case XML_ERR_NAME_REQUIRED:
      if (error.message != nullptr && std::string_view(error.message).find("EntityRef") != std::string_view::npos) {
        problem.what = "There is an & here that begins no character reference.";
        problem.remedy = "Write &amp; where an & is meant.";
        break;
      }
      problem.what = "There is a < here that begins no element.";
      problem.remedy = "Write &lt; where a < is meant.";
      break;
    case XML_ERR_GT_REQUIRED:
    case XML_ERR_SPACE_REQUIRED:
      problem.what = "A tag is not closed with >.";
      problem.remedy = "Close it, and put a space before each attribute.";
      break;
    case XML_ERR_INVALID_CHAR:
      problem.what = "There is a control character here, which XML does not allow.";
      problem.remedy = "Remove it in the source system and take the extract again.";
      break;
    case XML_ERR_RESERVED_XML_NAME:
      problem.what = "The XML declaration (<?xml …?>) is not at the very beginning of the file.";
      problem.remedy = "Remove what is before it.";
      break;
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
      problem.what = "The prefix " + std::string(error.str1 == nullptr ? "" : error.str1) + ": is not declared.";
      problem.remedy = "Declare it with xmlns:" + std::string(error.str1 == nullptr ? "" : error.str1) + "=\"…\".";
      break;
    default:
      problem.what =
          "This is not well-formed XML: " + std::string(trimmed(error.message == nullptr ? "" : error.message)) + ".";
      problem.remedy = "Mend it with an XML editor, or take the extract again.";
  }
  return problem;
}

}  // namespace

// What always holds: libxml2 sees only UTF-8 that passed watch(); events in queue_ from head_ on are not yet
// given; a problem is told after the events that came before it.
struct XmlReader::Impl {
  struct TagPlace {
    std::size_t line, column;
    bool empty_element;  // <name/>: its end has no tag of its own.
  };

  Impl(ByteSource& source, const XmlLimits& given) : bytes(source), limits(given), raw(kChunk) {
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = &on_start;
    sax.endElementNs = &on_end;
    sax.characters = &on_text;
    sax.cdataBlock = &on_text;
    sax.ignorableWhitespace = &on_text;
    sax.internalSubset = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
      static_cast<Impl*>(self)->refuse_doctype();
    };
    sax.serror = &on_error;
    parser = xmlCreatePushParserCtxt(&sax, this, nullptr, 0, nullptr);
    if (parser == nullptr) throw std::bad_alloc();
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
  }
  ~Impl() {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void fail(Problem found) {
    if (!problem) problem = std::move(found);
    xmlStopParser(parser);
  }
  void refuse_doctype() {
    fail({"This XML begins with a document type (DOCTYPE), which is not read: it can pull in other files.",
          at(scan_line, scan_column), "Remove the DOCTYPE, or take the extract again without it."});
  }

  Problem cut_off() const {
    return {"The document ends before everything in it is closed: the file was probably cut off.",
            at(scan_line, scan_column), "Take the extract again."};
  }

  XmlEvent& push(XmlEvent::Kind kind) {
    if (tail == queue.size()) queue.emplace_back();
    XmlEvent& event = queue[tail++];
    event.kind = kind;
    event.attributes.clear();
    event.namespaces.clear();
    event.text.clear();
    event.prefix.clear();
    event.name.clear();
    event.namespace_uri.clear();
    event.line = event.column = 0;
    event.depth = depth;
    return event;
  }

  void flush_text() {
    if (text.empty()) return;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos) {
      XmlEvent& event = push(XmlEvent::Kind::Text);
      event.line = text_line + static_cast<std::size_t>(
                                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first), '\n'));
      event.text.swap(text);
    }
    text.clear();
  }

  static void on_start(void* self, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri, int namespace_count,
                       const xmlChar** namespaces, int attribute_count, int, const xmlChar** attributes) {
    static_cast<Impl*>(self)->start_element(name, prefix, uri, namespace_count, namespaces, attribute_count,
                                            attributes);
  }

  TagPlace next_tag() {
    if (tags.empty()) return {0, 0, false};
    const TagPlace place = tags.front();
    tags.pop_front();
    return place;
  }

  void start_element(const xmlChar* name, const xmlChar* prefix, const xmlChar* uri, int namespace_count,
                     const xmlChar** namespaces, int attribute_count, const xmlChar** attributes) {
    if (problem) return;
    flush_text();
    const TagPlace place = next_tag();
    const auto count = static_cast<std::size_t>(attribute_count + namespace_count);
    if (depth == limits.max_depth) {
      return fail({"Elements are nested more than " + std::to_string(limits.max_depth) + " deep.",
                   at(place.line, place.column), "Check that this is the right file."});
    }
    if (count > limits.max_attributes) {
      return fail({"This element has more than " + std::to_string(limits.max_attributes) + " attributes.",
                   at(place.line, place.column), "Check that this is the right file."});
    }
    if (view(name).size() > limits.max_name_bytes) {
      return fail({"An element's name is longer than " + std::to_string(limits.max_name_bytes) + " bytes.",
                   at(place.line, place.column), "Check that this is the right file."});
    }
    ++depth;
    open.push_back(place);
    XmlEvent& event = push(XmlEvent::Kind::Start);
    event.line = place.line;
    event.column = place.column;
    event.name = view(name);
    event.prefix = view(prefix);
    event.namespace_uri = view(uri);
    for (int i = 0; i < namespace_count; ++i) {
      event.namespaces.push_back({std::string(view(namespaces[2 * i])), std::string(view(namespaces[2 * i + 1]))});
    }
    for (int i = 0; i < attribute_count; ++i) {
      // Five pointers an attribute: local name, prefix, URI, value, end of value.
      const xmlChar** const one = attributes + 5 * i;
      if (view(one[0]).size() > limits.max_name_bytes) {
        return fail({"An attribute's name is longer than " + std::to_string(limits.max_name_bytes) + " bytes.",
                     at(place.line, place.column), "Check that this is the right file."});
      }
      const std::string_view value(reinterpret_cast<const char*>(one[3]), static_cast<std::size_t>(one[4] - one[3]));
      event.attributes.push_back(
          {std::string(view(one[1])), std::string(view(one[0])), std::string(view(one[2])), with_ampersands(value)});
    }
  }

  // Where it replaces no entities libxml2 hands every & of an attribute's value on as "&#38;", and only those.
  static std::string with_ampersands(std::string_view value) {
    constexpr std::string_view kAmpersand = "&#38;";
    std::string text;
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t found = std::min(value.find(kAmpersand, at), value.size());
      text += value.substr(at, found - at);
      if (found < value.size()) text += '&';
      at = found + kAmpersand.size();
    }
    return text;
  }

  static void on_end(void* context, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri) {
    Impl& self = *static_cast<Impl*>(context);
    if (self.problem || self.open.empty()) return;
    self.flush_text();
    const TagPlace place = self.open.back().empty_element ? self.open.back() : self.next_tag();
    XmlEvent& event = self.push(XmlEvent::Kind::End);
    event.line = place.line;
    event.column = place.column;
    event.name = view(name);
    event.prefix = view(prefix);
    event.namespace_uri = view(uri);
    self.open.pop_back();
    --self.depth;
  }

  static void on_text(void* context, const xmlChar* piece, int size) {
    Impl& self = *static_cast<Impl*>(context);
    if (self.problem || size <= 0) return;
    const std::string_view added(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(size));
    if (self.text.empty()) {
      const auto now = static_cast<std::size_t>(std::max(xmlSAX2GetLineNumber(self.parser), 1));
      const auto lines = static_cast<std::size_t>(std::count(added.begin(), added.end(), '\n'));
      self.text_line = now > lines ? now - lines : 1;
    }
    if (self.text.size() + added.size() > self.limits.max_text_bytes) {
      return self.fail(
          {"There are more than " + std::to_string(self.limits.max_text_bytes) + " bytes of text in one element.",
           at(self.text_line, 0), "Check that this is the right file."});
    }
    self.text += added;
  }

  static void on_error(void* context, xmlErrorPtr error) {
    Impl& self = *static_cast<Impl*>(context);
    if (error->level == XML_ERR_WARNING && error->code != XML_WAR_UNDECLARED_ENTITY) return;
    if (error->code == XML_WAR_NS_URI || error->code == XML_WAR_NS_URI_RELATIVE) return;
    if (self.problem) return;
    // What is wrong at the very end of an unclosed document is that it ends there.
    const bool at_the_end = static_cast<std::size_t>(std::max(error->line, 0)) >= self.scan_line &&
                            static_cast<std::size_t>(std::max(error->int2, 0)) >= self.scan_column;
    if (self.finishing && self.depth > 0 && at_the_end) return self.fail(self.cut_off());
    self.fail(in_our_words(*error));
  }

  // Looks at the text before libxml2 does: it would hold a whole tag in memory, and compare each pair of
  // attributes. Says how much of it may be read on: all, unless something is refused.
  void watch(std::string_view piece) {
    for (const char letter : piece) {
      if (letter == '\n') {
        ++scan_line;
        scan_column = 0;
      } else {
        ++scan_column;
      }
      switch (scan) {
        case In::Text:
          if (letter == '<') {
            scan = In::Opening;
            tag_bytes = 0;
            tag_line = scan_line;
            tag_column = scan_column;
          }
          continue;
        case In::Opening:
          if (letter == '!') {
            scan = In::Declaration;
            declaration.clear();
          } else if (letter == '?') {
            scan = In::Instruction;
          } else {
            scan = In::Tag;
            tags.push_back({tag_line, tag_column, false});
          }
          break;
        case In::Declaration:
          declaration += letter;
          if (declaration == "--") {
            scan = In::Comment;
          } else if (declaration == "[CDATA[") {
            scan = In::Cdata;
          } else if (!std::string_view("--").starts_with(declaration) &&
                     !std::string_view("[CDATA[").starts_with(declaration)) {
            return refuse_doctype();
          }
          break;
        case In::Tag:
          if (letter == '"' || letter == '\'') {
            quote = letter;
            scan = In::Quoted;
          } else if (letter == '>') {
            tags.back().empty_element = previous == '/';
            scan = In::Text;
          }
          break;
        case In::Quoted:
          if (letter == quote) scan = In::Tag;
          break;
        case In::Instruction:
          if (letter == '>' && previous == '?') scan = In::Text;
          break;
        case In::Comment:
          if (letter == '>' && previous == '-' && before_previous == '-') scan = In::Text;
          break;
        case In::Cdata:
          // Its text is given on as it comes, so it has no length of its own.
          tag_bytes = 0;
          if (letter == '>' && previous == ']' && before_previous == ']') scan = In::Text;
          break;
      }
      before_previous = previous;
      previous = letter;
      if (++tag_bytes > limits.max_tag_bytes) {
        return fail({"A tag or comment is longer than " + std::to_string(limits.max_tag_bytes) + " bytes.",
                     at(tag_line, tag_column), "Check that it is closed, and that this is the right file."});
      }
    }
  }

  void begin(std::string_view first) {
    if (first.empty()) return fail({"This file is empty.", "", "Check that the extract finished, and take it again."});
    const auto byte = [&](std::size_t i) { return i < first.size() ? static_cast<unsigned char>(first[i]) : 1U; };
    if ((byte(0) == 0xFF && byte(1) == 0xFE) || (byte(0) == 0xFE && byte(1) == 0xFF) || byte(0) == 0 || byte(1) == 0) {
      return fail({"This file is in UTF-16 (two bytes a character).", "", std::string(kSaveAsUtf8)});
    }
    const std::string encoding = declared_encoding(first.starts_with("\xEF\xBB\xBF") ? first.substr(3) : first);
    single_byte =
        encoding == "iso-8859-1" || encoding == "latin1" || encoding == "windows-1252" || encoding == "cp1252";
    if (single_byte || encoding.empty() || encoding == "utf-8" || encoding == "utf8" || encoding == "us-ascii" ||
        encoding == "ascii") {
      return;
    }
    fail({"This file says that it is written in the encoding " + encoding.substr(0, 40) + ", which is not read.",
          "line 1", std::string(kSaveAsUtf8)});
  }

  void feed(std::string_view piece) {
    watch(piece);
    // What came before a problem that watch() found is still worth reading, but libxml2 was stopped: an event
    // less.
    if (!problem) xmlParseChunk(parser, piece.data(), static_cast<int>(piece.size()), 0);
  }

  // Reads the next piece of the file and lets it become events.
  void advance() {
    std::size_t filled = 0;
    while (filled < raw.size()) {
      const std::size_t count = bytes.read(std::span(raw).subspan(filled));
      if (count == 0) {
        ended = true;
        break;
      }
      filled += count;
    }
    const bool first = total == 0;
    total += filled;
    if (total > limits.max_bytes) {
      return fail({"This file is longer than " + std::to_string(limits.max_bytes) + " bytes.", at(scan_line, 0),
                   "Take the extract in parts, or let the operator raise the limit."});
    }
    const std::string_view piece(raw.data(), filled);
    if (first) begin(piece);
    if (problem) return;
    if (single_byte) {
      pending.clear();
      append_as_utf8(piece, pending);
      feed(pending);
    } else {
      pending += piece;
      std::string_view whole = pending;
      if (first && whole.starts_with("\xEF\xBB\xBF")) whole.remove_prefix(3);
      if (!ended) whole.remove_suffix(unfinished_utf8(whole));
      const std::optional<std::size_t> invalid = invalid_utf8_at(whole);
      const std::string_view good = whole.substr(0, invalid.value_or(whole.size()));
      feed(good);
      if (invalid && !problem) {
        return fail({"This is not UTF-8: a byte here is hexadecimal " + hex(whole.substr(*invalid, 1)) + ".",
                     at(scan_line, scan_column + 1), std::string(kSaveAsUtf8)});
      }
      pending.erase(0, static_cast<std::size_t>(whole.data() + whole.size() - pending.data()));
    }
    if (ended && !problem) {
      finishing = true;
      xmlParseChunk(parser, nullptr, 0, 1);
      if (!problem && depth > 0) fail(cut_off());
    }
  }

  ByteSource& bytes;
  XmlLimits limits;
  xmlSAXHandler sax{};
  xmlParserCtxtPtr parser = nullptr;
  std::vector<char> raw;
  std::string pending;  // UTF-8 that goes to libxml2 next; ends with a character's beginning, if the piece did.
  bool single_byte = false;
  bool ended = false;
  bool finishing = false;  // libxml2 was told that nothing more comes.
  std::uint64_t total = 0;
  std::optional<Problem> problem;

  std::vector<XmlEvent> queue;  // Used again and again, so that its strings keep their room.
  std::size_t head = 0;
  std::size_t tail = 0;
  std::size_t depth = 0;
  std::string text;
  std::size_t text_line = 0;
  std::vector<TagPlace> open;
  std::deque<TagPlace> tags;  // Seen by watch(), not yet by libxml2.

  enum class In : std::uint8_t { Text, Opening, Declaration, Tag, Quoted, Instruction, Comment, Cdata };
  In scan = In::Text;
  char quote = 0;
  char previous = 0;
  char before_previous = 0;
  std::string declaration;
  std::size_t tag_bytes = 0;
  std::size_t scan_line = 1;
  std::size_t scan_column = 0;
  std::size_t tag_line = 0;
  std::size_t tag_column = 0;
};

const std::string* XmlEvent::attribute(std::string_view attribute_name) const {
  for (const XmlAttribute& one : attributes) {
    if (one.name == attribute_name && one.namespace_uri.empty()) return &one.value;
  }
  return nullptr;
}

XmlReader::XmlReader(ByteSource& bytes, const XmlLimits& limits) {
  static const bool ready = [] {
    xmlInitParser();
    return true;
  }();
  check(ready);
  impl_ = std::make_unique<Impl>(bytes, limits);
}

XmlReader::~XmlReader() = default;

Result<const XmlEvent*> XmlReader::next() {
  Impl& impl = *impl_;
  while (impl.head == impl.tail) {
    impl.head = impl.tail = 0;
    if (impl.problem) return *impl.problem;
    if (impl.ended) {
      const XmlEvent& done = impl.push(XmlEvent::Kind::Done);
      impl.tail = 0;
      return &done;
    }
    impl.advance();
  }
  return &impl.queue[impl.head++];
}

std::size_t XmlReader::line() const {
  return impl_->scan_line;
}
std::uint64_t XmlReader::bytes_read() const {
  return impl_->total;
}

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const XmlElement& one : children) {
    if (one.name == child_name) return &one;
  }
  return nullptr;
}

const std::string* XmlElement::attribute(std::string_view attribute_name) const {
  for (const XmlAttribute& one : attributes) {
    if (one.name == attribute_name && one.namespace_uri.empty()) return &one.value;
  }
  return nullptr;
}

Result<XmlElement> read_element(XmlReader& reader, const XmlEvent& start, std::size_t max_bytes) {
  check(start.kind == XmlEvent::Kind::Start, "read_element needs the start of one");
  std::size_t bytes = 0;
  const auto begun = [&](const XmlEvent& event) {
    XmlElement element{.prefix = event.prefix,
                       .name = event.name,
                       .namespace_uri = event.namespace_uri,
                       .attributes = event.attributes,
                       .namespaces = event.namespaces,
                       .text = {},
                       .children = {},
                       .line = event.line,
                       .column = event.column};
    // An empty element costs memory too.
    bytes += sizeof(XmlElement) / 8 + element.name.size();
    for (const XmlAttribute& attribute : element.attributes) bytes += attribute.name.size() + attribute.value.size();
    return element;
  };
  // The elements from the outermost to the one being read; each is added to its parent when it ends.
  std::vector<XmlElement> open;
  open.push_back(begun(start));
  const std::string where = at(start.line, start.column);
  for (;;) {
    const XmlEvent& event = *TRY(reader.next());
    switch (event.kind) {
      case XmlEvent::Kind::Start:
        open.push_back(begun(event));
        break;
      case XmlEvent::Kind::Text:
        bytes += event.text.size();
        open.back().text += event.text;
        break;
      case XmlEvent::Kind::End: {
        XmlElement ended = std::move(open.back());
        open.pop_back();
        if (open.empty()) return ended;
        open.back().children.push_back(std::move(ended));
        break;
      }
      case XmlEvent::Kind::Done:
        check(false, "a document ended inside an element");
    }
    if (bytes > max_bytes) {
      return Problem{"The element <" + open.front().name + "> holds more than " + std::to_string(max_bytes) + " bytes.",
                     where, "Check that it is closed where it should be."};
    }
  }
}

Result<XmlElement> parse_xml(std::string_view document, const XmlLimits& limits, std::size_t max_bytes) {
  MemoryBytes bytes(document);
  XmlReader reader(bytes, limits);
  const XmlEvent& first = *TRY(reader.next());
  XmlElement root = TRY(read_element(reader, first, max_bytes));
  TRY(reader.next());  // What follows the document's element may still be wrong.
  return root;
}

}  // namespace guildhall
