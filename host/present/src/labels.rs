//! Labels of package states and checks.

use crate::safe_text::line;
use baton_model::package_state::State;
use serde::Serialize;

/// Returns the name of an enum case in the contract: `no-role-match`.
pub fn case_name(case: &impl Serialize) -> String {
    match serde_json::to_value(case) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// Returns the status of a package as a label.
pub const fn state_label(state: State) -> &'static str {
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
pub const fn state_sentence(state: State) -> &'static str {
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

/// Returns the title of a check. Checks of other engines have no title and are shown by their name.
pub fn check_title(name: &str) -> String {
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
        other => return line(&capitalized(&other.replace('-', " "))),
    };
    known.to_owned()
}

/// Returns the text with an uppercase first letter.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_have_titles() {
        for (name, expected) in [
            ("reading-time", "Reading time"),
            ("a-vendors-check", "A vendors check"),
            ("hidden\u{202e}", r"Hidden\u{202e}"),
            ("", ""),
        ] {
            assert_eq!(check_title(name), expected);
        }
    }

    #[test]
    fn cases_have_the_names_of_the_contract() {
        assert_eq!(case_name(&State::InDoubt), "in-doubt");
    }
}
