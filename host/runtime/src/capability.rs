//! What a CRM gives to an engine: the traits a vendor implements on its own data.
//!
//! A trait that is not granted answers as if there were nothing behind it. Ids are not authority: the runtime turns
//! away every question about another account than the call's before an implementation sees it, and an implementation
//! answers for the tenant of the call alone.

use crate::permit::Permit;
use crate::recording::{Provenance, Recording};
use async_trait::async_trait;
use baton_facts::errors::{DraftingError, LookupError, SendingError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Message, Timestamp};
use std::sync::Arc;

/// In whose name a call runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Counts up within the process; for logs.
    pub number: u64,
    /// The customer of the CRM vendor whose data this is. Empty where there is only one.
    pub tenant: String,
    /// The account the call is about; absent in `discover`.
    pub account: Option<String>,
}

/// A capability's refusal: what the component is told, and what only the log gets to know.
#[derive(Debug)]
pub struct Fault<E> {
    /// Crosses the boundary and is recorded: no internals, no secrets.
    pub told: E,
    /// Goes to the log.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl<E> Fault<E> {
    /// A refusal with its cause.
    pub fn because(told: E, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { told, cause: Some(cause.into()) }
    }
}

impl<E> From<E> for Fault<E> {
    fn from(told: E) -> Self {
        Self { told, cause: None }
    }
}

/// The contract's interface `research`. Answers are shared, so an implementation may keep and hand out the same one.
#[async_trait]
pub trait Research: Send + Sync {
    /// A page of at most 100 accounts that may fit, in a stable order.
    async fn search(
        &self,
        call: &Call,
        customer: &IdealCustomer,
        cursor: Option<&str>,
    ) -> Result<Arc<Found>, Fault<LookupError>>;

    /// The account with its signals observed since then, newest first.
    async fn look_up(&self, call: &Call, account: &str, since: Timestamp) -> Result<Arc<Dossier>, Fault<LookupError>>;
}

/// The contract's interface `contacts`.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// Everybody at the account, in a stable order, with every earlier touch, oldest first.
    async fn find(&self, call: &Call, account: &str) -> Result<Arc<Vec<Candidate>>, Fault<LookupError>>;
}

/// A draft, and the recording of the call that wrote it where a component did.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// What the drafter wrote.
    pub draft: Arc<Draft>,
    /// Kept beside the engine's recording.
    pub recording: Option<Recording>,
}

/// The contract's interface `drafting`, seen from the host. [`crate::Drafter`] implements it.
#[async_trait]
pub trait Drafting: Send + Sync {
    /// Writes a draft for the brief.
    async fn write(&self, call: &Call, brief: Arc<Brief>) -> Result<Drafted, Fault<DraftingError>>;

    /// Who writes here. Part of a stream's fingerprint: evidence of quality does not carry over to another drafter.
    fn provenance(&self) -> Provenance;
}

/// The contract's interface `sending`, seen from the host: the outbox.
#[async_trait]
pub trait Sending: Send + Sync {
    /// Marks the outbox entry of this permit as authorised; must be durable before it answers. Transmitting comes
    /// later, outside any call, and looks at suppression, replies, caps and the stop button again.
    ///
    /// The runtime has checked that the permit is unused and made for this very message.
    async fn authorise(&self, call: &Call, permit: &Permit, message: &Message) -> Result<(), Fault<SendingError>>;
}

/// What an admin allows an engine to reach, for one tenant. What is absent is not granted.
#[derive(Clone, Default)]
pub struct Grants {
    /// See [`Call::tenant`].
    pub tenant: String,
    /// Not granted: look-ups answer `not-found`.
    pub research: Option<Arc<dyn Research>>,
    /// Not granted: look-ups answer `not-found`.
    pub contacts: Option<Arc<dyn Contacts>>,
    /// Not granted: drafting is `unavailable`.
    pub drafting: Option<Arc<dyn Drafting>>,
    /// Not granted: sending is `unavailable`.
    pub sending: Option<Arc<dyn Sending>>,
}
