//! The kinds of events, and the webhooks that subscribe to them.

use serde::{Deserialize, Serialize};

/// An event that a webhook can subscribe to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A package waits for a decision, or for auto-send if its stream allows that.
    PackageReady,
    /// A decision about a package was made.
    Decided,
    /// A message was sent.
    Sent,
    /// The CRM reports a reply: every sequence at the account is paused.
    Replied,
    /// A stream's standing changed.
    StandingChanged,
}

impl EventKind {
    pub const ALL: [Self; 5] = [Self::PackageReady, Self::Decided, Self::Sent, Self::Replied, Self::StandingChanged];

    /// Returns the name used in configuration and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PackageReady => "package-ready",
            Self::Decided => "decided",
            Self::Sent => "sent",
            Self::Replied => "replied",
            Self::StandingChanged => "standing-changed",
        }
    }
}

/// A webhook's name and the events that it subscribes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookSubscription {
    pub webhook: String,
    pub events: Vec<EventKind>,
}
