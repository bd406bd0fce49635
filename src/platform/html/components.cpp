#include "html/components.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "html/impl/parts.h"

namespace guildhall::html {

std::string_view size_class(LabelSize size) {
  switch (size) {
    case LabelSize::Normal:
      return "";
    case LabelSize::Small:
      return "s";
    case LabelSize::Medium:
      return "m";
    case LabelSize::Large:
      return "l";
    case LabelSize::PageHeading:
      return "l";
  }
  return "";
}

std::string_view width_class(InputWidth width) {
  switch (width) {
    case InputWidth::Full:
      return "";
    case InputWidth::TwoThirds:
      return " govuk-!-width-two-thirds";
    case InputWidth::Half:
      return " govuk-!-width-one-half";
    case InputWidth::Third:
      return " govuk-!-width-one-third";
    case InputWidth::Characters2:
      return " govuk-input--width-2";
    case InputWidth::Characters3:
      return " govuk-input--width-3";
    case InputWidth::Characters4:
      return " govuk-input--width-4";
    case InputWidth::Characters5:
      return " govuk-input--width-5";
    case InputWidth::Characters10:
      return " govuk-input--width-10";
    case InputWidth::Characters20:
      return " govuk-input--width-20";
    case InputWidth::Characters30:
      return " govuk-input--width-30";
  }
  return "";
}

std::string_view colour_class(TagColour colour) {
  switch (colour) {
    case TagColour::Default:
      return "";
    case TagColour::Grey:
      return " govuk-tag--grey";
    case TagColour::Green:
      return " govuk-tag--green";
    case TagColour::Teal:
      return " govuk-tag--teal";
    case TagColour::Blue:
      return " govuk-tag--blue";
    case TagColour::Purple:
      return " govuk-tag--purple";
    case TagColour::Magenta:
      return " govuk-tag--magenta";
    case TagColour::Red:
      return " govuk-tag--red";
    case TagColour::Orange:
      return " govuk-tag--orange";
    case TagColour::Yellow:
      return " govuk-tag--yellow";
  }
  return "";
}

std::string_view kind_class(ButtonKind kind) {
  switch (kind) {
    case ButtonKind::Primary:
      return "";
    case ButtonKind::Secondary:
      return " govuk-button--secondary";
    case ButtonKind::Warning:
      return " govuk-button--warning";
  }
  return "";
}

std::string_view layout_class(ChoiceLayout layout, bool checkboxes) {
  switch (layout) {
    case ChoiceLayout::Stacked:
      return "";
    case ChoiceLayout::Inline:
      return checkboxes ? "" : " govuk-radios--inline";
    case ChoiceLayout::Small:
      return checkboxes ? " govuk-checkboxes--small" : " govuk-radios--small";
  }
  return "";
}

std::string described_by(const FieldWords& words) {
  std::string ids;
  if (!words.hint.empty()) ids += std::string(words.name) + "-hint";
  if (!words.error.empty()) ids += (ids.empty() ? "" : " ") + std::string(words.name) + "-error";
  return ids;
}

std::string input_described_by(const TextInput& input) {
  return described_by({input.name, input.label, input.label_size, input.hint, input.error});
}

std::string area_described_by(const Textarea& area) {
  const std::string words = described_by({area.name, area.label, area.label_size, area.hint, area.error});
  if (!area.maximum) return words;
  return area.name + "-info" + (words.empty() ? "" : " ") + words;
}

bool any_has_actions(const std::vector<SummaryRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const SummaryRow& row) { return !row.actions.empty(); });
}

std::vector<Cell> cells(const std::vector<Column>& columns, const std::vector<Html>& row) {
  check(columns.size() == row.size(), "a table's row is not as long as its columns");
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < row.size(); ++i) cells.push_back({columns[i], row[i], i == 0});
  return cells;
}

Url page_url(const Pagination& pagination, int number) {
  return pagination.url.with("page", std::to_string(number));
}

Html radios(const Choices& radios) {
  return choices(radios, {"govuk-radios", "radio"});
}
Html checkboxes(const Choices& boxes) {
  return choices(boxes, {"govuk-checkboxes", "checkbox"});
}

// The first has the field's own id, so that the error summary leads there; "or" counts as a choice of its
// own.
std::vector<ChoiceWithId> with_ids(const Choices& choices) {
  std::vector<ChoiceWithId> all;
  int number = 0;
  for (const Choice& choice : choices.choices) {
    number += choice.apart ? 2 : 1;
    all.push_back({choice, choices.name + (number == 1 ? "" : "-" + std::to_string(number))});
  }
  return all;
}

std::vector<DatePart> date_parts(const DateInput& input) {
  const bool wrong = !input.error.empty();
  const auto part = [&](std::string_view label, std::string_view suffix, const std::string& value, bool wrong_part,
                        int width, std::string_view autocomplete) {
    const std::string name = input.name + std::string(suffix);
    return DatePart{suffix == "-day" ? input.name : name,
                    name,
                    label,
                    value,
                    wrong && wrong_part,
                    width,
                    input.birthday ? autocomplete : std::string_view{}};
  };
  return {part("Day", "-day", input.day, input.wrong_day, 2, "bday-day"),
          part("Month", "-month", input.month, input.wrong_month, 2, "bday-month"),
          part("Year", "-year", input.year, input.wrong_year, 4, "bday-year")};
}

std::vector<int> linked_pages(int current, int last) {
  const std::set<int> linked{1, current - 1, current, current + 1, last};
  std::vector<int> pages;
  for (const int page : linked) {
    if (page < 1 || page > last) continue;
    const int before = pages.empty() ? 0 : pages.back();
    if (page == before + 2) pages.push_back(page - 1);  // A gap of one page is that page.
    if (page > before + 2) pages.push_back(0);
    pages.push_back(page);
  }
  return pages;
}

Url telephone_url(std::string_view number) {
  std::string text = "tel:";
  for (const char c : number) {
    if ((c >= '0' && c <= '9') || (c == '+' && text.size() == 4)) text += c;
  }
  return Url::parse(text).value();
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  for (std::string_view& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return lines;
}

Html error_page(const Site& site, int status, std::string_view reference) {
  const ErrorPage page{site, status, reference};
  switch (status) {
    case 400:
      return bad_request(page);
    case 403:
      return not_permitted(page);
    case 404:
      return not_found(page);
    case 413:
      return too_large(page);
    case 503:
      return unavailable(page);
    default:
      return server_error(page);
  }
}

}  // namespace guildhall::html
