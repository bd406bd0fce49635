#pragma once

// Style sheets, scripts and images that are compiled into the program.
//
//   Assets assets;
//   for (const html::Asset& each : html::assets()) assets.add(each.path, each.content_type, each.bytes);
//   assets.serve(router);
//
// An address holds a hash of the content, so browsers keep an asset for a year and never show an old one. Text is sent
// compressed to whoever takes that.

#include <memory>
#include <string>
#include <string_view>

#include "http/router.h"

namespace guildhall::http {

class Assets {
 public:
  Assets();
  ~Assets();
  Assets(Assets&&) noexcept;
  Assets& operator=(Assets&&) noexcept;

  // `address` is "/assets/…"; `bytes` live as long as the program. Two assets of one address are a mistake in the
  // program.
  void add(std::string_view address, std::string_view content_type, std::string_view bytes);
  // Adds the route "/assets/*"; the assets may be moved or destroyed afterwards, but not added to.
  void serve(Router& router) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace guildhall::http
