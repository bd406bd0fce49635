-- What a program may do with its key. Those made before could ask for decisions, and still can.
ALTER TABLE decision_key ADD COLUMN may_ask_decisions INTEGER NOT NULL DEFAULT 1;
ALTER TABLE decision_key ADD COLUMN may_open_cases INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision_key ADD COLUMN may_do_work INTEGER NOT NULL DEFAULT 0;

-- The topics of the work that a key may do; none: all of it.
CREATE TABLE decision_key_topic (
  key TEXT NOT NULL REFERENCES decision_key (id),
  topic TEXT NOT NULL,
  PRIMARY KEY (key, topic)
) STRICT;
