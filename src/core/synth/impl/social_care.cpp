#include "synth/impl/social_care.h"

#include <algorithm>

#include "base/result.h"

namespace guildhall::synth {
namespace {

using std::chrono::days;

Date plus_days(Date date, int count) {
  return Date::of(date.days() + days{count});
}
int days_between(Date from, Date to) {
  return static_cast<int>((to.days() - from.days()).count());
}
std::string iso(std::optional<Date> date) {
  return date ? date->iso() : std::string();
}

constexpr std::string_view kSocialCare = "social_care";
constexpr std::string_view kAreas[] = {"North", "South", "East", "West"};

struct Referrer {
  std::string_view code, words;
};
constexpr Referrer kReferrers[] = {{"6", "Police"},
                                   {"2A", "Schools"},
                                   {"3A", "Health services - GP"},
                                   {"3B", "Health services - health visitor"},
                                   {"3E", "Health services - A&E"},
                                   {"1A", "Individual - family member, relative or carer"},
                                   {"5A", "LA services - social care"},
                                   {"5D", "LA services - early help"},
                                   {"4", "Housing"},
                                   {"9", "Anonymous"}};
constexpr std::string_view kAbuse[] = {"Neglect", "Emotional abuse", "Physical abuse", "Sexual abuse"};
constexpr std::string_view kEarlyHelpReasons[] = {
    "Parenting support", "School attendance",      "Child's emotional wellbeing", "Domestic abuse",
    "Housing",           "Parental mental health", "Behaviour at home",           "Family debt"};
constexpr std::string_view kChangeReasons[] = {"MANAGE", "LEFTRL", "ORGRST", "ABSENC", "OTHERS"};

// The outcome of a referral: every flag of the dataset's structure, whether it applies or not.
struct Outcome {
  bool assessment = false, no_further_action = false, strategy_discussion = false, care = false, conference = false;
};
std::string to_json(const Outcome& outcome) {
  const auto flag = [](std::string_view name, bool set) {
    return "\"" + std::string(name) + (set ? "\":\"Y\"" : "\":\"N\"");
  };
  return "{" + flag("SINGLE_ASSESSMENT_FLAG", outcome.assessment) + "," + flag("NFA_FLAG", outcome.no_further_action) +
         "," + flag("STRATEGY_DISCUSSION_FLAG", outcome.strategy_discussion) + "," +
         flag("CLA_REQUEST_FLAG", outcome.care) + "," + flag("NON_AGENCY_ADOPTION_FLAG", false) + "," +
         flag("PRIVATE_FOSTERING_FLAG", false) + "," + flag("CP_TRANSFER_IN_FLAG", false) + "," +
         flag("CP_CONFERENCE_FLAG", outcome.conference) + "," + flag("CARE_LEAVER_FLAG", false) + "," +
         flag("OTHER_OUTCOMES_EXIST_FLAG", false) + "}";
}

}  // namespace

SocialCareSystem::SocialCareSystem(const SynthOptions& options, const Names& names, const Places& places,
                                   OutputSink& sink, SynthSummary& summary, TruthFile& truth)
    : seed_(options.seed),
      today_(options.today),
      places_(places),
      summary_(summary),
      truth_(truth),
      clerk_(Source::SocialCare, options, names, places, summary.errors[static_cast<std::size_t>(Source::SocialCare)]),
      person_(sink, "social_care/ssd_person.csv",
              "pers_person_id,pers_forename,pers_surname,pers_sex,pers_gender,pers_ethnicity,pers_dob,pers_"
              "common_child_id,pers_legacy_id,"
              "pers_upn_unknown,pers_send_flag,pers_expected_dob,pers_death_date,pers_is_mother,pers_"
              "nationality"),
      address_(sink, "social_care/ssd_address.csv",
               "addr_table_id,addr_address_json,addr_person_id,addr_address_type,addr_address_start_date,"
               "addr_address_end_date,"
               "addr_address_postcode"),
      identifiers_(sink, "social_care/ssd_linked_identifiers.csv",
                   "link_table_id,link_person_id,link_identifier_type,link_identifier_value,link_valid_from_"
                   "date,link_valid_to_date"),
      involvements_(sink, "social_care/ssd_involvements.csv",
                    "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_professional_team,"
                    "invo_involvement_start_date,invo_involvement_end_date,invo_worker_change_reason,invo_person_id,"
                    "invo_referral_id"),
      cin_episodes_(sink, "social_care/ssd_cin_episodes.csv",
                    "cine_referral_id,cine_person_id,cine_referral_date,cine_cin_primary_need_code,cine_"
                    "referral_source_code,"
                    "cine_referral_source_desc,cine_referral_outcome_json,cine_referral_nfa,cine_close_"
                    "reason,cine_close_date,"
                    "cine_referral_team,cine_referral_worker_id"),
      cin_plans_(sink, "social_care/ssd_cin_plans.csv",
                 "cinp_cin_plan_id,cinp_referral_id,cinp_person_id,cinp_cin_plan_start_date,cinp_cin_plan_"
                 "end_date,cinp_cin_plan_team,"
                 "cinp_cin_plan_worker_id"),
      cp_plans_(sink, "social_care/ssd_cp_plans.csv",
                "cppl_cp_plan_id,cppl_referral_id,cppl_icpc_id,cppl_person_id,cppl_cp_plan_start_date,cppl_"
                "cp_plan_end_date,"
                "cppl_cp_plan_initial_category,cppl_cp_plan_ola,cppl_cp_plan_latest_category"),
      cla_episodes_(sink, "social_care/ssd_cla_episodes.csv",
                    "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_start_"
                    "reason,clae_cla_primary_need_code,"
                    "clae_cla_episode_ceased_date,clae_cla_episode_ceased_reason,clae_cla_id,clae_referral_"
                    "id,clae_cla_placement_id,"
                    "clae_entered_care_date,clae_cla_last_iro_contact_date"),
      early_help_(sink, "social_care/ssd_early_help_episodes.csv",
                  "earl_episode_id,earl_person_id,earl_episode_start_date,earl_episode_end_date,earl_episode_"
                  "reason,earl_episode_end_reason,"
                  "earl_episode_organisation,earl_episode_worker_id"),
      professionals_(sink, "social_care/ssd_professionals.csv",
                     "prof_professional_id,prof_staff_id,prof_professional_name,prof_social_worker_registration_no,"
                     "prof_professional_job_title,prof_professional_caseload,prof_professional_department,prof_full_"
                     "time_equivalency,"
                     "prof_agency_worker_flag"),
      department_(sink, "social_care/ssd_department.csv",
                  "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name") {
  write_teams(options, names);
}

void SocialCareSystem::write_teams(const SynthOptions& options, const Names& names) {
  struct Parent {
    std::string_view id, name;
  };
  static constexpr Parent kParents[] = {{"DEP10", "Children's Social Care"},
                                        {"DEP20", "Early Help and Prevention"},
                                        {"DEP30", "Quality Assurance and Safeguarding"}};
  struct Kind {
    TeamKind kind;
    std::string_view name, job;
    bool in_each_area, social_workers;
    int parent;
  };
  static constexpr Kind kKinds[] = {
      {TeamKind::FrontDoor, "Family Front Door", "Social Worker", false, true, 0},
      {TeamKind::Assessment, "Assessment Team", "Social Worker", true, true, 0},
      {TeamKind::Safeguarding, "Safeguarding and Court Team", "Social Worker", true, true, 0},
      {TeamKind::LookedAfter, "Children Looked After Team", "Social Worker", true, true, 0},
      {TeamKind::Disabilities, "Children with Disabilities Team", "Social Worker", false, true, 0},
      {TeamKind::Leaving, "Leaving Care Team", "Personal Adviser", false, false, 0},
      {TeamKind::Emergency, "Emergency Duty Team", "Social Worker", false, true, 0},
      {TeamKind::EarlyHelp, "Early Help Family Team", "Family Support Worker", true, false, 1},
      {TeamKind::Reviewing, "Independent Reviewing Service", "Independent Reviewing Officer", false, true, 2}};

  for (const Parent& parent : kParents) department_.row({parent.id, parent.name, "", ""});
  std::vector<std::string_view> jobs;
  std::vector<bool> registered;
  for (const Kind& kind : kKinds) {
    for (std::size_t area = 0; area < (kind.in_each_area ? 4u : 1u); ++area) {
      Team made{"TEAM" + std::to_string(101 + teams_.size()), kind.kind, std::string(kind.name), {}};
      if (kind.in_each_area) made.name.append(" ").append(kAreas[area]);
      const Parent& parent = kParents[kind.parent];
      department_.row({made.id, made.name, parent.id, parent.name});
      teams_.push_back(std::move(made));
      jobs.push_back(kind.job);
      registered.push_back(kind.social_workers);
    }
  }
  const std::size_t workers = std::clamp<std::size_t>(options.children / 5'000, 3, 90);  // in each team
  std::uint64_t number = 7'000;
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    for (std::size_t worker = 0; worker < workers; ++worker) {
      Random random(seed_, Random::Purpose::Professional, ++number);
      const std::string id = "W" + std::to_string(number);
      std::string name(names.grown_up_forename(random));
      name += ' ';
      name += names.surname(names.draw_community(random), random);
      const bool manager = worker == 0;
      const std::string job = manager                      ? "Team Manager"
                              : jobs[i] != "Social Worker" ? std::string(jobs[i])
                              : random.chance(1'500)       ? "Senior Social Worker"
                              : random.chance(1'200)       ? "Newly Qualified Social Worker"
                                                           : "Social Worker";
      // Registrations begin with SW; numbers from 900000 are far above any issued.
      const std::string registration = registered[i] ? "SW" + std::to_string(900'000 + number) : "";
      const std::string caseload = manager ? "0" : std::to_string(random.between(8, 24));
      const std::string_view hours = random.chance(1'800) ? "0.6" : "1.0";
      professionals_.row({id, "S" + std::to_string(30'000 + number), name, registration, job, caseload, teams_[i].name,
                          hours, random.chance(1'500) ? "Y" : "N"});
      teams_[i].workers.push_back(id);
    }
  }
}

const SocialCareSystem::Team& SocialCareSystem::team(TeamKind kind, Area area) const {
  std::size_t left = static_cast<std::size_t>(area);
  const Team* found = nullptr;
  for (const Team& one : teams_) {
    if (one.kind != kind) continue;
    found = &one;
    if (left-- == 0) break;
  }
  check(found != nullptr, "no team of that kind");
  return *found;
}

SocialCareSystem::Allocation SocialCareSystem::allocate(TeamKind kind, Area area, Random& family) const {
  const Team& one = team(kind, area);
  return {one, one.workers[1 + family.below(one.workers.size() - 1)]};  // Managers hold no cases.
}

void SocialCareSystem::add(const Household& household) {
  for (const Child& child : household.children) {
    if (child.care.need == Need::None) continue;
    ++summary_.known_to_social_care;
    if (child.care.placement && !child.care.to) ++summary_.looked_after;
    Random random(seed_, Random::Purpose::Clerk,
                  std::uint64_t{child.person} * kSourceCount + static_cast<std::uint64_t>(Source::SocialCare));
    // Brothers and sisters have one social worker: all draw the same from the family's generator.
    Random family(seed_, Random::Purpose::Case, household.id);
    write_child(child, household, random, family, false);
    if (clerk_.enters_twice(random)) write_child(child, household, random, family, true);
  }
}

void SocialCareSystem::write_child(const Child& child, const Household& household, Random& random, Random& family,
                                   bool again) {
  const Entry entry = clerk_.write_down(child, household, random);
  const std::string id = next_id(last_person_);
  std::string nhs_number = entry.nhs_number;
  if (!nhs_number.empty() && random.chance(2'000)) nhs_number.insert(6, " ").insert(3, " ");
  const std::string_view sex = !entry.sex ? "U" : *entry.sex == Sex::Male ? "M" : "F";
  const std::string_view gender = !entry.sex ? "00" : *entry.sex == Sex::Male ? "01" : "02";
  const bool has_upn_row = !entry.upn.empty();
  const std::string_view upn_unknown = has_upn_row                      ? ""
                                       : child.schooling.year_group < 0 ? "UN1"
                                       : child.alone_seeking_asylum     ? "UN2"
                                                                        : "UN4";
  const std::string legacy =
      random.chance(2'000) ? "L" + std::to_string(10'000'000 + mixed(seed_ ^ last_person_) % 90'000'000) : "";
  const std::string_view plan = random.chance(800) ? "Y" : "N";
  std::string_view nationality;
  if (child.alone_seeking_asylum)
    nationality = child.community == Community::Somali    ? "Somalia"
                  : child.community == Community::Turkish ? "Iran"
                  : child.community == Community::Arabic  ? "Sudan"
                                                          : "Afghanistan";
  person_.row({id, entry.forename, entry.surname, sex, gender, child.ethnicity, iso(entry.born), nhs_number, legacy,
               upn_unknown, plan, "", "",
               child.sex == Sex::Female && child.schooling.year_group >= 10 && random.chance(100) ? "Y" : "N",
               nationality});
  truth_.add({Source::SocialCare, kSocialCare, person_.name(), id}, child, entry);
  ++summary_.person_rows;
  write_addresses(id, child, entry);
  write_identifiers(id, child, entry, random);
  if (!again) {
    write_case(id, child, random, family);
    return;
  }
  // The second record came from a contact whose taker did not find the first.
  const Area area = places_.area(child.home.address);
  const Allocation front_door = allocate(TeamKind::FrontDoor, area, random);
  const std::string referral = next_id(last_referral_);
  const std::string closed = plus_days(child.care.from, days_between(child.care.from, today_) > 2 ? 2 : 0).iso();
  cin_episodes_.row({referral, id, child.care.from.iso(), "N0", "6", "Police", to_json({.no_further_action = true}),
                     "Y", "RC8", closed, front_door.team.id, front_door.worker});
}

void SocialCareSystem::write_addresses(const std::string& id, const Child& child, const Entry& entry) {
  if (!entry.residence) return;
  const auto write = [&](const Residence& residence, std::optional<Date> to, std::string postcode,
                         std::string_view kind) {
    const Address& address = residence.address;
    std::string json = R"({"ROOM":"","FLOOR":"","FLAT":")";
    if (address.flat != 0) json += std::to_string(address.flat);
    json += R"(","BUILDING":"","HOUSE":")" + std::to_string(address.number) + R"(","STREET":)";
    append_json_string(json, places_.street(address));
    json += R"(,"TOWN":)";
    append_json_string(json, places_.town(address));
    json += R"(,"UPRN":")" + std::to_string(places_.uprn(address)) + R"(","EASTING":"","NORTHING":""})";
    std::erase(postcode, ' ');  // The dataset keeps postcodes without the space.
    address_.row({next_id(last_row_), json, id, kind, residence.from.iso(), iso(to), postcode});
  };
  const bool current = entry.residence->address == child.residence().address;
  const bool placed = child.care.placement && entry.residence->address == child.care.placement->address;
  // The clerk who knows today's address also kept those before it.
  if (current && child.former_home) {
    write(*child.former_home, std::max(child.former_home->from, child.home.from),
          places_.postcode(child.former_home->address), "Home");
  }
  if (placed)
    write(child.home, std::max(child.home.from, child.care.placement->from), places_.postcode(child.home.address),
          "Home");
  if (!placed && child.care.placement && child.care.to) {
    write(*child.care.placement, std::max(*child.care.to, child.care.placement->from),
          places_.postcode(child.care.placement->address), "Placement");
  }
  write(*entry.residence, std::nullopt, entry.postcode, placed ? "Placement" : "Home");
  if (child.other_home && !placed)
    write({*child.other_home, child.home.from}, std::nullopt, places_.postcode(*child.other_home), "Other parent");
}

void SocialCareSystem::write_identifiers(const std::string& id, const Child& child, const Entry& entry,
                                         Random& random) {
  const std::string from = child.care.from.iso();
  if (!entry.upn.empty()) identifiers_.row({next_id(last_row_), id, "Unique Pupil Number", entry.upn, from, ""});
  if (!entry.former_upn.empty()) {
    identifiers_.row({next_id(last_row_), id, "Unique Pupil Number", entry.former_upn, child.born.iso(), from});
  }
  if (!entry.nhs_number.empty() && random.chance(500)) {
    identifiers_.row({next_id(last_row_), id, "NHS Number", entry.nhs_number, from, ""});
  }
  if (child.alone_seeking_asylum) {
    identifiers_.row({next_id(last_row_), id, "Home Office Registration",
                      "X" + std::to_string(1'000'000 + random.below(9'000'000)), from, ""});
  }
  if (child.schooling.year_group >= 8 && random.chance(200)) {
    identifiers_.row(
        {next_id(last_row_), id, "YOT Number", "YOT" + std::to_string(10'000 + random.below(90'000)), from, ""});
  }
}

void SocialCareSystem::write_early_help(const std::string& id, Period period, bool stepped_up, Area area,
                                        Random& random, Random& family) {
  const Allocation worker = allocate(TeamKind::EarlyHelp, area, family);
  const std::string_view reason = random.one_of(std::span(kEarlyHelpReasons));
  const std::string_view end = !period.to             ? ""
                               : stepped_up           ? "Step-up"
                               : random.chance(8'000) ? "Outcomes met"
                                                      : "Family withdrew";
  early_help_.row({"EH" + next_id(last_plan_), id, period.from.iso(), iso(period.to), reason, end, worker.team.name,
                   worker.worker});
  write_involvement(id, "", period, worker, "Early Help Worker", "FCONTA");
}

void SocialCareSystem::write_involvement(const std::string& id, const std::string& referral, Period period,
                                         const Allocation& allocation, std::string_view role, std::string_view reason) {
  involvements_.row({next_id(last_row_), allocation.worker, role, allocation.team.id, period.from.iso(), iso(period.to),
                     reason, id, referral});
}

// The course of a case: perhaps early help before it; referral, assessment for up to 45 days, then a plan,
// and for some a child protection plan or care; each ends where the next begins, the last where the case
// closes.
void SocialCareSystem::write_case(const std::string& id, const Child& child, Random& random, Random& family) {
  const Care& care = child.care;
  const Area area = places_.area(child.home.address);
  const Date last = care.to.value_or(today_);
  if (care.need == Need::EarlyHelp) {
    write_early_help(id, {care.from, care.to}, false, area, random, family);
    return;
  }
  const int before = random.between(60, 400);
  if (random.chance(2'500) && days_between(child.born, care.from) > before) {
    write_early_help(id, {plus_days(care.from, -before), care.from}, true, area, random, family);
  }

  const std::string referral = next_id(last_referral_);
  const Allocation front_door = allocate(TeamKind::FrontDoor, area, family);
  const Referrer& referrer = kReferrers[family.weighted({28, 20, 6, 6, 8, 10, 8, 6, 4, 4})];
  const bool no_further_action = care.need == Need::Assessment && care.to && family.chance(4'000);
  const std::string need = "N" + std::to_string(1 + family.weighted({52, 9, 4, 10, 15, 4, 1, 5}));
  const std::string outcome = to_json({.assessment = !no_further_action,
                                       .no_further_action = no_further_action,
                                       .strategy_discussion = care.need >= Need::Protection,
                                       .care = care.need == Need::LookedAfter,
                                       .conference = care.need == Need::Protection});
  const std::string_view closed = !care.to                        ? ""
                                  : care.need == Need::Assessment ? (random.chance(3'000) ? "RC9" : "RC8")
                                  : random.chance(600)            ? "RC5"
                                                                  : "RC7";
  cin_episodes_.row({referral, id, care.from.iso(), need, referrer.code, referrer.words, outcome,
                     no_further_action ? "Y" : "N", closed, iso(care.to), front_door.team.id, front_door.worker});
  if (no_further_action) {
    write_involvement(id, referral, {care.from, care.to}, front_door, "Allocated Case Worker", "FCONTA");
    return;
  }

  // Assessment, then whoever carries the case on.
  const bool beyond_assessment = care.need > Need::Assessment && days_between(care.from, last) > 50;
  const std::optional<Date> assessed =
      beyond_assessment ? std::optional<Date>(plus_days(care.from, random.between(20, 45))) : care.to;
  write_involvement(id, referral, {care.from, assessed}, allocate(TeamKind::Assessment, area, family),
                    "Allocated Case Worker", "FCONTA");
  if (!beyond_assessment) {
    // Too young a case for a plan, but a child comes into care, and under protection, in days.
    if (care.need == Need::Protection) {
      const std::string_view category = kAbuse[family.weighted({48, 36, 10, 6})];
      cp_plans_.row(
          {"CP" + next_id(last_plan_), referral, "", id, care.from.iso(), iso(care.to), category, "N", category});
    }
    if (care.need == Need::InNeed && !care.to) return;
  }

  const TeamKind kind = need == "N2"                     ? TeamKind::Disabilities
                        : care.need == Need::LookedAfter ? TeamKind::LookedAfter
                                                         : TeamKind::Safeguarding;
  const Allocation worker = allocate(kind, area, family);
  if (beyond_assessment) {
    // Half of long cases change hands once; only the last worker of an open one is allocated now.
    const int carried = days_between(*assessed, last);
    Date since = *assessed;
    std::string_view reason = "TSPROC";
    if (carried > 200 && random.chance(5'000)) {
      const Date changed = plus_days(since, random.between(60, carried - 60));
      write_involvement(id, referral, {since, changed}, allocate(kind, area, family), "Allocated Case Worker", reason);
      since = changed;
      reason = random.one_of(std::span(kChangeReasons));
    }
    write_involvement(id, referral, {since, care.to}, worker, "Allocated Case Worker", reason);

    const auto plan = [&](Period period) {
      cin_plans_.row({"CIN" + next_id(last_plan_), referral, id, period.from.iso(), iso(period.to), worker.team.id,
                      worker.worker});
    };
    if (care.need == Need::InNeed) {
      plan({*assessed, care.to});
    } else if (care.need == Need::Protection) {
      const Date conference = *assessed;
      std::optional<Date> stepped_down;
      if (carried > 180 && (care.to || random.chance(1'500)))
        stepped_down = plus_days(conference, random.between(90, carried - 60));
      const std::string_view category = kAbuse[family.weighted({48, 36, 10, 6})];
      const std::string_view latest = random.chance(9'000) ? category : random.one_of(std::span(kAbuse));
      cp_plans_.row({"CP" + next_id(last_plan_), referral, "", id, conference.iso(),
                     iso(stepped_down ? stepped_down : care.to), category, random.chance(200) ? "Y" : "N", latest});
      if (stepped_down) plan({*stepped_down, care.to});
    }
  }

  if (care.need == Need::LookedAfter && care.placement) {
    const Date entered = care.placement->from;
    const std::string care_id = "CLA" + next_id(last_plan_);
    const std::string code = child.alone_seeking_asylum ? "N8" : need;
    const int stay = std::max(0, days_between(entered, last));
    const Allocation reviewing = allocate(TeamKind::Reviewing, area, family);
    const std::string review =
        plus_days(last, -static_cast<int>(random.below(static_cast<std::uint64_t>(std::min(stay, 150)) + 1))).iso();
    // Longer stays have changes of placement; an episode may not begin and end on one day.
    std::vector<Date> starts{entered};
    while (days_between(starts.back(), last) > 240 && random.chance(5'500) && starts.size() < 6) {
      starts.push_back(plus_days(starts.back(), random.between(90, days_between(starts.back(), last) - 60)));
    }
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const bool final_one = i + 1 == starts.size();
      std::optional<Date> ceased;
      if (!final_one) {
        ceased = starts[i + 1];
      } else if (care.to) {
        ceased = std::max(*care.to, plus_days(starts[i], 1));
      }
      const std::string_view why = !ceased                ? ""
                                   : !final_one           ? "X1"
                                   : random.chance(5'000) ? "E4A"
                                   : random.chance(5'000) ? "E47"
                                                          : "E8";
      cla_episodes_.row({"EP" + next_id(last_plan_), id, starts[i].iso(), i == 0 ? "S" : "P", code, iso(ceased), why,
                         care_id, referral, "PL" + std::to_string(last_plan_), entered.iso(), review});
    }
    write_involvement(id, referral,
                      {entered, care.to ? std::optional<Date>(std::max(*care.to, entered)) : std::nullopt}, reviewing,
                      "Independent Reviewing Officer", "FCONTA");
  }
}

void SocialCareSystem::end() {
  for (OutputFile* file : {&person_, &address_, &identifiers_, &involvements_, &cin_episodes_, &cin_plans_, &cp_plans_,
                           &cla_episodes_, &early_help_, &professionals_, &department_}) {
    file->end();
  }
}

std::vector<const OutputFile*> SocialCareSystem::files() const {
  return {&person_,   &address_,      &identifiers_, &involvements_,  &cin_episodes_, &cin_plans_,
          &cp_plans_, &cla_episodes_, &early_help_,  &professionals_, &department_};
}

}  // namespace guildhall::synth
