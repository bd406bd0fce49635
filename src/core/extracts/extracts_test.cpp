#include "extracts/extracts.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace guildhall::extracts {
namespace {

using records::Entity;

// Keeps what it is shown, as text: "ssd_person 1 person 7001 | forename=Ada surname=Okafor".
class Kept final : public RowSink {
 public:
  void row(const Row& row) override {
    std::string line = std::string(row.table) + " " + std::to_string(row.number) + " " +
                       std::string(records::name_of(row.entity)) + " " + std::string(row.record_key) + " |";
    for (const Cell& cell : row.cells) {
      if (cell.attribute && !cell.raw.empty()) {
        line += " " + std::string(records::name_of(*cell.attribute)) + "=" + std::string(cell.raw);
      }
    }
    rows.push_back(std::move(line));
    lines.push_back(row.line);
    ++counts[std::string(row.table)];
  }
  void rejected(const RejectedRow& row) override {
    refusals.push_back(std::to_string(row.number) + ": " + to_text(row.problem));
    raws.emplace_back(row.raw);
  }
  void note(const Problem& problem) override { notes.push_back(to_text(problem)); }

  std::vector<std::string> rows, refusals, raws, notes;
  std::vector<std::size_t> lines;
  std::map<std::string, std::size_t> counts;
};

struct Reading {
  Kept kept;
  ReadSummary summary;
};

Reading read_text(std::string_view file_name, std::string_view text, const Limits& limits = {}) {
  Reading reading;
  const Result<Format> format = detect(file_name, text.substr(0, 65536));
  if (!format.ok()) {
    reading.summary.failure = format.problems().front();
    return reading;
  }
  MemoryBytes bytes(text);
  reading.summary = read(*format, bytes, reading.kept, limits);
  EXPECT_EQ(reading.summary.read, reading.summary.delivered + reading.summary.rejected);
  EXPECT_EQ(reading.summary.delivered, reading.kept.rows.size());
  EXPECT_EQ(reading.summary.rejected, reading.kept.refusals.size());
  return reading;
}

std::string failure_of(const Reading& reading) {
  return reading.summary.failure ? to_text(*reading.summary.failure) : "";
}

using Lines = std::vector<std::string>;

constexpr std::string_view kPersonHeader =
    "pers_person_id,pers_forename,pers_surname,pers_sex,pers_gender,pers_ethnicity,pers_dob,pers_common_"
    "child_id,"
    "pers_legacy_id,pers_upn_unknown,pers_send_flag,pers_expected_dob,pers_death_date,pers_is_mother,pers_"
    "nationality\n";

std::string persons(std::string_view rows) {
  return std::string(kPersonHeader) + std::string(rows);
}

// --- Standard Safeguarding Dataset

TEST(Ssd, PersonsStateTheirNumbersNamesAndDates) {
  const Reading reading =
      read_text("ssd_person.csv", persons("7001,Chidi,Okafor,M,,BAFR,2012-05-01,9990000018,,,,,,N,\n"));
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_person 1 person 7001 | forename=Chidi surname=Okafor sex=M ethnicity=BAFR "
                                      "birth_date=2012-05-01 nhs_number=9990000018"}));
  EXPECT_EQ(reading.kept.lines, (std::vector<std::size_t>{2}));
  EXPECT_TRUE(reading.kept.notes.empty());
  EXPECT_EQ(failure_of(reading), "");
}

TEST(Ssd, AnAddressInJsonIsUnpackedBesideItsText) {
  const Reading reading =
      read_text("ssd_address.csv",
                "addr_table_id,addr_address_json,addr_person_id,addr_address_type,addr_address_start_date,"
                "addr_address_end_date,addr_address_postcode\n"
                "1,\"{\"\"ROOM\"\":\"\"\"\",\"\"FLAT\"\":\"\"Flat "
                "2\"\",\"\"HOUSE\"\":\"\"14\"\",\"\"STREET\"\":\"\"Mill Lane\"\","
                "\"\"TOWN\"\":\"\"Worcester\"\",\"\"UPRN\"\":100120710000}\",7001,HOME,2019-01-02,,WR1 2AB\n"
                "2,\"3 Elm Road, Malvern\",7002,HOME,2020-01-01,,WR14 1AA\n");
  EXPECT_EQ(reading.kept.rows,
            (Lines{"ssd_address 1 address 7001 | start_date=2019-01-02 postcode=WR1 2AB address_lines=Flat 2 "
                   "address_lines=14 address_lines=Mill Lane address_lines=Worcester uprn=100120710000",
                   "ssd_address 2 address 7002 | address_lines=3 Elm Road, Malvern start_date=2020-01-01 "
                   "postcode=WR14 1AA"}));
}

TEST(Ssd, PlansSayOfWhatKindTheyAre) {
  const Reading reading =
      read_text("export_ssd_cp_plans.csv",
                "cppl_cp_plan_id,cppl_referral_id,cppl_icpc_id,cppl_person_id,cppl_cp_plan_start_date,"
                "cppl_cp_plan_end_date\n55,8,9,7001,2024-02-01,\n");
  EXPECT_EQ(reading.kept.rows,
            (Lines{"ssd_cp_plans 1 plan 7001 | start_date=2024-02-01 plan_kind=child_protection_plan"}));
}

TEST(Ssd, LinkedIdentifiersKeepTheTypesOfTheSpecification) {
  const Reading reading = read_text("ssd_linked_identifiers.csv",
                                    "link_table_id,link_person_id,link_identifier_type,link_identifier_value,"
                                    "link_valid_from_date,link_valid_to_date\n"
                                    "1,7001,Unique Pupil Number,A850728973744,2016-09-01,\n");
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_linked_identifiers 1 identifier 7001 | identifier_type=Unique Pupil Number "
                                      "identifier_value=A850728973744 start_date=2016-09-01"}));
}

