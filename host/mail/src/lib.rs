//! Sending messages: composing them, and the two transports.
//!
//! A message is composed of an outbox entry alone, so its text is the approved one and its Message-ID is the same at every
//! attempt. A transport never reports more than it knows: a message that was certainly not sent can be tried again, one
//! that may have been sent cannot.

mod compose;
mod folder;
pub mod options;
mod send_policy;
mod sending_window;
mod smtp;

pub use compose::{Letter, Unwritable};
pub use folder::Folder;
pub use options::{Security, Sending, Smtp, Weekday, Window};
pub use send_policy::{Caps, Gates};
pub use sending_window::{day_began, openings};
pub use smtp::{NoPassword, SmtpServer};

use async_trait::async_trait;
use baton_model::delivery::{Departed, Interrupted};

/// The result of giving a message to a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Sent; with the server's words, or the path of the file.
    Accepted(String),
    /// Certainly not sent; a later attempt can succeed.
    NotNow(String),
    /// Certainly not sent; a later attempt fails as well.
    Refused(String),
    /// Unknown whether it was sent.
    Unknown(String),
    /// Certainly not sent, nor is any other message: the server is unreachable, or rejects the login.
    Down(String),
}

/// A transport of messages.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Returns its name in the send log, which differs for another folder or server. The transport is asked only about
    /// messages that it had under the same name.
    fn name(&self) -> &str;

    /// Sends a message. The same message given twice may be sent twice: the caller prevents that.
    async fn transmit(&mut self, letter: &Letter) -> Tried;

    /// Returns whether a message was sent that was being sent under this name when the program ended.
    fn departed(&self, interrupted: &Interrupted) -> Departed;

    /// Releases connections, since no message follows for a while.
    async fn rest(&mut self) {}
}

#[cfg(test)]
mod tests;
