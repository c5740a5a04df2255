//! The capabilities that a CRM gives to an engine: traits that a vendor implements on its own data.
//!
//! A capability that is not granted answers as if there were no data behind it. Ids are not authority: the runtime
//! refuses a question about another account than the call's before an implementation sees it, and an implementation
//! answers for the tenant of the call alone.
//!
//! Answers are `Arc`s because the guest and the recording share them; an implementation may keep one and return it again.
//! Write the methods as `async fn`; their futures must be `Send`.

use crate::error::Cause;
use crate::permit::Permit;
use crate::recording::{Provenance, Recording};
use baton_facts::errors::{DraftingError, LookupError, SendingError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Message, Timestamp};
use std::sync::Arc;

/// The tenant and account on whose behalf a call runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallContext {
    /// Counts up within the process; for logs.
    pub number: u64,
    /// The customer of the CRM vendor who owns the data. Empty if there is only one.
    pub tenant: String,
    /// The account that the call is about. `None` in `discover`.
    pub account: Option<String>,
}

impl CallContext {
    /// Creates a context. The runtime makes its own; this is for tests of a capability.
    pub fn new(number: u64, tenant: impl Into<String>, account: Option<String>) -> Self {
        Self { number, tenant: tenant.into(), account }
    }
}

/// A capability's error: one part for the component, one for the log.
#[derive(Debug)]
pub struct CapabilityError<E> {
    /// Returned to the component and recorded: no internals, no secrets.
    pub reported: E,
    /// Written to the log.
    pub cause: Option<Cause>,
}

impl<E> CapabilityError<E> {
    /// Creates an error with its cause.
    pub fn caused_by(reported: E, cause: impl Into<Cause>) -> Self {
        Self { reported, cause: Some(cause.into()) }
    }
}

impl<E> From<E> for CapabilityError<E> {
    fn from(reported: E) -> Self {
        Self { reported, cause: None }
    }
}

/// The contract's interface `research`.
pub trait Research: Send + Sync {
    /// Returns a page of at most 100 accounts that may fit, in a stable order.
    fn search(
        &self,
        call: &CallContext,
        customer: &IdealCustomer,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Arc<Found>, CapabilityError<LookupError>>> + Send;

    /// Returns the account with its signals observed since that time, newest first.
    fn look_up(
        &self,
        call: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> impl Future<Output = Result<Arc<Dossier>, CapabilityError<LookupError>>> + Send;
}

/// The contract's interface `contacts`.
pub trait Contacts: Send + Sync {
    /// Returns every contact at the account in a stable order, each with every earlier touch, oldest first.
    fn find(
        &self,
        call: &CallContext,
        account: &str,
    ) -> impl Future<Output = Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>>> + Send;
}

/// A draft, with the recording of the call if a component wrote it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DraftAnswer {
    /// The draft.
    pub draft: Arc<Draft>,
    /// Stored beside the engine's recording.
    pub recording: Option<Recording>,
}

impl DraftAnswer {
    /// Creates an answer without a recording.
    pub fn new(draft: Arc<Draft>) -> Self {
        Self { draft, recording: None }
    }

    /// Adds the recording of the call that wrote the draft.
    #[must_use]
    pub fn with_recording(self, recording: Recording) -> Self {
        Self { recording: Some(recording), ..self }
    }
}

/// The contract's interface `drafting`. [`crate::Drafter`] implements it.
pub trait Drafting: Send + Sync {
    /// Writes a draft for the brief.
    fn write(
        &self,
        call: &CallContext,
        brief: Arc<Brief>,
    ) -> impl Future<Output = Result<DraftAnswer, CapabilityError<DraftingError>>> + Send;

    /// Returns the author of the drafts. Part of a stream's fingerprint: evidence of quality does not carry over to
    /// another drafter.
    fn provenance(&self) -> Provenance;
}

/// The contract's interface `sending`: the host's outbox.
pub trait Sending: Send + Sync {
    /// Marks the outbox entry of this permit as authorized; durable before it returns. A worker transmits later, outside
    /// any call, and again checks suppression, replies, daily limits and whether all sending is stopped.
    ///
    /// The runtime has checked that the permit is unused and made for this exact message.
    fn authorize(
        &self,
        call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> impl Future<Output = Result<(), CapabilityError<SendingError>>> + Send;
}
