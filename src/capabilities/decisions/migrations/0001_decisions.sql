-- Decision models by namespace and name. The key is what addresses call it.
CREATE TABLE decision_model (
  slug TEXT PRIMARY KEY,               -- "parking-permit"
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,                  -- "Parking permit"
  UNIQUE (namespace, name)
) STRICT;

-- What was published, for ever. Only ever added to.
CREATE TABLE decision_version (
  number INTEGER PRIMARY KEY,          -- Over all models, in the order of publishing: has anything new come?
  id TEXT NOT NULL UNIQUE,
  model TEXT NOT NULL REFERENCES decision_model (slug),
  version INTEGER NOT NULL CONSTRAINT counts_from_one CHECK (version >= 1),
  xml BLOB NOT NULL,                   -- Byte for byte.
  sha256 BLOB NOT NULL,
  published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  UNIQUE (model, version)
) STRICT;

-- Keys with which programs ask. The program alone has the key: here is its SHA-256.
CREATE TABLE decision_key (
  id TEXT PRIMARY KEY,                 -- Part of the key, and what logs call it.
  name TEXT NOT NULL,                  -- "parking-portal"
  sha256 BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  revoked_at INTEGER,                  -- NULL while it is good.
  revoked_by TEXT
) STRICT;
CREATE UNIQUE INDEX decision_key_in_use ON decision_key (name) WHERE revoked_at IS NULL;
