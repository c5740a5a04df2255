//! The gate that the surroundings of the desk provide: whether the CRM export on disk is known.

use async_trait::async_trait;
use baton_facts::types::Timestamp;

/// Compares the store with the CRM export on disk, if somebody wrote to its files since the last comparison.
#[async_trait]
pub trait ExportGate: Send + Sync {
    /// Returns the reason why nothing can be approved or sent now; `None` if the store knows the export on disk.
    async fn hold(&self, now: Timestamp) -> Option<SendHold>;
}

/// The reason why approvals and messages wait for the CRM export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendHold {
    /// For every user; names no file.
    pub why: String,
    /// For admins; may end with a `hint:` line.
    pub detail: String,
}
