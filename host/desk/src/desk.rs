//! The desk: the only entry point for what a user, a page or a command can do.
//!
//! Every invariant is enforced here or in the store, whichever surface calls. Times are arguments, never read from a
//! clock. No transaction is open while a component is called. Every change is recorded in the audit log.

use crate::components::Logic;
use crate::db::connect::Store;
use crate::db::encryption::Vault;
use crate::error::DeskError;
use crate::event_kind::Subscription;
use baton_facts::types::Timestamp;
use std::num::NonZeroU32;
use std::sync::Arc;

pub(crate) type Answer<T> = Result<T, DeskError>;

/// Maximum length of a note or a reason, in bytes.
pub(crate) const LONGEST_NOTE: usize = 4000;

/// The operations of the reference CRM on its store. Cheap to clone and to share.
#[derive(Clone)]
pub struct Desk {
    pub(crate) store: Store,
    pub(crate) logic: Arc<dyn Logic>,
    pub(crate) footer: Arc<str>,
    pub(crate) may_send: bool,
    /// About one package in this many gets a seeded defect; `None` seeds none.
    pub(crate) plant: Option<NonZeroU32>,
    /// The name of the data provider, which is part of a stream's identity.
    pub(crate) provider: Arc<str>,
    /// The email address of the backup reviewer.
    pub(crate) backup: Option<Arc<str>>,
    /// The undo window in seconds: an approved message is not sent before it ends.
    pub(crate) undo: Timestamp,
    /// The webhooks and the kinds of events that each subscribes to.
    pub(crate) webhooks: Arc<[Subscription]>,
}

impl Desk {
    /// Creates a desk on this store with these components.
    pub fn new(store: Store, logic: Arc<dyn Logic>) -> Self {
        let (footer, provider) = (Arc::from(""), Arc::from(""));
        let webhooks = Arc::default();
        Self { store, logic, footer, may_send: true, plant: None, provider, backup: None, undo: 0, webhooks }
    }

    /// Sets the text below the signature of every message approved from now on: the postal address and how to opt out.
    /// It is shown with each package and is part of the digest that a decision is bound to.
    #[must_use]
    pub fn with_footer(self, footer: &str) -> Self {
        Self { footer: footer.trim().into(), ..self }
    }

    /// Sets the name of the provider of accounts, contacts and signals. Another name starts new streams.
    #[must_use]
    pub fn with_provider(self, provider: &str) -> Self {
        Self { provider: provider.into(), ..self }
    }

    /// Removes the grant to send: approved messages wait until it is given.
    #[must_use]
    pub fn without_sending(self) -> Self {
        Self { may_send: false, ..self }
    }

    /// Sets the undo window: no message that a person approved is sent before it ends. The default is 0 seconds.
    #[must_use]
    pub fn with_undo(self, seconds: u32) -> Self {
        Self { undo: seconds.into(), ..self }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn vault(&self) -> &Vault {
        self.store.vault()
    }
}
