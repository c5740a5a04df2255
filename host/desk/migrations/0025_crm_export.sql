-- The CRM export that the store was last compared with. Without a row, no run has read one.
CREATE TABLE crm_export (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    -- Of the files and of the settings that they are read with; empty in a store of an earlier schema.
    digest       TEXT    NOT NULL,
    -- Sizes and times of the files: equal while nobody writes to them.
    files        TEXT    NOT NULL,
    -- Usable rows of the suppression list.
    suppressions INTEGER NOT NULL,
    compared     INTEGER NOT NULL
) STRICT;

-- The packages of an earlier schema are compared before anything is sent.
INSERT INTO crm_export (id, digest, files, suppressions, compared)
SELECT 1, '', '', 0, 0 WHERE EXISTS (SELECT 1 FROM packages);

-- The latest time at which the sending worker was at work. A clock that shows an earlier time was set back.
ALTER TABLE host ADD COLUMN latest_send_time INTEGER NOT NULL DEFAULT 0;
