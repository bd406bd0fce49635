#include "html/compiler/page_compiler.h"

#include <gtest/gtest.h>

namespace guildhall::html {
namespace {

constexpr std::string_view kFirstLine = "{{ page lookup(const Lookup& page) from \"partnerview/lookup.h\" }}\n";

// What the compiler says about a template whose second line is `line`: "line:column what", or "" where it
// compiles.
std::string problem_in(std::string_view line) {
  const auto page = compile_page("partnerview", "pages/lookup.html", std::string(kFirstLine) + std::string(line));
  if (page.ok()) return "";
  const Problem& problem = page.problems().front();
  EXPECT_TRUE(problem.where.starts_with("pages/lookup.html:")) << problem.where;
  EXPECT_FALSE(problem.remedy.empty());
  return problem.where.substr(18) + " " + problem.what;
}

// The statements that a template makes, without #line directives and the frame of the function.
std::string statements_of(std::string_view markup) {
  const auto page = compile_page("partnerview", "pages/lookup.html", std::string(kFirstLine) + std::string(markup));
  if (!page.ok()) return to_text(page.problems());
  std::string statements;
  std::string_view rest = page->function;
  for (int number = 0; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (number < 3 || line.starts_with("#line") || line == "  return html_0;" || line == "}") continue;
    statements += std::string(line.substr(2)) + "\n";
  }
  return statements;
}

TEST(PageCompiler, DefinesTheFunctionThatTheHeaderDeclares) {
  const auto page =
      compile_page("partnerview", "pages/lookup.html", std::string(kFirstLine) + "<p>{{ page.name }}</p>\n");
  ASSERT_TRUE(page.ok()) << to_text(page.problems());
  EXPECT_EQ(page->header, "partnerview/lookup.h");
  EXPECT_EQ(page->function, R"(#line 1 "pages/lookup.html"
::guildhall::html::Html guildhall::partnerview::lookup(const Lookup& page) {
  auto html_0 = ::guildhall::html::Html::with_room_for(71);
  html_0.raw("<p>");
#line 2 "pages/lookup.html"
  html_0.show(page.name);
  html_0.raw("</p>");
  return html_0;
}
)");
}

TEST(PageCompiler, WritesIfForAndWithAsCpp) {
  EXPECT_EQ(statements_of("{{ if page.found }}\n  <b>{{ page.name }}</b>\n{{ else if page.known "
                          "}}\nKnown\n{{ else }}\nNo\n{{ end }}"),
            R"(if (page.found) {
html_0.raw("<b>");
html_0.show(page.name);
html_0.raw("</b>\n");
} else if (page.known) {
html_0.raw("Known\n");
} else {
html_0.raw("No\n");
}
)");
  EXPECT_EQ(statements_of("{{ for row in page.rows }}<i>{{ row }}</i>{{ end }}"),
            R"(for (const auto& row : page.rows) {
html_0.raw("<i>");
html_0.show(row);
html_0.raw("</i>");
}
)");
  EXPECT_EQ(statements_of("{{ with details(\"Help\") }}Ask {{ page.name }}{{ end }}"), R"({
::guildhall::html::Html html_1;
html_1.raw("Ask ");
html_1.show(page.name);
html_0.show(details("Help", html_1));
}
)");
  EXPECT_EQ(statements_of("{{ with inset_text() }}Ask{{ end }}"), R"({
::guildhall::html::Html html_1;
html_1.raw("Ask");
html_0.show(inset_text(html_1));
}
)");
}

TEST(PageCompiler, EscapesByWhereAnExpressionStands) {
  EXPECT_EQ(statements_of("<a class=\"{{ a }}\" href=\"{{ b }}\">{{ c }}</a>"), R"(html_0.raw("<a class=\"");
html_0.show_in_attribute(a);
html_0.raw("\" href=\"");
html_0.show_url(b);
html_0.raw("\">");
html_0.show(c);
html_0.raw("</a>");
)");
  EXPECT_EQ(statements_of("<a href=\"/cases/{{ id }}?from={{ from }}\">x</a>"),
            R"(html_0.raw("<a href=\"/cases/");
