//! The desk: what a person, a page and a command can do, and the only way to do it.
//!
//! Every rule that always holds is kept here or in the store beneath, whatever surface asks. Times are given, never
//! read. No transaction is open while a component is called. Whatever is changed leaves a line in the trail.

mod automatic;
mod decide;
mod decision;
mod finding;
mod keep;
mod known;
mod logic;
mod password;
mod people;
mod release;
mod review;
mod sign_in;
mod standing;
mod streams;
mod trail;
mod transmit;
mod upkeep;
mod users;
mod verdict;
mod view;

pub use automatic::{BATCH, Batches, CHECK_WITHIN};
pub use decision::{Decided, Decision, DeskError, Overruled, Refusal, RejectReason, Request};
pub use keep::{Fingerprint, Kept, Prepared};
pub use logic::{Logic, Tools};
pub use people::Forgot;
pub use sign_in::{Begun, NotSignedIn, Place, SESSION, SignedIn};
pub use streams::StreamView;
pub use trail::ReplayedCall;
pub use upkeep::{Elapsed, LetGo, Retention};
pub use users::{INVITED_FOR, Invitation, Role, UserView};
pub use verdict::{CheckView, Verdict};
pub use view::{
    AccountRow, AccountView, AuditRow, Content, DecisionView, ExportRow, Found, Looked, OutboxView, PackageView, Page,
    QueueFilter, QueueRow,
};

use crate::store::Store;
pub use crate::store::asked_from;
use crate::store::packages::Row;
use crate::store::seal::Vault;
use std::sync::Arc;

type Answer<T> = Result<T, DeskError>;

/// The desk. Cheap to clone and to share.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    logic: Arc<dyn Logic>,
    footer: Arc<str>,
    may_send: bool,
}

impl Desk {
    /// A desk on this store, with these components.
    pub fn new(store: Store, logic: Arc<dyn Logic>) -> Self {
        Self { store, logic, footer: Arc::from(""), may_send: true }
    }

    /// With a text that ends every message approved from now on, below the signature: the postal address and how to
    /// be written to no more. It is shown with each package and part of what a decision is bound to.
    #[must_use]
    pub fn with_footer(self, footer: &str) -> Self {
        Self { footer: footer.trim().into(), ..self }
    }

    /// Without the grant to send: what is approved waits until it is given.
    #[must_use]
    pub fn without_sending(self) -> Self {
        Self { may_send: false, ..self }
    }

    /// The store beneath.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn vault(&self) -> &Vault {
        self.store.vault()
    }

    /// Stands for all that a person sees of a package before deciding.
    fn digest(&self, row: &Row) -> String {
        let tag = self.vault().tag("shown", &[&row.digest, &self.footer]);
        tag.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests;
