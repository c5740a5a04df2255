//! What a person decides about a package, and why the desk may say no.

use super::Planted;
use crate::life::{Illegal, State};
use crate::store::{PackageId, StoreError};
use baton_facts::packages::Check;
use baton_facts::quality::Grade;
use baton_facts::types::{Message, Suppression, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person's request to decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    /// Who decides: the name or address that the surface knows the person by.
    pub who: String,
    /// About which package.
    pub package: PackageId,
    /// [`crate::desk::PackageView::digest`] of what was on the screen.
    pub shown: String,
    /// Made once per form or command, 8 to 200 characters: asking again with the same key gets the first answer.
    pub key: String,
    /// How long the person looked, in seconds, where the surface knows it.
    pub seconds: Option<u32>,
    /// Decided together with others: it counts as a decision, and never as a look at the draft.
    #[serde(default)]
    pub bulk: bool,
    /// The earliest moment at which what is approved may leave, where the person chose one; it still leaves within the
    /// recipient's hours. Only where something is approved, and before the package goes stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// What they decided.
    pub decision: Decision,
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "decision", rename_all_fields = "kebab-case")]
pub enum Decision {
    /// Send the draft as it is.
    Approve {
        /// Failed checks that the person takes on.
        #[serde(default)]
        overruled: Vec<Overruled>,
    },
    /// Send this text instead. Its recipient is the package's contact.
    Edit {
        /// What is to leave.
        message: Message,
        /// Failed checks that the person takes on.
        #[serde(default)]
        overruled: Vec<Overruled>,
        /// Much was rewritten as a matter of taste: the draft was sendable.
        #[serde(default)]
        my_wording: bool,
    },
    /// Do not send.
    Reject {
        /// What was wrong.
        reason: RejectReason,
        /// In the person's words; may be empty.
        #[serde(default)]
        note: String,
    },
    /// Ask again later.
    Snooze {
        /// Before the package goes stale.
        until: Timestamp,
    },
    /// Turn the draft down, and have another one written. It counts as rejected for its draft.
    Redraft {
        /// What is wrong with it, or what is wanted, in the person's words; not empty.
        note: String,
    },
}

impl Decision {
    /// Its kind, as in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approve",
            Self::Edit { .. } => "edit",
            Self::Reject { .. } => "reject",
            Self::Snooze { .. } => "snooze",
            Self::Redraft { .. } => "redraft",
        }
    }
}

/// A failed check that a person takes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Overruled {
    /// The check's name.
    pub check: String,
    /// Why it may be overruled; not empty.
    pub reason: String,
}

/// What was wrong with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RejectReason {
    /// The text.
    Draft,
    /// The signals, or what was made of them.
    Research,
    /// The person, or the address.
    Contact,
    /// The account should not be written to.
    Account,
    /// The package is fine, the moment is not. Says nothing about quality.
    NotNow,
    /// The note says what.
    Other,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [Self::Draft, Self::Research, Self::Contact, Self::Account, Self::NotNow, Self::Other];

    /// Its name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Research => "research",
            Self::Contact => "contact",
            Self::Account => "account",
            Self::NotNow => "not-now",
            Self::Other => "other",
        }
    }
}

/// A decision that counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Decided {
    /// The package.
    pub package: PackageId,
    /// Where it is now.
    pub state: State,
    /// The outbox entry, and the permit's id, where something is to leave.
    pub outbox: Option<String>,
    /// What the edit says about the draft.
    pub grade: Option<Grade>,
    /// The same request had been answered before; this is that answer.
    pub repeated: bool,
    /// The package with the other draft that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<PackageId>,
    /// The package was planted: what was wrong with it, and whether that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planted: Option<Planted>,
}