html_0.show_in_url(id);
html_0.raw("?from=");
html_0.show_in_url(from);
html_0.raw("\">x</a>");
)");
}

TEST(PageCompiler, PairsBracesAndQuotesOfCpp) {
  EXPECT_EQ(statements_of("{{ table({.rows = {{1}, {2}}}) }}{{ f(\"}}\", '\"') }}"),
            "html_0.show(table({.rows = {{1}, {2}}}));\nhtml_0.show(f(\"}}\", '\"'));\n");
  EXPECT_EQ(problem_in("{{ f(\"x) }}"), "2:1 {{ has no }}, or a bracket or quotation mark between them is not paired.");
}

TEST(PageCompiler, OnlyAnExclamationMarkAtTheBracesIsAComment) {
  EXPECT_EQ(statements_of("a{{! it isn't sent }}b"), "html_0.raw(\"ab\");\n");
  EXPECT_EQ(statements_of("{{ !page.found }}"), "html_0.show(!page.found);\n");  // Which show() refuses.
}

TEST(PageCompiler, TurnsIndentationIntoOneLineBreakExceptWherePeopleSeeIt) {
  EXPECT_EQ(statements_of("<p>\n    a\n\n  b c\n</p>\n\n"), "html_0.raw(\"<p>\\na\\nb c\\n</p>\");\n");
  EXPECT_EQ(statements_of("<pre>a\n  b</pre>"), "html_0.raw(\"<pre>a\\n  b</pre>\");\n");
  EXPECT_EQ(statements_of("a\n  {{! not in the page }}\n  b"), "html_0.raw(\"a\\nb\");\n");
}

TEST(PageCompiler, AnExpressionStandsInTextOrInAQuotedAttribute) {
  EXPECT_EQ(problem_in("<p class={{ x }}>a</p>"), "2:10 The value of class is not in quotation marks.");
  EXPECT_EQ(problem_in("<p class=x>a</p>"), "2:10 The value of class is not in double quotation marks.");
  EXPECT_EQ(problem_in("<p {{ x }}>a</p>"), "2:4 An expression cannot stand in a tag outside an attribute's value.");
  EXPECT_EQ(problem_in("<{{ x }}>a</p>"), "2:1 This < begins no tag.");
  EXPECT_EQ(problem_in("<p data-{{ x }}=\"a\">a</p>"),
            "2:9 An expression cannot stand in a tag outside an attribute's value.");
  EXPECT_EQ(problem_in("<p{{ if x }} class=\"y\"{{ end }}>a</p>"), "");
}

TEST(PageCompiler, AnAddressBeginsWithAUrlOrWithWhatIsWrittenOut) {
  const std::string why = "An address begins with /, ?, #, https://host/, mailto: or tel:.";
  EXPECT_EQ(problem_in("<a href=\"javascript:alert(1)\">x</a>"), "2:10 " + why);
  EXPECT_EQ(problem_in("<a href=\"java{{ x }}\">x</a>"), "2:14 " + why);
  EXPECT_EQ(problem_in("<img src=\"//elsewhere.example/x.png\" alt=\"\">"), "2:11 " + why);
  EXPECT_EQ(problem_in("<a href=\"https://{{ host }}/\">x</a>"), "2:18 " + why);
  EXPECT_EQ(problem_in("<a href=\"https://www.nhs.uk/{{ page }}\">x</a>"), "");
  EXPECT_EQ(problem_in("<a href=\"/a{{ if x }}b{{ end }}\">x</a>"), "2:12 A {{ if }} cannot stand here in a tag.");
  EXPECT_EQ(problem_in("<img srcset=\"{{ x }}\" alt=\"\">"), "2:14 The attribute srcset cannot hold an expression.");
}

