//! The engine's capabilities: research and contacts from the CRM, read-only, with the desk's own data added.

use baton_crm::Crm;
use baton_desk::Desk;
use baton_desk::DeskError;
use baton_facts::errors::LookupError;
use baton_facts::packages::{Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::Timestamp;
use baton_runtime::{CallContext, CapabilityError, Contacts, Research};
use std::sync::Arc;

/// Accounts in one page of a search: the maximum of the contract.
pub(super) const PAGE: usize = 100;

/// A search returns signals of any age: the maximum age of an angle is far less than this.
const SEARCH_SINCE: Timestamp = 0;

/// The data behind the runtime's capability traits.
#[derive(Clone)]
pub struct CrmCapabilities {
    /// The export.
    pub crm: Arc<Crm>,
    /// Adds suppressions and messages sent by Baton. Without a desk, only the export counts.
    pub desk: Option<Desk>,
    /// The time at which suppressions are evaluated.
    pub now: Timestamp,
}

impl CrmCapabilities {
    /// Returns the account with its signals from `since` on. `None` if the CRM does not have it.
    ///
    /// # Errors
    /// [`DeskError::Store`] if the store fails.
    pub async fn dossier(&self, account: &str, since: Timestamp) -> Result<Option<Dossier>, DeskError> {
        let Some(mut dossier) = self.crm.dossier(account, since) else { return Ok(None) };
        if let Some(desk) = &self.desk {
            desk.add_to_account(&mut dossier.account, self.now).await?;
        }
        Ok(Some(dossier))
    }

    /// Returns the people at the account with every touch. `None` if the CRM does not have the account.
    ///
    /// # Errors
    /// [`DeskError::Store`] if the store fails.
    pub async fn people(&self, account: &str) -> Result<Option<Vec<Candidate>>, DeskError> {
        let Some(mut people) = self.crm.candidates(account) else { return Ok(None) };
        if let Some(desk) = &self.desk {
            let further = self.crm.further_addresses(account);
            desk.add_to_people(account, &mut people, &further, self.now).await?;
        }
        Ok(Some(people))
    }
}

impl Research for CrmCapabilities {
    async fn search(
        &self,
        _: &CallContext,
        _: &IdealCustomer,
        cursor: Option<&str>,
    ) -> Result<Arc<Found>, CapabilityError<LookupError>> {
        let start: usize = match cursor {
            None => 0,
            Some(cursor) => cursor.parse().map_err(|_| LookupError::NotFound)?,
        };
        let mut dossiers = Vec::new();
        for account in self.crm.accounts_from(start).take(PAGE) {
            dossiers.extend(self.dossier(&account.id, SEARCH_SINCE).await.map_err(unavailable)?);
        }
        let next = start.saturating_add(PAGE);
        Ok(Arc::new(Found { dossiers, next: (next < self.crm.len()).then(|| next.to_string()) }))
    }

    async fn look_up(
        &self,
        _: &CallContext,
        account: &str,
        since: Timestamp,
    ) -> Result<Arc<Dossier>, CapabilityError<LookupError>> {
        let dossier = self.dossier(account, since).await.map_err(unavailable)?;
        Ok(dossier.map(Arc::new).ok_or(LookupError::NotFound)?)
    }
}

impl Contacts for CrmCapabilities {
    async fn find(&self, _: &CallContext, account: &str) -> Result<Arc<Vec<Candidate>>, CapabilityError<LookupError>> {
        let people = self.people(account).await.map_err(unavailable)?;
        Ok(people.map(Arc::new).ok_or(LookupError::NotFound)?)
    }
}

fn unavailable(error: DeskError) -> CapabilityError<LookupError> {
    CapabilityError::caused_by(LookupError::Unavailable(None), error)
}
