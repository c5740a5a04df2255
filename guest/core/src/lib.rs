//! The handoff logic: pure functions over the facts of the contract.
//!
//! Nothing in here calls the host, reads a clock, draws a random number or does I/O: what the logic needs from outside
//! is the trait [`Capabilities`] and a `now` that the caller passes in. So the same code runs inside the components,
//! in native tests and in benchmarks, and the same input gives the same output, bit for bit.

use baton_facts::{
    errors::{DraftingError, LookupError},
    packages::{Brief, Candidate, Dossier, Found},
    policy::IdealCustomer,
    types::{Draft, Timestamp},
};

mod angle_selection;
mod calendar;
mod checks;
mod contact_selection;
mod describe;
mod discover;
mod eligibility;
mod email_address;
pub mod governor;
mod icp;
mod package;
mod phrase_search;
mod prepare;
#[cfg(test)]
mod properties;
mod reading_time;
pub mod replies;
pub mod rules;
mod sequence;
mod signals;
pub mod template;
#[cfg(test)]
mod testing;
mod text;
mod thread;
mod titles;
mod touch_outcome;

pub use checks::{inspect, may_leave};
pub use discover::discover;
pub use prepare::{follow_up, prepare, redraft};

/// What the host provides, as the logic sees it. The contract's interfaces `research`, `contacts` and `drafting`.
pub trait Capabilities {
    /// A page of accounts that may fit the ideal customer.
    fn search(&mut self, customer: &IdealCustomer, cursor: Option<&str>) -> Result<Found, LookupError>;
    /// The account of this call, with its signals observed since then.
    fn look_up(&mut self, account: &str, since: Timestamp) -> Result<Dossier, LookupError>;
    /// Everybody known at the account of this call.
    fn find(&mut self, account: &str) -> Result<Vec<Candidate>, LookupError>;
    /// A draft for the brief.
    fn write(&mut self, brief: &Brief) -> Result<Draft, DraftingError>;
}
