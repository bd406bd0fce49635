#include "linkage/table.h"

#include <gtest/gtest.h>

#include "linkage/impl/values.h"

namespace guildhall::linkage {
namespace {

Result<LoadedTable> read(std::string_view map, std::string_view header, std::string_view text, std::size_t piece) {
  TableReader reader({.map = std::string(map), .id_column = "id", .label_columns = {}, .threads = 2});
  const std::vector<std::string> headers = {std::string(header)};
  TRY(reader.begin(headers));
  reader.begin_file(0, "people.csv");
  for (std::size_t at = 0; at < text.size(); at += piece) reader.add(text.substr(at, piece));
  reader.end_file();
  return reader.finish();
}

TEST(TableReader, ReadsTheSameHoweverTheFileIsCut) {
  const std::string_view text =
      "1,\"Smith, Jones\",\"12 \"\"The Mews\"\"\nHigh Street\"\r\n2,  Okafor ,\r\n\r\n3,Zo\xC3\xAB,9 Lime Road";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const auto loaded =
        read(R"({"name": "surname", "street": "address"})", "\xEF\xBB\xBFid,name,street\r", text, piece);
    ASSERT_TRUE(loaded.ok()) << piece << to_text(loaded.problems());
    const Table& table = loaded->table;
    ASSERT_EQ(table.records(), 3u);
    EXPECT_EQ(table.text(0, 0), "SMITHJONES");
    EXPECT_EQ(table.text(0, 1), "12 THE MEWS HIGH ST");
    EXPECT_EQ(table.text(1, 0), "OKAFOR");
    EXPECT_EQ(table.text(1, 1), "");
    EXPECT_EQ(table.text(2, 0), "ZOE");
    EXPECT_EQ(table.id(2), "3");
  }
}

TEST(TableReader, ReadsFilesOfDifferentShapesAsOneTable) {
  TableReader reader(
      {.map = R"({"name": "surname", "born": "birth_date"})", .id_column = "id", .label_columns = {}, .threads = 1});
  const std::vector<std::string> headers = {"id,born,name", "name,more,id"};
  ASSERT_TRUE(reader.begin(headers).ok());
  reader.begin_file(0, "one.csv");
  reader.add("1,2014-03-12,Smith\n");
  reader.end_file();
  reader.begin_file(1, "two.csv");
  reader.add("Price,x,1");
  reader.end_file();
  const auto loaded = reader.finish();
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.problems());
  EXPECT_EQ(loaded->table.records(), 2u);
  EXPECT_EQ(loaded->table.text(0, 1), "20140312");
  EXPECT_EQ(loaded->table.text(1, 1), "");
  EXPECT_EQ(loaded->table.text(1, 0), "PRICE");
  EXPECT_EQ(loaded->table.file(1), 1);
}

TEST(TableReader, ReadsTheFieldsOfAModelUnderItsNames) {
  // Of two identifiers one was empty, so that the model has one; it is called by its column, as it was among two.
  const Field reference{"ref1", FieldKind::Identifier, {"ref1"}, Field::Part::Whole};
  TableReader reader({.map = {}, .fields = {reference}, .id_column = "id", .label_columns = {}, .threads = 1});
  const std::vector<std::string> headers = {"id,ref1,ref2"};
  ASSERT_TRUE(reader.begin(headers).ok());
  reader.begin_file(0, "people.csv");
  reader.add("1,AB123,\n");
  reader.end_file();
  const auto loaded = reader.finish();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->table.fields(), std::vector<Field>{reference});
  TableReader other({.map = {}, .fields = {reference}, .id_column = "id", .label_columns = {}, .threads = 1});
  const std::vector<std::string> other_headers = {"id,ref2"};
  EXPECT_EQ(to_text(other.begin(other_headers).problems()),
            "field ref1: The file has no column \"ref1\", which the model reads. Perhaps \"ref2\".");
}

