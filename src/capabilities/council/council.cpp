#include "council/council.h"

namespace guildhall::council {

std::optional<Council> find(db::Connection& connection) {
  return connection.query_one(
      "SELECT name, brand_colour, front_door_phone, out_of_hours_phone, contact_email, contact_phone, told_on, "
      "is_demonstration FROM council",
      {}, [](const db::Row& row) {
        return Council{.name = std::string(row.text(0)),
                       .brand_colour = std::string(row.text(1)),
                       .front_door_phone = std::string(row.text(2)),
                       .out_of_hours_phone = std::string(row.text(3)),
                       .contact_email = std::string(row.text(4)),
                       .contact_phone = std::string(row.text(5)),
                       .told_on = row.date(6),
                       .is_demonstration = row.integer(7) == 1};
      });
}

Council served(db::Database& database) {
  auto found = database.read([](db::Connection& connection) { return find(connection); });
  check(found.has_value(), "an environment that is served has a council");
  return *std::move(found);
}

void store(db::Connection& connection, const Council& council) {
  connection.execute(
      "INSERT INTO council (one, name, brand_colour, front_door_phone, out_of_hours_phone, contact_email, "
      "contact_phone, told_on, is_demonstration) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8) "
      "ON CONFLICT (one) DO UPDATE SET name = excluded.name, brand_colour = excluded.brand_colour, "
      "front_door_phone = excluded.front_door_phone, out_of_hours_phone = excluded.out_of_hours_phone, "
      "contact_email = excluded.contact_email, contact_phone = excluded.contact_phone, told_on = excluded.told_on, "
      "is_demonstration = excluded.is_demonstration",
      {council.name, council.brand_colour, council.front_door_phone, council.out_of_hours_phone, council.contact_email,
       council.contact_phone, council.told_on, council.is_demonstration});
}

}  // namespace guildhall::council
