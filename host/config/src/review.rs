//! The table `[review]`: what is asked of reviewers beside their decisions.

use baton_facts::types::Timestamp;
use serde::Deserialize;
use std::num::NonZeroU32;

use super::{reading::Reading, tree::Path};

/// A defect more often than in one package of so many is no work to ask of anybody.
const LEAST: u32 = 10;

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

/// The least and the most that each number may be. Below five minutes nobody could look; beyond a week nobody
/// remembers.
pub(super) const RANGES: [(&str, i64, i64); 3] =
    [("review.check-minutes", 5, 10_080), ("review.planted-defects", 0, 1000), ("review.undo-seconds", 0, 300)];

impl Review {
    /// How long the check of a message that has left may take, in seconds.
    pub fn check_within(&self) -> Timestamp {
        Timestamp::from(self.check_minutes) * 60
    }

    /// One package in so many gets a planted defect; none where none does.
    pub fn planted_one_in(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.planted_defects)
    }

    pub(super) fn check(&self, reading: &mut Reading) {
        if let Some(backup) = self.backup.as_ref().filter(|backup| !backup.trim().contains('@')) {
            let message = format!("`backup` is to be an email address, not `{backup}`");
            let hint = "name the address that the backup reviewer signs in with: `baton users list` shows it";
            reading.error(&Path::of("review").key("backup"), message, Some(hint.into()));
        }
        if (1..LEAST).contains(&self.planted_defects) {
            let message = format!("`planted-defects` must be 0 or from {LEAST} to 1000, not {}", self.planted_defects);
            let hint = "it is one package in so many: 50 is usual, and 0 plants none";
            reading.error(&Path::of("review").key("planted-defects"), message, Some(hint.into()));
        }
    }
}
