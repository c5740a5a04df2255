//! The gate that a decision and a send pass: the store has to know the export on disk.

use crate::crm_export::ExportState;
use crate::crm_export::queries::crm_export;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
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

impl Desk {
    /// Returns the reason why nothing can be approved or sent now.
    pub async fn export_hold(&self, now: Timestamp) -> Option<SendHold> {
        match &self.export_gate {
            Some(gate) => gate.hold(now).await,
            None => None,
        }
    }

    /// Refuses while the store does not know the CRM export on disk. Call it without an open transaction.
    pub(crate) async fn check_export(&self, now: Timestamp) -> DeskResult<()> {
        match self.export_hold(now).await {
            Some(hold) => Err(Refusal::ExportNotRead(hold.why).into()),
            None => Ok(()),
        }
    }

    /// Returns the export of the last comparison; `None` if no run has read one.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn compared_export(&self) -> DeskResult<Option<ExportState>> {
        let mut tx = self.read().await?;
        Ok(crm_export::last(&mut tx).await?)
    }

    /// Returns a desk that saves outcomes only while this export is the one that the store was last compared with. A
    /// newer one may disallow what a run has prepared from the facts before.
    #[must_use]
    pub fn preparing_from(&self, export: &ExportState) -> Self {
        Self { prepared_from: Some(export.digest.as_str().into()), ..self.clone() }
    }
}
