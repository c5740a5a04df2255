//! Moments. Written in UTC, and beside it how far they are from the site's own clock.

use baton_facts::types::Timestamp;
use chrono::DateTime;

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// A moment on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For machines: RFC 3339.
    pub machine: String,
    /// The day: `2026-03-10`.
    pub day: String,
    /// To the minute: `2026-03-10 09:00 UTC`.
    pub minute: String,
    /// `13 days ago`, `in 2 hours`.
    pub relative: String,
}

impl Moment {
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let machine = written(at, "%Y-%m-%dT%H:%M:%SZ");
        Self { machine, day: day(at), minute: moment(at), relative: relative(at, now) }
    }
}

/// A day in UTC: `2026-03-10`.
pub(crate) fn day(at: Timestamp) -> String {
    written(at, "%Y-%m-%d")
}

/// A moment in UTC: `2026-03-10 09:00 UTC`.
pub(crate) fn moment(at: Timestamp) -> String {
    written(at, "%Y-%m-%d %H:%M UTC")
}

/// How long until then: `32 days`, `2 hours`; `now` when it has passed.
pub(crate) fn ahead(at: Timestamp, now: Timestamp) -> String {
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
    super::count(number.unsigned_abs(), noun)
}

/// Beyond any calendar it stays a number.
fn written(at: Timestamp, form: &str) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(|| at.to_string(), |at| at.format(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_relative_to_the_clock_given() {
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
        assert_eq!(day(i64::MAX), i64::MAX.to_string());
        assert_eq!(ahead(1, 2), "now");
    }
}
