//! Comparisons of components with streams' recordings, and the evidence that was carried over because of them.
//!
//! Evidence is carried over only if a comparison on this store found no difference. Only the comparison writes its
//! rows, so that nobody can bring their own.

use crate::autonomy::queries::streams::{StreamKey, StreamRecord};
use crate::db::column;
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::quality::Tally;
use baton_facts::types::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::FromRow;

/// The result of comparing one component with one stream's recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct ComparisonRow {
    /// The latest replayed recording.
    pub newest: i64,
    pub identical: u32,
    /// The differences in this comparison or an earlier one: a difference stays counted.
    pub differing: u32,
}

/// The origin of a stream's evidence that was earned under another component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema, FromRow)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceOrigin {
    /// The stream that earned it.
    pub from_stream: i64,
    /// The time.
    pub at: Timestamp,
    /// The user's name.
    pub who: String,
    /// The number of recordings with the same result under both.
    pub identical: u32,
}

/// Records the result of a comparison.
pub(crate) async fn record_comparison(
    tx: &mut Tx,
    stream: i64,
    component: &str,
    found: ComparisonRow,
) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query(
        "INSERT INTO comparisons (stream, component, at, newest, identical, differing) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (stream, component) DO UPDATE SET at = excluded.at, newest = excluded.newest,
             identical = excluded.identical, differing = max(differing, excluded.differing)",
    )
    .bind(stream)
    .bind(component)
    .bind(now)
    .bind(found.newest)
    .bind(found.identical)
    .bind(found.differing)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the result of the last comparison of that component with the stream.
pub(crate) async fn comparison(
    tx: &mut ReadTx,
    stream: i64,
    component: &str,
) -> Result<Option<ComparisonRow>, StoreError> {
    sqlx::query_as("SELECT newest, identical, differing FROM comparisons WHERE stream = $1 AND component = $2")
        .bind(stream)
        .bind(component)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Records that the evidence continues under that engine and drafter, in a stream if it is known. Returns false if it
/// does already.
pub(crate) async fn add_origin(
    tx: &mut Tx,
    to: (&StreamKey, Option<i64>),
    carried: &EvidenceOrigin,
) -> Result<bool, StoreError> {
    let (key, stream) = to;
    let done = sqlx::query(
        "INSERT INTO carried (from_stream, engine, drafter, to_stream, at, who, identical)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(carried.from_stream)
    .bind(&key.engine)
    .bind(&key.drafter)
    .bind(stream)
    .bind(carried.at)
    .bind(&carried.who)
    .bind(carried.identical)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Returns the stream whose evidence a new one with this key continues.
pub(crate) async fn origin(tx: &mut ReadTx, key: &StreamKey) -> Result<Option<StreamRecord>, StoreError> {
    sqlx::query_as(
        "SELECT streams.* FROM carried JOIN streams ON streams.id = from_stream
         WHERE carried.engine = $1 AND carried.drafter = $2 AND to_stream IS NULL AND campaign = $3
           AND tier = $4 AND signal_kind = $5 AND follow_up = $6 AND language = $7 AND customer = $8 AND angle = $9
         ORDER BY at DESC, id DESC LIMIT 1",
    )
    .bind(&key.engine)
    .bind(&key.drafter)
    .bind(&key.campaign)
    .bind(&key.tier)
    .bind(&key.signal_kind)
    .bind(key.follow_up)
    .bind(&key.language)
    .bind(&key.customer)
    .bind(&key.angle)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Records the stream that has the evidence now.
pub(crate) async fn set_target(tx: &mut Tx, from: i64, key: &StreamKey, to: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE carried SET to_stream = $1
         WHERE from_stream = $2 AND engine = $3 AND drafter = $4 AND to_stream IS NULL",
    )
    .bind(to)
    .bind(from)
    .bind(&key.engine)
    .bind(&key.drafter)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the origin of this stream's evidence, if it was earned under another component.
pub(crate) async fn origin_of(tx: &mut ReadTx, stream: i64) -> Result<Option<EvidenceOrigin>, StoreError> {
    sqlx::query_as("SELECT from_stream, at, who, identical FROM carried WHERE to_stream = $1 ORDER BY at DESC LIMIT 1")
        .bind(stream)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the streams that continue this one's evidence.
pub(crate) async fn successors(tx: &mut ReadTx, stream: i64) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar("SELECT to_stream FROM carried WHERE from_stream = $1 AND to_stream IS NOT NULL ORDER BY 1")
        .bind(stream)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns whether the stream's evidence continues under that engine and drafter.
pub(crate) async fn is_carried_over(
    tx: &mut ReadTx,
    stream: i64,
    engine: &str,
    drafter: &str,
) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM carried WHERE from_stream = $1 AND engine = $2 AND drafter = $3)")
        .bind(stream)
        .bind(engine)
        .bind(drafter)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Writes evidence that was earned under another component to an existing stream. Returns false if the stream changed
/// meanwhile.
pub(crate) async fn put(
    tx: &mut Tx,
    stream: &StreamRecord,
    tally: &Tally,
    cleared_from: u8,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE streams SET tally = $1, cleared_from = min(cleared_from, $2), version = version + 1, closed = 1
         WHERE id = $3 AND version = $4",
    )
    .bind(column::text(tx.keys(), tally)?)
    .bind(cleared_from)
    .bind(stream.id)
    .bind(stream.version)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}
