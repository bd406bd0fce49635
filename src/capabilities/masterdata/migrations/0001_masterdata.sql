-- Master data: extracts and their rows, the people that sources know, golden records, and what stewards decided.
--
-- What always holds:
--  - Of every extract, rows_read = rows_accepted + rows_quarantined + rows_rejected, and these are the rows in
--    source_row, committed together with rows_done.
--  - A source record belongs to at most one golden record, and a golden record that was not replaced has at least one.
--  - No golden record joins two source records with different valid NHS numbers.
--  - Rows, decisions and events are added, never changed or deleted.

CREATE TABLE source (
  name TEXT PRIMARY KEY,             -- "social_care": what commands call it.
  title TEXT NOT NULL,
  trust INTEGER NOT NULL,            -- 1 is believed first where sources differ and no rule says otherwise.
  social_care INTEGER NOT NULL       -- 1: whoever it knows is "known to social care".
) STRICT;
INSERT INTO source (name, title, trust, social_care) VALUES
  ('nhs', 'NHS Personal Demographics Service', 1, 0),
  ('social_care', 'Children''s social care', 2, 1),
  ('education', 'Education', 3, 0),
  ('early_help', 'Early help', 4, 0),
  ('other', 'Other', 5, 0);

CREATE TABLE extract (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL REFERENCES source (name),
  format TEXT NOT NULL,              -- "ssd": extracts::formats().
  table_name TEXT NOT NULL,          -- "ssd_person"; empty where a file holds many.
  mapping TEXT,                      -- Only of format "csv": the council's mapping, JSON.
  file_name TEXT NOT NULL,
  stored_at TEXT,                    -- Where an uploaded file lies until it is loaded.
  sha256 TEXT NOT NULL,              -- Hexadecimal.
  bytes INTEGER NOT NULL,
  as_of TEXT NOT NULL,               -- The day the data was taken. The newest version of a row is current.
  state TEXT NOT NULL CONSTRAINT extract_state CHECK (state IN ('loading', 'loaded', 'failed')),
  rows_done INTEGER NOT NULL,        -- How many rows of the file are committed; loading goes on after these.
  rows_read INTEGER NOT NULL,
  rows_accepted INTEGER NOT NULL,
  rows_quarantined INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  loaded_by TEXT NOT NULL,           -- Account id, or "system".
  problem TEXT,                      -- Why the file could not be read to its end.
  remedy TEXT,
  CONSTRAINT extract_adds_up CHECK (rows_read = rows_accepted + rows_quarantined + rows_rejected),
  UNIQUE (source, sha256)
) STRICT;

-- id = extract * 2^32 + the row's position in the file, over all its tables, from 1: see impl/row_id.h.
CREATE TABLE source_row (
  id INTEGER PRIMARY KEY,
  row_number INTEGER NOT NULL,       -- As people count: within its table, from 1.
  line INTEGER NOT NULL,             -- Of the file, from 1; 0 where the format doesn't tell.
  table_name TEXT NOT NULL,
  entity TEXT NOT NULL,              -- records::Entity
  record_key TEXT NOT NULL,
  disposition TEXT NOT NULL CONSTRAINT row_disposition CHECK (disposition IN ('accepted', 'quarantined', 'rejected')),
  cells TEXT NOT NULL                -- Raw value, cleaned value and the rules that changed it: see impl/cells.h.
) STRICT;

-- One for each thing that is wrong or odd.
CREATE TABLE finding (
  id INTEGER PRIMARY KEY,
  extract INTEGER NOT NULL,
  position INTEGER NOT NULL,         -- The row's position in the file; 0 where it is about the file.
  table_name TEXT NOT NULL,
  row_number INTEGER NOT NULL,
  field TEXT NOT NULL,
  severity TEXT NOT NULL CONSTRAINT finding_severity CHECK (severity IN ('note', 'quarantine', 'reject')),
  rule TEXT NOT NULL,                -- records::rules(), or of impl/disposition.h; empty where a reader found it.
  reason TEXT NOT NULL,
  remedy TEXT NOT NULL
) STRICT;
CREATE INDEX finding_extract ON finding (extract, severity, rule);

