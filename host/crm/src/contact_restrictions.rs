//! The restrictions in a contact's row: opt-outs, bounces, the lead status, the contact's own life-cycle stage, owner and
//! activity.
//!
//! Every column that can restrict contact is read, and the strictest value counts. An opt-out or a bounce is also one of
//! the address, even if the row is rejected.

use baton_facts::types::{Engagement, Relation, Suppression, SuppressionReason, SuppressionScope, Timestamp};

use super::account_restrictions::RELATIONS;
use super::columns::CsvRow;
use super::contact_columns::{
    BOUNCED, DO_NOT_CONTACT, EMAIL, ENGAGEMENT, FIRST_NAME, GONE, IN_SEQUENCE, LAST_ACTIVITY, LAST_NAME, NAME,
    OPTED_OUT, OWNER, STAGE, STATUS,
};
use super::crm_config::StatusWord;
use super::parse::{self, is_placeholder, normalize_label};
use super::rejects::{ReportBuilder, shortened};
use super::store::FactTable;
use super::words::{Words, stricter};
use super::{cell_entries, optional_fields};

/// The restrictions of one row.
pub(super) struct ContactRestrictions {
    pub(super) suppression: Option<SuppressionReason>,
    pub(super) engagement: Engagement,
    relation: Relation,
    owner: String,
    last_activity: Option<Timestamp>,
    /// The unclear parts that hold the contact.
    unclear: Vec<String>,
    /// The unclear parts that hold the account, since they may say that somebody is in conversation.
    account_unclear: Vec<String>,
}

impl ContactRestrictions {
    /// Suppresses every address in the row if the person opted out or a message bounced.
    pub(super) fn suppress_addresses(&self, row: CsvRow<'_>, store: &mut FactTable) {
        let Some(reason) = self.suppression else { return };
        let order = Suppression { scope: SuppressionScope::Address, reason, until: None };
        for address in row.all(EMAIL).flat_map(cell_entries::addresses) {
            store.suppressions.add_address(store.strings.intern(address.as_compared()), order);
        }
    }

    /// Adds the restrictions to the contact and its account.
    pub(super) fn apply(self, store: &mut FactTable, contact: u32) {
        if let Some(reason) = self.suppression {
            let order = Suppression { scope: SuppressionScope::Address, reason, until: None };
            store.suppressions.add_contact(contact, order);
        }
        let account = store.contacts[contact as usize].account;
        let record = &mut store.accounts[account as usize];
        record.relation = stricter(record.relation, self.relation);
        record.last_activity = record.last_activity.max(self.last_activity);
        let mut unclear = self.unclear;
        if !self.owner.is_empty() {
            match record.owner.map(|owner| store.strings.get(owner).to_owned()) {
                None => record.owner = store.strings.intern_non_empty(&self.owner),
                Some(owner) if normalize_label(&owner) == normalize_label(&self.owner) => {}
                Some(owner) => {
                    let (own, of_account) = (shortened(&self.owner), shortened(&owner));
                    unclear.push(format!("{own} owns the contact, {of_account} the account"));
                }
            }
        }
        unclear.into_iter().for_each(|text| store.unclear.add_to_contact(contact, text));
        self.account_unclear.into_iter().for_each(|text| store.unclear.add_to_account(account, text));
    }
}

