//! Streams: the units that evidence of quality is kept for, with their counts.
//!
//! Changes of the counts are in [`super::evidence`].

use crate::db::column::{json, text};
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::Tally;
use baton_facts::types::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::query::QueryAs;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{FromRow, Row as _, Sqlite};

/// The identity of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StreamKey {
    /// The campaign's id.
    pub campaign: String,
    /// The tier's name: the evidence counts under its plan.
    pub tier: String,
    /// The kind of the drafts' lead signal.
    pub signal_kind: String,
    /// Whether the drafts are follow-ups.
    pub follow_up: bool,
    /// The angle's language.
    pub language: String,
    /// The engine's digest.
    pub engine: String,
    /// The author of the drafts: a component's digest, or a model with its prompt.
    pub drafter: String,
    /// The fingerprint of the ideal customer's roles.
    pub customer: String,
    /// The angle's version.
    pub angle: String,
    /// The angle's variant, if several are tried beside each other; empty without a name.
    pub variant: String,
}

/// A row of a stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamRecord {
    pub id: i64,
    pub key: StreamKey,
    pub plan: InspectionPlan,
    pub tally: Tally,
    pub version: i64,
    pub closed: bool,
    pub position: u64,
    /// The lowest score that was found conforming.
    pub cleared_from: u8,
    /// Whether its tier requires a review of each package.
    pub each_reviewed: bool,
}

type StreamQuery<'q> = QueryAs<'q, Sqlite, StreamRecord, SqliteArguments>;

impl<'r> FromRow<'r, SqliteRow> for StreamRecord {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            key: StreamKey {
                campaign: row.try_get("campaign")?,
                tier: row.try_get("tier")?,
                signal_kind: row.try_get("signal_kind")?,
                follow_up: row.try_get("follow_up")?,
                language: row.try_get("language")?,
                engine: row.try_get("engine")?,
                drafter: row.try_get("drafter")?,
                customer: row.try_get("customer")?,
                angle: row.try_get("angle")?,
                variant: row.try_get("variant")?,
            },
            plan: json(row.try_get("plan")?)?,
            tally: json(row.try_get("tally")?)?,
            version: row.try_get("version")?,
            closed: row.try_get("closed")?,
            position: row.try_get::<i64, _>("position")?.unsigned_abs(),
            cleared_from: row.try_get("cleared_from")?,
            each_reviewed: row.try_get("each_reviewed")?,
        })
    }
}

/// Returns the stream, if it exists.
pub(crate) async fn find(tx: &mut ReadTx, key: &StreamKey) -> Result<Option<StreamRecord>, StoreError> {
    find_by_angle(tx, key, "angle = $9 AND variant = $10").await
}

/// Returns the latest stream that differs from this one in the angle's wording alone. Another variant is not an earlier
/// wording.
pub(crate) async fn find_other_wording(tx: &mut ReadTx, key: &StreamKey) -> Result<Option<StreamRecord>, StoreError> {
    find_by_angle(tx, key, "angle <> $9 AND variant = $10").await
}

/// Returns the latest stream with that angle and everything else the same.
async fn find_by_angle(
    tx: &mut ReadTx,
    key: &StreamKey,
    angle: &'static str,
) -> Result<Option<StreamRecord>, StoreError> {
    let query = format!(
        "SELECT * FROM streams WHERE campaign = $1 AND tier = $2 AND signal_kind = $3 AND follow_up = $4
           AND language = $5 AND engine = $6 AND drafter = $7 AND customer = $8 AND {angle} ORDER BY id DESC LIMIT 1"
    );
    bind_key(sqlx::query_as(sqlx::AssertSqlSafe(query)), key).fetch_optional(tx.connection()).await.at(tx.keys())
}

fn bind_key<'q>(query: StreamQuery<'q>, key: &'q StreamKey) -> StreamQuery<'q> {
    query
        .bind(&key.campaign)
        .bind(&key.tier)
        .bind(&key.signal_kind)
        .bind(key.follow_up)
        .bind(&key.language)
        .bind(&key.engine)
        .bind(&key.drafter)
        .bind(&key.customer)
        .bind(&key.angle)
        .bind(&key.variant)
}

