//! The days of a dashboard and their bins.

use crate::desk::DeskResult;
use crate::error::Refusal;
use baton_facts::types::Timestamp;
use baton_mail::day_began;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

/// Maximum number of days.
pub const DAYS_MAX: u32 = 366;

/// Maximum number of days with a bin each; beyond, a bin is a week.
const DAILY: usize = 31;

/// Days of a campaign or of all, in one time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardPeriod {
    /// The campaign's id; `None` for all.
    pub campaign: Option<String>,
    first: NaiveDate,
    last: NaiveDate,
    zone: Tz,
}

impl DashboardPeriod {
    /// Creates a span of `days` days that ends with the day of this timestamp. Days are in UTC without a time zone.
    pub fn until(now: Timestamp, days: u32, zone: Option<Tz>, campaign: Option<&str>) -> Self {
        let zone = zone.unwrap_or(Tz::UTC);
        let last = DateTime::from_timestamp(now, 0).unwrap_or_default().with_timezone(&zone).date_naive();
        let before = Days::new(u64::from(days.clamp(1, DAYS_MAX) - 1));
        Self { campaign: campaign.map(str::to_owned), first: last.checked_sub_days(before).unwrap_or(last), last, zone }
    }

    /// Creates a span from one day to another, both included.
    ///
    /// # Errors
    /// The problem, if the last day is before the first, or there are more than [`DAYS_MAX`].
    pub fn between(first: NaiveDate, last: NaiveDate, zone: Option<Tz>, campaign: Option<&str>) -> DeskResult<Self> {
        let days = last.signed_duration_since(first).num_days();
        if !(0..i64::from(DAYS_MAX)).contains(&days) {
            return Err(Refusal::Invalid(format!("the range must have 1 to {DAYS_MAX} days: {first} to {last}")).into());
        }
        Ok(Self { campaign: campaign.map(str::to_owned), first, last, zone: zone.unwrap_or(Tz::UTC) })
    }

    /// Returns the first day.
    pub const fn first(&self) -> NaiveDate {
        self.first
    }

    /// Returns the last day.
    pub const fn last(&self) -> NaiveDate {
        self.last
    }

    /// Returns the time zone's name.
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// Returns the first and last day of each bin: a day each, or a week, counted back from the last day.
    pub fn bins(&self) -> Vec<(NaiveDate, NaiveDate)> {
        let days: Vec<NaiveDate> = self.first.iter_days().take_while(|day| *day <= self.last).collect();
        let size = if days.len() > DAILY { 7 } else { 1 };
        let mut bins: Vec<_> = days.rchunks(size).filter_map(|bin| Some((*bin.first()?, *bin.last()?))).collect();
        bins.reverse();
        bins
    }

    /// Returns the day of this timestamp.
    pub fn day(&self, at: Timestamp) -> NaiveDate {
        DateTime::from_timestamp(at, 0).unwrap_or_default().with_timezone(&self.zone).date_naive()
    }

    /// Returns its start.
    pub(crate) fn begins(&self) -> Timestamp {
        self.start(self.first)
    }

    /// Returns the start of the day after the last one.
    pub(crate) fn ends(&self) -> Timestamp {
        self.last.succ_opt().map_or(Timestamp::MAX, |next| self.start(next))
    }

    /// Returns the start of each bin.
    pub(crate) fn edges(&self) -> Vec<Timestamp> {
        self.bins().into_iter().map(|(first, _)| self.start(first)).collect()
    }

    /// Returns the start of a day, by way of its noon, which no clock change skips.
    fn start(&self, day: NaiveDate) -> Timestamp {
        let noon = day.and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(12);
        let at =
            self.zone.from_local_datetime(&noon).earliest().map_or(noon.and_utc().timestamp(), |at| at.timestamp());
        day_began(at, self.zone)
    }
}
