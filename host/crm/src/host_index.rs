//! The accounts by the hosts of their websites.
//!
//! A host names its account, then the account whose host is above or below it. Hosts beside each other below one domain
//! name nobody: `dmv.state.example` is not the account at `dot.state.example`.

use std::collections::HashMap;

use baton_model::address::Domain;
use baton_model::domains::registrable_domain;

use super::interned::{StringTable, Symbol};

/// The index.
#[derive(Debug, Default)]
pub(super) struct HostIndex {
    at: HashMap<Symbol, Vec<u32>>,
    /// By each host above an account's own, up to the registrable domain.
    below: HashMap<Symbol, Vec<u32>>,
}

/// The result of a lookup by host or by name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AccountLookup {
    Unique(u32),
    /// Several accounts.
    Ambiguous(Vec<u32>),
    NotFound,
}

impl AccountLookup {
    pub(super) fn of(accounts: &[u32]) -> Self {
        match accounts {
            [] => Self::NotFound,
            [only] => Self::Unique(*only),
            several => Self::Ambiguous(several.to_vec()),
        }
    }

    pub(super) fn unique(&self) -> Option<u32> {
        match self {
            Self::Unique(account) => Some(*account),
            Self::Ambiguous(_) | Self::NotFound => None,
        }
    }

    /// Returns this result, or the other one if nothing was found.
    pub(super) fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::NotFound { other() } else { self }
    }

    pub(super) fn all(&self) -> &[u32] {
        match self {
            Self::Unique(account) => std::slice::from_ref(account),
            Self::Ambiguous(accounts) => accounts,
            Self::NotFound => &[],
        }
    }
}

impl HostIndex {
    pub(super) fn add(&mut self, host: &Domain, account: u32, strings: &mut StringTable) {
        let own = strings.intern(host.as_str());
        self.at.entry(own).or_default().push(account);
        for above in above(host) {
            self.below.entry(strings.intern(above)).or_default().push(account);
        }
    }

    /// Returns the accounts at exactly this host.
    pub(super) fn at(&self, host: Symbol) -> &[u32] {
        self.at.get(&host).map_or(&[], Vec::as_slice)
    }

    /// Finds the account that a host names.
    pub(super) fn find(&self, host: &Domain, strings: &StringTable) -> AccountLookup {
        self.nearest(host, strings).map_or(AccountLookup::NotFound, AccountLookup::of)
    }

    /// Returns the accounts at the host, else those at the nearest one above it, else those below it.
    fn nearest(&self, host: &Domain, strings: &StringTable) -> Option<&[u32]> {
        let symbol = |name: &str| strings.symbol(name);
        let mut hosts = std::iter::once(host.as_str()).chain(above(host));
        hosts
            .find_map(|name| self.at.get(&symbol(name)?))
            .or_else(|| self.below.get(&symbol(host.as_str())?))
            .map(Vec::as_slice)
    }

    /// Returns every account at the host, above it or below it: the records of one company.
    pub(super) fn company(&self, host: &Domain, strings: &StringTable) -> Vec<u32> {
        let symbol = |name: &str| strings.symbol(name);
        let hosts = std::iter::once(host.as_str()).chain(above(host));
        let at = hosts.filter_map(|name| self.at.get(&symbol(name)?));
        let below = symbol(host.as_str()).and_then(|host| self.below.get(&host));
        at.chain(below).flatten().copied().collect()
    }
}

/// Returns the hosts above this one, nearest first, up to the registrable domain.
fn above(host: &Domain) -> impl Iterator<Item = &str> {
    let top = registrable_domain(host.as_str()).len();
    host.with_parents().skip(1).take_while(move |name| name.len() >= top)
}
