//! Recordings of component calls, each encrypted with the keys of all people in it.

use crate::db::encryption::{CellId, StoreResultExt as _};
use crate::db::error::StoreError;
use crate::db::subject_keys;
use crate::db::subject_keys::Person;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::packages::{Brief, HandoffPackage};
use baton_facts::types::{Contact, Timestamp};
use baton_model::{Erasable, PackageId};
use baton_runtime::{Exchange, Input, Recording};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// The subject of a recording.
#[derive(Clone, Copy)]
pub(crate) struct RecordingContext<'a> {
    pub campaign: &'a str,
    pub account: &'a str,
    pub package: Option<&'a PackageId>,
    pub at: Timestamp,
}

/// Adds a recording. If one of the people in it was erased, only its metadata are stored.
pub(crate) async fn add(tx: &mut Tx, about: RecordingContext<'_>, recording: &Recording) -> Result<(), StoreError> {
    let keys = subject_keys::keys_for(tx, &people(recording), about.at).await?;
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO recordings (campaign, account, package, function, component, at, subjects)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(about.campaign)
    .bind(about.account)
    .bind(about.package.map(|id| &id.0))
    .bind(function(&recording.input))
    .bind(recording.component.to_string())
    .bind(about.at)
    .bind(&keys.subjects)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())?;
    let row = id.to_string();
    let sealed = tx.keys().encrypt_record(&keys, place(&row), recording)?;
    sqlx::query("UPDATE recordings SET content_sealed = $1 WHERE id = $2")
        .bind(sealed)
        .bind(id)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Lists the recordings of a package, oldest first.
pub(crate) async fn list_of_package(
    tx: &mut ReadTx,
    package: &PackageId,
) -> Result<Vec<(String, Erasable<Recording>)>, StoreError> {
    let rows: Vec<(i64, String, String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT id, function, subjects, content_sealed FROM recordings WHERE package = $1 ORDER BY id")
            .bind(&package.0)
            .fetch_all(tx.connection())
            .await
            .at(tx.keys())?;
    let mut recordings = Vec::with_capacity(rows.len());
    for (id, function, subjects, sealed) in rows {
        let keys = subject_keys::keys_of(tx, &subjects).await?;
        recordings.push((function, tx.keys().open(&keys, place(&id.to_string()), sealed.as_deref())?));
    }
    Ok(recordings)
}

/// The metadata of a recorded preparation.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct PreparedRecording {
    pub id: i64,
    /// The called function of the contract.
    pub function: String,
    /// The digest of the engine's component.
    pub component: String,
    pub at: Timestamp,
    pub package: Option<String>,
    /// The account's name if there is a package, or else its id.
    pub account: String,
    /// The stream that the package counts for.
    pub stream: Option<i64>,
}

/// Lists all recorded preparations, or those of one campaign or stream, latest first.
pub(crate) async fn prepared(
    tx: &mut ReadTx,
    campaign: Option<&str>,
    stream: Option<i64>,
) -> Result<Vec<PreparedRecording>, StoreError> {
    sqlx::query_as(
        "SELECT recordings.id, function, component, at, package,
             coalesce(packages.account_name, recordings.account) AS account, packages.stream
         FROM recordings LEFT JOIN packages ON packages.id = recordings.package
         WHERE function IN ('prepare', 'follow-up', 'redraft') AND ($1 IS NULL OR recordings.campaign = $1)
             AND ($2 IS NULL OR packages.stream = $2)
         ORDER BY recordings.id DESC",
    )
    .bind(campaign)
    .bind(stream)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Decrypts a recording.
pub(crate) async fn content(tx: &mut ReadTx, id: i64) -> Result<Erasable<Recording>, StoreError> {
    let row: Option<(String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT subjects, content_sealed FROM recordings WHERE id = $1")
            .bind(id)
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    // It may have expired since it was listed.
    let Some((subjects, sealed)) = row else { return Ok(Erasable::Erased) };
    let keys = subject_keys::keys_of(tx, &subjects).await?;
    tx.keys().open(&keys, place(&id.to_string()), sealed.as_deref())
}

/// Counts the recordings of a package.
pub(crate) async fn count(tx: &mut ReadTx, package: &PackageId) -> Result<u32, StoreError> {
    sqlx::query_scalar("SELECT count(*) FROM recordings WHERE package = $1")
        .bind(&package.0)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Deletes the recordings from before this time. Returns their number.
pub(crate) async fn expire(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    let done =
        sqlx::query("DELETE FROM recordings WHERE at < $1").bind(before).execute(tx.connection()).await.at(tx.keys())?;
    Ok(done.rows_affected())
}

const fn place(row: &str) -> CellId<'_> {
    CellId { table: "recordings", column: "content", row }
}

/// Returns all people in a recording. Those in the host's own record are joined with their addresses; those that a
/// component names are not.
pub(crate) fn people(recording: &Recording) -> BTreeSet<Person<'_>> {
    let mut people = BTreeSet::new();
    match &recording.input {
        Input::FollowUp { previous: package, .. } | Input::Redraft { previous: package, .. } => {
            people.insert(of_package(package));
        }
        Input::Inspect { reviewed, outgoing, .. } | Input::Release { reviewed, outgoing, .. } => {
            people.insert(of_package(reviewed));
            people.insert(Person::with_address(&outgoing.to));
        }
        Input::Write { brief } => people.extend(named_in(brief)),
        Input::GradeEdit { draft, outgoing } => {
            people.insert(Person::with_address(&draft.message.to));
            people.insert(Person::with_address(&outgoing.to));
        }
        _ => {}
    }
    for exchange in &recording.exchanges {
        match exchange {
            Exchange::Find { answer: Ok(candidates), .. } => {
                people.extend(candidates.iter().map(|candidate| of_contact(&candidate.contact)));
            }
            Exchange::Write { brief, .. } => people.extend(named_in(brief)),
            Exchange::Send { message, .. } => {
                people.insert(Person::with_address(&message.to));
            }
            _ => {}
        }
    }
    people
}

/// Returns the people that a brief names. An engine wrote it.
fn named_in(brief: &Brief) -> impl Iterator<Item = Person<'_>> {
    let earlier = brief.earlier.iter().map(|sent| &sent.message).chain(&brief.rejected);
    Person::named(&brief.contact.id, brief.contact.email.as_deref())
        .chain(earlier.map(|message| Person::with_address(&message.to)))
}

/// Returns the package's contact, which the runtime compared with the answer of the CRM.
pub(crate) fn of_package(package: &HandoffPackage) -> Person<'_> {
    of_contact(&package.contact)
}

fn of_contact(contact: &Contact) -> Person<'_> {
    Person::recorded(&contact.id, contact.email.as_deref())
}

const fn function(input: &Input) -> &'static str {
    match input {
        Input::Describe {} => "describe",
        Input::Discover { .. } => "discover",
        Input::Prepare { .. } => "prepare",
        Input::FollowUp { .. } => "follow-up",
        Input::Redraft { .. } => "redraft",
        Input::Inspect { .. } => "inspect",
        Input::Release { .. } => "release",
        Input::Write { .. } => "write",
        Input::Route { .. } => "route",
        Input::Count { .. } => "count",
        Input::Assess { .. } => "assess",
        Input::Foresee { .. } => "foresee",
        Input::Sample { .. } => "sample",
        Input::GradeEdit { .. } => "grade-edit",
        Input::Read { .. } => "read",
    }
}

#[cfg(test)]
mod tests;
