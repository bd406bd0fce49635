#pragma once

// What components share with one another, and with nobody else.

#include <string>
#include <string_view>
#include <vector>

#include "html/components.h"

namespace guildhall::html {

// What a field says besides its input: label or legend, hint, error.
struct FieldWords {
  std::string_view name;
  const Html& label;
  LabelSize size;
  const Html& hint;
  std::string_view error;
};

Html label(std::string_view field, const Html& text, LabelSize size);
Html hint_and_error(const FieldWords& words);
// The ids of hint and error, as aria-describedby wants them; empty where there is neither.
std::string described_by(const FieldWords& words);

// A form group whose content is an input with its own label.
Html field(const FieldWords& words, const Html& content);
// A form group whose content is several inputs under one legend.
struct FieldsetWords {
  FieldWords field;
  std::string_view group_class = {};  // " govuk-radios--small"
  bool role_group = false;
};
Html field_set(const FieldsetWords& words, const Html& content);
Html legend(const Html& text, LabelSize size);

Html input_element(const TextInput& input);
std::string input_described_by(const TextInput& input);
Html textarea_element(const Textarea& area);
std::string area_described_by(const Textarea& area);  // The count comes first.

struct ChoiceKind {
  std::string_view css;   // "govuk-radios"
  std::string_view type;  // "radio"
};
Html choices(const Choices& choices, const ChoiceKind& kind);
struct ChoiceWithId {
  const Choice& choice;
  std::string id;
};
std::vector<ChoiceWithId> with_ids(const Choices& choices);
std::string_view layout_class(ChoiceLayout layout, bool checkboxes);

struct DatePart {
  std::string id, name;
  std::string_view label;
  const std::string& value;
  bool wrong;
  int width;  // In characters.
  std::string_view autocomplete;
};
std::vector<DatePart> date_parts(const DateInput& input);

std::string_view size_class(LabelSize size);      // "--m"
std::string_view width_class(InputWidth width);   // " govuk-input--width-10"
std::string_view colour_class(TagColour colour);  // " govuk-tag--red"
std::string_view kind_class(ButtonKind kind);     // " govuk-button--warning"

Html action_link(const Action& action);
bool any_has_actions(const std::vector<SummaryRow>& rows);

struct Cell {
  const Column& column;
  const Html& content;
  bool first;
};
std::vector<Cell> cells(const std::vector<Column>& columns, const std::vector<Html>& row);

Html service_navigation(const Layout& page);

Url page_url(const Pagination& pagination, int number);
// The page numbers that are linked: the first, the current with its neighbours, the last; 0 for a gap.
std::vector<int> linked_pages(int current, int last);

Url telephone_url(std::string_view number);  // "tel:" and the digits, after a leading plus sign if there is one

std::vector<std::string_view> split_lines(std::string_view text);

// The address of a compiled-in file: asset_url("guildhall.css").
const Url& asset_url(std::string_view name);

// An error page's words.
struct ErrorPage {
  const Site& site;
  int status;
  std::string_view reference;
};
Html bad_request(const ErrorPage& page);
Html not_permitted(const ErrorPage& page);
Html not_found(const ErrorPage& page);
Html too_large(const ErrorPage& page);
Html server_error(const ErrorPage& page);
Html unavailable(const ErrorPage& page);

}  // namespace guildhall::html
