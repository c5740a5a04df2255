-- People who answered, one row for each person and campaign: who is to take the relationship over, and who did.
CREATE TABLE replies (
    id             TEXT    PRIMARY KEY,
    campaign       TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    contact_tag    BLOB    NOT NULL,
    -- Who says so: `crm` is what the CRM records.
    source         TEXT    NOT NULL,
    -- What we last wrote, to the person or else at the account. Whose it is, the reply is as well.
    package        TEXT    NOT NULL REFERENCES packages (id),
    -- When it came in, where the source says so.
    came           INTEGER,
    noticed        INTEGER NOT NULL,
    -- A JSON list of the packages that were taken back because of it.
    stopped        TEXT    NOT NULL,
    subjects       TEXT    NOT NULL,
    content_sealed BLOB,
    taken_by       TEXT,
    taken_at       INTEGER,
    UNIQUE (campaign, contact_tag),
    CHECK ((taken_by IS NULL) = (taken_at IS NULL))
) STRICT;
CREATE INDEX replies_noticed ON replies (noticed, id);
CREATE INDEX replies_open ON replies (package) WHERE taken_at IS NULL;
CREATE INDEX replies_contact ON replies (contact_tag);
