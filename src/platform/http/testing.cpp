#include "http/testing.h"

namespace guildhall::http {

Page TestBrowser::get(std::string target) {
  return followed(client_.get(target), target);
}

Page TestBrowser::post(std::string target, std::vector<NamedValue> fields) {
  return followed(client_.post(target, std::move(fields)), target);
}

Page TestBrowser::followed(Response response, std::string target) {
  for (int redirects = 0; response.status() == 303; ++redirects) {
    check(redirects < 10, "more than ten redirects");
    target = response.header("Location").value();
    response = client_.get(target);
  }
  return {
      .status = response.status(), .path = target.substr(0, target.find('?')), .body = std::string(response.body())};
}

}  // namespace guildhall::http
