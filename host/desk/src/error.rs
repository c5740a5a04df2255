//! Errors of the desk, and the requests that its rules refuse.

use crate::db::error::StoreError;
use baton_facts::packages::Check;
use baton_facts::types::Suppression;
use baton_model::PackageId;
use baton_model::package_state::{IllegalTransition, PackageState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A refused request, by the rule that refuses it. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// No package has this id.
    PackageNotFound,
    /// No stream has this number.
    NoStream(i64),
    /// The package differs from what was shown to the user.
    Stale {
        /// The package that replaced this one.
        newer: Option<PackageId>,
        /// The parts that differ: `subject`, `body`, `contact` and so on.
        changed: Vec<String>,
    },
    /// The package's state or deadline does not allow the decision.
    IllegalTransition {
        /// The package's state.
        state: PackageState,
        /// Whether the package has expired.
        expired: bool,
        /// The explanation, as a sentence.
        why: String,
    },
    /// The request key was already used for another request.
    KeyReused,
    /// The address, the domain or the account is suppressed.
    Suppressed(Suppression),
    /// The person was erased.
    PersonErased,
    /// The account is paused: somebody replied, or a person took over.
    AccountPaused {
        /// The account's id.
        account: String,
        /// The recorded reason.
        why: String,
    },
    /// The store does not know the CRM export on disk yet; the text gives the reason.
    ExportNotRead(String),
    /// These checks failed and were not overruled.
    ChecksFailed(Vec<Check>),
    /// The check was overruled without a reason.
    NoReason(String),
    /// The edit changes the recipient.
    OtherRecipient,
    /// The current user lacks the permission; the text gives the reason.
    PermissionDenied(String),
    /// The name that the command was given is a user's.
    NameOfUser(String),
    /// The engine made no new draft, for this reason. The package stays as it is.
    NoDraft(String),
    /// The request is invalid; the text gives the reason.
    Invalid(String),
}

impl Refusal {
    pub fn illegal_transition(illegal: IllegalTransition) -> Self {
        Self::IllegalTransition { state: illegal.from, expired: illegal.is_late(), why: illegal.to_string() }
    }

    /// Returns the next step for the user.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::PackageNotFound => "list the waiting packages with `baton queue`",
            Self::NoStream(_) => "list the streams with `baton quality`",
            Self::Stale { .. } => "open the package again and decide on its current text",
            Self::IllegalTransition { expired: true, .. } => {
                "run the campaign again: a newer signal creates a new package"
            }
            Self::IllegalTransition { .. } => "nothing is left to decide here",
            Self::KeyReused => "reload the form and submit it again",
            Self::Suppressed(_) | Self::PersonErased => "reject the package; it cannot be sent",
            Self::AccountPaused { .. } => "reject or snooze the package, or resume the account with `baton resume`",
            Self::ExportNotRead(_) => {
                "try again in a moment; if this stays, an admin finds the cause with `baton check`"
            }
            Self::ChecksFailed(_) => "edit the text, or overrule a check with a reason",
            Self::NoReason(_) => "give a short reason for overruling the check",
            Self::OtherRecipient => "if it is the wrong person, reject the package with the reason `contact`",
            Self::PermissionDenied(_) => "ask a lead, who can assign the package to somebody else",
            Self::NameOfUser(_) => {
                "pass your own name with `--as`; to act as this user, sign in on the review page or use a token for them"
            }
            Self::NoDraft(_) => "edit the draft or reject the package, which is still in the queue",
            Self::Invalid(_) => "correct the request and try again",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PackageNotFound => f.write_str("there is no such package"),
            Self::NoStream(number) => write!(f, "there is no stream {number}"),
            Self::Stale { changed, .. } if changed.is_empty() => f.write_str("the package differs from what was shown"),
            Self::Stale { changed, .. } => {
                write!(f, "the package has changed since it was shown: {}", changed.join(", "))
            }
            Self::IllegalTransition { why, .. } => f.write_str(why),
            Self::KeyReused => f.write_str("this request key was already used for another decision"),
            Self::Suppressed(order) => write!(f, "this {} is suppressed and must not be contacted", scope(order)),
            Self::PersonErased => f.write_str("this person was erased and must not be contacted"),
            Self::AccountPaused { account, why } => write!(f, "the account {account} is paused: {why}"),
            Self::ChecksFailed(checks) => {
                let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
                write!(f, "the text fails these checks: {}", names.join(", "))
            }
            Self::NoReason(check) => write!(f, "the check `{check}` was overruled without a reason"),
            Self::OtherRecipient => f.write_str("the message is not addressed to the package's contact"),
            Self::NameOfUser(name) => write!(f, "`{name}` is a user, whose name the command cannot take"),
            Self::NoDraft(why) => write!(f, "no new draft was made: {why}"),
            Self::PermissionDenied(what) | Self::Invalid(what) | Self::ExportNotRead(what) => f.write_str(what),
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

/// An error of a desk operation.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A rule of the desk refused the request; nothing was changed.
    #[error("{0}")]
    Refused(Refusal),
    /// The store cannot be read or written; nothing was changed.
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

impl From<IllegalTransition> for DeskError {
    fn from(illegal: IllegalTransition) -> Self {
        Self::Refused(Refusal::illegal_transition(illegal))
    }
}
