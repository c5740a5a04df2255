//! The facts of one export, looked up by account.
//!
//! Nothing changes after the load, so that every lookup of one account returns the same records.

use std::collections::HashMap;

use baton_facts::{
    packages::{Candidate, Dossier},
    types::{Account, Suppression, Timestamp},
};
use baton_model::address::EmailAddress;

use super::find::{self, AccountNotFound};
use super::store::FactTable;

/// The facts of one export. Read-only.
#[derive(Debug)]
pub struct Crm {
    pub(super) store: FactTable,
}

impl Crm {
    /// Returns the number of accounts.
    pub fn len(&self) -> usize {
        self.store.accounts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.store.accounts.is_empty()
    }

    /// Returns the number of contacts.
    pub fn contacts_len(&self) -> usize {
        self.store.contacts.len()
    }

    /// Returns every account, in the order of the file.
    pub fn accounts(&self) -> impl Iterator<Item = Account> + '_ {
        self.accounts_from(0)
    }

    /// Returns the accounts from the n-th on, in the order of the file, for paging.
    pub fn accounts_from(&self, start: usize) -> impl Iterator<Item = Account> + '_ {
        (start..self.len()).filter_map(|index| self.store.account(index as u32))
    }

    /// Returns the account with this id.
    pub fn account(&self, id: &str) -> Option<Account> {
        self.store.account(self.index(id)?)
    }

    /// Returns the account and its signals observed at `since` or later, newest first.
    pub fn dossier(&self, id: &str, since: Timestamp) -> Option<Dossier> {
        let index = self.index(id)?;
        let signals = self.store.signals(index).take_while(|signal| signal.observed_at >= since).collect();
        Some(Dossier { account: self.store.account(index)?, signals })
    }

    /// Returns the account's contacts in the order of the file, each with all earlier touches, oldest first.
    pub fn candidates(&self, id: &str) -> Option<Vec<Candidate>> {
        let contacts = self.store.contacts(self.index(id)?);
        let candidate = |(index, contact)| Candidate { contact, history: self.store.touches(index).collect() };
        Some(contacts.map(candidate).collect())
    }

    /// Returns the addresses of the account's people beside those in their records, by contact id.
    pub fn further_addresses(&self, id: &str) -> HashMap<String, Vec<EmailAddress>> {
        let contacts = self.index(id).into_iter().flat_map(|account| self.store.contacts(account));
        let further = contacts.filter_map(|(index, contact)| {
            let texts = self.store.links.addresses(index).map(|address| self.store.strings.get(address));
            let addresses: Vec<EmailAddress> = texts.filter_map(|address| address.parse().ok()).collect();
            (!addresses.is_empty()).then_some((contact.id, addresses))
        });
        further.collect()
    }

    /// Finds an account as a person types it: by id, domain, link or name, ignoring case.
    ///
    /// # Errors
    /// [`AccountNotFound`] with suggestions if no account or more than one matches.
    pub fn find_account(&self, text: &str) -> Result<Account, AccountNotFound> {
        find::account(&self.store, text)
    }

    /// Returns the strictest suppression of this address or its domain, whether or not a contact has the address.
    pub fn suppression(&self, address: &str) -> Option<Suppression> {
        self.store.suppressions.of_address(address, &self.store.strings)
    }

    fn index(&self, id: &str) -> Option<u32> {
        let id = self.store.strings.symbol(id)?;
        let index = *self.store.by_exact_id.get(&id)?;
        Some(index)
    }
}
