-- BPMN files as they were published, byte for byte. Only ever added to.
CREATE TABLE process_file (
  id TEXT PRIMARY KEY,
  sha256 BLOB NOT NULL,
  xml BLOB NOT NULL,
  published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL
) STRICT;

-- The processes in them, each by version. Only ever added to.
CREATE TABLE process_version (
  number INTEGER PRIMARY KEY,          -- Over all processes, in the order of publishing.
  process TEXT NOT NULL,               -- Its id in the file: "skip-permit"
  version INTEGER NOT NULL CONSTRAINT counts_from_one CHECK (version >= 1),
  name TEXT NOT NULL,
  file TEXT NOT NULL REFERENCES process_file (id),
  UNIQUE (process, version)
) STRICT;

-- One matter, from its first process to its end.
CREATE TABLE council_case (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,      -- "CA-7K3M-92QX"
  title TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER                    -- NULL while its first process runs.
) STRICT;

-- Processes as they run: the first of a case, and those that it called.
CREATE TABLE process_instance (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES council_case (id),
  version INTEGER NOT NULL REFERENCES process_version (number),
  caller TEXT REFERENCES process_instance (id),
  caller_node INTEGER,                 -- The call activity, as bpmn/instance.h numbers it.
  depth INTEGER NOT NULL,              -- Calls above it.
  number INTEGER NOT NULL,             -- Of its newest entry in case_history.
  state TEXT NOT NULL CONSTRAINT known_state CHECK (state IN ('running', 'completed', 'terminated', 'failed')),
  content BLOB NOT NULL,               -- bpmn/instance_codec.h
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX process_instance_of_case ON process_instance (case_id);
CREATE INDEX process_instance_running ON process_instance (version) WHERE ended_at IS NULL;
CREATE INDEX process_instance_called ON process_instance (caller, caller_node) WHERE caller IS NOT NULL;

-- Everything that happened, in order. Only ever added to. Two who moved one instance on at once have the same number,
-- and the second is refused: that is what keeps an instance in one piece.
CREATE TABLE case_history (
  instance TEXT NOT NULL REFERENCES process_instance (id),
  number INTEGER NOT NULL,             -- From 1.
  at INTEGER NOT NULL,
  who TEXT NOT NULL,                   -- An account's id, or "process".
  act TEXT NOT NULL,
  why TEXT NOT NULL,                   -- What somebody gave as a reason, or wrote; may be empty.
  version INTEGER NOT NULL,            -- That was followed.
  event BLOB,                          -- What came from outside, as bpmn/instance_codec.h writes it.
  happened TEXT NOT NULL,              -- What followed, a line each: "+check#12". See history.h.
  PRIMARY KEY (instance, number)
) STRICT;

-- Messages and signals that instances wait for.
CREATE TABLE process_wait (
  instance TEXT NOT NULL REFERENCES process_instance (id),
  node INTEGER NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT known_kind CHECK (kind IN ('message', 'signal')),
  name TEXT NOT NULL,                  -- Empty: any.
  correlation TEXT NOT NULL,           -- Empty: any.
  PRIMARY KEY (instance, node, place)
) STRICT;
CREATE INDEX process_wait_for ON process_wait (name, kind, correlation);

-- Ids of messages from outside: whoever sends one twice is heard once.
CREATE TABLE message_received (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;

-- What is to be done, now or when it is due. A row goes in the transaction that stores what was done.
CREATE TABLE job (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL
    CONSTRAINT known_job CHECK (kind IN ('event', 'decision', 'work', 'message', 'signal', 'start')),
  case_id TEXT,
  instance TEXT,
  node INTEGER,
  topic TEXT NOT NULL,                 -- Of work: which kind. Of a message or signal: its name. Of a start: its process.
  due_at INTEGER,                      -- When it may be claimed, again where it is; NULL: an incident, or waits for its receiver.
  attempts INTEGER NOT NULL,
  claim TEXT,                          -- Who has it, until due_at.
  content BLOB NOT NULL,               -- bpmn/instance_codec.h: an event, or variables.
  problem TEXT                         -- Why it failed the last time.
) STRICT;
CREATE INDEX job_due ON job (due_at) WHERE due_at IS NOT NULL AND kind <> 'work';
CREATE INDEX job_work_due ON job (topic, due_at) WHERE due_at IS NOT NULL AND kind = 'work';
CREATE INDEX job_claimed ON job (claim) WHERE claim IS NOT NULL;
CREATE INDEX job_of_node ON job (instance, node) WHERE instance IS NOT NULL;
CREATE INDEX job_waits ON job (topic) WHERE due_at IS NULL AND kind = 'message';
CREATE INDEX job_start ON job (topic) WHERE kind = 'start';
CREATE INDEX job_incident ON job (number) WHERE due_at IS NULL AND problem IS NOT NULL;

-- Work for people.
CREATE TABLE task (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES council_case (id),
  instance TEXT NOT NULL REFERENCES process_instance (id),
  node INTEGER NOT NULL,
  element TEXT NOT NULL,               -- Its id in the process.
  name TEXT NOT NULL,
  assignee TEXT,                       -- A sign-in name or an account's id; NULL: nobody's yet.
  due_at INTEGER,
  follow_up_at INTEGER,                -- Not before.
  priority INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT CONSTRAINT known_outcome CHECK (outcome IN ('done', 'withdrawn'))
) STRICT;
CREATE INDEX task_of_instance ON task (instance, node);
CREATE INDEX task_of_case ON task (case_id);
CREATE INDEX task_assigned ON task (assignee, due_at) WHERE ended_at IS NULL AND assignee IS NOT NULL;
CREATE INDEX task_unassigned ON task (due_at) WHERE ended_at IS NULL AND assignee IS NULL;

-- The teams that a task is offered to, while it is open.
CREATE TABLE task_team (
  team TEXT NOT NULL,
  task TEXT NOT NULL REFERENCES task (id),
  PRIMARY KEY (team, task)
) STRICT;
CREATE INDEX task_team_of ON task_team (task);
