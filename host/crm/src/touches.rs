//! The touches file: earlier exchanges with the contacts, on any channel.
//!
//! A touch prevents a message too soon after it, so a row is kept if its contact is known and its date can be read.

use baton_facts::types::{Channel, Direction, TouchOutcome};

use super::{
    columns::{CsvRow, Field},
    contacts::ContactIndex,
    dates, optional_fields,
    parse::normalize_label,
    rejects::{ReportBuilder, RowFault, RowRejectReason, shortened},
    store::{FactTable, TouchRecord},
};

pub(super) const FIELDS: [Field; 7] = [
    Field { name: "contact", headers: &["Contact", "Email", "Contact ID"], required: true },
    Field { name: "date", headers: &["Date", "Activity date", "At"], required: true },
    Field { name: "direction", headers: &["Direction"], required: false },
    Field { name: "channel", headers: &["Channel", "Activity type", "Type"], required: false },
    Field { name: "campaign", headers: &["Campaign", "Sequence"], required: false },
    Field { name: "subject", headers: &["Subject"], required: false },
    Field { name: "outcome", headers: &["Outcome", "Result"], required: false },
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
    store: &mut FactTable,
    contacts: &ContactIndex,
    ledger: &mut ReportBuilder,
) -> Result<(), RowFault> {
    let named = row.get(CONTACT);
    let Some(contact) = contacts.find(store, named) else {
        let hint = "name a person of the contacts file by address or id";
        return Err(RowFault::new(
            RowRejectReason::UnknownContact,
            format!("no contact \"{}\"", shortened(named)),
            hint,
        ));
    };
    let date = row.get(DATE);
    let at = dates::parse_timestamp(date).ok_or_else(|| {
        RowFault::new(
            RowRejectReason::Unreadable,
            format!("\"{}\" is not a date", shortened(date)),
            "write the date as YYYY-MM-DD",
        )
    })?;
    let direction =
        optional_fields::parse_or_note(row, DIRECTION, "direction", ledger, direction).unwrap_or(Direction::Outbound);
    let channel = optional_fields::parse_or_note(row, CHANNEL, "channel", ledger, channel).unwrap_or(Channel::Other);
    let campaign = optional_fields::free_text(row, CAMPAIGN, "campaign", ledger);
    let subject = optional_fields::free_text(row, SUBJECT, "subject", ledger);
    let outcome = optional_fields::free_text(row, OUTCOME, "outcome", ledger);
    let strings = &mut store.strings;
    let touch = TouchRecord {
        contact,
        at,
        direction,
        channel,
        campaign: strings.intern_non_empty(&campaign),
        subject: strings.intern(&subject),
        outcome: (!outcome.is_empty()).then(|| touch_outcome(&outcome)),
    };
    store.touches.push(touch);
    Ok(())
}

/// Maps the words of HubSpot, Salesforce and their sequence tools; any other text is kept as `Other`.
fn touch_outcome(words: &str) -> TouchOutcome {
    match normalize_label(words).as_str() {
        "replied" | "reply" | "answered" | "responded" | "interested" => TouchOutcome::Replied,
        "meetingbooked" | "meetingscheduled" => TouchOutcome::MeetingBooked,
        "notinterested" => TouchOutcome::NotInterested,
        "unsubscribed" | "unsubscribe" | "optedout" | "optout" => TouchOutcome::OptedOut,
        "complaint" | "spam" | "spamcomplaint" => TouchOutcome::Complained,
        "autoreply" | "outofoffice" | "deliverydelay" => TouchOutcome::AutoReplied,
        "deliveryfailure" | "bounce" | "bounced" | "hardbounce" => TouchOutcome::Bounced,
        _ => TouchOutcome::Other(words.to_owned()),
    }
}

fn direction(word: &str) -> Option<Direction> {
    match normalize_label(word).as_str() {
        "outbound" | "out" | "outgoing" | "sent" => Some(Direction::Outbound),
        "inbound" | "in" | "incoming" | "received" => Some(Direction::Inbound),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_of_crms_are_mapped() {
        for (words, expected) in [
            ("Replied", TouchOutcome::Replied),
            ("interested", TouchOutcome::Replied),
            ("Meeting_Booked", TouchOutcome::MeetingBooked),
            ("not interested", TouchOutcome::NotInterested),
            ("Unsubscribe", TouchOutcome::OptedOut),
            ("opt-out", TouchOutcome::OptedOut),
            ("SPAM", TouchOutcome::Complained),
            ("spam complaint", TouchOutcome::Complained),
            ("Out_of office", TouchOutcome::AutoReplied),
            ("Hard Bounce", TouchOutcome::Bounced),
            ("asked for a demo", TouchOutcome::Other("asked for a demo".into())),
        ] {
            assert_eq!(touch_outcome(words), expected, "{words}");
        }
    }
}
