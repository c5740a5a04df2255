//! A key per person: made when the person is first met, erased when they ask to be forgotten.
//!
//! A person is known by addresses and by the CRM's contact ids, kept as keyed hashes. Where one address and one id turn
//! out to belong together, whatever is sealed for one is from then on sealed for both, so forgetting reaches it all.

use crate::db::encryption::{KeyRing, Keys, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::key;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How the host knows somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Person<'a> {
    /// The CRM's id.
    pub contact: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl Person<'_> {
    fn tags(&self, vault: &KeyRing) -> Vec<Tag> {
        let contact = self.contact.map(|id| vault.contact_tag(id));
        let address = self.address.filter(|address| !address.trim().is_empty());
        contact.into_iter().chain(address.map(|address| vault.address_tag(address))).collect()
    }
}

/// The keys to seal something about these people with. Whoever is new gets one.
pub(crate) async fn keys_for(tx: &mut Tx, people: &BTreeSet<Person<'_>>, now: Timestamp) -> Result<Keys, StoreError> {
    let mut subjects = BTreeSet::new();
    for person in people {
        subjects.extend(met(tx, &person.tags(tx.keys()), now).await?);
    }
    let subjects: Vec<String> = subjects.iter().map(i64::to_string).collect();
    keys_of(tx, &subjects.join(",")).await
}

/// The keys that something opens with.
pub(crate) async fn keys_of(tx: &mut ReadTx, subjects: &str) -> Result<Keys, StoreError> {
    let rows: Vec<(i64, Option<Vec<u8>>)> = sqlx::query_as(
        "SELECT id, wrapped_key FROM subjects WHERE id IN (SELECT value FROM json_each('[' || $1 || ']')) ORDER BY id",
    )
    .bind(subjects)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    let wrapped: BTreeMap<i64, Vec<u8>> = rows.into_iter().filter_map(|(id, key)| Some((id, key?))).collect();
    // Every subject that is named has to be there, in the order in which the record was sealed.
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

/// The subjects with any of these tags; one is made where there is none. From now on each of them has all of the tags.
async fn met(tx: &mut Tx, tags: &[Tag], now: Timestamp) -> Result<BTreeSet<i64>, StoreError> {
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

/// Whether the person with one of these tags asked to be forgotten.
pub(crate) async fn is_forgotten(tx: &mut ReadTx, contact: &Tag, address: Option<&Tag>) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM subject_tags JOIN subjects ON subjects.id = subject_tags.subject
                        WHERE subject_tags.tag IN ($1, $2) AND subjects.forgotten IS NOT NULL)",
    )
    .bind(contact)
    .bind(address)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

/// Erases the keys of whoever has this address. Gives all tags they were known by, the address's own among them.
pub(crate) async fn forget(tx: &mut Tx, address: &str) -> Result<Forgotten, StoreError> {
    let now = tx.now;
    let own = tx.keys().address_tag(address);
    let subjects = with_tag(tx, &own).await?;
    let mut tags = BTreeSet::from([own]);
    let mut erased = 0;
    for subject in subjects {
        let done =
            sqlx::query("UPDATE subjects SET wrapped_key = NULL, forgotten = $1 WHERE id = $2 AND forgotten IS NULL")
                .bind(now)
                .bind(subject)
                .execute(tx.connection())
                .await
                .at(tx.keys())?;
        erased += done.rows_affected();
        let known: Vec<Tag> = sqlx::query_scalar("SELECT tag FROM subject_tags WHERE subject = $1")
            .bind(subject)
            .fetch_all(tx.connection())
            .await
            .at(tx.keys())?;
        tags.extend(known);
    }
    Ok(Forgotten { tags, erased })
}

/// Who was forgotten.
pub(crate) struct Forgotten {
    pub tags: BTreeSet<Tag>,
    /// Keys that were there and are not any more.
    pub erased: u64,
}
