-- The audit log. A leaf is never changed or deleted; it holds personal values only as salted digests. The salt and the
-- value stand beside it, so that erasing them leaves the log whole and the person forgotten.
CREATE TABLE audit_entry (
  number INTEGER PRIMARY KEY,        -- From 1, without gaps.
  at INTEGER NOT NULL,               -- When the act was recorded.
  account TEXT NOT NULL,             -- Who: an account id, or "system".
  act TEXT NOT NULL,                 -- "partner.search"
  subject TEXT,                      -- Whose record: a golden record's id.
  leaf TEXT NOT NULL,                -- Canonical JSON of everything above and more.
  leaf_hash TEXT NOT NULL,           -- SHA-256(0x00 || leaf), hexadecimal: the leaf hash of RFC 9162, section 2.1.1.
  chain_hash TEXT NOT NULL           -- SHA-256 of the chain hash before, then leaf_hash: what came before can't change.
) STRICT;
CREATE INDEX audit_entry_account ON audit_entry (account, number);
CREATE INDEX audit_entry_subject ON audit_entry (subject, number) WHERE subject IS NOT NULL;

CREATE TABLE audit_field (
  number INTEGER NOT NULL REFERENCES audit_entry (number),
  name TEXT NOT NULL,
  salt TEXT NOT NULL,                -- 32 hexadecimal digits.
  value TEXT NOT NULL,
  PRIMARY KEY (number, name)
) STRICT;
