//! The trail: who did what, when, to which package. It holds nothing about the person written to, and is never changed;
//! the store itself refuses.

use super::error::StoreError;
use super::id::PackageId;
use super::seal::{At as _, Vault};
use crate::desk::AuditRow;
use baton_facts::types::Timestamp;
use sqlx::SqliteConnection;

/// What the desk calls itself in the trail.
pub(crate) const DESK: &str = "baton";

/// Adds a line, in the transaction of what it tells of.
pub(crate) async fn note(
    connection: &mut SqliteConnection,
    vault: &Vault,
    now: Timestamp,
    who: &str,
    what: &str,
    package: Option<&PackageId>,
    detail: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit (at, who, what, package, detail) VALUES ($1, $2, $3, $4, $5)")
        .bind(now)
        .bind(who)
        .bind(what)
        .bind(package.map(|id| &id.0))
        .bind(detail)
        .execute(connection)
        .await
        .at(vault)?;
    Ok(())
}

/// Lines after that number, oldest first.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    vault: &Vault,
    package: Option<&PackageId>,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows: Vec<(i64, Timestamp, String, String, Option<String>, String)> = sqlx::query_as(
        "SELECT id, at, who, what, package, detail FROM audit
         WHERE id > $1 AND ($2 IS NULL OR package = $2) ORDER BY id LIMIT $3",
    )
    .bind(after)
    .bind(package.map(|id| &id.0))
    .bind(limit)
    .fetch_all(connection)
    .await
    .at(vault)?;
    let row = |(number, at, who, what, package, detail): (_, _, _, _, Option<String>, _)| AuditRow {
        number,
        at,
        who,
        what,
        package: package.map(PackageId),
        detail,
    };
    Ok(rows.into_iter().map(row).collect())
}
