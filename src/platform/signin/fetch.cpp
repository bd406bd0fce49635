#include "signin/fetch.h"

#include <curl/curl.h>

#include <memory>

namespace guildhall::signin {
namespace {

constexpr std::size_t kLargestAnswer = 256 * 1024;
constexpr long kConnectSeconds = 5;
constexpr long kWholeSeconds = 10;

// The scheme and host of a URL as libcurl will understand it; neither where it can't be used.
struct Target {
  std::string scheme;
  std::string host;
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  return text;
}

Target target_of(std::string_view url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  const bool readable =
      parsed && curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), CURLU_DISALLOW_USER) == CURLUE_OK;
  if (!readable || !part_of(parsed.get(), CURLUPART_FRAGMENT).empty()) return {};
  return {.scheme = part_of(parsed.get(), CURLUPART_SCHEME), .host = part_of(parsed.get(), CURLUPART_HOST)};
}

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

std::size_t take(char* bytes, std::size_t, std::size_t count, void* answer) {
  std::string& body = static_cast<FetchAnswer*>(answer)->body;
  if (body.size() + count > kLargestAnswer) return 0;  // Ends the transfer with CURLE_WRITE_ERROR.
  body.append(bytes, count);
  return count;
}

Problem unreachable(std::string what) {
  return {.what = std::move(what), .where = "provider", .remedy = "Try again later, or ask whoever runs the provider."};
}

}  // namespace

bool is_provider_url(std::string_view url) {
  const Target target = target_of(url);
  if (target.host.empty()) return false;
  return target.scheme == "https" || (target.scheme == "http" && is_loopback(target.host));
}

Result<FetchAnswer> fetch_from_network(const FetchRequest& request) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // Once, by whichever thread comes first.
  if (ready != CURLE_OK) throw std::runtime_error("libcurl can't be used");
  if (!is_provider_url(request.url)) return unreachable("The provider's address is not allowed.");

  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  if (!handle) throw std::bad_alloc();
  CURL* curl = handle.get();
  FetchAnswer answer;
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  const Target target = target_of(request.url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, target.scheme.c_str());
  if (is_loopback(target.host)) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kWholeSeconds);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Guildhall");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (!request.form.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.form.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.form.c_str());
  }

  const CURLcode outcome = curl_easy_perform(curl);
  if (outcome == CURLE_WRITE_ERROR) return unreachable("The provider's answer is too long.");
  if (outcome != CURLE_OK) {
    return unreachable("The provider can't be reached: " + std::string(curl_easy_strerror(outcome)) + ".");
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace guildhall::signin
