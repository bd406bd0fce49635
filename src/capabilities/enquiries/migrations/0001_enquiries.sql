-- What residents can ask about, and which team answers. A council changes these rows.
CREATE TABLE enquiry_topic (
  code TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  team TEXT NOT NULL,                -- As in the role grants of officers.
  position INTEGER NOT NULL
) STRICT;
INSERT INTO enquiry_topic (code, title, team, position) VALUES
  ('roads', 'Roads, pavements and street lights', 'Highways', 1),
  ('schools', 'Schools and school transport', 'School admissions', 2),
  ('children', 'Worried about a child or young person', 'Children’s front door', 3),
  ('adults', 'Care and support for adults', 'Adult social care', 4),
  ('waste', 'Recycling centres and waste', 'Waste services', 5),
  ('libraries', 'Libraries', 'Libraries', 6),
  ('registration', 'Births, deaths and marriages', 'Registration', 7),
  ('other', 'Something else', 'Customer contact', 8);

-- Words that no queue may hold up: an enquiry with one of them goes to the alarm's team, marked urgent. Compared word by
-- word, without capitals and accents.
CREATE TABLE enquiry_alarm (
  phrase TEXT PRIMARY KEY,
  team TEXT NOT NULL
) STRICT;
INSERT INTO enquiry_alarm (phrase, team) VALUES
  ('abuse', 'Children’s front door'),
  ('abused', 'Children’s front door'),
  ('abusing', 'Children’s front door'),
  ('beaten', 'Children’s front door'),
  ('being hurt', 'Children’s front door'),
  ('bruises', 'Children’s front door'),
  ('hits me', 'Children’s front door'),
  ('hit me', 'Children’s front door'),
  ('hurting me', 'Children’s front door'),
  ('kill myself', 'Children’s front door'),
  ('neglected', 'Children’s front door'),
  ('not safe', 'Children’s front door'),
  ('run away', 'Children’s front door'),
  ('scared to go home', 'Children’s front door'),
  ('self harm', 'Children’s front door'),
  ('suicide', 'Children’s front door'),
  ('unsafe at home', 'Children’s front door');

CREATE TABLE enquiry (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,    -- "GE-7K3M-92QX"
  topic TEXT NOT NULL REFERENCES enquiry_topic (code),
  team TEXT NOT NULL,                -- Who has it now: see enquiry_act for how it came there.
  urgent INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,               -- May be empty.
  received_at INTEGER NOT NULL,
  closed_at INTEGER                  -- NULL while it is open.
) STRICT;
CREATE INDEX enquiry_open_by_team ON enquiry (team, received_at) WHERE closed_at IS NULL;

CREATE TABLE enquiry_message (
  enquiry TEXT NOT NULL REFERENCES enquiry (id),
  number INTEGER NOT NULL,           -- From 1.
  sender TEXT NOT NULL CONSTRAINT known_sender CHECK (sender IN ('resident', 'officer')),
  account TEXT,                      -- The officer's.
  sender_name TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (enquiry, number)
) STRICT;

-- What happened to an enquiry beside messages: received, handed over, closed, reopened. Only ever added to.
CREATE TABLE enquiry_act (
  enquiry TEXT NOT NULL REFERENCES enquiry (id),
  number INTEGER NOT NULL,
  act TEXT NOT NULL,
  who TEXT NOT NULL,                 -- Account id, "resident" or "rule".
  why TEXT NOT NULL,
  team TEXT NOT NULL,                -- Who has it after the act.
  at INTEGER NOT NULL,
  PRIMARY KEY (enquiry, number)
) STRICT;

-- Answers on their way through the form's pages. The key is the SHA-256 of a token that only the browser has.
CREATE TABLE enquiry_draft (
  token_hash TEXT PRIMARY KEY,
  topic TEXT NOT NULL,
  message TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  enquiry TEXT REFERENCES enquiry (id)   -- Once sent: sending again finds the same enquiry.
) STRICT;
CREATE INDEX enquiry_draft_age ON enquiry_draft (updated_at);
