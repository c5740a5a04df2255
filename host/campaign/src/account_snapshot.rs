//! The facts about one account, read once for the work on it.
//!
//! The engine's look-ups are answered from the snapshot, and the fingerprint that is saved with the outcome is the
//! snapshot's. So a fact that changes during a run cannot be in one and missing from the other.

use crate::capabilities::CrmCapabilities;
use baton_desk::packages::Fingerprint;
use baton_desk::{Desk, DeskError};
use baton_facts::errors::LookupError;
use baton_facts::packages::{Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Id, Timestamp};
use baton_runtime::{CallContext, CapabilityError, Contacts, Research};
use std::sync::Arc;

/// The account with every signal, its people with every touch, with the desk's suppressions.
pub(crate) struct AccountSnapshot {
    source: Arc<CrmCapabilities>,
    account: Id,
    dossier: Option<Dossier>,
    people: Option<Arc<Vec<Candidate>>>,
}

impl AccountSnapshot {
    /// Reads the facts about the account.
    ///
    /// # Errors
    /// [`DeskError::Store`] if the store fails.
    pub async fn read(source: &Arc<CrmCapabilities>, account: &str) -> Result<Self, DeskError> {
        Ok(Self {
            dossier: source.dossier(account, 0).await?,
            people: source.people(account).await?.map(Arc::new),
            account: account.to_owned(),
            source: Arc::clone(source),
        })
    }

    /// Returns the fingerprint of these facts together with the rest that the work depends on.
    pub fn fingerprint(&self, desk: &Desk, rest: &str) -> Fingerprint {
        // Records of the contract always have a JSON form.
        let facts = serde_json::to_string(&(&self.dossier, &self.people)).unwrap_or_default();
        desk.fingerprint(&[&facts, rest])
    }
}

impl Research for AccountSnapshot {
    async fn search(
        &self,
        call: &CallContext,
        customer: &IdealCustomer,
        cursor: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>> {
        self.source.search(call, customer, cursor).await
    }

    async fn look_up(
        &self,
        call: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
        if account != self.account {
            return self.source.look_up(call, account, since).await;
        }
        let mut dossier = self.dossier.clone().ok_or(LookupError::NotFound)?;
        dossier.signals.retain(|signal| signal.observed_at >= since);
        Ok(Arc::new(dossier))
    }
}

impl Contacts for AccountSnapshot {
    async fn find(
        &self,
        call: &CallContext,
        account: &str,
    ) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>> {
        if account != self.account {
            return self.source.find(call, account).await;
        }
        Ok(self.people.clone().ok_or(LookupError::NotFound)?)
    }
}