/// Reads the restrictions of a row.
pub(super) fn read(row: CsvRow<'_>, words: &Words, ledger: &mut ReportBuilder) -> ContactRestrictions {
    let mut found = ContactRestrictions {
        suppression: suppression(row, ledger),
        engagement: stated_engagement(row, ledger),
        relation: Relation::None,
        owner: optional_fields::owner(row, OWNER, ledger),
        last_activity: None,
        unclear: Vec::new(),
        account_unclear: Vec::new(),
    };
    for word in row.all(STATUS) {
        let status = words.status(word);
        match status {
            Some(StatusWord::Free) => {}
            Some(StatusWord::InSequence) => found.engagement = found.engagement.max(Engagement::InSequence),
            Some(StatusWord::InConversation) => found.engagement = Engagement::InConversation,
            Some(StatusWord::Excluded) => found.unclear.push(format!("the lead status is \"{}\"", shortened(word))),
            Some(StatusWord::OptedOut) => found.suppression = Some(SuppressionReason::OptedOut),
            Some(StatusWord::Bounced) => {
                found.suppression.get_or_insert(SuppressionReason::Bounced);
            }
            None if is_placeholder(word) => {}
            None => {
                let meanings = ["opted-out", "excluded", "in-conversation", "in-sequence", "free"];
                ledger.hold_word(row.line, "status", word, "status", &meanings);
                let text = format!("the lead status \"{}\" of {} is not a known word", shortened(word), name(row));
                found.account_unclear.push(text);
            }
        }
    }
    for word in row.all(STAGE).filter(|word| !is_placeholder(word)) {
        match words.relation(word) {
            Some(reading) => {
                found.relation = stricter(found.relation, reading.relation);
                if reading.opportunity {
                    found.engagement = Engagement::InConversation;
                }
            }
            None => {
                ledger.hold_word(row.line, "stage", word, "relation", &RELATIONS);
                let text = format!("the life-cycle stage \"{}\" of {} is not a known word", shortened(word), name(row));
                found.account_unclear.push(text);
            }
        }
    }
    if let Some(value) = row.all(GONE).find(|value| !is_placeholder(value) && parse::boolean(value) != Some(false)) {
        found.unclear.push(format!("the person is marked as gone: \"{}\"", shortened(value)));
    }
    for date in row.all(LAST_ACTIVITY).filter(|date| !is_placeholder(date)) {
        match row.parse_date(LAST_ACTIVITY, date) {
            Some(at) => found.last_activity = found.last_activity.max(Some(at)),
            None => {
                ledger.hold_date(row.line, "last-activity", date);
                let text =
                    format!("the last activity \"{}\" with {} is not a readable date", shortened(date), name(row));
                found.account_unclear.push(text);
            }
        }
    }
    found
}

/// Returns the suppression of the row. A value that cannot be read counts as yes, because writing to somebody who opted
/// out does more harm than not writing.
fn suppression(row: CsvRow<'_>, ledger: &mut ReportBuilder) -> Option<SuppressionReason> {
    let mut says = |column, field, unread: &'static str| {
        row.all(column).filter(|value| !is_placeholder(value)).any(|value| {
            parse::boolean(value).unwrap_or_else(|| {
                if !unread.is_empty() {
                    ledger.note(row.line, field, unread, value);
                }
                true
            })
        })
    };
    if says(OPTED_OUT, "opted-out", "is neither yes nor no; counted as opted out") {
        return Some(SuppressionReason::OptedOut);
    }
    if says(DO_NOT_CONTACT, "do-not-contact", "is neither yes nor no; counted as yes") {
        return Some(SuppressionReason::Listed);
    }
    // These columns hold a mark, a reason or a date, and are empty if no message bounced.
    says(BOUNCED, "bounced", "").then_some(SuppressionReason::Bounced)
}

fn stated_engagement(row: CsvRow<'_>, ledger: &mut ReportBuilder) -> Engagement {
    let stated = optional_fields::parse_or_note(row, ENGAGEMENT, "engagement", ledger, |word| {
        match normalize_label(word).as_str() {
            "none" => Some(Engagement::None),
            "insequence" => Some(Engagement::InSequence),
            "inconversation" => Some(Engagement::InConversation),
            _ => None,
        }
    });
    // An unreadable engagement is one, and an unreadable enrollment is one too.
    let stated = match (stated, row.get(ENGAGEMENT)) {
        (None, value) if !value.is_empty() && !is_placeholder(value) => Some(Engagement::InConversation),
        (stated, _) => stated,
    };
    let enrolled = row
        .all(IN_SEQUENCE)
        .filter(|value| !is_placeholder(value))
        .any(|value| parse::boolean(value).unwrap_or(true))
        .then_some(Engagement::InSequence);
    [stated, enrolled].into_iter().flatten().max().unwrap_or(Engagement::None)
}

/// Returns a name of the person for a message.
fn name(row: CsvRow<'_>) -> String {
    let full = [row.get(FIRST_NAME), row.get(LAST_NAME)].join(" ");
    let name = [full.trim(), row.get(NAME), row.get(EMAIL)].into_iter().find(|name| !name.is_empty());
    name.map_or_else(|| "a contact".to_owned(), shortened)
}
