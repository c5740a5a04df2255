//! The user's own review counts and times. Nobody sees another user's numbers here.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::format::number;
use baton_desk::DeskError;
use baton_desk::reviews::{DecisionTimes, OwnDecisionTimes, TARGET_SECONDS};
use baton_facts::types::Timestamp;

const DAY: Timestamp = 86_400;

pub(super) struct OwnStats {
    /// Since the start of the day; `None` before the first decision.
    pub today: Option<ReviewTimes>,
    /// In the last 30 days; `None` if that adds nothing to `today`.
    pub month: Option<ReviewTimes>,
    pub aim: u32,
    /// Reviews done today out of the campaigns' daily capacity.
    pub capacity: Option<String>,
}

/// Decisions and their times.
pub(super) struct ReviewTimes {
    pub decisions: String,
    /// Median and 90th percentile, in seconds.
    pub times: Option<(u32, u32)>,
    /// The median is above the goal.
    pub slow: bool,
}

impl OwnStats {
    pub async fn of(
        app: &RequestState,
        _by: &CurrentUser,
        campaign: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let capacities = app.capacity.iter().filter(|(name, _)| campaign.is_none_or(|campaign| campaign == *name));
        let (mut per_day, mut done) = (0_u64, 0_u64);
        for (name, capacity) in capacities {
            per_day += u64::from(capacity.per_day);
            done += u64::from(app.desk().reviewed_today(name, *capacity, now).await?);
        }
        let zone = app.capacity.values().next();
        let day = zone.map_or(now.div_euclid(DAY) * DAY, |capacity| capacity.day_began(now));
        let OwnDecisionTimes { today, month } = app.desk().own_decision_times(day, now).await?;
        let more = month.decisions > today.decisions;
        Ok(Self {
            today: ReviewTimes::of(today),
            month: ReviewTimes::of(month).filter(|_| more),
            aim: TARGET_SECONDS,
            capacity: (per_day > 0).then(|| format!("{} of {} reviews done today", number(done), number(per_day))),
        })
    }
}

impl ReviewTimes {
    fn of(pace: DecisionTimes) -> Option<Self> {
        (pace.decisions > 0).then(|| Self {
            decisions: number(pace.decisions),
            times: pace.median.zip(pace.ninetieth),
            slow: pace.median.is_some_and(|median| median > TARGET_SECONDS),
        })
    }
}
