//! Which ways to the identity provider and back were gone. Each is gone once; what has lapsed is cleared away with the
//! next, so the table holds a few minutes' worth.

use crate::db::encryption::{At as _, Vault};
use crate::db::error::StoreError;
use baton_facts::types::Timestamp;
use sqlx::SqliteConnection;

/// Spends it. False where it was spent before.
pub(crate) async fn spend(
    connection: &mut SqliteConnection,
    vault: &Vault,
    ticket: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let old = sqlx::query("DELETE FROM sign_on_spent WHERE until <= $1").bind(now);
    old.execute(&mut *connection).await.at(vault)?;
    let spent = sqlx::query("INSERT INTO sign_on_spent (tag, until) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(vault.tag("sign-on-spent", &[ticket]))
        .bind(until)
        .execute(connection)
        .await;
    Ok(spent.at(vault)?.rows_affected() == 1)
}
