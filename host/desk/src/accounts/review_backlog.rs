//! How much more can be reviewed before it goes stale, so that a run prepares no more than that.
//!
//! The queue is worked from the top, so many a day. A package has room where it comes up before it goes stale, and where
//! nothing behind it goes stale because of it. That is the whole rule: a higher tier is ahead of a lower one and, within
//! a tier, what goes stale first. Pure; what waits is given.

use baton_facts::types::Timestamp;
use baton_mail::{Sending, day_began};
use baton_model::ReviewCapacity;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Weekday};
use chrono_tz::Tz;

/// The longest time ahead that is looked at, in days: what stays fresh longer than ten years has room for as much.
const AHEAD: i64 = 3650;

/// What people can look at, and whose days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyCapacity {
    /// Packages on a working day, Monday to Friday.
    pub per_day: u32,
    /// Where a day begins.
    pub zone: Tz,
}

impl DailyCapacity {
    /// What a campaign and `baton.toml` say.
    pub const fn of(review: ReviewCapacity, sending: &Sending) -> Self {
        Self { per_day: review.per_day(), zone: sending.time_zone.0 }
    }

    /// When the present day began.
    pub fn day_began(&self, now: Timestamp) -> Timestamp {
        day_began(now, self.zone)
    }

    /// Working days until then: today and each one after it, without the deadline's own day unless that is today, since
    /// it may end with its first minute.
    fn days_until(&self, deadline: Timestamp, now: Timestamp) -> u64 {
        let day = |at: Timestamp| Some(DateTime::from_timestamp(at, 0)?.with_timezone(&self.zone).date_naive());
        let (Some(today), Some(last)) = (day(now), day(deadline.min(now.saturating_add(AHEAD * 86_400)))) else {
            return 0;
        };
        if deadline <= now {
            return 0;
        }
        let whole = (last - today).num_days().unsigned_abs();
        let (weeks, rest) = (whole / 7, whole % 7);
        let rest = (0..rest).filter_map(|days| today.checked_add_days(Days::new(days))).filter(is_working_day);
        (weeks * 5 + rest.count() as u64).max(u64::from(whole == 0 && is_working_day(&today)))
    }
}

fn is_working_day(day: &NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// A package's place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct QueuePosition {
    tier_rank: i64,
    deadline: Timestamp,
}

/// What waits, and what there is room for.
#[derive(Clone, Debug)]
pub struct ReviewBacklog {
    capacity: DailyCapacity,
    now: Timestamp,
    /// Reviews made today.
    done: u32,
    /// In the order of the queue, each with how many can be reviewed until it goes stale.
    waiting: Vec<(QueuePosition, u64)>,
}

impl ReviewBacklog {
    /// With what waits for a person now: the rank of its tier, 0 being the highest, and its deadline. `done` is how many
    /// were reviewed since the day began.
    pub fn new(
        capacity: DailyCapacity,
        now: Timestamp,
        done: u32,
        waiting: impl IntoIterator<Item = (i64, Timestamp)>,
    ) -> Self {
        let mut room = Self { capacity, now, done, waiting: Vec::new() };
        let place = |(tier_rank, deadline)| (QueuePosition { tier_rank, deadline }, room.until(deadline));
        let mut waiting: Vec<_> = waiting.into_iter().map(place).collect();
        waiting.sort();
        room.waiting = waiting;
        room
    }

    /// Takes a place for a package of this tier and deadline, where there is room.
    pub fn take(&mut self, tier_rank: i64, deadline: Timestamp) -> bool {
        let place = QueuePosition { tier_rank, deadline };
        let at = self.waiting.partition_point(|(other, _)| *other <= place);
        let until = self.until(deadline);
        // Whoever was the last to come up in time would be one too late. What was too late before loses nothing.
        let delays = (at..).zip(&self.waiting[at..]).any(|(index, (_, until))| index as u64 + 1 == *until);
        if at as u64 >= until || delays {
            return false;
        }
        self.waiting.insert(at, (place, until));
        true
    }

    /// Whether not even a package that stays fresh until `latest` would come up in time at the end of the queue.
    pub fn is_full(&self, latest: Timestamp) -> bool {
        self.waiting.len() as u64 >= self.until(latest)
    }

    /// How many wait for a person.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Working days that what waits takes, begun ones counted.
    pub fn days(&self) -> u64 {
        (self.waiting.len() as u64).div_ceil(u64::from(self.capacity.per_day.max(1)))
    }

    /// How many can be reviewed until then, less what was reviewed today.
    fn until(&self, deadline: Timestamp) -> u64 {
        let per_day = u64::from(self.capacity.per_day);
        // On a day off somebody may work all the same: that takes nothing from the days that count.
        let today = self.capacity.days_until(self.now.saturating_add(1), self.now);
        let done = u64::from(self.done).min(per_day) * today.min(1);
        (per_day * self.capacity.days_until(deadline, self.now)).saturating_sub(done)
    }
}

#[cfg(test)]
mod tests;
