-- The council's calendar, as it was set. The newest holds. Only ever added to.
CREATE TABLE council_calendar (
  number INTEGER PRIMARY KEY,
  json TEXT NOT NULL,                  -- As calendar/read_calendar.h has it.
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- By when a case is to be closed.
CREATE TABLE case_deadline (
  case_id TEXT PRIMARY KEY REFERENCES council_case (id),
  kind TEXT NOT NULL CONSTRAINT known_kind CHECK (kind IN ('working days', 'calendar days', 'moment')),
  amount INTEGER NOT NULL,             -- Days, or the moment.
  started_at INTEGER NOT NULL,
  due_at INTEGER,                      -- NULL while it is paused.
  ended_at INTEGER,                    -- When the case was closed; missed where that is after due_at.
  missed_at INTEGER                    -- When it was first seen that it was missed: the history has it since then.
) STRICT;
CREATE INDEX case_deadline_due ON case_deadline (due_at, case_id) WHERE ended_at IS NULL;

-- When its time stood still: while a node of a process waited, or by somebody's act. They may overlap. Only ever added to.
CREATE TABLE case_pause (
  number INTEGER PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES council_case (id),
  instance TEXT REFERENCES process_instance (id),   -- NULL: somebody's act.
  node INTEGER,                        -- Of that instance, as bpmn/instance.h numbers it.
  from_at INTEGER NOT NULL,
  until_at INTEGER                     -- NULL while it goes on.
) STRICT;
CREATE INDEX case_pause_of ON case_pause (case_id, from_at);
