// page_compiler MODULE OUTPUT.cpp TEMPLATE…: writes the functions of all templates of a module into one
// source file.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "html/compiler/page_compiler.h"

int main(int count, char** arguments) {
  using namespace guildhall;
  if (count < 4) {
    std::fputs("usage: page_compiler MODULE OUTPUT.cpp TEMPLATE...\n", stderr);
    return 2;
  }
  std::set<std::string> headers{"html/components.h", "html/html.h"};
  std::string functions;
  bool failed = false;
  for (int i = 3; i < count; ++i) {
    std::ifstream input(arguments[i], std::ios::binary);
    const std::string source{std::istreambuf_iterator<char>(input), {}};
    auto page = html::compile_page(arguments[1], arguments[i], source);
    if (!page.ok()) {
      const Problem& problem = page.problems().front();
      std::fprintf(stderr, "%s: error: %s %s\n", problem.where.c_str(), problem.what.c_str(), problem.remedy.c_str());
      failed = true;
      continue;
    }
    headers.insert(page->header);
    functions += page->function + "\n";
  }
  if (failed) return 1;

  std::ofstream output(arguments[2], std::ios::binary);
  output << "// Made by page_compiler from the pages/*.html of " << arguments[1] << "; see html/html.h.\n\n";
  for (const std::string& header : headers) output << "#include \"" << header << "\"\n";
  output << "\n" << functions;
  output.close();
  if (!output) {
    std::fprintf(stderr, "%s: error: cannot write this file.\n", arguments[2]);
    return 1;
  }
}
