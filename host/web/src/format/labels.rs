//! Labels for the desk's states, decisions, reasons, and checks.

use baton_desk::autonomy::StreamKey;
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Change, Event, Finding};
use baton_model::decision::RejectReason;
use baton_model::package_state::State;
use baton_model::views::Planted;
use serde::Serialize;

/// Returns an enum case by its name in the contract, with spaces for hyphens: `not deliverable`.
pub(crate) fn word(case: &impl Serialize) -> String {
    match serde_json::to_value(case) {
        Ok(serde_json::Value::String(word)) => word.replace('-', " "),
        _ => String::new(),
    }
}

pub(crate) const fn model_label(model: HandoffModel) -> &'static str {
    match model {
        HandoffModel::ReviewAndApprove => "Review and approve",
        HandoffModel::SendThenSpotCheck => "Send, then spot-check",
        HandoffModel::Automatic => "Automatic",
    }
}

/// Returns the status of a package as a label.
pub(crate) const fn state_label(state: State) -> &'static str {
    match state {
        State::Queued => "Queued",
        State::Snoozed => "Snoozed",
        State::Approved => "Approved",
        State::Authorised => "Scheduled",
        State::Transmitting => "Sending",
        State::Sent => "Sent",
        State::Failed => "Not sent",
        State::InDoubt => "Delivery unknown",
        State::Rejected => "Rejected",
        State::Expired => "Expired",
        State::Superseded => "Replaced",
        State::Withdrawn => "Withdrawn",
    }
}

/// Returns the status of a package as a sentence without a period.
pub(crate) const fn state_sentence(state: State) -> &'static str {
    match state {
        State::Queued => "Waiting for review",
        State::Snoozed => "Snoozed",
        State::Approved => "Approved; waiting for the final check",
        State::Authorised => "Approved and checked; scheduled for the sending window",
        State::Transmitting => "Sending now; it may already have been sent",
        State::Sent => "Sent",
        State::Failed => "Not sent, and won't be sent",
        State::InDoubt => "Delivery unknown; please check whether it was sent",
        State::Rejected => "Rejected",
        State::Expired => "Expired; its reason to write was out of date before anyone reviewed it",
        State::Superseded => "Replaced by a newer package",
        State::Withdrawn => "Withdrawn before it was sent",
    }
}

/// Returns what was wrong with a package that has a seeded defect, as one line without a period.
pub(crate) fn seeded_defect_label(planted: &Planted) -> String {
    super::line(&planted.to_string())
}

pub(crate) const fn reject_reason_label(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::Draft => "The draft isn't good enough",
        RejectReason::Research => "The research is wrong or weak",
        RejectReason::Contact => "Wrong person or address",
        RejectReason::Account => "We shouldn't contact this account",
        RejectReason::NotNow => "Good, but not now",
        RejectReason::Other => "Other (see note)",
    }
}

/// Returns a label for a kind of decision, to follow the reviewer's name.
pub(crate) fn decision_label(kind: &str) -> &'static str {
    match kind {
        "approve" => "approved the draft",
        "edit" => "edited and approved the draft",
        "reject" => "rejected the package",
        "snooze" => "snoozed the package",
        "redraft" => "requested another draft",
        _ => "reviewed the package",
    }
}

/// Returns the name of a finding in forms and JSON.
pub(crate) const fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "conforming",
        Finding::Nonconforming => "nonconforming",
        Finding::FactualDefect => "factual-defect",
    }
}

pub(crate) const fn finding_label(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "good to send",
        Finding::Nonconforming => "has a problem",
        Finding::FactualDefect => "wrong fact",
    }
}

/// Returns a label for an event in a stream's evidence.
pub(crate) fn event_label(event: &Event) -> String {
    match event {
        Event::Inspected(inspection) => format!("Reviewed: {}", finding_label(inspection.finding)),
        Event::Missed(_) => "Spot-check missed".to_owned(),
        Event::MadeUp(inspection) => format!("Missed spot-check done later: {}", finding_label(inspection.finding)),
        Event::Released(1) => "1 email sent without a check".to_owned(),
        Event::Released(some) => format!("{} emails sent without a check", super::number(*some)),
        Event::DefectElsewhere => "Wrong fact in another stream".to_owned(),
        Event::Stopped => "Stopped manually".to_owned(),
        Event::Resumed => "Resumed manually".to_owned(),
        Event::Changed(Change::Wording) => "Angle wording changed".to_owned(),
        Event::Changed(Change::Producer) => "Drafting setup changed".to_owned(),
    }
}

/// Returns the name of a stream without its campaign: `mid · funding, first touch, en`.
pub(crate) fn stream_name(key: &StreamKey) -> String {
    let touch = if key.follow_up { "follow-up" } else { "first touch" };
    let [tier, kind, language] =
        [(&key.tier, 80), (&key.signal_kind, 80), (&key.language, 40)].map(|(text, most)| super::clipped(text, most));
    format!("{tier} · {kind}, {touch}, {language}")
}

/// Returns the title of a check. Checks of other engines have no title and are shown by their name.
pub(crate) fn check_title(name: &str) -> String {
    let known = match name {
        "signal-fresh" => "Reason to write is fresh",
        "account-not-suppressed" => "Account can be contacted",
        "contact-not-suppressed" => "Contact is not suppressed",
        "address-verified" => "Address is verified",
        "recipient" => "Goes to the contact",
        "subject" => "Subject line",
        "no-fake-reply" => "No fake reply",
        "greeting" => "Greeting",
        "signed" => "Signature",
        "length" => "Length",
        "parts-occur" => "Has opener, pitch, and question",
        "opener-names-signal" => "Opener names the signal",
        "pitch-is-the-angles" => "Pitch matches the campaign",
        "one-call-to-action" => "Asks for one thing",
        "placeholders-filled" => "No unfilled placeholders",
        "plain-text" => "Plain text",
        "claims-evidenced" => "Claims have evidence",
        "numbers-carried" => "Numbers have a source",
        "dates-carried" => "Dates have a source",
        "links-carried" => "Links have a source",
        "names-carried" => "Names have a source",
        "reading-time" => "Reading time",
        other => return super::line(&capitalized(&other.replace('-', " "))),
    };
    known.to_owned()
}

/// Returns the text with an uppercase first letter.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
