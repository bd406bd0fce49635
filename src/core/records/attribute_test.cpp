#include "records/attribute.h"

#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

// Databases hold these names.
TEST(Attribute, NamesAreFixed) {
  EXPECT_EQ(name_of(Attribute::NhsNumber), "nhs_number");
  EXPECT_EQ(name_of(Attribute::ExpectedBirthDate), "expected_birth_date");
  EXPECT_EQ(name_of(Attribute::IdentifierType), "identifier_type");
  EXPECT_EQ(name_of(Attribute::WorkerName), "worker_name");
  EXPECT_EQ(name_of(Attribute::EndDate), "end_date");
  EXPECT_EQ(name_of(Entity::Professional), "professional");
}

TEST(Attribute, EveryNameFindsItsAttribute) {
  for (std::size_t i = 0; i < kAttributeCount; ++i) {
    const auto attribute = static_cast<Attribute>(i);
    EXPECT_EQ(attribute_named(name_of(attribute)), attribute);
  }
  EXPECT_EQ(entity_named("plan"), Entity::Plan);
  EXPECT_EQ(attribute_named("Surname"), std::nullopt);
  EXPECT_EQ(entity_named(""), std::nullopt);
}

}  // namespace
}  // namespace guildhall::records
