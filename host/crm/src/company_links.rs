//! Companies that several records are about. The strictest record counts for each of them: one customer holds the others,
//! with the reason.
//!
//! Records are of one company if their hosts are the same or one is below the other, if they have the same name and one of
//! them has no website, or if one is the other's parent. Values from another record do not pass on to a third one.

use std::collections::HashMap;

use baton_facts::types::{Engagement, Relation, Timestamp};
use baton_model::address::Domain;
use baton_model::websites::is_same_or_below;

use super::accounts::{AccountIndex, name_key};
use super::interned::Symbol;
use super::store::FactTable;

/// The maximum number of records that are compared as one company.
const RECORDS_MAX: usize = 500;

/// The company that sends: its records are not prospects, and its people are colleagues.
#[derive(Debug, Clone, Default)]
pub struct OwnCompany {
    /// The domains of the senders' addresses.
    pub domains: Vec<Domain>,
    /// The names of the senders' company.
    pub names: Vec<String>,
}

impl OwnCompany {
    pub(super) fn has(&self, host: &Domain) -> bool {
        self.domains.iter().any(|domain| is_same_or_below(host, domain))
    }
}

/// The comparison of records: the restriction of each one, and its links by name or as a parent.
pub(super) struct CompanyLinks {
    /// A fragment that names the account with its restriction, such as `the customer "Contoso"`.
    restricted: HashMap<u32, String>,
    /// Parents and children of an account, each with the words for it.
    family: HashMap<u32, Vec<(u32, &'static str)>>,
}

/// A value of another record of the company that counts for an account.
struct Stricter {
    account: u32,
    unclear: Vec<String>,
    owner: Option<Symbol>,
    last_activity: Option<Timestamp>,
}

impl CompanyLinks {
    pub(super) fn of(store: &FactTable, accounts: &AccountIndex) -> Self {
        Self { restricted: restricted(store), family: family(store, accounts) }
    }

    /// Returns the restriction of the first of these accounts that has one.
    pub(super) fn first_restricted(&self, accounts: impl IntoIterator<Item = u32>) -> Option<&str> {
        accounts.into_iter().find_map(|account| self.restricted.get(&account)).map(String::as_str)
    }

    /// Returns whether the two are records of one company by name or as parent and child.
    pub(super) fn are_linked(&self, store: &FactTable, one: u32, other: u32) -> bool {
        let name = |account: u32| name_key(store.strings.get(store.accounts[account as usize].name));
        self.family.get(&one).is_some_and(|family| family.iter().any(|(account, _)| *account == other))
            || name(one) == name(other)
    }

    /// Makes the strictest record of a company count for each of its records, and holds the records of the own company.
    pub(super) fn apply(&self, store: &mut FactTable, own: &OwnCompany) {
        let names: Vec<String> = own.names.iter().map(|name| name_key(name)).filter(|name| !name.is_empty()).collect();
        let all = (0..store.accounts.len() as u32).filter_map(|account| self.compare(store, account, own, &names));
        let all: Vec<Stricter> = all.collect();
        for Stricter { account, unclear, owner, last_activity } in all {
            unclear.into_iter().for_each(|text| store.unclear.add_to_account(account, text));
            let record = &mut store.accounts[account as usize];
            record.owner = owner;
            record.last_activity = last_activity;
        }
    }

