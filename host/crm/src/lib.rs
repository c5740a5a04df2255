//! The reference CRM: accounts, contacts, signals, touches and suppressions, read from a CSV export.
//!
//! An export is read once and never changes afterwards; the same files give the same facts in the same order. A row
//! that cannot be used is rejected with file, line and reason, a value that cannot be read gets a note, and reading
//! goes on: see [`LoadReport`]. A [`LoadError`] is returned only if a whole file cannot be used.

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
pub use find::AccountNotFound;
pub use load::{CrmImport, LoadOptions};
pub use progress::LoadProgress;
pub use rejects::{FileReport, LoadNote, LoadReport, RejectedRow, RowRejectReason};
pub use source::{ColumnMap, ColumnMaps, CrmSource, Format};
