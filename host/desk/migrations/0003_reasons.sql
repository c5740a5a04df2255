-- What people said when they gave a verdict or set a standing by hand, and what a lost standing brought back.

-- Of the verdict; sealed with the keys of the package's own subjects, since it is about a message to a person.
ALTER TABLE checks ADD COLUMN why_sealed BLOB;

-- Of a person who stopped or resumed the stream; it is about the stream and names nobody who is written to.
ALTER TABLE evidence ADD COLUMN why TEXT;
-- How many messages that had not left went back to review.
ALTER TABLE evidence ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0;
