//! The transactional core of the reference CRM: packages, decisions, the outbox, autonomy, replies and access.
//!
//! The crate calls the handoff logic only through components and never links it. It contains no HTML and no terminal
//! output: results for people are returned as data.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod autonomy;
pub mod components;
pub mod crm_export;
pub mod dashboard;
pub mod db;
mod desk;
mod error;
mod event_kind;
mod export_gate;
mod export_state;
pub mod maintenance;
mod observed_time;
pub mod opt_outs;
pub mod outbox;
pub mod packages;
pub mod panel;
pub mod replies;
pub mod reviews;
mod suppression;
#[cfg(test)]
mod tests;
mod users;
pub mod webhooks;
pub mod worker;

pub use components::{HandoffComponents, HandoffLogic};
pub use db::{Store, StoreError, back_up, restore};
pub use desk::{Desk, DeskService};
pub use error::{DeskError, Refusal};