/// Why a decision does not count. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// There is no such package.
    Unknown,
    /// There is no stream of this number.
    NoStream(i64),
    /// What was on the screen is not what is decided about.
    Stale {
        /// The package that took this one's place.
        newer: Option<PackageId>,
        /// What differs, for a person: `subject`, `body`, `contact` and so on.
        changed: Vec<String>,
    },
    /// Its time or state does not allow it; for a person.
    Life {
        /// Where the package is.
        state: State,
        /// Its reason to write went stale.
        expired: bool,
        /// The whole sentence.
        why: String,
    },
    /// The same key was used for another request.
    KeyReused,
    /// The person, the domain or the account may not be written to any more.
    Suppressed(Suppression),
    /// The person has been forgotten.
    Forgotten,
    /// Everything at the account rests: an answer came in, or a person took over.
    Resting {
        /// The account's id.
        account: String,
        /// Why, as it was noted.
        why: String,
    },
    /// These checks fail and were not overruled.
    ChecksFailed(Vec<Check>),
    /// An overruled check needs a reason.
    NoReason(String),
    /// An edit may not change whom the message goes to.
    OtherRecipient,
    /// Who asks may not see or do this; the text says why.
    NotYours(String),
    /// Another draft was asked for and there is none; why, for a person. The package stays as it is.
    NoDraft(String),
    /// The request does not make sense; the text says what.
    Invalid(String),
}

impl Refusal {
    pub(crate) fn life(illegal: Illegal) -> Self {
        Self::Life { state: illegal.from, expired: illegal.is_late(), why: illegal.to_string() }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unknown => "list the packages that wait with `baton queue`",
            Self::NoStream(_) => "list the streams with `baton quality`",
            Self::Stale { .. } => "look at the package again and decide on what it says now",
            Self::Life { expired: true, .. } => {
                "run the campaign again: a fresher reason to write brings a new package"
            }
            Self::Life { .. } => "nothing is left to decide here",
            Self::KeyReused => "ask again from a fresh form",
            Self::Suppressed(_) | Self::Forgotten => "reject the package; it cannot be sent",
            Self::Resting { .. } => "reject or snooze the package, or let the account go on with `baton resume`",
            Self::ChecksFailed(_) => "edit the text, or overrule a check with a reason",
            Self::NoReason(_) => "say in a few words why the check may be overruled",
            Self::OtherRecipient => "reject the package with the reason `contact` when it is the wrong person",
            Self::NotYours(_) => "ask a lead: a lead can give a package to somebody else",
            Self::NoDraft(_) => "edit the draft, or reject the package; it waits as before",
            Self::Invalid(_) => "correct the request and ask again",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such package"),
            Self::NoStream(number) => write!(f, "there is no stream {number}"),
            Self::Stale { changed, .. } if changed.is_empty() => {
                f.write_str("what was shown is not what this package says")
            }
            Self::Stale { changed, .. } => {
                write!(f, "the package has changed since it was shown: {}", changed.join(", "))
            }
            Self::Life { why, .. } => f.write_str(why),
            Self::KeyReused => f.write_str("this request was already used for another decision"),
            Self::Suppressed(order) => write!(f, "this {} may not be written to any more", scope(order)),
            Self::Forgotten => f.write_str("this person asked to be forgotten and may not be written to"),
            Self::Resting { account, why } => write!(f, "everything at the account {account} rests: {why}"),
            Self::ChecksFailed(checks) => {
                let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
                write!(f, "the text may not leave: {}", names.join(", "))
            }
            Self::NoReason(check) => write!(f, "the check `{check}` was overruled without a reason"),
            Self::OtherRecipient => f.write_str("the message is addressed to somebody else than the package's contact"),
            Self::NoDraft(why) => write!(f, "there is no other draft: {why}"),
            Self::NotYours(what) | Self::Invalid(what) => f.write_str(what),
        }
    }
}

fn scope(order: &Suppression) -> &'static str {
    use baton_facts::types::SuppressionScope;
    match order.scope {
        SuppressionScope::Address => "address",
        SuppressionScope::Domain => "domain",
        SuppressionScope::Account => "account",
    }
}

/// Why the desk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The desk's own rules say no; nothing was changed.
    #[error("{0}")]
    Refused(Refusal),
    /// The store could not be read or written; nothing was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A component failed; nothing was changed.
    #[error("{0}")]
    Component(#[from] baton_runtime::Error),
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Illegal> for DeskError {
    fn from(illegal: Illegal) -> Self {
        Self::Refused(Refusal::life(illegal))
    }
}
