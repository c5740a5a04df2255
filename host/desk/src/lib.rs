//! The transactional core of the reference CRM: packages, decisions, the outbox, autonomy, replies and access.
//!
//! It reaches the handoff logic through components alone and never links it. It knows no HTML and no terminal:
//! what it has to say to a person it returns as data.

pub mod desk;
mod error;
pub mod outbox;
pub mod store;
pub mod webhooks;

pub use error::{DeskError, Refusal};
