//! The desk: what a person, a page and a command can do, and the only way to do it.
//!
//! Every rule that always holds is kept here or in the store beneath, whatever surface asks. Times are given, never
//! read. No transaction is open while a component is called. Whatever is changed leaves a line in the trail.

use crate::components::Logic;
use crate::db::connect::Store;
use crate::db::encryption::Vault;
use crate::error::DeskError;
use crate::event_kind::Subscription;
use baton_facts::types::Timestamp;
use std::num::NonZeroU32;
use std::sync::Arc;

pub(crate) type Answer<T> = Result<T, DeskError>;

/// The longest note or reason, in bytes.
pub(crate) const LONGEST_NOTE: usize = 4000;

/// The desk. Cheap to clone and to share.
#[derive(Clone)]
pub struct Desk {
    pub(crate) store: Store,
    pub(crate) logic: Arc<dyn Logic>,
    pub(crate) footer: Arc<str>,
    pub(crate) may_send: bool,
    /// A defect is planted in front of about one package in so many.
    pub(crate) plant: Option<NonZeroU32>,
    /// Where the facts come from: part of how drafts come to be.
    pub(crate) provider: Arc<str>,
    /// The address of the backup reviewer.
    pub(crate) backup: Option<Arc<str>>,
    /// So many seconds what a person approved waits, so that they can take it back.
    pub(crate) undo: Timestamp,
    /// Who is told what happens.
    pub(crate) webhooks: Arc<[Subscription]>,
}

impl Desk {
    /// A desk on this store, with these components.
    pub fn new(store: Store, logic: Arc<dyn Logic>) -> Self {
        let (footer, provider) = (Arc::from(""), Arc::from(""));
        let webhooks = Arc::default();
        Self { store, logic, footer, may_send: true, plant: None, provider, backup: None, undo: 0, webhooks }
    }

    /// With a text that ends every message approved from now on, below the signature: the postal address and how to
    /// be written to no more. It is shown with each package and part of what a decision is bound to.
    #[must_use]
    pub fn with_footer(self, footer: &str) -> Self {
        Self { footer: footer.trim().into(), ..self }
    }

    /// With the name of what provides accounts, contacts and signals: with another one, streams are new.
    #[must_use]
    pub fn with_provider(self, provider: &str) -> Self {
        Self { provider: provider.into(), ..self }
    }

    /// Without the grant to send: what is approved waits until it is given.
    #[must_use]
    pub fn without_sending(self) -> Self {
        Self { may_send: false, ..self }
    }

    /// With so many seconds before anything that a person approved may leave, so that they can take it back; none where
    /// nothing is said.
    #[must_use]
    pub fn with_undo(self, seconds: u32) -> Self {
        Self { undo: seconds.into(), ..self }
    }

    /// The store beneath.
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn vault(&self) -> &Vault {
        self.store.vault()
    }
}
