-- Names of states, tables and columns in the words of the program: `scheduled` was `authorised`, `delivery-unknown` was
-- `in-doubt`, a seeded defect was `planted`, and a sampled package was `drawn`. Entries of the audit log stay as they are.
DROP TRIGGER planted_never_leaves;
DROP TRIGGER planted_is_not_moved_out;
DROP TRIGGER planted_holds_back;
DROP TRIGGER planted_is_no_package;
DROP TRIGGER planted_is_never_a_package;
DROP TRIGGER planted_stays_one;
DROP TRIGGER planted_ends_once;
DROP TRIGGER planted_ends_with_its_original;
DROP TRIGGER planted_is_told;
DROP INDEX planted_open;
DROP INDEX planted_decisions_planted;
DROP INDEX planted_decisions_who;
DROP INDEX checks_drawn;

ALTER TABLE planted RENAME COLUMN planted TO seeded;
ALTER TABLE planted RENAME TO seeded_defects;
ALTER TABLE planted_decisions RENAME COLUMN planted TO seeded_defect;
ALTER TABLE planted_decisions RENAME TO seeded_defect_decisions;
ALTER TABLE checks RENAME COLUMN drawn TO sampled;
ALTER TABLE outbox RENAME COLUMN authorised TO released;

UPDATE packages SET state = 'scheduled' WHERE state = 'authorised';
UPDATE packages SET state = 'delivery-unknown' WHERE state = 'in-doubt';
UPDATE decisions SET state = 'scheduled' WHERE state = 'authorised';
UPDATE decisions SET state = 'delivery-unknown' WHERE state = 'in-doubt';

CREATE INDEX seeded_defects_open ON seeded_defects (aside) WHERE ended IS NULL;
CREATE INDEX seeded_defect_decisions_defect ON seeded_defect_decisions (seeded_defect, id);
CREATE INDEX seeded_defect_decisions_who ON seeded_defect_decisions (who, at, kind, seconds);
CREATE INDEX checks_sampled ON checks (sampled, stream, finding, missed);

-- A copy with a seeded defect is never sent, and its original is not sent while the copy is open.
CREATE TRIGGER seeded_defect_is_never_sent BEFORE INSERT ON outbox
WHEN EXISTS (SELECT 1 FROM seeded_defects WHERE id = NEW.package OR (original = NEW.package AND ended IS NULL))
BEGIN SELECT RAISE(ABORT, 'a package with a seeded defect is never sent'); END;
CREATE TRIGGER seeded_defect_is_never_sent_later BEFORE UPDATE OF package ON outbox
WHEN EXISTS (SELECT 1 FROM seeded_defects WHERE id = NEW.package OR (original = NEW.package AND ended IS NULL))
BEGIN SELECT RAISE(ABORT, 'a package with a seeded defect is never sent'); END;
CREATE TRIGGER seeded_defect_holds_its_original BEFORE UPDATE OF state ON packages
WHEN NEW.state IN ('approved', 'scheduled', 'transmitting', 'sent', 'delivery-unknown')
     AND EXISTS (SELECT 1 FROM seeded_defects WHERE original = NEW.id AND ended IS NULL)
BEGIN SELECT RAISE(ABORT, 'a package waits for its copy with a seeded defect'); END;
CREATE TRIGGER package_is_not_a_seeded_defect BEFORE INSERT ON packages
WHEN EXISTS (SELECT 1 FROM seeded_defects WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a package with a seeded defect is not a package'); END;
CREATE TRIGGER seeded_defect_is_not_a_package BEFORE INSERT ON seeded_defects
WHEN EXISTS (SELECT 1 FROM packages WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a package is not a seeded defect'); END;
CREATE TRIGGER seeded_defect_keeps_its_original BEFORE UPDATE OF id, original ON seeded_defects
BEGIN SELECT RAISE(ABORT, 'a seeded defect keeps its original'); END;
CREATE TRIGGER seeded_defect_ends_once BEFORE UPDATE OF state, ended, result ON seeded_defects WHEN OLD.ended IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a seeded defect ends once'); END;

-- A copy ends with its original.
CREATE TRIGGER seeded_defect_ends_with_its_original AFTER UPDATE OF state ON packages
WHEN NEW.state NOT IN ('queued', 'snoozed')
BEGIN
    UPDATE seeded_defects SET state = 'superseded', ended = NEW.moved, result = 'undecided'
    WHERE original = NEW.id AND ended IS NULL;
END;

-- The audit log names a seeded defect only after it has ended.
CREATE TRIGGER seeded_defect_is_logged AFTER UPDATE OF ended ON seeded_defects WHEN NEW.ended IS NOT NULL
BEGIN
    INSERT INTO audit (at, who, what, package, detail)
    VALUES (NEW.ended, coalesce(NEW.who, 'baton'), 'seeded-defect', NEW.id,
            'a copy of ' || NEW.original || ' with a seeded ' || NEW.kind || ', ' || NEW.result);
    INSERT INTO audit (at, who, what, package, detail)
    SELECT NEW.ended, 'baton', 'shown', NEW.original,
           'prepared on ' || strftime('%Y-%m-%d %H:%M UTC', prepared, 'unixepoch') || ', waited for the seeded defect '
           || NEW.id
    FROM packages WHERE id = NEW.original;
END;
