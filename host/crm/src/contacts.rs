//! The contacts file, with one person at one account per row.
//!
//! A person belongs to the account that the row names by id, else by name, else to the account with the domain of the
//! address. A row that repeats a person (the id, an address, or the name at the same account) is rejected, but its
//! restrictions and its addresses count for the person.

use std::collections::HashMap;

use baton_facts::types::Verification;

use super::accounts::{AccountIndex, id_key};
use super::columns::CsvRow;
use super::crm_config::Format;
use super::host_index::AccountLookup;
use super::interned::Symbol;
use super::optional_fields::CodeCache;
use super::parse::normalize_label;
use super::rejects::{ReportBuilder, RowFault, RowRejectReason, shortened};
use super::store::{ContactRecord, FactTable};
use super::words::Words;
use super::{contact_restrictions, optional_fields, parse};
use baton_model::address::{self, EmailAddress};
use baton_model::domains;

pub(super) use super::contact_columns::*;

/// The index by which other files refer to contacts.
pub(super) struct ContactIndex {
    format: Format,
    by_id: HashMap<Symbol, u32>,
    /// By each address of the person, as it is compared.
    by_email: HashMap<Symbol, u32>,
    /// By account and full name in lower case.
    by_name: HashMap<(u32, Symbol), u32>,
}

impl ContactIndex {
    pub(super) fn new(format: Format) -> Self {
        Self { format, by_id: HashMap::new(), by_email: HashMap::new(), by_name: HashMap::new() }
    }

    /// Finds a contact by id.
    pub(super) fn find_id(&self, store: &FactTable, id: &str) -> Option<u32> {
        self.by_id.get(&store.strings.symbol(id_key(self.format, id))?).copied()
    }

    /// Finds a contact by id or address.
    pub(super) fn find(&self, store: &FactTable, value: &str) -> Option<u32> {
        let by_email = || {
            let email: EmailAddress = value.parse().ok()?;
            self.by_email.get(&store.strings.symbol(email.as_compared())?).copied()
        };
        self.find_id(store, value).or_else(by_email)
    }
}

/// The settings for all rows of a contacts file.
pub(super) struct ContactRules<'a> {
    pub(super) words: &'a Words,
    pub(super) unverified: Verification,
}

