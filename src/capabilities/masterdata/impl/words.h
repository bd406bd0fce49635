#pragma once

// Attributes, rules and reasons in the words of a data steward.

#include <string>
#include <string_view>

#include "records/attribute.h"

namespace guildhall::masterdata {

std::string title_of(records::Attribute attribute);     // "Date of birth"
std::string attribute_title(std::string_view name);     // of "birth_date"
std::string comparison_title(std::string_view field);   // of matching::Field by name
std::string level_title(std::string_view level);        // of matching::LevelKind by name: "alike"
std::string survivorship_words(std::string_view rule);  // of records::SurvivorshipRule by name
std::string clerical_words(std::string_view reason);    // of matching::ClericalReason by name
std::string rules_in_words(std::string_view rules);     // of cells' rules, with commas between
std::string severity_words(std::string_view severity);  // "Not used until mended"
std::string spoken_value(std::string_view canonical);   // "12 March 2014", "Female"; others as they are

}  // namespace guildhall::masterdata
