//! The desk: what a person, a page and a command can do, and the only way to do it.
//!
//! Every rule that always holds is kept here or in the store beneath, whatever surface asks. Times are given, never
//! read. No transaction is open while a component is called. Whatever is changed leaves a line in the trail.

mod assign;
mod attend;
mod automatic;
mod calibration;
mod capacity;
mod carry;
mod compare;
mod dashboard;
mod decide;
mod decide_and_release;
mod detail;
mod difference;
mod drawing;
mod events;
mod handled;
mod history;
mod keep;
mod known;
mod logic;
mod miss_rate;
mod pace;
mod panel;
mod people;
mod planted;
mod queue;
mod redraft;
mod release;
mod replies;
mod review;
mod review_backlog;
mod seat;
mod sequence;
mod sign_in;
mod sign_on;
mod standing;
mod streams;
mod tokens;
mod trail;
mod transmit;
mod upkeep;
mod users;
mod verdict;

pub use assign::Assignment;
pub use attend::Attended;
pub use automatic::Batches;
pub use capacity::Before;
pub use carry::Anew;
pub use compare::{CallCompared, Comparing, Comparison, LIMIT, StreamCompared};
pub use dashboard::{
    AccountsAs, Behind, BehindRow, Checked, DAYS_MAX, Dashboard, Figure, Group, Made, PaceBand, RateOf, Reviewer, Span,
    TeamPace,
};
pub use decide_and_release::DecidedAndReleased;
pub use detail::{AtRate, EvidenceView, Fallen, Foreseen, StreamDetail, Turn};
pub use difference::{CameTo, Texts};
pub use events::DeliveryView;
pub use handled::{AccountView, Handled};
pub use keep::{Fingerprint, Kept, Prepared};
pub use logic::{Logic, Tools};
pub use pace::{AIM, OwnPace, Pace};
pub use panel::{NotOpened, PanelSession, RecordPackage, Theme};
pub use people::Forgot;
pub use queue::{QueueCount, QueueFilter, QueuePage, QueueRow, Whose};
pub use redraft::{ToRedraft, Turned};
pub use replies::{ReplyView, TakenOver};
pub use review_backlog::{Capacity, Room};
pub use seat::{Seat, on_behalf_of};
pub use sequence::Work;
pub use sign_in::{Begun, NotSignedIn, Place, SESSION, SignedIn};
pub use sign_on::{Admission, NotVouched};
pub use streams::{ByHand, StreamView};
pub use tokens::{NewToken, Program, TOKEN_PREFIX, TokenView};
pub use trail::ReplayedCall;
pub use upkeep::{Elapsed, LetGo, Retention};
pub use users::{INVITED_FOR, Invitation, Role, UserView};
pub use verdict::{CheckView, Verdict};

pub use crate::store::streams::StreamKey;

use crate::error::DeskError;
use crate::store::Store;
pub use crate::store::asked_from;
use crate::store::packages::Row;
use crate::store::seal::Vault;
use crate::webhooks::Subscription;
use baton_facts::types::Timestamp;
use std::num::NonZeroU32;
use std::sync::Arc;

type Answer<T> = Result<T, DeskError>;

/// The desk. Cheap to clone and to share.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    logic: Arc<dyn Logic>,
    footer: Arc<str>,
    may_send: bool,
    /// A defect is planted in front of about one package in so many.
    plant: Option<NonZeroU32>,
    /// Where the facts come from: part of how drafts come to be.
    provider: Arc<str>,
    /// The address of the backup reviewer.
    backup: Option<Arc<str>>,
    /// So many seconds what a person approved waits, so that they can take it back.
    undo: Timestamp,
    /// Who is told what happens.
    webhooks: Arc<[Subscription]>,
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

    fn vault(&self) -> &Vault {
        self.store.vault()
    }

    /// Stands for all that a person sees of a package before deciding.
    fn digest(&self, row: &Row) -> String {
        self.digest_of(&row.digest)
    }

    /// The same of a content with this digest.
    fn digest_of(&self, content: &str) -> String {
        let tag = self.vault().tag("shown", &[content, &self.footer]);
        hex::encode(tag)
    }
}

#[cfg(test)]
mod tests;
