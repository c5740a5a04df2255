//! The trail: who did what, when, from where, to which package. It holds nothing about the person written to, and is never changed;
//! the store itself refuses.

use crate::db::encryption::{At as _, Vault};
use crate::db::error::StoreError;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::AuditRow;
use sqlx::SqliteConnection;
use std::net::IpAddr;

tokio::task_local! {
    /// Around the whole of a request, so that no operation can leave out where it was asked for from.
    static ASKED_FROM: IpAddr;
}

/// Does this work on behalf of somebody at that address: every line that it adds to the trail says so.
pub async fn asked_from<T>(address: Option<IpAddr>, work: impl Future<Output = T>) -> T {
    match address {
        Some(address) => ASKED_FROM.scope(address.to_canonical(), work).await,
        None => work.await,
    }
}

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
    sqlx::query("INSERT INTO audit (at, who, what, package, detail, asked_from) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(now)
        .bind(who)
        .bind(what)
        .bind(package.map(|id| &id.0))
        .bind(detail)
        // None for a command, and for what the desk does by itself.
        .bind(ASKED_FROM.try_with(IpAddr::to_string).ok())
        .execute(connection)
        .await
        .at(vault)?;
    Ok(())
}

/// The number of the last line.
pub(crate) async fn last(connection: &mut SqliteConnection, vault: &Vault) -> Result<i64, StoreError> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM audit").fetch_one(connection).await.at(vault)
}

/// Whether there is this line about the package.
pub(crate) async fn is_noted(
    connection: &mut SqliteConnection,
    vault: &Vault,
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
    .fetch_one(connection)
    .await
    .at(vault)
}

/// Lines after that number, oldest first.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    vault: &Vault,
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
    .fetch_all(connection)
    .await
    .at(vault)?;
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
