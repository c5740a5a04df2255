//! API tokens. Only a keyed hash of each token is stored, so the store's content cannot be used to call the API. Names
//! are never reused, because the audit log identifies programs by them.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use sqlx::FromRow;

/// Minimum seconds between two updates of the last use, so that not every request writes to the store.
const LAST_USE_UPDATE_SECONDS: Timestamp = 300;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TokenRow {
    pub name: String,
    pub role: String,
    /// The user on whose behalf the program calls the API.
    pub of_user: Option<String>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    pub used: Option<Timestamp>,
}

/// Hashes a token. It has 260 random bits and cannot be guessed, so the hash needs no salt.
fn tag(vault: &KeyRing, token: &str) -> Tag {
    vault.tag("api-token", &[token])
}

/// Adds a token. Returns `false` if the name is or was in use.
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

/// Lists all tokens, including expired and revoked ones, oldest first.
pub(crate) async fn all(tx: &mut ReadTx) -> Result<Vec<TokenRow>, StoreError> {
    sqlx::query_as("SELECT name, role, of_user, created, expires, revoked, used FROM api_tokens ORDER BY created, name")
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the token's row if it is active, and whether its last use should be updated.
pub(crate) async fn active(
    tx: &mut ReadTx,
    token: &str,
    now: Timestamp,
) -> Result<Option<(TokenRow, bool)>, StoreError> {
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
        let unnoted = row.used.is_none_or(|used| now.saturating_sub(used) >= LAST_USE_UPDATE_SECONDS);
        (row, unnoted)
    }))
}

/// Updates the time of the token's last use.
pub(crate) async fn update_last_use(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let now = tx.now;
    let sql = "UPDATE api_tokens SET used = max(coalesce(used, 0), $1) WHERE name = $2";
    sqlx::query(sql).bind(now).bind(name).execute(tx.connection()).await.at(tx.keys())?;
    Ok(())
}

/// Revokes the token. Returns `false` if no unrevoked token has this name.
pub(crate) async fn revoke(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    let now = tx.now;
    let sql = "UPDATE api_tokens SET revoked = $1 WHERE name = $2 AND revoked IS NULL";
    let done = sqlx::query(sql).bind(now).bind(name).execute(tx.connection()).await.at(tx.keys())?;
    Ok(done.rows_affected() > 0)
}
