//! Decisions outside the review page: a message that is approved is sent at once, if it is due.

use crate::error::ServerError;
use crate::server::Server;
use baton_desk::reviews::DecidedAndReleased;
use baton_desk::{Desk, DeskError};
use baton_facts::types::Timestamp;
use baton_model::decision::{DecisionRequest, DecisionResult};
use baton_model::package_state::PackageState;
use baton_model::views::OutboxView;

/// A decision, and the message that it approves.
#[derive(Debug)]
pub struct SentDecision {
    /// The decision.
    pub decided: DecisionResult,
    /// The message after the final check and the attempt to send it. `None` if the decision approves no message.
    pub entry: Option<OutboxView>,
    /// The reason why sending failed. The decision counts, and sending is tried again later.
    pub not_sent: Option<ServerError>,
}

impl Server {
    /// Makes a decision, runs the final check of the message it approves, and sends what is due. If another process is
    /// sending, the message is left to that process.
    ///
    /// # Errors
    /// [`DeskError`] if the desk refuses the decision, or the decision or the final check fails.
    pub async fn decide_and_send(
        &self,
        desk: &Desk,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> Result<SentDecision, DeskError> {
        // A worker of another process finds the message within a minute.
        let DecidedAndReleased { decided, entry } = desk.decide_and_release(request, now, || {}).await?;
        let entry = entry.transpose()?;
        let Some(released) = entry.as_ref().filter(|entry| entry.state == PackageState::Scheduled) else {
            return Ok(SentDecision { decided, entry, not_sent: None });
        };
        let not_sent = match self.send_due(now).await {
            Ok(round) => round.error.map(ServerError::from),
            Err(ServerError::Locked(_)) => None,
            Err(error) => Some(error),
        };
        let entry = Some(desk.entry(&released.id).await?);
        Ok(SentDecision { decided, entry, not_sent })
    }
}
