//! The table `[review]` of `baton.toml`: what is asked of reviewers beside their decisions.

use baton_facts::types::Timestamp;
use serde::Deserialize;
use std::num::NonZeroU32;

/// The table `[review]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Review {
    /// How long the check of a message that has left may take in minutes, 5 to 10,080; 60 by default, before a first
    /// reply is likely. A check that takes longer is missed, and counts as nonconforming.
    pub check_minutes: u32,
    /// A defect is planted in front of about one package in so many, 10 to 1,000, of those that go before a person; 0 is
    /// none, and the default.
    pub planted_defects: u32,
    /// The address of the user to whom packages and checks go when a quarter of their time is left, a day at the most,
    /// and nobody has decided; none by default.
    pub backup: Option<String>,
    /// How long what was approved on the review page waits before it may leave, in seconds, 0 to 300; 10 by default.
    /// Meanwhile whoever approved it can take it back.
    pub undo_seconds: u32,
}

impl Default for Review {
    fn default() -> Self {
        Self { check_minutes: 60, planted_defects: 0, backup: None, undo_seconds: 10 }
    }
}

impl Review {
    /// How long the check of a message that has left may take, in seconds.
    pub fn check_within(&self) -> Timestamp {
        Timestamp::from(self.check_minutes) * 60
    }

    /// One package in so many gets a planted defect; none where none does.
    pub fn planted_one_in(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.planted_defects)
    }
}
