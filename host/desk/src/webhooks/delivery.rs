//! An event to deliver to one webhook.

use baton_facts::types::Timestamp;
use serde::Serialize;

/// A webhook delivery and its result.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeliveryView {
    /// The message's id: `msg_` and 24 characters.
    pub id: String,
    /// The webhook's name.
    pub webhook: String,
    /// The kind of event, such as `decided`.
    pub event: String,
    /// When the event happened.
    pub at: Timestamp,
    /// The event's data: ids, kinds and times.
    pub data: serde_json::Value,
    /// Number of attempts.
    pub attempts: u32,
    /// When the next attempt is due; `null` after the last one.
    pub due: Option<Timestamp>,
    /// When the delivery succeeded or was given up.
    pub ended: Option<Timestamp>,
    /// `delivered` or `dead`; `null` while it waits.
    pub result: Option<String>,
    /// The failure of the last attempt, if it failed.
    pub why: Option<String>,
}