TEST(Ssd, ATableThatNobodyUsesYetIsKept) {
  const Reading reading = read_text("ssd_cla_visits.csv", "clav_id,clav_person_id\n1,7001\n");
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_cla_visits 1 other  |"}));
}

TEST(Ssd, DatesInAFileNameDoNotChangeItsTable) {
  const auto table = [](std::string_view file_name, std::string_view header) {
    const Result<Format> format = detect(file_name, header);
    return format.ok() ? format->name + " " + format->table : to_text(format.problems());
  };
  EXPECT_EQ(table("ssd_person_20260401.csv", "x\n"), "ssd ssd_person");
  EXPECT_EQ(table("C:\\export\\SSD_Person (2).CSV", "x\n"), "ssd ssd_person");
  EXPECT_EQ(table("2026-04-01_ssd_cin_plans.csv", "x\n"), "ssd ssd_cin_plans");
  EXPECT_EQ(table("ssd_person_notes_2026.csv", "x\n"), "ssd ssd_person_notes");
  EXPECT_EQ(table("people.csv", kPersonHeader), "ssd ssd_person");
}

TEST(Ssd, ARowWithoutItsPersonIsRejectedAndKept) {
  const Reading reading =
      read_text("ssd_person.csv", persons(",Chidi,Okafor,M,,,,,,,,,,,\nNULL,A,B,,,,,,,,,,,,\n7003,A,B,,,,,,,,,,,,\n"));
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"1: line 2: This row does not say whose it is: pers_person_id is empty. Mend it in the source "
                   "system and take the extract again.",
                   "2: line 3: This row does not say whose it is: pers_person_id is empty. Mend it in the source "
                   "system and take the extract again."}));
  EXPECT_EQ(reading.kept.raws[0], ",Chidi,Okafor,M,,,,,,,,,,,");
  EXPECT_EQ(reading.kept.rows.size(), 1U);
}

// --- CSV

TEST(Csv, QuotesLineEndsAndSeparatorsInsideFieldsAreText) {
  const Reading reading =
      read_text("ssd_person.csv",
                persons("7001,\"Mary \"\"Molly\"\"\",\"O'Hara, née\nSmith\",F,,,,,,,,,,,\r\n7002,Bo,Li,M,,,,,,,,,,,"));
  EXPECT_EQ(reading.kept.rows,
            (Lines{"ssd_person 1 person 7001 | forename=Mary \"Molly\" surname=O'Hara, née\nSmith sex=F",
                   "ssd_person 2 person 7002 | forename=Bo surname=Li sex=M"}));
  EXPECT_EQ(reading.kept.lines, (std::vector<std::size_t>{2, 4}));
}

TEST(Csv, MarksSemicolonsTabsAndOldLineEndsAreUnderstood) {
  for (const char separator : {';', '\t', '|'}) {
    std::string text = persons("7001,Bo,Li,M,,,,,,,,,,,\n\n,,,,,,,,,,,,,,\n");
    for (char& letter : text) {
      if (letter == ',') letter = separator;
      if (letter == '\n') letter = '\r';
    }
    const Reading reading = read_text("ssd_person.csv", "\xEF\xBB\xBF" + text);
    EXPECT_EQ(reading.kept.rows, (Lines{"ssd_person 1 person 7001 | forename=Bo surname=Li sex=M"}));
    EXPECT_EQ(reading.kept.notes, (Lines{"1 rows without any text were passed over."}));
  }
}

TEST(Csv, ColumnsMayComeInAnyOrderAndCase) {
  const Reading reading =
      read_text("ssd_department.csv", "DEPT_TEAM_NAME, dept_team_id ,dept_cost_centre\nMASH,T1,99\n");
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_department 1 team T1 | team_name=MASH team_id=T1"}));
  EXPECT_EQ(reading.kept.notes, (Lines{"line 1: Column dept_cost_centre is kept but not used."}));
}

TEST(Csv, ARowOfTheWrongWidthIsRejectedAndTheNextRead) {
  const Reading reading = read_text("ssd_department.csv",
                                    "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\n"
                                    "T1,Early Help, North,,\nT2,MASH,,\n");
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"1: line 2: This row has 5 fields; the first line names 4. Put text that contains a separator or a "
                   "line end in quotation marks."}));
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_department 2 team T2 | team_id=T2 team_name=MASH"}));
}

TEST(Csv, TextInAnotherEncodingIsRejectedRowByRow) {
  const Reading reading = read_text("ssd_department.csv",
                                    "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\n"
                                    "T1,Caf\xE9,,\nT2,Caf\xC3\xA9,,\n");
  EXPECT_EQ(reading.kept.refusals[0],
            "1: line 2: This row is not UTF-8: byte 7 is hexadecimal e9. Save the file as UTF-8 "
            "(in Excel: \"CSV UTF-8\") and load it again.");
  EXPECT_EQ(reading.kept.rows[0], "ssd_department 2 team T2 | team_id=T2 team_name=Café");
}

TEST(Csv, AZeroByteIsRejected) {
  const std::string text("dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\nT3,a\0b,,\nT4,x,,\n",
                         86);
  const Reading reading = read_text("ssd_department.csv", text);
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"1: line 2: There is a zero byte in this row, at byte 5. Take the extract again: "
                   "this file is damaged."}));
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_department 2 team T4 | team_id=T4 team_name=x"}));
}

