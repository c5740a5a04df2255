//! What stands for a package without saying what is in it: the digest a decision is bound to, the tag of its draft, and
//! whom it would go to.
//!
//! Keyed with the store's own key, so that nobody can try out guesses of what a forgotten package said.

use crate::db::encryption::{KeyRing, Tag};
use crate::suppression::suppressions::Recipient;
use baton_facts::packages::HandoffPackage;
use baton_model::views::Content;

/// What a decision is bound to.
pub(crate) fn digest(vault: &KeyRing, content: &Content) -> String {
    // Records of the contract always have a JSON form.
    let json = serde_json::to_string(content).unwrap_or_default();
    vault.tag("digest", &[&json]).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Tells whether a newer preparation says anything else to the reader.
pub(crate) fn draft_tag(vault: &KeyRing, package: &HandoffPackage) -> Tag {
    let message = &package.draft.message;
    let (sender, signal) = (&package.sender.email, lead_signal(package));
    vault.tag("draft", &[sender, &message.to, &message.subject, &message.body, signal])
}

/// The signal that carries the draft.
pub(crate) fn lead_signal(package: &HandoffPackage) -> &str {
    package.signals.first().map_or("", |ranked| &ranked.signal.id)
}

/// Whom the package would go to.
pub(crate) fn target(vault: &KeyRing, package: &HandoffPackage) -> Recipient {
    let to = package.draft.message.to.trim().to_lowercase();
    Recipient {
        account: package.account.id.clone(),
        account_domain: package.account.domain.clone(),
        recipient_domain: to.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_owned()),
        address_tag: vault.address_tag(&to),
        contact_tag: vault.contact_tag(&package.contact.id),
    }
}
