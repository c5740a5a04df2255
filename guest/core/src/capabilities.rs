//! The lookups and drafts that the logic needs from its host. A component implements them with its imports, a test in
//! memory.

use baton_facts::{
    errors::{DraftingError, LookupError},
    packages::{Brief, Candidate, Dossier, Found},
    policy::IdealCustomer,
    types::{Draft, Timestamp},
};

/// The interfaces `research`, `contacts` and `drafting` of the contract, as one trait.
pub trait Capabilities {
    /// Returns a page of accounts that may fit the ideal customer.
    fn search(&mut self, customer: &IdealCustomer, cursor: Option<&str>) -> Result<Found, LookupError>;
    /// Returns the account of this call and its signals observed since then.
    fn look_up(&mut self, account: &str, since: Timestamp) -> Result<Dossier, LookupError>;
    /// Returns every contact known at the account of this call.
    fn find(&mut self, account: &str) -> Result<Vec<Candidate>, LookupError>;
    /// Writes a draft for the brief.
    fn write(&mut self, brief: &Brief) -> Result<Draft, DraftingError>;
}
