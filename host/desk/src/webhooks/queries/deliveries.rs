//! The table `deliveries`: webhook messages and their results. Contains only ids, kinds and times.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use crate::webhooks::delivery::DeliveryView;
use baton_facts::types::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

/// Seconds after which a claimed attempt counts as abandoned; longer than any attempt.
const CLAIM_SECONDS: Timestamp = 60;

/// A message to record for one webhook.
pub(crate) struct NewDelivery<'a> {
    pub id: &'a str,
    pub webhook: &'a str,
    pub event: &'static str,
    /// The event as JSON.
    pub data: &'a str,
    pub now: Timestamp,
}

pub(crate) async fn add(tx: &mut Tx, new: &NewDelivery<'_>) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO deliveries (id, webhook, event, at, data, due) VALUES ($1, $2, $3, $4, $5, $4)")
        .bind(new.id)
        .bind(new.webhook)
        .bind(new.event)
        .bind(new.now)
        .bind(new.data)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Claims the webhook's next due message and counts the attempt.
pub(crate) async fn claim(tx: &mut Tx, webhook: &str) -> Result<Option<DeliveryView>, StoreError> {
    let now = tx.now;
    sqlx::query_as(
        "UPDATE deliveries SET taken = $2, attempts = attempts + 1
         WHERE id = (SELECT id FROM deliveries WHERE webhook = $1 AND ended IS NULL AND due <= $2
                       AND (taken IS NULL OR taken <= $3) ORDER BY due, at, rowid LIMIT 1)
         RETURNING *",
    )
    .bind(webhook)
    .bind(now)
    .bind(now.saturating_sub(CLAIM_SECONDS))
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Records the result of an attempt: acknowledged, or failed with the reason and the time of the retry.
pub(crate) async fn record_result(
    tx: &mut Tx,
    id: &str,
    why: Option<&str>,
    again: Option<Timestamp>,
) -> Result<(), StoreError> {
    let now = tx.now;
    let result = match (why, again) {
        (None, _) => Some("delivered"),
        (Some(_), None) => Some("dead"),
        (Some(_), Some(_)) => None,
    };
    sqlx::query(
        "UPDATE deliveries SET taken = NULL, why = $2, result = $3, due = coalesce($4, due),
             ended = CASE WHEN $3 IS NULL THEN NULL ELSE $5 END
         WHERE id = $1 AND ended IS NULL",
    )
    .bind(id)
    .bind(why)
    .bind(result)
    .bind(again)
    .bind(now)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Makes a delivery due now, whatever its result, and resets its attempts. Returns it if it exists.
pub(crate) async fn reset(tx: &mut Tx, id: &str) -> Result<Option<DeliveryView>, StoreError> {
    let now = tx.now;
    sqlx::query_as(
        "UPDATE deliveries SET attempts = 0, due = $2, taken = NULL, ended = NULL, result = NULL WHERE id = $1
         RETURNING *",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the latest deliveries, of one webhook or of all, in one state or in all: `waiting`, `delivered` or `dead`.
pub(crate) async fn list(
    tx: &mut ReadTx,
    webhook: Option<&str>,
    state: Option<&str>,
    limit: u32,
) -> Result<Vec<DeliveryView>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM deliveries
         WHERE ($1 IS NULL OR webhook = $1) AND ($2 IS NULL OR coalesce(result, 'waiting') = $2)
         ORDER BY at DESC, id LIMIT $3",
    )
    .bind(webhook)
    .bind(state)
    .bind(limit)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Deletes deliveries that were finished before that time. Returns their number.
pub(crate) async fn clear(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM deliveries WHERE ended < $1").bind(before).execute(tx.connection()).await;
    Ok(done.at(tx.keys())?.rows_affected())
}

/// Returns whether any delivery was finished before that time.
pub(crate) async fn any_before(tx: &mut ReadTx, before: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM deliveries WHERE ended < $1)");
    query.bind(before).fetch_one(tx.connection()).await.at(tx.keys())
}

/// Returns whether a message to this webhook is due.
pub(crate) async fn is_due(tx: &mut ReadTx, webhook: &str, now: Timestamp) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM deliveries WHERE webhook = $1 AND ended IS NULL AND due <= $2)")
        .bind(webhook)
        .bind(now)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

impl<'r> FromRow<'r, SqliteRow> for DeliveryView {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let data: &str = row.try_get("data")?;
        let ended: Option<Timestamp> = row.try_get("ended")?;
        Ok(Self {
            id: row.try_get("id")?,
            webhook: row.try_get("webhook")?,
            event: row.try_get("event")?,
            at: row.try_get("at")?,
            data: serde_json::from_str(data).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            attempts: row.try_get("attempts")?,
            due: ended.is_none().then(|| row.try_get("due")).transpose()?,
            ended,
            result: row.try_get("result")?,
            why: row.try_get("why")?,
        })
    }
}
