//! The suppressions file, with an address, a domain, an account or a contact per row.
//!
//! Every spelling of an address or a domain is the same one ([`baton_model::address`]); `ann+x@` is not `ann@`. A domain
//! covers every name below it. An expired suppression is kept; the caller compares it with the current time. The list is
//! read whole: a row that cannot be used refuses the import.

use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};

use super::accounts::AccountIndex;
use super::cell_entries::entries;
use super::columns::{CsvRow, Field};
use super::contacts::ContactIndex;
use super::parse::normalize_label;
use super::rejects::{ReportBuilder, RowFault, RowRejectReason, shortened};
use super::store::FactTable;
use baton_model::address::{AddressOrDomain, Domain, EmailAddress};

pub(super) const FIELDS: [Field; 4] = [
    Field::new(
        "value",
        &["Value", "Email", "Email address", "E-mail", "Opt-out address", "Address", "Domain", "Account"],
    )
    .required()
    .id()
    .every(),
    Field::new("scope", &["Scope"]),
    Field::new("reason", &["Reason"]),
    Field::new("until", &["Until", "Expires"]).date(),
];
const VALUE: usize = 0;
const SCOPE: usize = 1;
const REASON: usize = 2;
const UNTIL: usize = 3;

/// Adds one row of the suppressions file.
pub(super) fn add_suppression_row(
    row: CsvRow<'_>,
    store: &mut FactTable,
    (accounts, contacts): (&AccountIndex, &ContactIndex),
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    if row.all(VALUE).next().is_none() {
        return Err(RowFault::new(
            RowRejectReason::Incomplete,
            "no value",
            "name an address, a domain or an account id",
        ));
    }
    let until = match row.get(UNTIL) {
        "" => None,
        date => row.parse_date(UNTIL, date).or_else(|| {
            ledger.note(row.line, "until", "is not a date, so the suppression never expires; write YYYY-MM-DD", date);
            None
        }),
    };
    let reason = reason(row.get(REASON)).unwrap_or_else(|| {
        ledger.note(
            row.line,
            "reason",
            "is not opted-out, bounced, complaint or listed; read as other",
            row.get(REASON),
        );
        SuppressionReason::Other
    });
    let scope = Scope::of(row.get(SCOPE)).ok_or_else(|| {
        let detail = format!("unknown scope \"{}\"", shortened(row.get(SCOPE)));
        RowFault::new(RowRejectReason::Unreadable, detail, "the scope is address, domain, account, contact or empty")
    })?;
    let order = |scope| Suppression { scope, reason, until };
    for value in row.all(VALUE) {
        let targets = match targets(value, scope, store, accounts, contacts) {
            Some(targets) => targets,
            None if scope != Scope::Domain && is_record_id(value) => {
                let what = "is not a record of this export: a record that was deleted, or a wrong id";
                ledger.note(row.line, "value", what, value);
                continue;
            }
            None => return Err(unusable(value, scope)),
        };
        for target in targets {
            match target {
                Target::Address(address) => {
                    let address = store.strings.intern(address.as_compared());
                    store.suppressions.add_address(address, order(SuppressionScope::Address));
                }
                Target::Domain(domain) => {
                    let domain = store.strings.intern(domain.without_www().as_str());
                    store.suppressions.add_domain(domain, order(SuppressionScope::Domain));
                }
                Target::Account(account) => {
                    store.suppressions.add_account(account, order(SuppressionScope::Account));
                }
                Target::Contact(contact) => store.suppressions.add_contact(contact, order(SuppressionScope::Address)),
            }
        }
    }
    Ok(())
}

/// The kind of thing that a row names.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Any,
    Person,
    Domain,
    Account,
}

impl Scope {
    fn of(word: &str) -> Option<Self> {
        Some(match normalize_label(word).as_str() {
            "" | "all" | "any" => Self::Any,
            "address" | "email" | "emailaddress" | "mail" | "contact" | "person" | "lead" => Self::Person,
            "domain" | "emaildomain" | "website" => Self::Domain,
            "account" | "company" | "organization" | "organisation" => Self::Account,
            _ => return None,
        })
    }
}

enum Target {
    Address(EmailAddress),
    Domain(Domain),
    Account(u32),
    Contact(u32),
}

/// Returns the things that a value names. `None` if it, or one of several in it, names nothing.
fn targets(
    value: &str,
    scope: Scope,
    store: &FactTable,
    accounts: &AccountIndex,
    contacts: &ContactIndex,
) -> Option<Vec<Target>> {
    let one = |value: &str| {
        let mut found = Vec::new();
        match scope {
            Scope::Person => {
                found.extend(value.parse().ok().map(Target::Address));
                found.extend(contacts.find_id(store, value).map(Target::Contact));
            }
            Scope::Domain => found.extend(value.parse().ok().map(Target::Domain)),
            Scope::Account => found.extend(accounts.find(store, value).all().iter().copied().map(Target::Account)),
            Scope::Any => {
                // An account's id can be its domain; then the suppression also covers every address there.
                found.extend(accounts.find_id(store, value).map(Target::Account));
                found.extend(value.parse().ok().map(|parsed| match parsed {
                    AddressOrDomain::Address(address) => Target::Address(address),
                    AddressOrDomain::Domain(domain) => Target::Domain(domain),
                }));
                if found.is_empty() {
                    found.extend(contacts.find_id(store, value).map(Target::Contact));
                }
            }
        }
        (!found.is_empty()).then_some(found)
    };
    one(value).or_else(|| {
        let parts: Vec<&str> = entries(value).collect();
        let several = parts.len() > 1;
        parts
            .into_iter()
            .map(one)
            .collect::<Option<Vec<_>>>()
            .filter(|_| several)
            .map(|found| found.into_iter().flatten().collect())
    })
}

/// Returns whether the value is a record's id, of HubSpot or Salesforce. The record may have been deleted since the row
/// was written; if it comes back, the row covers it again.
fn is_record_id(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_salesforce_id = matches!(value.len(), 15 | 18) && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !value.is_empty() && (digits == value.len() || (is_salesforce_id && digits > 2))
}

fn unusable(value: &str, scope: Scope) -> RowFault {
    let (what, hint) = match scope {
        Scope::Account => (
            "is not an account of the accounts file",
            "name an account by id, domain or name, use scope domain, or delete the row",
        ),
        Scope::Domain => ("is not a domain", "write a domain such as northwind.example"),
        Scope::Person => (
            "is not an email address and not the id of a contact",
            "write an address such as ann@northwind.example, or delete the row",
        ),
        Scope::Any => (
            "is not an address, a domain, or the id of an account or contact",
            "write an address or a domain, or say in a column `scope` that it is an account",
        ),
    };
    let reason = if scope == Scope::Account { RowRejectReason::UnknownAccount } else { RowRejectReason::Unreadable };
    RowFault::new(reason, format!("\"{}\" {what}", shortened(value)), hint)
}

fn reason(value: &str) -> Option<SuppressionReason> {
    Some(match normalize_label(value).as_str() {
        "" | "listed" | "dnc" | "donotcontact" | "legal" | "blocklist" | "blacklist" => SuppressionReason::Listed,
        "optedout" | "optout" | "unsubscribed" | "unsubscribe" => SuppressionReason::OptedOut,
        "bounced" | "bounce" | "hardbounce" => SuppressionReason::Bounced,
        "complaint" | "spam" | "spamcomplaint" | "abuse" => SuppressionReason::Complaint,
        "other" => SuppressionReason::Other,
        _ => return None,
    })
}
