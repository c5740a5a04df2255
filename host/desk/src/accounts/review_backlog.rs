//! The number of packages that can be reviewed before they expire, so that a run prepares no more than that.
//!
//! Reviewers work through the queue from the top, a fixed number a day. A package fits if its turn comes before it
//! expires and no package behind it expires because of it. Higher tiers come first and, within a tier, earlier
//! deadlines. Pure functions: the caller supplies the waiting packages.

use baton_facts::types::Timestamp;
use baton_mail::{SendingOptions, start_of_day};
use baton_model::ReviewCapacity;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Weekday};
use chrono_tz::Tz;

/// Maximum number of days to look ahead. Ten years are as good as no deadline.
const AHEAD: i64 = 3650;

/// The number of packages that a team can review a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyCapacity {
    /// Packages on a working day, Monday to Friday.
    pub per_day: u32,
    /// The time zone that days begin in.
    pub zone: Tz,
}

impl DailyCapacity {
    /// Returns the capacity that a campaign and `baton.toml` configure.
    pub const fn of(review: ReviewCapacity, sending: &SendingOptions) -> Self {
        Self { per_day: review.per_day(), zone: sending.time_zone.0 }
    }

    /// Returns when the present day began.
    pub fn day_began(&self, now: Timestamp) -> Timestamp {
        start_of_day(now, self.zone)
    }

    /// Returns the working days until a deadline: today and each later one, without the deadline's own day unless that
    /// is today, since the deadline may be its first minute.
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

/// A package's position in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct QueuePosition {
    tier_rank: i64,
    deadline: Timestamp,
}

/// The waiting packages, and how many more can be reviewed in time.
#[derive(Clone, Debug)]
pub struct ReviewBacklog {
    capacity: DailyCapacity,
    now: Timestamp,
    /// Reviews made today.
    done: u32,
    /// In queue order, each with the number of packages that can be reviewed before its deadline.
    waiting: Vec<(QueuePosition, u64)>,
}

impl ReviewBacklog {
    /// Creates the backlog of these waiting packages, each with the rank of its tier, of which 0 is the highest, and
    /// its deadline. `done` is the number of reviews since the day began.
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

    /// Adds a package of this tier and deadline, if it can be reviewed in time.
    pub fn take(&mut self, tier_rank: i64, deadline: Timestamp) -> bool {
        let place = QueuePosition { tier_rank, deadline };
        let at = self.waiting.partition_point(|(other, _)| *other <= place);
        let until = self.until(deadline);
        // The last package that is reviewed in time would be one too late. A package that was too late before loses
        // nothing.
        let delays = (at..).zip(&self.waiting[at..]).any(|(index, (_, until))| index as u64 + 1 == *until);
        if at as u64 >= until || delays {
            return false;
        }
        self.waiting.insert(at, (place, until));
        true
    }

    /// Returns whether even a package that stays fresh until `latest` would not be reviewed in time at the end of the
    /// queue.
    pub fn is_full(&self, latest: Timestamp) -> bool {
        self.waiting.len() as u64 >= self.until(latest)
    }

    /// Returns how many packages wait for a person.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Returns the working days that the waiting packages take, started days included.
    pub fn days(&self) -> u64 {
        (self.waiting.len() as u64).div_ceil(u64::from(self.capacity.per_day.max(1)))
    }

    /// Returns how many packages can be reviewed until then, less those reviewed today.
    fn until(&self, deadline: Timestamp) -> u64 {
        let per_day = u64::from(self.capacity.per_day);
        // Somebody may work on a day off: that takes nothing from the days that count.
        let today = self.capacity.days_until(self.now.saturating_add(1), self.now);
        let done = u64::from(self.done).min(per_day) * today.min(1);
        (per_day * self.capacity.days_until(deadline, self.now)).saturating_sub(done)
    }
}

#[cfg(test)]
mod tests;
