-- Who sent a message or signal: an account's or a key's id; NULL: a process.
ALTER TABLE job ADD COLUMN who TEXT;
