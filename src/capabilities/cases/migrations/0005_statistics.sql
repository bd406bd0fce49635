-- Cases of one version of a process in the order in which they began.
CREATE INDEX process_instance_begun ON process_instance (version, started_at, id);
