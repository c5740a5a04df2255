-- Whether the tier of a stream has a person decide about each of its packages, as its latest one was prepared. A stream
-- that was met before says so from its next package on.
ALTER TABLE streams ADD COLUMN each_reviewed INTEGER NOT NULL DEFAULT 0;
