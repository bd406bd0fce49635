#include "feel/json.h"

#include <cstdint>
#include <cstdlib>

#include "feel/evaluation.h"

namespace {

using namespace guildhall;
using namespace guildhall::feel;

void must(bool holds) {
  if (!holds) std::abort();
}

using Base = Type::Base;
const Type kTypes[] = {
    {},
    Type::list_of(Base::DateTime),
    Type::list_of(Type::context_of({{"d", Base::Date}, {"t", Base::Time}, {"n", Base::Number}, {"b", Base::Boolean}})),
    Type::list_of(Base::DaysDuration),
    Type::list_of(Base::MonthsDuration),
    Type::list_of(Type::list_of(Base::String)),
};

}  // namespace

// What is read belongs to its type and reads back the same; everything else is a problem with words.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Type& type = kTypes[data[0] % std::size(kTypes)];
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  Memory memory(std::size_t{16} << 20);
  const Result<Value> value = from_json(text, type, memory);
  if (!value.ok()) {
    must(!value.problems().empty() && !value.problems().front().what.empty());
    return 0;
  }
  must(conforms(*value, type));
  const Result<std::string> json = to_json(*value);
  must(json.ok());
  Memory other(std::size_t{64} << 20);
  const Result<Value> again = from_json(*json, type, other);
  must(again.ok() && equal(*value, *again) == true);
  must(*to_json(*again) == *json);
  must(to_text(*again, 200).size() <= 203);
  return 0;
}
