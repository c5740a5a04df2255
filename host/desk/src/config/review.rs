//! The table `[review]`: what a team takes on with its spot-checks.

use baton_facts::types::Timestamp;
use serde::Deserialize;

/// The table `[review]`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Review {
    /// How long the check of a message that has left may take in minutes, 5 to 10,080; 60 by default, before a first
    /// reply is likely. A check that takes longer is missed, and counts as nonconforming.
    pub check_minutes: u32,
}

impl Default for Review {
    fn default() -> Self {
        Self { check_minutes: 60 }
    }
}

impl Review {
    /// The same in seconds.
    pub fn check_within(&self) -> Timestamp {
        Timestamp::from(self.check_minutes) * 60
    }
}

/// The least and the most that each number may be. Below five minutes nobody could look; beyond a week nobody
/// remembers.
pub(super) const RANGES: [(&str, i64, i64); 1] = [("review.check-minutes", 5, 10_080)];
