-- What every page of an environment knows about its council: one row.
CREATE TABLE council (
  one INTEGER PRIMARY KEY CONSTRAINT only_one CHECK (one = 1),
  name TEXT NOT NULL,
  brand_colour TEXT NOT NULL,          -- "#00603d"
  front_door_phone TEXT NOT NULL,      -- Children's social care, in office hours.
  out_of_hours_phone TEXT NOT NULL,    -- The emergency duty team.
  contact_email TEXT NOT NULL,
  contact_phone TEXT NOT NULL,
  told_on TEXT NOT NULL,               -- The day these words were last confirmed.
  is_demonstration INTEGER NOT NULL    -- 1: everybody in it is invented; numbers of the NHS test range are taken.
) STRICT;
