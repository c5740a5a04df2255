//! The facts of an export in compact rows: numbers, and symbols of interned strings.
//!
//! Titles, countries and outcomes that a million rows share cost four bytes each. Rows become the contract's records
//! only when an account is looked up.

use std::collections::HashMap;

use super::host_index::HostIndex;
use super::interned::{StringTable, Symbol};
use super::person_links::PersonLinks;
use super::suppression_index::SuppressionIndex;
use super::unclear::UnclearFacts;
use baton_facts::types::{
    Account, Channel, Contact, Direction, Engagement, Relation, Signal, Suppression, Timestamp, Touch, TouchOutcome,
    Verification,
};

#[derive(Debug)]
pub(super) struct AccountRecord {
    pub(super) id: Symbol,
    pub(super) name: Symbol,
    pub(super) domain: Option<Symbol>,
    /// The host of the website, as it is compared.
    pub(super) host: Option<Symbol>,
    pub(super) industry: Option<Symbol>,
    pub(super) employees: Option<u32>,
    pub(super) annual_revenue_usd: Option<u64>,
    pub(super) country: Option<Symbol>,
    pub(super) relation: Relation,
    pub(super) owner: Option<Symbol>,
    pub(super) open_opportunity: bool,
    pub(super) last_activity: Option<Timestamp>,
    pub(super) named: bool,
    pub(super) referred_by: Option<Symbol>,
    /// The ids of the parent companies, as they were written.
    pub(super) parents: Option<Symbol>,
    /// The line of its file.
    pub(super) line: u64,
}

#[derive(Debug)]
pub(super) struct ContactRecord {
    pub(super) account: u32,
    pub(super) id: Symbol,
    pub(super) first_name: Option<Symbol>,
    pub(super) last_name: Option<Symbol>,
    pub(super) title: Option<Symbol>,
    pub(super) email: Option<Symbol>,
    pub(super) verification: Verification,
    pub(super) verified_at: Option<Timestamp>,
    pub(super) linkedin_url: Option<Symbol>,
    pub(super) country: Option<Symbol>,
    pub(super) time_zone: Option<Symbol>,
    pub(super) language: Option<Symbol>,
    pub(super) engagement: Engagement,
    /// The line of its file; files with more lines than fit are refused earlier.
    pub(super) line: u32,
}

#[derive(Debug)]
pub(super) struct SignalRecord {
    pub(super) account: u32,
    pub(super) id: Symbol,
    pub(super) kind: Symbol,
    pub(super) summary: Symbol,
    pub(super) source_name: Symbol,
    pub(super) source_url: Symbol,
    pub(super) observed_at: Timestamp,
}

#[derive(Debug)]
pub(super) struct TouchRecord {
    pub(super) contact: u32,
    pub(super) at: Timestamp,
    pub(super) direction: Direction,
    pub(super) channel: Channel,
    pub(super) campaign: Option<Symbol>,
    pub(super) subject: Symbol,
    pub(super) outcome: Option<TouchOutcome>,
}

/// All rows. [`Self::sort_for_lookup`] sorts signals and contacts by account, and touches by contact.
#[derive(Debug, Default)]
pub(super) struct FactTable {
    pub(super) strings: StringTable,
    pub(super) accounts: Vec<AccountRecord>,
    pub(super) contacts: Vec<ContactRecord>,
    pub(super) signals: Vec<SignalRecord>,
    pub(super) touches: Vec<TouchRecord>,
    pub(super) suppressions: SuppressionIndex,
    pub(super) unclear: UnclearFacts,
    pub(super) links: PersonLinks,
    /// Indices of contacts, by account and then in the order of the file.
    contact_order: Vec<u32>,
    pub(super) by_id: HashMap<Symbol, u32>,
    pub(super) hosts: HostIndex,
    /// By the exact id of the record; `by_id` also has other spellings.
    pub(super) by_exact_id: HashMap<Symbol, u32>,
    /// By normalized name.
    pub(super) by_name: HashMap<Symbol, Vec<u32>>,
}