/// Adds one row of the contacts file.
pub(super) fn add_contact_row(
    row: CsvRow<'_>,
    rules: &ContactRules<'_>,
    store: &mut FactTable,
    accounts: &AccountIndex,
    index: &mut ContactIndex,
    codes: &mut CodeCache,
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    let restrictions = contact_restrictions::read(row, rules.words, ledger);
    // An opt-out counts for its address even if the row is rejected below.
    restrictions.suppress_addresses(row, store);
    if row.all(DELETED).any(|value| parse::boolean(value) == Some(true)) {
        return Err(RowFault::new(
            RowRejectReason::Deleted,
            "the CRM marks the person as deleted or converted",
            "nothing to do",
        ));
    }
    let email = email(row)?;
    let (first_name, last_name) = names(row, ledger);
    if email.is_none() && first_name.is_empty() && last_name.is_empty() {
        return Err(RowFault::new(
            RowRejectReason::Incomplete,
            "neither a name nor an address",
            "give the person an address",
        ));
    }
    let key = email.as_ref().and_then(|email| email.parse::<EmailAddress>().ok());
    let key = key.as_ref().map(|email| email.as_compared().to_owned());
    let others = other_addresses(row, key.as_deref(), ledger);
    let engagement = restrictions.engagement;
    let account = account(row, email.as_deref(), store, accounts, ledger);
    let full_name = format!("{first_name} {last_name}").to_lowercase();
    let full_name = (!first_name.is_empty() && !last_name.is_empty()).then_some(full_name.as_str());
    let at = account.as_ref().ok().copied();
    let person = Person { row, addresses: key.iter().chain(&others).map(String::as_str).collect(), at, full_name };
    if let Some((known, fault)) = duplicate(&person, store, index) {
        let companies = other_companies(row, store.contacts[known as usize].account, at, store, accounts);
        store.links.add_companies(known, companies);
        if restrictions.suppression.is_some() || engagement > store.contacts[known as usize].engagement {
            ledger.note(
                row.line,
                "opted-out",
                "or engagement of a duplicate row is stricter and was applied",
                row.get(EMAIL),
            );
        }
        add_addresses(known, person.addresses.iter().copied(), store, index);
        let id = store.strings.intern_non_empty(id_key(index.format, row.get(ID)));
        id.into_iter().for_each(|id| _ = index.by_id.entry(id).or_insert(known));
        let email = email.as_deref().map(|email| store.strings.intern(email));
        let record = &mut store.contacts[known as usize];
        record.engagement = record.engagement.max(engagement);
        if record.email.is_none() {
            record.email = email;
        }
        restrictions.apply(store, known);
        return Err(fault);
    }
    let account = account?;

    let contact = store.contacts.len() as u32;
    let id = match (row.get(ID), &key) {
        ("", Some(email)) => email.clone(),
        ("", None) => format!("contact-on-line-{}", row.line),
        (id, _) => parse::text(id).0,
    };
    let title = optional_fields::free_text(row, TITLE, "title", ledger);
    let linkedin_url = optional_fields::parse_or_note(row, LINKEDIN_URL, "linkedin-url", ledger, domains::parse_link);
    let strings = &mut store.strings;
    let mut code =
        |column, field, ledger: &mut ReportBuilder, of: fn(&mut CodeCache, &str, &mut _) -> Option<Symbol>| {
            let value = if column == COUNTRY { row.get_country(column) } else { row.get(column) };
            if value.is_empty() {
                return None;
            }
            let code = of(codes, value, strings);
            if code.is_none() {
                optional_fields::parse_or_note(row, column, field, ledger, |_| None::<()>);
            }
            code
        };
    let country = code(COUNTRY, "country", ledger, CodeCache::country);
    let time_zone = code(TIME_ZONE, "time-zone", ledger, CodeCache::time_zone);
    let language = code(LANGUAGE, "language", ledger, CodeCache::language);
    let record = ContactRecord {
        account,
        id: strings.intern(&id),
        first_name: strings.intern_non_empty(&first_name),
        last_name: strings.intern_non_empty(&last_name),
        title: strings.intern_non_empty(&title),
        email: email.as_deref().map(|email| strings.intern(email)),
        verification: optional_fields::parse_or_note(row, VERIFICATION, "verification", ledger, verification)
            .unwrap_or(rules.unverified),
        verified_at: optional_fields::parse_timestamp(row, VERIFIED_ON, "verified-on", ledger),
        linkedin_url: linkedin_url.as_deref().map(|url| strings.intern(url)),
        country,
        time_zone,
        language,
        engagement,
        line: u32::try_from(row.line).unwrap_or(u32::MAX),
    };
    index.by_id.insert(strings.intern(id_key(index.format, &id)), contact);
    if let Some(name) = full_name {
        index.by_name.insert((account, strings.intern(name)), contact);
    }
    store.contacts.push(record);
    add_addresses(contact, key.iter().chain(&others).map(String::as_str), store, index);
    let companies = other_companies(row, account, None, store, accounts);
    store.links.add_companies(contact, companies);
    restrictions.apply(store, contact);
    Ok(())
}

fn email(row: CsvRow<'_>) -> Result<Option<String>, RowFault> {
    let value = row.get(EMAIL);
    if value.is_empty() || parse::is_placeholder(value) {
        return Ok(None);
    }
    address::email(value).map(Some).ok_or_else(|| {
        let detail = format!("\"{}\" is not an email address", shortened(value));
        RowFault::new(
            RowRejectReason::Unreadable,
            detail,
            "write one address such as ann@northwind.example, or leave the field empty",
        )
    })
}

/// Returns the person's further addresses, as they are compared; several are in one field.
fn other_addresses(row: CsvRow<'_>, own: Option<&str>, ledger: &mut ReportBuilder) -> Vec<String> {
    let mut addresses = Vec::new();
    let parts = row.get(OTHER_EMAILS).split(|mark: char| mark.is_whitespace() || ";,|/".contains(mark));
    for part in parts.filter(|part| part.contains('@')) {
        match part.parse::<EmailAddress>() {
            Ok(address) if Some(address.as_compared()) != own => addresses.push(address.as_compared().to_owned()),
            Ok(_) => {}
            Err(_) => ledger.note(row.line, "other-emails", "is not an email address and is not recorded", part),
        }
    }
    addresses
}

/// Makes the person known by these addresses.
fn add_addresses<'a>(
    contact: u32,
    addresses: impl Iterator<Item = &'a str>,
    store: &mut FactTable,
    index: &mut ContactIndex,
) {
    let own = store.contacts[contact as usize].email.map(|email| store.strings.get(email).parse::<EmailAddress>());
    let own = own.and_then(Result::ok);
    for address in addresses {
        let is_own = own.as_ref().is_some_and(|own| own.as_compared() == address);
        let address = store.strings.intern(address);
        if *index.by_email.entry(address).or_insert(contact) == contact && !is_own {
            store.links.add_address(contact, address);
        }
    }
}

