//! What the logic needs from its host: lookups and drafts. A component maps this to its imports, a test to memory.

use baton_facts::{
    errors::{DraftingError, LookupError},
    packages::{Brief, Candidate, Dossier, Found},
    policy::IdealCustomer,
    types::{Draft, Timestamp},
};

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
