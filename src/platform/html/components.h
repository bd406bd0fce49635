#pragma once

// The parts of a page, in the markup of the GOV.UK Design System (design-system.service.gov.uk, components;
// the tests compare it with govuk-frontend's own fixtures). Words come from the caller, as Html, so that text
// is escaped and markup may be given where a sentence needs a link.
//
// Fields: `name` is the field's name in the form and the id of its first input, where the error summary's
// link leads. `error` comes from FormErrors::of(name); empty where nothing is wrong.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "html/form_errors.h"
#include "html/html.h"

namespace guildhall::html {

// ---- The frame of every page ----

struct Link {
  Html text;
  Url url;
};

// Above every page: {"Demonstration", "Everybody here is invented."}
struct PhaseBanner {
  std::string tag;
  Html text;
};

// What all pages of a council's environment share.
struct Site {
  std::string council;  // "Borsetshire County Council"
  Url home{"/"};
  Url theme{"/theme.css"};        // The council's colours, see theme.h.
  std::vector<Link> footer = {};  // "Accessibility statement", "Privacy", …: only pages which exist.
  std::optional<PhaseBanner> phase = {};
};

struct NavigationItem {
  Html text;
  Url url;
  bool current = false;
};

// A button among the navigation that signs out by POST.
struct SignOut {
  Url action;
  std::string csrf_token;
  std::string name;  // Who is signed in.
};

enum class Width {
  Reading,  // Two thirds of the page: questions and text.
  Full,     // Dense pages: queues, tables, comparisons.
};

struct Layout {
  const Site& site;
  std::string title;  // "Find a child". The <title> adds service and council, and "Error: " where something is wrong.
  std::string service = {};  // "Partner view"; empty for none.
  Url service_url{"/"};
  std::vector<NavigationItem> navigation = {};
  std::optional<SignOut> sign_out = {};
  std::optional<Url> back = {};
  std::vector<Link> breadcrumbs = {};  // The pages above this one, the home page first; instead of `back`.
  bool has_errors = false;
  Width width = Width::Reading;
  std::string_view language = "en";
};
// The whole document, from <!DOCTYPE html>. Use: {{ with html::layout({…}) }} content {{ end }}
Html layout(const Layout& page, const Html& content);

Html back_link(const Url& url);
Html breadcrumbs(const std::vector<Link>& trail);

// ---- Forms ----

// How large a label or legend is written; PageHeading also makes it the <h1>, for pages of one question.
enum class LabelSize { Normal, Small, Medium, Large, PageHeading };

Html csrf_field(std::string_view token);
Html hidden_field(std::string_view name, std::string_view value);

enum class ButtonKind { Primary, Secondary, Warning };
struct Button {
  Html text;
  ButtonKind kind = ButtonKind::Primary;
  std::string name = {};  // With `value`: which of two buttons was pressed.
  std::string value = {};
  bool prevent_double_click = true;
};
Html button(const Button& button);
Html button_link(const Link& link);   // Looks like a button, goes to a page.
Html start_button(const Link& link);  // "Start now", with the arrow.

// How wide an input is: in characters, where the answer has a length, or in parts of the column.
enum class InputWidth {
  Full,
  TwoThirds,
  Half,
  Third,
  Characters2,
  Characters3,
  Characters4,
  Characters5,
  Characters10,
  Characters20,
  Characters30
};

struct TextInput {
  std::string name;
  Html label;
  LabelSize label_size = LabelSize::Normal;
  Html hint = {};
  std::string_view error = {};
  std::string value = {};
  InputWidth width = InputWidth::Full;
  std::string_view type = "text";      // text, email, tel, search
  std::string_view autocomplete = {};  // WCAG 1.3.5: "name", "email", "tel", "postal-code", "one-time-code", "off" …
  std::string_view inputmode = {};     // "numeric" for whole numbers and codes
  bool spellcheck = true;              // Off for names, addresses, codes.
  Html prefix = {};                    // "£"
  Html suffix = {};                    // "days"
};
Html text_input(const TextInput& input);

struct PasswordInput {
  std::string name;
  Html label;
  Html hint = {};
  std::string_view error = {};
  std::string_view autocomplete = "current-password";
};
// Never shows a value again.
Html password_input(const PasswordInput& input);

struct Textarea {
  std::string name;
  Html label;
  LabelSize label_size = LabelSize::Normal;
  Html hint = {};
  std::string_view error = {};
  std::string value = {};
  int rows = 5;
  std::optional<int> maximum = {};  // Characters: counted down while writing.
};
Html textarea(const Textarea& area);

// One choice of radios or checkboxes.
struct Choice {
  std::string value;
  Html text;
  Html hint = {};
  bool chosen = false;
  Html conditional = {};  // Shown while this is chosen: fields that belong to the choice.
  bool apart = false;  // Separated from the others by "or". For checkboxes: "None of these", which clears the others.
};
enum class ChoiceLayout { Stacked, Inline, Small };

struct Choices {
  std::string name;
  Html legend;
  LabelSize legend_size = LabelSize::Medium;
  Html hint = {};
  std::string_view error = {};
  std::vector<Choice> choices;
  ChoiceLayout layout = ChoiceLayout::Stacked;
};
Html radios(const Choices& choices);
Html checkboxes(const Choices& choices);

// Three inputs, <name>-day, <name>-month and <name>-year, the first with the id <name>.
struct DateInput {
  std::string name;
  Html legend;
  LabelSize legend_size = LabelSize::Medium;
  Html hint = {};  // "For example, 27 3 2014"
  std::string_view error = {};
  std::string day = {}, month = {}, year = {};                   // As they were typed.
  bool wrong_day = true, wrong_month = true, wrong_year = true;  // With `error`: which inputs it is about.
  bool birthday = false;  // The person's own date of birth: browsers may fill it in.
};
Html date_input(const DateInput& input);

struct Option {
  std::string value;
  std::string text;
  bool chosen = false;
};
struct Select {
  std::string name;
  Html label;
  LabelSize label_size = LabelSize::Normal;
  Html hint = {};
  std::string_view error = {};
  std::vector<Option> options;
};
Html select(const Select& select);

// The form needs enctype="multipart/form-data".
struct FileUpload {
  std::string name;
  Html label;
  LabelSize label_size = LabelSize::Normal;
  Html hint = {};
  std::string_view error = {};
  std::string_view accept = {};  // ".csv,.xml"
  bool multiple = false;
};
Html file_upload(const FileUpload& upload);

// "There is a problem", each message linked to its field; first in the content. Nothing where nothing is
// wrong.
Html error_summary(const FormErrors& errors);

struct Fieldset {
  Html legend;
  LabelSize legend_size = LabelSize::Medium;
};
Html fieldset(const Fieldset& fieldset, const Html& content);

// ---- Content ----

Html inset_text(const Html& text);
Html warning_text(const Html& text);
Html details(const Html& summary, const Html& content);

enum class BannerKind { Important, Success };
struct NotificationBanner {
  Html heading;
  BannerKind kind = BannerKind::Important;
};
Html notification_banner(const NotificationBanner& banner, const Html& content = {});

// Says that something was done: the only <h1> of its page.
// {{ with html::panel("Enquiry sent") }}Your reference number<br><strong>{{ page.reference }}</strong>{{ end
// }}
Html panel(const Html& title, const Html& body);

enum class TagColour { Default, Grey, Green, Teal, Blue, Purple, Magenta, Red, Orange, Yellow };
Html tag(const Html& text, TagColour colour = TagColour::Default);

struct Action {
  Html text;  // "Change"
  Url url;
  Html about = {};  // "name", read to those who hear links without their row.
};
struct SummaryRow {
  Html key;
  Html value;  // Text with line breaks is given as Html.
  std::vector<Action> actions = {};
};
Html summary_list(const std::vector<SummaryRow>& rows);
Html summary_card(const Html& title, const std::vector<SummaryRow>& rows);

struct Column {
  Html heading;
  bool numeric = false;
};
struct Table {
  Html caption = {};
  LabelSize caption_size = LabelSize::Medium;
  std::vector<Column> columns;          // The first names its row.
  std::vector<std::vector<Html>> rows;  // Each as long as `columns`.
};
// On a narrow screen every row becomes a card in which each value stands beside its column's heading.
Html table(const Table& table);

struct Pagination {
  Url url;          // Without the page's number: each link adds page=<number>.
  int current = 1;  // From 1.
  int last = 1;     // Nothing is shown where there is only one page.
};
Html pagination(const Pagination& pagination);

// A list's filter: fields side by side, sent by GET to the list's own address.
// {{ with html::filter({"/work"}) }} fields {{ end }}
Html filter(const Url& action, const Html& fields);

struct Tab {
  std::string id;
  Html label;
  Html content;
};
Html tabs(const Html& title, const std::vector<Tab>& tabs);

// A link that calls the number on a phone. The number as people write it: "01632 960 118", "+44 20 7946
// 0018".
Html telephone(std::string_view number);

// A part of a page that is kept up to date while somebody looks at it, where JavaScript is on: `version_url` is asked
// for the part's version, and when it is another, the page is fetched again and the part of this id replaced. What has
// the focus, or a choice that was ticked, is left alone until it hasn't. Elements with data-live-too="<id>" and an id
// are replaced with it.
struct Live {
  std::string id;
  Url version_url;      // Answers with the version as plain text.
  std::string version;  // Of what is shown.
  std::string says;     // "The list has changed.": read to those who can't see it.
};
Html live(const Live& live, const Html& content);

// Text with its line breaks kept, as <br>: what a resident wrote.
Html lines(std::string_view text);

}  // namespace guildhall::html
