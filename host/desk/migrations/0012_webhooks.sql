-- The panel in the CRM, and what other programs are told of.

-- A panel is asked for by the CRM's own record.
CREATE INDEX packages_of_account ON packages (account, prepared);
CREATE INDEX packages_of_domain ON packages (account_domain, prepared);

-- Tokens that opened a panel, as keyed hashes: each opens one once.
CREATE TABLE panel_tokens (
    tag   BLOB    PRIMARY KEY,
    -- The token itself is worth nothing from then on.
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX panel_tokens_until ON panel_tokens (until);

-- Panels that are open. Of the session's token there is a keyed hash alone.
CREATE TABLE panel_sessions (
    tag    BLOB    PRIMARY KEY,
    crm    TEXT    NOT NULL,
    user   TEXT    NOT NULL REFERENCES users (id),
    kind   TEXT    NOT NULL CHECK (kind IN ('account', 'domain', 'contact')),
    -- The account's id or domain; of a contact the keyed hash of the id, which is text of hexadecimal digits.
    record TEXT    NOT NULL,
    theme  TEXT    CHECK (theme IN ('light', 'dark')),
    begun  INTEGER NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX panel_sessions_until ON panel_sessions (until);

-- What is to be told to a webhook: written in the transaction of what it tells of, and told afterwards.
CREATE TABLE deliveries (
    -- The message's id, the same for every try.
    id       TEXT    PRIMARY KEY,
    webhook  TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    -- JSON of ids, kinds and times; nothing that a person could be told by.
    data     TEXT    NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due      INTEGER NOT NULL,
    -- A try began; the one who began it may have ended since.
    taken    INTEGER,
    ended    INTEGER,
    result   TEXT    CHECK (result IN ('delivered', 'dead')),
    -- What came of the last try.
    why      TEXT,
    CHECK ((ended IS NULL) = (result IS NULL))
) STRICT;
CREATE INDEX deliveries_due ON deliveries (webhook, due) WHERE ended IS NULL;
CREATE INDEX deliveries_at ON deliveries (at, id);
CREATE INDEX deliveries_ended ON deliveries (ended) WHERE ended IS NOT NULL;
