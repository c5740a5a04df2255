-- What the dashboard counts by: columns in clear and indexes that hold all of them, so that counting touches no sealed
-- row and nothing outside the days that are looked at.

-- Of the package, so that decisions are counted without a look at it. By names of their own: queries that join the two
-- mean the package's.
ALTER TABLE decisions ADD COLUMN of_campaign TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN of_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN of_angle TEXT NOT NULL DEFAULT '';
UPDATE decisions
SET (of_campaign, of_kind, of_angle) =
    (SELECT campaign, signal_kind, angle FROM packages WHERE packages.id = decisions.package);
CREATE TRIGGER decisions_are_of AFTER INSERT ON decisions
-- One about no package is refused for that, and by its foreign key.
WHEN EXISTS (SELECT 1 FROM packages WHERE packages.id = NEW.package)
BEGIN
    UPDATE decisions
    SET (of_campaign, of_kind, of_angle) =
        (SELECT campaign, signal_kind, angle FROM packages WHERE packages.id = NEW.package)
    WHERE id = NEW.id;
END;

CREATE INDEX decisions_at ON decisions (at, kind, of_campaign, of_kind, of_angle, who, seconds);
CREATE INDEX packages_prepared ON packages (prepared, campaign, state, stream);
CREATE INDEX checks_drawn ON checks (drawn, stream, finding, missed);
CREATE INDEX checks_at ON checks (at, held, stream) WHERE at IS NOT NULL;
CREATE INDEX accounts_state ON accounts (campaign, state, reason);
