//! The reference CRM's facts, read from an export: accounts, contacts, signals, touches and suppressions.
//!
//! Everything is read once and then never changes; the same files give the same facts in the same order. Rows that
//! cannot be used are set aside with file, line and reason, values that cannot be read are noted, and the rest goes on:
//! see [`LoadReport`]. Only what makes a whole file useless is a [`LoadError`].

mod accounts;
mod contacts;
pub mod dates;
pub mod encoding;
mod error;
mod find;
mod hubspot;
mod load;
pub mod places;
pub mod records;
pub mod rejects;
mod salesforce;
mod signals;
mod soft;
pub mod source;
mod store;
mod suppressions;
mod table;
#[cfg(test)]
mod tests;
mod touches;
pub mod values;

use baton_facts::{
    packages::{Candidate, Dossier},
    types::{Account, Suppression, Timestamp},
};

pub use error::LoadError;
pub use find::NotFound;
pub use load::{Loaded, Options};
pub use rejects::{FileReport, LoadReport, Note, Reason, Reject};
pub use source::{ColumnMap, ColumnMaps, CrmSource, Format};

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The file being read, as the configuration names it.
    pub file: &'a str,
    /// Bytes read so far, over all files.
    pub read: u64,
    /// Bytes of all files.
    pub total: u64,
}

/// The facts of one export. Read-only.
#[derive(Debug)]
pub struct Crm {
    store: store::Store,
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

/// Tells how far reading has come, at most once for each 256 KiB.
struct Progress<'a> {
    tell: &'a mut dyn FnMut(Reading<'_>),
    before: u64,
    told: u64,
    total: u64,
}

impl Progress<'_> {
    fn at(&mut self, file: &str, read: u64) {
        const STEP: u64 = 256 << 10;
        let read = self.before + read;
        if read >= self.told + STEP {
            self.told = read;
            (self.tell)(Reading { file, read: read.min(self.total), total: self.total });
        }
    }

    fn done(&mut self, file: &str, bytes: u64) {
        self.before += bytes;
        self.told = self.before;
        (self.tell)(Reading { file, read: self.before.min(self.total), total: self.total });
    }
}
