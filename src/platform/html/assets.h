#pragma once

// The stylesheet and scripts, made from govuk-frontend (MIT) at build time and compiled into the program.

#include <span>
#include <string>
#include <string_view>

namespace guildhall::html {

struct Asset {
  std::string path;  // "/assets/<hash>/guildhall.css"; other content has another hash.
  std::string_view content_type;
  std::string_view bytes;  // Lives as long as the program.
};

// To be served with "Cache-Control: public, max-age=31536000, immutable".
std::span<const Asset> assets();

}  // namespace guildhall::html
