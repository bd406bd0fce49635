#pragma once

// One request to an OpenID provider, and its answer.

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace guildhall::signin {

struct FetchRequest {
  std::string url;
  std::vector<std::string> headers;  // "Accept: application/json"
  std::string form;                  // Posted as application/x-www-form-urlencoded; empty: a GET.
};

struct FetchAnswer {
  int status = 0;
  std::string body;
};

// May be called by several threads at once.
using Fetch = std::function<Result<FetchAnswer>(const FetchRequest&)>;

// Whether a provider may be there: "https://…", or "http://" and a loopback address, for demonstrations and
// tests.
bool is_provider_url(std::string_view url);

// By libcurl: certificates and host names checked, redirects not followed, 5 seconds to connect, 10 in all,
// 256 KiB. A provider that can't be reached or breaks these limits is a Problem.
Result<FetchAnswer> fetch_from_network(const FetchRequest& request);

}  // namespace guildhall::signin
