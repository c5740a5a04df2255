//! News of the CRM: the store is compared with the export on disk before something is approved or sent.
//!
//! The store knows the digest of the export that it was last compared with. Where the files differ, nothing is approved
//! or sent until a comparison has withdrawn the packages that the newer export no longer allows. An export that cannot
//! be read, or that looks cut off, keeps approvals and messages waiting: sending by old facts is never the answer.

mod compare;
mod export_gate;

pub use crate::export_gate::{ExportGate, SendHold};
pub use crate::export_state::ExportState;
pub use compare::{CutOffExport, ExportComparison, ExportFacts};