    fn compare(&self, store: &FactTable, account: u32, own: &OwnCompany, own_names: &[String]) -> Option<Stricter> {
        let record = &store.accounts[account as usize];
        let name = store.strings.get(record.name);
        let host = host(store, account);
        let mut unclear = Vec::new();
        match &host {
            Some(host) if own.has(host) => unclear.push(format!("{} is our own domain", host.unicode())),
            _ if own_names.contains(&name_key(name)) => unclear.push(format!("\"{name}\" is our own company")),
            _ => {}
        }
        let at_host = host.map(|host| store.hosts.company(&host, &store.strings)).unwrap_or_default();
        let namesakes = namesakes(store, account);
        let mut links: Vec<(u32, &str)> = Vec::new();
        for (others, how) in [(at_host, "has the same domain"), (namesakes, "has the same name")] {
            if others.len() > RECORDS_MAX {
                unclear.push(format!("each of {} records {how}", others.len()));
            } else {
                links.extend(others.into_iter().map(|other| (other, how)));
            }
        }
        links.extend(self.family.get(&account).into_iter().flatten());
        links.retain(|(other, _)| *other != account);

        let mut owner = record.owner;
        let mut last_activity = record.last_activity;
        let is_same = |one, other| store.strings.get(one).eq_ignore_ascii_case(store.strings.get(other));
        for (other, how) in links {
            unclear.extend(self.restricted.get(&other).map(|other| format!("{other} {how}")));
            let other = &store.accounts[other as usize];
            last_activity = last_activity.max(other.last_activity);
            match (owner, other.owner) {
                (Some(ours), Some(theirs)) if !is_same(ours, theirs) => {
                    let [other, theirs] = [other.name, theirs].map(|text| store.strings.get(text));
                    unclear.push(format!("{theirs} owns \"{other}\", which {how}"));
                }
                (ours, theirs) => owner = ours.or(theirs),
            }
        }
        let changed = !unclear.is_empty() || owner != record.owner || last_activity != record.last_activity;
        changed.then_some(Stricter { account, unclear, owner, last_activity })
    }
}

/// Returns what each record itself forbids.
fn restricted(store: &FactTable) -> HashMap<u32, String> {
    let mut restricted = HashMap::new();
    for (account, record) in (0..).zip(&store.accounts) {
        let name = store.strings.get(record.name);
        let described = match record.relation {
            Relation::Customer => format!("the customer \"{name}\""),
            Relation::Competitor => format!("the competitor \"{name}\""),
            Relation::Partner => format!("the partner \"{name}\""),
            _ if store.suppressions.of_record(account).is_some() => format!("the suppressed account \"{name}\""),
            _ if record.open_opportunity => format!("\"{name}\" with an open opportunity"),
            _ if !store.unclear.of_account(account).is_empty() => format!("\"{name}\" with an unclear record"),
            _ => continue,
        };
        restricted.insert(account, described);
    }
    for contact in store.contacts.iter().filter(|contact| contact.engagement == Engagement::InConversation) {
        let name = store.strings.get(store.accounts[contact.account as usize].name);
        let described = || format!("\"{name}\" with a person in conversation");
        restricted.entry(contact.account).or_insert_with(described);
    }
    restricted
}

fn family(store: &FactTable, accounts: &AccountIndex) -> HashMap<u32, Vec<(u32, &'static str)>> {
    let mut family: HashMap<u32, Vec<(u32, &'static str)>> = HashMap::new();
    for (child, record) in (0..).zip(&store.accounts) {
        let Some(named) = record.parents else { continue };
        for text in store.strings.get(named).split(';').map(str::trim) {
            let parent = accounts.find_id(store, text).or_else(|| accounts.find_name(store, text).unique());
            if let Some(parent) = parent.filter(|parent| *parent != child) {
                family.entry(child).or_default().push((parent, "is its parent company"));
                family.entry(parent).or_default().push((child, "is its subsidiary"));
            }
        }
    }
    family
}

/// Returns the records of the same name that may be the same company: two that have a website each are not, since they
/// would be compared by it.
fn namesakes(store: &FactTable, account: u32) -> Vec<u32> {
    let record = &store.accounts[account as usize];
    let key = store.strings.symbol(&name_key(store.strings.get(record.name)));
    let all = key.and_then(|key| store.by_name.get(&key)).map_or(&[][..], Vec::as_slice);
    let lacks_host = |other: &u32| store.accounts[*other as usize].host.is_none();
    all.iter().copied().filter(|other| record.host.is_none() || lacks_host(other)).collect()
}

fn host(store: &FactTable, account: u32) -> Option<Domain> {
    store.strings.get(store.accounts[account as usize].host?).parse().ok()
}
