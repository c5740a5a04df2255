//! Webhooks: signed notifications to other programs, by the Standard Webhooks specification
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! A message is recorded in the transaction of its event, so a crash neither loses nor invents one. The dispatcher
//! retries it with backoff until it is acknowledged; a receiver may get it twice and recognizes it by its id. A message
//! contains ids, kinds and times only: receivers fetch the rest with their own access.

pub(crate) mod client;
pub(crate) mod delivery;
pub(crate) mod dispatcher;
pub(crate) mod events;
pub(crate) mod options;
pub(crate) mod public_address;
pub(crate) mod queries;

pub use crate::event_kind::{EventKind, WebhookSubscription};
pub use client::WebhookEndpoint;
pub use delivery::DeliveryView;
pub use dispatcher::{DeliveryAttempt, WebhookDispatcher};
pub use options::{Webhook, WebhookUrl};
pub use public_address::is_public;
