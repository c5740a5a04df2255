//! The table `[review]`: what is asked of reviewers beside their decisions.

use std::num::NonZeroU32;

use serde::Deserialize;

use super::{reading::Reading, tree::Path};

/// A defect more often than in one package of so many is no work to ask of anybody.
const LEAST: u32 = 10;

/// The table `[review]`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Review {
    /// A defect is planted in front of about one package in so many, 10 to 1,000, of those that go before a person; 0 is
    /// none, and the default.
    pub planted_defects: u32,
}

pub(super) const RANGE: (&str, i64, i64) = ("review.planted-defects", 0, 1000);

impl Review {
    /// One package in so many gets a planted defect; none where none does.
    pub fn planted_one_in(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.planted_defects)
    }

    pub(super) fn check(&self, reading: &mut Reading) {
        if (1..LEAST).contains(&self.planted_defects) {
            let message = format!("`planted-defects` must be 0 or from {LEAST} to 1000, not {}", self.planted_defects);
            let hint = "it is one package in so many: 50 is usual, and 0 plants none";
            reading.error(&Path::of("review").key("planted-defects"), message, Some(hint.into()));
        }
    }
}
