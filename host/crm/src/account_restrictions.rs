//! The restrictions in an account's row: its relation, an open deal, activity, do-not-contact and inactive marks.
//!
//! Every column that can restrict contact is read, and the strictest value counts. A value that cannot be read makes the
//! account unclear.

use baton_facts::types::{Relation, Suppression, SuppressionReason, SuppressionScope, Timestamp};

use super::account_columns::{
    ACTIVE, COMPETITOR, CUSTOMER, DO_NOT_CONTACT, LAST_ACTIVITY, OPEN_DEALS, PARTNER, STAGE, TYPE,
};
use super::columns::CsvRow;
use super::parse::{self, is_placeholder};
use super::quantities;
use super::rejects::{ReportBuilder, shortened};
use super::store::FactTable;
use super::words::{Words, stricter};

/// The values of `[crm.words.relation]`, the strictest first.
pub(super) const RELATIONS: [&str; 5] = ["customer", "partner", "competitor", "prospect", "none"];

/// The restrictions of one row.
#[derive(Debug, Default)]
pub(super) struct AccountRestrictions {
    relation: Relation,
    open_opportunity: bool,
    pub(super) last_activity: Option<Timestamp>,
    do_not_contact: bool,
    unclear: Vec<String>,
}

impl AccountRestrictions {
    /// Adds the restrictions to those of the account. Returns whether its relation or open deals became stricter.
    pub(super) fn apply(self, store: &mut FactTable, account: u32) -> bool {
        let record = &mut store.accounts[account as usize];
        let before = (record.relation, record.open_opportunity);
        record.relation = stricter(record.relation, self.relation);
        record.open_opportunity |= self.open_opportunity;
        let tightened = before != (record.relation, record.open_opportunity);
        if self.do_not_contact {
            let order =
                Suppression { scope: SuppressionScope::Account, reason: SuppressionReason::Listed, until: None };
            store.suppressions.add_account(account, order);
        }
        self.unclear.into_iter().for_each(|text| store.unclear.add_to_account(account, text));
        tightened
    }
}

/// Reads the restrictions of a row.
pub(super) fn read(row: CsvRow<'_>, words: &Words, ledger: &mut ReportBuilder) -> AccountRestrictions {
    let mut found = AccountRestrictions::default();
    let mut opportunity_stage = false;
    for (column, field) in [(TYPE, "type"), (STAGE, "stage")] {
        for word in row.all(column).filter(|word| !is_placeholder(word)) {
            match words.relation(word) {
                Some(reading) => {
                    found.relation = stricter(found.relation, reading.relation);
                    opportunity_stage |= reading.opportunity;
                }
                None => {
                    ledger.hold_word(row.line, field, word, "relation", &RELATIONS);
                    found.unclear.push(format!("the {field} \"{}\" is not a known word", shortened(word)));
                }
            }
        }
    }
    marks(row, words, &mut found, ledger);
    found.open_opportunity = match row.get(OPEN_DEALS) {
        // HubSpot moves a company to this stage with its first open deal; a count, if there is one, is more precise.
        "" => opportunity_stage,
        deals => {
            quantities::count(deals).unwrap_or_else(|| {
                ledger.note(row.line, "open-deals", "is not a number; counted as open", deals);
                1
            }) > 0
        }
    };
    for date in row.all(LAST_ACTIVITY).filter(|date| !is_placeholder(date)) {
        match row.parse_date(LAST_ACTIVITY, date) {
            Some(at) => found.last_activity = found.last_activity.max(Some(at)),
            None => {
                ledger.hold_date(row.line, "last-activity", date);
                found.unclear.push(format!("the last activity \"{}\" is not a readable date", shortened(date)));
            }
        }
    }
    found
}

/// Reads the columns that mark an account as customer, partner, competitor, not to be contacted, or inactive.
fn marks(row: CsvRow<'_>, words: &Words, found: &mut AccountRestrictions, ledger: &mut ReportBuilder) {
    let relations = [
        (CUSTOMER, "customer", Relation::Customer),
        (PARTNER, "partner", Relation::Partner),
        (COMPETITOR, "competitor", Relation::Competitor),
    ];
    for (column, field, meant) in relations {
        for value in row.all(column).filter(|value| !is_placeholder(value)) {
            let relation = match parse::boolean(value) {
                Some(yes) => Some(if yes { meant } else { Relation::None }),
                None => words.relation(value).map(|reading| reading.relation),
            };
            match relation {
                Some(relation) => found.relation = stricter(found.relation, relation),
                None => {
                    ledger.hold_word(row.line, field, value, "relation", &RELATIONS);
                    found.unclear.push(format!("{field} is \"{}\", which is not a known word", shortened(value)));
                }
            }
        }
    }
    found.do_not_contact = row
        .all(DO_NOT_CONTACT)
        .filter(|value| !is_placeholder(value))
        .any(|value| parse::boolean(value).unwrap_or(true));
    for value in row.all(ACTIVE).filter(|value| !is_placeholder(value)) {
        let active = parse::boolean(value).or_else(|| value.eq_ignore_ascii_case("active").then_some(true));
        if active != Some(true) {
            found.unclear.push(format!("the account is marked as inactive: \"{}\"", shortened(value)));
        }
    }
}