TEST(Csv, TextAfterAClosingMarkIsRejectedAndTheNextRowRead) {
  const Reading reading = read_text("ssd_department.csv",
                                    "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\n"
                                    "T1,\"MASH\" North,,\nT2,\"MASH\",,\n");
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"1: line 2: There is text after a closing quotation mark. Double a quotation mark "
                   "that is part of the text: \"\"."}));
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_department 2 team T2 | team_id=T2 team_name=MASH"}));
}

TEST(Csv, AnUnclosedMarkStopsTheFileAndSaysWhereItBegan) {
  const Reading reading = read_text("ssd_department.csv",
                                    "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\n"
                                    "T1,MASH,,\nT2,\"MASH,,\nT3,North,,\n");
  EXPECT_EQ(failure_of(reading),
            "line 3: A quotation mark is opened here and never closed. Close the quotation mark, or "
            "double it where it is part of the text, and load the file again.");
  EXPECT_EQ(reading.kept.rows, (Lines{"ssd_department 1 team T1 | team_id=T1 team_name=MASH"}));
}

TEST(Csv, AnotherTablesColumnsAreRefusedByName) {
  const Reading reading = read_text("ssd_department.csv", persons("7001,Bo,Li,M,,,,,,,,,,,\n"));
  EXPECT_EQ(failure_of(reading),
            "line 1: These are not the columns of Standard Safeguarding Dataset, departments and teams: "
            "dept_team_id, "
            "dept_team_name, dept_team_parent_id and dept_team_parent_name are missing. They look like Standard "
            "Safeguarding Dataset, persons (ssd_person): load the file as that.");
  EXPECT_EQ(reading.summary.read, 0U);
}

TEST(Csv, AColumnNamedTwiceIsRefused) {
  const Reading reading = read_text("ssd_department.csv", "dept_team_id,dept_team_name,DEPT_TEAM_ID\nT1,MASH,T2\n");
  EXPECT_EQ(failure_of(reading),
            "line 1: The first line names DEPT_TEAM_ID twice. Give each column its own name, so that it "
            "is clear which one counts.");
}

TEST(Csv, UnknownColumnsSayWhichTableIsNearest) {
  const Reading reading = read_text("people.csv", "CHILD,SEX,SHOE\n1,2,3\n");
  EXPECT_EQ(failure_of(reading),
            "line 1: No known table has these columns: CHILD, SEX and SHOE. Nearest is SSDA903, unaccompanied "
            "asylum-seeking children (uasc), which also has DOB and DUC. Otherwise describe the columns in a "
            "mapping.");
}

TEST(Csv, WhatIsNoTextIsRefusedByItsFirstBytes) {
  const auto refusal = [](std::string_view bytes) { return failure_of(read_text("ssd_person.csv", bytes)); };
  EXPECT_EQ(refusal(std::string_view("PK\x03\x04\x14\0\x06\0", 8)),
            "This is a zip file or an Excel workbook, not a text file. Unzip it and load the files inside; "
            "from Excel, save "
            "each sheet as CSV UTF-8.");
  EXPECT_EQ(refusal("\x1F\x8B\x08"), "This file is compressed with gzip. Decompress it and load what is inside.");
  EXPECT_EQ(refusal("%PDF-1.7"), "This is a PDF, not data. Ask for the extract as CSV, XML or JSON.");
  EXPECT_EQ(refusal(std::string_view("\xFF\xFEp\0", 4)),
            "This file is in UTF-16 (two bytes a character). Save it as UTF-8: in Excel choose \"CSV "
            "UTF-8\", in Notepad "
            "choose the encoding UTF-8.");
  EXPECT_EQ(refusal(std::string_view("p\0e\0", 4)),
            "This file seems to be in UTF-16 (two bytes a character). Save it as UTF-8.");
  EXPECT_EQ(refusal(""), "This file is empty. Check that the extract finished, and take it again.");
  EXPECT_EQ(refusal("\xEF\xBB\xBF\r\n"), "This file is empty. Check that the extract finished, and take it again.");
}

// Says the same line again and again, up to so many bytes, and counts what was asked for: no file on disk.
class Repeated final : public ByteSource {
 public:
  Repeated(std::string_view header, std::string_view line, std::uint64_t total)
      : header_(header), line_(line), total_(total) {}
  std::size_t read(std::span<char> into) override {
    largest_ = std::max(largest_, into.size());
    std::size_t count = 0;
    for (; count < into.size() && given_ < total_; ++count, ++given_) {
      into[count] = given_ < header_.size() ? header_[given_] : line_[(given_ - header_.size()) % line_.size()];
    }
    return count;
  }
  std::size_t largest() const { return largest_; }

 private:
  std::string_view header_, line_;
  std::uint64_t total_;
  std::uint64_t given_ = 0;
  std::size_t largest_ = 0;
};

class Counted final : public RowSink {
 public:
  void row(const Row&) override { ++rows; }
  void rejected(const RejectedRow& row) override {
    ++refused;
    last = to_text(row.problem);
  }
  void note(const Problem&) override {}
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;
  std::string last;
};

// The most memory that this program ever had.
std::size_t resident_kb() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 0;  // Sanitizers keep what was freed: nothing to measure.
#endif
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6));
  }
  return 0;
}

