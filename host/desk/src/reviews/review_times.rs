//! Statistics of how long a person takes to decide, shown to that person only.

use crate::desk::{Desk, DeskResult};
use crate::reviews::queries::review_times;
use baton_facts::types::Timestamp;
use serde::Serialize;

/// Target time for a decision about a package, in seconds.
pub const TARGET_SECONDS: u32 = 60;

const DAY: Timestamp = 86_400;

/// Number of days that a person's review times cover.
const DAYS: Timestamp = 30;

/// The number of a person's decisions, and the time that they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionTimes {
    /// All decisions, those made in bulk included.
    pub decisions: u32,
    /// The number of timed decisions; bulk decisions and those on the command line are not timed.
    pub timed: u32,
    /// The median in seconds.
    pub median: Option<u32>,
    /// The 90th percentile in seconds.
    pub ninetieth: Option<u32>,
}

/// A person's own review times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnDecisionTimes {
    /// Since the start of the person's day.
    pub today: DecisionTimes,
    /// In the last 30 days.
    pub month: DecisionTimes,
}

impl Desk {
    /// Returns the review times of this person; `day` is the start of their day.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn own_decision_times(&self, day: Timestamp, now: Timestamp) -> DeskResult<OwnDecisionTimes> {
        let who = self.actor.name();
        let mut tx = self.read().await?;
        let since = now.saturating_sub(DAYS * DAY).min(day);
        let made = review_times::of(&mut tx, who, since, now).await?;
        let of = |since| DecisionTimes::of(made.iter().filter(|(at, _)| *at >= since).map(|(_, seconds)| *seconds));
        Ok(OwnDecisionTimes { today: of(day), month: of(now.saturating_sub(DAYS * DAY)) })
    }
}

impl DecisionTimes {
    fn of(decisions: impl Iterator<Item = Option<u32>>) -> Self {
        let all: Vec<Option<u32>> = decisions.collect();
        let mut seconds: Vec<u32> = all.iter().copied().flatten().collect();
        seconds.sort_unstable();
        // Nearest-rank percentile: the smallest value that covers at least this percentage of the timed decisions.
        let rank =
            |hundredths: usize| seconds.get((seconds.len() * hundredths).div_ceil(100).saturating_sub(1)).copied();
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        Self { decisions: count(all.len()), timed: count(seconds.len()), median: rank(50), ninetieth: rank(90) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_cover_timed_decisions_only() {
        for (decisions, expected) in [
            (vec![], (0, 0, None, None)),
            (vec![None], (1, 0, None, None)),
            (vec![Some(7)], (1, 1, Some(7), Some(7))),
            (vec![Some(60), None, Some(20)], (3, 2, Some(20), Some(60))),
            ((1..=10).map(|tens| Some(tens * 10)).collect(), (10, 10, Some(50), Some(90))),
            ((1..=11).rev().map(Some).collect(), (11, 11, Some(6), Some(10))),
        ] {
            let pace = DecisionTimes::of(decisions.clone().into_iter());
            assert_eq!((pace.decisions, pace.timed, pace.median, pace.ninetieth), expected, "{decisions:?}");
        }
    }
}
