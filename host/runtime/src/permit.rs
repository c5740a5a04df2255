//! The authority to send one message.
//!
//! Only host code mints a [`Permit`], always for one exact message of one sender in one thread. The first `send` that
//! presents it uses it up, whatever its result and in whichever call. A component holds it as a handle that it can
//! neither make nor keep.

use baton_facts::types::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The ground on which a permit was minted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authority {
    /// This person approved this exact text.
    Person(String),
    /// The admin's auto-send rule for this stream, whose standing allows it.
    Rule(String),
}

/// The message, sender and thread that a permit is bound to.
#[derive(Clone, Debug, PartialEq)]
pub struct PermitScope<'a> {
    /// The address of the sender.
    pub sender: &'a str,
    /// Recipient, subject and body.
    pub message: &'a Message,
    /// The Message-ID of the message it answers. `None` for the first message of a thread.
    pub thread: Option<&'a str>,
}

/// Authority to send one message, once.
#[derive(Clone, Debug)]
pub struct Permit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: String,
    authority: Authority,
    sender: String,
    thread: Option<String>,
    digest: [u8; 32],
    used: AtomicBool,
}

impl Permit {
    /// Mints a permit. The caller is responsible for the authority it names.
    ///
    /// `id` is the host's own, commonly that of the outbox entry that [`crate::Sending::authorize`] will mark.
    pub fn mint(id: impl Into<String>, authority: Authority, scope: &PermitScope<'_>) -> Self {
        Self(Arc::new(Inner {
            id: id.into(),
            authority,
            sender: scope.sender.to_owned(),
            thread: scope.thread.map(str::to_owned),
            digest: digest(scope),
            used: AtomicBool::new(false),
        }))
    }

    /// Returns the host's own id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the ground on which it was minted.
    pub fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// Returns whether a `send` has presented it.
    pub fn is_spent(&self) -> bool {
        self.0.used.load(Ordering::Acquire)
    }

    /// Returns whether it was minted for this message.
    pub fn covers(&self, message: &Message) -> bool {
        let scope = PermitScope { sender: &self.0.sender, message, thread: self.0.thread.as_deref() };
        digest(&scope) == self.0.digest
    }

    /// Uses the permit up. Returns `true` to the first caller only.
    pub(crate) fn spend(&self) -> bool {
        !self.0.used.swap(true, Ordering::AcqRel)
    }
}

/// Hashes the scope. Each part is preceded by its length, so that no two scopes have the same input.
fn digest(scope: &PermitScope<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    let message = scope.message;
    for part in [scope.sender, &message.to, &message.subject, &message.body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    match scope.thread {
        None => hash.update([0]),
        Some(thread) => {
            hash.update([1]);
            hash.update(thread);
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(to: &str, subject: &str, body: &str) -> Message {
        Message { to: to.into(), subject: subject.into(), body: body.into() }
    }

    #[test]
    fn a_permit_covers_its_message_alone() {
        let approved = message("ada@north.example", "Deploys", "Hi Ada,");
        let permit = Permit::mint(
            "1",
            Authority::Person("mara".into()),
            &PermitScope { sender: "mara@relay.example", message: &approved, thread: None },
        );
        assert!(permit.covers(&approved));
        for altered in [
            message("bob@north.example", "Deploys", "Hi Ada,"),
            message("ada@north.example", "Deploys ", "Hi Ada,"),
            message("ada@north.example", "Deploys", "Hi Ada, "),
            message("ada@north.example", "DeploysHi", " Ada,"),
        ] {
            assert!(!permit.covers(&altered), "{altered:?}");
        }
    }

    #[test]
    fn sender_and_thread_are_part_of_what_is_bound() {
        let text = message("ada@north.example", "Deploys", "Hi Ada,");
        let digests: std::collections::HashSet<_> = [("a", None), ("b", None), ("a", Some("")), ("a", Some("x"))]
            .map(|(sender, thread)| digest(&PermitScope { sender, message: &text, thread }))
            .into_iter()
            .collect();
        assert_eq!(digests.len(), 4);
    }

    #[test]
    fn only_the_first_use_counts() {
        let text = message("ada@north.example", "Deploys", "Hi Ada,");
        let permit =
            Permit::mint("1", Authority::Rule("s".into()), &PermitScope { sender: "m", message: &text, thread: None });
        assert!(!permit.is_spent());
        assert!(permit.clone().spend());
        assert!(!permit.spend());
        assert!(permit.is_spent());
    }
}
