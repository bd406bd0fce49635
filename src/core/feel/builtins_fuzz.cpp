#include <cstdlib>

#include "feel/builtins.h"
#include "feel/impl/range_literal.h"

namespace {

using namespace guildhall::feel;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The first byte chooses a function; the rest, split at zeros, are strings for its arguments. Each also is a list of
// it, and read as what else it may be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Builtin& function = builtins()[data[0] % builtins().size()];
  Memory memory(std::size_t{16} << 20);
  const Budget budget{.steps = 100'000, .list_length = 10'000, .string_bytes = 100'000};
  Evaluation evaluation(memory, budget, {{}, nullptr});

  std::vector<Value> arguments;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (arguments.size() < 5 && !rest.empty()) {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    Value value = Value::string(text);
    if (const auto number = Decimal::parse(text)) value = Value::number(*number);
    if (const auto moment = DateTime::parse(text)) value = Value::date_time(*moment);
    if (const auto time = Time::parse(text)) value = Value::time(*time);
    if (const auto duration = DaysDuration::parse(text)) value = Value::duration(*duration);
    if (const auto range = parse_range(memory, text)) {
      must(range->start.null() || range->end.null() ||
           compare(range->start, range->end) != std::strong_ordering::greater);
      value = Value::range(memory.make<RangeEnds>(*range));
    }
    if (text == "null") value = Value();
    if (text == "list") value = Value::list(memory, arguments);
    if (text == "context")
      value = Value::context(memory, std::vector<Entry>{{"key", Value::string("a")}, {"value", Value()}});
    arguments.push_back(value);
  }
  try {
    for (const BuiltinSignature& signature : function.signatures) {
      const Value result = call(evaluation, signature, arguments);
      must(to_text(result).size() < 2'000);
    }
  } catch (const BudgetExceeded&) {
  }
  return 0;
}
