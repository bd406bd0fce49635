#pragma once

// Takes a request's body as it arrives and gives it to the request: bytes to memory, files of a multipart
// form to disk.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/impl/multipart.h"
#include "http/impl/refusal.h"
#include "http/message.h"
#include "http/router.h"

namespace guildhall::http {

struct BodyLimits {
  std::uint64_t max_body_bytes;
  Uploads uploads;
  std::size_t max_form_fields;  // Parts of a multipart form.
  std::size_t max_form_bytes;   // Of the fields of a multipart form, and of any other body of a Spooled route.
};

// One request's; by one thread at a time. Throws std::system_error where the disk fails.
class BodyReceiver final : public PartSink {
 public:
  BodyReceiver(const Request& request, const BodyLimits& limits, std::filesystem::path spool_folder);
  ~BodyReceiver();

  // Why a body of this length needn't be read at all.
  std::optional<Refusal> refuses(std::optional<std::uint64_t> content_length) const;
  // Whether take() may write to a disk.
  bool spools() const { return multipart_ != nullptr && limits_.uploads == Uploads::Spooled; }
  std::optional<Refusal> take(std::string_view bytes);
  std::optional<Refusal> finish(Request& request);

 private:
  std::optional<Refusal> begin_part(PartHead head) override;
  std::optional<Refusal> part_bytes(std::string_view bytes) override;
  std::optional<Refusal> end_part() override;
  void open_file();

  BodyLimits limits_;
  std::filesystem::path spool_folder_;
  bool bad_boundary_ = false;
  std::uint64_t received_ = 0;
  std::string body_;
  std::unique_ptr<MultipartReader> multipart_;  // Null: not a multipart form.

  PartHead part_;
  std::size_t parts_ = 0;
  std::size_t form_bytes_ = 0;
  std::string value_;
  std::shared_ptr<const SpooledFile> file_;  // The part's, once a byte came.
  int descriptor_ = -1;
  std::uint64_t file_size_ = 0;
  std::vector<NamedValue> fields_;
  std::vector<UploadedFile> files_;
};

}  // namespace guildhall::http
