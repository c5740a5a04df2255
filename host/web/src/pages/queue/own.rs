//! A person's own numbers: how much they decided and how long it took them, and how far the day has come. Nobody is shown
//! somebody else's.

use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::show::number;
use baton_desk::DeskError;
use baton_desk::desk::{AIM, OwnPace, Pace};
use baton_facts::types::Timestamp;

const DAY: Timestamp = 86_400;

pub(super) struct Own {
    /// Since the day began; none before the first decision.
    pub today: Option<Took>,
    /// In the last 30 days, where that says more.
    pub month: Option<Took>,
    pub aim: u32,
    /// How much of the campaigns' daily capacity is done.
    pub capacity: Option<String>,
}

/// Decisions and how long they took.
pub(super) struct Took {
    pub decisions: String,
    /// Seconds: half of them took no longer, and nine of ten.
    pub times: Option<(u32, u32)>,
    /// Half of them took longer than they are meant to.
    pub slow: bool,
}

impl Own {
    pub async fn of(
        app: &AppState,
        by: &CurrentUser,
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
        let OwnPace { today, month } = app.desk().own_pace(&by.who, day, now).await?;
        let more = month.decisions > today.decisions;
        Ok(Self {
            today: Took::of(today),
            month: Took::of(month).filter(|_| more),
            aim: AIM,
            capacity: (per_day > 0).then(|| format!("{} of {} reviews done today", number(done), number(per_day))),
        })
    }
}

impl Took {
    fn of(pace: Pace) -> Option<Self> {
        (pace.decisions > 0).then(|| Self {
            decisions: number(pace.decisions),
            times: pace.median.zip(pace.ninetieth),
            slow: pace.median.is_some_and(|median| median > AIM),
        })
    }
}
