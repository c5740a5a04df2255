//! A decision together with the final check of the message that it approves.
//!
//! The page, the panel, the API and the command all decide through this function, so that no surface can forget the
//! release or the worker.

use crate::desk::{Desk, DeskResult};
use baton_facts::types::Timestamp;
use baton_model::decision::{DecisionRequest, DecisionResult};
use baton_model::views::OutboxView;

/// A decision, and the outbox entry of the message that it approves.
#[derive(Debug)]
pub struct DecidedAndReleased {
    /// The decision.
    pub decided: DecisionResult,
    /// The entry after the final check; `None` if the decision approves no message. After an error the entry stays
    /// approved, and the worker releases it later: the decision counts either way.
    pub entry: Option<DeskResult<OutboxView>>,
}

impl Desk {
    /// Makes the decision, releases the message it approves, and calls `wake`, which should wake the sending worker.
    ///
    /// # Errors
    /// As for [`Self::decide`]. `wake` is not called then.
    pub async fn decide_and_release(
        &self,
        request: &DecisionRequest,
        now: Timestamp,
        wake: impl FnOnce(),
    ) -> DeskResult<DecidedAndReleased> {
        let decided = self.decide(request, now).await?;
        let entry = match &decided.outbox {
            Some(outbox) => {
                let released = self.release(outbox, now).await;
                wake();
                Some(released)
            }
            None => None,
        };
        Ok(DecidedAndReleased { decided, entry })
    }
}
