//! The parts of a message whose rewriting is measured.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// A part of a message whose rewriting is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The subject line.
    Subject,
    /// The sentence that names the signal.
    Opener,
    /// What is said about this kind of signal.
    Pitch,
    /// The one thing asked of the reader.
    CallToAction,
}

impl Part {
    /// Every part, in the order of a message.
    pub const ALL: [Self; 4] = [Self::Subject, Self::Opener, Self::Pitch, Self::CallToAction];

    /// Its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Opener => "opener",
            Self::Pitch => "pitch",
            Self::CallToAction => "call-to-action",
        }
    }

    /// The part of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::CallToAction { "call to action" } else { self.name() })
    }
}