TEST(Csv, ThreeHundredMegabytesPassInBoundedMemory) {
  const std::size_t before = resident_kb();
  Repeated bytes("dept_team_id,dept_team_name\n", "T1,Multi-Agency Safeguarding Hub\n", 300'000'000);
  Counted sink;
  const ReadSummary summary = read({"ssd", "ssd_department", nullptr}, bytes, sink);
  EXPECT_FALSE(summary.failure);
  EXPECT_EQ(summary.bytes, 300'000'000U);
  // 27 bytes of header, then 33 a row; the last row is cut off but still has its two fields.
  EXPECT_EQ(sink.rows + sink.refused, (300'000'000U - 28 + 32) / 33);
  EXPECT_LE(bytes.largest(), std::size_t{1} << 20);
  EXPECT_LE(resident_kb() - before, 8U << 10);
}

TEST(Csv, AFileOverTheLimitSaysSoAndCountsWhatCameBefore) {
  Repeated bytes("dept_team_id,dept_team_name\n", "T1,Hub\n", 300'000);
  Counted sink;
  const ReadSummary summary = read({"ssd", "ssd_department", nullptr}, bytes, sink, {.max_bytes = 28 + 7 * 1000 + 3});
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(to_text(*summary.failure),
            "line 1002: This file is longer than 6 KB. Take the extract in parts, or let the operator raise "
            "the limit.");
  EXPECT_EQ(summary.delivered, 1000U);
}

TEST(Csv, ALineOfAHundredMegabytesIsOneRejectedRow) {
  Repeated bytes("dept_team_id,dept_team_name\nT1,Hub\n", "x", 100'000'000);
  Counted sink;
  const ReadSummary summary = read({"ssd", "ssd_department", nullptr}, bytes, sink);
  EXPECT_FALSE(summary.failure);
  EXPECT_EQ(sink.rows, 1U);
  EXPECT_EQ(sink.refused, 1U);
  EXPECT_EQ(sink.last,
            "line 3: This row is longer than 1 MB. Check that its line ends are there, and that it is a text "
            "file.");
}

TEST(Csv, AMarkOpenedForAMegabyteStopsTheFile) {
  Repeated bytes("dept_team_id,dept_team_name\nT1,Hub\nT2,\"", "open\n", 100'000'000);
  Counted sink;
  const ReadSummary summary = read({"ssd", "ssd_department", nullptr}, bytes, sink);
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(to_text(*summary.failure),
            "line 3: A quotation mark is opened here and not closed within 1 MB. Close the quotation "
            "mark, or double it where it is part of the text, and load the file again.");
  EXPECT_EQ(sink.rows, 1U);
}

TEST(Csv, BufferEdgesChangeNothing) {
  // The same rows with ever smaller buffers and reads: quotes, CRLF and two-byte letters fall on every edge.
  std::string text = "dept_team_id,dept_team_name\r\n";
  for (int i = 0; i < 200; ++i)
    text += "T" + std::to_string(i) + ",\"Caf\xC3\xA9 \"\"" + std::string(i % 7, 'x') + "\"\",\r\nx\"\r\n";
  class Dribble final : public ByteSource {
   public:
    Dribble(std::string_view rest, std::size_t step) : rest_(rest), step_(step) {}
    std::size_t read(std::span<char> into) override {
      const std::size_t count = std::min({into.size(), step_, rest_.size()});
      rest_.copy(into.data(), count);
      rest_.remove_prefix(count);
      return count;
    }

   private:
    std::string_view rest_;
    std::size_t step_;
  };
  Kept expected;
  MemoryBytes whole(text);
  const ReadSummary first = read({"ssd", "ssd_department", nullptr}, whole, expected);
  EXPECT_EQ(first.delivered, 200U);
  for (std::size_t step = 1; step < 12; ++step) {
    Dribble bytes(text, step);
    Kept kept;
    const ReadSummary summary = read({"ssd", "ssd_department", nullptr}, bytes, kept, {.max_row_bytes = 64 + step});
    EXPECT_FALSE(summary.failure);
    EXPECT_EQ(kept.rows, expected.rows);
    EXPECT_EQ(kept.lines, expected.lines);
  }
}

// --- School census

TEST(SchoolCensus, PupilsStateTheirSchoolAndNumbers) {
  const Reading reading =
      read_text("2024_autumn_pupilonroll.csv",
                "pupilonrolltableid,NativeId,dob,surname,forename,middlenames,preferredsurname,formersurname,upn,"
                "formerupn,"
                "uniquelearnernumber,sex,entrydate,pupilonrollorderseqcolumn,ncyearactual,qualhrs\n"
                "ab-1,8854001,2012-Jan-21 00:00:00,Okafor,Chidi,,,,A850728973744,,,M,2023-Sep-01 00:00:00,1,7,132.0\n");
  EXPECT_EQ(reading.kept.rows,
            (Lines{"pupilonroll 1 person ab-1 | school_number=8854001 birth_date=2012-Jan-21 00:00:00 surname=Okafor "
                   "forename=Chidi upn=A850728973744 sex=M entry_date=2023-Sep-01 00:00:00 year_group=7"}));
}

TEST(SchoolCensus, AddressesAreTiedToTheirPupilAndKeepTheirNumbersAsWritten) {
  const Reading reading =
      read_text("export.csv",
                "pupilonrolltableid,NativeId,addressesonrolltableid,addressesonrollorderseqcolumn,sourceid,"
                "uniquepropertyreferencenumber,paon,street,town,postcode\n"
                "ab-1,8854001,x1,1,s1,100120710000.0,14,Mill Lane,Worcester,WR1 2AB\n");
  EXPECT_EQ(reading.kept.rows,
            (Lines{"addressesonroll 1 address ab-1 | school_number=8854001 uprn=100120710000.0 address_lines=14 "
                   "address_lines=Mill Lane address_lines=Worcester postcode=WR1 2AB"}));
}

// --- SSDA903

TEST(Ssda903, FilesAreToldApartByTheirColumns) {
  const auto table = [](std::string_view header) {
    const Result<Format> format = detect("upload.csv", std::string(header) + "\n");
    return format.ok() ? format->name + " " + format->table : to_text(format.problems());
  };
  EXPECT_EQ(table("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"), "ssda903 header");
  EXPECT_EQ(table("CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"),
            "ssda903 episodes");
  EXPECT_EQ(table("CHILD,SEX,DOB,DUC"), "ssda903 uasc");
  EXPECT_EQ(table("CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON"), "ssda903 sw_episodes");
  EXPECT_EQ(table("CHILD,DOB,MISSING,MIS_START,MIS_END"), "ssda903 missing");
}

TEST(Ssda903, EpisodesArePlansOfLookedAfterChildren) {
  const Reading reading =
      read_text("episodes.csv",
                "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
                "566910,15/02/2016,L,C2,N3,T2,PR0,14/08/2017,X1,CLOSE,,,4244474\n");
  EXPECT_EQ(reading.kept.rows, (Lines{"episodes 1 plan 566910 | start_date=15/02/2016 end_date=14/08/2017 "
                                      "plan_kind=looked_after_episode"}));
}

// --- Any CSV by a mapping

TEST(Mapping, ACouncilsOwnTableIsReadByIt) {
  const Result<Format> format = by_mapping(
      R"({"table": "school_nurses", "entity": "person", "key": "client_no",
          "fields": {"nhs": "nhs_number", "born": "birth_date", "last name": "surname"}})");
  ASSERT_TRUE(format.ok()) << to_text(format.problems());
  MemoryBytes bytes("Client_No;Last Name;Born;NHS;Colour\n17;Okafor;01/05/2012;999 000 0018;red\n");
  Kept kept;
  const ReadSummary summary = read(*format, bytes, kept);
  EXPECT_FALSE(summary.failure);
  EXPECT_EQ(kept.rows,
            (Lines{"school_nurses 1 person 17 | surname=Okafor birth_date=01/05/2012 nhs_number=999 000 0018"}));
}