TEST(PageCompiler, KeepsThePageWithinItsContentSecurityPolicy) {
  EXPECT_EQ(problem_in("<p onclick=\"x()\">a</p>"), "2:4 The content security policy allows no onclick attribute.");
  EXPECT_EQ(problem_in("<p STYLE=\"color:red\">a</p>"), "2:4 The content security policy allows no style attribute.");
  EXPECT_EQ(problem_in("<style>p{}</style>"), "2:1 The content security policy allows no <style>.");
  EXPECT_EQ(problem_in("<script>x()</script>"), "2:1 The content security policy allows no script in a page.");
  EXPECT_EQ(problem_in("<script src=\"/a.js\">x()</script>"),
            "2:21 The content security policy allows no script in a page.");
  EXPECT_EQ(problem_in("<script src=\"/a.js\"></script>"), "");
  EXPECT_EQ(problem_in("<!-- secret -->"), "2:1 A comment of HTML would be sent to everybody.");
}

TEST(PageCompiler, EveryTagIsClosedInTheBranchThatOpenedIt) {
  EXPECT_EQ(problem_in("<p>a"), "2:1 <p> is still open at the end of the page.");
  EXPECT_EQ(problem_in("<p><b>a</p>"), "2:4 <b> is closed by </p>.");
  EXPECT_EQ(problem_in("a</p>"), "2:2 </p> closes nothing.");
  EXPECT_EQ(problem_in("{{ if x }}<div>{{ end }}a</div>"), "2:11 <div> is still open at {{ end }}.");
  EXPECT_EQ(problem_in("<div>{{ if x }}</div>{{ end }}"), "2:22 </div> was closed in here, but opened outside.");
  EXPECT_EQ(problem_in("<div>{{ if x }}</div><div>{{ end }}</div>"),
            "2:27 </div> was closed in here, but opened outside.");
  EXPECT_EQ(problem_in("{{ if x }}<p class=\"{{ end }}\">a</p>"),
            "2:21 This {{ end }} stands in a tag that its block did not begin in.");
  EXPECT_EQ(problem_in("<br><img src=\"/a.png\" alt=\"\"><svg><path d=\"m\"/></svg>"), "");
  EXPECT_EQ(problem_in("<p"), "2:1 This tag has no >.");
  EXPECT_EQ(problem_in("<p class=\"a"), "2:1 This tag has no >.");
}

TEST(PageCompiler, EveryBlockIsClosed) {
  EXPECT_EQ(problem_in("{{ if x }}a"), "2:1 This {{ if }} has no {{ end }}.");
  EXPECT_EQ(problem_in("a{{ end }}"), "2:2 This {{ end }} belongs to nothing.");
  EXPECT_EQ(problem_in("{{ else }}"), "2:1 This {{ else }} belongs to no {{ if }}.");
  EXPECT_EQ(problem_in("{{ if x }}{{ else }}{{ else }}{{ end }}"), "2:21 This {{ else }} belongs to no {{ if }}.");
  EXPECT_EQ(problem_in("{{ for x }}{{ end }}"), "2:1 A {{ for }} says what it goes through.");
  EXPECT_EQ(problem_in("{{ with x }}{{ end }}"), "2:1 A {{ with }} calls a function.");
  EXPECT_EQ(problem_in("{{ }}"), "2:1 Nothing stands between {{ and }}.");
}

TEST(PageCompiler, TheFirstLineNamesTheFunction) {
  const auto what = [](std::string_view source) {
    return compile_page("m", "pages/lookup.html", source).problems().front().what;
  };
  EXPECT_EQ(what("<p>a</p>"), "The first line does not say which function this page is.");
  EXPECT_EQ(what("{{ page lookup(const P& p) }}"), "The first line is incomplete.");
  EXPECT_EQ(what("{{ page other(const P& p) from \"m/p.h\" }}"), "The function is not called as its file is.");
}

}  // namespace
}  // namespace guildhall::html
