-- What a page shows is a stretch of an index: for the dashboard packages by what became of them, decisions by who made them
-- and by what they were about; messages by when they were approved.
-- Written so that no other question about a state is answered with it: there are better indexes for those.
CREATE INDEX packages_became ON packages (lower(state), prepared, campaign);
DROP INDEX decisions_who;
CREATE INDEX decisions_who ON decisions (who, at, kind, seconds, of_campaign);
CREATE INDEX decisions_of ON decisions (of_kind, of_angle, kind, at, of_campaign);
CREATE INDEX outbox_approved ON outbox (approved, id);
