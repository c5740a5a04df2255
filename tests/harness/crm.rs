//! A CRM in memory: one account with its signals and contacts, and counters of the calls.

use baton_facts::errors::{DraftingError, LookupError, SendingError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Message, Timestamp};
use baton_runtime::{
    CallContext, CapabilityError, Contacts, DraftAnswer, Drafting, Permit, Provenance, Research, Sending,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The number of calls to each capability.
#[derive(Default)]
pub struct CallCounter(AtomicUsize);

impl CallCounter {
    pub fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn up(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

pub struct Crm {
    pub dossier: Arc<Dossier>,
    pub candidates: Arc<Vec<Candidate>>,
    pub reached: CallCounter,
    /// If set, the answer to every look-up.
    pub refusal: Option<LookupError>,
}

impl Crm {
    fn dossier(&self, account: &str, since: Timestamp) -> Result<Arc<Dossier>, LookupError> {
        self.reached.up();
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        if account != self.dossier.account.id {
            return Err(LookupError::NotFound);
        }
        if self.dossier.signals.iter().all(|signal| signal.observed_at >= since) {
            return Ok(Arc::clone(&self.dossier));
        }
        let mut dossier = Dossier::clone(&self.dossier);
        dossier.signals.retain(|signal| signal.observed_at >= since);
        Ok(Arc::new(dossier))
    }

    fn people(&self, account: &str) -> Result<Arc<Vec<Candidate>>, LookupError> {
        self.reached.up();
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        if account == self.dossier.account.id { Ok(Arc::clone(&self.candidates)) } else { Err(LookupError::NotFound) }
    }

    fn page(&self) -> Result<Arc<Found>, LookupError> {
        self.reached.up();
        match &self.refusal {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(Arc::new(Found { dossiers: vec![Dossier::clone(&self.dossier)], next: None })),
        }
    }
}

impl Research for Crm {
    async fn search(
        &self,
        _: &CallContext,
        _: &IdealCustomer,
        _: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>> {
        Ok(self.page()?)
    }

    async fn look_up(
        &self,
        _: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
        Ok(self.dossier(account, since)?)
    }
}

impl Contacts for Crm {
    async fn find(&self, _: &CallContext, account: &str) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>> {
        Ok(self.people(account)?)
    }
}

/// Implements the capabilities for the logic as a library. The logic owns its inputs, so answers are cloned.
impl baton_core::Capabilities for &Crm {
    fn search(&mut self, _: &IdealCustomer, _: Option<&str>) -> Result<Found, LookupError> {
        self.page().map(|found| Found::clone(&found))
    }

    fn look_up(&mut self, account: &str, since: Timestamp) -> Result<Dossier, LookupError> {
        self.dossier(account, since).map(|dossier| Dossier::clone(&dossier))
    }

    fn find(&mut self, account: &str) -> Result<Vec<Candidate>, LookupError> {
        self.people(account).map(|people| Vec::clone(&people))
    }

    fn write(&mut self, brief: &Brief) -> Result<Draft, DraftingError> {
        baton_core::template::write(brief)
    }
}

/// A capability that never answers.
pub struct Hanging;

impl Research for Hanging {
    async fn search(
        &self,
        _: &CallContext,
        _: &IdealCustomer,
        _: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>> {
        std::future::pending().await
    }

    async fn look_up(
        &self,
        _: &CallContext,
        _: &str,
        _: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
        std::future::pending().await
    }
}

/// A drafting capability that runs the reference drafter's template in the host's own process.
pub struct InProcess;

impl Drafting for InProcess {
    async fn write(&self, _: &CallContext, brief: Arc<Brief>) -> Result<DraftAnswer, CapabilityError<DraftingError>> {
        Ok(DraftAnswer::new(Arc::new(baton_core::template::write(&brief)?)))
    }

    fn provenance(&self) -> Provenance {
        Provenance::Host("template".into())
    }
}

/// A wrapper that counts the calls of another drafting capability.
pub struct CountingDrafting<D> {
    pub inner: D,
    pub reached: CallCounter,
}

impl<D> CountingDrafting<D> {
    pub fn new(inner: D) -> Self {
        Self { inner, reached: CallCounter::default() }
    }
}

impl<D: Drafting> Drafting for CountingDrafting<D> {
    async fn write(
        &self,
        call: &CallContext,
        brief: Arc<Brief>,
    ) -> Result<DraftAnswer, CapabilityError<DraftingError>> {
        self.reached.up();
        self.inner.write(call, brief).await
    }

    fn provenance(&self) -> Provenance {
        self.inner.provenance()
    }
}

/// An outbox in memory.
#[derive(Default)]
pub struct Outbox {
    /// The authorized messages with the ids of their permits, in order.
    pub released: Mutex<Vec<(String, Message)>>,
    /// If set, the answer to every message.
    pub refusal: Option<SendingError>,
}

impl Sending for Outbox {
    async fn authorize(
        &self,
        _: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone().into());
        }
        let mut released = self.released.lock().expect("no test panics while it writes");
        released.push((permit.id().to_owned(), message.clone()));
        Ok(())
    }
}
