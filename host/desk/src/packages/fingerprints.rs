//! Fingerprints of a package, which do not reveal its content: the digest that a decision refers to, the hash of its
//! draft, and its recipient.
//!
//! They are keyed with the store's key, so that guesses about the content of an erased package cannot be verified.

use crate::db::encryption::{KeyRing, Tag};
use crate::suppression::suppressions::Recipient;
use baton_facts::packages::HandoffPackage;
use baton_model::views::RoutedPackage;

/// Returns the digest that a decision refers to.
pub(crate) fn digest(vault: &KeyRing, content: &RoutedPackage) -> String {
    // Records of the contract can always be serialized as JSON.
    let json = serde_json::to_string(content).unwrap_or_default();
    vault.tag("digest", &[&json]).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hashes the parts of a package that the recipient sees, to detect whether a newer preparation differs.
pub(crate) fn draft_tag(vault: &KeyRing, package: &HandoffPackage) -> Tag {
    let message = &package.draft.message;
    let (sender, signal) = (&package.sender.email, lead_signal(package));
    vault.tag("draft", &[sender, &message.to, &message.subject, &message.body, signal])
}

/// Returns the id of the signal that the draft is based on.
pub(crate) fn lead_signal(package: &HandoffPackage) -> &str {
    package.signals.first().map_or("", |ranked| &ranked.signal.id)
}

/// Returns the package's recipient.
pub(crate) fn target(vault: &KeyRing, package: &HandoffPackage) -> Recipient {
    let to = package.draft.message.to.trim().to_lowercase();
    Recipient {
        account: package.account.id.clone(),
        account_domain: package.account.domain.clone().unwrap_or_default(),
        recipient_domain: to.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_owned()),
        address_tag: vault.address_tag(&to),
        contact_tag: vault.contact_tag(&package.contact.id),
    }
}