impl FactTable {
    /// Sorts the rows for lookups by account and by contact.
    pub(super) fn sort_for_lookup(&mut self) {
        self.contact_order = (0..self.contacts.len()).map(|index| index as u32).collect();
        self.contact_order.sort_by_key(|index| self.contacts[*index as usize].account);
        // Both sorts are stable, so that rows of the same time stay in the order of the file.
        self.signals.sort_by_key(|signal| (signal.account, std::cmp::Reverse(signal.observed_at)));
        self.touches.sort_by_key(|touch| (touch.contact, touch.at));
        self.accounts.shrink_to_fit();
        self.contacts.shrink_to_fit();
        self.signals.shrink_to_fit();
        self.touches.shrink_to_fit();
    }

    pub(super) fn account(&self, index: u32) -> Option<Account> {
        let row = self.accounts.get(index as usize)?;
        let strings = &self.strings;
        Some(Account {
            id: strings.get(row.id).to_owned(),
            name: strings.get(row.name).to_owned(),
            domain: strings.owned(row.domain),
            industry: strings.owned(row.industry),
            employees: row.employees,
            annual_revenue_usd: row.annual_revenue_usd,
            country: strings.owned(row.country),
            relation: row.relation,
            owner: strings.owned(row.owner),
            open_opportunity: row.open_opportunity,
            last_activity: row.last_activity,
            named: row.named,
            referred_by: strings.owned(row.referred_by),
            suppression: self.account_suppression(index),
            unclear: self.unclear.of_account(index),
        })
    }

    /// Returns the account's signals, newest first.
    pub(super) fn signals(&self, account: u32) -> impl Iterator<Item = Signal> + '_ {
        let rows = rows_of_owner(&self.signals, account, |row| row.account);
        rows.iter().map(|row| Signal {
            id: self.strings.get(row.id).to_owned(),
            kind: self.strings.get(row.kind).to_owned(),
            summary: self.strings.get(row.summary).to_owned(),
            source_name: self.strings.get(row.source_name).to_owned(),
            source_url: self.strings.get(row.source_url).to_owned(),
            observed_at: row.observed_at,
        })
    }

    /// Returns the account's contacts in the order of the file, each with its index.
    pub(super) fn contacts(&self, account: u32) -> impl Iterator<Item = (u32, Contact)> + '_ {
        let order = rows_of_owner(&self.contact_order, account, |index| self.contacts[*index as usize].account);
        order.iter().map(|index| (*index, self.contact(*index)))
    }

    /// Returns the contact's touches, oldest first.
    pub(super) fn touches(&self, contact: u32) -> impl Iterator<Item = Touch> + '_ {
        rows_of_owner(&self.touches, contact, |row| row.contact).iter().map(|row| Touch {
            at: row.at,
            direction: row.direction,
            channel: row.channel,
            campaign: self.strings.owned(row.campaign),
            subject: self.strings.get(row.subject).to_owned(),
            outcome: row.outcome.clone(),
        })
    }

    fn contact(&self, index: u32) -> Contact {
        let row = &self.contacts[index as usize];
        let strings = &self.strings;
        Contact {
            id: strings.get(row.id).to_owned(),
            first_name: strings.owned(row.first_name),
            last_name: strings.owned(row.last_name),
            title: strings.owned(row.title),
            email: strings.owned(row.email),
            verification: row.verification,
            verified_at: row.verified_at,
            linkedin_url: strings.owned(row.linkedin_url),
            country: strings.owned(row.country),
            time_zone: strings.owned(row.time_zone),
            language: strings.owned(row.language),
            engagement: row.engagement,
            suppression: self.contact_suppression(index),
            unclear: self.unclear.of_contact(index),
            doubts: self.links.doubts(index),
        }
    }

    fn account_suppression(&self, index: u32) -> Option<Suppression> {
        let domain = self.accounts[index as usize].domain.map(|domain| self.strings.get(domain));
        self.suppressions.of_account(index, domain, &self.strings)
    }

    fn contact_suppression(&self, index: u32) -> Option<Suppression> {
        let own = self.contacts[index as usize].email.map(|email| self.strings.get(email));
        let addresses = self.links.addresses(index).map(|address| self.strings.get(address)).chain(own);
        self.suppressions.of_contact(index, addresses, &self.strings)
    }
}

/// Returns the rows that belong to `owner`; `rows` must be sorted by owner.
fn rows_of_owner<T>(rows: &[T], owner: u32, owner_of: impl Fn(&T) -> u32) -> &[T] {
    let start = rows.partition_point(|row| owner_of(row) < owner);
    let length = rows[start..].partition_point(|row| owner_of(row) == owner);
    &rows[start..start + length]
}
