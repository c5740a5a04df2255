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
pub struct CallContext {
    /// Counts up within the process; for logs.
    pub number: u64,
    /// The customer of the CRM vendor whose data this is. Empty where there is only one.
    pub tenant: String,
    /// The account the call is about; absent in `discover`.
    pub account: Option<String>,
}

/// A capability's refusal: what the component is told, and what only the log gets to know.
#[derive(Debug)]
pub struct CapabilityError<E> {
    /// Crosses the boundary and is recorded: no internals, no secrets.
    pub reported: E,
    /// Goes to the log.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl<E> CapabilityError<E> {
    /// A refusal with its cause.
    pub fn caused_by(reported: E, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { reported, cause: Some(cause.into()) }
    }
}

impl<E> From<E> for CapabilityError<E> {
    fn from(reported: E) -> Self {
        Self { reported, cause: None }
    }
}

/// The contract's interface `research`. Answers are shared, so an implementation may keep and hand out the same one.
#[async_trait]
pub trait Research: Send + Sync {
    /// A page of at most 100 accounts that may fit, in a stable order.
    async fn search(
        &self,
        call: &CallContext,
        customer: &IdealCustomer,
        cursor: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>>;

    /// The account with its signals observed since then, newest first.
    async fn look_up(
        &self,
        call: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>>;
}

/// The contract's interface `contacts`.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// Everybody at the account, in a stable order, with every earlier touch, oldest first.
    async fn find(
        &self,
        call: &CallContext,
        account: &str,
    ) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>>;
}

/// A draft, and the recording of the call that wrote it where a component did.
#[derive(Clone, Debug)]
pub struct DraftAnswer {
    /// What the drafter wrote.
    pub draft: Arc<Draft>,
    /// Kept beside the engine's recording.
    pub recording: Option<Recording>,
}

/// The contract's interface `drafting`, seen from the host. [`crate::Drafter`] implements it.
#[async_trait]
pub trait Drafting: Send + Sync {
    /// Writes a draft for the brief.
    async fn write(&self, call: &CallContext, brief: Arc<Brief>)
    -> Result<DraftAnswer, CapabilityError<DraftingError>>;

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
    async fn authorise(
        &self,
        call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>>;
}

/// What an admin allows an engine to reach, for one tenant. What is absent is not granted.
#[derive(Clone, Default)]
pub struct Grants {
    /// See [`CallContext::tenant`].
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
