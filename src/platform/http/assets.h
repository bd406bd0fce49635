#pragma once

// Style sheets, scripts, fonts and images that are compiled into the program.
//
//   Assets assets;
//   assets.add(html::embedded_files(), "assets/");   // "assets/guildhall.css" is called "guildhall.css"
//   assets.serve(router);                            // under /assets/
//   assets.url("guildhall.css");                     // "/assets/guildhall.3f9a1c20.css"
//
// The hash of the content is in the URL, so browsers keep an asset for a year and never show an old one.
// Under its plain name an asset is sent too, to be asked for anew each time: for style sheets that name their
// fonts.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/embedded.h"
#include "http/router.h"

namespace guildhall::http {

class Assets {
 public:
  Assets();
  ~Assets();
  Assets(Assets&&) noexcept;
  Assets& operator=(Assets&&) noexcept;

  // Those files whose names begin with the prefix. Two assets of one name, or of an unknown type, are a
  // mistake in the program.
  void add(std::span<const EmbeddedFile> files, std::string_view prefix);
  // Adds the routes; the assets may be moved or destroyed afterwards, but not added to.
  void serve(Router& router) const;
  // Asking for an asset that isn't there is a mistake in the program. From any thread.
  std::string_view url(std::string_view name) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace guildhall::http
