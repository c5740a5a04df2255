//! People whose address belongs to another company than their record says, to nobody, or to a mail provider.
//!
//! The record's account and the address's domain have to agree; where they do not, a person decides.

use std::collections::HashMap;

use baton_model::address::{Domain, EmailAddress};
use baton_model::free_mail::is_free_mail;
use baton_model::mailbox::describe_unlikely;

use super::accounts::name_key;
use super::company_links::{CompanyLinks, OwnCompany};
use super::store::FactTable;

/// The owner of an address's domain.
enum DomainOwner {
    /// A mail provider.
    FreeMail,
    /// The own company.
    Own,
    /// The records of the company at that domain; empty if no account has it.
    Accounts(Vec<u32>),
}

/// Compares each contact's address and further companies with the accounts.
pub(super) fn apply(store: &mut FactTable, companies: &CompanyLinks, own: &OwnCompany) {
    let mut owners: HashMap<Domain, DomainOwner> = HashMap::new();
    for contact in 0..store.contacts.len() as u32 {
        let record = &store.contacts[contact as usize];
        let account = record.account;
        let mut unclear = Vec::new();
        let others = store.links.companies(contact).iter().copied();
        unclear.extend(companies.first_restricted(others).map(|other| format!("the person is also at {other}")));
        let names = [record.first_name, record.last_name].map(|name| name.map_or("", |name| store.strings.get(name)));
        let company = store.strings.get(store.accounts[account as usize].name);
        if name_key(&names.join(" ")) == name_key(company) {
            unclear.push(format!("the name of the person is the company's, \"{company}\""));
        }
        let address = record.email.and_then(|email| store.strings.get(email).parse::<EmailAddress>().ok());
        let mut doubt = None;
        if let Some(address) = address {
            unclear.extend(describe_unlikely(&address, names));
            let domain = address.domain();
            let shown = domain.unicode();
            let owner = owners.entry(domain).or_insert_with_key(|domain| owner_of(domain, store, own));
            match owner {
                DomainOwner::Own => unclear.push(format!("the address is at {shown}, our own domain")),
                DomainOwner::FreeMail => doubt = Some(format!("the address is at {shown}, where anybody can have one")),
                DomainOwner::Accounts(accounts) => {
                    let is_theirs = |other: &u32| *other == account || companies.are_linked(store, account, *other);
                    if let Some(first) = accounts.first().filter(|_| !accounts.iter().any(is_theirs)) {
                        let name = store.strings.get(store.accounts[*first as usize].name);
                        let other = companies.first_restricted(accounts.iter().copied());
                        let other = other.map_or_else(|| format!("the account \"{name}\""), str::to_owned);
                        unclear.push(format!("the address is at {shown}, the domain of {other}"));
                    }
                }
            }
        }
        unclear.into_iter().for_each(|text| store.unclear.add_to_contact(contact, text));
        doubt.into_iter().for_each(|text| store.links.add_doubt(contact, text));
    }
}

fn owner_of(domain: &Domain, store: &FactTable, own: &OwnCompany) -> DomainOwner {
    if is_free_mail(domain) {
        DomainOwner::FreeMail
    } else if own.has(domain) {
        DomainOwner::Own
    } else {
        DomainOwner::Accounts(store.hosts.company(domain, &store.strings))
    }
}
