//! Who is signed in. A session is found by a keyed hash of its token: whoever reads the store cannot use one.
//!
//! It ends by itself 12 hours after it was last used and 7 days after it began.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;

/// Seconds without use after which a session is over.
pub(crate) const IDLE: Timestamp = 12 * 3600;

/// Seconds after which a session is over however much it is used.
pub(crate) const LONGEST: Timestamp = 7 * 86_400;

/// Seconds between two notes of use, so that looking at a page is not a write each time.
const SEEN_EVERY: Timestamp = 300;

/// Sessions of one user; a further one ends the oldest.
const MOST: i64 = 20;

/// A token of 260 random bits is not guessed, so its tag needs no salt.
fn tag(vault: &KeyRing, token: &str) -> Tag {
    vault.tag("session", &[token])
}

/// Begins a session, and clears away those that are over.
pub(crate) async fn begin(tx: &mut Tx, token: &str, user: &str, agent: &str) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("DELETE FROM sessions WHERE seen <= $1 OR created <= $2")
        .bind(now.saturating_sub(IDLE))
        .bind(now.saturating_sub(LONGEST))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    sqlx::query("INSERT INTO sessions (tag, user, created, seen, agent) VALUES ($1, $2, $3, $3, $4)")
        .bind(tag(tx.keys(), token))
        .bind(user)
        .bind(now)
        .bind(agent)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    sqlx::query(
        "DELETE FROM sessions WHERE user = $1 AND tag NOT IN
             (SELECT tag FROM sessions WHERE user = $1 ORDER BY created DESC, tag = $2 DESC LIMIT $3)",
    )
    .bind(user)
    .bind(tag(tx.keys(), token))
    .bind(MOST)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Whose session it is, and whether its use is to be noted; none where it is over.
pub(crate) async fn user_of(
    tx: &mut ReadTx,
    token: &str,
    now: Timestamp,
) -> Result<Option<(String, bool)>, StoreError> {
    let row: Option<(String, Timestamp)> =
        sqlx::query_as("SELECT user, seen FROM sessions WHERE tag = $1 AND seen > $2 AND created > $3")
            .bind(tag(tx.keys(), token))
            .bind(now.saturating_sub(IDLE))
            .bind(now.saturating_sub(LONGEST))
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    Ok(row.map(|(user, seen)| (user, now.saturating_sub(seen) >= SEEN_EVERY)))
}

/// Notes that the session is in use.
pub(crate) async fn seen(tx: &mut Tx, token: &str) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("UPDATE sessions SET seen = max(seen, $1) WHERE tag = $2")
        .bind(now)
        .bind(tag(tx.keys(), token))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Ends one session. Gives whether there was one.
pub(crate) async fn end(tx: &mut Tx, token: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("DELETE FROM sessions WHERE tag = $1").bind(tag(tx.keys(), token)).execute(tx.connection()).await;
    Ok(done.at(tx.keys())?.rows_affected() > 0)
}

/// Ends every session of a user. Gives how many there were.
pub(crate) async fn end_all(tx: &mut Tx, user: &str) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM sessions WHERE user = $1").bind(user).execute(tx.connection()).await;
    Ok(done.at(tx.keys())?.rows_affected())
}
