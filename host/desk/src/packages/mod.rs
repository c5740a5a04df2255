//! Packages: their rows, content, recordings and state transitions.
//!
//! A seeded defect is stored in addition to the package that it was copied from, and every list shows it instead of
//! that package.

pub(crate) mod account_outcome;
pub(crate) mod fingerprints;
pub(crate) mod prepared;
pub(crate) mod queries;
pub(crate) mod shown;
pub(crate) mod transition;

pub use account_outcome::AccountOutcome;
pub use prepared::{Fingerprint, PreparedAccount};
