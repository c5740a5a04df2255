//! Evidence: the events that changed each stream's standing, row by row.
//!
//! A stream's counts change only together with the row of evidence that changed them, and only from the version that
//! the governor counted from. If the standing is lost, releases stop in the same transaction.

use crate::autonomy::queries::streams::StreamRecord;
use crate::db::column::{json, text};
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::quality::{Counted, Event, Finding, Reach, Standing, Tally};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

/// An event and the governor's result for it.
#[derive(Clone, Debug)]
pub(crate) struct EvidenceChange {
    pub stream: StreamRecord,
    pub event: Event,
    pub counted: Counted,
    /// The score of the inspected package.
    pub score: Option<u8>,
    /// The user's remark on a manual change.
    pub why: Option<String>,
    /// The standing before and after, if subscribers are notified.
    pub standing_change: Option<(Standing, Standing)>,
}

impl EvidenceChange {
    /// Returns the score of a package that counted as conforming.
    fn clears(&self) -> Option<u8> {
        let conforming =
            matches!(self.event, Event::Inspected(inspection) if inspection.finding == Finding::Conforming);
        let counts = conforming && self.counted.tally.inspected > self.stream.tally.inspected;
        self.score.filter(|_| counts)
    }
}

/// Writes a change with its row of evidence. Returns false if the counts changed meanwhile.
pub(crate) async fn put(
    tx: &mut Tx,
    change: &EvidenceChange,
    package: Option<&PackageId>,
    who: &str,
) -> Result<bool, StoreError> {
    let now = tx.now;
    let EvidenceChange { stream, event, counted, why, .. } = change;
    let tally = text(tx.keys(), &counted.tally)?;
    let done = sqlx::query(
        "UPDATE streams SET tally = $1, version = version + 1, closed = closed OR $2,
             cleared_from = min(cleared_from, coalesce($3, cleared_from)) WHERE id = $4 AND version = $5",
    )
    .bind(&tally)
    .bind(counted.stops != Reach::None)
    .bind(change.clears())
    .bind(stream.id)
    .bind(stream.version)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO evidence (stream, at, who, package, event, tally, stops, reason, why)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(stream.id)
    .bind(now)
    .bind(who)
    .bind(package.map(|id| &id.0))
    .bind(text(tx.keys(), event)?)
    .bind(tally)
    .bind(match counted.stops {
        Reach::None => "none",
        Reach::ThisStream => "this-stream",
        Reach::Fingerprint => "fingerprint",
    })
    .bind(&counted.reason)
    .bind(why)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(true)
}

/// One row of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceRow {
    /// A number that counts up.
    pub number: i64,
    /// The time.
    pub at: Timestamp,
    /// A user's name, or `baton`.
    pub who: String,
    /// The inspected package.
    pub package: Option<PackageId>,
    /// The event.
    pub event: Event,
    /// The counts after it.
    pub tally: Tally,
    /// The effect on the standing, in words.
    pub reason: String,
    /// The remark of the user who stopped or resumed the stream.
    pub why: Option<String>,
    /// The number of unsent messages that went back to review.
    pub recalled: u32,
}

impl<'r> FromRow<'r, SqliteRow> for EvidenceRow {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            number: row.try_get("id")?,
            at: row.try_get("at")?,
            who: row.try_get("who")?,
            package: row.try_get::<Option<String>, _>("package")?.map(PackageId),
            event: json(row.try_get("event")?)?,
            tally: json(row.try_get("tally")?)?,
            reason: row.try_get("reason")?,
            why: row.try_get("why")?,
            recalled: row.try_get("recalled")?,
        })
    }
}

/// Returns a stream's evidence after that row, oldest first.
pub(crate) async fn list(tx: &mut ReadTx, stream: i64, after: i64, limit: u32) -> Result<Vec<EvidenceRow>, StoreError> {
    sqlx::query_as("SELECT * FROM evidence WHERE stream = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(stream)
        .bind(after)
        .bind(limit)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}
