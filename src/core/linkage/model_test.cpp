#include "linkage/model.h"

#include <gtest/gtest.h>

#include "linkage/fields.h"
#include "linkage/train.h"

namespace guildhall::linkage {
namespace {

std::vector<Field> person_fields() {
  const std::vector<std::string> header = {"id",         "forename", "surname", "dob",
                                           "nhs_number", "street",   "town",    "postcode"};
  return *read_field_map(
      R"({"forename": "forename", "surname": "surname", "dob": "birth_date", "nhs_number": "nhs_number",
                            "street": "address", "town": "locality", "postcode": "postcode"})",
      header);
}

TEST(Model, IsReadAsItWasWritten) {
  Model model = untrained_model(person_fields());
  model.blocking_rules = candidate_rules(model.fields);
  model.comparisons[1].rare_frequency = 5e-5;
  model.comparisons[1].frequencies = {{"OLIVER", 0.0123}, {"ZO\xC3\x8B \"Z\"", 0.0001}};
  const std::string text = to_json(model);
  const auto read = model_from_json(text);
  ASSERT_TRUE(read.ok()) << to_text(read.problems());
  EXPECT_EQ(to_json(*read), text);
}

TEST(Model, SaysWhatIsWrongAndWhere) {
  Model model = untrained_model(person_fields());
  std::string text = to_json(model);
  text.replace(text.find("\"exact\""), 7, "\"exakt\"");
  EXPECT_EQ(to_text(model_from_json(text).problems()),
            "comparison nhs_number: \"exakt\" is not known. See the guide to linkage for the format.");
  model.comparisons[0].levels[0].m_probability = 1.5;
  EXPECT_EQ(check_model(model).problems()[0].where, "nhs_number, exact");
  EXPECT_EQ(model_from_json("[1, 2").problems().size(), 1u);
}

TEST(FieldMap, TakesEitherDirectionAndOtherNames) {
  const std::vector<std::string> header = {"given_name", "dob", "street", "town"};
  const auto one = read_field_map(R"({"given_name": "forename", "dob": "birth_date", "street": "address"})", header);
  const auto other =
      read_field_map(R"({"first_name": "given_name", "date_of_birth": "dob", "address": ["street"]})", header);
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(*one, *other);
}

TEST(FieldMap, SaysWhichColumnOrKindWasMeant) {
  const std::vector<std::string> header = {"forename", "dob"};
  const auto problems = read_field_map(R"({"forname": "forename", "dob": "birthdat"})", header).problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].what, "The file has no column \"forname\".");
  EXPECT_EQ(problems[0].remedy, "Perhaps \"forename\".");
  EXPECT_EQ(problems[1].remedy, "Perhaps \"birth_date\".");
}

}  // namespace
}  // namespace guildhall::linkage
