//! The table `[capacity]` of a campaign file: the number of packages that reviewers can decide about in a day.

use serde::Deserialize;

/// The review capacity of a campaign. People who review several campaigns divide their day among them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ReviewCapacity {
    /// SDRs who share the campaign, 1 to 1,000; 1 by default.
    pub reviewers: u32,
    /// Packages that each of them decides about on a working day, 1 to 1,000; 40 by default. 30 to 50 are usual if a
    /// decision takes about a minute and the rest of the day is for conversations.
    pub reviews_per_day: u32,
}

impl Default for ReviewCapacity {
    fn default() -> Self {
        Self { reviewers: 1, reviews_per_day: 40 }
    }
}

impl ReviewCapacity {
    /// Returns the packages that all of them together decide about on a working day.
    pub const fn per_day(self) -> u32 {
        self.reviewers.saturating_mul(self.reviews_per_day)
    }
}
