-- Tokens of the API: programs that ask in a name of their own.

CREATE TABLE api_tokens (
    -- As the trail has it; nobody's personal name.
    name    TEXT    PRIMARY KEY,
    role    TEXT    NOT NULL CHECK (role IN ('sdr', 'lead', 'admin')),
    -- A keyed hash of the token.
    tag     BLOB    NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER,
    used    INTEGER
) STRICT;
