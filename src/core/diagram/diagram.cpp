#include "diagram/diagram.h"

namespace guildhall::diagram {
namespace {

std::string_view in_words(Trigger trigger) {
  switch (trigger) {
    case Trigger::None:
      return "";
    case Trigger::Message:
      return "message ";
    case Trigger::Timer:
      return "timer ";
    case Trigger::Error:
      return "error ";
    case Trigger::Escalation:
      return "escalation ";
    case Trigger::Cancel:
      return "cancel ";
    case Trigger::Compensation:
      return "compensation ";
    case Trigger::Conditional:
      return "conditional ";
    case Trigger::Link:
      return "link ";
    case Trigger::Signal:
      return "signal ";
    case Trigger::Terminate:
      return "terminate ";
    case Trigger::Multiple:
      return "multiple ";
    case Trigger::ParallelMultiple:
      return "parallel multiple ";
  }
  return "";
}

std::string_view in_words(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::StartEvent:
      return "start event";
    case ShapeKind::EndEvent:
      return "end event";
    case ShapeKind::IntermediateCatchEvent:
      return "intermediate catch event";
    case ShapeKind::IntermediateThrowEvent:
      return "intermediate throw event";
    case ShapeKind::BoundaryEvent:
      return "boundary event";
    case ShapeKind::Task:
      return "task";
    case ShapeKind::UserTask:
      return "user task";
    case ShapeKind::ServiceTask:
      return "service task";
    case ShapeKind::ScriptTask:
      return "script task";
    case ShapeKind::SendTask:
      return "send task";
    case ShapeKind::ReceiveTask:
      return "receive task";
    case ShapeKind::ManualTask:
      return "manual task";
    case ShapeKind::BusinessRuleTask:
      return "business rule task";
    case ShapeKind::CallActivity:
      return "call activity";
    case ShapeKind::SubProcess:
      return "sub-process";
    case ShapeKind::EventSubProcess:
      return "event sub-process";
    case ShapeKind::AdHocSubProcess:
      return "ad-hoc sub-process";
    case ShapeKind::Transaction:
      return "transaction";
    case ShapeKind::ExclusiveGateway:
      return "exclusive gateway";
    case ShapeKind::InclusiveGateway:
      return "inclusive gateway";
    case ShapeKind::ParallelGateway:
      return "parallel gateway";
    case ShapeKind::EventBasedGateway:
      return "event-based gateway";
    case ShapeKind::ComplexGateway:
      return "complex gateway";
    case ShapeKind::Pool:
      return "pool";
    case ShapeKind::Lane:
      return "lane";
    case ShapeKind::DataObject:
      return "data object";
    case ShapeKind::DataInput:
      return "data input";
    case ShapeKind::DataOutput:
      return "data output";
    case ShapeKind::DataStore:
      return "data store";
    case ShapeKind::TextAnnotation:
      return "annotation";
    case ShapeKind::Group:
      return "group";
  }
  return "";
}

}  // namespace

std::string kind_in_words(const Shape& shape) {
  std::string words;
  if (is_sub_process(shape.kind) && !shape.expanded) words = "collapsed ";
  if (is_event(shape.kind)) words += in_words(shape.trigger);
  words += in_words(shape.kind);
  if (is_event(shape.kind) && !shape.interrupting) words += ", non-interrupting";
  if (shape.for_compensation) words += ", for compensation";
  if (shape.loop == Loop::Standard) words += ", repeated";
  if (shape.loop == Loop::ParallelInstances) words += ", several at the same time";
  if (shape.loop == Loop::SequentialInstances) words += ", several one after another";
  return words;
}

bool is_event(ShapeKind kind) {
  return kind <= ShapeKind::BoundaryEvent;
}

bool is_task(ShapeKind kind) {
  return kind >= ShapeKind::Task && kind <= ShapeKind::CallActivity;
}

bool is_sub_process(ShapeKind kind) {
  return kind >= ShapeKind::SubProcess && kind <= ShapeKind::Transaction;
}

bool is_gateway(ShapeKind kind) {
  return kind >= ShapeKind::ExclusiveGateway && kind <= ShapeKind::ComplexGateway;
}

bool is_flow_node(ShapeKind kind) {
  return kind <= ShapeKind::ComplexGateway;
}

bool is_data(ShapeKind kind) {
  return kind >= ShapeKind::DataObject && kind <= ShapeKind::DataStore;
}

}  // namespace guildhall::diagram
