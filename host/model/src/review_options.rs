//! The table `[review]` of `baton.toml`: spot-checks, seeded defects, the backup reviewer and undo.

use baton_facts::types::Timestamp;
use serde::Deserialize;
use std::num::NonZeroU32;

/// The table `[review]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ReviewOptions {
    /// The deadline of the spot-check of a sent message in minutes, 5 to 10,080; 60 by default, before a first reply is
    /// likely. A check after the deadline is missed and counts as nonconforming.
    pub check_minutes: u32,
    /// One reviewed package in this many, 10 to 1,000, gets a seeded defect in front of it; 0, the default, turns this
    /// off.
    pub seeded_defects: u32,
    /// The address of the backup reviewer, who gets undecided packages and checks when a quarter of their time is left,
    /// at most one day; none by default.
    pub backup: Option<String>,
    /// The undo window of approvals on the review page in seconds, 0 to 300; 10 by default. The message is not sent
    /// before it ends.
    pub undo_seconds: u32,
}

impl Default for ReviewOptions {
    fn default() -> Self {
        Self { check_minutes: 60, seeded_defects: 0, backup: None, undo_seconds: 10 }
    }
}

impl ReviewOptions {
    /// Returns the deadline of the spot-check of a sent message, in seconds.
    pub fn check_within(&self) -> Timestamp {
        Timestamp::from(self.check_minutes) * 60
    }

    /// Returns the share of packages with a seeded defect, as one in this many; `None` if seeded defects are off.
    pub fn seeded_defect_one_in(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.seeded_defects)
    }
}