/// Returns the accounts that the row names beside the person's own one.
fn other_companies(
    row: CsvRow<'_>,
    own: u32,
    joined: Option<u32>,
    store: &FactTable,
    accounts: &AccountIndex,
) -> Vec<u32> {
    let by_id = row.get(ACCOUNT).split(';').filter_map(|id| accounts.find_id(store, id.trim()));
    let names = match accounts.find_name(store, row.get(COMPANY)) {
        AccountLookup::NotFound => row.get(COMPANY).split(';').collect(),
        _ => vec![row.get(COMPANY)],
    };
    let by_name = names.into_iter().filter_map(|name| accounts.find_name(store, name).unique());
    let mut found: Vec<u32> = by_id.chain(by_name).chain(joined).filter(|account| *account != own).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns first and last name; a full name is split before its last word.
fn names(row: CsvRow<'_>, ledger: &mut ReportBuilder) -> (String, String) {
    let first = optional_fields::free_text(row, FIRST_NAME, "first-name", ledger);
    let last = optional_fields::free_text(row, LAST_NAME, "last-name", ledger);
    if !first.is_empty() || !last.is_empty() {
        return (first, last);
    }
    let full = optional_fields::free_text(row, NAME, "name", ledger);
    // `Okafor, Dana` and `Dana Okafor, PhD` are read by the engine, which knows what a degree is.
    match full.rsplit_once(' ').filter(|_| !full.contains(',')) {
        Some((first, last)) => (first.to_owned(), last.to_owned()),
        None => (full, String::new()),
    }
}

/// Parses the words of the common verification services.
fn verification(word: &str) -> Option<Verification> {
    Some(match normalize_label(word).as_str() {
        "deliverable" | "valid" | "verified" | "ok" => Verification::Deliverable,
        "risky" | "acceptall" | "catchall" => Verification::Risky,
        "unknown" | "unverified" => Verification::Unknown,
        "undeliverable" | "invalid" => Verification::Undeliverable,
        _ => return None,
    })
}

/// A row's person, as far as it tells whether an earlier row is the same one.
struct Person<'a> {
    row: CsvRow<'a>,
    addresses: Vec<&'a str>,
    at: Option<u32>,
    full_name: Option<&'a str>,
}

fn duplicate(person: &Person<'_>, store: &FactTable, index: &ContactIndex) -> Option<(u32, RowFault)> {
    let by_email = |email: &str| index.by_email.get(&store.strings.symbol(email)?).copied();
    let by_name = || {
        let name = person.full_name?;
        let contact = *index.by_name.get(&(person.at?, store.strings.symbol(name)?))?;
        Some((contact, format!("the name \"{}\" at the same account", shortened(name))))
    };
    let mut addresses = person.addresses.iter();
    let (contact, what) = match person.row.get(ID) {
        "" => None,
        id => index.find_id(store, id).map(|contact| (contact, format!("the id \"{}\"", shortened(id)))),
    }
    .or_else(|| addresses.find_map(|text| Some((by_email(text)?, format!("the address {}", shortened(text))))))
    .or_else(by_name)?;
    let detail = format!("{what} is already on line {}", store.contacts[contact as usize].line);
    Some((
        contact,
        RowFault::new(RowRejectReason::Duplicate, detail, "merge the two in the CRM, or delete one of the rows"),
    ))
}

/// Finds the person's account by the ids in the row, in their order, then by name, then by the address's domain.
fn account(
    row: CsvRow<'_>,
    email: Option<&str>,
    store: &FactTable,
    accounts: &AccountIndex,
    ledger: &mut ReportBuilder,
) -> Result<u32, RowFault> {
    let by_domain = || email.and_then(|email| accounts.find_domain(store, email).unique());
    let named = row.get(ACCOUNT);
    if let Some(account) = named.split(';').find_map(|id| accounts.find_id(store, id.trim())) {
        return Ok(account);
    }
    let company = row.get(COMPANY);
    let by_name = match company {
        "" => AccountLookup::NotFound,
        // HubSpot lists several companies in one field.
        company => accounts
            .find_name(store, company)
            .or_else(|| accounts.find_name(store, company.split(';').next().unwrap_or_default())),
    };
    let found = by_name.unique().or_else(by_domain);
    if let Some(account) = found {
        if !named.is_empty() {
            let what = "is not in the accounts file; the account was found by name or domain";
            ledger.note(row.line, "account", what, named);
        }
        return Ok(account);
    }
    let hint = "export the account too, or use the id of an account in the accounts file";
    let detail = match (named, company, by_name) {
        (_, company, AccountLookup::Ambiguous(_)) => format!("several accounts are called \"{}\"", shortened(company)),
        ("", "", _) if email.is_none() => "no account and no address to find it by".to_owned(),
        ("", "", _) => "no account, and no account has the domain of the address".to_owned(),
        ("", company, _) => format!("no account \"{}\"", shortened(company)),
        (named, _, _) => format!("no account \"{}\"", shortened(named)),
    };
    Err(RowFault::new(RowRejectReason::UnknownAccount, detail, hint))
}
