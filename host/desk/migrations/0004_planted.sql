-- Copies of packages with a defect planted in them, to measure how many defects reviewers miss. None of them is a
-- package: what leaves is bound to `packages`, and an id is of one table or of the other. While one is open it stands in
-- for its original in every list, and the original waits behind it.
CREATE TABLE planted (
    id             TEXT    PRIMARY KEY,
    original       TEXT    NOT NULL UNIQUE REFERENCES packages (id),
    -- What is wrong with it; the words are sealed.
    kind           TEXT    NOT NULL,
    planted        INTEGER NOT NULL,
    -- From this moment on it makes way for its original, whose deadline is near.
    aside          INTEGER NOT NULL,
    digest         TEXT    NOT NULL,
    -- Null while it is open: then the original's state is in force. No state here is one that anything leaves from.
    state          TEXT    CHECK (state IN ('rejected', 'withdrawn', 'superseded')),
    ended          INTEGER,
    result         TEXT    CHECK (result IN ('found', 'missed', 'neither', 'undecided')),
    who            TEXT,
    subjects       TEXT    NOT NULL,
    content_sealed BLOB,
    CHECK ((ended IS NULL) = (state IS NULL) AND (ended IS NULL) = (result IS NULL))
) STRICT;
CREATE INDEX planted_open ON planted (aside) WHERE ended IS NULL;

CREATE TABLE planted_decisions (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    planted        TEXT    NOT NULL REFERENCES planted (id),
    -- As in `decisions`.
    request_key    TEXT    NOT NULL UNIQUE,
    request_tag    BLOB    NOT NULL,
    who            TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('approve', 'edit', 'reject', 'snooze')),
    reason         TEXT,
    seconds        INTEGER,
    state          TEXT    NOT NULL CHECK (state IN ('snoozed', 'rejected', 'withdrawn')),
    subjects       TEXT    NOT NULL,
    content_sealed BLOB
) STRICT;
CREATE INDEX planted_decisions_planted ON planted_decisions (planted, id);

-- What is planted never leaves, and neither does what waits behind it.
CREATE TRIGGER planted_never_leaves BEFORE INSERT ON outbox
WHEN EXISTS (SELECT 1 FROM planted WHERE id = NEW.package OR (original = NEW.package AND ended IS NULL))
BEGIN SELECT RAISE(ABORT, 'a planted package never leaves'); END;
CREATE TRIGGER planted_is_not_moved_out BEFORE UPDATE OF package ON outbox
WHEN EXISTS (SELECT 1 FROM planted WHERE id = NEW.package OR (original = NEW.package AND ended IS NULL))
BEGIN SELECT RAISE(ABORT, 'a planted package never leaves'); END;
CREATE TRIGGER planted_holds_back BEFORE UPDATE OF state ON packages
WHEN NEW.state IN ('approved', 'authorised', 'transmitting', 'sent', 'in-doubt')
     AND EXISTS (SELECT 1 FROM planted WHERE original = NEW.id AND ended IS NULL)
BEGIN SELECT RAISE(ABORT, 'a package waits behind a planted one'); END;
CREATE TRIGGER planted_is_no_package BEFORE INSERT ON packages
WHEN EXISTS (SELECT 1 FROM planted WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a planted package is no package'); END;
CREATE TRIGGER planted_is_never_a_package BEFORE INSERT ON planted
WHEN EXISTS (SELECT 1 FROM packages WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a package is not planted'); END;
CREATE TRIGGER planted_stays_one BEFORE UPDATE OF id, original ON planted
BEGIN SELECT RAISE(ABORT, 'what is planted stays what it is'); END;
CREATE TRIGGER planted_ends_once BEFORE UPDATE OF state, ended, result ON planted WHEN OLD.ended IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a planted package ends once'); END;

-- Whatever ends the original ends what stood in for it.
CREATE TRIGGER planted_ends_with_its_original AFTER UPDATE OF state ON packages
WHEN NEW.state NOT IN ('queued', 'snoozed')
BEGIN
    UPDATE planted SET state = 'superseded', ended = NEW.moved, result = 'undecided'
    WHERE original = NEW.id AND ended IS NULL;
END;

-- From then on the trail says what it was, however it ended.
CREATE TRIGGER planted_is_told AFTER UPDATE OF ended ON planted WHEN NEW.ended IS NOT NULL
BEGIN
    INSERT INTO audit (at, who, what, package, detail)
    VALUES (NEW.ended, coalesce(NEW.who, 'baton'), 'planted', NEW.id,
            'a copy of ' || NEW.original || ' with a planted ' || NEW.kind || ', ' || NEW.result);
    INSERT INTO audit (at, who, what, package, detail)
    SELECT NEW.ended, 'baton', 'shown', NEW.original,
           'prepared on ' || strftime('%Y-%m-%d %H:%M UTC', prepared, 'unixepoch') || ', waited behind the planted '
           || NEW.id
    FROM packages WHERE id = NEW.original;
END;
