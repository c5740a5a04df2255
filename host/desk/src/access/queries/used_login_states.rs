//! Used OIDC sign-in tickets. Each ticket is accepted once. Adding one deletes the expired ones, so the table has only
//! those of the last few minutes.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::Tx;
use baton_facts::types::Timestamp;

/// Marks the ticket as used. Returns `false` if it was used before.
pub(crate) async fn mark_used(tx: &mut Tx, ticket: &str, until: Timestamp) -> Result<bool, StoreError> {
    let now = tx.now;
    let old = sqlx::query("DELETE FROM sign_on_spent WHERE until <= $1").bind(now);
    old.execute(tx.connection()).await.at(tx.keys())?;
    let spent = sqlx::query("INSERT INTO sign_on_spent (tag, until) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(tx.keys().tag("sign-on-spent", &[ticket]))
        .bind(until)
        .execute(tx.connection())
        .await;
    Ok(spent.at(tx.keys())?.rows_affected() == 1)
}