TEST(Mapping, EverythingWrongWithItIsSaidAtOnce) {
  const Result<Format> format =
      by_mapping(R"({"table": " ", "entity": "child", "fields": {"nhs": "nhs number", "born": 7}})");
  ASSERT_FALSE(format.ok());
  std::vector<std::string> whats;
  for (const Problem& problem : format.problems()) whats.push_back(problem.where + ": " + problem.what);
  EXPECT_EQ(whats, (Lines{"table: The mapping has no \"table\".", "key: The mapping has no \"key\".",
                          "entity: \"child\" is not an entity.", "fields.nhs: \"nhs number\" is not an attribute.",
                          "fields.born: What column born states is not a text."}));
  EXPECT_FALSE(by_mapping("[]").ok());
  EXPECT_FALSE(by_mapping("{").ok());
}

// --- PDS FHIR

constexpr std::string_view kPatient = R"({
  "resourceType": "Patient", "id": "9990000018",
  "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018", "extension": [{
    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
    "valueCodeableConcept": {"coding": [{"code": "01"}]}}]}],
  "meta": {"versionId": "2", "security": [{"code": "U"}]},
  "name": [{"use": "old", "family": "Bello", "given": ["Chidi"]},
           {"use": "usual", "family": "Okafor", "given": ["Chidi", "Emeka"]},
           {"use": "nickname", "family": "Okafor", "given": ["Chichi"]}],
  "gender": "male", "birthDate": "2012-05-01",
  "address": [{"use": "home", "line": ["14 Mill Lane", "Worcester"], "postalCode": "WR1 2AB",
               "period": {"start": "2019-01-02"},
               "extension": [{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey",
                              "extension": [{"url": "type", "valueCoding": {"code": "UPRN"}},
                                            {"url": "value", "valueString": "100120710000"}]}]},
              {"use": "old", "line": ["3 Elm Road"], "postalCode": "WR14 1AA", "period": {"end": "2019-01-01"}}]
})";

const Lines kPatientRows{
    "Patient 1 person 9990000018 | nhs_number=9990000018 nhs_verification=01 former_surname=Bello "
    "surname=Okafor "
    "forename=Chidi middle_names=Emeka preferred_surname=Okafor preferred_forename=Chichi sex=male "
    "birth_date=2012-05-01",
    "Patient.address 1 address 9990000018 | address_lines=14 Mill Lane address_lines=Worcester postcode=WR1 "
    "2AB "
    "uprn=100120710000 start_date=2019-01-02",
    "Patient.address 2 address 9990000018 | address_lines=3 Elm Road postcode=WR14 1AA end_date=2019-01-01"};

std::string on_one_line(std::string_view json) {
  std::string text(json);
  std::erase(text, '\n');
  return text;
}

TEST(PdsFhir, APatientsNamesAreToldApartByTheirUse) {
  const Reading reading = read_text("patient.json", kPatient);
  EXPECT_EQ(reading.kept.rows, kPatientRows);
  EXPECT_EQ(failure_of(reading), "");
}

TEST(PdsFhir, ABundleOfAnySizeIsReadEntryByEntry) {
  const std::string bundle =
      R"({"type": "searchset", "entry": [{"search": {"score": 1}, "resource": )" + std::string(kPatient) +
      R"(}, {"resource": {"resourceType": "RelatedPerson", "id": "1"}}], "resourceType": "Bundle"})";
  const Reading reading = read_text("bundle.json", bundle);
  EXPECT_EQ(reading.kept.rows, kPatientRows);
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"2: This is not a Patient but a resource of type RelatedPerson. Load the patients; "
                   "other resources are not used."}));
  EXPECT_EQ(reading.kept.raws[0], R"({"resource":{"resourceType":"RelatedPerson","id":"1"}})");
}

