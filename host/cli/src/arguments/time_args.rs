//! Dates, times and durations on the command line.

use std::str::FromStr;

use baton_facts::types::Timestamp;
use chrono::{DateTime, Days, Local, NaiveDate, NaiveTime, TimeZone};

const MINUTE: i64 = 60;

/// A time in the future: absolute, or relative to now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FutureTime {
    At(Timestamp),
    /// Seconds from now.
    In(i64),
    /// The start of the next day in the local time zone.
    Tomorrow,
}

impl FutureTime {
    /// Returns the timestamp, given the current time.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(timestamp) => timestamp,
            Self::In(seconds) => now.saturating_add(seconds),
            Self::Tomorrow => next_day(&Local, now).unwrap_or_else(|| now.saturating_add(24 * 60 * MINUTE)),
        }
    }
}

/// Returns the next midnight, or the first full hour after it if a clock change skips midnight.
fn next_day(zone: &impl TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = DateTime::from_timestamp(now, 0)?.with_timezone(zone).date_naive();
    let tomorrow = today.checked_add_days(Days::new(1))?;
    (0..24).find_map(|hour| {
        let begins = tomorrow.and_hms_opt(hour, 0, 0)?;
        zone.from_local_datetime(&begins).earliest().map(|timestamp| timestamp.timestamp())
    })
}

impl FromStr for FutureTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("tomorrow") {
            return Ok(Self::Tomorrow);
        }
        if let Ok(timestamp) = timestamp(text) {
            return Ok(Self::At(timestamp));
        }
        let seconds = match text.chars().last() {
            Some('m') => MINUTE,
            Some('h') => 60 * MINUTE,
            Some('d') => 24 * 60 * MINUTE,
            Some('w') => 7 * 24 * 60 * MINUTE,
            _ => 0,
        };
        // Digits only, without a sign, and few enough to stay in range.
        let number = text.get(..text.len().saturating_sub(1)).filter(|number| (1..=5).contains(&number.len()));
        let number = number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        match number.and_then(|number| number.parse::<i64>().ok()) {
            Some(number) if number > 0 && seconds > 0 => Ok(Self::In(number * seconds)),
            _ => Err("expected a date, a time, or a duration such as `2h`, `3d`, `1w` or `tomorrow`".to_owned()),
        }
    }
}

/// Parses an ISO 8601 date, which means midnight UTC, or a date-time with its offset.
pub fn timestamp(text: &str) -> Result<Timestamp, String> {
    if let Ok(timestamp) = DateTime::parse_from_rfc3339(text) {
        return Ok(timestamp.timestamp());
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(day.and_time(NaiveTime::MIN).and_utc().timestamp());
    }
    Err("expected a date such as 2026-03-10 or a time such as 2026-03-10T09:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for (text, expected) in [
            ("1970-01-02", Some(86_400)),
            ("1970-01-01T01:00:00+01:00", Some(0)),
            ("2026-03-10T09:00:00Z", Some(1_773_133_200)),
            ("10.03.2026", None),
            ("2026-03-10T09:00:00", None),
            ("", None),
        ] {
            assert_eq!(timestamp(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn later_moments() {
        for (text, expected) in [
            ("1970-01-02", Some(FutureTime::At(86_400))),
            ("2h", Some(FutureTime::In(7_200))),
            ("30m", Some(FutureTime::In(1_800))),
            ("3d", Some(FutureTime::In(259_200))),
            ("1w", Some(FutureTime::In(604_800))),
            ("Tomorrow", Some(FutureTime::Tomorrow)),
            ("0h", None),
            ("-2h", None),
            ("+2h", None),
            ("h", None),
            ("2 h", None),
            ("2µ", None),
            ("µ", None),
            ("9999999999999999999d", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<FutureTime>().ok(), expected, "{text}");
        }
    }

    #[test]
    fn the_next_day_begins_where_the_person_is() {
        let hours = |east: i32| chrono::FixedOffset::east_opt(east * 3600).expect("an offset");
        for (east, expected) in [(0, 1_773_187_200), (2, 1_773_180_000), (-8, 1_773_216_000)] {
            assert_eq!(next_day(&hours(east), 1_773_133_200), Some(expected), "{east}");
        }
        assert_eq!(next_day(&chrono::Utc, i64::MAX), None);
        assert_eq!(FutureTime::In(1).from(i64::MAX), i64::MAX);
    }
}
