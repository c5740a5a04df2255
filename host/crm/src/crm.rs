//! The facts of one export, looked up by account.
//!
//! Nothing here changes after the load, so that every lookup of one account gives the same records.

use baton_facts::{
    packages::{Candidate, Dossier},
    types::{Account, Suppression, Timestamp},
};

use super::find::{self, NotFound};
use super::store::Store;

/// The facts of one export. Read-only.
#[derive(Debug)]
pub struct Crm {
    pub(super) store: Store,
}

impl Crm {
    /// How many accounts there are.
    pub fn len(&self) -> usize {
        self.store.accounts.len()
    }

    /// Whether there is no account.
    pub fn is_empty(&self) -> bool {
        self.store.accounts.is_empty()
    }

    /// How many contacts there are.
    pub fn contacts_len(&self) -> usize {
        self.store.contacts.len()
    }

    /// Every account, in the order of the file.
    pub fn accounts(&self) -> impl Iterator<Item = Account> + '_ {
        self.accounts_from(0)
    }

    /// The accounts from the n-th on, in the order of the file: what a search pages through.
    pub fn accounts_from(&self, start: usize) -> impl Iterator<Item = Account> + '_ {
        (start..self.len()).filter_map(|index| self.store.account(index as u32))
    }

    /// The account with this id.
    pub fn account(&self, id: &str) -> Option<Account> {
        self.store.account(self.index(id)?)
    }

    /// The account and what was observed there at `since` or later, newest first.
    pub fn dossier(&self, id: &str, since: Timestamp) -> Option<Dossier> {
        let index = self.index(id)?;
        let signals = self.store.signals(index).take_while(|signal| signal.observed_at >= since).collect();
        Some(Dossier { account: self.store.account(index)?, signals })
    }

    /// Everybody at the account in the order of the file, each with every earlier touch, oldest first.
    pub fn candidates(&self, id: &str) -> Option<Vec<Candidate>> {
        let contacts = self.store.contacts(self.index(id)?);
        let candidate = |(index, contact)| Candidate { contact, history: self.store.touches(index).collect() };
        Some(contacts.map(candidate).collect())
    }

    /// The account that a person means: by id, domain, link or name, in any case.
    ///
    /// # Errors
    /// [`NotFound`] with what may have been meant, when no account or more than one fits.
    pub fn find_account(&self, text: &str) -> Result<Account, NotFound> {
        find::account(&self.store, text)
    }

    /// The strictest order not to write to this address or its domain, whether or not a contact has it.
    pub fn suppression(&self, address: &str) -> Option<Suppression> {
        self.store.suppressions.of_address(address, &self.store.strings)
    }

    fn index(&self, id: &str) -> Option<u32> {
        let id = self.store.strings.find(id)?;
        let index = *self.store.index_of.get(&id)?;
        Some(index)
    }
}
