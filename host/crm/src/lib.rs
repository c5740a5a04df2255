//! The reference CRM: accounts, contacts, signals, touches and suppressions, read from a CSV export.
//!
//! An export is read once and never changes afterwards; the same files give the same facts in the same order. A row
//! that cannot be used is rejected with file, line and reason, a value that cannot be read gets a note, and reading
//! goes on: see [`LoadReport`]. A [`LoadError`] is returned only if a whole file cannot be used.

mod account_columns;
mod account_restrictions;
mod accounts;
mod address_links;
mod cell_entries;
mod columns;
mod company_links;
mod contact_columns;
mod contact_restrictions;
mod contacts;
mod crm;
pub mod crm_config;
pub mod csv_reader;
pub mod dates;
pub mod encoding;
mod error;
mod fields;
mod file_survey;
mod find;
mod header;
mod host_index;
mod hubspot;
mod import;
mod interned;
pub mod locale;
mod optional_fields;
pub mod parse;
mod person_links;
mod progress;
pub mod quantities;
pub mod rejects;
mod salesforce;
mod signals;
mod store;
mod suppression_index;
mod suppressions;
#[cfg(test)]
mod tests;
pub mod time_zone_names;
mod touches;
mod unclear;
mod words;

pub use company_links::OwnCompany;
pub use crm::Crm;
pub use crm_config::{
    ColumnMap, ColumnMaps, CrmSource, DateOrder, Format, OutcomeWord, Restriction, StageWord, StatusWord, WordMaps,
};
pub use error::LoadError;
pub use find::AccountNotFound;
pub use import::{CrmImport, LoadOptions};
pub use progress::LoadProgress;
pub use rejects::{FileReport, HoldingValue, LoadNote, LoadReport, RejectedRow, RowRejectReason};
