-- What was decided about instances of one version: to follow another. Only ever added to.
CREATE TABLE migration_plan (
  id TEXT PRIMARY KEY,
  from_version INTEGER NOT NULL REFERENCES process_version (number),
  to_version INTEGER NOT NULL REFERENCES process_version (number),
  mapping TEXT NOT NULL,               -- JSON: {"check": "check_again"}
  decided_at INTEGER NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  undone_at INTEGER,                   -- From then on nothing more is migrated by it.
  undone_by TEXT,
  undone_why TEXT
) STRICT;
CREATE INDEX migration_plan_of ON migration_plan (from_version, to_version);

-- Each instance that has been migrated, with what bringing it back needs.
CREATE TABLE migrated_instance (
  instance TEXT NOT NULL REFERENCES process_instance (id),
  number INTEGER NOT NULL,             -- Its entry in case_history.
  plan TEXT NOT NULL REFERENCES migration_plan (id),
  before BLOB NOT NULL,                -- bpmn/instance_codec.h, by the version that was left.
  after_sha256 BLOB NOT NULL,          -- Of the content that it then had: another means that it has moved since.
  undone INTEGER,                      -- The entry in case_history that brought it back.
  PRIMARY KEY (instance, number)
) STRICT;
CREATE INDEX migrated_instance_by ON migrated_instance (plan, instance) WHERE undone IS NULL;
