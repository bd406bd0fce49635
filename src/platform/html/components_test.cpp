#include "html/components.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "html/accessibility.h"
#include "html/assets.h"
#include "html/error_pages.h"

namespace guildhall::html {
namespace {

// The components as they are sent, in files that a person reads: golden/<component>--<example>.html. Where
// the example is one of govuk-frontend's own fixtures, tests/browser/markup.test.mjs compares the file with
// it. GUILDHALL_REWRITE_GOLDEN=1 writes them anew.
void expect_golden(const std::string& name, const std::string& markup) {
  const std::string path = "src/platform/html/golden/" + name + ".html";
  if (std::getenv("GUILDHALL_REWRITE_GOLDEN")) {
    std::ofstream(path) << markup << '\n';
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing: run with GUILDHALL_REWRITE_GOLDEN=1, and read what it wrote.";
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(markup + '\n', golden) << path;
}

void expect_golden(const std::string& name, const Html& html) {
  expect_golden(name, html.markup());
}

Html raw(impl::Markup markup) {
  Html html;
  html.raw(markup);
  return html;
}

TEST(Components, ButtonsAreThoseOfTheDesignSystem) {
  expect_golden("button--prevent-double-click", button({.text = "Submit"}));
  expect_golden("button--secondary", button({.text = "Secondary button",
                                             .kind = ButtonKind::Secondary,
                                             .name = "secondary",
                                             .prevent_double_click = false}));
  expect_golden("button--value", button({.text = "Submit", .value = "start", .prevent_double_click = false}));
  expect_golden("button--link", button_link({"Link button", {"/"}}));
  expect_golden("button--start-link", start_button({"Start now link button", {"/"}}));
}

TEST(Components, TextInputsAreThoseOfTheDesignSystem) {
  const std::string hint =
      "It’s on your National Insurance card, benefit letter, payslip or P60. For example, ‘QQ 12 34 56 C’.";
  expect_golden("input--with-hint-text",
                text_input({.name = "input-with-hint-text", .label = "National insurance number", .hint = hint}));
  expect_golden("input--with-error-message",
                text_input({.name = "input-with-error-message",
                            .label = "National Insurance number",
                            .error = "Enter a National Insurance number in the correct format"}));
  expect_golden("input--with-error-and-hint",
                text_input({.name = "with-error-hint",
                            .label = "National insurance number",
                            .hint = hint,
                            .error = "Enter a National Insurance number in the correct format"}));
  expect_golden("input--with-width-10-class", text_input({.name = "input-width-10",
                                                          .label = "National insurance number",
                                                          .hint = hint,
                                                          .width = InputWidth::Characters10}));
  expect_golden("input--with-label-as-page-heading", text_input({.name = "input-with-page-heading",
                                                                 .label = "National Insurance number",
                                                                 .label_size = LabelSize::PageHeading}));
  expect_golden("input--with-prefix-and-suffix", text_input({.name = "input-with-prefix-suffix",
                                                             .label = "Cost per item, in pounds",
                                                             .prefix = "£",
                                                             .suffix = "per item"}));
  expect_golden(
      "input--with-autocomplete-attribute",
      text_input({.name = "input-with-autocomplete-attribute", .label = "Postcode", .autocomplete = "postal-code"}));
  expect_golden(
      "input--with-spellcheck-disabled",
      text_input({.name = "input-with-spellcheck-disabled", .label = "Spellcheck is disabled", .spellcheck = false}));
  expect_golden("input--inputmode",
                text_input({.name = "with-inputmode", .label = "With inputmode", .inputmode = "decimal"}));
  expect_golden("password-input--default", password_input({.name = "password", .label = "Password"}));
}

TEST(Components, TextareasAreThoseOfTheDesignSystem) {
  expect_golden("textarea--default", textarea({.name = "more-detail", .label = "Can you provide more detail?"}));
  expect_golden(
      "textarea--with-hint-and-error-message",
      textarea({.name = "with-hint-error", .label = "With hint and error", .hint = "Hint", .error = "Error message"}));
  expect_golden(
      "textarea--with-default-value",
      textarea({.name = "full-address", .label = "Full address", .value = "221B Baker Street\nLondon\nNW1 6XE\n"}));
  expect_golden("character-count--with-hint-and-error",
                textarea({.name = "with-error",
                          .label = "Can you provide more detail?",
                          .hint = "Don't include personal or financial information, eg your National Insurance "
                                  "number or credit card details.",
                          .error = "Please provide more detail",
                          .maximum = 10}));
}

TEST(Components, ChoicesAreThoseOfTheDesignSystem) {
  const std::string changed = "Have you changed your name?";
  const std::string includes = "This includes changing your last name or spelling your name differently.";
  expect_golden("radios--default", radios({.name = "example-default",
                                           .legend = changed,
                                           .legend_size = LabelSize::Normal,
                                           .choices = {{"yes", "Yes"}, {"no", "No"}}}));
  expect_golden("radios--inline", radios({.name = "example",
                                          .legend = changed,
                                          .legend_size = LabelSize::Normal,
                                          .hint = includes,
                                          .choices = {{"yes", "Yes"}, {.value = "no", .text = "No", .chosen = true}},
                                          .layout = ChoiceLayout::Inline}));
  expect_golden("radios--with-hint-and-error-message", radios({.name = "example-error-message-hint",
                                                               .legend = changed,
                                                               .legend_size = LabelSize::Normal,
                                                               .hint = includes,
                                                               .error = "Please select an option",
                                                               .choices = {{"yes", "Yes"}, {"no", "No"}}}));
  expect_golden("radios--with-a-divider",
                radios({.name = "example-divider",
                        .legend = "How do you want to sign in?",
                        .legend_size = LabelSize::Normal,
                        .choices = {{"government-gateway", "Use Government Gateway"},
                                    {"govuk-verify", "Use GOV.UK Verify"},
                                    {.value = "create-account", .text = "Create an account", .apart = true}}}));
  const auto contact = [](const char* value, const char* text, Html conditional, bool chosen) {
    return Choice{.value = value, .text = text, .chosen = chosen, .conditional = std::move(conditional)};
  };
  const Html email =
      raw("<label class=\"govuk-label\" for=\"context-email\">Email address</label>\n"
          "<input class=\"govuk-input govuk-!-width-one-third\" name=\"context-email\" type=\"text\" "
          "id=\"context-email\">\n");
  const Html phone =
      raw("<label class=\"govuk-label\" for=\"contact-phone\">Phone number</label>\n"
          "<input class=\"govuk-input govuk-!-width-one-third\" name=\"contact-phone\" type=\"text\" "
          "id=\"contact-phone\">\n");
  const Html message =
      raw("<label class=\"govuk-label\" for=\"contact-text-message\">Mobile phone number</label>\n"
          "<input class=\"govuk-input govuk-!-width-one-third\" name=\"contact-text-message\" "
          "type=\"text\" id=\"contact-text-message\">\n");
  expect_golden("radios--with-conditional-items",
                radios({.name = "how-contacted",
                        .legend = "How do you want to be contacted?",
                        .legend_size = LabelSize::Normal,
                        .choices = {contact("email", "Email", email, false), contact("phone", "Phone", phone, false),
                                    contact("text", "Text message", message, false)}}));
  expect_golden("checkboxes--with-conditional-item-checked",
                checkboxes({.name = "how-contacted-checked",
                            .legend = "How do you want to be contacted?",
                            .legend_size = LabelSize::Normal,
                            .choices = {contact("email", "Email", email, true), contact("phone", "Phone", phone, false),
                                        contact("text", "Text message", message, false)}}));
  expect_golden("checkboxes--with-error-message-and-hint",
                checkboxes({.name = "example",
                            .legend = "What is your nationality?",
                            .legend_size = LabelSize::Normal,
                            .hint = "If you have dual nationality, select all options that are relevant to you.",
                            .error = "Please select an option",
                            .choices = {{"british", "British"}, {"irish", "Irish"}}}));
  expect_golden("checkboxes--with-divider-and-None",
                checkboxes({.name = "with-divider-and-none",
                            .legend = "Which types of waste do you transport regularly?",
                            .legend_size = LabelSize::Normal,
                            .choices = {{"animal", "Waste from animal carcasses"},
                                        {"mines", "Waste from mines or quarries"},
                                        {"farm", "Farm or agricultural waste"},
                                        {.value = "none", .text = "None of these", .apart = true}}}));
  expect_golden("checkboxes--small",
                checkboxes({.name = "nationality",
                            .legend = "Filter by",
                            .legend_size = LabelSize::Normal,
                            .choices = {{"a", "a thing"}, {"b", "another thing"}, {"c", "this thing"}},
                            .layout = ChoiceLayout::Small}));
}

TEST(Components, OtherFieldsAreThoseOfTheDesignSystem) {
  expect_golden("date-input--with-values-and-name-prefix", date_input({.name = "dob",
                                                                       .legend = "What is your date of birth?",
                                                                       .legend_size = LabelSize::Normal,
                                                                       .hint = "For example, 31 3 1980",
                                                                       .day = "31",
                                                                       .month = "3",
                                                                       .year = "1980"}));
  expect_golden("date-input--with-autocomplete-values", date_input({.name = "dob-with-autocomplete",
                                                                    .legend = "What is your date of birth?",
                                                                    .legend_size = LabelSize::Normal,
                                                                    .hint = "For example, 31 3 1980",
                                                                    .birthday = true}));
  expect_golden("date-input--with-error-on-day-input", date_input({.name = "dob-day-error",
                                                                   .legend = "What is your date of birth?",
                                                                   .legend_size = LabelSize::Normal,
                                                                   .hint = "For example, 31 3 1980",
                                                                   .error = "Error message goes here",
                                                                   .wrong_month = false,
                                                                   .wrong_year = false}));
  expect_golden("select--with-hint-text-and-error-message", select({.name = "select-2",
                                                                    .label = "Label text goes here",
                                                                    .hint = "Hint text goes here",
                                                                    .error = "Error message goes here",
                                                                    .options = {{"1", "GOV.UK frontend option 1"},
                                                                                {"2", "GOV.UK frontend option 2"},
                                                                                {"3", "GOV.UK frontend option 3"}}}));
  expect_golden(
      "file-upload--with-error-message-and-hint",
      file_upload({.name = "file-upload-3",
                   .label = "Upload a file",
                   .hint = "Your photo may be in your Pictures, Photos, Downloads or Desktop folder. Or in an "
                           "app like iPhoto.",
                   .error = "Error message goes here"}));
  FormErrors errors;
  errors.add("example-error-1", "The date your passport was issued must be in the past");
  errors.add("example-error-2", "Enter a postcode, like AA1 1AA");
  expect_golden("error-summary--default", error_summary(errors));
  FormErrors form;
  form.add("", "Invalid username or password");
  form.add("example-error-1", "Agree to the terms of service to log in");
  expect_golden("error-summary--mixed-with-and-without-links", error_summary(form));
}

TEST(Components, ContentIsThatOfTheDesignSystem) {
  expect_golden("inset-text--default",
                inset_text("It can take up to 8 weeks to register a lasting power of attorney if "
                           "there are no mistakes in the application."));
  expect_golden("warning-text--default", warning_text("You can be fined up to £5,000 if you don’t register."));
  expect_golden(
      "details--default",
      details("Help with nationality",
              "We need to know your nationality so we can work out which elections you’re entitled to vote in. "
              "If you can’t provide your nationality, you’ll have to send copies of identity documents through "
              "the post."));
  expect_golden("notification-banner--default",
                notification_banner({.heading = "This publication was withdrawn on 7 March 2014."}));
  expect_golden("notification-banner--with-type-as-success",
                notification_banner({.heading = "Email sent to example@email.com", .kind = BannerKind::Success}));
  expect_golden("panel--default",
                panel("Application complete", raw("Your reference number<br><strong>HDJ2123F</strong>")));
  expect_golden("tag--default", tag("Alpha"));
  expect_golden("tag--red", tag("Red", TagColour::Red));
  expect_golden("breadcrumbs--default", breadcrumbs({{"Home", {"/"}},
                                                     {"Section", {"/section"}},
                                                     {"Sub-section", {"/section/sub-section"}},
                                                     {"Sub Sub-section", {"/section/sub-section/sub-sub-section"}}}));
  const Html contact =
      raw("<p class=\"govuk-body\">\n  email@email.com\n</p>\n<p class=\"govuk-body\">\n  Address line 1<br>\n"
          "  Address line 2<br>\n  Address line 3<br>\n  Address line 4<br>\n  Address line 5\n</p>\n");
  expect_golden("summary-list--with-some-actions",
                summary_list({{"Name", "Firstname Lastname", {{"Edit", {"#"}, "name"}, {"Delete", {"#"}, "name"}}},
                              {"Date of birth", "13/08/1980"},
                              {"Contact information", contact}}));
  expect_golden("summary-list--as-a-summary-card-with-a-text-header",
                summary_card("Undergraduate teaching assistant",
                             {{"Name", "Firstname Lastname"}, {"Date of birth", "13/08/1980"}}));
}

TEST(Components, AGapInThePaginationIsAtLeastTwoPagesWide) {
  expect_golden("pagination--first-of-two", pagination({.url = {"/work"}, .current = 1, .last = 2}));
  expect_golden("pagination--middle-of-many",
                pagination({.url = {"/work?team=front-door"}, .current = 10, .last = 40}));
  EXPECT_TRUE(pagination({.url = {"/work"}, .current = 1, .last = 1}).empty());
}

TEST(Components, ATableSaysItsHeadingsAgainForNarrowScreens) {
  expect_golden("table--enquiries", table({.caption = "Enquiries waiting",
                                           .columns = {{"Enquiry"}, {"Received"}, {"Days left", true}},
                                           .rows = {{"Bins & recycling", Date::from(2026, 3, 2).value(), 3},
                                                    {"School place", Date::from(2026, 3, 4).value(), 5}}}));
  EXPECT_THROW(table({.columns = {{"Enquiry"}, {"Received"}}, .rows = {{"Bins"}}}), BrokenInvariant);
}

TEST(Components, KeepTheLinesThatPeopleWrote) {
  EXPECT_EQ(lines("3 Mill Lane\r\nLittle <Barford>\n").markup(), "3 Mill Lane<br>Little &lt;Barford&gt;<br>");
  EXPECT_EQ(lines("").markup(), "");
}

TEST(Components, APhoneCallsTheNumberItShows) {
  EXPECT_EQ(telephone("01632 960 118").markup(),
            "<a class=\"govuk-link guildhall-telephone\" href=\"tel:01632960118\">01632 960 118</a>");
  EXPECT_EQ(telephone("+44 (0)20 <7946>").markup(),
            "<a class=\"govuk-link guildhall-telephone\" href=\"tel:+440207946\">+44 (0)20 &lt;7946&gt;</a>");
}

TEST(Components, WhatPeopleTypeComesBackAsTheyTypedItAndNeverAsMarkup) {
  const std::string typed = "\"><script>alert('x')</script>";
  const std::string escaped = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;";
  const std::string input = text_input({.name = "surname", .label = "Surname", .value = typed}).markup();
  EXPECT_NE(input.find("value=\"" + escaped + "\""), input.npos) << input;
  const std::string area = textarea({.name = "details", .label = "Details", .value = typed}).markup();
  EXPECT_NE(area.find(">\n" + escaped + "</textarea>"), area.npos) << area;
  for (const std::string& page : {input, area}) EXPECT_EQ(page.find("<script"), page.npos);
}

TEST(FormErrors, AreTheProblemsOfAnAnsweredForm) {
  const FormErrors errors(Problems{{"Enter your full name", "name", ""}, {"Enter a real date", "birth-date", ""}});
  EXPECT_EQ(errors.of("birth-date"), "Enter a real date");
  EXPECT_EQ(errors.of("email"), "");
  EXPECT_EQ(errors.list().size(), 2u);
}

const Site kBorsetshire{.council = "Borsetshire County Council",
                        .footer = {{"Accessibility statement", {"/accessibility"}}},
                        .phase = PhaseBanner{"Demonstration", "Everybody here is invented."}};

// The assets' address holds the hash of their content, which changes with every change of the look.
std::string without_asset_hash(const Html& page) {
  const std::string folder = assets()[0].path.substr(0, assets()[0].path.rfind('/'));
  std::string text = page.markup();
  for (std::size_t at; (at = text.find(folder)) != text.npos;) text.replace(at, folder.size(), "/assets");
  return text;
}

TEST(Layout, SaysWhoseServiceItIsAndWhoIsSignedIn) {
  const Html page =
      layout({.site = kBorsetshire,
              .title = "Find a child",
              .service = "Partner view",
              .service_url = {"/partner"},
              .navigation = {{"Find a child", {"/partner"}, true}, {"Your searches", {"/partner/searches"}}},
              .sign_out = SignOut{{"/sign-out"}, "token", "PC 4711 Amy Shaw"},
              .back = Url("/partner"),
              .has_errors = true},
             "Content");
  expect_golden("layout--partner-view", without_asset_hash(page));
}

TEST(Layout, LeavesOutWhatAPageDoesNotHave) {
  expect_golden(
      "layout--plain",
      without_asset_hash(layout({.site = {.council = "Borsetshire County Council"}, .title = "Services"}, "Content")));
}

TEST(Live, SaysWhereItsVersionIsAskedForAndHasAPlaceToSayWhatChanged) {
  expect_golden("live", live({.id = "list",
                              .version_url = html::Url("/work/tasks/version").with("list", "mine").with("page", "2"),
                              .version = "5f2c",
                              .says = "The list has changed."},
                             "Content"));
}

TEST(ErrorPages, SayInPlainWordsWhatToDoNext) {
  for (const int status : {400, 403, 404, 413, 500, 503}) {
    expect_golden("error-page--" + std::to_string(status),
                  without_asset_hash(error_page(kBorsetshire, status, "01890a5d-ac96-774b-bcce-b302099a8057")));
  }
  EXPECT_EQ(error_page(kBorsetshire, 502, "").markup(), error_page(kBorsetshire, 500, "").markup());
}

TEST(ErrorPages, TellOnlyWhoCanLookItUpTheReference) {
  for (const int status : {400, 403, 404, 413}) {
    EXPECT_EQ(error_page(kBorsetshire, status, "01890a5d").markup().find("01890a5d"), std::string::npos) << status;
  }
}

TEST(AccessibilityStatement, IsAPage) {
  expect_golden("accessibility-statement", without_asset_hash(accessibility_statement(
                                               kBorsetshire, {.email = "digital@borsetshire.example",
                                                              .telephone = "01632 960 001",
                                                              .prepared = Date::from(2026, 3, 2).value()})));
}

}  // namespace
}  // namespace guildhall::html
