//! Dates, times and durations on the command line.

use std::str::FromStr;

use baton_facts::types::Timestamp;
use baton_model::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

const MINUTE: i64 = 60;

/// A time in the future: absolute, or relative to now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FutureTime {
    At(Timestamp),
    /// Seconds from now.
    In(i64),
    /// A local time, in the time zone of `[sending]`.
    Local(NaiveDateTime),
    /// A day, in the time zone of `[sending]`.
    Day(NaiveDate),
    /// The next day there.
    Tomorrow,
}

impl FutureTime {
    /// Returns the timestamp, given the current time and the zone of local times. A day begins at its first moment.
    pub fn from(self, now: Timestamp, zone: Zone) -> Timestamp {
        let beyond = Timestamp::MAX;
        match self {
            Self::At(timestamp) => timestamp,
            Self::In(seconds) => now.saturating_add(seconds),
            Self::Local(local) => zone.moment(local).unwrap_or(beyond),
            Self::Day(day) => zone.moment(day.and_time(NaiveTime::MIN)).unwrap_or(beyond),
            Self::Tomorrow => zone.hour_of(now, 1, 0).unwrap_or(beyond),
        }
    }

    /// As [`Self::from`], but a day counts to its end.
    pub fn end_from(self, now: Timestamp, zone: Zone) -> Timestamp {
        match self {
            Self::Day(day) => match day.succ_opt() {
                Some(next) => Self::Day(next).from(now, zone),
                None => Timestamp::MAX,
            },
            Self::Tomorrow => zone.hour_of(now, 2, 0).unwrap_or(Timestamp::MAX),
            other => other.from(now, zone),
        }
    }
}

impl FromStr for FutureTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("tomorrow") {
            return Ok(Self::Tomorrow);
        }
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Day(day));
        }
        let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"].map(|form| NaiveDateTime::parse_from_str(text, form));
        if let Some(local) = local.into_iter().find_map(Result::ok) {
            return Ok(Self::Local(local));
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
            ("1970-01-02", NaiveDate::from_ymd_opt(1970, 1, 2).map(FutureTime::Day)),
            ("1970-01-02T00:00:10Z", Some(FutureTime::At(86_410))),
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
    fn days_and_local_times_are_those_of_the_zone() {
        let zone = |name: &str| Zone::try_from(name.to_owned()).expect("a zone");
        let (now, day) = (1_773_133_200, 86_400);
        for (name, text, begins, ends) in [
            ("UTC", "tomorrow", 1_773_187_200, 1_773_187_200 + day),
            ("Africa/Cairo", "tomorrow", 1_773_180_000, 1_773_180_000 + day),
            ("Etc/GMT+8", "tomorrow", 1_773_216_000, 1_773_216_000 + day),
            ("UTC", "2026-03-11", 1_773_187_200, 1_773_187_200 + day),
            ("Africa/Cairo", "2026-03-11", 1_773_180_000, 1_773_180_000 + day),
            ("Africa/Cairo", "2026-03-11T09:30", 1_773_214_200, 1_773_214_200),
            ("Africa/Cairo", "2026-03-11T09:30:00Z", 1_773_221_400, 1_773_221_400),
            ("Africa/Cairo", "2h", now + 7200, now + 7200),
        ] {
            let time: FutureTime = text.parse().expect("a time");
            let zone = zone(name);
            assert_eq!((time.from(now, zone), time.end_from(now, zone)), (begins, ends), "{name} {text}");
        }
        assert_eq!(FutureTime::Tomorrow.from(i64::MAX, zone("UTC")), i64::MAX);
        assert_eq!(FutureTime::In(1).from(i64::MAX, zone("UTC")), i64::MAX);
    }
}
