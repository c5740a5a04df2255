//! Dates and times in the terminal, and the shared wording under the names used here.

use baton_facts::types::BasisPoints;
use chrono::DateTime;

pub use baton_present::{capped, case_name as word, escaped as plain, from_hundredths, number};

/// Formats a day in UTC: `2026-03-10`.
pub fn day(moment: i64) -> String {
    DateTime::from_timestamp(moment, 0).map_or_else(|| moment.to_string(), |at| at.format("%Y-%m-%d").to_string())
}

/// Formats a time in UTC: `2026-03-10 09:00 UTC`.
pub fn moment(moment: i64) -> String {
    DateTime::from_timestamp(moment, 0)
        .map_or_else(|| moment.to_string(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// Formats a number with a noun: `1 account`, `2 accounts`, `3 touches`.
pub fn count(number: usize, noun: &str) -> String {
    baton_present::count(number as u64, noun)
}

/// Formats `15 %` or `4.83 %`, as the governor does in its reasons.
pub fn percent(points: BasisPoints) -> String {
    format!("{} %", baton_present::percent_digits(points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_beyond_the_calendar_stay_numbers() {
        assert_eq!(day(i64::MAX), i64::MAX.to_string());
        assert_eq!(moment(0), "1970-01-01 00:00 UTC");
    }
}
