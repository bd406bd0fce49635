// Common transfer file (CTF): the XML that a school or authority sends when a pupil moves. Source: DfE,
// Common Transfer File specification; tolerant of its versions (groups come and go, names moved from
// BasicDetails/LegalSurname to Pupil/Surname, Gender became Sex) and of groups it doesn't know, which are
// kept as Entity::Other.
//
// Pupil's own elements and those of BasicDetails become one row of "Pupil". Each Address becomes a row of
// "Address". Of every other group, each element becomes a row of the group's name ("Contacts", "SEN"), its
// leaves as cells. The pupil's key is the UPN; without one, the sending school with the pupil's name and
// birth date.

#include <array>

#include "base/text.h"
#include "base/xml.h"
#include "extracts/impl/delivery.h"
#include "extracts/impl/formats.h"
#include "extracts/impl/xml_rows.h"

namespace guildhall::extracts {
namespace {

using records::Attribute;
using records::Entity;

constexpr std::array<ElementMapping, 26> kPupil{{
    {"UPN", Attribute::Upn},
    {"FormerUPN", Attribute::FormerUpn},
    {"UniqueLearnerNumber", Attribute::UniqueLearnerNumber},
    {"ULN", Attribute::UniqueLearnerNumber},
    {"Surname", Attribute::Surname},
    {"LegalSurname", Attribute::Surname},
    {"Forename", Attribute::Forename},
    {"LegalForename", Attribute::Forename},
    {"MiddleNames", Attribute::MiddleNames},
    {"MiddleName", Attribute::MiddleNames},
    {"PreferredSurname", Attribute::PreferredSurname},
    {"PreferredForename", Attribute::PreferredForename},
    {"FormerSurname", Attribute::FormerSurname},
    {"DOB", Attribute::BirthDate},
    {"BirthDate", Attribute::BirthDate},
    {"Gender", Attribute::Sex},
    {"GenderCurrent", Attribute::Sex},
    {"Sex", Attribute::Sex},
    {"Ethnicity", Attribute::Ethnicity},
    {"NCyearActual", Attribute::YearGroup},
    {"NCYearActual", Attribute::YearGroup},
    {"EntryDate", Attribute::EntryDate},
    {"DateOfEntry", Attribute::EntryDate},
    {"LeavingDate", Attribute::LeavingDate},
    {"DateOfLeaving", Attribute::LeavingDate},
    {"NHSNumber", Attribute::NhsNumber},
}};

constexpr std::array<ElementMapping, 18> kAddress{{
    {"SAON", Attribute::AddressLines},
    {"PAON", Attribute::AddressLines},
    {"Street", Attribute::AddressLines},
    {"Locality", Attribute::AddressLines},
    {"Town", Attribute::AddressLines},
    {"AdministrativeArea", Attribute::AddressLines},
    {"PostTown", Attribute::AddressLines},
    {"AddressLine1", Attribute::AddressLines},
    {"AddressLine2", Attribute::AddressLines},
    {"AddressLine3", Attribute::AddressLines},
    {"AddressLine4", Attribute::AddressLines},
    {"AddressLine5", Attribute::AddressLines},
    {"County", Attribute::AddressLines},
    {"PostCode", Attribute::Postcode},
    {"Postcode", Attribute::Postcode},
    {"UniquePropertyReferenceNumber", Attribute::Uprn},
    {"UPRN", Attribute::Uprn},
    {"StartDate", Attribute::StartDate},
}};

std::string_view text_of(const XmlElement& parent, std::string_view name) {
  const XmlElement* const found = parent.child(name);
  return found == nullptr ? std::string_view{} : trimmed(found->text);
}

// The first of these that the pupil states, itself or in BasicDetails.
std::string_view stated(const XmlElement& pupil, std::initializer_list<std::string_view> names) {
  const XmlElement* const details = pupil.child("BasicDetails");
  for (const std::string_view name : names) {
    if (const std::string_view found = text_of(pupil, name); !found.empty()) return found;
    if (details == nullptr) continue;
    if (const std::string_view found = text_of(*details, name); !found.empty()) return found;
  }
  return {};
}

class CtfReader {
 public:
  CtfReader(XmlReader& xml, Delivery& delivery, const Limits& limits)
      : xml_(xml), rows_(delivery), delivery_(delivery), limits_(limits) {}

