//! A defect that was put into a copy of a draft on purpose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with a planted draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DefectKind {
    /// A number, or what it counts, was changed.
    Number,
    /// Somebody else's name.
    Name,
    /// A claim that its evidence does not carry.
    Claim,
    /// Somebody else's company in the place of the account.
    Company,
    /// A date or day was changed.
    Date,
    /// A placeholder that nobody filled.
    Placeholder,
    /// It asks for something that has nothing to do with the message.
    CallToAction,
}

impl DefectKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Name, Self::Claim, Self::Company, Self::Date, Self::Placeholder, Self::CallToAction];

    /// Its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Claim => "claim",
            Self::Company => "company",
            Self::Date => "date",
            Self::Placeholder => "placeholder",
            Self::CallToAction => "call-to-action",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Number => "a number was changed",
            Self::Name => "a name was changed",
            Self::Claim => "it claimed what no record carries",
            Self::Company => "it named the wrong company",
            Self::Date => "a date was changed",
            Self::Placeholder => "a placeholder was left open",
            Self::CallToAction => "it asked for the wrong thing",
        }
    }
}

/// A planted defect: what was changed, word for word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Defect {
    /// Of what kind it is.
    pub kind: DefectKind,
    /// What the draft said; empty where something was added.
    pub was: String,
    /// What the planted draft said in its place.
    pub now: String,
    /// The words that only the defect brought in.
    pub mark: String,
}

/// For a person; no full stop.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, was, now, .. } = self;
        match was.as_str() {
            "" => write!(f, "{}: “{now}” was added", kind.words()),
            was => write!(f, "{}: “{was}” became “{now}”", kind.words()),
        }
    }
}
