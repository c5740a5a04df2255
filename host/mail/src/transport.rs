//! The interface of the transports.

use crate::compose::ComposedEmail;
use async_trait::async_trait;
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, InterruptedSend};

/// A transport of messages.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Returns its name in the send log, which differs for another folder or server. The transport is asked only about
    /// messages that it had under the same name.
    fn name(&self) -> &str;

    /// Sends a message. The same message given twice may be sent twice: the caller prevents that.
    async fn transmit(&mut self, letter: &ComposedEmail) -> DeliveryOutcome;

    /// Returns whether a message was sent that was being sent under this name when the program ended.
    fn was_sent(&self, interrupted: &InterruptedSend) -> DeliveryCheck;

    /// Releases connections, since no message follows for a while.
    async fn disconnect(&mut self) {}
}
