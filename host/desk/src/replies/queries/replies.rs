//! The table `replies`: people who replied, each with the last message to them and the user who took the relationship
//! over.
//!
//! A person has one row per campaign, whatever the source and however often they reply. Name, title and subject are
//! encrypted, and erasing the person deletes the row.

use crate::db::encryption::{CellId, StoreResultExt as _, Tag};
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::subject_keys::Person;
use crate::db::tx::{ReadTx, Tx};
use crate::db::{column, random_id, subject_keys};
use baton_facts::types::Timestamp;
use baton_model::{Erasable, PackageId};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use std::collections::BTreeSet;

/// A stored reply.
#[derive(Clone, Debug)]
pub(crate) struct ReplyRecord {
    pub id: String,
    pub campaign: String,
    pub account: String,
    pub source: String,
    pub package: PackageId,
    pub came: Option<Timestamp>,
    pub noticed: Timestamp,
    pub stopped: Vec<PackageId>,
    pub taken: Option<(String, Timestamp)>,
    subjects: String,
    content: Option<Vec<u8>>,
}

/// The encrypted part of a reply.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReplyContent {
    /// First and last name.
    pub contact: String,
    pub title: String,
    /// The reply's subject, if it has one.
    pub subject: String,
}

/// A reply to record.
pub(crate) struct NewReply<'a> {
    pub campaign: &'a str,
    pub account: &'a str,
    pub contact: &'a str,
    pub address: Option<&'a str>,
    pub source: &'a str,
    pub package: &'a PackageId,
    pub came: Option<Timestamp>,
    pub stopped: &'a [PackageId],
    pub content: &'a ReplyContent,
}

impl<'r> FromRow<'r, SqliteRow> for ReplyRecord {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let by: Option<String> = row.try_get("taken_by")?;
        Ok(Self {
            id: row.try_get("id")?,
            campaign: row.try_get("campaign")?,
            account: row.try_get("account")?,
            source: row.try_get("source")?,
            package: PackageId(row.try_get("package")?),
            came: row.try_get("came")?,
            noticed: row.try_get("noticed")?,
            stopped: column::json(row.try_get("stopped")?)?,
            taken: by.zip(row.try_get("taken_at")?),
            subjects: row.try_get("subjects")?,
            content: row.try_get("content_sealed")?,
        })
    }
}

impl ReplyRecord {
    pub async fn content(&self, tx: &mut ReadTx) -> Result<Erasable<ReplyContent>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.subjects).await?;
        tx.keys().open(&keys, place(&self.id), self.content.as_deref())
    }
}

fn place(id: &str) -> CellId<'_> {
    CellId { table: "replies", column: "content", row: id }
}

/// Records a reply. Erased people and people taken over already are skipped; a later reply of the same person replaces
/// the earlier one.
pub(crate) async fn note(tx: &mut Tx, new: &NewReply<'_>) -> Result<(), StoreError> {
    let now = tx.now;
    let tag = tx.keys().contact_tag(new.contact);
    let known: Option<(String, Option<Timestamp>)> =
        sqlx::query_as("SELECT id, taken_at FROM replies WHERE campaign = $1 AND contact_tag = $2")
            .bind(new.campaign)
            .bind(&tag)
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    let id = match known {
        Some((_, Some(_))) => return Ok(()),
        Some((id, None)) => id,
        None => random_id::random(12).map_err(|error| tx.keys().error(StoreErrorKind::Other(error.to_string())))?,
    };
    let person = BTreeSet::from([Person::recorded(new.contact, new.address)]);
    let keys = subject_keys::keys_for(tx, &person, now).await?;
    let Some(sealed) = tx.keys().encrypt_record(&keys, place(&id), new.content)? else { return Ok(()) };
    sqlx::query(
        "INSERT INTO replies (id, campaign, account, contact_tag, source, package, came, noticed, stopped, subjects,
             content_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (campaign, contact_tag) DO UPDATE SET source = excluded.source, package = excluded.package,
             came = excluded.came, noticed = excluded.noticed, subjects = excluded.subjects,
             content_sealed = excluded.content_sealed,
             stopped = CASE excluded.stopped WHEN '[]' THEN replies.stopped ELSE excluded.stopped END",
    )
    .bind(id)
    .bind(new.campaign)
    .bind(new.account)
    .bind(tag)
    .bind(new.source)
    .bind(&new.package.0)
    .bind(new.came)
    .bind(now)
    .bind(column::text(tx.keys(), &new.stopped)?)
    .bind(keys.subjects)
    .bind(sealed)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Returns the replies that were taken over, or those that were not, most recently recorded first, after the given key.
/// With a user, only replies assigned to them or to nobody.
pub(crate) async fn list(
    tx: &mut ReadTx,
    taken: bool,
    user: Option<&str>,
    after: Option<(Timestamp, &str)>,
    limit: i64,
) -> Result<Vec<ReplyRecord>, StoreError> {
    sqlx::query_as(
        "SELECT replies.* FROM replies JOIN packages ON packages.id = replies.package
         WHERE (replies.taken_at IS NOT NULL) = $1
           AND ($2 IS NULL OR packages.assignee IS NULL OR packages.assignee = $2)
           AND ($3 IS NULL OR (replies.noticed, replies.id) < ($3, $4))
         ORDER BY replies.noticed DESC, replies.id DESC LIMIT $5",
    )
    .bind(taken)
    .bind(user)
    .bind(after.map(|(noticed, _)| noticed))
    .bind(after.map(|(_, id)| id))
    .bind(limit)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Counts the replies that nobody has taken over; with a user, only those assigned to them or to nobody.
pub(crate) async fn waiting(tx: &mut ReadTx, user: Option<&str>) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM replies JOIN packages ON packages.id = replies.package
         WHERE replies.taken_at IS NULL AND ($1 IS NULL OR packages.assignee IS NULL OR packages.assignee = $1)",
    )
    .bind(user)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(count.unsigned_abs())
}

/// Returns up to two replies whose ids start with `start`.
pub(crate) async fn starting(tx: &mut ReadTx, start: &str) -> Result<Vec<ReplyRecord>, StoreError> {
    sqlx::query_as("SELECT * FROM replies WHERE substr(id, 1, length($1)) = $1 ORDER BY id LIMIT 2")
        .bind(start)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Sets or clears the takeover. Returns `false` if that changes nothing.
pub(crate) async fn set_takeover(tx: &mut Tx, id: &str, who: Option<(&str, Timestamp)>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE replies SET taken_by = $1, taken_at = $2 WHERE id = $3 AND (taken_at IS NULL) = ($2 IS NOT NULL)",
    )
    .bind(who.map(|(who, _)| who))
    .bind(who.map(|(_, at)| at))
    .bind(id)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Deletes the replies of contacts with one of these tags.
pub(crate) async fn forget(tx: &mut Tx, tags: &BTreeSet<Tag>) -> Result<(), StoreError> {
    for tag in tags {
        sqlx::query("DELETE FROM replies WHERE contact_tag = $1")
            .bind(tag)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
    }
    Ok(())
}
