//! The suppressions of an export, looked up by account, contact, address or domain.

use std::collections::HashMap;

use baton_facts::types::{Suppression, SuppressionReason};
use baton_model::address::{Domain, EmailAddress};

use super::interned::{StringTable, Symbol};

/// All suppressions.
#[derive(Debug, Default)]
pub(super) struct SuppressionIndex {
    addresses: HashMap<Symbol, Suppression>,
    domains: HashMap<Symbol, Suppression>,
    accounts: HashMap<u32, Suppression>,
    contacts: HashMap<u32, Suppression>,
}

impl SuppressionIndex {
    pub(super) fn add_address(&mut self, address: Symbol, order: Suppression) {
        add(&mut self.addresses, address, order);
    }

    pub(super) fn add_domain(&mut self, domain: Symbol, order: Suppression) {
        add(&mut self.domains, domain, order);
    }

    pub(super) fn add_account(&mut self, account: u32, order: Suppression) {
        add(&mut self.accounts, account, order);
    }

    pub(super) fn add_contact(&mut self, contact: u32, order: Suppression) {
        add(&mut self.contacts, contact, order);
    }

    /// Returns the suppression of the account's own record.
    pub(super) fn of_record(&self, account: u32) -> Option<Suppression> {
        self.accounts.get(&account).copied()
    }

    /// Returns the strictest suppression of the account or its domain.
    pub(super) fn of_account(&self, account: u32, domain: Option<&str>, strings: &StringTable) -> Option<Suppression> {
        let own = self.accounts.get(&account).copied();
        own.into_iter().chain(domain.and_then(|domain| self.of_domain(domain, strings))).reduce(stricter)
    }

    /// Returns the strictest suppression of the contact, of any of the person's addresses or of their domains.
    pub(super) fn of_contact<'a>(
        &self,
        contact: u32,
        addresses: impl Iterator<Item = &'a str>,
        strings: &StringTable,
    ) -> Option<Suppression> {
        let own = self.contacts.get(&contact).copied();
        own.into_iter().chain(addresses.filter_map(|address| self.of_address(address, strings))).reduce(stricter)
    }

    /// Returns the strictest suppression of the address or its domain, whether or not a contact has the address.
    pub(super) fn of_address(&self, address: &str, strings: &StringTable) -> Option<Suppression> {
        let address: EmailAddress = address.parse().ok()?;
        let exact = strings.symbol(address.as_compared()).and_then(|address| self.addresses.get(&address)).copied();
        exact.into_iter().chain(self.of_parsed_domain(&address.domain(), strings)).reduce(stricter)
    }

    fn of_domain(&self, domain: &str, strings: &StringTable) -> Option<Suppression> {
        self.of_parsed_domain(&domain.parse().ok()?, strings)
    }

    fn of_parsed_domain(&self, domain: &Domain, strings: &StringTable) -> Option<Suppression> {
        let orders = domain.with_parents().filter_map(|name| self.domains.get(&strings.symbol(name)?)).copied();
        orders.reduce(stricter)
    }
}

fn add<K: std::hash::Hash + Eq>(orders: &mut HashMap<K, Suppression>, key: K, order: Suppression) {
    orders.entry(key).and_modify(|known| *known = stricter(*known, order)).or_insert(order);
}

/// Returns the suppression that lasts longer; if both last equally long, the one with the more serious reason.
fn stricter(one: Suppression, other: Suppression) -> Suppression {
    let rank = |order: &Suppression| {
        let weight = match order.reason {
            SuppressionReason::Complaint => 4,
            SuppressionReason::OptedOut => 3,
            SuppressionReason::Bounced => 2,
            SuppressionReason::Listed => 1,
            SuppressionReason::Other => 0,
        };
        (order.until.unwrap_or(i64::MAX), weight)
    };
    if rank(&other) > rank(&one) { other } else { one }
}
