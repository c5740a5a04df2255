//! The parts of a message for which rewriting is measured.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// A part of a message for which rewriting is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The subject line.
    Subject,
    /// The sentence that names the signal.
    Opener,
    /// The text about this kind of signal.
    Pitch,
    /// The call to action.
    CallToAction,
}

impl Part {
    /// Every part, in message order.
    pub const ALL: [Self; 4] = [Self::Subject, Self::Opener, Self::Pitch, Self::CallToAction];

    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Opener => "opener",
            Self::Pitch => "pitch",
            Self::CallToAction => "call-to-action",
        }
    }

    /// Returns the part of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::CallToAction { "call to action" } else { self.name() })
    }
}
