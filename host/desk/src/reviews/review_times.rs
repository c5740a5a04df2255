//! A person's own time to decide.

use crate::desk::{Answer, Desk};
use crate::reviews::queries::review_times;
use baton_facts::types::Timestamp;
use serde::Serialize;

/// What a decision about a package is meant to take, in seconds.
pub const AIM: u32 = 60;

const DAY: Timestamp = 86_400;

/// How far back a person's pace is looked at, in days.
const DAYS: Timestamp = 30;

/// How many decisions a person made, and how long they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pace {
    /// Decisions, several at once among them.
    pub decisions: u32,
    /// How many of them were timed: a decision among several, and one on the command line, is not.
    pub timed: u32,
    /// In seconds: half of the timed ones took no longer.
    pub median: Option<u32>,
    /// In seconds: nine of ten took no longer.
    pub ninetieth: Option<u32>,
}

/// A person's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnPace {
    /// Since the day began.
    pub today: Pace,
    /// In the last 30 days.
    pub month: Pace,
}

impl Desk {
    /// How fast this person decides; `day` is when their day began.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn own_pace(&self, day: Timestamp, now: Timestamp) -> Answer<OwnPace> {
        let who = self.actor.name();
        let mut tx = self.read().await?;
        let since = now.saturating_sub(DAYS * DAY).min(day);
        let made = review_times::of(&mut tx, who, since, now).await?;
        let of = |since| Pace::of(made.iter().filter(|(at, _)| *at >= since).map(|(_, seconds)| *seconds));
        Ok(OwnPace { today: of(day), month: of(now.saturating_sub(DAYS * DAY)) })
    }
}

impl Pace {
    fn of(decisions: impl Iterator<Item = Option<u32>>) -> Self {
        let all: Vec<Option<u32>> = decisions.collect();
        let mut seconds: Vec<u32> = all.iter().copied().flatten().collect();
        seconds.sort_unstable();
        // The nearest rank: the least of them that so many hundredths do not exceed.
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
    fn ranks_are_of_what_was_timed() {
        for (decisions, expected) in [
            (vec![], (0, 0, None, None)),
            (vec![None], (1, 0, None, None)),
            (vec![Some(7)], (1, 1, Some(7), Some(7))),
            (vec![Some(60), None, Some(20)], (3, 2, Some(20), Some(60))),
            ((1..=10).map(|tens| Some(tens * 10)).collect(), (10, 10, Some(50), Some(90))),
            ((1..=11).rev().map(Some).collect(), (11, 11, Some(6), Some(10))),
        ] {
            let pace = Pace::of(decisions.clone().into_iter());
            assert_eq!((pace.decisions, pace.timed, pace.median, pace.ninetieth), expected, "{decisions:?}");
        }
    }
}