TEST(PdsFhir, OnePatientALineAndABrokenLineIsOneRejectedRow) {
  const std::string line = on_one_line(kPatient);
  const Reading reading = read_text("patients.ndjson", line + "\r\n{\"resourceType\": \"Patient\",\n\n" + line);
  EXPECT_EQ(reading.kept.counts.at("Patient"), 2U);
  EXPECT_EQ(reading.kept.counts.at("Patient.address"), 4U);
  EXPECT_EQ(reading.kept.lines, (std::vector<std::size_t>{1, 1, 1, 4, 4, 4}));
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"2: line 2: The JSON ends in the middle: the file was probably cut off. Take the "
                   "extract again; a JSON file must be UTF-8, whole and unedited."}));
}

TEST(PdsFhir, ARestrictedRecordIsMarkedOnThePersonAndEachAddress) {
  std::string restricted(kPatient);
  restricted.replace(restricted.find(R"("code": "U")"), 11, R"("code": "R")");
  const Reading reading = read_text("patient.json", restricted);
  ASSERT_EQ(reading.kept.rows.size(), 3U);
  for (const std::string& row : reading.kept.rows) EXPECT_NE(row.find(" restricted=R"), std::string::npos) << row;
}

TEST(PdsFhir, APatientWithoutANumberIsRejected) {
  const Reading reading = read_text("patient.json", R"({"resourceType": "Patient", "gender": "male"})");
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"1: This patient has neither an id nor an NHS number. Take the extract again; every "
                   "PDS record has its NHS number as id."}));
}

TEST(PdsFhir, ABrokenDocumentSaysWhere) {
  EXPECT_EQ(failure_of(read_text("p.json", "{\"resourceType\":\n \"Patient\" \"id\": 1}")),
            "line 2, byte 12: This is not JSON: syntax error. Take the extract again; a JSON file must be "
            "UTF-8, whole and "
            "unedited.");
  EXPECT_EQ(failure_of(read_text("p.json", std::string(kPatient.substr(0, 400)))),
            "line 7, byte 22: The JSON ends in the middle: the file was probably cut off. Take the extract "
            "again; a JSON file "
            "must be UTF-8, whole and unedited.");
}

TEST(PdsFhir, TenMillionBracketsAreRefusedAtOnce) {
  Repeated bytes("", "[", 10'000'000);
  Counted sink;
  const ReadSummary summary = read({"pds-fhir", "", nullptr}, bytes, sink);
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(summary.failure->what, "The JSON is nested too deeply to be a patient.");
  EXPECT_LE(summary.bytes, 65536U);
}

TEST(PdsFhir, ABundleOfAHundredMegabytesNeedsNoMoreMemoryThanAPatient) {
  const std::string entry = R"({"resource":)" + on_one_line(kPatient) + "},";
  const std::size_t before = resident_kb();
  Repeated bytes(R"({"resourceType":"Bundle","entry":[)", entry, 100'000'000);
  Counted sink;
  const ReadSummary summary = read({"pds-fhir", "", nullptr}, bytes, sink);
  ASSERT_TRUE(summary.failure);  // It has no end.
  EXPECT_EQ(sink.rows, 3 * ((100'000'000 - 34) / entry.size()));
  EXPECT_LE(resident_kb() - before, 8U << 10);
}

// --- Common transfer file

constexpr std::string_view kCtf = R"(<?xml version="1.0" encoding="UTF-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>
    <SourceSchool><LEA>885</LEA><Estab>4001</Estab></SourceSchool>
    <DestSchool><LEA>885</LEA><Estab>4002</Estab></DestSchool>
  </Header>
  <CTFpupilData>
    <Pupil>
      <UPN>A850728973744</UPN><Surname>O&apos;Hara</Surname><Forename>Bríd</Forename><DOB>2012-05-01</DOB><Sex>F</Sex>
      <BasicDetails><PreferredForename>Bridie</PreferredForename><NCyearActual>7</NCyearActual></BasicDetails>
      <Address><PAON>14</PAON><Street>Mill Lane</Street><Town>Worcester</Town><PostCode>WR1 2AB</PostCode></Address>
      <Contacts><Contact><Order>1</Order><Surname>O'Hara</Surname></Contact><Contact><Order>2</Order></Contact></Contacts>
      <SomethingNew><Inner><Leaf>1</Leaf></Inner></SomethingNew>
    </Pupil>
    <Pupil>
      <BasicDetails><LegalSurname>Li</LegalSurname><LegalForename>Bo</LegalForename><BirthDate>2013-01-02</BirthDate>
        <Gender>M</Gender></BasicDetails>
    </Pupil>
    <Pupil><Surname>Nobody</Surname></Pupil>
  </CTFpupilData>
</CTfile>
)";

