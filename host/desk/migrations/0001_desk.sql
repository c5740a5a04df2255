-- The desk's store. Times are seconds since 1970-01-01T00:00:00Z. A column that ends in `_sealed` is unreadable without
-- the keys of the data subjects that the row names in `subjects`, their ids in ascending order and comma-separated.
-- A column that ends in `_tag` is a keyed hash: equal for equal texts, and nothing else can be told from it.

-- One row: what this store is, and whether sending is stopped.
CREATE TABLE host (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    key_check   BLOB    NOT NULL,
    created     INTEGER NOT NULL,
    -- What samples are drawn by; the same for good, so that a block reaching into the next draw keeps its one item.
    seed        INTEGER NOT NULL,
    stopped_at  INTEGER,
    stopped_by  TEXT,
    stopped_why TEXT
) STRICT;

-- A key per data subject. Forgetting sets `wrapped_key` to null.
CREATE TABLE subjects (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    wrapped_key BLOB,
    created     INTEGER NOT NULL,
    forgotten   INTEGER
) STRICT;

-- By which addresses and contact ids a subject is known.
CREATE TABLE subject_tags (
    tag     BLOB    NOT NULL,
    subject INTEGER NOT NULL REFERENCES subjects (id),
    PRIMARY KEY (tag, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_tags_subject ON subject_tags (subject);

CREATE TABLE runs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign     TEXT    NOT NULL,
    started      INTEGER NOT NULL,
    finished     INTEGER,
    ready        INTEGER NOT NULL DEFAULT 0,
    held         INTEGER NOT NULL DEFAULT 0,
    disqualified INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What the last run made of each account.
CREATE TABLE accounts (
    campaign    TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    domain      TEXT    NOT NULL,
    package     TEXT    REFERENCES packages (id),
    state       TEXT    NOT NULL CHECK (state IN ('ready', 'held', 'disqualified', 'failed')),
    -- The hold's or disqualification's reason.
    reason      TEXT,
    prospect    INTEGER,
    look_again  INTEGER,
    -- Of everything the work on the account rests on; another one means that something changed.
    fingerprint BLOB    NOT NULL,
    run         INTEGER REFERENCES runs (id) ON DELETE SET NULL,
    looked      INTEGER NOT NULL,
    subjects    TEXT    NOT NULL,
    -- The preparation with its trace, or what went wrong.
    content_sealed BLOB,
    PRIMARY KEY (campaign, account)
) STRICT;

CREATE TABLE packages (
    id              TEXT    PRIMARY KEY,
    campaign        TEXT    NOT NULL,
    account         TEXT    NOT NULL,
    account_name    TEXT    NOT NULL,
    contact_tag     BLOB    NOT NULL,
    address_tag     BLOB    NOT NULL,
    recipient_domain TEXT   NOT NULL,
    account_domain  TEXT    NOT NULL,
    touch           INTEGER NOT NULL,
    lead_signal     TEXT    NOT NULL,
    signal_kind     TEXT    NOT NULL,
    -- What its evidence counts for, and JSON of the plan it counts under; none where no tier matched.
    stream          INTEGER REFERENCES streams (id),
    plan            TEXT,
    tier            TEXT    NOT NULL,
    tier_rank       INTEGER NOT NULL,
    model           TEXT    NOT NULL,
    score           INTEGER NOT NULL,
    warnings        INTEGER NOT NULL,
    reading_seconds INTEGER NOT NULL,
    deadline        INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    until           INTEGER,
    newer           TEXT    REFERENCES packages (id),
    prepared        INTEGER NOT NULL,
    moved           INTEGER NOT NULL,
    -- Of the whole content, and of what the reader would get.
    digest          TEXT    NOT NULL,
    draft_tag       BLOB    NOT NULL,
    subjects        TEXT    NOT NULL,
    content_sealed  BLOB,
    -- The rules that were looked at name colleagues too.
    trace_subjects  TEXT    NOT NULL,
    trace_sealed    BLOB
) STRICT;
-- Nobody gets the same touch twice: one package of it may be open, under way or sent.
CREATE UNIQUE INDEX packages_once ON packages (campaign, account, contact_tag, touch)
    WHERE state NOT IN ('rejected', 'expired', 'superseded', 'withdrawn', 'failed');
CREATE INDEX packages_queue ON packages (state, tier_rank, deadline, score DESC, id);
CREATE INDEX packages_account ON packages (campaign, account);
CREATE INDEX packages_stream ON packages (stream, prepared);
CREATE INDEX packages_address ON packages (address_tag);
CREATE INDEX packages_contact ON packages (contact_tag);

CREATE TABLE decisions (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    package        TEXT    NOT NULL REFERENCES packages (id),
    -- The asker's idempotency key, and a keyed hash of the whole request.
    request_key    TEXT    NOT NULL UNIQUE,
    request_tag    BLOB    NOT NULL,
    who            TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('approve', 'edit', 'reject', 'snooze')),
    reason         TEXT,
    seconds        INTEGER,
    state          TEXT    NOT NULL,
    outbox         TEXT,
    subjects       TEXT    NOT NULL,
    content_sealed BLOB
) STRICT;
CREATE INDEX decisions_package ON decisions (package, id);

-- Where an entry is, its package says.
CREATE TABLE outbox (
    id             TEXT    PRIMARY KEY,
    package        TEXT    NOT NULL UNIQUE REFERENCES packages (id),
    message_id     TEXT    NOT NULL UNIQUE,
    approved_by    TEXT    NOT NULL,
    -- The stream whose standing let it go; none where a person approved it.
    by_stream      INTEGER REFERENCES streams (id),
    mailbox        TEXT    NOT NULL,
    in_reply_to    TEXT,
    approved       INTEGER NOT NULL,
    authorised     INTEGER,
    not_before     INTEGER NOT NULL,
    taken          INTEGER,
    -- The transport that took it last: only the same one can tell whether it left.
    via            TEXT,
    ended          INTEGER,
    attempts       INTEGER NOT NULL DEFAULT 0,
    subjects       TEXT    NOT NULL,
    content_sealed BLOB,
    why_sealed     BLOB
) STRICT;
CREATE INDEX outbox_due ON outbox (not_before, approved) WHERE authorised IS NOT NULL AND ended IS NULL;
CREATE INDEX outbox_mailbox ON outbox (mailbox, taken);

-- The host's own ledger of what left, or may have left.
CREATE TABLE sends (
    outbox           TEXT    PRIMARY KEY REFERENCES outbox (id),
    at               INTEGER NOT NULL,
    campaign         TEXT    NOT NULL,
    account          TEXT    NOT NULL,
    tier             TEXT    NOT NULL,
    mailbox          TEXT    NOT NULL,
    recipient_domain TEXT    NOT NULL,
    address_tag      BLOB    NOT NULL,
    touch            INTEGER NOT NULL,
    certain          INTEGER NOT NULL CHECK (certain IN (0, 1))
) STRICT;
CREATE INDEX sends_tier ON sends (campaign, tier, at);
CREATE INDEX sends_mailbox ON sends (mailbox, at);
CREATE INDEX sends_domain ON sends (recipient_domain, at);
CREATE INDEX sends_account ON sends (account, at);

-- One conversation of ours per campaign and contact.
CREATE TABLE threads (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign     TEXT    NOT NULL,
    account      TEXT    NOT NULL,
    contact_tag  BLOB    NOT NULL,
    first_outbox TEXT    NOT NULL REFERENCES outbox (id),
    last_outbox  TEXT    NOT NULL REFERENCES outbox (id),
    UNIQUE (campaign, contact_tag)
) STRICT;

-- Accounts where every sequence rests.
CREATE TABLE pauses (
    account TEXT    PRIMARY KEY,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    why     TEXT    NOT NULL
) STRICT;

CREATE TABLE suppressions (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    scope   TEXT    NOT NULL CHECK (scope IN ('address', 'domain', 'account')),
    -- The domain or the account; for an address its keyed hash alone.
    value   TEXT,
    tag     BLOB,
    reason  TEXT    NOT NULL,
    until   INTEGER,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    CHECK ((scope = 'address') = (tag IS NOT NULL) AND (value IS NULL) = (tag IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX suppressions_value ON suppressions (scope, value) WHERE value IS NOT NULL;
CREATE UNIQUE INDEX suppressions_tag ON suppressions (tag) WHERE tag IS NOT NULL;

-- What evidence of quality is kept for. Engine, drafter and customer are the fingerprint of what produces its drafts.
CREATE TABLE streams (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign    TEXT    NOT NULL,
    signal_kind TEXT    NOT NULL,
    follow_up   INTEGER NOT NULL CHECK (follow_up IN (0, 1)),
    language    TEXT    NOT NULL,
    engine      TEXT    NOT NULL,
    drafter     TEXT    NOT NULL,
    customer    TEXT    NOT NULL,
    angle       TEXT    NOT NULL,
    -- JSON: the plan of its latest package, and the tally as the governor last counted it.
    plan        TEXT    NOT NULL,
    tally       TEXT    NOT NULL,
    -- Counts the changes of the tally: who counted from an older one has to count again.
    version     INTEGER NOT NULL DEFAULT 0,
    -- Nothing leaves without a decision, whatever the tally says, until a batch is let go again.
    closed      INTEGER NOT NULL DEFAULT 1 CHECK (closed IN (0, 1)),
    -- Where the next release is counted, from 0 and without gaps.
    position    INTEGER NOT NULL DEFAULT 0,
    created     INTEGER NOT NULL,
    UNIQUE (campaign, signal_kind, follow_up, language, engine, drafter, customer, angle)
) STRICT;
CREATE INDEX streams_fingerprint ON streams (engine, drafter, customer);

-- What bore on each stream's standing, in order. Nothing is dropped from it.
CREATE TABLE evidence (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    stream  INTEGER NOT NULL REFERENCES streams (id),
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    package TEXT    REFERENCES packages (id),
    -- JSON: the event, and the tally after it.
    event   TEXT    NOT NULL,
    tally   TEXT    NOT NULL,
    stops   TEXT    NOT NULL CHECK (stops IN ('none', 'this-stream', 'fingerprint')),
    reason  TEXT    NOT NULL
) STRICT;
CREATE INDEX evidence_stream ON evidence (stream, id);

-- Packages drawn for a spot-check.
CREATE TABLE checks (
    package  TEXT    PRIMARY KEY REFERENCES packages (id),
    stream   INTEGER NOT NULL REFERENCES streams (id),
    -- What it was drawn by, so that the draw can be repeated.
    seed     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    drawn    INTEGER NOT NULL,
    -- It waits for the verdict; otherwise it leaves and is looked at afterwards.
    held     INTEGER NOT NULL CHECK (held IN (0, 1)),
    -- The verdict's deadline.
    due      INTEGER NOT NULL,
    missed   INTEGER,
    finding  TEXT    CHECK (finding IN ('conforming', 'nonconforming', 'factual-defect')),
    who      TEXT,
    at       INTEGER,
    seconds  INTEGER,
    -- The asker's idempotency key.
    request_key TEXT UNIQUE
) STRICT;
CREATE INDEX checks_open ON checks (due) WHERE finding IS NULL;
CREATE INDEX checks_stream ON checks (stream) WHERE finding IS NULL;

CREATE TABLE recordings (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign       TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    package        TEXT    REFERENCES packages (id) ON DELETE CASCADE,
    -- The function of the contract.
    function       TEXT    NOT NULL,
    component      TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    subjects       TEXT    NOT NULL,
    -- Null where a person in it had been forgotten before.
    content_sealed BLOB
) STRICT;
CREATE INDEX recordings_package ON recordings (package);
CREATE INDEX recordings_account ON recordings (campaign, account);
CREATE INDEX recordings_at ON recordings (at);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    what    TEXT    NOT NULL,
    package TEXT,
    detail  TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_package ON audit (package, id);
-- What happened stays.
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the trail is kept'); END;
CREATE TRIGGER audit_is_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the trail is fixed'); END;
