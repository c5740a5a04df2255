//! The unclear parts of accounts and contacts, which hold them: values that decide whether somebody may be contacted and
//! that cannot be read, or that contradict each other.

use std::collections::HashMap;

/// The maximum number of texts for one record; the first ones tell enough to correct it.
const TEXTS_MAX: usize = 10;

/// The unclear parts by record.
#[derive(Debug, Default)]
pub(super) struct UnclearFacts {
    accounts: HashMap<u32, Vec<String>>,
    contacts: HashMap<u32, Vec<String>>,
}

impl UnclearFacts {
    /// Adds a fragment such as `the type "Kundin" is not a known word`, without a full stop.
    pub(super) fn add_to_account(&mut self, account: u32, text: String) {
        add(self.accounts.entry(account).or_default(), text);
    }

    /// Adds a fragment such as `the lead status is "Unqualified"`, without a full stop.
    pub(super) fn add_to_contact(&mut self, contact: u32, text: String) {
        add(self.contacts.entry(contact).or_default(), text);
    }

    pub(super) fn of_account(&self, account: u32) -> Vec<String> {
        self.accounts.get(&account).cloned().unwrap_or_default()
    }

    pub(super) fn of_contact(&self, contact: u32) -> Vec<String> {
        self.contacts.get(&contact).cloned().unwrap_or_default()
    }
}

fn add(texts: &mut Vec<String>, text: String) {
    if texts.len() < TEXTS_MAX && !texts.contains(&text) {
        texts.push(text);
    }
}
