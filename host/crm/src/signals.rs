//! The signals file: events at an account, each with source and date.
//!
//! A draft is backed by a signal, so a row without a date, a source or a summary is rejected.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::accounts::AccountIndex;
use super::columns::{CsvRow, Field};
use super::host_index::AccountLookup;
use super::interned::Symbol;
use super::rejects::{ReportBuilder, RowFault, RowRejectReason, shortened};
use super::store::{FactTable, SignalRecord};
use super::{optional_fields, parse};
use baton_model::domains;

pub(super) const FIELDS: [Field; 7] = [
    Field::new("account", &["Account", "Domain", "Company"]).required(),
    Field::new("kind", &["Kind", "Type"]).required(),
    Field::new("summary", &["Summary", "Title", "Headline"]).required(),
    Field::new("source", &["Source"]),
    Field::new("url", &["URL", "Link"]),
    Field::new("date", &["Date", "Observed at", "Published"]).required().date(),
    Field::new("id", &["ID"]),
];
const ACCOUNT: usize = 0;
const KIND: usize = 1;
const SUMMARY: usize = 2;
const SOURCE: usize = 3;
const URL: usize = 4;
const DATE: usize = 5;
const ID: usize = 6;

/// Adds one row of the signals file.
pub(super) fn add_signal_row(
    row: CsvRow<'_>,
    store: &mut FactTable,
    accounts: &AccountIndex,
    known: &mut HashSet<Symbol>,
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    let named = row.get(ACCOUNT);
    let account = match accounts.find(store, named) {
        AccountLookup::Unique(account) => account,
        AccountLookup::Ambiguous(_) => {
            let detail = format!("several accounts have the name or the domain \"{}\"", shortened(named));
            return Err(RowFault::new(RowRejectReason::UnknownAccount, detail, "name the account by its id"));
        }
        AccountLookup::NotFound => {
            let detail = format!("no account \"{}\"", shortened(named));
            let hint = "name an account of the accounts file by domain or id";
            return Err(RowFault::new(RowRejectReason::UnknownAccount, detail, hint));
        }
    };
    let date = row.get(DATE);
    let observed_at = row.parse_date(DATE, date).ok_or_else(|| {
        RowFault::new(
            RowRejectReason::Unreadable,
            format!("\"{}\" is not a date", shortened(date)),
            "write the date as YYYY-MM-DD",
        )
    })?;
    let kind = optional_fields::free_text(row, KIND, "kind", ledger);
    let summary = optional_fields::free_text(row, SUMMARY, "summary", ledger);
    // Drafts put the summary into their own sentences.
    let summary = summary.trim_end_matches('.');
    let url = optional_fields::parse_or_note(row, URL, "url", ledger, domains::parse_link).unwrap_or_default();
    let mut source = optional_fields::free_text(row, SOURCE, "source", ledger);
    if source.is_empty() {
        let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#', ':']).next()).unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).clone_into(&mut source);
    }
    for (value, field) in [(kind.as_str(), "kind"), (summary, "summary"), (source.as_str(), "source")] {
        if value.is_empty() {
            let hint = "a signal needs kind, summary, date, and a source or a web link";
            return Err(RowFault::new(RowRejectReason::Incomplete, format!("no {field}"), hint));
        }
    }
    let id = match row.get(ID) {
        "" => {
            fingerprint(&[store.strings.get(store.accounts[account as usize].id), &kind, summary, &source, &url, date])
        }
        id => parse::text(id).0,
    };
    let id = store.strings.intern(&id);
    if !known.insert(id) {
        return Err(RowFault::new(
            RowRejectReason::Duplicate,
            "an earlier row is the same signal",
            "delete one of the rows",
        ));
    }
    let strings = &mut store.strings;
    let signal = SignalRecord {
        account,
        id,
        kind: strings.intern(&kind),
        summary: strings.intern(summary),
        source_name: strings.intern(&source),
        source_url: strings.intern(&url),
        observed_at,
    };
    store.signals.push(signal);
    Ok(())
}

/// Returns an id that depends on the signal alone, not on its line: 64 bits of SHA-256 over its parts.
fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(8).fold("signal-".to_owned(), |id, byte| format!("{id}{byte:02x}"))
}
