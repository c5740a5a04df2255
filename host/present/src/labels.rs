//! Labels of package states and checks.

use crate::safe_text::line;
use baton_model::package_state::PackageState;
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
pub const fn state_label(state: PackageState) -> &'static str {
    match state {
        PackageState::Queued => "Queued",
        PackageState::Snoozed => "Snoozed",
        PackageState::Approved => "Approved",
        PackageState::Released => "Scheduled",
        PackageState::Transmitting => "Sending",
        PackageState::Sent => "Sent",
        PackageState::Failed => "Not sent",
        PackageState::DeliveryUnknown => "Delivery unknown",
        PackageState::Rejected => "Rejected",
        PackageState::Expired => "Expired",
        PackageState::Superseded => "Replaced",
        PackageState::Withdrawn => "Withdrawn",
    }
}

/// Returns the status of a package as a sentence without a period.
pub const fn state_sentence(state: PackageState) -> &'static str {
    match state {
        PackageState::Queued => "Waiting for review",
        PackageState::Snoozed => "Snoozed",
        PackageState::Approved => "Approved; waiting for the final check",
        PackageState::Released => "Approved and checked; scheduled for the sending window",
        PackageState::Transmitting => "Sending now; it may already have been sent",
        PackageState::Sent => "Sent",
        PackageState::Failed => "Not sent, and won't be sent",
        PackageState::DeliveryUnknown => "Delivery unknown; please check whether it was sent",
        PackageState::Rejected => "Rejected",
        PackageState::Expired => "Expired; its reason to write was out of date before anyone reviewed it",
        PackageState::Superseded => "Replaced by a newer package",
        PackageState::Withdrawn => "Withdrawn before it was sent",
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
        assert_eq!(case_name(&PackageState::DeliveryUnknown), "delivery-unknown");
    }
}
