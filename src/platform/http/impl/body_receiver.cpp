#include "http/impl/body_receiver.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/id.h"
#include "base/text.h"

namespace guildhall::http {
namespace {

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "writing an upload");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

BodyReceiver::BodyReceiver(const Request& request, const BodyLimits& limits, std::filesystem::path spool_folder)
    : limits_(limits), spool_folder_(std::move(spool_folder)) {
  const std::string_view type = request.header("Content-Type").value_or("");
  if (const auto boundary = multipart_boundary(type)) {
    multipart_ = std::make_unique<MultipartReader>(*boundary, *this);
  } else {
    bad_boundary_ = equal_ignoring_case(type.substr(0, 10), "multipart/");
    // Only files go to disk; everything else is held in memory, whatever the route takes.
    if (limits_.uploads == Uploads::Spooled) {
      limits_.max_body_bytes = std::min<std::uint64_t>(limits_.max_body_bytes, limits_.max_form_bytes);
    }
  }
}

BodyReceiver::~BodyReceiver() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<Refusal> BodyReceiver::refuses(std::optional<std::uint64_t> content_length) const {
  if (bad_boundary_) return Refusal{400, "The form that was sent does not say where its parts begin."};
  if (content_length && *content_length > limits_.max_body_bytes) return Refusal{413, ""};
  return std::nullopt;
}

std::optional<Refusal> BodyReceiver::take(std::string_view bytes) {
  received_ += bytes.size();
  if (received_ > limits_.max_body_bytes) return Refusal{413, ""};
  if (multipart_) return multipart_->take(bytes);
  body_ += bytes;
  return std::nullopt;
}

std::optional<Refusal> BodyReceiver::finish(Request& request) {
  if (multipart_) {
    if (auto refusal = multipart_->finish()) return refusal;
    request.give_form(std::move(fields_), std::move(files_));
    return std::nullopt;
  }
  if (!request.give_body(std::move(body_)).ok()) {
    return Refusal{400, "The form that was sent is damaged, or is not encoded as UTF-8."};
  }
  return std::nullopt;
}

std::optional<Refusal> BodyReceiver::begin_part(PartHead head) {
  if (++parts_ > limits_.max_form_fields) {
    return Refusal{413, "The form that was sent has too many parts. Send fewer files or answers at a time."};
  }
  if (head.file_name && !head.file_name->empty() && limits_.uploads == Uploads::Refused) {
    return Refusal{415, "This page does not take files."};
  }
  form_bytes_ += head.name.size() + head.file_name.value_or("").size() + head.content_type.size();
  part_ = std::move(head);
  value_.clear();
  file_.reset();
  file_size_ = 0;
  return std::nullopt;
}

void BodyReceiver::open_file() {
  file_ = std::make_shared<SpooledFile>(spool_folder_ / ("upload-" + random_code(26)));
  descriptor_ = ::open(file_->path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "making a file for an upload");
}

std::optional<Refusal> BodyReceiver::part_bytes(std::string_view bytes) {
  if (!part_.file_name) {
    form_bytes_ += bytes.size();
    if (form_bytes_ > limits_.max_form_bytes) return Refusal{413, ""};
    value_ += bytes;
    return std::nullopt;
  }
  if (limits_.uploads == Uploads::Refused) return Refusal{415, "This page does not take files."};
  if (!file_) open_file();
  write_all(descriptor_, bytes);
  file_size_ += bytes.size();
  return std::nullopt;
}

std::optional<Refusal> BodyReceiver::end_part() {
  if (form_bytes_ > limits_.max_form_bytes) return Refusal{413, ""};
  if (!part_.file_name) {
    if (value_.find('\0') != std::string::npos || invalid_utf8_at(value_)) {
      return Refusal{400, "The form that was sent is not encoded as UTF-8."};
    }
    fields_.push_back({std::move(part_.name), std::move(value_)});
    return std::nullopt;
  }
  if (part_.file_name->empty() && !file_) return std::nullopt;  // No file was chosen.
  if (!file_) open_file();
  // A disk that is full may say so only now.
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) throw std::system_error(errno, std::generic_category(), "closing an upload");
  files_.push_back({std::move(part_.name), std::move(*part_.file_name), std::move(part_.content_type), file_size_,
                    std::move(file_)});
  return std::nullopt;
}

}  // namespace guildhall::http
