-- What the dashboard counts is a stretch of an index each: packages by what became of them, decisions by who made them and
-- by what they were about.
CREATE INDEX packages_became ON packages (state, prepared, campaign);
DROP INDEX decisions_who;
CREATE INDEX decisions_who ON decisions (who, at, kind, seconds, of_campaign);
CREATE INDEX decisions_of ON decisions (of_kind, of_angle, kind, at, of_campaign);
