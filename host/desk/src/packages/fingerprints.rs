//! Fingerprints of a package, which do not reveal its content: the digest that a decision refers to, the hash of its
//! draft, and its recipient.
//!
//! They are keyed with the store's key, so that guesses about the content of an erased package cannot be verified.

use crate::db::encryption::{KeyRing, Tag};
use crate::suppression::suppressions::Recipient;
use baton_facts::packages::HandoffPackage;
use baton_model::address::{Domain, EmailAddress};
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
    let to = package.draft.message.to.parse::<EmailAddress>().ok();
    Recipient {
        account: package.account.id.clone(),
        account_domain: compared_domain(package.account.domain.as_deref()),
        recipient_domain: to.as_ref().map_or(String::new(), |to| to.domain().to_string()),
        // The desk does not save a package whose recipient is not an address.
        address_tag: to.as_ref().map(|to| vault.address_tag(to)).unwrap_or_default(),
        earlier_address_tag: to.as_ref().and_then(|to| vault.earlier_address_tag(to)),
        contact_tag: vault.contact_tag(&package.contact.id),
    }
}

/// Returns the account's domain as it is compared. A text that is not a domain is compared as it is.
pub(crate) fn compared_domain(domain: Option<&str>) -> String {
    let domain = domain.unwrap_or_default();
    domain.parse::<Domain>().map_or_else(|_| domain.trim().to_lowercase(), |domain| domain.to_string())
}
