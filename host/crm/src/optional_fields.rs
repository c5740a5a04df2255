//! Optional values: a value that cannot be read gets a note and is not recorded.

use std::collections::HashMap;

use baton_facts::types::Timestamp;

use super::{
    columns::CsvRow,
    interned::{StringTable, Symbol},
    locale, parse,
    rejects::ReportBuilder,
    time_zone_names,
};

/// The maximum number of cached spellings; beyond it each is looked up again.
const SPELLINGS_MAX: usize = 10_000;

/// Parses one value; a value that cannot be parsed gets a note.
pub(super) fn parse_or_note<T>(
    row: CsvRow<'_>,
    column: usize,
    field: &'static str,
    ledger: &mut ReportBuilder,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let value = row.get(column);
    if value.is_empty() {
        return None;
    }
    let read = parse(value);
    if read.is_none() {
        ledger.note(row.line, field, not_recorded(value), value);
    }
    read
}

/// Returns the owner; empty if the record has none or a word such as `Unassigned` says so.
pub(super) fn owner(row: CsvRow<'_>, column: usize, ledger: &mut ReportBuilder) -> String {
    const NOBODY: [&str; 9] = [
        "unassigned",
        "noowner",
        "none",
        "nobody",
        "nichtzugewiesen",
        "nonattribué",
        "sinasignar",
        "semproprietário",
        "未割り当て",
    ];
    let owner = free_text(row, column, "owner", ledger);
    if NOBODY.contains(&parse::normalize_label(&owner).as_str()) { String::new() } else { owner }
}

/// Parses a date or time; see [`CsvRow::parse_date`].
pub(super) fn parse_timestamp(
    row: CsvRow<'_>,
    column: usize,
    field: &'static str,
    ledger: &mut ReportBuilder,
) -> Option<Timestamp> {
    parse_or_note(row, column, field, ledger, |value| row.parse_date(column, value))
}

/// Returns free text; empty if the value is empty or a placeholder.
pub(super) fn free_text(row: CsvRow<'_>, column: usize, field: &'static str, ledger: &mut ReportBuilder) -> String {
    let value = row.get(column);
    if parse::is_placeholder(value) {
        ledger.note(row.line, field, not_recorded(value), value);
        return String::new();
    }
    let (text, cut) = parse::text(value);
    if cut {
        ledger.note(row.line, field, "is longer than 4096 bytes and was cut", value);
    }
    text
}

fn not_recorded(value: &str) -> &'static str {
    if parse::is_placeholder(value) {
        "is a placeholder and is not recorded"
    } else {
        "could not be read and is not recorded"
    }
}

/// A cache of codes for names that many rows share, so that each spelling is looked up once.
#[derive(Default)]
pub(super) struct CodeCache {
    countries: HashMap<String, Option<Symbol>>,
    languages: HashMap<String, Option<Symbol>>,
    time_zones: HashMap<String, Option<Symbol>>,
}

impl CodeCache {
    /// Returns the ISO 3166-1 alpha-2 code of a known country.
    pub(super) fn country(&mut self, value: &str, strings: &mut StringTable) -> Option<Symbol> {
        cached(&mut self.countries, value, strings, locale::country)
    }

    /// Returns the BCP 47 tag of a known language.
    pub(super) fn language(&mut self, value: &str, strings: &mut StringTable) -> Option<Symbol> {
        cached(&mut self.languages, value, strings, locale::language)
    }

    /// Returns the name in the IANA database of a known time zone.
    pub(super) fn time_zone(&mut self, value: &str, strings: &mut StringTable) -> Option<Symbol> {
        cached(&mut self.time_zones, value, strings, |value| time_zone_names::time_zone(value).map(str::to_owned))
    }
}

fn cached(
    known: &mut HashMap<String, Option<Symbol>>,
    value: &str,
    strings: &mut StringTable,
    work_out: impl Fn(&str) -> Option<String>,
) -> Option<Symbol> {
    if let Some(code) = known.get(value) {
        return *code;
    }
    let code = work_out(value).map(|code| strings.intern(&code));
    if known.len() < SPELLINGS_MAX {
        known.insert(value.to_owned(), code);
    }
    code
}
