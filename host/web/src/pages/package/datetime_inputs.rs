//! Date and time inputs: when a snooze ends, and when a message is sent.
//!
//! They use the team's time zone, which the page shows.

use crate::format::{datetime_input_value, in_zone};
use baton_facts::packages::HandoffPackage;
use baton_facts::types::Timestamp;
use baton_mail::SendingOptions;
use baton_mail::openings;
use baton_model::Zone;
use chrono::Datelike as _;

/// Number of send times that are suggested.
const OPENINGS: usize = 2;

/// A suggested time.
pub(super) struct SuggestedTime {
    pub value: String,
    pub label: String,
    pub moment: String,
    /// It is before the package expires.
    pub allowed: bool,
}

/// Returns the suggested snooze times: in an hour, tomorrow morning, next Monday morning.
pub(super) fn snooze_times(now: Timestamp, deadline: Timestamp, zone: Zone) -> Vec<SuggestedTime> {
    let Some(today) = zone.day(now) else { return Vec::new() };
    // Rounded to a minute, which is what the field can hold.
    let hour = Some((now.saturating_add(3600)).div_euclid(60) * 60);
    let monday = 7 - u64::from(today.weekday().num_days_from_monday());
    [("In an hour", hour), ("Tomorrow", zone.hour_of(now, 1, 9)), ("Next Monday", zone.hour_of(now, monday, 9))]
        .into_iter()
        .filter_map(|(label, at)| {
            let at = at?;
            let (value, moment) = (datetime_input_value(at, zone), in_zone(at, zone));
            Some(SuggestedTime { value, label: label.to_owned(), moment, allowed: at < deadline })
        })
        .collect()
}

/// Returns the suggested send times: the next starts of the recipient's sending window.
pub(super) fn send_times(
    package: &HandoffPackage,
    deadline: Timestamp,
    sending: &SendingOptions,
    now: Timestamp,
) -> Vec<SuggestedTime> {
    let (contact, account) = (&package.contact, &package.account);
    let country = contact.country.as_deref().or(account.country.as_deref());
    openings(sending, contact.time_zone.as_deref(), country, now, OPENINGS)
        .into_iter()
        .map(|(at, words)| SuggestedTime {
            value: datetime_input_value(at, sending.time_zone),
            // Shown once if both time zones are the same.
            moment: if words.contains(sending.time_zone.name()) {
                String::new()
            } else {
                in_zone(at, sending.time_zone)
            },
            label: crate::format::line(&words),
            allowed: at < deadline,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::try_from(name.to_owned()).expect("a zone")
    }

    #[test]
    fn suggested_times_are_before_the_deadline() {
        // A Tuesday, 09:00 UTC.
        let now = 1_773_133_200;
        let offered = |now: Timestamp, left: i64, place: &str| -> Vec<(String, bool)> {
            let untils = snooze_times(now, now.saturating_add(left), zone(place));
            untils.into_iter().map(|until| (until.value, until.allowed)).collect()
        };
        let day = 86_400;
        let values = ["2026-03-10T10:00", "2026-03-11T09:00", "2026-03-16T09:00"];
        for (left, allowed) in [(30 * day, [true; 3]), (2 * day, [true, true, false]), (60, [false; 3])] {
            let expected: Vec<_> = values.iter().map(|value| (*value).to_owned()).zip(allowed).collect();
            assert_eq!(offered(now, left, "UTC"), expected);
        }
        assert_eq!(offered(now, day, "America/New_York")[0], ("2026-03-10T06:00".to_owned(), true));
        assert_eq!(offered(now, day, "America/New_York")[1], ("2026-03-11T09:00".to_owned(), false));
        // On a Monday, next Monday is a week away.
        assert_eq!(offered(now - day, 30 * day, "UTC")[2].0, "2026-03-16T09:00");
        assert!(offered(i64::MAX, 1, "UTC").is_empty());
    }
}
