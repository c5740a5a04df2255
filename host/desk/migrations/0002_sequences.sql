-- Sequences that are under way: what their packages and the outbox do not say.

-- How many messages the campaign sends to one person at the most, as of the last work on the account.
ALTER TABLE accounts ADD COLUMN touches_max INTEGER;

-- What the CRM says came in at an account since we first wrote there, each as a keyed hash: it pauses the account once,
-- and a pause that a person lifted is not set again for the same.
CREATE TABLE answers (
    account TEXT    NOT NULL,
    tag     BLOB    NOT NULL,
    seen    INTEGER NOT NULL,
    PRIMARY KEY (account, tag)
) STRICT, WITHOUT ROWID;
