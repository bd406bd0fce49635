// School census tables, CSV: one file a table and term, "2024_autumn_pupilonroll.csv". Columns as in the
// census schema of SocialFinanceDigitalLabs' liia-tools-pipeline (2015, changed yearly); "gender" became
// "sex" in 2024.
//
// pupilonrolltableid and pupilnolongeronrolltableid are the pupil's key over terms; addresses name their
// pupil by it. Only the columns that this program uses are listed, with those that tell the tables apart; a
// file has some forty more.

#include <array>

#include "extracts/impl/table.h"

namespace guildhall::extracts {
namespace {

using records::Attribute;
using records::Entity;

constexpr std::array<Column, 16> kPupilOnRoll{{
    {"pupilonrolltableid"},
    {"NativeId", Attribute::SchoolNumber},
    {"dob", Attribute::BirthDate},
    {"surname", Attribute::Surname},
    {"forename", Attribute::Forename},
    {"middlenames", Attribute::MiddleNames},
    {"preferredsurname", Attribute::PreferredSurname},
    {"formersurname", Attribute::FormerSurname},
    {"upn", Attribute::Upn},
    {"formerupn", Attribute::FormerUpn},
    {"uniquelearnernumber", Attribute::UniqueLearnerNumber},
    {"sex", Attribute::Sex},
    {"gender", Attribute::Sex},
    {"entrydate", Attribute::EntryDate},
    {"ncyearactual", Attribute::YearGroup},
    {"ethnicity", Attribute::Ethnicity},
}};

constexpr std::array<Column, 17> kPupilNoLongerOnRoll{{
    {"pupilnolongeronrolltableid"},
    {"NativeId", Attribute::SchoolNumber},
    {"dob", Attribute::BirthDate},
    {"surname", Attribute::Surname},
    {"forename", Attribute::Forename},
    {"middlenames", Attribute::MiddleNames},
    {"preferredsurname", Attribute::PreferredSurname},
    {"formersurname", Attribute::FormerSurname},
    {"upn", Attribute::Upn},
    {"formerupn", Attribute::FormerUpn},
    {"uniquelearnernumber", Attribute::UniqueLearnerNumber},
    {"sex", Attribute::Sex},
    {"gender", Attribute::Sex},
    {"entrydate", Attribute::EntryDate},
    {"leavingdate", Attribute::LeavingDate},
    {"ncyearleaving", Attribute::YearGroup},
    {"ethnicity", Attribute::Ethnicity},
}};

// Addresses of pupils on roll are in parts, or in lines; of those who left often only the property and
// postcode.
constexpr std::array<Column, 19> kAddressesOnRoll{{
    {"pupilonrolltableid"},
    {"NativeId", Attribute::SchoolNumber},
    {"addressesonrolltableid"},
    {"addressesonrollorderseqcolumn"},
    {"sourceid"},
    {"uniquepropertyreferencenumber", Attribute::Uprn},
    {"saon", Attribute::AddressLines},
    {"paon", Attribute::AddressLines},
    {"street", Attribute::AddressLines},
    {"locality", Attribute::AddressLines},
    {"town", Attribute::AddressLines},
    {"administrativearea", Attribute::AddressLines},
    {"posttown", Attribute::AddressLines},
    {"addressline1", Attribute::AddressLines},
    {"addressline2", Attribute::AddressLines},
    {"addressline3", Attribute::AddressLines},
    {"addressline4", Attribute::AddressLines},
    {"addressline5", Attribute::AddressLines},
    {"postcode", Attribute::Postcode},
}};

constexpr std::array<Column, 7> kAddressesOffRoll{{
    {"pupilnolongeronrolltableid"},
    {"NativeId", Attribute::SchoolNumber},
    {"addressesoffrolltableid"},
    {"addressesoffrollorderseqcolumn"},
    {"sourceid"},
    {"uniquepropertyreferencenumber", Attribute::Uprn},
    {"postcode", Attribute::Postcode},
}};

constexpr std::array<Table, 4> kTables{{
    {.format = "school-census",
     .name = "pupilonroll",
     .title = "School census, pupils on roll",
     .entity = Entity::Person,
     .key = "pupilonrolltableid",
     .columns = kPupilOnRoll},
    {.format = "school-census",
     .name = "pupilnolongeronroll",
     .title = "School census, pupils no longer on roll",
     .entity = Entity::Person,
     .key = "pupilnolongeronrolltableid",
     .columns = kPupilNoLongerOnRoll},
    {.format = "school-census",
     .name = "addressesonroll",
     .title = "School census, addresses of pupils on roll",
     .entity = Entity::Address,
     .key = "pupilonrolltableid",
     .columns = kAddressesOnRoll,
     .required = "addressesonrolltableid"},
    {.format = "school-census",
     .name = "addressesoffroll",
     .title = "School census, addresses of pupils no longer on roll",
     .entity = Entity::Address,
     .key = "pupilnolongeronrolltableid",
     .columns = kAddressesOffRoll,
     .required = "addressesoffrolltableid"},
}};

}  // namespace

std::span<const Table> school_census_tables() {
  return kTables;
}

}  // namespace guildhall::extracts
