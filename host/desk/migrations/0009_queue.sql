-- Whose each package is, and what makes the queue quick whatever its length: indexes that answer by themselves, counts
-- that are kept as packages move, and the words that a search finds.

-- Who is to decide; none where anybody may.
ALTER TABLE packages ADD COLUMN assignee TEXT REFERENCES users (id);
-- When it went to the backup reviewer, since its deadline was near.
ALTER TABLE packages ADD COLUMN escalated INTEGER;

-- Everything that a page of the queue is ordered and narrowed by, so that no row is read that is not shown.
DROP INDEX packages_queue;
CREATE INDEX packages_queue ON packages
    (state, tier_rank, deadline, score DESC, id, campaign, tier, signal_kind, until);
CREATE INDEX packages_assignee ON packages
    (assignee, state, tier_rank, deadline, score DESC, id, campaign, tier, signal_kind, until);
-- What time does to them.
CREATE INDEX packages_stale ON packages (deadline, prepared, campaign, tier, tier_rank, signal_kind, assignee, escalated)
    WHERE state = 'queued';
CREATE INDEX packages_snoozed ON packages (until, deadline, campaign, tier, tier_rank, signal_kind, assignee)
    WHERE state = 'snoozed';

-- Who is next in a campaign: the one who got the latest package there.
CREATE TABLE rota (
    campaign TEXT PRIMARY KEY,
    latest   TEXT NOT NULL REFERENCES users (id)
) STRICT, WITHOUT ROWID;

-- How many packages there are of each sort. Kept by the triggers below alone.
CREATE TABLE queue_counts (
    state       TEXT    NOT NULL,
    -- Empty where there is none.
    assignee    TEXT    NOT NULL,
    campaign    TEXT    NOT NULL,
    tier        TEXT    NOT NULL,
    tier_rank   INTEGER NOT NULL,
    signal_kind TEXT    NOT NULL,
    packages    INTEGER NOT NULL,
    PRIMARY KEY (state, assignee, campaign, tier, tier_rank, signal_kind)
) STRICT, WITHOUT ROWID;
INSERT INTO queue_counts (state, assignee, campaign, tier, tier_rank, signal_kind, packages)
SELECT state, '', campaign, tier, tier_rank, signal_kind, count(*) FROM packages
GROUP BY state, campaign, tier, tier_rank, signal_kind;

CREATE TRIGGER queue_counts_added AFTER INSERT ON packages
BEGIN
    INSERT INTO queue_counts (state, assignee, campaign, tier, tier_rank, signal_kind, packages)
    VALUES (NEW.state, coalesce(NEW.assignee, ''), NEW.campaign, NEW.tier, NEW.tier_rank, NEW.signal_kind, 1)
    ON CONFLICT DO UPDATE SET packages = packages + 1;
END;
CREATE TRIGGER queue_counts_moved AFTER UPDATE OF state, assignee ON packages
WHEN NEW.state IS NOT OLD.state OR NEW.assignee IS NOT OLD.assignee
BEGIN
    UPDATE queue_counts SET packages = packages - 1
    WHERE state = OLD.state AND assignee = coalesce(OLD.assignee, '') AND campaign = OLD.campaign AND tier = OLD.tier
      AND tier_rank = OLD.tier_rank AND signal_kind = OLD.signal_kind;
    INSERT INTO queue_counts (state, assignee, campaign, tier, tier_rank, signal_kind, packages)
    VALUES (NEW.state, coalesce(NEW.assignee, ''), NEW.campaign, NEW.tier, NEW.tier_rank, NEW.signal_kind, 1)
    ON CONFLICT DO UPDATE SET packages = packages + 1;
END;

-- What a search finds a package by. Companies are in the clear: the words of the account's name and domain, in lower
-- case. Of a person's name there are keyed hashes of its whole words, and they go when the person is forgotten.
CREATE TABLE package_words (
    word    TEXT NOT NULL,
    package TEXT NOT NULL REFERENCES packages (id),
    PRIMARY KEY (word, package)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_words_package ON package_words (package, word);
CREATE TABLE package_names (
    tag     BLOB NOT NULL,
    package TEXT NOT NULL REFERENCES packages (id),
    PRIMARY KEY (tag, package)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_names_package ON package_names (package, tag);
INSERT OR IGNORE INTO package_words (word, package)
WITH RECURSIVE cut (package, word, rest) AS (
    SELECT id, '', replace(replace(replace(replace(replace(lower(account_name || '.' || account_domain || '.'),
                                                           ' ', '.'), '-', '.'), ',', '.'), '&', '.'), '/', '.')
    FROM packages
    UNION ALL
    SELECT package, substr(rest, 1, instr(rest, '.') - 1), substr(rest, instr(rest, '.') + 1) FROM cut
    WHERE instr(rest, '.') > 0
)
SELECT word, package FROM cut WHERE word <> '';

-- A person's own time to decide, and what was reviewed in a day.
CREATE INDEX decisions_who ON decisions (who, at, kind, seconds);
CREATE INDEX planted_decisions_who ON planted_decisions (who, at, kind, seconds);
