//! A person's decision about a package: the request, and the record of it.

use crate::PackageId;
use crate::package_state::State;
use crate::views::Planted;
use baton_facts::quality::Grade;
use baton_facts::types::{Message, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person's request to decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    /// About which package.
    pub package: PackageId,
    /// [`crate::views::PackageView::digest`] of what was on the screen.
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
