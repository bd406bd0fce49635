#include "council/council.h"

namespace guildhall::council {

std::optional<Council> find(db::Connection& connection) {
  return connection.query_one(
      "SELECT name, brand_colour, front_door_phone, out_of_hours_phone, is_demonstration FROM council", {},
      [](const db::Row& row) {
        return Council{.name = std::string(row.text(0)),
                       .brand_colour = std::string(row.text(1)),
                       .front_door_phone = std::string(row.text(2)),
                       .out_of_hours_phone = std::string(row.text(3)),
                       .is_demonstration = row.integer(4) == 1};
      });
}

void store(db::Connection& connection, const Council& council) {
  connection.execute(
      "INSERT INTO council (one, name, brand_colour, front_door_phone, out_of_hours_phone, is_demonstration) "
      "VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (one) DO UPDATE SET name = excluded.name, "
      "brand_colour = excluded.brand_colour, front_door_phone = excluded.front_door_phone, "
      "out_of_hours_phone = excluded.out_of_hours_phone, is_demonstration = excluded.is_demonstration",
      {council.name, council.brand_colour, council.front_door_phone, council.out_of_hours_phone,
       council.is_demonstration});
}

}  // namespace guildhall::council
