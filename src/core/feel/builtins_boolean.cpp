// not() and is(). Source: DMN 1.5, 10.3.4.2 and 10.3.4.6.

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

Value negation(Evaluation&, Arguments arguments) {
  return Value::boolean(!arguments[0].boolean());
}

Value is_identical(Evaluation& evaluation, Arguments arguments) {
  std::uint64_t work = 0;
  const bool result = identical(arguments[0], arguments[1], &work);
  evaluation.steps(work);
  return Value::boolean(result);
}

// is(value2: x), where value1 is null.
Value is_null(Evaluation&, Arguments arguments) {
  return Value::boolean(arguments[0].null());
}

}  // namespace

std::vector<Definition> boolean_functions() {
  return {{"not", {{{takes::boolean("negand")}, negation, Base::Boolean}}}};
}

std::vector<Definition> date_functions() {
  using takes::anything;
  return {{"is",
           {{{anything("value1"), anything("value2")}, is_identical, Base::Boolean, 1},
            {{anything("value2")}, is_null, Base::Boolean}}}};
}

}  // namespace guildhall::feel
