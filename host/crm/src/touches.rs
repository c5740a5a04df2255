//! The touches file: earlier exchanges with the contacts, on any channel.
//!
//! A touch prevents a message too soon after it, so the row of a known person is never dropped: an unreadable date holds
//! the account, and an unreadable direction or outcome counts as a reply. A touch of somebody unknown at a known account
//! counts as activity there.

use baton_facts::types::{
    Channel, Direction, Engagement, Suppression, SuppressionReason, SuppressionScope, Timestamp, TouchOutcome,
};

use super::{
    accounts::AccountIndex,
    columns::{CsvRow, Field},
    contacts::ContactIndex,
    crm_config::OutcomeWord,
    optional_fields,
    parse::normalize_label,
    rejects::{ReportBuilder, RowFault, RowRejectReason, shortened},
    store::{FactTable, TouchRecord},
    words::Words,
};
use baton_model::address::EmailAddress;

pub(super) const FIELDS: [Field; 7] = [
    Field::new("contact", &["Contact", "Email", "Contact ID"]).required().id(),
    Field::new("date", &["Date", "Activity date", "At"]).required().date(),
    Field::new("direction", &["Direction", "Email Direction", "hs_email_direction", "hs_call_direction"]),
    Field::new("channel", &["Channel", "Activity type", "Type"]),
    Field::new("campaign", &["Campaign", "Sequence"]),
    Field::new("subject", &["Subject"]),
    Field::new("outcome", &["Outcome", "Result"]),
];
const CONTACT: usize = 0;
const DATE: usize = 1;
const DIRECTION: usize = 2;
const CHANNEL: usize = 3;
const CAMPAIGN: usize = 4;
const SUBJECT: usize = 5;
const OUTCOME: usize = 6;

/// Adds one row of the touches file.
pub(super) fn add_touch_row(
    row: CsvRow<'_>,
    words: &Words,
    store: &mut FactTable,
    (accounts, contacts): (&AccountIndex, &ContactIndex),
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    let named = row.get(CONTACT);
    let at = row.parse_date(DATE, row.get(DATE));
    let direction = direction(row, words, ledger);
    let outcome = outcome(row, words, ledger);
    let reacted = direction == Direction::Inbound || outcome.as_ref().is_some_and(is_reaction);
    let Some(contact) = contacts.find(store, named) else {
        if named.contains('@') {
            for account in accounts.find_domain(store, named).all() {
                add_activity(row, store, *account, at, reacted, ledger);
            }
        }
        let hint = "name a person of the contacts file by address or id";
        return Err(RowFault::new(
            RowRejectReason::UnknownContact,
            format!("no contact \"{}\"", shortened(named)),
            hint,
        ));
    };
    if let Some(reason) = outcome.as_ref().and_then(suppression) {
        let order = Suppression { scope: SuppressionScope::Address, reason, until: None };
        store.suppressions.add_contact(contact, order);
        if let Ok(address) = named.parse::<EmailAddress>() {
            store.suppressions.add_address(store.strings.intern(address.as_compared()), order);
        }
    }
    let Some(at) = at else {
        if reacted {
            store.contacts[contact as usize].engagement = Engagement::InConversation;
        }
        let account = store.contacts[contact as usize].account;
        add_activity(row, store, account, None, false, ledger);
        return Ok(());
    };
    let channel = optional_fields::parse_or_note(row, CHANNEL, "channel", ledger, channel).unwrap_or(Channel::Other);
    let campaign = optional_fields::free_text(row, CAMPAIGN, "campaign", ledger);
    let subject = optional_fields::free_text(row, SUBJECT, "subject", ledger);
    let strings = &mut store.strings;
    let touch = TouchRecord {
        contact,
        at,
        direction,
        channel,
        campaign: strings.intern_non_empty(&campaign),
        subject: strings.intern(&subject),
        outcome,
    };
    store.touches.push(touch);
    Ok(())
}

/// Counts a touch as activity at the account: without a readable date, or if somebody unknown there reacted, the account
/// is unclear.
fn add_activity(
    row: CsvRow<'_>,
    store: &mut FactTable,
    account: u32,
    at: Option<Timestamp>,
    reacted: bool,
    ledger: &mut ReportBuilder,
) {
    let (who, date) = (shortened(row.get(CONTACT)), shortened(row.get(DATE)));
    if at.is_none() {
        ledger.hold_date(row.line, "date", row.get(DATE));
        let text = format!("the touch with {who} has no readable date: \"{date}\"");
        store.unclear.add_to_account(account, text);
    }
    if reacted {
        store.unclear.add_to_account(account, format!("{who}, who is not among the contacts, wrote on {date}"));
    }
    let record = &mut store.accounts[account as usize];
    record.last_activity = record.last_activity.max(at);
}

/// Returns the direction; one that is empty or unknown counts as inbound.
fn direction(row: CsvRow<'_>, words: &Words, ledger: &mut ReportBuilder) -> Direction {
    let word = row.get(DIRECTION);
    words.direction(word).unwrap_or_else(|| {
        if word.is_empty() {
            ledger.note(row.line, "direction", "is empty and counts as inbound", "");
        } else {
            ledger.hold_word(row.line, "direction", word, "direction", &["inbound", "outbound"]);
        }
        Direction::Inbound
    })
}

/// Returns the outcome; one that is unknown counts as a reply.
fn outcome(row: CsvRow<'_>, words: &Words, ledger: &mut ReportBuilder) -> Option<TouchOutcome> {
    let text = optional_fields::free_text(row, OUTCOME, "outcome", ledger);
    if text.is_empty() {
        return None;
    }
    let Some(word) = words.outcome(&text) else {
        let meanings = [
            "opted-out",
            "complained",
            "not-interested",
            "replied",
            "meeting-booked",
            "bounced",
            "auto-replied",
            "no-reaction",
        ];
        ledger.hold_word(row.line, "outcome", &text, "outcome", &meanings);
        return Some(TouchOutcome::Replied);
    };
    Some(match word {
        OutcomeWord::NoReaction => TouchOutcome::Other(text),
        OutcomeWord::Replied => TouchOutcome::Replied,
        OutcomeWord::MeetingBooked => TouchOutcome::MeetingBooked,
        OutcomeWord::NotInterested => TouchOutcome::NotInterested,
        OutcomeWord::OptedOut => TouchOutcome::OptedOut,
        OutcomeWord::Complained => TouchOutcome::Complained,
        OutcomeWord::AutoReplied => TouchOutcome::AutoReplied,
        OutcomeWord::Bounced => TouchOutcome::Bounced,
    })
}

fn is_reaction(outcome: &TouchOutcome) -> bool {
    matches!(outcome, TouchOutcome::Replied | TouchOutcome::MeetingBooked | TouchOutcome::NotInterested)
}

/// Returns the suppression that an outcome means for good.
fn suppression(outcome: &TouchOutcome) -> Option<SuppressionReason> {
    match outcome {
        TouchOutcome::OptedOut => Some(SuppressionReason::OptedOut),
        TouchOutcome::Complained => Some(SuppressionReason::Complaint),
        _ => None,
    }
}

fn channel(word: &str) -> Option<Channel> {
    Some(match normalize_label(word).as_str() {
        "email" | "mail" | "emailsent" => Channel::Email,
        "call" | "phone" | "phonecall" => Channel::Call,
        "meeting" | "demo" | "event" => Channel::Meeting,
        "social" | "linkedin" | "linkedinmessage" | "sms" | "whatsapp" => Channel::Social,
        "other" | "task" | "note" => Channel::Other,
        _ => return None,
    })
}
