-- A tier has its own plan, risk limit and minimum score, so the evidence under it is its own: the tier becomes part of
-- what tells one stream from another. What makes a row unique cannot be changed, so the table is made anew, and what
-- refers to a stream is looked at when it is back.
PRAGMA defer_foreign_keys = ON;

-- A stream that is there keeps its number and its evidence, for the tier that most of its packages were routed by among
-- those that may leave without a decision: a clean review of another one was never evidence. Without packages no tier is
-- known, and none is met again.
CREATE TABLE streams_before AS
SELECT streams.*,
       coalesce((SELECT packages.tier FROM packages WHERE packages.stream = streams.id GROUP BY packages.tier
                 ORDER BY max(packages.model <> 'review-and-approve') DESC, count(*) DESC, max(packages.prepared) DESC
                 LIMIT 1), '') AS tier
FROM streams;
DROP TABLE streams;

-- What evidence of quality is kept for. Engine, drafter and customer are the fingerprint of what produces its drafts.
CREATE TABLE streams (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign    TEXT    NOT NULL,
    tier        TEXT    NOT NULL,
    signal_kind TEXT    NOT NULL,
    follow_up   INTEGER NOT NULL CHECK (follow_up IN (0, 1)),
    language    TEXT    NOT NULL,
    engine      TEXT    NOT NULL,
    drafter     TEXT    NOT NULL,
    customer    TEXT    NOT NULL,
    angle       TEXT    NOT NULL,
    -- Which of the angle's versions a stream is of, where several are tried beside each other; empty without a name.
    variant     TEXT    NOT NULL DEFAULT '',
    -- JSON: the plan of its latest package, and the tally as the governor last counted it.
    plan        TEXT    NOT NULL,
    tally       TEXT    NOT NULL,
    -- Counts the changes of the tally: who counted from an older one has to count again.
    version     INTEGER NOT NULL DEFAULT 0,
    -- Nothing leaves without a decision, whatever the tally says, until a batch is let go again.
    closed      INTEGER NOT NULL DEFAULT 1 CHECK (closed IN (0, 1)),
    -- Where the next release is counted, from 0 and without gaps.
    position    INTEGER NOT NULL DEFAULT 0,
    -- Below this score nothing of the stream was ever found conforming, so nothing below it leaves without a decision.
    cleared_from INTEGER NOT NULL DEFAULT 0,
    created     INTEGER NOT NULL,
    UNIQUE (campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle)
) STRICT;
CREATE INDEX streams_fingerprint ON streams (engine, drafter, customer);

-- Judged under the plan of its own tier from now on.
INSERT INTO streams (id, campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle, variant,
                     plan, tally, version, closed, position, cleared_from, created)
SELECT id, campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle, variant,
       coalesce((SELECT packages.plan FROM packages
                 WHERE packages.stream = before.id AND packages.tier = before.tier AND packages.plan IS NOT NULL
                 ORDER BY packages.prepared DESC, packages.rowid DESC LIMIT 1), plan),
       tally, version, closed, position, cleared_from, created
FROM streams_before AS before ORDER BY id;
DROP TABLE streams_before;

-- The packages of its other tiers that it did not let go and did not draw: each tier begins in pilot with its own, and
-- with a person's stop if there is one.
CREATE TABLE moved AS
SELECT packages.id AS package, packages.stream AS from_stream, packages.tier, packages.plan, packages.prepared
FROM packages JOIN streams ON streams.id = packages.stream
WHERE packages.tier <> streams.tier AND packages.plan IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM checks WHERE checks.package = packages.id)
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.package = packages.id AND outbox.by_stream IS NOT NULL);

INSERT INTO streams (campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle, variant,
                     plan, tally, cleared_from, created)
SELECT streams.campaign, moved.tier, streams.signal_kind, streams.follow_up, streams.language, streams.engine,
       streams.drafter, streams.customer, streams.angle, streams.variant,
       (SELECT latest.plan FROM moved AS latest
        WHERE latest.from_stream = moved.from_stream AND latest.tier = moved.tier
        ORDER BY latest.prepared DESC, latest.rowid DESC LIMIT 1),
       json_object('inspected', 0, 'nonconforming', 0, 'clean-run', 0, 'level', 0, 'cleared-with', 0, 'recent', 0,
                   'last-inspected', NULL, 'released', 0, 'overdue', 0, 'last-missed', NULL, 'suspended', NULL,
                   'stopped', json(CASE WHEN json_extract(streams.tally, '$.stopped') THEN 'true' ELSE 'false' END)),
       -- Of no score was one found conforming.
       100, min(moved.prepared)
FROM moved JOIN streams ON streams.id = moved.from_stream
GROUP BY moved.from_stream, moved.tier ORDER BY moved.from_stream, moved.tier;

UPDATE packages SET stream = (
    SELECT own.id FROM streams AS earlier JOIN streams AS own
        ON own.campaign = earlier.campaign AND own.tier = packages.tier AND own.signal_kind = earlier.signal_kind
       AND own.follow_up = earlier.follow_up AND own.language = earlier.language AND own.engine = earlier.engine
       AND own.drafter = earlier.drafter AND own.customer = earlier.customer AND own.angle = earlier.angle
    WHERE earlier.id = packages.stream)
WHERE id IN (SELECT package FROM moved);
DROP TABLE moved;
