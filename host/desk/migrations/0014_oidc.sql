-- Single sign-on: whom the identity provider means by a user, and what was used up.

-- A keyed hash of the provider and of what it calls this person for good, from the first time that it vouched for them.
-- An address may go to somebody else there; this does not (OpenID Connect Core 1.0, 5.7).
ALTER TABLE users ADD COLUMN vouched_tag BLOB;
CREATE UNIQUE INDEX users_vouched ON users (vouched_tag);

-- Each way to the provider and back is gone once. By keyed hashes, until it would have lapsed.
CREATE TABLE sign_on_spent (
    tag   BLOB    PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_on_spent_until ON sign_on_spent (until);
