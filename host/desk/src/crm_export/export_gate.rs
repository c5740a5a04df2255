//! The gate that a decision and a send pass: the store has to know the export on disk.

use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::export_gate::SendHold;
use crate::export_state::{self, ExportState};
use baton_facts::types::Timestamp;

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
        Ok(export_state::last(&mut tx).await?)
    }

    /// Returns a desk that saves outcomes only while this export is the one that the store was last compared with. A
    /// newer one may disallow what a run has prepared from the facts before.
    #[must_use]
    pub fn preparing_from(&self, export: &ExportState) -> Self {
        Self { prepared_from: Some(export.digest.as_str().into()), ..self.clone() }
    }
}
