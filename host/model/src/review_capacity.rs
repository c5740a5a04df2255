//! The table `[capacity]` of a campaign file: what people can look at in a day.

use serde::Deserialize;

/// How much of a campaign can be reviewed. A person who reviews several campaigns divides their day among them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ReviewCapacity {
    /// SDRs who share the campaign, 1 to 1,000; 1 by default.
    pub reviewers: u32,
    /// Packages that each of them decides about on a working day, 1 to 1,000; 40 by default, and 30 to 50 are usual
    /// where a decision takes about a minute and the rest of the day belongs to conversations.
    pub reviews_per_day: u32,
}

impl Default for ReviewCapacity {
    fn default() -> Self {
        Self { reviewers: 1, reviews_per_day: 40 }
    }
}

impl ReviewCapacity {
    /// Packages that all of them together decide about on a working day.
    pub const fn per_day(self) -> u32 {
        self.reviewers.saturating_mul(self.reviews_per_day)
    }
}
