//! Sending messages: composing them, and the two transports.
//!
//! A message is composed of an outbox entry alone, so its text is the approved one and its Message-ID is the same at
//! every attempt. A transport never reports more than it knows: a message that was certainly not sent can be tried
//! again, one that may have been sent cannot.

mod compose;
mod folder;
pub mod options;
mod send_policy;
mod sending_window;
mod smtp;
mod transport;

pub use compose::{Letter, Unwritable};
pub use folder::Folder;
pub use options::{Security, Sending, Smtp, Weekday, Window};
pub use send_policy::{Caps, Gates};
pub use sending_window::{day_began, openings};
pub use smtp::{NoPassword, SmtpServer};
pub use transport::{Transport, Tried};

#[cfg(test)]
mod tests;
