#pragma once

// Why a decision came out as it did: in sentences for whoever keeps the rules, or has to answer for them, and as data.
//
//   dmn::Trace trace;
//   const feel::Value value = TRY(decider.decide("Fee", inputs, &trace));
//   std::cout << explain(trace, decider.reasons());
//
//   Fee is 45. Rule 3 of the table Fee matched: Age is 34, which is between 18 and 64, and Resident is true.
//
// Both are about personal values, as the inputs are: not for logs. Nothing is computed again; a trace and its values live
// as long as the Decider's.

#include <span>
#include <string>

#include "base/result.h"
#include "dmn/decision_model.h"
#include "dmn/trace.h"

namespace guildhall::dmn {

// A paragraph for what was asked, then one for each decision and function that it needed, in the order of evaluation,
// with an empty line between. At the end, where something has no value, a line for each reason.
std::string explain(const Trace& trace, std::span<const Decider::Reason> reasons);

// The same as JSON: {"elements": […], "left out": 0, "reasons": [{"what", "where"}]}, elements in the order of
// evaluation, what was asked last. An element has kind, name, id, given, parts, expression (where it is a text), tables
// and value. A table has name, id, hit policy, aggregation, inputs (expression, label, value), matched and hit (rules,
// counted from 1), default (was it used?), result, and rules: those that matched, or came nearest, with their number, id,
// annotations and entries (tests, holds).
Result<std::string> explain_json(const Trace& trace, std::span<const Decider::Reason> reasons);

}  // namespace guildhall::dmn
