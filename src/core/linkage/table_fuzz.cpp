#include <cstdint>
#include <string>

#include "linkage/linkage.h"
#include "linkage/train.h"

// The first byte says where the file is cut; the rest is a file. What is read is trained on and linked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::linkage;
  if (size < 1) return 0;
  const std::size_t piece = 1 + data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  TableReader reader({.map = R"({"a": "forename", "b": "surname", "c": "birth_date", "d": "nhs_number", "e": "address",
                                "f": "postcode", "g": "text"})",
                      .id_column = "",
                      .label_columns = {},
                      .threads = 1});
  const std::vector<std::string> headers = {"a,b,c,d,e,f,g"};
  if (!reader.begin(headers).ok()) return 0;
  reader.begin_file(0, "fuzz.csv");
  for (std::size_t at = 0; at < text.size(); at += piece) reader.add(text.substr(at, piece));
  reader.end_file();
  const auto loaded = reader.finish();
  if (!loaded.ok() || loaded->table.records() > 40) return 0;
  const auto training = train(loaded->table, {});
  if (training.ok() && !link(loaded->table, training->model, {}, {}).ok()) __builtin_trap();
  return 0;
}
