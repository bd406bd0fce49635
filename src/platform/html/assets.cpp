#include "html/assets.h"

#include <array>

#include "base/result.h"
#include "base/text.h"
#include "html/impl/parts.h"

// The build writes these files to GUILDHALL_LOOK; see CMakeLists.txt.
#define GUILDHALL_LOOK_FILE(label, file)                                                                              \
  asm(".section .rodata\n.balign 16\n.global " #label "_begin\n" #label "_begin:\n.incbin \"" GUILDHALL_LOOK "/" file \
      "\"\n.global " #label "_end\n" #label "_end:\n.byte 0\n.previous\n");                                           \
  extern "C" const char label##_begin[], label##_end[];

GUILDHALL_LOOK_FILE(guildhall_look_css, "guildhall.css")
GUILDHALL_LOOK_FILE(guildhall_look_script, "guildhall.mjs")
GUILDHALL_LOOK_FILE(guildhall_look_frontend, "govuk-frontend.mjs")
GUILDHALL_LOOK_FILE(guildhall_look_icon, "icon.svg")

namespace guildhall::html {
namespace {

struct AssetAtUrl {
  std::string_view name;
  Url url;
};

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

std::array<Asset, 4> made_assets() {
  std::array<Asset, 4> made{{
      {"guildhall.css", "text/css; charset=utf-8", between(guildhall_look_css_begin, guildhall_look_css_end)},
      {"guildhall.mjs", "text/javascript; charset=utf-8",
       between(guildhall_look_script_begin, guildhall_look_script_end)},
      {"govuk-frontend.mjs", "text/javascript; charset=utf-8",
       between(guildhall_look_frontend_begin, guildhall_look_frontend_end)},
      {"icon.svg", "image/svg+xml", between(guildhall_look_icon_begin, guildhall_look_icon_end)},
  }};
  Sha256 all;
  for (const Asset& asset : made) all.add(asset.bytes);
  const std::string folder = "/assets/" + hex(all.digest()).substr(0, 12) + "/";
  for (Asset& asset : made) asset.path = folder + asset.path;
  return made;
}

}  // namespace

std::span<const Asset> assets() {
  static const std::array<Asset, 4> made = made_assets();
  return made;
}

const Url& asset_url(std::string_view name) {
  static const std::array<Url, 4> urls = [] {
    const auto url = [](std::size_t i) { return Url::parse(assets()[i].path).value(); };
    return std::array<Url, 4>{url(0), url(1), url(2), url(3)};
  }();
  for (const Url& url : urls) {
    if (url.text().ends_with(name)) return url;
  }
  check(false, "no such asset");
  return urls[0];
}

}  // namespace guildhall::html
