//! What the CRM says came of a touch, in words that differ from one product to the next.
//!
//! The words are those of the contract's message kinds, and those that HubSpot, Salesforce and their sequence tools
//! write. A word that nobody knows changes nothing: what came in is taken to be a person's, what went out unanswered.

use baton_facts::types::{Channel, Touch};

/// Machines answer without anybody having read.
pub(crate) fn is_automatic_touch(touch: &Touch) -> bool {
    matches_any(touch, &["auto-reply", "out-of-office", "delivery-delay"]) || is_bounce(touch)
}

/// The message failed for good.
pub(crate) fn is_bounce(touch: &Touch) -> bool {
    matches_any(touch, &["delivery-failure", "bounce", "bounced", "hard-bounce"])
}

/// A person answered a message of ours.
pub(crate) fn is_reply(touch: &Touch) -> bool {
    matches_any(
        touch,
        &["replied", "reply", "answered", "responded", "interested", "meeting-booked", "meeting-scheduled"],
    )
}

/// A person asked not to be written to.
pub(crate) fn is_opt_out(touch: &Touch) -> bool {
    matches_any(
        touch,
        &[
            "unsubscribed",
            "unsubscribe",
            "opted-out",
            "opt-out",
            "complaint",
            "spam",
            "spam-complaint",
            "not-interested",
        ],
    )
}

/// Why it is not known yet that the message left, where that is so.
pub(crate) fn pending_delivery(touch: &Touch) -> Option<&'static str> {
    ["in doubt", "on its way"].into_iter().find(|word| matches_any(touch, &[word]))
}

/// The channel with its article.
pub(crate) fn describe_channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "another email",
        Channel::Call => "a call",
        Channel::Meeting => "a meeting",
        Channel::Social => "a message on a network",
        Channel::Other => "another touch",
    }
}

/// `Out_of office` is `out-of-office`.
fn matches_any(touch: &Touch, words: &[&str]) -> bool {
    let fold = |byte: u8| if matches!(byte, b'_' | b' ') { b'-' } else { byte.to_ascii_lowercase() };
    touch
        .outcome
        .as_deref()
        .is_some_and(|outcome| words.iter().any(|word| outcome.trim().bytes().map(fold).eq(word.bytes().map(fold))))
}
