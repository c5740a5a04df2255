//! What the outbox worker is told and what it answers. The worker's gates are a pure function over [`Waiting`]; the
//! store asks it and writes the answer within one transaction, so that a suppression or the stop button cannot slip
//! in between.

use crate::PackageId;
use baton_facts::types::{Message, Suppression, Timestamp};

/// An authorised message, with everything that may speak against transmitting it now.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The message.
    pub entry: Entry,
    /// The stop button, where it is pressed: who did and why.
    pub stopped: Option<Stop>,
    /// A standing order on the address, the domain or the account, as of now.
    pub suppression: Option<Suppression>,
    /// Why every sequence at the account pauses: an answer came in, a person took over.
    pub paused: Option<String>,
    /// Messages of its tier and campaign that left, or may have left, since the day began.
    pub tier_today: u32,
    /// The same of its mailbox, over all campaigns.
    pub mailbox_today: u32,
    /// The same to its recipient's domain.
    pub domain_today: u32,
    /// When the mailbox last transmitted.
    pub mailbox_last: Option<Timestamp>,
}

/// A message to transmit.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The outbox entry's id.
    pub id: String,
    /// The package it is of.
    pub package: PackageId,
    /// Its campaign.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// Empty where no tier matched.
    pub tier: String,
    /// The sender's name.
    pub sender_name: String,
    /// The address it leaves from.
    pub mailbox: String,
    /// The contact's name.
    pub recipient_name: String,
    /// An IANA name, where the contact's zone is known.
    pub time_zone: Option<String>,
    /// The contact's country, else the account's; ISO 3166-1 alpha-2 where it could be told.
    pub country: Option<String>,
    /// The exact text that was approved.
    pub message: Message,
    /// Goes below it: the postal address and how to be written to no more; may be empty.
    pub footer: String,
    /// Without angle brackets. The same at every try.
    pub message_id: String,
    /// The Message-ID this one answers, in a thread of our own; without angle brackets.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of all that left in that thread, oldest first; without angle brackets.
    pub references: Vec<String>,
    /// How often it was taken before.
    pub attempts: u32,
    /// When it was approved.
    pub approved: Timestamp,
    /// When its reason to write goes stale.
    pub fresh_until: Timestamp,
}

/// The stop button is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Who pressed it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// In their words; may be empty.
    pub why: String,
}

/// What the gates say to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Transmit it now.
    Go,
    /// Not before this moment; the text says why.
    Wait {
        /// When to look again.
        until: Timestamp,
        /// For a person.
        why: String,
    },
    /// Never; the text says why.
    Withdraw {
        /// For a person.
        why: String,
    },
}

/// A message that is the worker's to transmit: durably marked before anybody sees it, so that it is never taken twice.
/// The worker reports the result of each claimed message exactly once.
#[derive(Debug, PartialEq)]
#[must_use = "what was taken and not given back ends in doubt"]
pub struct Claimed {
    /// The message.
    pub entry: Entry,
}

/// What came of transmitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmitted {
    /// Accepted; the server's words, or where the file is.
    Accepted(String),
    /// Surely not accepted, and a later try may help.
    Later {
        /// Not before this moment.
        until: Timestamp,
        /// For a person.
        why: String,
    },
    /// Surely not accepted, for good.
    Refused(String),
    /// Whether it was accepted cannot be known.
    Unknown(String),
}

/// What is written down of a message that was being transmitted when the program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// The outbox entry's id.
    pub outbox: String,
    /// Without angle brackets.
    pub message_id: String,
    /// When it was approved.
    pub approved: Timestamp,
    /// The transport that had it, by the name it was claimed under.
    pub via: String,
}

/// Whether a message left, as far as that can be known afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departed {
    /// It did; where it is, for a person.
    Yes(String),
    /// It surely did not.
    No,
    /// Nobody can tell.
    Unknown,
}
