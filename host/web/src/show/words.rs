//! The desk's own terms in words for an SDR.

use baton_desk::store::StreamKey;
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Change, Event, Finding};
use baton_model::decision::RejectReason;
use baton_model::package_state::State;
use baton_model::views::Planted;
use serde::Serialize;

/// The contract's own word for an enum's case, hyphens apart: `not deliverable`.
pub(crate) fn word(case: &impl Serialize) -> String {
    match serde_json::to_value(case) {
        Ok(serde_json::Value::String(word)) => word.replace('-', " "),
        _ => String::new(),
    }
}

/// Who decides.
pub(crate) const fn model(model: HandoffModel) -> &'static str {
    match model {
        HandoffModel::ReviewAndApprove => "review and approve",
        HandoffModel::SendThenSpotCheck => "send, then spot-check",
        HandoffModel::Automatic => "automatic",
    }
}

/// Where a package is, as a label.
pub(crate) const fn state(state: State) -> &'static str {
    match state {
        State::Queued => "to decide",
        State::Snoozed => "snoozed",
        State::Approved => "approved",
        State::Authorised => "on its way",
        State::Transmitting => "being transmitted",
        State::Sent => "sent",
        State::Failed => "failed",
        State::InDoubt => "in doubt",
        State::Rejected => "rejected",
        State::Expired => "expired",
        State::Superseded => "superseded",
        State::Withdrawn => "withdrawn",
    }
}

/// Where a package is, as a sentence without its full stop.
pub(crate) const fn standing(state: State) -> &'static str {
    match state {
        State::Queued => "Waits for a decision",
        State::Snoozed => "Snoozed",
        State::Approved => "Approved; the final check is still to come",
        State::Authorised => "Approved and checked; it leaves when its sending window is open",
        State::Transmitting => "The worker has it: from here on it may have left",
        State::Sent => "Sent",
        State::Failed => "It did not leave and will not",
        State::InDoubt => "Whether it left is not known: a person has to say",
        State::Rejected => "Rejected",
        State::Expired => "Expired: its reason to write went stale before anybody decided",
        State::Superseded => "A newer package took its place",
        State::Withdrawn => "Taken back before it left",
    }
}

/// What a planted package was, on one line and without its full stop.
pub(crate) fn planted(planted: &Planted) -> String {
    super::line(&planted.to_string())
}

/// What was wrong with a package.
pub(crate) const fn rejected_for(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::Draft => "The text is not good enough",
        RejectReason::Research => "The research is wrong or weak",
        RejectReason::Contact => "It is the wrong person or address",
        RejectReason::Account => "The account should not be written to",
        RejectReason::NotNow => "Fine, but not now",
        RejectReason::Other => "Something else, as noted",
    }
}

/// A decision by its name.
pub(crate) fn decided(kind: &str) -> &'static str {
    match kind {
        "approve" => "approved the draft",
        "edit" => "edited the draft and approved it",
        "reject" => "rejected it",
        "snooze" => "snoozed it",
        "redraft" => "asked for another draft",
        _ => "decided",
    }
}

/// What a person found, as in forms and JSON.
pub(crate) const fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "conforming",
        Finding::Nonconforming => "nonconforming",
        Finding::FactualDefect => "factual-defect",
    }
}

/// What a person found.
pub(crate) const fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Conforming => "conforming",
        Finding::Nonconforming => "not conforming",
        Finding::FactualDefect => "a fact was wrong",
    }
}

/// What bore on a stream's standing, as a label.
pub(crate) fn event(event: &Event) -> String {
    match event {
        Event::Inspected(inspection) => format!("looked at: {}", finding(inspection.finding)),
        Event::Missed(_) => "a check was missed".to_owned(),
        Event::MadeUp(inspection) => format!("missed check made up for: {}", finding(inspection.finding)),
        Event::Released(1) => "1 left without a check".to_owned(),
        Event::Released(some) => format!("{} left without a check", super::number(*some)),
        Event::DefectElsewhere => "a fact was wrong in another stream".to_owned(),
        Event::Stopped => "stopped by hand".to_owned(),
        Event::Resumed => "resumed by hand".to_owned(),
        Event::Changed(Change::Wording) => "the angle's wording changed".to_owned(),
        Event::Changed(Change::Producer) => "what writes the drafts changed".to_owned(),
    }
}

/// What a stream is, without its campaign: `mid · funding, first touch, en`.
pub(crate) fn stream_name(key: &StreamKey) -> String {
    let touch = if key.follow_up { "follow-up" } else { "first touch" };
    let [tier, kind, language] =
        [(&key.tier, 80), (&key.signal_kind, 80), (&key.language, 40)].map(|(text, most)| super::clipped(text, most));
    format!("{tier} · {kind}, {touch}, {language}")
}

/// What a check looks at. Another engine may have other checks: those go by their name.
pub(crate) fn check_title(name: &str) -> String {
    let known = match name {
        "signal-fresh" => "Reason to write is fresh",
        "account-not-suppressed" => "Account may be written to",
        "contact-not-suppressed" => "Person may be written to",
        "address-verified" => "Address is verified",
        "recipient" => "Goes to the contact",
        "subject" => "Subject line",
        "no-fake-reply" => "No pretended reply",
        "greeting" => "Greeting",
        "signed" => "Signature",
        "length" => "Length",
        "parts-occur" => "Opener, pitch and question are there",
        "opener-names-signal" => "Opener names the signal",
        "pitch-is-the-angles" => "Pitch is the campaign's",
        "one-call-to-action" => "Asks for one thing",
        "placeholders-filled" => "No open placeholder",
        "plain-text" => "Plain text",
        "claims-evidenced" => "Claims have evidence",
        "numbers-carried" => "Numbers have a source",
        "dates-carried" => "Dates have a source",
        "links-carried" => "Links have a source",
        "names-carried" => "Names have a source",
        "reading-time" => "Reading time",
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            return super::line(&format!("{first}{}", letters.as_str().replace('-', " ")));
        }
    };
    known.to_owned()
}
