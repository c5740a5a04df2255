//! The audit log: actor, action, time, client address and package of every change.
//!
//! It contains no personal data of recipients. The database itself rejects changes of its entries, and entries about
//! packages that do not exist.

#[cfg(test)]
mod tests;

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::AuditEntry;

/// The name of the desk as an actor in the audit log.
pub(crate) const DESK: &str = baton_model::BATON;

/// Adds an entry, in the same transaction as the change that it describes.
pub(crate) async fn note(
    tx: &mut Tx,
    who: &str,
    what: &str,
    package: Option<&PackageId>,
    detail: &str,
) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query("INSERT INTO audit (at, who, what, package, detail, asked_from) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(now)
        .bind(who)
        .bind(what)
        .bind(package.map(|id| &id.0))
        .bind(detail)
        // `None` for the desk's own actions.
        .bind(tx.actor().origin())
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Returns the number of the last entry.
pub(crate) async fn last(tx: &mut ReadTx) -> Result<i64, StoreError> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM audit").fetch_one(tx.connection()).await.at(tx.keys())
}

/// Returns the detail of the last entry of this kind about the package.
pub(crate) async fn last_detail(
    tx: &mut ReadTx,
    package: &PackageId,
    what: &str,
) -> Result<Option<String>, StoreError> {
    sqlx::query_scalar("SELECT detail FROM audit WHERE package = $1 AND what = $2 ORDER BY id DESC LIMIT 1")
        .bind(&package.0)
        .bind(what)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Whether the log has this entry about the package.
pub(crate) async fn is_noted(
    tx: &mut ReadTx,
    package: &PackageId,
    who: &str,
    what: &str,
    detail: &str,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM audit WHERE package = $1 AND who = $2 AND what = $3 AND detail = $4)",
    )
    .bind(&package.0)
    .bind(who)
    .bind(what)
    .bind(detail)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the time of the last such entry about the package.
pub(crate) async fn last_at(
    tx: &mut ReadTx,
    package: &PackageId,
    who: &str,
    what: &str,
    detail: &str,
) -> Result<Option<Timestamp>, StoreError> {
    sqlx::query_scalar("SELECT max(at) FROM audit WHERE package = $1 AND who = $2 AND what = $3 AND detail = $4")
        .bind(&package.0)
        .bind(who)
        .bind(what)
        .bind(detail)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Lists the entries after this number, oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    package: Option<&PackageId>,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditEntry>, StoreError> {
    type Line = (i64, Timestamp, String, String, Option<String>, String, Option<String>);
    // Each of the two conditions is a range of an index; one condition for both cases would not be.
    let of = if package.is_some() { "package = $2 AND id > $1" } else { "id > $1" };
    let rows: Vec<Line> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT id, at, who, what, package, detail, asked_from FROM audit WHERE {of} ORDER BY id LIMIT $3"
    )))
    .bind(after)
    .bind(package.map(|id| &id.0))
    .bind(limit)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    let row = |(number, at, who, what, package, detail, asked_from): Line| AuditEntry {
        number,
        at,
        who,
        action: what,
        package: package.map(PackageId),
        detail,
        client_address: asked_from,
    };
    Ok(rows.into_iter().map(row).collect())
}
