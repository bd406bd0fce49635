#pragma once

// What happened in one step of a process, as case_history keeps it: a line for each, a sign, the element's id, and the
// node instance where it has one.
//
//   +check#12     entered          -check#12    left           !check#12    cancelled
//   =fee#3        a script ran     ~book#7      is being undone
//   >f4           a token took this sequence flow

#include <string>
#include <string_view>
#include <vector>

#include "bpmn/instance.h"

namespace guildhall::cases {

struct Happening {
  bpmn::Logged::What what = bpmn::Logged::What::Entered;
  std::string element;
  bpmn::Id instance = 0;  // 0: passed without waiting, as gateways are.

  bool operator==(const Happening&) const = default;
};

void add_happening(std::string& text, bpmn::Logged::What what, std::string_view element, bpmn::Id instance);
std::vector<Happening> happenings(std::string_view text);

void add_flow(std::string& text, std::string_view flow);
std::vector<std::string> flows_taken(std::string_view text);  // Their ids.

}  // namespace guildhall::cases
