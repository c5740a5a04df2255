//! Telling other programs what happens, by the Standard Webhooks specification
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! What is to be told is written down in the transaction of what it tells of, so a crash loses nothing and tells of
//! nothing that did not happen. The courier tells it afterwards, as often as it takes; a receiver may hear of the same
//! thing twice and knows it by the message's id. A message holds ids, kinds and times: whoever receives it asks for the
//! rest under their own name.

pub(crate) mod client;
pub(crate) mod delivery;
pub(crate) mod dispatcher;
pub(crate) mod events;
pub(crate) mod options;
pub(crate) mod public_address;
pub(crate) mod queries;

pub use crate::event_kind::{EventKind, Subscription};
pub use client::Hook;
pub use delivery::DeliveryView;
pub use dispatcher::{Courier, Delivered};
pub use options::{HookUrl, Webhook};
pub use public_address::is_public;
