//! A message on its way out: the letter, and the two transports that take it.
//!
//! A letter is made of an outbox entry alone, so its text is the one that was approved, and its Message-ID is the same
//! at every try. A transport says what came of a letter and never more than it knows: what surely did not leave may be
//! tried again, and what may have left may not.

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

/// What came of giving a letter to a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It left; the server's words, or where the file is.
    Accepted(String),
    /// It surely did not leave, and a later try may help.
    NotNow(String),
    /// It surely did not leave, and a later try cannot help.
    Refused(String),
    /// Whether it left cannot be known.
    Unknown(String),
    /// It surely did not leave, and nothing else would: the server is not there, or does not know us.
    Down(String),
}

/// Where letters go.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Its name in the ledger, with whatever makes it another one: the folder's path, the server's address. It is
    /// asked only about what it had under the same name.
    fn name(&self) -> &str;

    /// Gives it a letter. The same letter given twice may leave twice: the caller answers for that.
    async fn transmit(&mut self, letter: &Letter) -> Tried;

    /// Whether a message left that was being transmitted under this name when the program ended.
    fn departed(&self, interrupted: &Interrupted) -> Departed;

    /// Nothing follows for a while: what is held open may be closed.
    async fn rest(&mut self) {}
}

#[cfg(test)]
mod tests;
