//! Tokens of the API. Each is found by a keyed hash: whoever reads the store cannot use one. A name comes once, ever,
//! for the trail tells programs by it.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use sqlx::FromRow;

/// Seconds between two notes of use, so that asking is not a write each time.
const USED_EVERY: Timestamp = 300;

/// A row.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct TokenRow {
    pub name: String,
    pub role: String,
    /// On whose behalf it asks.
    pub of_user: Option<String>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    pub used: Option<Timestamp>,
}

/// A token of 260 random bits is not guessed, so its tag needs no salt.
fn tag(vault: &KeyRing, token: &str) -> Tag {
    vault.tag("api-token", &[token])
}

/// Adds a token. False where the name was ever given.
pub(crate) async fn add(tx: &mut Tx, row: &TokenRow, token: &str) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO api_tokens (name, role, tag, of_user, created, expires) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
    )
    .bind(&row.name)
    .bind(&row.role)
    .bind(tag(tx.keys(), token))
    .bind(&row.of_user)
    .bind(row.created)
    .bind(row.expires)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() > 0)
}

/// Every token that ever was, oldest first.
pub(crate) async fn all(tx: &mut ReadTx) -> Result<Vec<TokenRow>, StoreError> {
    sqlx::query_as("SELECT name, role, of_user, created, expires, revoked, used FROM api_tokens ORDER BY created, name")
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// The token's row where it is good, and whether its use is to be noted.
pub(crate) async fn good(tx: &mut ReadTx, token: &str, now: Timestamp) -> Result<Option<(TokenRow, bool)>, StoreError> {
    let row: Option<TokenRow> = sqlx::query_as(
        "SELECT name, role, of_user, created, expires, revoked, used FROM api_tokens
         WHERE tag = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)",
    )
    .bind(tag(tx.keys(), token))
    .bind(now)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(row.map(|row| {
        let unnoted = row.used.is_none_or(|used| now.saturating_sub(used) >= USED_EVERY);
        (row, unnoted)
    }))
}

/// Notes that the token is in use.
pub(crate) async fn used(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let now = tx.now;
    let sql = "UPDATE api_tokens SET used = max(coalesce(used, 0), $1) WHERE name = $2";
    sqlx::query(sql).bind(now).bind(name).execute(tx.connection()).await.at(tx.keys())?;
    Ok(())
}

/// Makes the token worthless. False where there is none of that name that is good.
pub(crate) async fn revoke(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    let now = tx.now;
    let sql = "UPDATE api_tokens SET revoked = $1 WHERE name = $2 AND revoked IS NULL";
    let done = sqlx::query(sql).bind(now).bind(name).execute(tx.connection()).await.at(tx.keys())?;
    Ok(done.rows_affected() > 0)
}
