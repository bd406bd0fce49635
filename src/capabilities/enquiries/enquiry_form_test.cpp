#include "enquiries/enquiry_form.h"

#include <gtest/gtest.h>

namespace guildhall::enquiries {
namespace {

TEST(EnquiryForm, KeepsTheLinesOfAQuestion) {
  EXPECT_EQ(*message_in("  When is the tip open?\r\n\r\nThanks\r"), "When is the tip open?\n\nThanks");
}

TEST(EnquiryForm, SaysWhatToEnter) {
  EXPECT_EQ(message_in(" \r\n ").problems()[0].what, "Enter your question");
  EXPECT_TRUE(message_in(std::string(5'000, 'x')).ok());
  EXPECT_EQ(message_in(std::string(5'001, 'x')).problems()[0].what, "Your question must be 5,000 characters or less");
  std::string five_thousand_accents;
  for (int i = 0; i < 5'000; ++i) five_thousand_accents += "é";
  EXPECT_TRUE(message_in(five_thousand_accents).ok());
  EXPECT_EQ(to_text(contact_in("", "", "ring me").problems()),
            "name: Enter your full name\nemail: Enter your email address\n"
            "phone: Enter a phone number, like 01632 960 001 or +44 808 157 0192");
}

TEST(EnquiryForm, KnowsAnEmailAddressFromATypingMistake) {
  for (const char* right : {"priya@example.com", "p.o'neil+tip@mail.example.co.uk"}) {
    EXPECT_TRUE(contact_in("Priya Nair", right, "").ok()) << right;
  }
  for (const char* wrong : {"priya", "@example.com", "priya@example", "priya@.com", "a b@example.com", "a@b@c.com",
                            "priya@example..com", "priya@example."}) {
    EXPECT_FALSE(contact_in("Priya Nair", wrong, "").ok()) << wrong;
  }
}

TEST(EnquiryForm, ReadsAReferenceAsPeopleTypeIt) {
  EXPECT_EQ(reference_in(" ge 7k3m-92qx "), "GE-7K3M-92QX");
  EXPECT_EQ(reference_in("GE-OIL0-1234"), "GE-0110-1234");
  EXPECT_EQ(reference_in("GE-7K3M"), "");
  EXPECT_EQ(reference_in("XX-7K3M-92QX"), "");
  const std::string made = new_reference();
  EXPECT_EQ(reference_in(made), made);
}

}  // namespace
}  // namespace guildhall::enquiries
