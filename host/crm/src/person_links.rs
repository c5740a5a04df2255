//! Further data of a person beside the own record: further addresses, further companies, and doubts about the address.

use std::collections::HashMap;

use super::interned::Symbol;

/// The links by contact.
#[derive(Debug, Default)]
pub(super) struct PersonLinks {
    /// Every address of a person who has more than one, as they are compared.
    addresses: HashMap<u32, Vec<Symbol>>,
    companies: HashMap<u32, Vec<u32>>,
    doubts: HashMap<u32, Vec<String>>,
}

impl PersonLinks {
    pub(super) fn add_address(&mut self, contact: u32, address: Symbol) {
        add(&mut self.addresses, contact, address);
    }

    pub(super) fn add_companies(&mut self, contact: u32, accounts: Vec<u32>) {
        accounts.into_iter().for_each(|account| add(&mut self.companies, contact, account));
    }

    /// Adds a fragment such as `the address is at gmail.com, where anybody can have one`, without a full stop.
    pub(super) fn add_doubt(&mut self, contact: u32, text: String) {
        add(&mut self.doubts, contact, text);
    }

    pub(super) fn addresses(&self, contact: u32) -> impl Iterator<Item = Symbol> + '_ {
        self.addresses.get(&contact).into_iter().flatten().copied()
    }

    /// Returns the other accounts that a row names for the person.
    pub(super) fn companies(&self, contact: u32) -> &[u32] {
        self.companies.get(&contact).map_or(&[], Vec::as_slice)
    }

    pub(super) fn doubts(&self, contact: u32) -> Vec<String> {
        self.doubts.get(&contact).cloned().unwrap_or_default()
    }
}

fn add<T: PartialEq>(of: &mut HashMap<u32, Vec<T>>, contact: u32, value: T) {
    let values = of.entry(contact).or_default();
    if !values.contains(&value) {
        values.push(value);
    }
}