TEST(Ctf, PupilsAddressesAndUnknownGroupsBecomeRows) {
  const Reading reading = read_text("8854001_CTF_8854002_001.xml", kCtf);
  EXPECT_EQ(failure_of(reading), "");
  EXPECT_EQ(reading.kept.rows,
            (Lines{"Pupil 1 person A850728973744 | upn=A850728973744 surname=O'Hara forename=Bríd "
                   "birth_date=2012-05-01 sex=F "
                   "preferred_forename=Bridie year_group=7 school_number=8854001",
                   "Address 1 address A850728973744 | address_lines=14 address_lines=Mill Lane "
                   "address_lines=Worcester "
                   "postcode=WR1 2AB",
                   "Contacts 1 other A850728973744 |", "Contacts 2 other A850728973744 |",
                   "SomethingNew 1 other A850728973744 |",
                   "Pupil 2 person 8854001/LI/BO/2013-01-02 | surname=Li forename=Bo birth_date=2013-01-02 sex=M "
                   "school_number=8854001"}));
  EXPECT_EQ(reading.kept.refusals,
            (Lines{"3: line 20: This pupil has no UPN, and not all of surname, forename and date of "
                   "birth. Ask the school that sent the file for the pupil's UPN."}));
  EXPECT_EQ(reading.kept.lines[0], 9U);
}

TEST(Ctf, AFileThatWasCutOffKeepsThePupilsBefore) {
  const Reading reading = read_text("ctf.xml", kCtf.substr(0, kCtf.find("<Pupil><Surname>Nobody") + 10));
  EXPECT_EQ(failure_of(reading),
            "line 20, column 14: The document ends before everything in it is closed: the file was "
            "probably cut off. Take the extract again.");
  EXPECT_EQ(reading.summary.delivered, 6U);
}

TEST(Ctf, ADocumentTypeIsRefused) {
  const std::string bomb =
      "<?xml version=\"1.0\"?><!DOCTYPE CTfile [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
      "\"&a;&a;&a;\">]><CTfile>&b;</CTfile>";
  EXPECT_EQ(failure_of(read_text("ctf.xml", bomb)),
            "This XML begins with a document type (DOCTYPE), which is not read: it can pull in other files. "
            "Remove it, or take "
            "the extract again without it.");
  MemoryBytes bytes(bomb);
  Counted sink;
  const ReadSummary summary = read({"ctf", "", nullptr}, bytes, sink);
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(summary.failure->where, "line 1, column 24");
}

TEST(Ctf, TenMillionElementsWithinOneAnotherAreRefused) {
  Repeated bytes("<CTfile>", "<a>", 30'000'000);
  Counted sink;
  const ReadSummary summary = read({"ctf", "", nullptr}, bytes, sink);
  ASSERT_TRUE(summary.failure);
  EXPECT_EQ(summary.failure->what, "Elements are nested more than 32 deep.");
}

// --- Children in need census

std::string cin(std::string_view children) {
  return "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>"
         "<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><LEA>885</LEA></Source></"
         "Header>\n"
         "<Children>" +
         std::string(children) + "</Children></Message>";
}

TEST(CinCensus, AChildsEpisodesAndPlansAreRowsOfTheirOwn) {
  const Reading reading = read_text(
      "cin.xml", cin("<Child><ChildIdentifiers><LAchildID>C1</LAchildID><UPNunknown>UN3</UPNunknown>PersonBirthDate\n"
                     "<PersonBirthDate>2015-03-27</PersonBirthDate><Sex>1</Sex></ChildIdentifiers>"
                     "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>HAND</Disability></"
                     "Disabilities>"
                     "</ChildCharacteristics><CINdetails><CINreferralDate>2022-10-06</CINreferralDate>"
                     "<CINPlanDates><CINPlanStartDate>2023-01-24</CINPlanStartDate></CINPlanDates>"
                     "<Section47><S47ActualStartDate>2022-06-02</S47ActualStartDate></Section47>"
                     "<ChildProtectionPlans><CPPstartDate>2022-02-17</CPPstartDate><CPPendDate>2023-03-14</CPPendDate>"
                     "<Reviews><CPPreviewDate>2023-02-15</CPPreviewDate></Reviews></ChildProtectionPlans>"
                     "</CINdetails></Child>"));
  EXPECT_EQ(reading.kept.rows, (Lines{"Child 1 person C1 | birth_date=2015-03-27 sex=1 ethnicity=WBRI",
                                      "CINdetails 1 plan C1 | start_date=2022-10-06 plan_kind=child_in_need_episode",
                                      "CINPlanDates 1 plan C1 | start_date=2023-01-24 plan_kind=child_in_need_plan",
                                      "Section47 1 other C1 |",
                                      "ChildProtectionPlans 1 plan C1 | start_date=2022-02-17 end_date=2023-03-14 "
                                      "plan_kind=child_protection_plan"}));
  EXPECT_EQ(reading.kept.notes, (Lines{"line 2: There is text between elements that belongs to none of them: "
                                       "\"PersonBirthDate\". It is passed over. "
                                       "Remove it, or put it into the element it is meant for."}));
}

TEST(CinCensus, TheRowsOfAChildWithoutAnIdAreRejectedOneByOne) {
  const Reading reading =
      read_text("cin.xml", cin("<Child><CINdetails><CINreferralDate>2022-10-06</CINreferralDate></CINdetails>"
                               "</Child>"));
  EXPECT_EQ(reading.summary.rejected, 2U);
  EXPECT_EQ(reading.kept.raws[1], "CINreferralDate: 2022-10-06\nCINdetails: child_in_need_episode\n");
}

TEST(CinCensus, AnotherCollectionIsRefused) {
  EXPECT_EQ(failure_of(read_text("x.xml",
                                 "<Message><Header><CollectionDetails><Collection>SC</Collection></CollectionDetails>"
                                 "</Header></Message>")),
            "This is the DfE collection \"SC\", which can't be read yet. Load a children in need census, or "
            "take the extract as "
            "CSV.");
}

// --- The public samples

