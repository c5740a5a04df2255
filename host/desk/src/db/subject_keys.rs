//! Keys per data subject: created when a person is first seen, deleted when the person asks for erasure.
//!
//! A person is identified by email addresses and by contact ids of the CRM, stored as keyed hashes. When an address and
//! an id turn out to belong to the same person, later records are encrypted for both, so that an erasure reaches all.
//! Only [`Person::recorded`] joins the two, and only the host's own record calls it: a value that a component made would
//! let the component choose whom an erasure reaches.

use crate::db::change_log::LoggedChange;
use crate::db::encryption::{KeyRing, Keys, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::key;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A person's identifiers: the contact id, the email address, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Person<'a> {
    // In this order, the largest value of a contact has the address too.
    contact: Option<&'a str>,
    address: Option<&'a str>,
}

impl<'a> Person<'a> {
    /// Returns a person as the CRM or this host records them: from now on, the id and the address are the same person's.
    pub fn recorded(contact: &'a str, address: Option<&'a str>) -> Self {
        Self { contact: Some(contact), address }
    }

    /// Returns the person with this address.
    pub fn with_address(address: &'a str) -> Self {
        Self { contact: None, address: Some(address) }
    }

    /// Returns the people that a component names: a record about them is encrypted for each, and nobody is joined.
    pub fn named(contact: &'a str, address: Option<&'a str>) -> impl Iterator<Item = Self> {
        [Self::recorded(contact, None)].into_iter().chain(address.map(Self::with_address))
    }

    fn tags(&self, vault: &KeyRing) -> Vec<Tag> {
        let contact = self.contact.map(|id| vault.contact_tag(id));
        // A text that is not an address names nobody: the record is encrypted for the contact alone.
        let address = self.address.and_then(|address| address.parse().ok());
        contact.into_iter().chain(address.iter().flat_map(|address| vault.address_tags(address))).collect()
    }
}

/// Returns the keys to encrypt a record about these people with. Creates the keys of new people.
pub(crate) async fn keys_for(tx: &mut Tx, people: &BTreeSet<Person<'_>>, now: Timestamp) -> Result<Keys, StoreError> {
    let mut subjects = BTreeSet::new();
    // People with an id and an address come first, so that a record of either alone finds their subject.
    for person in people.iter().rev() {
        subjects.extend(subjects_for(tx, &person.tags(tx.keys()), now).await?);
    }
    let subjects: Vec<String> = subjects.iter().map(i64::to_string).collect();
    keys_of(tx, &subjects.join(",")).await
}

/// Returns the keys of these subjects, given as in [`Keys::subjects`].
pub(crate) async fn keys_of(tx: &mut ReadTx, subjects: &str) -> Result<Keys, StoreError> {
    let rows: Vec<(i64, Option<Vec<u8>>)> = sqlx::query_as(
        "SELECT id, wrapped_key FROM subjects WHERE id IN (SELECT value FROM json_each('[' || $1 || ']')) ORDER BY id",
    )
    .bind(subjects)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    let wrapped: BTreeMap<i64, Vec<u8>> = rows.into_iter().filter_map(|(id, key)| Some((id, key?))).collect();
    // Every subject must have a key, and the order must be that of the encryption.
    let mut keys = Some(Vec::new());
    for subject in subjects.split(',').filter(|subject| !subject.is_empty()) {
        match subject.parse().ok().and_then(|id: i64| wrapped.get_key_value(&id)) {
            Some((id, wrapped)) => {
                let key = tx.keys().unwrap(*id, wrapped)?;
                keys.iter_mut().for_each(|keys| keys.push(key));
            }
            None => keys = None,
        }
    }
    Ok(Keys { subjects: subjects.to_owned(), keys })
}

/// Returns the subjects with any of these tags, or creates one. From now on each of them has all of the tags.
async fn subjects_for(tx: &mut Tx, tags: &[Tag], now: Timestamp) -> Result<BTreeSet<i64>, StoreError> {
    let mut subjects = BTreeSet::new();
    let mut known = BTreeSet::new();
    for tag in tags {
        for subject in with_tag(tx, tag).await? {
            known.insert((tag.clone(), subject));
            subjects.insert(subject);
        }
    }
    if subjects.is_empty() && !tags.is_empty() {
        let id: i64 = sqlx::query_scalar("INSERT INTO subjects (created) VALUES ($1) RETURNING id")
            .bind(now)
            .fetch_one(tx.connection())
            .await
            .at(tx.keys())?;
        let wrapped = tx.keys().wrap(id, &key::random().map_err(|kind| tx.keys().error(kind))?)?;
        sqlx::query("UPDATE subjects SET wrapped_key = $1 WHERE id = $2")
            .bind(wrapped)
            .bind(id)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
        subjects.insert(id);
    }
    for subject in &subjects {
        for tag in tags.iter().filter(|tag| !known.contains(&((*tag).clone(), *subject))) {
            sqlx::query("INSERT INTO subject_tags (tag, subject) VALUES ($1, $2)")
                .bind(tag)
                .bind(subject)
                .execute(tx.connection())
                .await
                .at(tx.keys())?;
        }
    }
    Ok(subjects)
}

async fn with_tag(tx: &mut ReadTx, tag: &Tag) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar("SELECT subject FROM subject_tags WHERE tag = $1")
        .bind(tag)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Whether the person with one of these tags was erased.
pub(crate) async fn is_erased(tx: &mut ReadTx, contact: &Tag, address: &[Tag]) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM subject_tags JOIN subjects ON subjects.id = subject_tags.subject
                        WHERE subject_tags.tag IN ($1, $2, $3) AND subjects.forgotten IS NOT NULL)",
    )
    .bind(contact)
    .bind(address.first())
    .bind(address.get(1))
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

/// Deletes the keys of all subjects with one of these hashes. Returns all their hashes, including the given ones.
pub(crate) async fn erase(tx: &mut Tx, mut tags: BTreeSet<Tag>) -> Result<Erasure, StoreError> {
    let now = tx.now;
    let mut erased = 0;
    for subject in with_tags(tx, &tags).await? {
        let done =
            sqlx::query("UPDATE subjects SET wrapped_key = NULL, forgotten = $1 WHERE id = $2 AND forgotten IS NULL")
                .bind(now)
                .bind(subject)
                .execute(tx.connection())
                .await
                .at(tx.keys())?;
        erased += done.rows_affected();
        tags.extend(tags_of(tx, subject).await?);
    }
    tx.log_change(LoggedChange::Erased { tags: tags.iter().map(hex::encode).collect() });
    Ok(Erasure { tags, erased })
}

/// Lists the subjects with one of these hashes.
pub(crate) async fn with_tags(tx: &mut ReadTx, tags: &BTreeSet<Tag>) -> Result<BTreeSet<i64>, StoreError> {
    let mut subjects = BTreeSet::new();
    for tag in tags {
        subjects.extend(with_tag(tx, tag).await?);
    }
    Ok(subjects)
}

/// Lists the hashes of a subject's addresses and contact ids.
pub(crate) async fn tags_of(tx: &mut ReadTx, subject: i64) -> Result<Vec<Tag>, StoreError> {
    sqlx::query_scalar("SELECT tag FROM subject_tags WHERE subject = $1")
        .bind(subject)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// The result of an erasure.
pub(crate) struct Erasure {
    pub tags: BTreeSet<Tag>,
    /// Number of keys that were deleted.
    pub erased: u64,
}
