// SSDA903, the DfE's return on children looked after: a set of CSV files, one child one CHILD value over all
// of them. Columns as in the collection's specification and the YAML schemas of liia-tools-pipeline. Dates
// are dd/mm/yyyy. header holds who the child is; the other tables repeat its date of birth, which is not
// taken from there.

#include <array>

#include "extracts/impl/table.h"

namespace guildhall::extracts {
namespace {

using records::Attribute;
using records::Entity;

constexpr std::array<Column, 7> kHeader{{{"CHILD"},
                                         {"SEX", Attribute::Sex},
                                         {"DOB", Attribute::BirthDate},
                                         {"ETHNIC", Attribute::Ethnicity},
                                         {"UPN", Attribute::Upn},
                                         {"MOTHER"},
                                         {"MC_DOB"}}};
constexpr std::array<Column, 13> kEpisodes{{{"CHILD"},
                                            {"DECOM", Attribute::StartDate},
                                            {"RNE"},
                                            {"LS"},
                                            {"CIN"},
                                            {"PLACE"},
                                            {"PLACE_PROVIDER"},
                                            {"DEC", Attribute::EndDate},
                                            {"REC"},
                                            {"REASON_PLACE_CHANGE"},
                                            {"HOME_POST"},
                                            {"PL_POST"},
                                            {"URN"}}};
constexpr std::array<Column, 6> kSocialWorkers{{{"CHILD"},
                                                {"DOB"},
                                                {"SW_ID", Attribute::WorkerId},
                                                {"SW_DECOM", Attribute::StartDate},
                                                {"SW_DEC", Attribute::EndDate},
                                                {"SW_REASON"}}};
constexpr std::array<Column, 4> kUasc{{{"CHILD"}, {"SEX"}, {"DOB"}, {"DUC"}}};
constexpr std::array<Column, 4> kReviews{{{"CHILD"}, {"DOB"}, {"REVIEW"}, {"REVIEW_CODE"}}};
constexpr std::array<Column, 12> kOc2{{{"CHILD"},
                                       {"DOB"},
                                       {"SDQ_SCORE"},
                                       {"SDQ_REASON"},
                                       {"CONVICTED"},
                                       {"HEALTH_CHECK"},
                                       {"IMMUNISATIONS"},
                                       {"TEETH_CHECK"},
                                       {"HEALTH_ASSESSMENT"},
                                       {"SUBSTANCE_MISUSE"},
                                       {"INTERVENTION_RECEIVED"},
                                       {"INTERVENTION_OFFERED"}}};
constexpr std::array<Column, 5> kOc3{{{"CHILD"}, {"DOB"}, {"IN_TOUCH"}, {"ACTIV"}, {"ACCOM"}}};
constexpr std::array<Column, 8> kAd1{
    {{"CHILD"}, {"DOB"}, {"DATE_INT"}, {"DATE_MATCH"}, {"FOSTER_CARE"}, {"NB_ADOPTR"}, {"SEX_ADOPTR"}, {"LS_ADOPTR"}}};
constexpr std::array<Column, 5> kPlacedForAdoption{
    {{"CHILD"}, {"DOB"}, {"DATE_PLACED"}, {"DATE_PLACED_CEASED"}, {"REASON_PLACED_CEASED"}}};
constexpr std::array<Column, 5> kPreviousPermanence{{{"CHILD"}, {"DOB"}, {"PREV_PERM"}, {"LA_PERM"}, {"DATE_PERM"}}};
constexpr std::array<Column, 5> kMissing{{{"CHILD"}, {"DOB"}, {"MISSING"}, {"MIS_START"}, {"MIS_END"}}};
constexpr std::array<Column, 4> kDolo{{{"CHILD"}, {"DOB"}, {"DOLO_START"}, {"DOLO_END"}}};

constexpr std::array<Table, 12> kTables{{
    {.format = "ssda903",
     .name = "header",
     .title = "SSDA903, header",
     .entity = Entity::Person,
     .key = "CHILD",
     .columns = kHeader,
     .required = "ETHNIC"},
    {.format = "ssda903",
     .name = "episodes",
     .title = "SSDA903, episodes",
     .entity = Entity::Plan,
     .key = "CHILD",
     .columns = kEpisodes,
     .required = "DECOM",
     .plan_kind = plan_kind::kLookedAfterEpisode},
    {.format = "ssda903",
     .name = "sw_episodes",
     .title = "SSDA903, social workers",
     .entity = Entity::Involvement,
     .key = "CHILD",
     .columns = kSocialWorkers,
     .required = "SW_ID"},
    {.format = "ssda903",
     .name = "uasc",
     .title = "SSDA903, unaccompanied asylum-seeking children",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kUasc,
     .required = "DUC"},
    {.format = "ssda903",
     .name = "reviews",
     .title = "SSDA903, reviews",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kReviews,
     .required = "REVIEW"},
    {.format = "ssda903",
     .name = "oc2",
     .title = "SSDA903, outcomes (OC2)",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kOc2,
     .required = "SDQ_SCORE"},
    {.format = "ssda903",
     .name = "oc3",
     .title = "SSDA903, care leavers (OC3)",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kOc3,
     .required = "IN_TOUCH"},
    {.format = "ssda903",
     .name = "ad1",
     .title = "SSDA903, adoption (AD1)",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kAd1,
     .required = "DATE_INT"},
    {.format = "ssda903",
     .name = "placed_for_adoption",
     .title = "SSDA903, placed for adoption",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kPlacedForAdoption,
     .required = "DATE_PLACED"},
    {.format = "ssda903",
     .name = "previous_permanence",
     .title = "SSDA903, previous permanence",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kPreviousPermanence,
     .required = "PREV_PERM"},
    {.format = "ssda903",
     .name = "missing",
     .title = "SSDA903, missing from care",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kMissing,
     .required = "MIS_START"},
    {.format = "ssda903",
     .name = "dolo",
     .title = "SSDA903, deprivation of liberty orders",
     .entity = Entity::Other,
     .key = "CHILD",
     .columns = kDolo,
     .required = "DOLO_START"},
}};

}  // namespace

std::span<const Table> ssda903_tables() {
  return kTables;
}

}  // namespace guildhall::extracts
