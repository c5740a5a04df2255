//! Moments that are chosen: until when a package is put off, and from when on a message may leave.
//!
//! They are written and read by the clock of the team's own time zone, and the page says which one that is.

use crate::show::in_zone;
use baton_facts::packages::HandoffPackage;
use baton_facts::types::Timestamp;
use baton_mail::Sending;
use baton_mail::openings;
use baton_model::Zone;
use chrono::{Datelike as _, NaiveDateTime};

/// As a browser's field for a moment writes it.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// Openings of the recipient's hours that are offered.
const OPENINGS: usize = 2;

/// A moment that is offered.
pub(super) struct Offer {
    pub value: String,
    pub label: String,
    pub moment: String,
    /// Before the package goes stale.
    pub allowed: bool,
}

/// What was written, as a moment. None where it is none.
pub(crate) fn read(text: &str, zone: Zone) -> Option<Timestamp> {
    let text = text.trim().replacen(' ', "T", 1);
    let forms = [MOMENT, "%Y-%m-%dT%H:%M:%S"];
    zone.moment(forms.into_iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())?)
}

/// The moment as a field has it; empty beyond any calendar.
pub(super) fn written(at: Timestamp, zone: Zone) -> String {
    zone.clock(at).map(|shown| shown.format(MOMENT).to_string()).unwrap_or_default()
}

/// To put off until: in an hour, tomorrow morning, next Monday morning.
pub(super) fn untils(now: Timestamp, deadline: Timestamp, zone: Zone) -> Vec<Offer> {
    let Some(today) = zone.day(now) else { return Vec::new() };
    // A whole minute, so that the moment can be written.
    let hour = Some((now.saturating_add(3600)).div_euclid(60) * 60);
    let monday = 7 - u64::from(today.weekday().num_days_from_monday());
    [("In an hour", hour), ("Tomorrow", zone.hour_of(now, 1, 9)), ("Next Monday", zone.hour_of(now, monday, 9))]
        .into_iter()
        .filter_map(|(label, at)| {
            let at = at?;
            let (value, moment) = (written(at, zone), in_zone(at, zone));
            Some(Offer { value, label: label.to_owned(), moment, allowed: at < deadline })
        })
        .collect()
}

/// To leave at: the next times at which the recipient's hours begin.
pub(super) fn leaving(package: &HandoffPackage, deadline: Timestamp, sending: &Sending, now: Timestamp) -> Vec<Offer> {
    let (contact, account) = (&package.contact, &package.account);
    let country = contact.country.as_deref().or(account.country.as_deref());
    openings(sending, contact.time_zone.as_deref(), country, now, OPENINGS)
        .into_iter()
        .map(|(at, words)| Offer {
            value: written(at, sending.time_zone),
            // Said once where it is the same clock.
            moment: if words.contains(sending.time_zone.name()) {
                String::new()
            } else {
                in_zone(at, sending.time_zone)
            },
            label: crate::show::line(&words),
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
    fn moments_are_read_as_written() {
        for (text, place, expected) in [
            ("2026-03-10T10:00", "UTC", Some(1_773_136_800)),
            ("2026-03-10T10:00", "Europe/Berlin", Some(1_773_133_200)),
            (" 2026-03-10 10:00:30 ", "UTC", Some(1_773_136_830)),
            ("", "UTC", None),
            ("tomorrow", "UTC", None),
            ("2026-02-30T10:00", "UTC", None),
            ("999999999-01-01T00:00", "UTC", None),
        ] {
            assert_eq!(read(text, zone(place)), expected, "{text} {place}");
        }
    }

    #[test]
    fn what_is_offered_comes_before_the_deadline() {
        // A Tuesday, 09:00 UTC.
        let now = 1_773_133_200;
        let offered = |now: Timestamp, left: i64, place: &str| -> Vec<(String, bool)> {
            let untils = untils(now, now.saturating_add(left), zone(place));
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
