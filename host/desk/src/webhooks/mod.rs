//! Telling other programs what happens, by the Standard Webhooks specification
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! What is to be told is written down in the transaction of what it tells of, so a crash loses nothing and tells of
//! nothing that did not happen. The courier tells it afterwards, as often as it takes; a receiver may hear of the same
//! thing twice and knows it by the message's id. A message holds ids, kinds and times: whoever receives it asks for the
//! rest under their own name.

mod courier;
mod options;
mod sending;

pub use courier::{Courier, Delivered};
pub use options::{HookUrl, Webhook};
pub use sending::{Hook, is_public};

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
