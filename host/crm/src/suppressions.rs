//! Standing orders not to write: the suppression list, and what the contacts' own rows say.
//!
//! An address is matched in lower case and otherwise as it is written: `ann+x@` is not `ann@`. A domain covers every
//! name below it. An order that has lapsed is kept; whoever knows the time judges it.

use std::collections::HashMap;

use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};

use super::accounts::AccountIndex;
use super::dates;
use super::rejects::{Fault, Ledger, Reason, shown};
use super::store::{Store, Strings, Text};
use super::table::{Field, Row};
use super::values::squeezed;
use baton_model::domains;
use baton_model::domains::with_parents;

pub(super) const FIELDS: [Field; 4] = [
    Field { name: "value", headers: &["Value", "Email", "Email address", "Address", "Domain"], required: true },
    Field { name: "scope", headers: &["Scope"], required: false },
    Field { name: "reason", headers: &["Reason"], required: false },
    Field { name: "until", headers: &["Until", "Expires"], required: false },
];
const VALUE: usize = 0;
const SCOPE: usize = 1;
const REASON: usize = 2;
const UNTIL: usize = 3;

/// All standing orders.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    addresses: HashMap<Text, Suppression>,
    domains: HashMap<Text, Suppression>,
    accounts: HashMap<u32, Suppression>,
    contacts: HashMap<u32, Suppression>,
}

impl Suppressions {
    /// What the contact's own row says.
    pub(super) fn add_contact(&mut self, contact: u32, reason: SuppressionReason) {
        let order = Suppression { scope: SuppressionScope::Address, reason, until: None };
        add(&mut self.contacts, contact, order);
    }

    /// The strictest order on the account or on its domain.
    pub(super) fn of_account(&self, account: u32, domain: Option<&str>, strings: &Strings) -> Option<Suppression> {
        let own = self.accounts.get(&account).copied();
        own.into_iter().chain(domain.and_then(|domain| self.of_domain(domain, strings))).reduce(stricter)
    }

    /// The strictest order on the person, the address or the address's domain.
    pub(super) fn of_contact(&self, contact: u32, address: Option<&str>, strings: &Strings) -> Option<Suppression> {
        let own = self.contacts.get(&contact).copied();
        own.into_iter().chain(address.and_then(|address| self.of_address(address, strings))).reduce(stricter)
    }

    /// The strictest order on the address or its domain, whether or not a contact has it.
    pub(super) fn of_address(&self, address: &str, strings: &Strings) -> Option<Suppression> {
        let address = address.to_lowercase();
        let exact = strings.find(&address).and_then(|address| self.addresses.get(&address)).copied();
        let domain = address.rsplit_once('@').and_then(|(_, domain)| self.of_domain(domain, strings));
        exact.into_iter().chain(domain).reduce(stricter)
    }

    fn of_domain(&self, domain: &str, strings: &Strings) -> Option<Suppression> {
        let orders = with_parents(domain).filter_map(|name| self.domains.get(&strings.find(name)?)).copied();
        orders.reduce(stricter)
    }
}

/// Takes one row of the suppression list.
pub(super) fn take(row: Row<'_>, store: &mut Store, accounts: &AccountIndex, ledger: &mut Ledger) -> Result<(), Fault> {
    let value = row.get(VALUE);
    if value.is_empty() {
        return Err(Fault::new(Reason::Incomplete, "no value", "name an address, a domain or an account id"));
    }
    let until = match row.get(UNTIL) {
        "" => None,
        date => dates::moment(date).or_else(|| {
            ledger.note(row.line, "until", "is no date, so the suppression never lapses; write YYYY-MM-DD", date);
            None
        }),
    };
    let reason = reason(row.get(REASON)).unwrap_or_else(|| {
        ledger.note(
            row.line,
            "reason",
            "is none of opted-out, bounced, complaint, listed; read as other",
            row.get(REASON),
        );
        SuppressionReason::Other
    });
    let order = |scope| Suppression { scope, reason, until };
    let unreadable = |what: &str| {
        let hint = "name an address, a domain or an account id; scope is address, domain, account or empty";
        Fault::new(Reason::Unreadable, format!("\"{}\" {what}", shown(value)), hint)
    };
    let address = |value: &str| domains::email(value).map(|address| address.to_lowercase());
    // A subdomain is meant as it stands, so this does not go up to the registrable domain.
    let domain = |value: &str| {
        let name = value.split_once("://").map_or(value, |(_, rest)| rest).split(['/', '?', '#', ':']).next()?;
        let name = name.trim_start_matches(['@', '*', '.']);
        domains::host(name.strip_prefix("www.").unwrap_or(name))
    };
    let account = accounts.find_id(store, value);
    match squeezed(row.get(SCOPE)).as_str() {
        "address" | "email" | "contact" => {
            let address = address(value).ok_or_else(|| unreadable("is not an email address"))?;
            add(&mut store.suppressions.addresses, store.strings.put(&address), order(SuppressionScope::Address));
        }
        "domain" => {
            let domain = domain(value).ok_or_else(|| unreadable("is not a domain"))?;
            add(&mut store.suppressions.domains, store.strings.put(&domain), order(SuppressionScope::Domain));
        }
        "account" | "company" => {
            let account = account.or_else(|| accounts.find(store, value)).ok_or_else(|| {
                let detail = format!("no account \"{}\"", shown(value));
                Fault::new(Reason::UnknownAccount, detail, "name an account by id or domain, or use scope domain")
            })?;
            add(&mut store.suppressions.accounts, account, order(SuppressionScope::Account));
        }
        "" => {
            // An account's id can be its domain; then whoever has an address there is meant as well.
            if let Some(account) = account {
                add(&mut store.suppressions.accounts, account, order(SuppressionScope::Account));
            }
            if value.find('@').is_some_and(|at| at > 0) {
                let address = address(value).ok_or_else(|| unreadable("is not an email address"))?;
                add(&mut store.suppressions.addresses, store.strings.put(&address), order(SuppressionScope::Address));
            } else if let Some(domain) = domain(value) {
                add(&mut store.suppressions.domains, store.strings.put(&domain), order(SuppressionScope::Domain));
            } else if account.is_none() {
                return Err(unreadable("is no address, no domain and no account's id"));
            }
        }
        _ => return Err(unreadable(&format!("has the scope \"{}\"", shown(row.get(SCOPE))))),
    }
    Ok(())
}

fn reason(value: &str) -> Option<SuppressionReason> {
    Some(match squeezed(value).as_str() {
        "" | "listed" | "dnc" | "donotcontact" | "legal" | "blocklist" | "blacklist" => SuppressionReason::Listed,
        "optedout" | "optout" | "unsubscribed" | "unsubscribe" => SuppressionReason::OptedOut,
        "bounced" | "bounce" | "hardbounce" => SuppressionReason::Bounced,
        "complaint" | "spam" | "spamcomplaint" | "abuse" => SuppressionReason::Complaint,
        "other" => SuppressionReason::Other,
        _ => return None,
    })
}

fn add<K: std::hash::Hash + Eq>(orders: &mut HashMap<K, Suppression>, key: K, order: Suppression) {
    orders.entry(key).and_modify(|known| *known = stricter(*known, order)).or_insert(order);
}

/// Of two orders the one that lasts longer; of two that last as long, the one whose reason says more.
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
