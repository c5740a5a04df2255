//! A reviewer's decision about a package: the request, and its result.

use crate::PackageId;
use crate::defect::SeededDefect;
use crate::package_state::PackageState;
use baton_facts::quality::Grade;
use baton_facts::types::{Message, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A reviewer's request to decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionRequest {
    /// The package.
    pub package: PackageId,
    /// The [`crate::views::PackageView::digest`] of the text on the screen.
    pub shown: String,
    /// The idempotency key, 8 to 200 characters: a request with the same key gets the first answer.
    pub key: String,
    /// The review time in seconds, if the surface measured it.
    pub seconds: Option<u32>,
    /// Whether several packages were decided at once: such a decision counts, but is not an inspection of the draft.
    #[serde(default)]
    pub bulk: bool,
    /// The earliest time to send an approved message, if the reviewer scheduled it; it is still sent within the
    /// recipient's hours. Only for approvals, and before the package expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// The decision.
    pub decision: Decision,
}

/// A reviewer's decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, IntoStaticStr)]
#[serde(rename_all = "kebab-case", tag = "decision", rename_all_fields = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Decision {
    /// Send the draft as it is.
    Approve {
        /// Failed checks that the reviewer overrules.
        #[serde(default)]
        overruled: Vec<Overruled>,
    },
    /// Send this text instead. Its recipient is the package's contact.
    Edit {
        /// The text to send.
        message: Message,
        /// Failed checks that the reviewer overrules.
        #[serde(default)]
        overruled: Vec<Overruled>,
        /// Whether the rewriting was a matter of taste: the draft could have been sent.
        #[serde(default)]
        my_wording: bool,
    },
    /// Do not send.
    Reject {
        /// The reason.
        reason: RejectReason,
        /// The reviewer's note; may be empty.
        #[serde(default)]
        note: String,
    },
    /// Decide later.
    Snooze {
        /// The time to come back, before the package expires.
        until: Timestamp,
    },
    /// Reject the draft and request another one. It counts as rejected for its draft.
    Redraft {
        /// The reviewer's note about the draft; not empty.
        note: String,
    },
}

impl Decision {
    /// Returns its kind, as in JSON.
    pub const fn kind(&self) -> &'static str {
        self.into_str()
    }
}

/// A failed check that a reviewer overrules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Overruled {
    /// The check's name.
    pub check: String,
    /// The reason for overruling it; not empty.
    pub reason: String,
}

/// The reason for rejecting a package.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum RejectReason {
    /// The text.
    Draft,
    /// The signals, or the conclusions from them.
    Research,
    /// The person, or the address.
    Contact,
    /// The account should not be contacted.
    Account,
    /// The package is fine, but the time is not. Says nothing about quality.
    NotNow,
    /// The reason is in the note.
    Other,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 6] = *Self::VARIANTS.as_array().expect("the number of variants");

    /// Returns its name, as in JSON.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }
}

/// The result of a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionResult {
    /// The package.
    pub package: PackageId,
    /// Its state after the decision.
    pub state: PackageState,
    /// The id of the outbox entry and of its permit, if the decision approves a message.
    pub outbox: Option<String>,
    /// The measured size of the edit.
    pub grade: Option<Grade>,
    /// Whether the same request was answered before; this is that answer.
    pub repeated: bool,
    /// The package with the requested new draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<PackageId>,
    /// The seeded defect of the package, and whether the reviewer found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeded_defect: Option<SeededDefect>,
}
