-- What exists. On SQLite each environment's file holds its own row; on PostgreSQL the registry's schema holds them all.
CREATE TABLE environment (
  name TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT;