/// The values of a new stream.
#[derive(Clone, Debug)]
pub(crate) struct NewStream {
    pub key: StreamKey,
    /// The plan of its next package, and whether its tier requires a review of each.
    pub plan: InspectionPlan,
    pub each_reviewed: bool,
    pub tally: Tally,
    /// The lowest score that was found conforming.
    pub cleared_from: u8,
}

/// Writes the stream of a package: an existing one counts under that package's plan from now on, a new one is added.
/// Returns its id, and whether it is new.
pub(crate) async fn find_or_add(tx: &mut Tx, start: &NewStream) -> Result<(i64, bool), StoreError> {
    let now = tx.now;
    let NewStream { key, plan, each_reviewed, tally, cleared_from } = start;
    // Not an upsert: a conflict would use up a number, and people see the numbers.
    if let Some(known) = find(tx, key).await? {
        sqlx::query("UPDATE streams SET plan = $1, each_reviewed = $2 WHERE id = $3")
            .bind(text(tx.keys(), plan)?)
            .bind(each_reviewed)
            .bind(known.id)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
        return Ok((known.id, false));
    }
    let insert = sqlx::query_as::<_, StreamRecord>(
        "INSERT INTO streams (campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle, variant,
             plan, tally, cleared_from, created, each_reviewed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING *",
    );
    let row = bind_key(insert, key)
        .bind(text(tx.keys(), plan)?)
        .bind(text(tx.keys(), tally)?)
        .bind(cleared_from)
        .bind(now)
        .bind(each_reviewed)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())?;
    Ok((row.id, true))
}

/// Returns the stream with this id.
pub(crate) async fn get(tx: &mut ReadTx, id: i64) -> Result<Option<StreamRecord>, StoreError> {
    sqlx::query_as("SELECT * FROM streams WHERE id = $1").bind(id).fetch_optional(tx.connection()).await.at(tx.keys())
}

/// Returns every stream, or those of one campaign, oldest first.
pub(crate) async fn all(tx: &mut ReadTx, campaign: Option<&str>) -> Result<Vec<StreamRecord>, StoreError> {
    sqlx::query_as("SELECT * FROM streams WHERE $1 IS NULL OR campaign = $1 ORDER BY id")
        .bind(campaign)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the other streams whose drafts are produced in the same way, of every tier.
pub(crate) async fn of_fingerprint(tx: &mut ReadTx, row: &StreamRecord) -> Result<Vec<StreamRecord>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM streams WHERE engine = $1 AND drafter = $2 AND customer = $3 AND id <> $4 ORDER BY id",
    )
    .bind(&row.key.engine)
    .bind(&row.key.drafter)
    .bind(&row.key.customer)
    .bind(row.id)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the number of the stream's packages that were prepared since then.
pub(crate) async fn prepared_since(tx: &mut ReadTx, id: i64, since: Timestamp) -> Result<u32, StoreError> {
    sqlx::query_scalar("SELECT count(*) FROM packages WHERE stream = $1 AND prepared >= $2")
        .bind(id)
        .bind(since)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Reserves the stream for one batch and counts its releases. Returns false if the counts changed since the assessment.
pub(crate) async fn reserve_batch(tx: &mut Tx, stream: &StreamRecord, items: u64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE streams SET closed = 0, position = position + $1 WHERE id = $2 AND version = $3 AND position = $4",
    )
    .bind(i64::try_from(items).unwrap_or(i64::MAX))
    .bind(stream.id)
    .bind(stream.version)
    .bind(i64::try_from(stream.position).unwrap_or(i64::MAX))
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Returns the sampling seed of this store.
pub(crate) async fn seed(tx: &mut ReadTx) -> Result<u64, StoreError> {
    let seed: i64 = sqlx::query_scalar("SELECT seed FROM host").fetch_one(tx.connection()).await.at(tx.keys())?;
    Ok(seed.cast_unsigned())
}

/// Sets the sampling seed. Returns false if a stream has released a package.
pub(crate) async fn set_seed(tx: &mut Tx, seed: u64) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE host SET seed = $1 WHERE NOT EXISTS (SELECT 1 FROM streams WHERE position > 0)")
        .bind(seed.cast_signed())
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}
