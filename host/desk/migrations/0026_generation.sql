-- The number of changes that a restored copy of the store must not undo, such as a claimed message or a suppression. The
-- change log beside the store has a line for each, so a store with a lower number than its log is an older copy.
ALTER TABLE host ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
-- When counting began; null in the store of an earlier version until it is opened.
ALTER TABLE host ADD COLUMN counted_since INTEGER;
-- When the store was found to be an older copy; null again once a user resumes sending.
ALTER TABLE host ADD COLUMN restored INTEGER;
-- Whether the change log was missing then, so that later opt-outs and messages are not known.
ALTER TABLE host ADD COLUMN restored_without_log INTEGER NOT NULL DEFAULT 0 CHECK (restored_without_log IN (0, 1));
