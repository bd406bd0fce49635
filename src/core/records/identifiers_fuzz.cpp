#include <cstdlib>

#include "records/identifiers.h"

// Whatever is accepted is accepted again in its own writing, and says the same.
template <class Identifier, class Text>
static void again(const guildhall::Result<Identifier>& first, Text text) {
  if (!first.ok()) return;
  const auto second = Identifier::parse(text(*first));
  if (!second.ok() || *second != *first) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace guildhall::records;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto nhs = NhsNumber::parse(text, TestNumbers::Accept);
  if (nhs.ok() && *NhsNumber::parse(nhs->spoken(), TestNumbers::Accept) != *nhs) std::abort();
  again(Upn::parse(text), [](const Upn& upn) { return upn.text(); });
  again(UniqueLearnerNumber::parse(text), [](const UniqueLearnerNumber& uln) { return uln.digits(); });
  again(Postcode::parse(text), [](const Postcode& postcode) { return postcode.text(); });
  again(Uprn::parse(text), [](const Uprn& uprn) { return uprn.text(); });
  if (const auto repaired = Postcode::repaired(text); repaired && !Postcode::parse(repaired->text()).ok()) std::abort();
  return 0;
}
