//! The suppressions file, with one address, domain or account per row.
//!
//! Every spelling of an address or a domain is the same one ([`baton_model::address`]); `ann+x@` is not `ann@`. A domain
//! covers every name below it. An expired suppression is kept; the caller compares it with the current time.

use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};

use super::accounts::AccountIndex;
use super::columns::{CsvRow, Field};
use super::dates;
use super::parse::normalize_label;
use super::rejects::{ReportBuilder, RowFault, RowRejectReason, shortened};
use super::store::FactTable;
use baton_model::address::{AddressOrDomain, Domain, EmailAddress};

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

/// Adds one row of the suppressions file.
pub(super) fn add_suppression_row(
    row: CsvRow<'_>,
    store: &mut FactTable,
    accounts: &AccountIndex,
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    let value = row.get(VALUE);
    if value.is_empty() {
        return Err(RowFault::new(
            RowRejectReason::Incomplete,
            "no value",
            "name an address, a domain or an account id",
        ));
    }
    let until = match row.get(UNTIL) {
        "" => None,
        date => dates::parse_timestamp(date).or_else(|| {
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
    let order = |scope| Suppression { scope, reason, until };
    let unreadable = |what: &str| {
        let hint = "name an address, a domain or an account id; scope is address, domain, account or empty";
        RowFault::new(RowRejectReason::Unreadable, format!("\"{}\" {what}", shortened(value)), hint)
    };
    let address = |value: &str| value.parse::<EmailAddress>().ok().map(|address| address.as_compared().to_owned());
    // A subdomain is taken literally, so this does not go up to the registrable domain.
    let domain = |value: &str| value.parse::<Domain>().ok().map(|domain| domain.without_www().as_str().to_owned());
    let account = accounts.find_id(store, value);
    match normalize_label(row.get(SCOPE)).as_str() {
        "address" | "email" | "contact" => {
            let address = address(value).ok_or_else(|| unreadable("is not an email address"))?;
            store.suppressions.add_address(store.strings.intern(&address), order(SuppressionScope::Address));
        }
        "domain" => {
            let domain = domain(value).ok_or_else(|| unreadable("is not a domain"))?;
            store.suppressions.add_domain(store.strings.intern(&domain), order(SuppressionScope::Domain));
        }
        "account" | "company" => {
            let found = accounts.find(store, value);
            if found.all().is_empty() {
                let detail = format!("no account \"{}\"", shortened(value));
                let hint = "name an account by id or domain, or use scope domain";
                return Err(RowFault::new(RowRejectReason::UnknownAccount, detail, hint));
            }
            for account in found.all() {
                store.suppressions.add_account(*account, order(SuppressionScope::Account));
            }
        }
        "" => {
            // An account's id can be its domain; then the suppression also covers every address there.
            if let Some(account) = account {
                store.suppressions.add_account(account, order(SuppressionScope::Account));
            }
            match value.parse() {
                Ok(AddressOrDomain::Address(address)) => {
                    let address = store.strings.intern(address.as_compared());
                    store.suppressions.add_address(address, order(SuppressionScope::Address));
                }
                Ok(AddressOrDomain::Domain(domain)) => {
                    let domain = store.strings.intern(domain.as_str());
                    store.suppressions.add_domain(domain, order(SuppressionScope::Domain));
                }
                Err(_) if account.is_some() => {}
                Err(_) if value.contains('@') => return Err(unreadable("is not an email address")),
                Err(_) => return Err(unreadable("is not an address, a domain or an account id")),
            }
        }
        _ => return Err(unreadable(&format!("has the scope \"{}\"", shortened(row.get(SCOPE))))),
    }
    Ok(())
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
