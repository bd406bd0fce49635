#include "http/assets.h"

#include <zlib.h>

#include <map>
#include <stdexcept>

#include "base/text.h"

namespace guildhall::http {
namespace {

// Images other than SVG are compressed already.
bool compresses(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type == "image/svg+xml" || content_type == "application/json";
}

// RFC 1952, by zlib.
std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;  // zlib.h: the largest window; 16 asks for a gzip header.
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib could not start");
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::runtime_error("zlib could not finish");
  return packed;
}

// Whether the client takes gzip (RFC 9110, section 12.5.3); a quality of zero refuses it.
bool takes_gzip(const Request& request) {
  for (const std::string_view coding : split(request.header("Accept-Encoding").value_or(""), ',')) {
    const std::string_view name = trimmed(coding.substr(0, coding.find(';')));
    if (!equal_ignoring_case(name, "gzip")) continue;
    const std::size_t quality = coding.find("q=");
    return quality == std::string_view::npos ||
           coding.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

struct Asset {
  std::string content_type;
  std::string_view bytes;
  std::string packed;  // Empty where it would not be smaller.
};

}  // namespace

struct Assets::State {
  std::map<std::string, Asset, std::less<>> by_address;

  Response answer(const Request& request) const {
    const auto found = by_address.find(request.path());
    if (found == by_address.end()) return Response::not_found();
    const Asset& asset = found->second;
    const bool packed = !asset.packed.empty() && takes_gzip(request);
    Response response = Response::fixed_content(asset.content_type, packed ? asset.packed : asset.bytes);
    if (packed) response.set_header("Content-Encoding", "gzip");
    if (!asset.packed.empty()) response.set_header("Vary", "Accept-Encoding");
    // RFC 8246: what is at this address never changes.
    return response.set_header("Cache-Control", "public, max-age=31536000, immutable");
  }
};

Assets::Assets() : state_(std::make_shared<State>()) {}
Assets::~Assets() = default;
Assets::Assets(Assets&&) noexcept = default;
Assets& Assets::operator=(Assets&&) noexcept = default;

void Assets::add(std::string_view address, std::string_view content_type, std::string_view bytes) {
  Asset asset{std::string(content_type), bytes, ""};
  if (compresses(content_type)) {
    asset.packed = gzipped(bytes);
    if (asset.packed.size() >= bytes.size()) asset.packed.clear();
  }
  check(state_->by_address.emplace(address, std::move(asset)).second, "two assets of one address");
}

void Assets::serve(Router& router) const {
  router.get("/assets/*file", [state = state_](const Request& request) { return state->answer(request); });
}

}  // namespace guildhall::http