std::optional<std::filesystem::path> shared_extracts() {
  const char* const given = std::getenv("GUILDHALL_SHARED");
  const std::filesystem::path shared = given != nullptr ? given : "../shared";
  const std::filesystem::path extracts = shared / "data" / "extracts";
  if (std::filesystem::exists(extracts)) return extracts;
  return std::nullopt;
}

Reading read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return read_text(path.filename().string(), text.str());
}

#define NEEDS_SHARED_DATA()              \
  const auto shared = shared_extracts(); \
  if (!shared) GTEST_SKIP() << "The shared sample data is not here: set GUILDHALL_SHARED."

TEST(PublicSamples, SchoolCensusPupils) {
  NEEDS_SHARED_DATA();
  const auto samples = *shared / "school-census" / "samples";
  const std::map<std::string, std::pair<std::string, std::size_t>> expected{
      {"2024_autumn_pupilonroll.csv", {"pupilonroll", 9088}},
      {"2025_spring_pupilonroll.csv", {"pupilonroll", 9498}},
      {"2024_autumn_pupilnolongeronroll.csv", {"pupilnolongeronroll", 308}},
      {"2025_spring_pupilnolongeronroll.csv", {"pupilnolongeronroll", 375}},
      {"2024_autumn_addressesoffroll.csv", {"addressesoffroll", 1698}},
      {"2025_spring_senneeds.csv", {"senneeds", 16954}},
      {"2024_autumn_termlyexclusionsonroll.csv", {"termlyexclusionsonroll", 10373}},
  };
  for (const auto& [file, table] : expected) {
    const Reading reading = read_file(samples / file);
    EXPECT_EQ(failure_of(reading), "") << file;
    EXPECT_EQ(reading.summary.rejected, 0U) << file;
    EXPECT_EQ(reading.kept.counts, (std::map<std::string, std::size_t>{table})) << file;
  }
}

TEST(PublicSamples, ChildrenInNeed) {
  NEEDS_SHARED_DATA();
  const Reading reading = read_file(*shared / "cin-census" / "samples" / "fake_CIN_data.xml");
  EXPECT_EQ(failure_of(reading), "");
  EXPECT_EQ(reading.summary.rejected, 0U);
  EXPECT_EQ(reading.kept.counts, (std::map<std::string, std::size_t>{{"Child", 332}, {"CINdetails", 402}}));
  const Reading newest = read_file(*shared / "cin-census" / "samples" / "CIN_Census_2026.xml");
  EXPECT_EQ(failure_of(newest), "");
  EXPECT_EQ(newest.kept.counts, (std::map<std::string, std::size_t>{{"Child", 2},
                                                                    {"CINdetails", 2},
                                                                    {"Assessments", 2},
                                                                    {"CINPlanDates", 1},
                                                                    {"Section47", 1},
                                                                    {"ChildProtectionPlans", 1},
                                                                    {"PreProceedingsandFGDM", 1}}));
  EXPECT_EQ(newest.kept.notes.size(), 2U);  // Year and reference date; stray text.
  for (const char* const file : {"CIN2rows.xml", "CIN_Census_2021.xml", "CIN_Census_2024.xml",
                                 "CIN_header_issues_100.xml", "CIN_la_issues_2887Q.xml"}) {
    const Reading other = read_file(*shared / "cin-census" / "samples" / file);
    EXPECT_EQ(failure_of(other), "") << file;
    EXPECT_EQ(other.summary.rejected, 0U) << file;
    EXPECT_GE(other.kept.counts.at("Child"), 1U) << file;
  }
}

TEST(PublicSamples, ChildrenLookedAfter) {
  NEEDS_SHARED_DATA();
  const std::map<std::string, std::pair<std::string, std::size_t>> expected{
      {"header.csv", {"header", 2675}},
      {"episodes.csv", {"episodes", 5050}},
      {"reviews.csv", {"reviews", 12582}},
      {"oc2.csv", {"oc2", 2675}},
      {"oc3.csv", {"oc3", 53}},
      {"ad1.csv", {"ad1", 29}},
      {"missing.csv", {"missing", 43}},
      {"uasc.csv", {"uasc", 132}},
      {"sw_episodes.csv", {"sw_episodes", 1}},
      {"DoLo.csv", {"dolo", 1}},
      {"placed_for_adoption.csv", {"placed_for_adoption", 29}},
      {"previous_permanence.csv", {"previous_permanence", 2675}},
  };
  for (const auto& [file, table] : expected) {
    const Reading reading = read_file(*shared / "ssda903" / "samples" / file);
    EXPECT_EQ(failure_of(reading), "") << file;
    EXPECT_EQ(reading.summary.rejected, 0U) << file;
    EXPECT_EQ(reading.kept.counts, (std::map<std::string, std::size_t>{table})) << file;
  }
}

TEST(PublicSamples, EveryPdsPatient) {
  NEEDS_SHARED_DATA();
  std::size_t patients = 0;
  std::size_t restricted = 0;
  std::size_t addresses = 0;
  for (const char* const folder : {"patientResponses", "sandbox"}) {
    for (const auto& file : std::filesystem::directory_iterator(*shared / "fhir-pds" / folder)) {
      const Reading reading = read_file(file.path());
      EXPECT_EQ(failure_of(reading), "") << file.path();
      for (const std::string& row : reading.kept.rows) {
        addresses += row.starts_with("Patient.address ") ? 1 : 0;
        patients += row.starts_with("Patient ") ? 1 : 0;
        restricted += row.starts_with("Patient ") && row.find(" restricted=R") != std::string::npos ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(patients, 24U);
  EXPECT_EQ(restricted, 3U);
  EXPECT_EQ(addresses, 20U);
}

}  // namespace
}  // namespace guildhall::extracts
