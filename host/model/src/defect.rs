//! Seeded defects: mistakes put into a copy of a draft on purpose, to measure how many reviewers miss.

use crate::PackageId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The kind of a seeded defect.
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
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum DefectKind {
    /// A number, or the thing it counts, was changed.
    Number,
    /// Somebody else's name.
    Name,
    /// A claim without evidence.
    Claim,
    /// Another company's name in place of the account's.
    Company,
    /// A date or day was changed.
    Date,
    /// An unfilled placeholder.
    Placeholder,
    /// A call to action that has nothing to do with the message.
    CallToAction,
}

impl DefectKind {
    /// Every kind.
    pub const ALL: [Self; 7] = *Self::VARIANTS.as_array().expect("the number of variants");

    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    pub const fn description(self) -> &'static str {
        match self {
            Self::Number => "a number was changed",
            Self::Name => "a name was changed",
            Self::Claim => "it made a claim without evidence",
            Self::Company => "it named the wrong company",
            Self::Date => "a date was changed",
            Self::Placeholder => "a placeholder was not filled",
            Self::CallToAction => "it asked for the wrong thing",
        }
    }
}

/// A seeded defect with the changed words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Defect {
    /// Its kind.
    pub kind: DefectKind,
    /// The original words; empty if words were added.
    pub was: String,
    /// The changed words.
    pub now: String,
    /// The words that are in the draft only because of the defect.
    pub mark: String,
}

/// A description for a user, without a full stop.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, was, now, .. } = self;
        match was.as_str() {
            "" => write!(f, "{}: “{now}” was added", kind.description()),
            was => write!(f, "{}: “{was}” became “{now}”", kind.description()),
        }
    }
}

/// A seeded package: a copy of another one with a defect, which can never be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SeededDefect {
    /// The original package, which waits for its own decision.
    pub original: PackageId,
    /// The result; `None` if nobody decided, or the decision says nothing about the draft.
    pub result: Option<SeededDefectResult>,
    /// The defect; `None` if it is erased.
    pub defect: Option<Defect>,
}

/// The result of a decision about a seeded defect.
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
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum SeededDefectResult {
    /// Found: rejected for the draft, the research or the contact, or removed in the reviewer's text.
    Found,
    /// Missed: approved, or still in the reviewer's text.
    Missed,
}

impl SeededDefectResult {
    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// A description for the reviewer after the decision, without a full stop.
impl fmt::Display for SeededDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this package had a seeded defect and could not have been sent")?;
        match &self.defect {
            Some(defect) => write!(f, "; {defect}")?,
            None => f.write_str("; its text was erased")?,
        }
        f.write_str(match self.result {
            Some(SeededDefectResult::Found) => "; it was found",
            Some(SeededDefectResult::Missed) => "; it was missed",
            None => "; it counts neither as found nor as missed",
        })
    }
}
