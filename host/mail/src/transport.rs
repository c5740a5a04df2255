//! The interface of the transports.

use crate::compose::ComposedEmail;
use async_trait::async_trait;
use baton_model::delivery::{DeliveryCheck, InterruptedSend};

/// The result of giving a message to a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportResult {
    /// Sent; with the server's words, or the path of the file.
    Accepted(String),
    /// Certainly not sent; a later attempt can succeed.
    Deferred(String),
    /// Certainly not sent; a later attempt fails as well.
    Refused(String),
    /// Unknown whether it was sent.
    Unknown(String),
    /// Certainly not sent, nor is any other message: the server is unreachable, or rejects the login.
    Unavailable(String),
}

/// A transport of messages.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Returns its name in the send log, which differs for another folder or server. The transport is asked only about
    /// messages that it had under the same name.
    fn name(&self) -> &str;

    /// Sends a message. The same message given twice may be sent twice: the caller prevents that.
    async fn transmit(&mut self, letter: &ComposedEmail) -> TransportResult;

    /// Returns whether a message was sent that was being sent under this name when the program ended.
    fn was_sent(&self, interrupted: &InterruptedSend) -> DeliveryCheck;

    /// Releases connections, since no message follows for a while.
    async fn disconnect(&mut self) {}
}
