//! Time zones: the local time of a timestamp, and the timestamp of a local time.
//!
//! Where clocks are set forward over a local time, its timestamp is the first one after the gap. Where clocks are set
//! back, it is the first of the two.

use crate::quoted;
use baton_facts::types::Timestamp;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use serde::Deserialize;

/// A time zone of the IANA database.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(pub Tz);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let unknown = || format!("\"{}\" is not a time zone like \"Europe/Berlin\"", quoted(&name));
        name.parse().map(Self).map_err(|_| unknown())
    }
}

impl Zone {
    /// Returns its IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Returns the local time at a timestamp. `None` beyond the calendar.
    pub fn clock(self, at: Timestamp) -> Option<NaiveDateTime> {
        Some(DateTime::from_timestamp(at, 0)?.with_timezone(&self.0).naive_local())
    }

    /// Returns the first timestamp at which clocks there show this local time or have passed it. `None` beyond the
    /// calendar.
    pub fn moment(self, local: NaiveDateTime) -> Option<Timestamp> {
        if let Some(at) = self.0.from_local_datetime(&local).earliest() {
            return Some(at.timestamp());
        }
        // The local time is in a gap, which lies between an hour before it and one after that both exist. No gap was
        // ever longer than a day.
        let exists = |hours: i64| {
            let local = local.checked_add_signed(TimeDelta::hours(hours))?;
            Some(self.0.from_local_datetime(&local).earliest()?.timestamp())
        };
        let mut before = (1..=25).find_map(|hours| exists(-hours))?;
        let mut after = (1..=25).find_map(exists)?;
        while before + 1 < after {
            let middle = before.midpoint(after);
            if self.clock(middle)? < local {
                before = middle;
            } else {
                after = middle;
            }
        }
        Some(after)
    }

    /// Returns the local date at a timestamp.
    pub fn day(self, at: Timestamp) -> Option<NaiveDate> {
        self.clock(at).map(|shown| shown.date())
    }

    /// Returns the timestamp of an hour of the local day that is `days` after the one of this timestamp.
    pub fn hour_of(self, at: Timestamp, days: u64, hour: u32) -> Option<Timestamp> {
        let day = self.day(at)?.checked_add_days(Days::new(days))?;
        self.moment(day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_of_zones() {
        let zone = |name: &str| Zone::try_from(name.to_owned()).unwrap();
        let moment =
            |name: &str, text: &str| zone(name).moment(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap());
        for (name, text, expected) in [
            ("UTC", "2026-03-10T09:00", 1_773_133_200),
            ("Europe/Berlin", "2026-03-10T10:00", 1_773_133_200),
            ("America/New_York", "2026-03-10T05:00", 1_773_133_200),
            // Put forward over it, and shown twice.
            ("Europe/Berlin", "2026-03-29T02:30", 1_774_746_000),
            ("Europe/Berlin", "2026-10-25T02:30", 1_792_888_200),
        ] {
            assert_eq!(moment(name, text), Some(expected), "{name} {text}");
        }
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.clock(1_773_133_200).unwrap().to_string(), "2026-03-10 10:00:00");
        // Almost midnight in London is tomorrow in Berlin.
        assert_eq!(berlin.hour_of(1_773_185_400, 1, 9), Some(1_773_302_400));
        assert_eq!((berlin.clock(i64::MAX), berlin.hour_of(i64::MAX, 1, 9)), (None, None));
    }
}
