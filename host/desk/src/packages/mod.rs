//! Packages: their rows, their content and recordings, and the one way from a state to the next.
//!
//! A seeded defect is stored beside the package it stands in front of, and every list shows it in its place.

pub(crate) mod account_outcome;
pub(crate) mod fingerprints;
pub(crate) mod prepared;
pub(crate) mod queries;
pub(crate) mod shown;
pub(crate) mod transition;

pub use account_outcome::AccountOutcome;
pub use prepared::{Fingerprint, Prepared};
