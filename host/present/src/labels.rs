//! Labels of package states and checks.

use crate::safe_text::line;
use baton_facts::description::EngineDescription;
use baton_model::package_state::PackageState;
use serde::Serialize;
use std::collections::BTreeMap;

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
        PackageState::Scheduled => "Scheduled",
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
        PackageState::Scheduled => "Approved and checked; scheduled for the sending window",
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

/// The titles of an engine's checks, by name.
#[derive(Debug, Default)]
pub struct CheckTitles(BTreeMap<String, String>);

impl CheckTitles {
    /// Takes the titles from the engine's description.
    pub fn new(engine: &EngineDescription) -> Self {
        Self(engine.checks.iter().map(|check| (check.name.clone(), line(&check.title))).collect())
    }

    /// Returns the title of a check. A check that the engine does not describe is shown by its name.
    pub fn title(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| line(&capitalized(&name.replace('-', " "))))
    }
}

/// Returns the text with an uppercase first letter.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_facts::description::CheckDescription;

    #[test]
    fn checks_have_titles() {
        let check = |name: &str, title: &str| CheckDescription {
            name: name.into(),
            title: title.into(),
            meaning: String::new(),
        };
        let checks = vec![check("numbers-carried", "Numbers have a source"), check("odd", "Hidden\u{202e}")];
        let titles = CheckTitles::new(&EngineDescription { checks });
        for (name, expected) in [
            ("numbers-carried", "Numbers have a source"),
            ("odd", r"Hidden\u{202e}"),
            ("a-vendors-check", "A vendors check"),
            ("hidden\u{202e}", r"Hidden\u{202e}"),
            ("", ""),
        ] {
            assert_eq!(titles.title(name), expected);
        }
    }

    #[test]
    fn cases_have_the_names_of_the_contract() {
        assert_eq!(case_name(&PackageState::DeliveryUnknown), "delivery-unknown");
    }
}
