//! Erasure of a person: their key, and everything that names them.

use crate::audit;
use crate::db::subject_keys;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::search_index;
use crate::replies::queries::replies;
use crate::suppression::suppressions;
use crate::suppression::suppressions::SuppressionSubject;
use baton_facts::types::{SuppressionReason, Timestamp};
use baton_model::address::EmailAddress;
use baton_model::quoted;
use serde::Serialize;

/// The result of erasing a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ErasureResult {
    /// Whether the address was known, so that a key was erased now.
    pub known: bool,
    /// Packages and messages that were withdrawn.
    pub withdrawn: u32,
}

impl Desk {
    /// Erases the person with this address: their key, and with it the contents of every package, message and recording
    /// about them. Unsent messages are withdrawn, and the person is suppressed permanently. States and counts stay.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `address` is not an email address, or `DeskError::Store`.
    pub async fn erase_person(&self, address: &str, now: Timestamp) -> DeskResult<ErasureResult> {
        let who = self.actor.name();
        let address: EmailAddress = address.parse().map_err(|error| {
            Refusal::Invalid(format!("`{}` is not an email address: {error}", quoted(address.trim())))
        })?;
        let mut tx = self.begin(now).await?;
        let forgotten = subject_keys::erase(&mut tx, self.key_ring().address_tags(&address).collect()).await?;
        search_index::forget(&mut tx, &forgotten.tags).await?;
        replies::forget(&mut tx, &forgotten.tags).await?;
        for tag in &forgotten.tags {
            let order = (SuppressionReason::OptedOut, None);
            suppressions::add(&mut tx, SuppressionSubject::Address(tag), order).await?;
        }
        let why = "the person was forgotten";
        let withdrawn = self.withdraw_covered(&mut tx, &forgotten.tags, None, None, why).await?;
        let forgot = ErasureResult { known: forgotten.erased > 0, withdrawn };
        let detail = if forgot.known { "a person's key was erased" } else { "the address was not known" };
        audit::note(&mut tx, who, "forgot", None, detail).await?;
        tx.commit().await?;
        // The write-ahead log contains the erased key until it is written back.
        self.store.checkpoint().await?;
        Ok(forgot)
    }
}
