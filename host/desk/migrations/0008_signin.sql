-- Signing in on the review page: who may, who is signed in, and who tries too often.

-- Who may sign in. Names and addresses are sealed like anybody's; by their tags each comes once.
CREATE TABLE users (
    id             TEXT    PRIMARY KEY,
    email_tag      BLOB    NOT NULL UNIQUE,
    -- The trail tells people by their names, so no two have the same and none changes.
    name_tag       BLOB    NOT NULL UNIQUE,
    role           TEXT    NOT NULL CHECK (role IN ('sdr', 'lead', 'admin')),
    -- Argon2id, as a PHC string; none until one is chosen.
    password       TEXT,
    created        INTEGER NOT NULL,
    disabled       INTEGER,
    -- A keyed hash of the invitation's token, and when it lapses.
    invitation_tag BLOB    UNIQUE,
    invited_until  INTEGER,
    subjects       TEXT    NOT NULL,
    content_sealed BLOB
) STRICT;

-- Who is signed in. Of the token there is a keyed hash alone.
CREATE TABLE sessions (
    tag     BLOB    PRIMARY KEY,
    user    TEXT    NOT NULL REFERENCES users (id),
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    -- The family of the browser: `Firefox on Linux`.
    agent   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user, created);

-- Tries to sign in that came to nothing, by keyed hashes of accounts, there or not, and of addresses.
CREATE TABLE sign_in_tries (
    tag    BLOB    PRIMARY KEY,
    failed INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    -- No further try counts before.
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_tries_least ON sign_in_tries (failed, last);

-- From which address it was asked for; none for commands, and for what the desk does by itself.
ALTER TABLE audit ADD COLUMN asked_from TEXT;
