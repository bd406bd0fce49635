// Children in need (CIN) census, XML, collection years 2021 to 2026. Source: DfE, Children in need census
// specification; shapes as in the annotated schemas of liia-tools-pipeline (GenderCurrent became Sex; 2026
// added PreProceedingsandFGDM).
//
// Message / Header, Children / Child: ChildIdentifiers and ChildCharacteristics make one row of "Child". Each
// of CINdetails, CINPlanDates and ChildProtectionPlans makes a plan; Assessments, Section47 and
// PreProceedingsandFGDM are kept. A row's number is the n-th element of its kind in the document, as the
// DfE's validators number them (from 1). There are no names, addresses or NHS numbers in this return; the key
// is LAchildID.

#include <array>

#include "base/text.h"
#include "base/time.h"
#include "base/xml.h"
#include "extracts/impl/delivery.h"
#include "extracts/impl/formats.h"
#include "extracts/impl/xml_rows.h"

namespace guildhall::extracts {
namespace {

using records::Attribute;
using records::Entity;

constexpr std::array<ElementMapping, 8> kChild{{
    {"UPN", Attribute::Upn},
    {"FormerUPN", Attribute::FormerUpn},
    {"PersonBirthDate", Attribute::BirthDate},
    {"ExpectedPersonBirthDate", Attribute::ExpectedBirthDate},
    {"PersonDeathDate", Attribute::DeathDate},
    {"GenderCurrent", Attribute::Sex},
    {"Sex", Attribute::Sex},
    {"Ethnicity", Attribute::Ethnicity},
}};
constexpr std::array<ElementMapping, 2> kEpisode{{
    {"CINreferralDate", Attribute::StartDate},
    {"CINclosureDate", Attribute::EndDate},
}};
constexpr std::array<ElementMapping, 2> kPlan{{
    {"CINPlanStartDate", Attribute::StartDate},
    {"CINPlanEndDate", Attribute::EndDate},
}};
constexpr std::array<ElementMapping, 2> kProtection{{
    {"CPPstartDate", Attribute::StartDate},
    {"CPPendDate", Attribute::EndDate},
}};

// The parts of CINdetails that are rows of their own.
struct Part {
  std::string_view element;
  Entity entity;
  std::string_view plan_kind;
  std::span<const ElementMapping> mappings;
};
const std::array<Part, 6> kParts{{
    {"CINPlanDates", Entity::Plan, plan_kind::kChildInNeedPlan, kPlan},
    {"ChildProtectionPlans", Entity::Plan, plan_kind::kChildProtectionPlan, kProtection},
    {"Assessments", Entity::Other, {}, {}},
    {"Section47", Entity::Other, {}, {}},
    {"PreProceedingsandFGDM", Entity::Other, {}, {}},
    {"PreProceedingsAndFGDM", Entity::Other, {}, {}},
}};

const Part* part_named(std::string_view name) {
  for (const Part& part : kParts) {
    if (part.element == name) return &part;
  }
  return nullptr;
}

constexpr MissingKey kNoKey{"LAchildID", "This child has no LAchildID, so its rows belong to nobody.",
                            "Add the child's id in the source system and take the return again."};

std::string_view text_at(const XmlElement& parent, std::string_view name) {
  const XmlElement* const found = parent.child(name);
  return found == nullptr ? std::string_view{} : trimmed(found->text);
}

class CinReader {
 public:
  CinReader(XmlReader& xml, Delivery& delivery, const Limits& limits)
      : xml_(xml), rows_(delivery), delivery_(delivery), limits_(limits) {}

  Result<void> read() {
    bool inside = false;
    bool has_header = false;
    for (;;) {
      const XmlEvent& event = *TRY(xml_.next());
      if (event.kind == XmlEvent::Kind::Done) break;
      if (event.kind == XmlEvent::Kind::Text) {
        rows_.stray_text(event.text, event.line);
        continue;
      }
      if (event.kind != XmlEvent::Kind::Start) continue;
      if (!inside) {
        if (event.name != "Message") {
          return Problem{"This is not a children in need census: it begins with <" + event.name.substr(0, 40) +
                             ">, not <Message>.",
                         "line " + std::to_string(event.line), "Check that this is the right file."};
        }
        inside = true;
      } else if (event.name == "Header") {
        has_header = true;
        TRY(header(TRY(read_element(xml_, event, limits_.max_row_bytes))));
      } else if (event.name == "Child") {
        child(TRY(read_element(xml_, event, limits_.max_row_bytes)));
      }
    }
    if (!has_header)
      delivery_.note({"This return has no header, so its year and authority are not known.", "", "Take it again."});
    return {};
  }

