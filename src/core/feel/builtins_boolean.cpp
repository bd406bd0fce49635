// The boolean function. Source: DMN 1.5, 10.3.4.2.

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

Value negation(Evaluation&, Arguments arguments) {
  return Value::boolean(!arguments[0].boolean());
}

}  // namespace

std::vector<Definition> boolean_functions() {
  return {{"not", {{{takes::boolean("negand")}, negation, Base::Boolean}}}};
}

}  // namespace guildhall::feel
