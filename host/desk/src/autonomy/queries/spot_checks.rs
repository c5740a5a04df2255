//! Spot-checks: packages sampled at random from those that a stream releases, each with its verdict if it has one.
//!
//! A verdict is given once. A sampled package stays sampled, with its seed and position.

use crate::db::encryption::{CellId, StoreResultExt as _};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use crate::packages::queries::packages;
use baton_facts::quality::Finding;
use baton_facts::types::Timestamp;
use baton_model::{Erasable, PackageId};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

/// A row of a spot-check.
#[derive(Clone, Debug)]
pub(crate) struct SpotCheckRow {
    pub package: PackageId,
    pub stream: i64,
    pub held: bool,
    pub sampled: Timestamp,
    pub due: Timestamp,
    pub missed: Option<Timestamp>,
    pub finding: Option<Finding>,
    pub request_key: Option<String>,
    pub who: Option<String>,
    pub at: Option<Timestamp>,
    pub seconds: Option<u32>,
    why_sealed: Option<Vec<u8>>,
}

impl<'r> FromRow<'r, SqliteRow> for SpotCheckRow {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let finding: Option<&str> = row.try_get("finding")?;
        Ok(Self {
            package: PackageId(row.try_get("package")?),
            stream: row.try_get("stream")?,
            held: row.try_get("held")?,
            sampled: row.try_get("sampled")?,
            due: row.try_get("due")?,
            missed: row.try_get("missed")?,
            finding: finding.and_then(finding_named),
            request_key: row.try_get("request_key")?,
            who: row.try_get("who")?,
            at: row.try_get("at")?,
            seconds: row.try_get("seconds")?,
            why_sealed: row.try_get("why_sealed")?,
        })
    }
}

impl SpotCheckRow {
    /// Returns the remark of the verdict.
    pub async fn why(
        &self,
        tx: &mut ReadTx,
        of: &packages::PackageRow,
    ) -> Result<Erasable<Option<String>>, StoreError> {
        let Some(sealed) = self.why_sealed.as_deref() else { return Ok(Erasable::Open(None)) };
        let keys = packages::keys(tx, of).await?;
        Ok(tx.keys().open(&keys, place(&self.package.0), Some(sealed))?.map(Some))
    }
}

/// Spot-checks without a verdict of packages that can still be checked: held ones wait for a person, and released ones
/// are queued or sent. The query goes from the few checks to their packages, not the other way.
macro_rules! open_checks {
    ($select:literal, $or:literal, $rest:literal) => {
        concat!(
            $select,
            " FROM checks CROSS JOIN packages ON packages.id = checks.package
             WHERE checks.finding IS NULL
               AND (CASE checks.held WHEN 1 THEN packages.state IN ('queued', 'snoozed')
                    ELSE packages.state IN ('approved', 'scheduled', 'transmitting', 'sent', 'delivery-unknown') END ",
            $or,
            ") ",
            $rest
        )
    };
}

/// The same, with the missed ones whose packages came back to review or expired: their verdict is still open and delays
/// no batch.
const WAITING: &str = open_checks!(
    "SELECT checks.*",
    "OR checks.missed IS NOT NULL AND packages.state IN ('queued', 'snoozed', 'expired')",
    "ORDER BY checks.due, checks.package"
);
const WAITING_COUNT: &str = open_checks!(
    "SELECT coalesce(sum($1 IS NULL OR packages.assignee IS NULL OR packages.assignee = $1), 0)",
    "OR checks.missed IS NOT NULL AND packages.state IN ('queued', 'snoozed', 'expired')",
    ""
);
const ANY_OPEN: &str = open_checks!("SELECT count(*) > 0", "", "AND checks.stream = $1");
const OVERDUE: &str = open_checks!(
    "SELECT checks.*",
    "",
    "AND checks.missed IS NULL AND checks.due <= $1 ORDER BY checks.due, checks.package"
);

/// The sampling of a package.
pub(crate) struct NewSpotCheck<'a> {
    pub package: &'a PackageId,
    pub stream: i64,
    pub seed: u64,
    pub position: u64,
    pub held: bool,
    pub due: Timestamp,
}