 private:
  Result<void> header(const XmlElement& header) {
    const std::string where = "line " + std::to_string(header.line);
    static const XmlElement kNone;
    const XmlElement* const found = header.child("CollectionDetails");
    const XmlElement& collection = found == nullptr ? kNone : *found;
    const std::string_view name = text_at(collection, "Collection");
    if (!name.empty() && name != "CIN") {
      return Problem{"This is the collection \"" + std::string(name) + "\", not the children in need census (CIN).",
                     where, "Check that this is the right file."};
    }
    if (name.empty()) delivery_.note({"The header does not name its collection.", where, "It should be CIN."});
    // The year ends on 31 March, and Year is the calendar year of that day (DfE rule 100).
    const std::string_view year = text_at(collection, "Year");
    const std::string_view reference = text_at(collection, "ReferenceDate");
    const Result<Date> date = Date::parse_iso(reference);
    if (!date.ok() || date->month() != 3 || date->day() != 31 || std::to_string(date->year()) != year) {
      delivery_.note({"The header's year is \"" + std::string(year) + "\" and its reference date \"" +
                          std::string(reference) + "\"; the census is taken on 31 March of its year.",
                      where, "Check which year this return is for."});
    }
    const XmlElement* const source = header.child("Source");
    const std::string_view authority = source == nullptr ? std::string_view{} : text_at(*source, "LEA");
    if (authority.size() != 3 || !parse_integer(authority)) {
      delivery_.note(
          {"The header's LEA is \"" + std::string(authority) + "\", not an authority's three digits.", where, ""});
    }
    return {};
  }

  void child(const XmlElement& child) {
    rows_.stray_text(child.text, child.line);
    const XmlElement* const identifiers = child.child("ChildIdentifiers");
    key_ = identifiers == nullptr ? std::string_view{} : text_at(*identifiers, "LAchildID");
    rows_.begin("Child", Entity::Person, child.line);
    for (const char* group : {"ChildIdentifiers", "ChildCharacteristics"}) {
      if (const XmlElement* const found = child.child(group)) rows_.add_leaves(*found, "", kChild);
    }
    rows_.deliver(key_, kNoKey);
    for (const XmlElement& group : child.children) {
      if (group.name == "ChildIdentifiers" || group.name == "ChildCharacteristics") continue;
      if (group.name == "CINdetails") {
        details(group);
      } else {
        part(group, {group.name, Entity::Other, {}, {}});
      }
    }
  }

  void details(const XmlElement& details) {
    rows_.stray_text(details.text, details.line);
    rows_.begin("CINdetails", Entity::Plan, details.line);
    for (const XmlElement& leaf : details.children) {
      if (leaf.children.empty() && part_named(leaf.name) == nullptr) {
        rows_.add(leaf.name, attribute_of(kEpisode, leaf.name), leaf.text);
      }
    }
    rows_.add("CINdetails", Attribute::PlanKind, plan_kind::kChildInNeedEpisode);
    rows_.deliver(key_, kNoKey);
    for (const XmlElement& group : details.children) {
      if (const Part* const known = part_named(group.name)) {
        part(group, *known);
      } else if (!group.children.empty()) {
        part(group, {group.name, Entity::Other, {}, {}});
      }
    }
  }

  void part(const XmlElement& group, const Part& part) {
    rows_.begin(part.element, part.entity, group.line);
    rows_.add_leaves(group, "", part.mappings);
    if (!part.plan_kind.empty()) rows_.add(part.element, Attribute::PlanKind, part.plan_kind);
    rows_.deliver(key_, kNoKey);
  }

  XmlReader& xml_;
  XmlRows rows_;
  Delivery& delivery_;
  const Limits& limits_;
  std::string_view key_;  // Of the child being read.
};

}  // namespace

ReadSummary read_cin_census(ByteSource& bytes, RowSink& sink, const Limits& limits) {
  return read_xml(bytes, sink, limits,
                  [&](XmlReader& xml, Delivery& delivery) { return CinReader(xml, delivery, limits).read(); });
}

}  // namespace guildhall::extracts
