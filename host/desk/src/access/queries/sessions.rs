//! Sign-in sessions. Only a keyed hash of each token is stored, so the store's content cannot be used to sign in.
//!
//! A session expires 12 hours after its last use and 7 days after its start.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;

/// Seconds without use after which a session expires.
pub(crate) const IDLE_SECONDS: Timestamp = 12 * 3600;

/// Maximum age of a session in seconds, even while it is in use.
pub(crate) const MAX_AGE_SECONDS: Timestamp = 7 * 86_400;

/// Minimum seconds between two updates of the last use, so that not every page view writes to the store.
const LAST_USE_UPDATE_SECONDS: Timestamp = 300;

/// Maximum number of sessions of a user. A new session ends the oldest one above it.
const MAX_SESSIONS_PER_USER: i64 = 20;

/// Hashes a token. It has 260 random bits and cannot be guessed, so the hash needs no salt.
fn tag(vault: &KeyRing, token: &str) -> Tag {
    vault.tag("session", &[token])
}

/// Begins a session. Deletes expired sessions and the user's oldest ones above the limit.
pub(crate) async fn begin(tx: &mut Tx, token: &str, user: &str, agent: &str) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("DELETE FROM sessions WHERE seen <= $1 OR created <= $2")
        .bind(now.saturating_sub(IDLE_SECONDS))
        .bind(now.saturating_sub(MAX_AGE_SECONDS))
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
    .bind(MAX_SESSIONS_PER_USER)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the session's user and whether its last use should be updated. `None` if the session is over.
pub(crate) async fn user_of(
    tx: &mut ReadTx,
    token: &str,
    now: Timestamp,
) -> Result<Option<(String, bool)>, StoreError> {
    let row: Option<(String, Timestamp)> =
        sqlx::query_as("SELECT user, seen FROM sessions WHERE tag = $1 AND seen > $2 AND created > $3")
            .bind(tag(tx.keys(), token))
            .bind(now.saturating_sub(IDLE_SECONDS))
            .bind(now.saturating_sub(MAX_AGE_SECONDS))
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    Ok(row.map(|(user, seen)| (user, now.saturating_sub(seen) >= LAST_USE_UPDATE_SECONDS)))
}

/// Updates the time of the session's last use.
pub(crate) async fn update_last_use(tx: &mut Tx, token: &str) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("UPDATE sessions SET seen = max(seen, $1) WHERE tag = $2")
        .bind(now)
        .bind(tag(tx.keys(), token))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Ends a session. Returns `false` if there is no such session.
pub(crate) async fn end(tx: &mut Tx, token: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("DELETE FROM sessions WHERE tag = $1").bind(tag(tx.keys(), token)).execute(tx.connection()).await;
    Ok(done.at(tx.keys())?.rows_affected() > 0)
}

/// Ends all sessions of a user, in the panels of CRMs too. Returns the number of sessions on the page.
pub(crate) async fn end_all(tx: &mut Tx, user: &str) -> Result<u64, StoreError> {
    let panels = sqlx::query("DELETE FROM panel_sessions WHERE user = $1").bind(user).execute(tx.connection()).await;
    panels.at(tx.keys())?;
    let done = sqlx::query("DELETE FROM sessions WHERE user = $1").bind(user).execute(tx.connection()).await;
    Ok(done.at(tx.keys())?.rows_affected())
}
