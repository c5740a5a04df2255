//! The reference CRM's facts, read from an export: accounts, contacts, signals, touches and suppressions.
//!
//! Everything is read once and then never changes; the same files give the same facts in the same order. Rows that
//! cannot be used are set aside with file, line and reason, values that cannot be read are noted, and the rest goes on:
//! see [`LoadReport`]. Only what makes a whole file useless is a [`LoadError`].

mod accounts;
mod contacts;
mod crm;
pub mod dates;
pub mod encoding;
mod error;
mod find;
mod hubspot;
mod interned;
mod load;
pub mod places;
mod progress;
pub mod records;
pub mod rejects;
mod salesforce;
mod signals;
mod soft;
pub mod source;
mod store;
mod suppression_index;
mod suppressions;
mod table;
#[cfg(test)]
mod tests;
mod touches;
pub mod values;

pub use crm::Crm;
pub use error::LoadError;
pub use find::NotFound;
pub use load::{Loaded, Options};
pub use progress::Reading;
pub use rejects::{FileReport, LoadReport, Note, Reason, Reject};
pub use source::{ColumnMap, ColumnMaps, CrmSource, Format};
