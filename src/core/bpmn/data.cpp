#include "bpmn/data.h"

namespace guildhall::bpmn {

Data Data::of(const feel::Value& value) {
  Data data;
  switch (value.kind()) {
    case feel::Kind::String:
    case feel::Kind::List:
    case feel::Kind::Context:
    case feel::Kind::Range: {
      auto memory = std::make_shared<feel::Memory>();
      data.value_ = feel::copy(value, *memory);
      data.memory_ = std::move(memory);
      break;
    }
    case feel::Kind::Function:
      break;  // Functions don't outlive their evaluation.
    default:
      data.value_ = value;
  }
  return data;
}

}  // namespace guildhall::bpmn
