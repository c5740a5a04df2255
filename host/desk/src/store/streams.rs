//! Streams: what evidence of quality is kept for, and the evidence itself.
//!
//! A tally changes only together with the line of evidence that changed it, and only from the version that the governor
//! counted from. What a stream lets go is closed at once when its standing is lost, in the same transaction.

use super::error::{StoreError, Trouble};
use super::id::PackageId;
use super::seal::{At as _, Vault};
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Counted, Event, Reach, Tally};
use baton_facts::types::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

/// What tells one stream from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamKey {
    /// The campaign's id.
    pub campaign: String,
    /// The kind of the signal that carries the drafts.
    pub signal_kind: String,
    /// Whether the drafts are follow-ups.
    pub follow_up: bool,
    /// The angle's language.
    pub language: String,
    /// The engine's digest.
    pub engine: String,
    /// Who writes the drafts: a component's digest, a model with its prompt.
    pub drafter: String,
    /// Of the ideal customer's roles.
    pub customer: String,
    /// The angle's version.
    pub angle: String,
    /// Which of the angle's versions it is of, where several are tried beside each other; empty without a name.
    pub variant: String,
}

/// A stream as the store has it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub id: i64,
    pub key: StreamKey,
    pub plan: InspectionPlan,
    pub tally: Tally,
    pub version: i64,
    pub closed: bool,
    pub position: u64,
}

impl<'r> FromRow<'r, SqliteRow> for Row {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            key: StreamKey {
                campaign: row.try_get("campaign")?,
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
        })
    }
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The stream, if it has been met.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    vault: &Vault,
    key: &StreamKey,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM streams WHERE campaign = $1 AND signal_kind = $2 AND follow_up = $3 AND language = $4
           AND engine = $5 AND drafter = $6 AND customer = $7 AND angle = $8",
    )
    .bind(&key.campaign)
    .bind(&key.signal_kind)
    .bind(key.follow_up)
    .bind(&key.language)
    .bind(&key.engine)
    .bind(&key.drafter)
    .bind(&key.customer)
    .bind(&key.angle)
    .fetch_optional(connection)
    .await
    .at(vault)
}

/// The latest stream that differs from this one in the angle's wording alone. Another variant is no earlier wording.
pub(crate) async fn reworded(
    connection: &mut SqliteConnection,
    vault: &Vault,
    key: &StreamKey,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM streams WHERE campaign = $1 AND signal_kind = $2 AND follow_up = $3 AND language = $4
           AND engine = $5 AND drafter = $6 AND customer = $7 AND angle <> $8 AND variant = $9
         ORDER BY id DESC LIMIT 1",
    )
    .bind(&key.campaign)
    .bind(&key.signal_kind)
    .bind(key.follow_up)
    .bind(&key.language)
    .bind(&key.engine)
    .bind(&key.drafter)
    .bind(&key.customer)
    .bind(&key.angle)
    .bind(&key.variant)
    .fetch_optional(connection)
    .await
    .at(vault)
}

/// Adds a stream with the evidence it starts from. Gives its id; of one that is there already, that one's.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    vault: &Vault,
    key: &StreamKey,
    plan: &InspectionPlan,
    tally: &Tally,
    now: Timestamp,
) -> Result<i64, StoreError> {
    sqlx::query_scalar(
        "INSERT INTO streams (campaign, signal_kind, follow_up, language, engine, drafter, customer, angle, plan, tally,
             created, variant)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (campaign, signal_kind, follow_up, language, engine, drafter, customer, angle)
             DO UPDATE SET plan = excluded.plan
         RETURNING id",
    )
    .bind(&key.campaign)
    .bind(&key.signal_kind)
    .bind(key.follow_up)
    .bind(&key.language)
    .bind(&key.engine)
    .bind(&key.drafter)
    .bind(&key.customer)
    .bind(&key.angle)
    .bind(text(vault, plan)?)
    .bind(text(vault, tally)?)
    .bind(now)
    .bind(&key.variant)
    .fetch_one(connection)
    .await
    .at(vault)
}

/// The stream with this id.
pub(crate) async fn get(connection: &mut SqliteConnection, vault: &Vault, id: i64) -> Result<Option<Row>, StoreError> {
    sqlx::query_as("SELECT * FROM streams WHERE id = $1").bind(id).fetch_optional(connection).await.at(vault)
}

/// Every stream, or those of one campaign, oldest first.
pub(crate) async fn all(
    connection: &mut SqliteConnection,
    vault: &Vault,
    campaign: Option<&str>,
) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as("SELECT * FROM streams WHERE $1 IS NULL OR campaign = $1 ORDER BY id")
        .bind(campaign)
        .fetch_all(connection)
        .await
        .at(vault)
}

