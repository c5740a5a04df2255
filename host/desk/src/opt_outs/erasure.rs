//! Erasure of a person: their key, and everything that names them.

use crate::audit;
use crate::db::subject_keys;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::opt_outs::linked_people::{DeliveredMessage, parse_address};
use crate::outbox::queries::outbox;
use crate::packages::queries::search_index;
use crate::replies::queries::replies;
use crate::suppression::suppressions;
use crate::suppression::suppressions::SuppressionSubject;
use baton_facts::types::{SuppressionReason, Timestamp};
use serde::Serialize;

/// The result of erasing a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ErasureResult {
    /// Whether the address was known, so that a key was erased now.
    pub known: bool,
    /// Packages and messages that were withdrawn.
    pub withdrawn: u32,
    /// The messages to the person that were handed to a transport. Copies of them may exist outside of the store.
    #[serde(skip)]
    pub delivered: Vec<DeliveredMessage>,
}

/// The people whom an erasure may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ErasureScope {
    OnePerson,
    LinkedPeople,
}

impl Desk {
    /// Erases the person with this address: their key, and with it the contents of every package, message and recording
    /// about them. Unsent messages are withdrawn, and the person is suppressed permanently. States and counts stay.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `address` is not an email address or other people are linked to it, or
    /// `DeskError::Store`; nothing is changed then.
    pub async fn erase_person(&self, address: &str, now: Timestamp) -> DeskResult<ErasureResult> {
        self.erase(address, ErasureScope::OnePerson, now).await
    }

    /// Erases everybody in [`Self::linked_people`], as [`Self::erase_person`] does for one person.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `address` is not an email address, or `DeskError::Store`; nothing is changed then.
    pub async fn erase_linked_people(&self, address: &str, now: Timestamp) -> DeskResult<ErasureResult> {
        self.erase(address, ErasureScope::LinkedPeople, now).await
    }

    async fn erase(&self, address: &str, scope: ErasureScope, now: Timestamp) -> DeskResult<ErasureResult> {
        let who = self.actor.name();
        let address = parse_address(address)?;
        let mut tx = self.begin(now).await?;
        let people = self.people_linked_to(&mut tx, &address).await?.len();
        if people > 1 && scope == ErasureScope::OnePerson {
            let others = people - 1;
            return Err(Refusal::Invalid(format!("{others} more people are linked to this address")).into());
        }
        let forgotten = subject_keys::erase(&mut tx, self.key_ring().address_tags(&address).collect()).await?;
        search_index::forget(&mut tx, &forgotten.tags).await?;
        replies::forget(&mut tx, &forgotten.tags).await?;
        for tag in &forgotten.tags {
            let order = (SuppressionReason::OptedOut, None);
            suppressions::add(&mut tx, SuppressionSubject::Address(tag), order).await?;
        }
        let why = "the person was forgotten";
        let withdrawn = self.withdraw_covered(&mut tx, &forgotten.tags, None, None, why).await?;
        let delivered = outbox::delivered_to(&mut tx, &forgotten.tags).await?;
        let delivered =
            delivered.into_iter().map(|(via, message_id, approved)| DeliveredMessage { via, message_id, approved });
        let forgot = ErasureResult { known: forgotten.erased > 0, withdrawn, delivered: delivered.collect() };
        let detail = match (forgot.known, people) {
            (false, _) => "the address was not known".to_owned(),
            (true, 0 | 1) => "a person's key was erased".to_owned(),
            (true, people) => format!("the keys of {people} linked people were erased"),
        };
        audit::note(&mut tx, who, "forgot", None, &detail).await?;
        tx.commit().await?;
        // The write-ahead log contains the erased key until it is written back.
        self.store.checkpoint().await?;
        Ok(forgot)
    }
}
