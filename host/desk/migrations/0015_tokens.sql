-- Tokens of the API: programs that ask in a name of their own, some of them on behalf of one user.

CREATE TABLE api_tokens (
    -- As the trail has it; nobody's personal name.
    name    TEXT    PRIMARY KEY,
    role    TEXT    NOT NULL CHECK (role IN ('sdr', 'lead', 'admin')),
    -- A keyed hash of the token.
    tag     BLOB    NOT NULL UNIQUE,
    -- What the user may not see or do, the program may not either.
    of_user TEXT    REFERENCES users (id),
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER,
    used    INTEGER
) STRICT;
