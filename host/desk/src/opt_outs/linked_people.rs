//! The people whom an erasure reaches: everybody whose records share a key with the address.
//!
//! The records of the host separate people: two records are about one person if they share a contact id
//! or an address, and have the same name or one of them has none. Two names count as two people, since an erasure cannot
//! be undone and a person can confirm it.

use crate::db::encryption::{StoreResultExt as _, Tag};
use crate::db::subject_keys;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::{packages, recordings};
use baton_facts::types::{Contact, Timestamp};
use baton_model::address::EmailAddress;
use baton_model::{Erasable, full_name, quoted};
use baton_runtime::Exchange;
use serde::Serialize;
use std::collections::BTreeSet;

/// A person whom an erasure reaches. Parts that were erased before, or are older than the retention period, are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LinkedPerson {
    /// The names in the records.
    pub names: BTreeSet<String>,
    /// The addresses in the records.
    pub addresses: BTreeSet<String>,
    /// The companies of the packages.
    pub companies: BTreeSet<String>,
    /// The number of packages.
    pub packages: u32,
}

/// A message that was handed to a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredMessage {
    /// The transport's name.
    pub via: String,
    /// The Message-ID without angle brackets.
    pub message_id: String,
    /// The time of approval.
    pub approved: Timestamp,
}

/// The records about one person.
#[derive(Default)]
struct Group {
    tags: BTreeSet<Tag>,
    person: LinkedPerson,
}

impl Desk {
    /// Returns the people whom the erasure of this address reaches, the person with the address first. Empty if nothing is
    /// stored about it.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `address` is not an email address, or `DeskError::Store`.
    pub async fn linked_people(&self, address: &str) -> DeskResult<Vec<LinkedPerson>> {
        let address = parse_address(address)?;
        let mut tx = self.read().await?;
        self.people_linked_to(&mut tx, &address).await
    }

    pub(crate) async fn people_linked_to(
        &self,
        tx: &mut ReadTx,
        address: &EmailAddress,
    ) -> DeskResult<Vec<LinkedPerson>> {
        let own: BTreeSet<Tag> = self.key_ring().address_tags(address).collect();
        let subjects = subject_keys::with_tags(tx, &own).await?;
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let mut tags = own.clone();
        for subject in &subjects {
            tags.extend(subject_keys::tags_of(tx, *subject).await?);
        }
        // The first group is the person with the address, whose records may all be older than the retention period.
        let mut groups = vec![Group { tags: own, person: LinkedPerson::default() }];
        groups[0].person.addresses.insert(address.to_string());
        for row in packages::of_people(tx, &tags).await? {
            let row_tags = [row.target.contact_tag.clone(), row.target.address_tag.clone()];
            let mut person = LinkedPerson { packages: 1, ..LinkedPerson::default() };
            person.companies.insert(row.account_name.clone());
            if let Erasable::Open(content) = row.content(tx).await? {
                describe(&mut person, &content.package.contact);
            }
            add(&mut groups, row_tags.into_iter().collect(), person);
        }
        for id in recordings_of(tx, &subjects).await? {
            let Erasable::Open(recording) = recordings::content(tx, id).await? else { continue };
            for exchange in &recording.exchanges {
                let Exchange::Find { answer: Ok(candidates), .. } = exchange else { continue };
                for contact in candidates.iter().map(|candidate| &candidate.contact) {
                    let found = self.tags_of_contact(contact);
                    if found.iter().any(|tag| tags.contains(tag)) {
                        let mut person = LinkedPerson::default();
                        describe(&mut person, contact);
                        add(&mut groups, found, person);
                    }
                }
            }
        }
        Ok(groups.into_iter().map(|group| group.person).collect())
    }

    fn tags_of_contact(&self, contact: &Contact) -> BTreeSet<Tag> {
        let address = contact.email.as_deref().and_then(|address| address.parse().ok());
        let id = self.key_ring().contact_tag(&contact.id);
        std::iter::once(id).chain(address.iter().flat_map(|address| self.key_ring().address_tags(address))).collect()
    }
}

/// Parses the address of an erasure.
pub(crate) fn parse_address(address: &str) -> Result<EmailAddress, Refusal> {
    address
        .parse()
        .map_err(|error| Refusal::Invalid(format!("`{}` is not an email address: {error}", quoted(address.trim()))))
}

fn describe(person: &mut LinkedPerson, contact: &Contact) {
    let name = full_name(contact);
    if !name.is_empty() {
        person.names.insert(name);
    }
    person.addresses.extend(contact.email.clone());
}

/// Whether the records can be about one person.
fn is_same(group: &Group, other: &Group) -> bool {
    let names =
        |group: &Group| -> BTreeSet<String> { group.person.names.iter().map(|name| name.to_lowercase()).collect() };
    let (first, second) = (names(group), names(other));
    !group.tags.is_disjoint(&other.tags) && (first.is_empty() || second.is_empty() || !first.is_disjoint(&second))
}

/// Adds a record to the group of the same person, and merges the groups that it connects.
fn add(groups: &mut Vec<Group>, tags: BTreeSet<Tag>, person: LinkedPerson) {
    let mut merged = Group { tags, person };
    let mut first = None;
    let mut at = 0;
    while at < groups.len() {
        if !is_same(&groups[at], &merged) {
            at += 1;
            continue;
        }
        let Group { tags, person } = groups.remove(at);
        merged.tags.extend(tags);
        merged.person.names.extend(person.names);
        merged.person.addresses.extend(person.addresses);
        merged.person.companies.extend(person.companies);
        merged.person.packages += person.packages;
        first.get_or_insert(at);
    }
    groups.insert(first.unwrap_or(groups.len()), merged);
}

/// Lists the recordings that are encrypted for one of these subjects.
async fn recordings_of(tx: &mut ReadTx, subjects: &BTreeSet<i64>) -> DeskResult<Vec<i64>> {
    let mut found = BTreeSet::new();
    for subject in subjects {
        let ids: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM recordings WHERE ',' || subjects || ',' LIKE '%,' || $1 || ',%'")
                .bind(subject.to_string())
                .fetch_all(tx.connection())
                .await
                .at(tx.keys())?;
        found.extend(ids);
    }
    Ok(found.into_iter().collect())
}
