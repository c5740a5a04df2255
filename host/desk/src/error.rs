//! Why the desk did not do what was asked.

use crate::db::error::StoreError;
use baton_facts::packages::Check;
use baton_facts::types::Suppression;
use baton_model::PackageId;
use baton_model::package_state::{Illegal, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    pub fn life(illegal: Illegal) -> Self {
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
