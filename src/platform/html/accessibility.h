#pragma once

// The accessibility statement that The Public Sector Bodies (Websites and Mobile Applications) (No. 2)
// Accessibility Regulations 2018, regulation 8, ask of a council. It claims only what Guildhall's own tests
// check; a council that adds pages or documents adds what is known about those.

#include <string>

#include "base/time.h"
#include "html/components.h"

namespace guildhall::html {

struct AccessibilityContact {
  std::string email;
  std::string telephone;
  Date prepared;  // When the council last read and confirmed the statement.
};

Html accessibility_statement(const Site& site, const AccessibilityContact& contact);

}  // namespace guildhall::html
