//! Dates and times in UTC, with the distance from the server's clock.

use baton_facts::types::Timestamp;
use chrono::DateTime;

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// A point in time in the forms that pages show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DisplayTime {
    /// RFC 3339, for `datetime` attributes.
    pub machine: String,
    /// `Mar 10, 2026`.
    pub day: String,
    /// `Mar 10, 2026, 09:00 UTC`.
    pub minute: String,
    /// `13 days ago`, `in 2 hours`.
    pub relative: String,
}

impl DisplayTime {
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let machine = formatted(at, "%Y-%m-%dT%H:%M:%SZ");
        Self { machine, day: date(at), minute: date_time(at), relative: relative(at, now) }
    }
}

/// Formats a date in UTC: `Mar 10, 2026`.
pub(crate) fn date(at: Timestamp) -> String {
    formatted(at, "%b %-d, %Y")
}

/// Formats a date and time in UTC: `Mar 10, 2026, 09:00 UTC`.
pub(crate) fn date_time(at: Timestamp) -> String {
    formatted(at, "%b %-d, %Y, %H:%M UTC")
}

/// Formats the time left: `32 days`, `2 hours`, or `now` if it has passed.
pub(crate) fn time_left(at: Timestamp, now: Timestamp) -> String {
    if at <= now { "now".to_owned() } else { span(at.saturating_sub(now)) }
}

fn relative(at: Timestamp, now: Timestamp) -> String {
    let apart = at.saturating_sub(now);
    match apart {
        -59..=0 => "just now".to_owned(),
        1..=59 => "in a moment".to_owned(),
        60.. => format!("in {}", span(apart)),
        _ => format!("{} ago", span(apart.saturating_neg())),
    }
}

fn span(seconds: i64) -> String {
    let (number, noun) = match seconds {
        ..HOUR => ((seconds / MINUTE).max(1), "minute"),
        HOUR..172_800 => (seconds / HOUR, "hour"),
        _ => (seconds / DAY, "day"),
    };
    baton_present::count(number.unsigned_abs(), noun)
}

/// A timestamp outside the calendar stays a number.
fn formatted(at: Timestamp, form: &str) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(|| at.to_string(), |at| at.format(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_relative_to_the_given_clock() {
        for (apart, expected) in [
            (0, "just now"),
            (-59, "just now"),
            (59, "in a moment"),
            (60, "in 1 minute"),
            (-HOUR, "1 hour ago"),
            (47 * HOUR, "in 47 hours"),
            (-13 * DAY, "13 days ago"),
            (i64::MAX, "in 106,751,991,167,300 days"),
        ] {
            assert_eq!(relative(apart, 0), expected, "{apart}");
        }
        assert_eq!(relative(i64::MIN, 5), "106,751,991,167,300 days ago");
        assert_eq!(date(i64::MAX), i64::MAX.to_string());
        assert_eq!(time_left(1, 2), "now");
    }
}
