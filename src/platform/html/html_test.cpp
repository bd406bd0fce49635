#include "html/html.h"

#include <gtest/gtest.h>

#include "base/id.h"
#include "html/theme.h"

namespace guildhall::html {
namespace {

struct EnquiryTag {};

std::string shown(const Html& html) {
  return html.markup();
}

TEST(Html, EscapesText) {
  EXPECT_EQ(shown("Smith & Sons <b>\"it's\"</b>"), "Smith &amp; Sons &lt;b&gt;&quot;it&#39;s&quot;&lt;/b&gt;");
  EXPECT_EQ(shown(std::string("Zoë O’Brien")), "Zoë O’Brien");
  EXPECT_EQ(shown(""), "");
}

TEST(Html, ShowsEachTypeInItsWords) {
  EXPECT_EQ(shown(-42), "-42");
  EXPECT_EQ(shown(18446744073709551615u), "18446744073709551615");
  EXPECT_EQ(shown(Date::from(2014, 3, 12).value()), "12 March 2014");
  EXPECT_EQ(shown(parse_instant("2014-07-12T08:30:00Z").value()), "12 July 2014 at 9:30am");
  EXPECT_EQ(shown(std::optional<std::string>{}), "");
  EXPECT_EQ(shown(std::optional<std::string>{"<"}), "&lt;");
  EXPECT_EQ(shown(std::optional<Date>{}), "");
  EXPECT_EQ(shown(Id<EnquiryTag>{}), "00000000-0000-0000-0000-000000000000");
}

TEST(Html, IsEscapedOnce) {
  Html page;
  page.show(Html("a & b"));
  page.show(std::optional<Html>(Html("<")));
  EXPECT_EQ(page.markup(), "a &amp; b&lt;");
}

TEST(Html, PartsOfAnAddressArePercentEncoded) {
  Html page;
  page.show_in_url("../a b?c&d=é");
  page.show_in_url(Date::from(2014, 3, 12).value());
  page.show_in_url(parse_instant("2014-03-12T09:30:00Z").value());
  EXPECT_EQ(page.markup(), "..%2Fa%20b%3Fc%26d%3D%C3%A92014-03-122014-03-12T09%3A30%3A00Z");
}

// Wrong uses which must not compile. Html::show and its sisters say why by static_assert, so only the concept
// is asked.
static_assert(!Showable<bool> && !Showable<double> && !Showable<char> && !Showable<const void*>);
static_assert(!std::is_convertible_v<bool, Html> && !std::is_convertible_v<double, Html>);
static_assert(!std::is_constructible_v<Url, std::string> && !std::is_convertible_v<std::string, Url>);
static_assert(Showable<std::string> && Showable<std::optional<Date>> && Showable<Id<EnquiryTag>> && Showable<Url>);

TEST(Url, StaysOnThisSiteOrNamesAnother) {
  for (const char* good : {"/", "/cases/7?tab=notes#n3", "?page=2", "#name", "https://www.nhs.uk/",
                           "mailto:a@b.example", "tel:+441632960001"}) {
    EXPECT_TRUE(Url::parse(good).ok()) << good;
  }
  for (const char* bad : {"", "javascript:alert(1)", "JavaScript:alert(1)", " /x", "//elsewhere.example",
                          "/\\elsewhere.example", "\\\\elsewhere.example", "http://x.example/", "https://",
                          "https:///x", "data:text/html,x", "/a b", "/a\nb", "/é", "/\"x", "cases/7"}) {
    EXPECT_FALSE(Url::parse(bad).ok()) << bad;
  }
}

TEST(Url, TakesParametersAndParts) {
  EXPECT_EQ(Url("/work").with("page", "2").text(), "/work?page=2");
  EXPECT_EQ(Url("/work?team=a").with("find", "a b&c").text(), "/work?team=a&find=a%20b%26c");
  EXPECT_EQ(Url("/work?").with("page", "2").text(), "/work?page=2");
  EXPECT_EQ(Url("/work#top").with("page", "2").text(), "/work?page=2#top");
  EXPECT_EQ(Url::path("/files/", "a/../b").text(), "/files/a%2F..%2Fb");
}

TEST(Grouped, WritesCountsAsPeopleReadThem) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
}

// Contrast by WebAIM's checker, which follows WCAG: #767676 is 4.54 to 1, #777777 4.47 to 1.
TEST(BrandColour, LetsWhiteTextBeRead) {
  EXPECT_TRUE(BrandColour::parse("#767676").ok());
  const auto light = BrandColour::parse("#777777");
  ASSERT_FALSE(light.ok());
  EXPECT_EQ(light.problems()[0].what, "White text on this colour has a contrast of 4.4 to 1; people need 4.5 to 1.");
  EXPECT_FALSE(BrandColour::parse("005a30").ok());
  EXPECT_FALSE(BrandColour::parse("#005a3g").ok());
  EXPECT_EQ(theme_css({BrandColour::parse("#005A30").value()}), ":root{--govuk-brand-colour:#005a30}\n");
}

}  // namespace
}  // namespace guildhall::html