/// The other streams whose drafts come to be in the same way.
pub(crate) async fn of_fingerprint(
    connection: &mut SqliteConnection,
    vault: &Vault,
    row: &Row,
) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM streams WHERE engine = $1 AND drafter = $2 AND customer = $3 AND id <> $4 ORDER BY id",
    )
    .bind(&row.key.engine)
    .bind(&row.key.drafter)
    .bind(&row.key.customer)
    .bind(row.id)
    .fetch_all(connection)
    .await
    .at(vault)
}

/// Packages of the stream that were prepared since then.
pub(crate) async fn prepared_since(
    connection: &mut SqliteConnection,
    vault: &Vault,
    id: i64,
    since: Timestamp,
) -> Result<u32, StoreError> {
    sqlx::query_scalar("SELECT count(*) FROM packages WHERE stream = $1 AND prepared >= $2")
        .bind(id)
        .bind(since)
        .fetch_one(connection)
        .await
        .at(vault)
}

/// An event and what the governor made of it.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub stream: Row,
    pub event: Event,
    pub counted: Counted,
    /// What the person said who brought it about by hand.
    pub why: Option<String>,
}

/// Writes a change with its line of evidence. False where somebody else changed the tally since it was counted from.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    vault: &Vault,
    change: &Change,
    package: Option<&PackageId>,
    who: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Change { stream, event, counted, why } = change;
    let tally = text(vault, &counted.tally)?;
    let done = sqlx::query(
        "UPDATE streams SET tally = $1, version = version + 1, closed = closed OR $2 WHERE id = $3 AND version = $4",
    )
    .bind(&tally)
    .bind(counted.stops != Reach::None)
    .bind(stream.id)
    .bind(stream.version)
    .execute(&mut *connection)
    .await
    .at(vault)?;
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
    .bind(text(vault, event)?)
    .bind(tally)
    .bind(match counted.stops {
        Reach::None => "none",
        Reach::ThisStream => "this-stream",
        Reach::Fingerprint => "fingerprint",
    })
    .bind(&counted.reason)
    .bind(why)
    .execute(connection)
    .await
    .at(vault)?;
    Ok(true)
}

/// Opens the stream for one batch and counts its releases on. False where the tally changed since it was assessed.
pub(crate) async fn let_go(
    connection: &mut SqliteConnection,
    vault: &Vault,
    stream: &Row,
    items: u64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE streams SET closed = 0, position = position + $1 WHERE id = $2 AND version = $3 AND position = $4",
    )
    .bind(i64::try_from(items).unwrap_or(i64::MAX))
    .bind(stream.id)
    .bind(stream.version)
    .bind(i64::try_from(stream.position).unwrap_or(i64::MAX))
    .execute(connection)
    .await
    .at(vault)?;
    Ok(done.rows_affected() == 1)
}

/// Whether the stream lets nothing go.
pub(crate) async fn is_closed(connection: &mut SqliteConnection, vault: &Vault, id: i64) -> Result<bool, StoreError> {
    let closed: Option<bool> = sqlx::query_scalar("SELECT closed FROM streams WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
        .at(vault)?;
    Ok(closed.unwrap_or(true))
}

/// One line of evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceRow {
    /// Counts up.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// By whom: a person, or `baton` for the desk itself.
    pub who: String,
    /// The package that was looked at.
    pub package: Option<PackageId>,
    /// What happened.
    pub event: Event,
    /// The tally after it.
    pub tally: Tally,
    /// What it made of the standing, in words.
    pub reason: String,
    /// What the person said who stopped or resumed the stream.
    pub why: Option<String>,
    /// How many messages that had not left went back to review.
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

/// A stream's evidence after that line, oldest first.
pub(crate) async fn evidence(
    connection: &mut SqliteConnection,
    vault: &Vault,
    stream: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<EvidenceRow>, StoreError> {
    sqlx::query_as("SELECT * FROM evidence WHERE stream = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(stream)
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await
        .at(vault)
}

/// What samples are drawn by on this host.
pub(crate) async fn seed(connection: &mut SqliteConnection, vault: &Vault) -> Result<u64, StoreError> {
    let seed: i64 = sqlx::query_scalar("SELECT seed FROM host").fetch_one(connection).await.at(vault)?;
    Ok(seed.cast_unsigned())
}

/// Sets what samples are drawn by. False where a stream has let something go.
pub(crate) async fn set_seed(connection: &mut SqliteConnection, vault: &Vault, seed: u64) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE host SET seed = $1 WHERE NOT EXISTS (SELECT 1 FROM streams WHERE position > 0)")
        .bind(seed.cast_signed())
        .execute(connection)
        .await
        .at(vault)?;
    Ok(done.rows_affected() == 1)
}

pub(super) fn text(vault: &Vault, value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| vault.error(Trouble::Other(error.to_string())))
}
