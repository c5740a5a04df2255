//! The trail: who did what, when, from where, to which package. It holds nothing about the person written to, and is never changed;
//! the store itself refuses.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::AuditRow;

/// What the desk calls itself in the trail.
pub(crate) const DESK: &str = baton_model::BATON;

/// Adds a line, in the transaction of what it tells of.
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
        // None for a command, and for what the desk does by itself.
        .bind(tx.actor().address().map(|address| address.to_string()))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// The number of the last line.
pub(crate) async fn last(tx: &mut ReadTx) -> Result<i64, StoreError> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM audit").fetch_one(tx.connection()).await.at(tx.keys())
}

/// Whether there is this line about the package.
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

/// Lines after that number, oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    package: Option<&PackageId>,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    type Line = (i64, Timestamp, String, String, Option<String>, String, Option<String>);
    // Two conditions, so that each is a stretch of an index.
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
    let row = |(number, at, who, what, package, detail, asked_from): Line| AuditRow {
        number,
        at,
        who,
        what,
        package: package.map(PackageId),
        detail,
        asked_from,
    };
    Ok(rows.into_iter().map(row).collect())
}
