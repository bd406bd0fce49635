-- A task that was given to a delegate comes back to whoever gave it, with the delegate's answers, to be confirmed.
ALTER TABLE task ADD COLUMN delegated_by TEXT;    -- An account's id; the assignee is the delegate.
ALTER TABLE task ADD COLUMN answered_by TEXT;     -- The delegate, once they have answered.
ALTER TABLE task ADD COLUMN answers BLOB;         -- bpmn/instance_codec.h: variables.

-- What a team's lists are ordered and chosen by, beside the team, so that a list of 50 reads 50 rows of an index however
-- many tasks are open. As in `task`; rows go when the task ends.
ALTER TABLE task_team ADD COLUMN due_at INTEGER;
ALTER TABLE task_team ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;   -- 1: it has an assignee.
UPDATE task_team SET due_at = (SELECT due_at FROM task WHERE id = task),
  taken = (SELECT CASE WHEN assignee IS NULL THEN 0 ELSE 1 END FROM task WHERE id = task);
CREATE INDEX task_team_due ON task_team (team, due_at, task);
CREATE INDEX task_team_unassigned ON task_team (team, due_at, task) WHERE taken = 0;
-- The same of everybody's lists. The last columns, which are always NULL, let SQLite answer from the index alone.
CREATE INDEX task_due ON task (due_at, id, ended_at) WHERE ended_at IS NULL;
CREATE INDEX task_due_unassigned ON task (due_at, id, ended_at, assignee) WHERE ended_at IS NULL AND assignee IS NULL;
DROP INDEX task_unassigned;

-- The teams that ever had a part in a case: they may see it, also when their tasks are done.
CREATE TABLE case_team (
  team TEXT NOT NULL,
  case_id TEXT NOT NULL REFERENCES council_case (id),
  opened_at INTEGER NOT NULL,          -- As in council_case: the order of lists.
  PRIMARY KEY (team, case_id)
) STRICT;
INSERT INTO case_team (team, case_id, opened_at)
  SELECT DISTINCT team, case_id, opened_at FROM task_team JOIN task ON task.id = task JOIN council_case ON
  council_case.id = case_id;
CREATE INDEX case_team_opened ON case_team (team, opened_at);
CREATE INDEX council_case_opened ON council_case (opened_at);
CREATE INDEX task_of_person ON task (assignee, case_id) WHERE assignee IS NOT NULL;

-- Files that belong to a case. The bytes lie in the environment's attachments, named by the id. Only ever added to.
CREATE TABLE case_document (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES council_case (id),
  task TEXT REFERENCES task (id),      -- That it was added with.
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER NOT NULL,               -- Bytes.
  sha256 TEXT NOT NULL,                -- Of the bytes, in hexadecimal digits.
  added_by TEXT NOT NULL,              -- An account's id.
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX case_document_of ON case_document (case_id, added_at);

-- Who is away, and who does their tasks meanwhile. Rows end; they are not deleted.
CREATE TABLE absence (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  signin_name TEXT NOT NULL,           -- Processes may assign by it; empty where the account has none.
  cover TEXT NOT NULL CONSTRAINT another_covers CHECK (cover <> account),   -- An account's id.
  away_from INTEGER NOT NULL,
  away_until INTEGER NOT NULL CONSTRAINT ends_after_it_begins CHECK (away_until > away_from),
  why TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  ended_by TEXT,                       -- Ended before its time.
  ended_at INTEGER
) STRICT;
CREATE INDEX absence_of ON absence (account);
CREATE INDEX absence_named ON absence (signin_name);
CREATE INDEX absence_covered ON absence (cover, away_until);
