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

pub use compose::{ComposeError, ComposedEmail};
pub use folder::{FolderTransport, remove_message};
pub use options::{Security, SendingOptions, Smtp, Weekday, Window};
pub use send_policy::{SendPolicy, TierDailyCaps};
pub use sending_window::{openings, start_of_day};
pub use smtp::{NoPassword, SmtpServer, is_ehlo_name};
pub use transport::Transport;

#[cfg(test)]
mod tests;
