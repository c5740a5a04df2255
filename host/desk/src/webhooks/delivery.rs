//! One event for one webhook.

use baton_facts::types::Timestamp;
use serde::Serialize;

/// Something that a webhook is told, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeliveryView {
    /// The message's id: `msg_` and 24 characters.
    pub id: String,
    /// The webhook's name.
    pub webhook: String,
    /// What it is about: `decided`.
    pub event: String,
    /// When it happened.
    pub at: Timestamp,
    /// Ids, kinds and times.
    pub data: serde_json::Value,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; none where it came to its end.
    pub due: Option<Timestamp>,
    /// When it came to its end.
    pub ended: Option<Timestamp>,
    /// `delivered` or `dead`; none while it waits.
    pub result: Option<String>,
    /// What came of the last try, where it was not taken.
    pub why: Option<String>,
}
