-- Who may sign in, how, and every time that somebody did or was refused. Instants are microseconds UTC.
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CONSTRAINT account_kind CHECK (kind IN ('local', 'external')),
  signin_name TEXT UNIQUE,           -- In small letters; none for external accounts.
  display_name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  organisation_kind TEXT NOT NULL
    CONSTRAINT account_organisation_kind
    CHECK (organisation_kind IN ('council', 'police', 'school', 'nhs', 'social_care')),
  state TEXT NOT NULL CONSTRAINT account_state CHECK (state IN ('open', 'suspended')),
  created_at INTEGER NOT NULL
) STRICT;

-- A role from one moment to another. Rows end; they are not deleted.
CREATE TABLE role_grant (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL
    CONSTRAINT role_grant_role CHECK (role IN ('partner', 'officer', 'steward', 'governance', 'operator')),
  scope_kind TEXT NOT NULL
    CONSTRAINT role_grant_scope CHECK (scope_kind IN ('everywhere', 'team', 'organisation')),
  scope_name TEXT NOT NULL,          -- Empty for everywhere.
  held_from INTEGER NOT NULL,
  held_until INTEGER                 -- No longer at this moment.
) STRICT;
CREATE INDEX role_grant_account ON role_grant (account_id);

CREATE TABLE local_credential (
  account_id TEXT PRIMARY KEY REFERENCES account (id),
  passphrase_phc TEXT NOT NULL,      -- "$argon2id$v=19$m=…,t=…,p=…$salt$hash"
  totp_sealed BLOB NOT NULL,         -- AES-256-GCM under the environment's key, bound to the account's id.
  totp_last_step INTEGER NOT NULL    -- The step of the last code used: none is good twice.
) STRICT;

CREATE TABLE external_identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id TEXT NOT NULL UNIQUE REFERENCES account (id),
  made_by TEXT NOT NULL CONSTRAINT external_identity_made_by CHECK (made_by IN ('person', 'rule')),
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT;

CREATE TABLE signin_session (
  id TEXT PRIMARY KEY,               -- For records. What the browser holds is not here.
  token_sha256 BLOB NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES account (id),
  provider TEXT NOT NULL,            -- Empty for a local account.
  acr TEXT NOT NULL,
  amr TEXT NOT NULL,                 -- Words with spaces between.
  signed_in_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,     -- To the minute: see sessions.cpp.
  ended_at INTEGER                   -- Signed out, replaced or run out; why is in signin_event.
) STRICT;
CREATE INDEX signin_session_account ON signin_session (account_id);

-- Failures in a row, of a sign-in name or an address: an HMAC, so that what was typed can't be read here.
CREATE TABLE signin_attempts (
  key_digest BLOB PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL        -- The next attempt is not looked at before this moment.
) STRICT;
CREATE INDEX signin_attempts_last ON signin_attempts (last_at);

-- Every act. Never changed; deleted by retention alone.
CREATE TABLE signin_event (
  number INTEGER PRIMARY KEY,        -- In the order of the acts.
  at INTEGER NOT NULL,
  act TEXT NOT NULL,                 -- See Act in sessions.h.
  account_id TEXT,                   -- None where nobody was recognised.
  session_id TEXT,
  provider TEXT NOT NULL,            -- Empty for local accounts.
  address TEXT NOT NULL,             -- Of the browser.
  reason TEXT NOT NULL               -- Of a refusal, for the operator: "claims.nonce: The answer to another request."
) STRICT;
CREATE INDEX signin_event_account ON signin_event (account_id, at);
CREATE INDEX signin_event_at ON signin_event (at);
