//! Interprets the outcome of a touch.

use baton_facts::types::{Channel, Touch, TouchOutcome};

/// Returns whether a machine sent the touch: an automatic reply, a delay notice or a bounce.
pub(crate) fn is_automatic_touch(touch: &Touch) -> bool {
    matches!(touch.outcome, Some(TouchOutcome::AutoReplied | TouchOutcome::Bounced))
}

/// Returns whether the message failed permanently.
pub(crate) fn is_bounce(touch: &Touch) -> bool {
    matches!(touch.outcome, Some(TouchOutcome::Bounced))
}

/// Returns whether a person answered our message.
pub(crate) fn is_reply(touch: &Touch) -> bool {
    matches!(touch.outcome, Some(TouchOutcome::Replied | TouchOutcome::MeetingBooked))
}

/// Describes the outcome by which the contact asked for no more messages, or `None` for any other outcome.
pub(crate) fn opt_out(touch: &Touch) -> Option<&'static str> {
    match touch.outcome {
        Some(TouchOutcome::OptedOut) => Some("opted out"),
        Some(TouchOutcome::Complained) => Some("spam complaint"),
        Some(TouchOutcome::NotInterested) => Some("not interested"),
        _ => None,
    }
}

/// Describes the delivery while it is not known to be complete, or `None` once it is.
pub(crate) fn pending_delivery(touch: &Touch) -> Option<&'static str> {
    match touch.outcome {
        Some(TouchOutcome::DeliveryUnknown) => Some("has an unknown delivery"),
        Some(TouchOutcome::Scheduled) => Some("is still scheduled"),
        _ => None,
    }
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
