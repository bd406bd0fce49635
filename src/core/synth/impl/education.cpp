#include "synth/impl/education.h"

#include <algorithm>

#include "base/text.h"
#include "records/identifiers.h"

namespace guildhall::synth {
namespace {

using std::chrono::days;

constexpr std::string_view kEducation = "education";
constexpr std::size_t kPupilsInTransferFile = 300;

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string census_date(std::optional<Date> date) {
  if (!date) return "";
  std::string text = date->iso();
  return text.replace(5, 2, kMonths[date->month() - 1]) + " 00:00:00";
}

std::string year_group_code(int year_group) {
  if (year_group < 0) return year_group == -1 ? "N2" : "N1";
  return year_group == 0 ? "R" : std::to_string(year_group);
}

std::string native_id(School school) {
  return std::to_string(school.authority) + std::to_string(school.establishment);
}

// The lowest digits of the number.
std::string hexadecimal(std::uint64_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (; digits > 0; number >>= 4) text[--digits] = "0123456789abcdef"[number & 15];
  return text;
}

std::string_view language(Community community, Random& random) {
  if (random.chance(3'500)) return "ENG";
  switch (community) {
    case Community::English:
    case Community::Scottish:
    case Community::Irish:
    case Community::Caribbean:
      return "ENG";
    case Community::Welsh:
      return "CYM";
    case Community::Polish:
      return "POL";
    case Community::Romanian:
      return "RMN";
    case Community::Ukrainian:
      return "UKR";
    case Community::Pakistani:
      return "URD";
    case Community::Bangladeshi:
      return "BNG";
    case Community::Indian:
      return "GUJ";
    case Community::Sikh:
      return "PNJ";
    case Community::Nigerian:
      return "YOR";
    case Community::Somali:
      return "SOM";
    case Community::Arabic:
      return "ARA";
    case Community::Turkish:
      return "TUR";
    case Community::Chinese:
      return "CHI";
  }
  return "ENG";
}

// Nobody's: schools learn learner numbers from age 14; these begin with 999 and the person's place in the
// population.
std::string learner_number(const Child& child) {
  if (child.schooling.year_group < 10) return "";
  const auto number =
      records::UniqueLearnerNumber::with_check_digit(std::to_string(999'000'000ULL + child.person % 1'000'000));
  return number ? std::string(number->digits()) : "";
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append("<").append(name).append(">");
  append_xml_text(out, text);
  out.append("</").append(name).append(">");
}

}  // namespace

EducationSystem::EducationSystem(const SynthOptions& options, const Names& names, const Places& places,
                                 const Schools& schools, OutputSink& sink, SynthSummary& summary, TruthFile& truth)
    : seed_(options.seed),
      today_(options.today),
      places_(places),
      schools_(schools),
      sink_(sink),
      summary_(summary),
      truth_(truth),
      census_clerk_(Source::SchoolCensus, options, names, places,
                    summary.errors[static_cast<std::size_t>(Source::SchoolCensus)]),
      transfer_clerk_(Source::TransferFile, options, names, places,
                      summary.errors[static_cast<std::size_t>(Source::TransferFile)]),
      pupils_(sink, "education/pupilonroll.csv",
              "pupilonrolltableid,NativeId,pupilonrollorderseqcolumn,sourceid,schoolcensustableid,upn,"
              "formerupn,surname,forename,"
              "middlenames,preferredsurname,uniquelearnernumber,formersurname,dob,hoursatsetting,"
              "schoollunchtaken,parttime,entrydate,"
              "topupfunding,termlysessionspossible,qualhrs,nonqualhrs,ftemp,moveoffrollflag,fundedhours,"
              "missingaddress,"
              "duplicatenotfunded,summerhalfterm2sessionspossible,sex,yssa,language,classtype,enrolstatus,"
              "boarder,plaa,senprovision,"
              "ncyearactual,mathsgcsehighestpriorattainment,mathsgcsepriorattainmentyear11,"
              "englishgcsehighestpriorattainment,"
              "englishgcsepriorattainmentyear11,mathsgcsefundingexemption,englishgcsefundingexemption,"
              "dafindicator,extendedhours,"
              "resourcedprovisionindicator,senunitindicator,eligibilitycode,servicechild,"
              "englishgcsehighestpriorattainmentpreviousyear,"
              "mathsgcsehighestpriorattainmentpreviousyear,nonqualhrspreviousyear,qualhrspreviousyear,"
              "tlevelnonqualhrs,tlevelqualhrs,"
              "eyppr,eyppbf"),
      addresses_(sink, "education/addressesonroll.csv",
                 "addressesonrolltableid,NativeId,addressesonrollorderseqcolumn,sourceid,pupilonrolltableid,"
                 "postcode,saon,paon,street,"
                 "locality,town,administrativearea,posttown,addressline1,addressline2,addressline3,"
                 "addressline4,addressline5,"
                 "uniquepropertyreferencenumber") {}

// "0002e817-8ca": eleven hexadecimal digits, each key of a table once: a permutation of the 44-bit numbers (odd multiplier,
// shift).
std::string EducationSystem::next_key(std::uint64_t& counter, Table table) const {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 44) - 1;
  std::uint64_t key = (++counter * 0x9E3779B97F5ULL + mixed(seed_ + static_cast<std::uint64_t>(table))) & kMask;
  key = ((key ^ key >> 22) * 0xD6E8FEB8669ULL) & kMask;
  key ^= key >> 22;
  return hexadecimal(key, 11).insert(8, "-");
}

void EducationSystem::add(const Household& household) {
  for (const Child& child : household.children) {
    if (!child.schooling.on_roll) continue;
    ++summary_.on_roll;
    Random random(seed_, Random::Purpose::Clerk,
                  std::uint64_t{child.person} * kSourceCount + static_cast<std::uint64_t>(Source::SchoolCensus));
    write_pupil(child, household, random, false);
    if (census_clerk_.enters_twice(random)) write_pupil(child, household, random, true);
    if (child.schooling.changed_school) write_transfer(child, household);
  }
}

void EducationSystem::write_pupil(const Child& child, const Household& household, Random& random, bool again) {
  const Entry entry = census_clerk_.write_down(child, household, random);
  const Schooling& schooling = child.schooling;
  // A pupil is entered twice by being on the roll of two schools.
  School school = schooling.school;
  if (again) {
    school = schooling.year_group >= 7 ? schools_.secondary(places_.anywhere(random), random)
                                       : schools_.primary(places_.anywhere(random), random);
  }
  const std::string key = next_key(last_pupil_, Table::Pupils);
  const std::string native = native_id(school);
  const std::string source_id = hexadecimal(mixed(seed_ ^ last_pupil_), 8);
  const std::string census_id = hexadecimal(mixed(school.establishment), 8);
  const std::string_view surname_before =
      entry.surname != child.former_surname && random.chance(5'000) ? std::string_view(child.former_surname) : "";
  const std::string former_surname = without_accents(surname_before);
  const bool nursery = schooling.year_group < 0;
  const std::string_view hours = nursery ? (random.chance(5'000) ? "15.0" : "30.0") : "";
  const std::string sessions = schooling.year_group >= 0 ? std::to_string(random.between(128, 140)) + ".0" : "";
  const std::string_view sex = !entry.sex ? "" : *entry.sex == Sex::Male ? "M" : "F";
  const std::string_view spoken = language(child.community, random);
  const std::string_view sen = std::array<std::string_view, 3>{"N", "K", "E"}[random.weighted({82, 13, 5})];
  const std::string_view adopted = !child.former_surname.empty() && random.chance(1'000) ? "A" : "N";
  const std::string_view service = std::array<std::string_view, 4>{"N", "Y", "R", "U"}[random.weighted({92, 3, 2, 3})];
  const std::string_view lunch = nursery ? "" : random.chance(7'500) ? "True" : "False";
  const std::string learner = learner_number(child);
  pupils_.row({key,
               native,
               "1",
               source_id,
               census_id,
               entry.upn,
               entry.former_upn,
               entry.surname,
               entry.forename,
               entry.middle_names,
               "",
               learner,
               former_surname,
               census_date(entry.born),
               hours,
               lunch,
               nursery ? "True" : "False",
               census_date(again ? std::min(today_, Date::of(schooling.entry.days() + days{20})) : schooling.entry),
               "False",
               sessions,
               "",
               "",
               "",
               "False",
               hours,
               entry.residence ? "False" : "True",
               "False",
               "",
               sex,
               "",
               spoken,
               nursery ? "N" : "O",
               again ? "S" : "C",
               "N",
               adopted,
               sen,
               year_group_code(schooling.year_group),
               "",
               "",
               "",
               "",
               "",
               "",
               "False",
               "",
               "False",
               "False",
               "",
               service,
               "",
               "",
               "",
               "",
               "",
               "",
               "",
               ""});
  truth_.add({Source::SchoolCensus, kEducation, pupils_.name(), key}, child, entry);
  ++summary_.person_rows;

  int order = 0;
  const auto write_address = [&](const Address& address, std::string_view postcode) {
    const std::string order_text = std::to_string(++order);
    const std::string address_key = next_key(last_address_, Table::Addresses);
    const std::string flat = address.flat == 0 ? "" : "Flat " + std::to_string(address.flat);
    const std::string number = std::to_string(address.number);
    const std::string street = places_.street(address);
    const std::string_view town = places_.town(address);
    const std::string uprn = random.chance(8'000) ? std::to_string(places_.uprn(address)) + ".0" : "";
    if (random.chance(8'000)) {
      addresses_.row({address_key, native, order_text, source_id, key, postcode, flat, number, street, "", town,
                      Places::kCounty, town, "", "", "", "", "", uprn});
    } else {
      addresses_.row({address_key, native, order_text, source_id, key, postcode, "", "", "", "", "", "", "",
                      places_.house(address) + " " + street, town, Places::kCounty, "", "", uprn});
    }
  };
  if (entry.residence) write_address(entry.residence->address, entry.postcode);
  if (entry.residence && child.other_home && random.chance(6'000))
    write_address(*child.other_home, places_.postcode(*child.other_home));
}

void EducationSystem::write_transfer(const Child& child, const Household& household) {
  Random random(seed_, Random::Purpose::Clerk,
                std::uint64_t{child.person} * kSourceCount + static_cast<std::uint64_t>(Source::TransferFile));
  Entry entry = transfer_clerk_.write_down(child, household, random);
  // No school's software lets a pupil go without both.
  if (entry.upn.empty() && !entry.born) entry.born = child.born;
  const Schooling& schooling = child.schooling;
  const Date left = Date::of(schooling.entry.days() - days{random.between(1, 25)});
  const auto iso = [](std::optional<Date> date) { return date ? date->iso() : std::string(); };
  std::string& out = transfer_;
  out += "<Pupil>";
  append_element(out, "UPN", entry.upn);
  append_element(out, "UniqueLearnerNumber", learner_number(child));
  append_element(out, "Surname", entry.surname);
  append_element(out, "Forename", entry.forename);
  append_element(out, "DOB", iso(entry.born));
  append_element(out, "Sex", !entry.sex ? "" : *entry.sex == Sex::Male ? "M" : "F");
  out += "\n<BasicDetails>";
  append_element(out, "FormerUPN", entry.former_upn);
  if (!child.former_surname.empty() && entry.surname != child.former_surname && random.chance(5'000)) {
    append_element(out, "FormerSurname", without_accents(child.former_surname));
  }
  append_element(out, "MiddleNames", entry.middle_names);
  append_element(out, "NCyearActual", year_group_code(schooling.year_group));
  append_element(out, "Ethnicity", child.ethnicity);
  append_element(out, "Language", language(child.community, random));
  out += "</BasicDetails>\n";
  if (entry.residence) {
    const Address& address = entry.residence->address;
    out += "<Address>";
    if (address.flat != 0) append_element(out, "SAON", "Flat " + std::to_string(address.flat));
    append_element(out, "PAON", std::to_string(address.number));
    append_element(out, "Street", places_.street(address));
    append_element(out, "Town", places_.town(address));
    append_element(out, "PostCode", entry.postcode);
    out += "</Address>\n";
  }
  const std::string from = std::to_string(schooling.former_school.establishment);
  out += "<SchoolHistory><School>";
  append_element(out, "LEA", std::to_string(schooling.former_school.authority));
  append_element(out, "Estab", from);
  append_element(out, "SchoolName", schools_.name(schooling.former_school));
  append_element(out, "LeavingDate", left.iso());
  out += "</School></SchoolHistory></Pupil>\n";
  if (in_transfer_++ == 0) {
    const std::string number = std::to_string(1'001 + transfers_.size()).substr(1);
    transfers_.push_back({"education/ctf/885LLLL_CTF_885LLLL_" + number + ".xml", 0, 0});
  }
  const std::string key = !entry.upn.empty() ? entry.upn
                                             : "885LLLL/" + upper_ascii(trimmed(entry.surname)) + "/" +
                                                   upper_ascii(trimmed(entry.forename)) + "/" + iso(entry.born);
  truth_.add({Source::TransferFile, kEducation, transfers_.back().name, key}, child, entry);
  ++summary_.person_rows;
  if (in_transfer_ == kPupilsInTransferFile) end_transfer_file();
}

void EducationSystem::end_transfer_file() {
  if (in_transfer_ == 0) return;
  const int year = school_year(today_);
  std::string whole = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile>\n<Header>";
  append_element(whole, "DocumentName", "Common Transfer File");
  append_element(whole, "CTFversion", "25.0");
  append_element(whole, "DateTime", today_.iso() + "T08:00:00");
  append_element(whole, "DocumentQualifier", "partial");
  append_element(whole, "DataDescriptor", "Pupils who changed school this year");
  append_element(whole, "SupplierID", "Guildhall synth");
  whole += "\n<SourceSchool>";
  append_element(whole, "LEA", std::to_string(Schools::kAuthority));
  append_element(whole, "Estab", "LLLL");
  append_element(whole, "SchoolName", Places::kCounty);
  append_element(whole, "AcademicYear", std::to_string(year + 1));
  whole += "</SourceSchool>\n<DestSchool>";
  append_element(whole, "LEA", std::to_string(Schools::kAuthority));
  append_element(whole, "Estab", "LLLL");
  whole += "</DestSchool></Header>\n<CTFpupilData>\n" + transfer_ + "</CTFpupilData>\n</CTfile>\n";
  sink_.write(transfers_.back().name, whole);
  transfers_.back().bytes = whole.size();
  transfers_.back().rows = in_transfer_;
  transfer_.clear();
  in_transfer_ = 0;
}

void EducationSystem::end() {
  pupils_.end();
  addresses_.end();
  end_transfer_file();
}

std::vector<SynthSummary::File> EducationSystem::files() const {
  std::vector<SynthSummary::File> all{pupils_.counts(), addresses_.counts()};
  all.insert(all.end(), transfers_.begin(), transfers_.end());
  return all;
}

}  // namespace guildhall::synth