/// Records that a package was sampled.
pub(crate) async fn add(tx: &mut Tx, sampled: &NewSpotCheck<'_>) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query(
        "INSERT INTO checks (package, stream, seed, position, sampled, held, due) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&sampled.package.0)
    .bind(sampled.stream)
    .bind(sampled.seed.cast_signed())
    .bind(i64::try_from(sampled.position).unwrap_or(i64::MAX))
    .bind(now)
    .bind(sampled.held)
    .bind(sampled.due)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the spot-check of this package, if it was sampled.
pub(crate) async fn get(tx: &mut ReadTx, package: &PackageId) -> Result<Option<SpotCheckRow>, StoreError> {
    sqlx::query_as("SELECT * FROM checks WHERE package = $1")
        .bind(&package.0)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the open spot-checks, the next deadline first.
pub(crate) async fn open(tx: &mut ReadTx) -> Result<Vec<SpotCheckRow>, StoreError> {
    sqlx::query_as(WAITING).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Returns the number of open spot-checks; with a user, of those assigned to the user or to nobody.
pub(crate) async fn waiting(tx: &mut ReadTx, user: Option<&str>) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(WAITING_COUNT).bind(user).fetch_one(tx.connection()).await.at(tx.keys())?;
    Ok(count.unsigned_abs())
}

/// Returns whether a spot-check of this stream is open.
pub(crate) async fn any_open(tx: &mut ReadTx, stream: i64) -> Result<bool, StoreError> {
    sqlx::query_scalar(ANY_OPEN).bind(stream).fetch_one(tx.connection()).await.at(tx.keys())
}

/// Returns the spot-checks whose deadline has passed without a verdict and that were not counted as missed.
pub(crate) async fn overdue(tx: &mut ReadTx, now: Timestamp) -> Result<Vec<SpotCheckRow>, StoreError> {
    sqlx::query_as(OVERDUE).bind(now).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Counts it as missed, once.
pub(crate) async fn mark_missed(tx: &mut Tx, package: &PackageId) -> Result<bool, StoreError> {
    let now = tx.now;
    let done = sqlx::query("UPDATE checks SET missed = $1 WHERE package = $2 AND missed IS NULL AND finding IS NULL")
        .bind(now)
        .bind(&package.0)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Records the verdict. Returns false if it has one.
pub(crate) async fn record_verdict(
    tx: &mut Tx,
    package: &PackageId,
    finding: Finding,
    by: (&str, u32, Option<&str>),
) -> Result<bool, StoreError> {
    let now = tx.now;
    let (who, seconds, key) = by;
    let done = sqlx::query(
        "UPDATE checks SET finding = $1, who = $2, at = $3, seconds = $4, request_key = $5
         WHERE package = $6 AND finding IS NULL",
    )
    .bind(finding_name(finding))
    .bind(who)
    .bind(now)
    .bind(seconds)
    .bind(key)
    .bind(&package.0)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Stores the remark of the verdict, encrypted with the keys of the people in the package.
pub(crate) async fn set_remark(
    tx: &mut Tx,
    package: &packages::PackageRow,
    why: Option<&str>,
) -> Result<(), StoreError> {
    let Some(why) = why else { return Ok(()) };
    let keys = packages::keys(tx, package).await?;
    let sealed = tx.keys().encrypt_record(&keys, place(&package.id.0), &why)?;
    sqlx::query("UPDATE checks SET why_sealed = $1 WHERE package = $2")
        .bind(sealed)
        .bind(&package.id.0)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

const fn place(row: &str) -> CellId<'_> {
    CellId { table: "checks", column: "why", row }
}

pub(crate) const fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "conforming",
        Finding::Nonconforming => "nonconforming",
        Finding::FactualDefect => "factual-defect",
    }
}

fn finding_named(name: &str) -> Option<Finding> {
    [Finding::Conforming, Finding::Nonconforming, Finding::FactualDefect]
        .into_iter()
        .find(|finding| finding_name(*finding) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::connect::Store;

    #[tokio::test]
    async fn packages_that_were_not_sampled_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("desk.db"), &folder.path().join("desk.key"), 0).await.unwrap();
        for sql in [WAITING, WAITING_COUNT, ANY_OPEN, OVERDUE] {
            let plan = store.plan(sql.to_owned()).await;
            assert!(!plan.contains("SCAN packages") && plan.contains("SEARCH packages"), "{sql}: {plan}");
        }
    }
}
