//! Assignees of packages: the next SDR in the campaign's rotation, a user chosen by a lead, or the backup reviewer.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_model::PackageId;

/// Lists the reviewers: every SDR who can sign in, in the order in which they were added.
async fn reviewers(tx: &mut ReadTx) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(
        "SELECT id FROM users WHERE role = 'sdr' AND disabled IS NULL
           AND NOT EXISTS (SELECT 1 FROM subjects WHERE forgotten IS NOT NULL
                             AND id IN (SELECT value FROM json_each('[' || users.subjects || ']')))
         ORDER BY created, rowid",
    )
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the assignee of a new package: the reviewer who already has the account in this campaign, or else the next
/// in the rotation. `None` if there is no reviewer.
pub(crate) async fn next(tx: &mut Tx, campaign: &str, account: &str) -> Result<Option<String>, StoreError> {
    let reviewers = reviewers(tx).await?;
    if reviewers.is_empty() {
        return Ok(None);
    }
    let known: Vec<String> = sqlx::query_scalar(
        "SELECT assignee FROM packages WHERE campaign = $1 AND account = $2 AND assignee IS NOT NULL
         ORDER BY prepared DESC, rowid DESC",
    )
    .bind(campaign)
    .bind(account)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    if let Some(known) = known.into_iter().find(|known| reviewers.contains(known)) {
        return Ok(Some(known));
    }
    let latest: Option<String> = sqlx::query_scalar("SELECT latest FROM rota WHERE campaign = $1")
        .bind(campaign)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())?;
    let after = latest.and_then(|latest| reviewers.iter().position(|known| *known == latest));
    let next = reviewers[after.map_or(0, |at| (at + 1) % reviewers.len())].clone();
    sqlx::query(
        "INSERT INTO rota (campaign, latest) VALUES ($1, $2) ON CONFLICT (campaign) DO UPDATE SET latest = excluded.latest",
    )
    .bind(campaign)
    .bind(&next)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(Some(next))
}

/// Assigns a package, or unassigns it. Returns `false` if nothing changed.
pub(crate) async fn set(tx: &mut Tx, id: &PackageId, to: Option<&str>) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE packages SET assignee = $1 WHERE id = $2 AND assignee IS NOT $1")
        .bind(to)
        .bind(&id.0)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Assigns a package to the backup reviewer. Returns `false` if it was escalated before.
pub(crate) async fn escalate(tx: &mut Tx, id: &PackageId, to: &str) -> Result<bool, StoreError> {
    let now = tx.now;
    let done = sqlx::query("UPDATE packages SET assignee = $1, escalated = $2 WHERE id = $3 AND escalated IS NULL")
        .bind(to)
        .bind(now)
        .bind(&id.0)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Unassigns all open packages of this user.
pub(crate) async fn release(tx: &mut Tx, user: &str) -> Result<u64, StoreError> {
    let done =
        sqlx::query("UPDATE packages SET assignee = NULL WHERE assignee = $1 AND state IN ('queued', 'snoozed')")
            .bind(user)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
    Ok(done.rows_affected())
}
