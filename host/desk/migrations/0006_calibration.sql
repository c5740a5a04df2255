-- What calibration counts, readable without any person's key: kinds, names of parts, shares and counts, and no text.

-- Which of an angle's versions a stream is of, where several are tried beside each other; empty without a name.
ALTER TABLE streams ADD COLUMN variant TEXT NOT NULL DEFAULT '';

-- The angle's language and version. Empty where the package is of an earlier schema and counts for no stream.
ALTER TABLE packages ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE packages ADD COLUMN angle TEXT NOT NULL DEFAULT '';
UPDATE packages
SET language = coalesce((SELECT language FROM streams WHERE streams.id = packages.stream), ''),
    angle = coalesce((SELECT angle FROM streams WHERE streams.id = packages.stream), '');
CREATE INDEX packages_kind ON packages (campaign, signal_kind);

-- Of an edit: how much of the body it rewrote, in hundredths of a percent; the part it rewrote most; how many facts it
-- changed. Null where there was no edit, or the row is of an earlier schema.
ALTER TABLE decisions ADD COLUMN edited INTEGER;
ALTER TABLE decisions ADD COLUMN most_rewritten TEXT
    CHECK (most_rewritten IN ('subject', 'opener', 'pitch', 'call-to-action'));
ALTER TABLE decisions ADD COLUMN changed_facts INTEGER;
