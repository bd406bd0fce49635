#pragma once

// The pages that belong to no capability.

#include "html/components.h"

namespace guildhall::app {

struct HomePage {
  html::Layout layout;
};
html::Html home_page(const HomePage& page);

}  // namespace guildhall::app
