#include "http/assets.h"

#include <zlib.h>

#include <map>
#include <mutex>
#include <stdexcept>

#include "base/text.h"

namespace guildhall::http {
namespace {

constexpr std::string_view kFolder = "/assets/";

struct Kind {
  std::string_view extension;
  std::string_view content_type;
  bool compresses;
};

constexpr Kind kKinds[] = {
    {".css", "text/css; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".map", "application/json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".html", "text/html; charset=utf-8", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".ico", "image/x-icon", false},
    {".webp", "image/webp", false},
    {".woff2", "font/woff2", false},
    {".woff", "font/woff", false},
    {".ttf", "font/ttf", true},
    {".wasm", "application/wasm", true},
    {".webmanifest", "application/manifest+json", true},
};

const Kind& kind_of(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (name.ends_with(kind.extension)) return kind;
  }
  throw BrokenInvariant("no content type is known for the asset " + std::string(name), std::source_location::current());
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

bool matches_etag(const Request& request, std::string_view etag) {  // RFC 9110, section 13.1.2
  for (std::string_view tag : split(request.header("If-None-Match").value_or(""), ',')) {
    tag = trimmed(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

struct Asset {
  std::string_view bytes;
  const Kind* kind;
  std::string url;
  std::string etag;
  std::once_flag packed_once;
  std::string packed;  // Empty where it would not be smaller.

  std::string_view packed_bytes() {
    std::call_once(packed_once, [&] {
      std::string smaller = gzipped(bytes);
      if (smaller.size() < bytes.size()) packed = std::move(smaller);
    });
    return packed;
  }
};

}  // namespace

struct Assets::State {
  std::map<std::string, std::unique_ptr<Asset>, std::less<>> by_name;
  std::map<std::string, Asset*, std::less<>> by_hashed_name;

  Response answer(const Request& request) const {
    const std::string_view name = request.path_parameter("name");
    const auto hashed = by_hashed_name.find(name);
    const auto plain = by_name.find(name);
    if (hashed == by_hashed_name.end() && plain == by_name.end()) return Response::not_found();
    Asset& asset = hashed != by_hashed_name.end() ? *hashed->second : *plain->second;
    Response response(304);
    if (!matches_etag(request, asset.etag)) {
      const std::string_view packed =
          asset.kind->compresses && takes_gzip(request) ? asset.packed_bytes() : std::string_view();
      response = Response::fixed_content(std::string(asset.kind->content_type), packed.empty() ? asset.bytes : packed);
      if (!packed.empty()) response.set_header("Content-Encoding", "gzip");
    }
    if (asset.kind->compresses) response.set_header("Vary", "Accept-Encoding");
    // RFC 8246: the content of this URL never changes.
    response.set_header("Cache-Control",
                        hashed != by_hashed_name.end() ? "public, max-age=31536000, immutable" : "no-cache");
    return response.set_header("ETag", asset.etag);
  }
};

Assets::Assets() : state_(std::make_shared<State>()) {}
Assets::~Assets() = default;
Assets::Assets(Assets&&) noexcept = default;
Assets& Assets::operator=(Assets&&) noexcept = default;

void Assets::add(std::span<const EmbeddedFile> files, std::string_view prefix) {
  for (const EmbeddedFile& file : files) {
    if (!file.name.starts_with(prefix)) continue;
    const std::string name(file.name.substr(prefix.size()));
    const std::string hash = hex(sha256(file.bytes)).substr(0, 12);
    const std::size_t dot = name.rfind('.');
    auto asset = std::make_unique<Asset>();
    asset->bytes = file.bytes;
    asset->kind = &kind_of(name);
    asset->etag = '"' + hash + '"';
    const std::string hashed_name = name.substr(0, dot) + '.' + hash + name.substr(dot);
    asset->url = std::string(kFolder) + hashed_name;
    state_->by_hashed_name[hashed_name] = asset.get();
    check(state_->by_name.emplace(name, std::move(asset)).second, "two assets of one name");
  }
}

void Assets::serve(Router& router) const {
  router.get("/assets/*name", [state = state_](const Request& request) { return state->answer(request); });
}

std::string_view Assets::url(std::string_view name) const {
  const auto asset = state_->by_name.find(name);
  check(asset != state_->by_name.end(), "no such asset");
  return asset->second->url;
}

}  // namespace guildhall::http
