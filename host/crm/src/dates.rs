//! Dates and times of exports, parsed into seconds since 1970.
//!
//! Ambiguous forms are refused: `03/04/2026` is in March or in April, depending on the country.

use baton_facts::types::Timestamp;
use chrono::{NaiveDate, NaiveTime};

/// Parses ISO 8601 (a date, or a date and time with or without an offset), the forms `YYYY-MM-DD HH:MM[:SS]` and
/// `YYYYMMDD`, and HubSpot's milliseconds since 1970 (13 digits). A date alone is midnight UTC; a time without an
/// offset is UTC. Returns `None` for anything else and for years outside 1900 to 2199.
pub fn parse_timestamp(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if value.len() == 13 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse::<i64>().ok().map(|milliseconds| milliseconds / 1000);
    }
    let (day, rest) = day(value)?;
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp();
    let rest = rest.trim_end();
    if rest.is_empty() {
        return Some(midnight);
    }
    let clock = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    let (time, zone) = match clock.find(['Z', 'z', '+', '-', 'U', 'G']) {
        Some(at) => (clock[..at].trim_end(), &clock[at..]),
        None => (clock, ""),
    };
    Some(midnight + seconds_of_day(time)? - offset(zone)?)
}

fn day(value: &str) -> Option<(NaiveDate, &str)> {
    let basic = value.len() == 8;
    let (year, month, day, rest) = if basic {
        (value.get(..4)?, value.get(4..6)?, value.get(6..8)?, "")
    } else {
        if value.get(4..5)? != "-" || value.get(7..8)? != "-" {
            return None;
        }
        (value.get(..4)?, value.get(5..7)?, value.get(8..10)?, value.get(10..)?)
    };
    let year = i32::try_from(number(year)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)?;
    (1900..2200).contains(&year).then_some((date, rest))
}

/// Parses `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff`; a leap second counts as the second before it.
fn seconds_of_day(time: &str) -> Option<i64> {
    let mut parts = time.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = match parts.next() {
        None => 0,
        Some(text) => {
            let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
            number(fraction.get(..fraction.len().min(9))?)?;
            number(whole)?.min(if whole == "60" { 59 } else { u32::MAX })
        }
    };
    (hour < 24 && minute < 60 && second < 60).then(|| i64::from(hour * 3600 + minute * 60 + second))
}

/// Parses `Z`, `UTC`, `GMT`, `±HH`, `±HHMM` or `±HH:MM` into seconds east of UTC; an empty text is UTC.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.bytes().next() {
        None => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return ["Z", "UTC", "GMT"].iter().any(|name| name.eq_ignore_ascii_case(zone)).then_some(0),
    };
    let digits = zone[1..].replacen(':', "", 1);
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits)?, 0),
        4 => (number(digits.get(..2)?)?, number(digits.get(2..)?)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Option<&str>) {
        let read = parse_timestamp(value).and_then(|at| chrono::DateTime::from_timestamp(at, 0));
        assert_eq!(read.map(|at| at.format("%FT%TZ").to_string()).as_deref(), expected, "{value:?}");
    }

    #[test]
    fn unambiguous_dates_are_parsed() {
        check("2026-03-04", Some("2026-03-04T00:00:00Z"));
        check(" 2026-03-04 ", Some("2026-03-04T00:00:00Z"));
        check("20260304", Some("2026-03-04T00:00:00Z"));
        check("2026-03-04 09:30", Some("2026-03-04T09:30:00Z"));
        check("2026-03-04T09:30:15Z", Some("2026-03-04T09:30:15Z"));
        check("2026-03-04t09:30:15.123z", Some("2026-03-04T09:30:15Z"));
        check("2026-03-04T09:30:15.000+0000", Some("2026-03-04T09:30:15Z"));
        check("2026-03-04T09:30:15+02:00", Some("2026-03-04T07:30:15Z"));
        check("2026-03-04 00:30 -05", Some("2026-03-04T05:30:00Z"));
        check("2026-03-04 09:30:15 UTC", Some("2026-03-04T09:30:15Z"));
        check("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:59Z"));
        check("1772616600000", Some("2026-03-04T09:30:00Z"));
        check("2024-02-29", Some("2024-02-29T00:00:00Z"));
    }

    #[test]
    fn other_texts_are_refused() {
        for value in [
            "",
            "yesterday",
            "03/04/2026",
            "4.3.2026",
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "0000-00-00",
            "2026-03-04T",
            "2026-03-04T25:00",
            "2026-03-04T09:61",
            "2026-03-04T09:30+99:00",
            "2026-03-04x",
            "9999-12-31",
            "1899-12-31",
            "٢٠٢٦-٠٣-٠٤",
            "2026-03-04T09:30:15.Z",
            "2026-03-04 9",
            "１２３４５６７８",
        ] {
            check(value, None);
        }
    }
}