-- The current golden record of a number of source records. A record that was merged into another stays, and says where.
CREATE TABLE golden_record (
  id TEXT PRIMARY KEY,
  replaced_by TEXT,                  -- NULL: current.
  nhs_number TEXT,
  upn TEXT,
  surname_key TEXT NOT NULL,         -- records::comparison_key; empty where there is none.
  forename_key TEXT NOT NULL,
  birth_date TEXT,
  sex TEXT,
  restricted INTEGER NOT NULL,
  attributes TEXT NOT NULL,          -- Each with its row, field and rule: see impl/golden_attributes.h.
  run INTEGER NOT NULL               -- The match_run that last changed it; 0: a steward did.
) STRICT;
CREATE INDEX golden_record_nhs_number ON golden_record (nhs_number) WHERE nhs_number IS NOT NULL;
CREATE INDEX golden_record_upn ON golden_record (upn) WHERE upn IS NOT NULL;

-- Under which surnames and birth dates a golden record is found: those of all its sources.
CREATE TABLE golden_name (
  golden_record TEXT NOT NULL,
  surname_key TEXT NOT NULL,
  birth_date TEXT NOT NULL
) STRICT;
CREATE INDEX golden_name_found ON golden_name (surname_key, birth_date);
CREATE INDEX golden_name_of ON golden_name (golden_record);

-- One person as one source knows them, and the crosswalk: which golden record that person is.
CREATE TABLE source_record (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  register TEXT NOT NULL,            -- Within which keys are unique: see impl/registers.h.
  record_key TEXT NOT NULL,
  rows TEXT NOT NULL,                -- The source_row ids that are current, ascending, with commas between.
  golden_record TEXT NOT NULL,
  link_weight REAL,                  -- Bits of evidence that it belongs there; NULL where it is alone.
  link_reason TEXT NOT NULL,
  UNIQUE (source, register, record_key)
) STRICT;
CREATE INDEX source_record_golden ON source_record (golden_record);

-- What social care and others do for a person, as a partner may see it.
CREATE TABLE involvement (
  source_record TEXT NOT NULL,
  kind TEXT,                         -- InvolvementKind; NULL: an allocation of a worker.
  worker TEXT NOT NULL,              -- Name; may be empty.
  role TEXT NOT NULL,
  team TEXT NOT NULL,
  start_date TEXT,
  end_date TEXT,
  as_of TEXT NOT NULL                -- The newest extract that said so.
) STRICT;
CREATE INDEX involvement_of ON involvement (source_record);

CREATE TABLE team (
  name TEXT PRIMARY KEY,
  phone TEXT NOT NULL
) STRICT;

CREATE TABLE match_run (
  id INTEGER PRIMARY KEY,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,               -- NULL: running, or was stopped; the next run does it all again.
  last_extract INTEGER NOT NULL,
  last_decision INTEGER NOT NULL,
  source_records INTEGER,
  golden_records INTEGER,
  created INTEGER,
  changed INTEGER,
  merged INTEGER,
  split INTEGER,
  open_pairs INTEGER
) STRICT;

-- Two source records that may be one person: for a steward to say.
CREATE TABLE clerical_pair (
  id INTEGER PRIMARY KEY,
  record_a TEXT NOT NULL,            -- Source records; a < b.
  record_b TEXT NOT NULL,
  weight REAL NOT NULL,              -- Bits.
  reason TEXT NOT NULL,
  explanation TEXT NOT NULL,         -- JSON: [["surname", "same", 9.3], …], bits.
  state TEXT NOT NULL CONSTRAINT pair_state CHECK (state IN ('open', 'unsure', 'linked', 'separated', 'withdrawn')),
  run INTEGER NOT NULL,              -- That proposed it last.
  decided_by TEXT,
  decided_at INTEGER,
  decided_why TEXT,
  UNIQUE (record_a, record_b),
  CONSTRAINT pair_in_order CHECK (record_a < record_b)
) STRICT;
CREATE INDEX clerical_pair_queue ON clerical_pair (state, weight);

-- What stewards decided of two source records. The newest about a pair holds.
CREATE TABLE linkage_decision (
  id INTEGER PRIMARY KEY,
  record_a TEXT NOT NULL,
  record_b TEXT NOT NULL,
  decision TEXT NOT NULL CONSTRAINT decision_word CHECK (decision IN ('always', 'never')),
  decided_by TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  why TEXT NOT NULL,
  CONSTRAINT decision_in_order CHECK (record_a < record_b)
) STRICT;

-- Acts on golden records.
CREATE TABLE record_event (
  id INTEGER PRIMARY KEY,
  golden_record TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT event_kind CHECK (kind IN ('created', 'changed', 'merged', 'split', 'linked', 'separated', 'unmerged')),
  by TEXT NOT NULL,                  -- Account id, or "matching".
  why TEXT NOT NULL,
  detail TEXT NOT NULL               -- Ids of what took part, with commas between.
) STRICT;
CREATE INDEX record_event_of ON record_event (golden_record);
