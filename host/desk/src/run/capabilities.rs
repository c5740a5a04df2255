//! The CRM as an engine sees it: research and contacts, read-only.

use crate::crm::Crm;
use async_trait::async_trait;
use baton_facts::errors::LookupError;
use baton_facts::packages::{Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::Timestamp;
use baton_runtime::{Call, Contacts, Fault, Research};
use std::sync::Arc;

/// Accounts in one page of a search: what the contract allows at the most.
pub(super) const PAGE: usize = 100;

/// How far back a search brings signals: the longest an angle may ask for is far less.
const SEARCH_SINCE: Timestamp = 0;

/// The CRM's data behind the runtime's capability traits.
pub struct CrmCapabilities(pub Arc<Crm>);

#[async_trait]
impl Research for CrmCapabilities {
    async fn search(
        &self,
        _: &Call,
        _: &IdealCustomer,
        cursor: Option<&str>,
    ) -> Result<Arc<Found>, Fault<LookupError>> {
        let start: usize = match cursor {
            None => 0,
            Some(cursor) => cursor.parse().map_err(|_| LookupError::NotFound)?,
        };
        let accounts = self.0.accounts_from(start).take(PAGE);
        let dossiers: Vec<Dossier> = accounts.filter_map(|account| self.0.dossier(&account.id, SEARCH_SINCE)).collect();
        let next = start.saturating_add(PAGE);
        Ok(Arc::new(Found { dossiers, next: (next < self.0.len()).then(|| next.to_string()) }))
    }

    async fn look_up(&self, _: &Call, account: &str, since: Timestamp) -> Result<Arc<Dossier>, Fault<LookupError>> {
        Ok(self.0.dossier(account, since).map(Arc::new).ok_or(LookupError::NotFound)?)
    }
}

#[async_trait]
impl Contacts for CrmCapabilities {
    async fn find(&self, _: &Call, account: &str) -> Result<Arc<Vec<Candidate>>, Fault<LookupError>> {
        Ok(self.0.candidates(account).map(Arc::new).ok_or(LookupError::NotFound)?)
    }
}
