//! News of the CRM: the store is compared with the export on disk before something is approved or sent.
//!
//! The store knows the digest of the export that it was last compared with. Where the files differ, nothing is approved
//! or sent until a comparison has withdrawn the packages that the newer export no longer allows. An export that cannot
//! be read, or that looks cut off, keeps approvals and messages waiting: sending by old facts is never the answer.

mod compare;
mod export_gate;
pub(crate) mod queries;

pub use compare::{CutOffExport, ExportComparison, ExportFacts};
pub use export_gate::{ExportGate, SendHold};

/// The state of an export's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportState {
    /// Of the contents of the files and of the settings that they are read with.
    pub digest: String,
    /// Sizes and times of the files: equal while nobody writes to them.
    pub files: String,
    /// Usable rows of the suppression list.
    pub suppressions: u64,
}
