//! The transactional core of the reference CRM: packages, decisions, the outbox, autonomy, replies and access.
//!
//! It reaches the handoff logic through components alone and never links it. It knows no HTML and no terminal:
//! what it has to say to a person it returns as data.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod autonomy;
pub mod components;
pub mod dashboard;
pub mod db;
mod desk;
mod error;
mod event_kind;
pub mod maintenance;
pub mod opt_outs;
pub mod outbox;
pub mod packages;
pub mod panel;
pub mod replies;
pub mod reviews;
mod suppression;
#[cfg(test)]
mod tests;
pub mod webhooks;
pub mod worker;

pub use components::{Logic, Tools};
pub use db::{Store, StoreError};
pub use desk::{Desk, DeskService};
pub use error::{DeskError, Refusal};
