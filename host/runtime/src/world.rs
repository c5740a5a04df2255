//! The four worlds of the contract and what each may import.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A world of `baton:handoff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// Prepares packages.
    Engine,
    /// Writes drafts.
    Drafter,
    /// Routes, assesses, samples and grades.
    Governor,
    /// Reads inbound mail.
    Reader,
}

impl World {
    pub(crate) const ALL: [Self; 4] = [Self::Engine, Self::Drafter, Self::Governor, Self::Reader];

    /// Returns the interface whose export makes a component one of this world.
    pub fn export(self) -> &'static str {
        match self {
            Self::Engine => "baton:handoff/preparation@0.2.0",
            Self::Drafter => "baton:handoff/drafting@0.2.0",
            Self::Governor => "baton:handoff/governance@0.2.0",
            Self::Reader => "baton:handoff/reading@0.2.0",
        }
    }

    /// Returns the interfaces that the contract offers to a component of this world.
    pub fn imports(self) -> &'static [&'static str] {
        match self {
            Self::Engine => &[
                "baton:handoff/contacts@0.2.0",
                "baton:handoff/drafting@0.2.0",
                "baton:handoff/research@0.2.0",
                "baton:handoff/sending@0.2.0",
            ],
            Self::Drafter | Self::Governor | Self::Reader => &[],
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Engine => "engine",
            Self::Drafter => "drafter",
            Self::Governor => "governor",
            Self::Reader => "reader",
        })
    }
}
