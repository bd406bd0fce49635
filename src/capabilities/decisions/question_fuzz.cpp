#include "decisions/question.h"

#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>

#include "decisions/impl/test_models.h"

namespace {

using namespace guildhall;
using namespace guildhall::decisions;

void must(bool holds) {
  if (!holds) std::abort();
}

OfferedModel permit() {
  VersionText residents{.version = {}, .xml = residents_model()};
  residents.version.namespace_uri = kResidentsNamespace;
  Version version;
  version.slug = "parking-permit";
  return offered({version}, Library({residents}), permit_model());
}

}  // namespace

// Any bytes as a question are refused with problems, or answered in JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const OfferedModel model = permit();
  must(model.problems.empty());
  const OfferedDecision& decision = model.decisions.back();
  dmn::Decider decider(model.compiled.model, kBudget);
  decider.begin(moment_at({}));
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto question = read_question(body, model, decision, decider.memory());
  if (!question.ok()) {
    for (const Problem& problem : question.problems()) must(!problem.what.empty());
    return 0;
  }
  const auto answer = answer_json(*question, model, decision, decider);
  must(answer.ok());
  boost::json::error_code error;
  boost::json::parse(*answer, error);
  must(!error);
  return 0;
}