TEST(ReadCsv, ReadsWhatIsBetweenQuotationMarks) {
  const auto rows = read_csv("a,\"b,c\"\r\n\"1 \"\"x\"\"\",\"two\nlines\"\r\n,\n3,");
  ASSERT_TRUE(rows.ok()) << to_text(rows.problems());
  EXPECT_EQ(*rows,
            (std::vector<std::vector<std::string>>{{"a", "b,c"}, {"1 \"x\"", "two\nlines"}, {"", ""}, {"3", ""}}));
  EXPECT_EQ(read_csv("a,b\n1,2,3\n").problems()[0].where, "row 2");
  EXPECT_FALSE(read_csv("a,b\n1,\xE9\n").ok());
}

TEST(TableReader, AQuotationMarkInsideACellIsALetter) {
  const std::string rows = "1,O\"Neil\n2,\"Price\n\"\n3,  \"Okafor\"\n4,Walker\n";
  for (const std::size_t size : {1u, 7u, 1000u}) {
    const auto data = read(R"({"name": "surname"})", "id,name", rows, size);
    ASSERT_TRUE(data.ok());
    ASSERT_EQ(data->table.records(), 4u) << size;
    EXPECT_EQ(data->table.id(2), "3");
  }
  EXPECT_EQ(read(R"({"name": "surname"})", "id,name", "1,\"O\" \"Neil\"\n", 1000).problems()[0].what,
            "A cell goes on after its closing quotation mark.");
}

TEST(TableReader, SaysWhichRowsAreWrong) {
  const auto problems =
      read(R"({"name": "surname"})", "id,name", "1,Smith\n2,Smith,Jones\n1,Okafor\n,Price\n", 1000).problems();
  ASSERT_EQ(problems.size(), 1u);  // What can't be read comes first: cells might be in the wrong columns.
  EXPECT_EQ(
      to_text(problems[0]),
      "people.csv, row 3: This row has 3 cells, and the header line 2. Put text with commas in it between quotation "
      "marks.");
  const auto ids = read(R"({"name": "surname"})", "id,name", "1,Smith\n1,Okafor\n,Price\n", 1000).problems();
  ASSERT_EQ(ids.size(), 1u);
  EXPECT_EQ(ids[0].where, "people.csv, row 4");
  const auto twice = read(R"({"name": "surname"})", "id,name", "1,Smith\n2,Price\n1,Okafor\n", 1000).problems();
  EXPECT_EQ(twice[0].what, "An id is there twice: 1.");
  const auto bytes = read(R"({"name": "surname"})", "id,name",
                          "1,Smith\n2,Pri\xE9"
                          "ce\n",
                          1000)
                         .problems();
  EXPECT_EQ(to_text(bytes[0]),
            "people.csv, row 3: There are bytes that are not UTF-8. Save the file as UTF-8; spreadsheets call it \"CSV "
            "UTF-8\".");
  EXPECT_EQ(read(R"({"name": "surname"})", "id,name", "1,\"Smith\n", 1000).problems()[0].what,
            "A quotation mark in this row is not closed.");
  EXPECT_FALSE(read(R"({"name": "surname"})", "id,name", "", 1000).ok());
}

TEST(TableReader, CountsANumberThatHalfTheCouncilHasAsMissing) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += std::to_string(i) + ",AB12345\n";
  text += "a,CD99999\nb,CD99999\n";
  const auto loaded = read(R"({"number": "identifier"})", "id,number", text, 100);
  ASSERT_EQ(loaded->placeholders.size(), 1u);
  EXPECT_EQ(loaded->placeholders[0].records, 200u);
  EXPECT_EQ(loaded->table.text(0, 0), "");
  EXPECT_EQ(loaded->table.text(200, 0), "CD99999");
}

struct Written {
  FieldKind kind;
  std::string_view written, canonical;
};

