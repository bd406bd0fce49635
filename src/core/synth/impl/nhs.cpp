#include "synth/impl/nhs.h"

#include <algorithm>

#include "base/text.h"

namespace guildhall::synth {
namespace {

constexpr std::string_view kOds = "https://fhir.nhs.uk/Id/ods-organization-code";

// An object's id, as the service makes them: eight hexadecimal digits.
std::string object_id(const Child& child, std::uint64_t place) {
  const std::uint64_t drawn = mixed(std::uint64_t{child.person} * 16 + place);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(drawn >> shift & 0xFF);
  return upper_ascii(hex(bytes));
}

void append_period(std::string& out, Date from, std::optional<Date> to) {
  out.append(R"("period":{"start":")").append(from.iso()).append("\"");
  if (to) out.append(R"(,"end":")").append(to->iso()).append("\"");
  out += '}';
}

struct Name {
  std::string_view use, forename, middle_names, family;
  Date from;
  std::optional<Date> to;
};

void append_name(std::string& out, const std::string& id, const Name& name) {
  out.append(R"({"id":")").append(id).append(R"(","use":")").append(name.use).append("\",");
  append_period(out, name.from, name.to);
  out += R"(,"given":[)";
  append_json_string(out, name.forename);
  for (const std::string_view middle : split(name.middle_names, ' ')) {
    if (middle.empty()) continue;
    out += ',';
    append_json_string(out, middle);
  }
  out += R"(],"family":)";
  append_json_string(out, name.family);
  out += '}';
}

}  // namespace

NhsDemographics::NhsDemographics(const SynthOptions& options, const Names& names, const Places& places,
                                 OutputSink& sink, SynthSummary& summary, TruthFile& truth)
    : seed_(options.seed),
      places_(places),
      summary_(summary),
      truth_(truth),
      clerk_(Source::Nhs, options, names, places, summary.errors[static_cast<std::size_t>(Source::Nhs)]),
      patients_(sink, "nhs/pds_patients.ndjson") {}

void NhsDemographics::add(const Household& household) {
  for (const Child& child : household.children) {
    if (!child.nhs_registered) continue;
    Random random(seed_, Random::Purpose::Clerk,
                  std::uint64_t{child.person} * kSourceCount + static_cast<std::uint64_t>(Source::Nhs));
    Entry entry = clerk_.write_down(child, household, random);
    if (child.nhs_restricted) {
      entry.residence.reset();
      entry.postcode.clear();
    }
    entry.nhs_number = child.nhs_number;                          // Under which the patient is kept: never wrong here.
    if (patients_.wanted()) write_patient(child, entry, random);  // The last to draw from `random`.
    truth_.add({Source::Nhs, "nhs", patients_.name(), child.nhs_number}, child, entry);
    ++summary_.nhs_patients;
    ++summary_.person_rows;
  }
}

void NhsDemographics::write_patient(const Child& child, const Entry& entry, Random& random) {
  const bool verified = random.chance(9'850);
  const std::string_view security =
      child.nhs_restricted ? R"("code":"R","display":"restricted")" : R"("code":"U","display":"unrestricted")";
  std::string& out = patients_.line();
  out.append(R"({"resourceType":"Patient","id":")").append(child.nhs_number);
  out.append(R"(","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":")").append(child.nhs_number);
  out +=
      R"(","extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",)"
      R"("valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus",)"
      R"("version":"1.0.0",)";
  out += verified ? R"("code":"01","display":"Number present and verified"}]}}]}],)"
                  : R"("code":"02","display":"Number present but not traced"}]}}]}],)";
  out.append(R"("meta":{"versionId":")").append(std::to_string(random.between(1, 9)));
  out.append(R"(","security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality",)")
      .append(security)
      .append("}]},");

  // The name in use; the one before a change, where the change reached the NHS; and what the child is called.
  const bool knows_change = !child.former_surname.empty() && entry.surname != child.former_surname;
  out += R"("name":[)";
  append_name(out, object_id(child, 1),
              {"usual", entry.forename, entry.middle_names, entry.surname,
               knows_change ? child.surname_since : child.born, std::nullopt});
  if (knows_change && random.chance(8'000)) {
    out += ',';
    append_name(out, object_id(child, 2),
                {"old", child.forename, child.middle_names, child.former_surname, child.born, child.surname_since});
  }
  out += ']';
  if (entry.sex) out += *entry.sex == Sex::Male ? R"(,"gender":"male")" : R"(,"gender":"female")";
  if (entry.born) out.append(R"(,"birthDate":")").append(entry.born->iso()).append("\"");
  if (child.births > 1) out.append(R"(,"multipleBirthInteger":)").append(std::to_string(child.birth_order));

  if (!child.nhs_restricted) {
    // Practices by street, Y9 and four digits: none of England's.
    const std::string practice = "Y9" + std::to_string(1'000 + mixed(child.home.address.street) % 60);
    out.append(R"(,"generalPractitioner":[{"id":")").append(object_id(child, 3));
    out.append(R"(","type":"Organization","identifier":{"system":")")
        .append(kOds)
        .append(R"(","value":")")
        .append(practice)
        .append("\",");
    append_period(out, child.home.from, std::nullopt);
    out += "}}]";
    // Numbers that Ofcom keeps for drama: 01632 960000 to 960999.
    if (random.chance(3'000)) {
      out.append(R"(,"telecom":[{"id":")").append(object_id(child, 4)).append("\",");
      append_period(out, child.home.from, std::nullopt);
      out.append(R"(,"system":"phone","value":"01632960)")
          .append(std::to_string(1'000 + random.below(1'000)).substr(1));
      out += R"(","use":"home"}])";
    }
    if (entry.residence) {
      std::uint64_t place = 5;
      const auto append_address = [&](const Residence& residence, std::optional<Date> to, std::string_view postcode) {
        const Address& address = residence.address;
        out.append(R"({"id":")").append(object_id(child, place++)).append(R"(","use":"home",)");
        append_period(out, residence.from, to);
        out += R"(,"line":[)";
        append_json_string(out, places_.house(address) + " " + places_.street(address));
        out += ',';
        append_json_string(out, places_.town(address));
        out += ',';
        append_json_string(out, Places::kCounty);
        out += R"(],"postalCode":)";
        append_json_string(out, postcode);
        out +=
            R"(,"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey","extension":[)"
            R"({"url":"type","valueCoding":{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-AddressKeyType","code":"UPRN"}},)"
            R"({"url":"value","valueString":")";
        out.append(std::to_string(places_.uprn(address))).append(R"("}]}]})");
      };
      out += R"(,"address":[)";
      append_address(*entry.residence, std::nullopt, entry.postcode);
      if (child.former_home && entry.residence->address != child.former_home->address) {
        out += ',';
        append_address(*child.former_home, std::max(child.former_home->from, child.home.from),
                       places_.postcode(child.former_home->address));
      }
      out += ']';
    }
  }
  out += "}\n";
  patients_.end_row();
}

}  // namespace guildhall::synth