  Result<void> read() {
    bool inside = false;
    for (;;) {
      const XmlEvent& event = *TRY(xml_.next());
      if (event.kind == XmlEvent::Kind::Done) break;
      if (event.kind == XmlEvent::Kind::Text) {
        rows_.stray_text(event.text, event.line);
        continue;
      }
      if (event.kind != XmlEvent::Kind::Start) continue;
      if (!inside) {
        if (event.name != "CTfile") {
          return Problem{
              "This is not a common transfer file: it begins with <" + event.name.substr(0, 40) + ">, not <CTfile>.",
              "line " + std::to_string(event.line), "Check that this is the right file."};
        }
        inside = true;
      } else if (event.name == "Header") {
        header(TRY(read_element(xml_, event, limits_.max_row_bytes)));
      } else if (event.name == "Pupil") {
        pupil(TRY(read_element(xml_, event, limits_.max_row_bytes)));
      }
    }
    return {};
  }

 private:
  void header(const XmlElement& header) {
    if (const XmlElement* const source = header.child("SourceSchool")) {
      school_ = std::string(text_of(*source, "LEA")) + std::string(text_of(*source, "Estab"));
    }
    const std::string_view name = text_of(header, "DocumentName");
    if (!equal_ignoring_case(name, "Common Transfer File")) {
      delivery_.note({"The header's DocumentName is \"" + std::string(name) + "\", not \"Common Transfer File\".",
                      "line " + std::to_string(header.line), "Check that this is the right file."});
    }
  }

  void pupil(const XmlElement& pupil) {
    key_ = std::string(stated(pupil, {"UPN"}));
    if (key_.empty()) {
      const std::string_view surname = stated(pupil, {"Surname", "LegalSurname"});
      const std::string_view forename = stated(pupil, {"Forename", "LegalForename"});
      const std::string_view born = stated(pupil, {"DOB", "BirthDate"});
      if (!surname.empty() && !forename.empty() && !born.empty()) {
        key_ = school_ + "/" + upper_ascii(surname) + "/" + upper_ascii(forename) + "/" + std::string(born);
      }
    }
    rows_.begin("Pupil", Entity::Person, pupil.line);
    leaves_of(pupil);
    if (const XmlElement* const details = pupil.child("BasicDetails")) {
      leaves_of(*details);
      for (const XmlElement& group : details->children) {
        if (!group.children.empty()) rows_.add_leaves(group, group.name, {});
      }
    }
    // "LLLL" in place of the establishment's number means that the authority itself sent it.
    const bool is_a_school = parse_integer(school_).has_value();
    rows_.add("Header/SourceSchool", is_a_school ? std::optional(Attribute::SchoolNumber) : std::nullopt, school_);
    rows_.deliver(key_, kNoKey);
    for (const XmlElement& group : pupil.children) {
      if (group.children.empty() || group.name == "BasicDetails") continue;
      if (group.name == "Address") {
        addresses(group);
      } else {
        other(group);
      }
    }
  }

  void leaves_of(const XmlElement& parent) {
    rows_.stray_text(parent.text, parent.line);
    for (const XmlElement& leaf : parent.children) {
      if (leaf.children.empty()) rows_.add(leaf.name, attribute_of(kPupil, leaf.name), leaf.text);
    }
  }

  // Pupil/Address, or several Address within it.
  void addresses(const XmlElement& group) {
    bool nested = false;
    for (const XmlElement& one : group.children) {
      if (one.name == "Address") {
        nested = true;
        address(one);
      }
    }
    if (!nested) address(group);
  }

  void address(const XmlElement& address) {
    rows_.begin("Address", Entity::Address, address.line);
    rows_.add_leaves(address, "", kAddress);
    rows_.deliver(key_, kNoKey);
  }

  void other(const XmlElement& group) {
    bool has_groups = false;
    for (const XmlElement& one : group.children) {
      if (one.children.empty()) continue;
      has_groups = true;
      rows_.begin(group.name, Entity::Other, one.line);
      rows_.add_leaves(one, one.name, {});
      rows_.deliver(key_, kNoKey);
    }
    if (has_groups) return;
    rows_.begin(group.name, Entity::Other, group.line);
    rows_.add_leaves(group, "", {});
    rows_.deliver(key_, kNoKey);
  }

  static constexpr MissingKey kNoKey{"UPN",
                                     "This pupil has no UPN, and not all of surname, forename and date of birth.",
                                     "Ask the school that sent the file for the pupil's UPN."};

  XmlReader& xml_;
  XmlRows rows_;
  Delivery& delivery_;
  const Limits& limits_;
  std::string school_;
  std::string key_;
};

}  // namespace

ReadSummary read_ctf(ByteSource& bytes, RowSink& sink, const Limits& limits) {
  return read_xml(bytes, sink, limits,
                  [&](XmlReader& xml, Delivery& delivery) { return CtfReader(xml, delivery, limits).read(); });
}

}  // namespace guildhall::extracts