TEST(Canonical, MakesOneOfManyWaysToWrite) {
  const Written cases[] = {
      {FieldKind::BirthDate, "2014-03-12", "20140312"},
      {FieldKind::BirthDate, "12/03/2014", "20140312"},
      {FieldKind::BirthDate, "20140312", "20140312"},
      {FieldKind::BirthDate, "12 Mar 2014", "20140312"},
      {FieldKind::BirthDate, "2014-02-31", "20140231"},  // does not exist, and is one slip from one that does
      {FieldKind::BirthDate, "12-03-2014", "20140312"},
      {FieldKind::BirthDate, "12.03.2014", "20140312"},
      {FieldKind::BirthDate, "12/03/2014 00:00:00", "20140312"},
      {FieldKind::BirthDate, "2014-03-12T00:00:00", "20140312"},
      {FieldKind::BirthDate, "12-Mar-2014", "20140312"},
      {FieldKind::BirthDate, "2014-Mar-12", "20140312"},
      {FieldKind::BirthDate, "12 March 2014", "20140312"},
      {FieldKind::BirthDate, " 2014-03-12 ", "20140312"},
      {FieldKind::BirthDate, "31/02/2014", "20140231"},
      {FieldKind::BirthDate, "2014-13-12", "20141312"},
      {FieldKind::BirthDate, "0000-00-00", ""},
      {FieldKind::BirthDate, "", ""},
      {FieldKind::BirthDate, "1856", "18560000"},
      {FieldKind::BirthDate, "not known", ""},
      {FieldKind::NhsNumber, "999 000 0018", "9990000018"},
      {FieldKind::NhsNumber, "0000000000", ""},
      {FieldKind::NhsNumber, "1234567890", ""},
      {FieldKind::Forename,
       "Ren\xC3\xA9"
       "e-Ann",
       "RENEEANN"},
      {FieldKind::Forename, "  zo\xC3\xAB  ", "ZOE"},
      {FieldKind::Forename, "\xC5\x81ucja", "LUCJA"},
      {FieldKind::Surname, "Smith-Jones", "SMITHJONES"},
      {FieldKind::Surname, "Smith Jones", "SMITHJONES"},
      {FieldKind::Surname, "Gro\xC3\x9F", "GROSS"},
      {FieldKind::Forename, "Unknown", ""},
      {FieldKind::Forename, "Baby", ""},
      {FieldKind::Surname, "O'Neill", "ONEILL"},
      {FieldKind::Sex, "female", "F"},
      {FieldKind::Sex, "1", "M"},
      {FieldKind::Sex, "U", ""},
      {FieldKind::Postcode, "wr5 3de", "WR53DE"},
      {FieldKind::Postcode, " WR53DE ", "WR53DE"},
      {FieldKind::Postcode, "ec1a 1bb", "EC1A1BB"},
      {FieldKind::Postcode, "", ""},
      {FieldKind::Address, "Apartment 3, 12 St. John's Road", "FLAT 3 12 ST JOHNS RD"},
      {FieldKind::Email, " Jo@Example.ORG ", "jo@example.org"},
      {FieldKind::Phone, "+44 (0)20 7946 0018", "02079460018"},
      {FieldKind::Phone, "0044 20 7946 0018", "02079460018"},
      {FieldKind::Number,
       "\xC2\xA3"
       "1,200.50",
       "1200.5"},
      {FieldKind::Text, "Efficient  Record-Linkage", "EFFICIENT RECORD LINKAGE"},
  };
  for (const Written& one : cases) {
    std::string scratch;
    EXPECT_EQ(canonical(one.kind, one.written, scratch), one.canonical) << one.written;
  }
}

TEST(FullName, IsTakenApartInEitherOrder) {
  std::string scratch;
  EXPECT_EQ(part_of_full_name("Smith, Jack Peter", Field::Part::Surname, scratch), "Smith");
  EXPECT_EQ(part_of_full_name("Jack Peter Smith", Field::Part::Surname, scratch), "Smith");
  EXPECT_EQ(part_of_full_name("Jack Peter Smith", Field::Part::Forename, scratch), "Jack");
  EXPECT_EQ(part_of_full_name("Smith", Field::Part::Forename, scratch), "");
}

}  // namespace
}  // namespace guildhall::linkage
