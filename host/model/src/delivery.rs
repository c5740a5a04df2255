//! The messages and results that the store and the outbox worker exchange. The worker's policy is a pure function of
//! [`SendContext`]; the store calls it and writes the result within one transaction, so that no suppression or stop can
//! come in between.

use crate::PackageId;
use baton_facts::types::{Message, Suppression, Timestamp};

/// A released message with everything that can prevent sending it now.
#[derive(Clone, Debug, PartialEq)]
pub struct SendContext {
    /// The message.
    pub entry: OutboxEntry,
    /// The manual stop of all sending, if there is one.
    pub stopped: Option<ManualStop>,
    /// The suppression of the address, the domain or the account, as of now.
    pub suppression: Option<Suppression>,
    /// The reason why every sequence at the account is paused.
    pub paused: Option<String>,
    /// Messages of its tier and campaign that were sent today, or may have been.
    pub tier_today: u32,
    /// The same for its mailbox, in all campaigns.
    pub mailbox_today: u32,
    /// The same for its recipient's domain.
    pub domain_today: u32,
    /// The last time the mailbox sent a message.
    pub mailbox_last: Option<Timestamp>,
}

/// A message to send.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxEntry {
    /// The outbox entry's id.
    pub id: String,
    /// Its package.
    pub package: PackageId,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The tier; empty if no tier matched.
    pub tier: String,
    /// The sender's name.
    pub sender_name: String,
    /// The sender's address.
    pub mailbox: String,
    /// The contact's name.
    pub recipient_name: String,
    /// An IANA name, if the contact's time zone is known.
    pub time_zone: Option<String>,
    /// The contact's country, else the account's; ISO 3166-1 alpha-2 if it was recognized.
    pub country: Option<String>,
    /// The exact approved text.
    pub message: Message,
    /// The text below it: the postal address and how to opt out; may be empty.
    pub footer: String,
    /// The Message-ID without angle brackets. The same at every attempt.
    pub message_id: String,
    /// The Message-ID that this one replies to, in a thread of our own; without angle brackets.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of the earlier messages in the thread, oldest first; without angle brackets.
    pub references: Vec<String>,
    /// The number of earlier attempts.
    pub attempts: u32,
    /// The time of approval.
    pub approved: Timestamp,
    /// The time at which the package expires.
    pub fresh_until: Timestamp,
}

/// A manual stop of all sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualStop {
    /// The name of the user who stopped it.
    pub who: String,
    /// The time.
    pub at: Timestamp,
    /// The reason; may be empty.
    pub why: String,
}

/// The policy's result for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendVerdict {
    /// Send it now.
    Send,
    /// Wait, for the given reason.
    Wait {
        /// The time to ask again.
        until: Timestamp,
        /// The reason for a user.
        why: String,
    },
    /// Withdraw it, for the given reason.
    Withdraw {
        /// The reason for a user.
        why: String,
    },
}

/// A message claimed by the worker. The claim is durable before anybody gets the message, so that it is never claimed
/// twice. The worker reports the result of each claimed message exactly once.
#[derive(Debug, PartialEq)]
#[must_use = "a claimed message without a result becomes delivery unknown"]
pub struct ClaimedMessage {
    /// The message.
    pub entry: OutboxEntry,
}

/// The outcome of giving a message to a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
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

/// A message that was being sent when the program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterruptedSend {
    /// The outbox entry's id.
    pub outbox: String,
    /// The Message-ID without angle brackets.
    pub message_id: String,
    /// The time of approval.
    pub approved: Timestamp,
    /// The name of the transport that had it.
    pub via: String,
}

/// Whether a message was sent, as far as this can be found out afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryCheck {
    /// Sent; with the place for a user.
    Sent(String),
    /// Certainly not sent.
    NotSent,
    /// Unknown.
    Unknown,
}
