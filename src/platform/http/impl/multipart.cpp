#include "http/impl/multipart.h"

#include <algorithm>

#include "base/text.h"

namespace guildhall::http {
namespace {

constexpr std::size_t kMaxPartHead = 8 * 1024;

constexpr Refusal kBroken{400, "The form that was sent is damaged. Reload the page and send it again."};
constexpr Refusal kNotUtf8{400, "The form that was sent is not encoded as UTF-8."};

// The value of `name` among "; name=value" parameters, quoted or not. In quotes, browsers write a quote as
// %22 (HTML Standard, "multipart/form-data encoding algorithm"), others as \".
std::optional<std::string> parameter(std::string_view text, std::string_view name) {
  std::size_t i = text.find(';');
  while (i < text.size()) {
    ++i;
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
    const std::size_t equals = text.find_first_of("=;", i);
    if (equals == std::string_view::npos || text[equals] == ';') {
      i = equals;
      continue;
    }
    const std::string_view key = trimmed(text.substr(i, equals - i));
    std::string value;
    i = equals + 1;
    if (i < text.size() && text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') ++i;
        value += text[i];
      }
      if (i == text.size()) return std::nullopt;  // No closing quote.
      for (std::size_t at = 0; (at = value.find("%22", at)) != std::string::npos; ++at) value.replace(at, 3, "\"");
      i = text.find(';', i);
    } else {
      const std::size_t end = std::min(text.find(';', i), text.size());
      value = trimmed(text.substr(i, end - i));
      i = end;
    }
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

bool is_clean_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && !invalid_utf8_at(text);
}

std::optional<Refusal> parse_part_head(std::string_view text, PartHead& head) {
  bool has_disposition = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(std::min(text.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.find_first_of("\r\n") != std::string_view::npos) return kBroken;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equal_ignoring_case(name, "Content-Type")) {
      head.content_type = value;
    } else if (equal_ignoring_case(name, "Content-Disposition")) {
      if (has_disposition || !equal_ignoring_case(trimmed(value.substr(0, value.find(';'))), "form-data")) {
        return kBroken;
      }
      has_disposition = true;
      const auto field = parameter(value, "name");
      if (!field) return kBroken;
      head.name = *field;
      head.file_name = parameter(value, "filename");
      if (head.file_name) head.file_name->erase(0, head.file_name->find_last_of("/\\") + 1);
    }
  }
  if (!has_disposition) return kBroken;
  if (!is_clean_text(head.name) || !is_clean_text(head.file_name.value_or("")) || !is_clean_text(head.content_type)) {
    return kNotUtf8;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  if (!equal_ignoring_case(trimmed(content_type.substr(0, content_type.find(';'))), "multipart/form-data")) {
    return std::nullopt;
  }
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70 || boundary->back() == ' ') return std::nullopt;
  for (const char c : *boundary) {
    if (c < 0x20 || c > 0x7e) return std::nullopt;
  }
  return boundary;
}

MultipartReader::MultipartReader(std::string_view boundary, PartSink& sink)
    : delimiter_("\r\n--" + std::string(boundary)), sink_(sink), buffer_("\r\n") {}
// The buffer begins with a line break, so that a delimiter at the very beginning looks like any other.

std::optional<Refusal> MultipartReader::take(std::string_view bytes) {
  buffer_ += bytes;
  std::size_t from = 0;
  std::optional<Refusal> refusal;
  while (step(from, refusal)) {
  }
  buffer_.erase(0, from);
  return refusal;
}

bool MultipartReader::step(std::size_t& from, std::optional<Refusal>& refusal) {
  const std::string_view left = std::string_view(buffer_).substr(from);
  switch (at_) {
    case At::Start:
    case At::Body: {
      const std::size_t end = left.find(delimiter_);
      // What can't be the beginning of a delimiter is content.
      const std::size_t sure =
          end != std::string_view::npos ? end : left.size() - std::min(left.size(), delimiter_.size() - 1);
      if (at_ == At::Body && sure > 0) refusal = sink_.part_bytes(left.substr(0, sure));
      from += sure;
      if (refusal || end == std::string_view::npos) return false;
      if (at_ == At::Body) refusal = sink_.end_part();
      from += delimiter_.size();
      at_ = At::AfterDelimiter;
      return !refusal;
    }
    case At::AfterDelimiter: {
      // Transport padding may stand before the line's end (RFC 2046, section 5.1.1).
      const std::size_t padding = std::min(left.find_first_not_of(" \t"), left.size());
      if (padding > kMaxPartHead) refusal = kBroken;
      if (refusal || left.size() < padding + 2) return false;
      if (padding == 0 && left.starts_with("--")) {
        at_ = At::Epilogue;
      } else if (left.substr(padding, 2) == "\r\n") {
        // The line break stays, so that a part without any header has its empty line too.
        at_ = At::Head;
        from += padding;
      } else {
        refusal = kBroken;
      }
      return !refusal;
    }
    case At::Head: {
      const std::size_t end = left.substr(0, kMaxPartHead).find("\r\n\r\n");
      if (end == std::string_view::npos) {
        if (left.size() >= kMaxPartHead) refusal = kBroken;
        return false;
      }
      PartHead head;
      refusal = parse_part_head(end < 2 ? "" : left.substr(2, end - 2), head);
      if (!refusal) refusal = sink_.begin_part(std::move(head));
      from += end + 4;
      at_ = At::Body;
      return !refusal;
    }
    case At::Epilogue:
      from = buffer_.size();
      return false;
  }
  return false;
}

std::optional<Refusal> MultipartReader::finish() const {
  if (at_ == At::Epilogue) return std::nullopt;
  return Refusal{400, "The form that was sent broke off before its end. Send it again."};
}

}  // namespace guildhall::http
