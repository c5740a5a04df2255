-- Evidence that goes on under another component, and from which score on evidence was gathered.

-- Below this score nothing of the stream was ever found conforming, so nothing below it leaves without a decision.
ALTER TABLE streams ADD COLUMN cleared_from INTEGER NOT NULL DEFAULT 0;

-- What a comparison of a component with a stream's recordings found. Only the comparison itself writes here.
CREATE TABLE comparisons (
    stream    INTEGER NOT NULL REFERENCES streams (id),
    -- The engine or drafter that was compared, as the fingerprint of a stream names it.
    component TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    -- The latest recording that was executed, and how many gave what they had given.
    newest    INTEGER NOT NULL,
    identical INTEGER NOT NULL,
    -- How many gave something else, in this comparison or an earlier one of the same component.
    differing INTEGER NOT NULL,
    PRIMARY KEY (stream, component)
) STRICT, WITHOUT ROWID;

-- Streams whose evidence goes on under another engine or drafter, by a person's word.
CREATE TABLE carried (
    from_stream INTEGER NOT NULL REFERENCES streams (id),
    engine      TEXT    NOT NULL,
    drafter     TEXT    NOT NULL,
    -- The stream that goes on; none until a run prepares its first package.
    to_stream   INTEGER REFERENCES streams (id),
    at          INTEGER NOT NULL,
    who         TEXT    NOT NULL,
    -- How many recordings gave the same.
    identical   INTEGER NOT NULL,
    PRIMARY KEY (from_stream, engine, drafter)
) STRICT, WITHOUT ROWID;
CREATE INDEX carried_to ON carried (to_stream);
