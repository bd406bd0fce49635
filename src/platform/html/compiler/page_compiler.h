#pragma once

// Turns a template, pages/*.html, into the C++ function that writes it. The syntax is in html.h. Runs while
// Guildhall is built; nothing of it is in the server.

#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::html {

struct CompiledPage {
  std::string header;    // The header that declares the function: "partnerview/lookup_page.h".
  std::string function;  // Its definition, with #line directives that lead to the template.
};

// `file` is the template's path: its stem must be the function's name. A Problem's `where` is
// "file:line:column".
Result<CompiledPage> compile_page(std::string_view module, std::string_view file, std::string_view source);

}  // namespace guildhall::html
