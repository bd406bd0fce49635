#include "dmn/read_model.h"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// A model or problems, never neither; and a model is as model.h says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<dmn::Model> model = dmn::read_model({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) {
    must(!model.problems().empty() && model.problems().size() <= 100);
    for (const Problem& problem : model.problems()) must(!problem.what.empty());
    return 0;
  }
  must(!model->name.empty() && !model->namespace_uri.empty());
  for (const dmn::Decision& decision : model->decisions) {
    must(!decision.name.empty() && !decision.variable.name.empty());
    if (!decision.expression) continue;
    const auto* const table = std::get_if<dmn::DecisionTable>(&decision.expression->form);
    if (table == nullptr) continue;
    must(!table->outputs.empty());
    for (const dmn::DecisionRule& rule : table->rules) {
      must(rule.inputs.size() == table->inputs.size() && rule.outputs.size() == table->outputs.size());
    }
  }
  return 0;
}
