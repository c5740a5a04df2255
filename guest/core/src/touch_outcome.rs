//! Interprets the outcome of a touch as CRMs write it.
//!
//! The words are those of the contract's message kinds, and those of HubSpot, Salesforce and their sequence tools. An
//! unknown word changes nothing: an inbound touch counts as a person's, an outbound one as unanswered.

use baton_facts::types::{Channel, Touch};

/// Returns whether a machine sent the touch: an automatic reply, a delay notice or a bounce.
pub(crate) fn is_automatic_touch(touch: &Touch) -> bool {
    matches_any(touch, &["auto-reply", "out-of-office", "delivery-delay"]) || is_bounce(touch)
}

/// Returns whether the message failed permanently.
pub(crate) fn is_bounce(touch: &Touch) -> bool {
    matches_any(touch, &["delivery-failure", "bounce", "bounced", "hard-bounce"])
}

/// Returns whether a person answered our message.
pub(crate) fn is_reply(touch: &Touch) -> bool {
    matches_any(
        touch,
        &["replied", "reply", "answered", "responded", "interested", "meeting-booked", "meeting-scheduled"],
    )
}

/// Returns whether the contact asked for no more messages.
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

/// Returns the outcome word when the delivery is not known yet.
pub(crate) fn pending_delivery(touch: &Touch) -> Option<&'static str> {
    ["in doubt", "on its way"].into_iter().find(|word| matches_any(touch, &[word]))
}

/// Names the channel with its article.
pub(crate) fn describe_channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "another email",
        Channel::Call => "a call",
        Channel::Meeting => "a meeting",
        Channel::Social => "a message on a network",
        Channel::Other => "another touch",
    }
}

/// Compares outcome words without case, blanks and underscores: `Out_of office` is `out-of-office`.
fn matches_any(touch: &Touch, words: &[&str]) -> bool {
    let fold = |byte: u8| if matches!(byte, b'_' | b' ') { b'-' } else { byte.to_ascii_lowercase() };
    touch
        .outcome
        .as_deref()
        .is_some_and(|outcome| words.iter().any(|word| outcome.trim().bytes().map(fold).eq(word.bytes().map(fold))))
}
