//! Dates and business days, computed from timestamps.
//!
//! There is no clock here: the caller passes every timestamp. Days are UTC days and business days are Monday to Friday.
//! All arithmetic saturates, so no timestamp overflows.

use baton_facts::types::Timestamp;
use chrono::{DateTime, Datelike};

/// Seconds in a day.
pub(crate) const DAY: Timestamp = 86_400;

/// Adds calendar days.
pub(crate) fn after_days(at: Timestamp, days: u32) -> Timestamp {
    at.saturating_add(Timestamp::from(days).saturating_mul(DAY))
}

/// Subtracts calendar days.
pub(crate) fn before_days(at: Timestamp, days: u32) -> Timestamp {
    at.saturating_sub(Timestamp::from(days).saturating_mul(DAY))
}

/// Returns the whole days from `at` to `now`, negative when `at` is in the future.
pub(crate) fn age_in_days(at: Timestamp, now: Timestamp) -> i64 {
    now.saturating_sub(at).div_euclid(DAY)
}

/// Returns the same time of day `days` business days later. From a weekend, the first business day is Monday.
pub(crate) fn after_business_days(at: Timestamp, days: u32) -> Timestamp {
    let days = Timestamp::from(days);
    if days == 0 {
        return at;
    }
    // Start a weekend at its Friday, so that the days ahead are whole weeks and a remainder.
    let since_friday = (weekday(at) - 4).max(0);
    let (weeks, rest) = (days / 5, days % 5);
    let weekend = if weekday(at) - since_friday + rest > 4 { 2 } else { 0 };
    at.saturating_add((7 * weeks + rest + weekend - since_friday) * DAY)
}

/// Returns the business days between two times: the most that [`after_business_days`] can add to `at` without passing
/// `now`.
pub(crate) fn business_days_between(at: Timestamp, now: Timestamp) -> i64 {
    // Business days up to and with a day, counted from the Monday before 1970.
    let upto = |day: i64| (day + 3).div_euclid(7) * 5 + ((day + 3).rem_euclid(7) + 1).min(5);
    let first = at.div_euclid(DAY);
    (upto(first.saturating_add(age_in_days(at, now)).max(first)) - upto(first)).max(0)
}

/// 0 is Monday, 6 is Sunday.
fn weekday(at: Timestamp) -> i64 {
    // 1970-01-01 was a Thursday.
    (at.div_euclid(DAY) + 3).rem_euclid(7)
}

/// Returns year, month (1 to 12) and day of month in UTC, or `None` outside the calendar's range.
pub(crate) fn year_month_day(at: Timestamp) -> Option<(i32, u8, u8)> {
    let date = DateTime::from_timestamp(at, 0)?;
    Some((date.year(), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}

/// Formats a date for people: `2026-03-09`.
pub(crate) fn iso_date(at: Timestamp) -> String {
    match year_month_day(at) {
        Some((year, month, day)) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{at} seconds from 1970-01-01"),
    }
}

/// Formats an age: `today`, `1 day ago`, `12 days ago` or `in 3 days`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    match age_in_days(at, now) {
        0 => "today".into(),
        1 => "1 day ago".into(),
        -1 => "in 1 day".into(),
        days if days > 0 => format!("{days} days ago"),
        days => format!("in {} days", days.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 2026-03-09, 09:30 UTC.
    const MONDAY: Timestamp = 1_773_048_600;

    fn check(days: u32, expected: &str) {
        assert_eq!(iso_date(after_business_days(MONDAY, days)), expected, "{days} business days");
        let passed = business_days_between(MONDAY, after_business_days(MONDAY, days));
        assert_eq!(passed, i64::from(days), "{days} business days have passed");
    }

    #[test]
    fn business_days_skip_weekends() {
        check(0, "2026-03-09");
        check(1, "2026-03-10");
        check(4, "2026-03-13");
        check(5, "2026-03-16");
        check(6, "2026-03-17");
        check(10, "2026-03-23");
        check(14, "2026-03-27");
    }

    #[test]
    fn a_weekend_counts_from_monday() {
        assert_eq!(iso_date(after_business_days(MONDAY - 2 * DAY, 1)), "2026-03-09");
        assert_eq!(iso_date(after_business_days(MONDAY - DAY, 1)), "2026-03-09");
        assert_eq!(iso_date(after_business_days(MONDAY - 2 * DAY, 5)), "2026-03-13");
        assert_eq!(iso_date(after_business_days(MONDAY - DAY, 6)), "2026-03-16");
        assert_eq!(after_business_days(MONDAY - DAY, 0), MONDAY - DAY);
        for (from, to, expected) in [(-3, -1, 0), (-3, 0, 1), (-1, 0, 1), (-2, 4, 5), (0, 6, 4), (3, 1, 0)] {
            assert_eq!(business_days_between(MONDAY + from * DAY, MONDAY + to * DAY), expected, "{from} to {to}");
        }
        assert_eq!(business_days_between(MONDAY, MONDAY + DAY - 1), 0, "a day is over at the same time of day");
    }

    #[test]
    fn absurd_moments_saturate() {
        assert_eq!(after_business_days(Timestamp::MAX, u32::MAX), Timestamp::MAX);
        assert!(after_business_days(Timestamp::MIN, u32::MAX) > Timestamp::MIN);
        assert!(business_days_between(Timestamp::MIN, Timestamp::MAX) > 0);
        assert_eq!(business_days_between(Timestamp::MAX, Timestamp::MIN), 0);
        assert_eq!(after_days(Timestamp::MAX, u32::MAX), Timestamp::MAX);
        assert_eq!(before_days(Timestamp::MIN, u32::MAX), Timestamp::MIN);
        assert_eq!(iso_date(Timestamp::MAX), "9223372036854775807 seconds from 1970-01-01");
        assert_eq!(age_in_days(Timestamp::MIN, Timestamp::MAX), Timestamp::MAX / DAY);
    }

    #[test]
    fn age_is_told_in_words() {
        for (at, expected) in [
            (MONDAY, "today"),
            (MONDAY - DAY, "1 day ago"),
            (MONDAY - 12 * DAY - 5, "12 days ago"),
            (MONDAY + DAY, "in 1 day"),
            (MONDAY + 3 * DAY, "in 3 days"),
        ] {
            assert_eq!(ago(at, MONDAY), expected);
        }
    }
}
