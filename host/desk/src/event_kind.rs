//! The kinds of events, and which webhook subscribes to which.

use serde::{Deserialize, Serialize};

/// What a webhook can be told of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A package waits for a decision, or leaves by itself where its stream may.
    PackageReady,
    /// Somebody decided about a package.
    Decided,
    /// A message left.
    Sent,
    /// The CRM says that somebody at the account answered: everything there rests.
    Replied,
    /// What a stream has earned is different.
    StandingChanged,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::PackageReady, Self::Decided, Self::Sent, Self::Replied, Self::StandingChanged];

    /// As it is written.
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

/// What is said in the place of which webhook hears of what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscription {
    /// The webhook's name.
    pub webhook: String,
    /// What it is told of.
    pub events: Vec<EventKind>,
}
