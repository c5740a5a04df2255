//! Replies: people who answered, each with what we last wrote and who took the relationship over.
//!
//! A person has one row in a campaign, whatever says that they answered and however often. Who they are and what they
//! wrote about is sealed, and the row goes when they ask to be forgotten.

use crate::db::encryption::{At as _, Place, Tag};
use crate::db::error::{StoreError, Trouble};
use crate::db::subject_keys::Person;
use crate::db::tx::{ReadTx, Tx};
use crate::db::{column, random_id, subject_keys};
use baton_facts::types::Timestamp;
use baton_model::{PackageId, Sealed};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use std::collections::BTreeSet;

/// A reply as the store has it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
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

/// What is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Content {
    /// First and last name.
    pub contact: String,
    pub title: String,
    /// The answer's, where it has one.
    pub subject: String,
}

/// A reply to be noted.
pub(crate) struct New<'a> {
    pub campaign: &'a str,
    pub account: &'a str,
    pub contact: &'a str,
    pub address: Option<&'a str>,
    pub source: &'a str,
    pub package: &'a PackageId,
    pub came: Option<Timestamp>,
    pub stopped: &'a [PackageId],
    pub content: &'a Content,
}

impl<'r> FromRow<'r, SqliteRow> for Row {
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

impl Row {
    pub async fn content(&self, tx: &mut ReadTx) -> Result<Sealed<Content>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.subjects).await?;
        tx.keys().open(&keys, place(&self.id), self.content.as_deref())
    }
}

fn place(id: &str) -> Place<'_> {
    Place { table: "replies", column: "content", row: id }
}

/// Notes that somebody answered. Whoever is forgotten, or was taken over already, stays as they are; a later answer of
/// somebody else takes the place of their earlier one.
pub(crate) async fn note(tx: &mut Tx, new: &New<'_>) -> Result<(), StoreError> {
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
        None => random_id::random(12).map_err(|error| tx.keys().error(Trouble::Other(error.to_string())))?,
    };
    let person = BTreeSet::from([Person { contact: Some(new.contact), address: new.address }]);
    let keys = subject_keys::keys_for(tx, &person, now).await?;
    let Some(sealed) = tx.keys().seal(&keys, place(&id), new.content)? else { return Ok(()) };
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

/// Those who were taken over, or those who were not, noticed last first; after that one. With a user, those that are
/// theirs or nobody's.
pub(crate) async fn list(
    tx: &mut ReadTx,
    taken: bool,
    user: Option<&str>,
    after: Option<(Timestamp, &str)>,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
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

/// How many nobody took over; with a user, of those that are theirs or nobody's.
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

/// Up to two replies whose ids start so.
pub(crate) async fn starting(tx: &mut ReadTx, start: &str) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as("SELECT * FROM replies WHERE substr(id, 1, length($1)) = $1 ORDER BY id LIMIT 2")
        .bind(start)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Says who took it over, or that nobody did. False where that is so already.
pub(crate) async fn take(tx: &mut Tx, id: &str, who: Option<(&str, Timestamp)>) -> Result<bool, StoreError> {
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

/// Drops the replies of whoever had one of these tags.
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
