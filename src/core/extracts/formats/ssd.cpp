// The Standard Safeguarding Dataset: one CSV file a table, named after it. Columns as published in
// data-to-insight's ssd-data-model (objects/*.yml), in its order. Older and newer deployments leave some out
// or add some; that is noted.
//
// ssd_linked_identifiers names the number in words of the specification: "Case Number", "Unique Pupil
// Number", "NHS Number", "Home Office Registration", "National Insurance Number", "YOT Number", "Court Case
// Number", "RAA ID", "Incident ID"; systems also write "Former Unique Pupil Number". They are kept as they
// are.

#include <array>

#include "extracts/impl/table.h"

namespace guildhall::extracts {
namespace {

using records::Attribute;
using records::Entity;

constexpr std::array<Column, 15> kPerson{{
    {"pers_person_id"},
    {"pers_forename", Attribute::Forename},
    {"pers_surname", Attribute::Surname},
    {"pers_sex", Attribute::Sex},
    {"pers_gender"},
    {"pers_ethnicity", Attribute::Ethnicity},
    {"pers_dob", Attribute::BirthDate},
    {"pers_common_child_id", Attribute::NhsNumber},
    {"pers_legacy_id"},
    {"pers_upn_unknown"},
    {"pers_send_flag"},
    {"pers_expected_dob", Attribute::ExpectedBirthDate},
    {"pers_death_date", Attribute::DeathDate},
    {"pers_is_mother"},
    {"pers_nationality"},
}};

constexpr std::array<Column, 7> kAddress{{
    {"addr_table_id"},
    {"addr_address_json"},
    {"addr_person_id"},
    {"addr_address_type"},
    {"addr_address_start_date", Attribute::StartDate},
    {"addr_address_end_date", Attribute::EndDate},
    {"addr_address_postcode", Attribute::Postcode},
}};

constexpr std::array<Column, 6> kLinkedIdentifiers{{
    {"link_table_id"},
    {"link_person_id"},
    {"link_identifier_type", Attribute::IdentifierType},
    {"link_identifier_value", Attribute::IdentifierValue},
    {"link_valid_from_date", Attribute::StartDate},
    {"link_valid_to_date", Attribute::EndDate},
}};

constexpr std::array<Column, 9> kInvolvements{{
    {"invo_involvements_id"},
    {"invo_professional_id", Attribute::WorkerId},
    {"invo_professional_role_id", Attribute::WorkerRole},
    {"invo_professional_team", Attribute::TeamId},
    {"invo_involvement_start_date", Attribute::StartDate},
    {"invo_involvement_end_date", Attribute::EndDate},
    {"invo_worker_change_reason"},
    {"invo_person_id"},
    {"invo_referral_id"},
}};

constexpr std::array<Column, 12> kCinEpisodes{{
    {"cine_referral_id"},
    {"cine_person_id"},
    {"cine_referral_date", Attribute::StartDate},
    {"cine_cin_primary_need_code"},
    {"cine_referral_source_code"},
    {"cine_referral_source_desc"},
    {"cine_referral_outcome_json"},
    {"cine_referral_nfa"},
    {"cine_close_reason"},
    {"cine_close_date", Attribute::EndDate},
    {"cine_referral_team", Attribute::TeamId},
    {"cine_referral_worker_id", Attribute::WorkerId},
}};

constexpr std::array<Column, 7> kCinPlans{{
    {"cinp_cin_plan_id"},
    {"cinp_referral_id"},
    {"cinp_person_id"},
    {"cinp_cin_plan_start_date", Attribute::StartDate},
    {"cinp_cin_plan_end_date", Attribute::EndDate},
    {"cinp_cin_plan_team", Attribute::TeamId},
    {"cinp_cin_plan_worker_id", Attribute::WorkerId},
}};

constexpr std::array<Column, 9> kCpPlans{{
    {"cppl_cp_plan_id"},
    {"cppl_referral_id"},
    {"cppl_icpc_id"},
    {"cppl_person_id"},
    {"cppl_cp_plan_start_date", Attribute::StartDate},
    {"cppl_cp_plan_end_date", Attribute::EndDate},
    {"cppl_cp_plan_initial_category"},
    {"cppl_cp_plan_ola"},
    {"cppl_cp_plan_latest_category"},
}};

constexpr std::array<Column, 12> kClaEpisodes{{
    {"clae_cla_episode_id"},
    {"clae_person_id"},
    {"clae_cla_episode_start_date", Attribute::StartDate},
    {"clae_cla_episode_start_reason"},
    {"clae_cla_primary_need_code"},
    {"clae_cla_episode_ceased_date", Attribute::EndDate},
    {"clae_cla_episode_ceased_reason"},
    {"clae_cla_id"},
    {"clae_referral_id"},
    {"clae_cla_placement_id"},
    {"clae_entered_care_date"},
    {"clae_cla_last_iro_contact_date"},
}};

constexpr std::array<Column, 8> kEarlyHelpEpisodes{{
    {"earl_episode_id"},
    {"earl_person_id"},
    {"earl_episode_start_date", Attribute::StartDate},
    {"earl_episode_end_date", Attribute::EndDate},
    {"earl_episode_reason"},
    {"earl_episode_end_reason"},
    {"earl_episode_organisation", Attribute::TeamId},
    {"earl_episode_worker_id", Attribute::WorkerId},
}};

constexpr std::array<Column, 9> kProfessionals{{
    {"prof_professional_id", Attribute::WorkerId},
    {"prof_staff_id"},
    {"prof_professional_name", Attribute::WorkerName},
    {"prof_social_worker_registration_no"},
    {"prof_professional_job_title", Attribute::WorkerRole},
    {"prof_professional_caseload"},
    {"prof_professional_department", Attribute::TeamName},
    {"prof_full_time_equivalency"},
    {"prof_agency_worker_flag"},
}};

constexpr std::array<Column, 4> kDepartment{{
    {"dept_team_id", Attribute::TeamId},
    {"dept_team_name", Attribute::TeamName},
    {"dept_team_parent_id"},
    {"dept_team_parent_name"},
}};

constexpr std::array<Table, 11> kTables{{
    {.format = "ssd",
     .name = "ssd_person",
     .title = "Standard Safeguarding Dataset, persons",
     .entity = Entity::Person,
     .key = "pers_person_id",
     .columns = kPerson},
    {.format = "ssd",
     .name = "ssd_address",
     .title = "Standard Safeguarding Dataset, addresses",
     .entity = Entity::Address,
     .key = "addr_person_id",
     .columns = kAddress,
     .address_json = "addr_address_json"},
    {.format = "ssd",
     .name = "ssd_linked_identifiers",
     .title = "Standard Safeguarding Dataset, linked identifiers",
     .entity = Entity::Identifier,
     .key = "link_person_id",
     .columns = kLinkedIdentifiers},
    {.format = "ssd",
     .name = "ssd_involvements",
     .title = "Standard Safeguarding Dataset, involvements",
     .entity = Entity::Involvement,
     .key = "invo_person_id",
     .columns = kInvolvements},
    {.format = "ssd",
     .name = "ssd_cin_episodes",
     .title = "Standard Safeguarding Dataset, child in need episodes",
     .entity = Entity::Plan,
     .key = "cine_person_id",
     .columns = kCinEpisodes,
     .plan_kind = plan_kind::kChildInNeedEpisode},
    {.format = "ssd",
     .name = "ssd_cin_plans",
     .title = "Standard Safeguarding Dataset, child in need plans",
     .entity = Entity::Plan,
     .key = "cinp_person_id",
     .columns = kCinPlans,
     .plan_kind = plan_kind::kChildInNeedPlan},
    {.format = "ssd",
     .name = "ssd_cp_plans",
     .title = "Standard Safeguarding Dataset, child protection plans",
     .entity = Entity::Plan,
     .key = "cppl_person_id",
     .columns = kCpPlans,
     .plan_kind = plan_kind::kChildProtectionPlan},
    {.format = "ssd",
     .name = "ssd_cla_episodes",
     .title = "Standard Safeguarding Dataset, looked after episodes",
     .entity = Entity::Plan,
     .key = "clae_person_id",
     .columns = kClaEpisodes,
     .plan_kind = plan_kind::kLookedAfterEpisode},
    {.format = "ssd",
     .name = "ssd_early_help_episodes",
     .title = "Standard Safeguarding Dataset, early help episodes",
     .entity = Entity::Plan,
     .key = "earl_person_id",
     .columns = kEarlyHelpEpisodes,
     .plan_kind = plan_kind::kEarlyHelpEpisode},
    {.format = "ssd",
     .name = "ssd_professionals",
     .title = "Standard Safeguarding Dataset, professionals",
     .entity = Entity::Professional,
     .key = "prof_professional_id",
     .columns = kProfessionals},
    {.format = "ssd",
     .name = "ssd_department",
     .title = "Standard Safeguarding Dataset, departments and teams",
     .entity = Entity::Team,
     .key = "dept_team_id",
     .columns = kDepartment},
}};

}  // namespace

std::span<const Table> ssd_tables() {
  return kTables;
}

}  // namespace guildhall::extracts
