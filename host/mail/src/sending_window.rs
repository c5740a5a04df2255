//! The sending window in the recipient's own time.
//!
//! If only the country is known, the window has to be open in all of its time zones, or, if that never happens, as in
//! Russia, in as many as ever at once. A returned time is later than now and within the window, whatever clock changes
//! come between.

use crate::options::{SendingOptions, Weekday, Window};
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::delivery::OutboxEntry;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Days to look ahead for a window. A weekday comes back within seven; one more for the time zones of the day before or
/// after, and one for a skipped day, as in Samoa on 30 December 2011.
const AHEAD: u64 = 9;

/// The known place of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecipientZones {
    /// Not empty.
    zones: Vec<Tz>,
    known: ZoneSource,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ZoneSource {
    Zone,
    Country(String),
    Nothing,
}

/// The state of the sending window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WindowState {
    Open,
    /// Closed until this time; in words, `08:00 on Wednesday in America/New_York`.
    Opens(Timestamp, String),
    /// Closed for all of the days ahead.
    Never,
}

impl RecipientZones {
    /// The contact's time zone, else the country's time zones, else the sender's own.
    pub fn of(entry: &OutboxEntry, sending: &SendingOptions) -> Self {
        Self::at(entry.time_zone.as_deref(), entry.country.as_deref(), sending)
    }

    fn at(time_zone: Option<&str>, country: Option<&str>, sending: &SendingOptions) -> Self {
        if let Some(zone) = time_zone.and_then(|name| name.parse().ok()) {
            return Self { zones: vec![zone], known: ZoneSource::Zone };
        }
        let country = country.map(str::to_ascii_uppercase);
        match country.and_then(|country| Some((COUNTRIES.get(country.as_str())?.clone(), country))) {
            Some((zones, country)) => Self { zones, known: ZoneSource::Country(country) },
            None => Self { zones: vec![sending.time_zone.0], known: ZoneSource::Nothing },
        }
    }

    /// Returns whether the window is open now, or when it opens. Not before `from`, which is now or later.
    pub fn window_state(&self, sending: &SendingOptions, from: Timestamp) -> WindowState {
        let spans = self.spans(sending, from);
        // The number of open time zones changes only at the start or end of a span.
        let open = |at: Timestamp| spans.iter().filter(|span| span.opens <= at && at < span.closes).count();
        if open(from) == self.zones.len() {
            return WindowState::Open;
        }
        let ahead = |span: &&Span| span.opens > from;
        let most = spans.iter().filter(ahead).map(|span| open(span.opens)).chain([open(from)]).max().unwrap_or(0);
        if most == 0 {
            return WindowState::Never;
        }
        if open(from) == most {
            return WindowState::Open;
        }
        let next = spans.iter().filter(ahead).filter(|span| open(span.opens) == most).min_by_key(|span| span.opens);
        next.map_or(WindowState::Never, |span| WindowState::Opens(span.opens, self.words(span, most)))
    }

    /// Returns every span in which the window is open in one of the time zones, unless it has ended by `from`.
    fn spans(&self, sending: &SendingOptions, from: Timestamp) -> Vec<Span> {
        let mut spans = Vec::new();
        let Some(utc) = DateTime::from_timestamp(from, 0) else { return spans };
        for zone in &self.zones {
            let today = utc.with_timezone(zone).date_naive();
            // Yesterday's window has closed by midnight, so the first day is today.
            for day in (0..AHEAD).filter_map(|days| today.checked_add_days(Days::new(days))) {
                if sending.weekdays.iter().map(|day: &Weekday| day.day()).any(|open| open == day.weekday()) {
                    spans.extend(Span::of(sending.window, *zone, day).filter(|span| span.closes > from));
                }
            }
        }
        spans
    }

    fn words(&self, span: &Span, open: usize) -> String {
        let words = moment(span.opens, span.zone);
        match &self.known {
            ZoneSource::Zone => words,
            ZoneSource::Country(country) if self.zones.len() == 1 => format!("{words}, the time of {country}"),
            ZoneSource::Country(country) => {
                let share = if open == self.zones.len() { "all over" } else { "in most of" };
                format!("{words}, when it is working hours {share} {country}")
            }
            ZoneSource::Nothing => format!("{words}, since the contact's time zone and country are not known"),
        }
    }
}

/// Returns the next times, at most so many, at which the sending window opens for a recipient, each with its words:
/// `08:00 on Wednesday in America/New_York`. A window that is open now is not included. If the recipient's time zone
/// and country are unknown, the window is the sender's.
pub fn openings(
    sending: &SendingOptions,
    time_zone: Option<&str>,
    country: Option<&str>,
    now: Timestamp,
    most: usize,
) -> Vec<(Timestamp, String)> {
    let place = RecipientZones::at(time_zone, country, sending);
    let mut found = Vec::new();
    let mut from = now;
    while found.len() < most {
        match place.window_state(sending, from) {
            // It closes when the first of the open spans ends.
            WindowState::Open => {
                let open = place.spans(sending, from).into_iter().filter(|span| span.opens <= from);
                let Some(closes) = open.map(|span| span.closes).min() else { break };
                from = closes;
            }
            WindowState::Opens(at, words) => {
                found.push((at, words));
                from = at;
            }
            WindowState::Never => break,
        }
    }
    found
}

/// Formats a timestamp for users in the recipient's time: `08:00 on Wednesday in America/New_York`.
pub(super) fn moment(at: Timestamp, zone: Tz) -> String {
    match DateTime::from_timestamp(at, 0) {
        Some(at) => format!("{} in {}", at.with_timezone(&zone).format("%H:%M on %A"), zone.name()),
        None => "a time beyond the calendar".to_owned(),
    }
}

/// Returns the start of the local day of this timestamp.
pub fn start_of_day(at: Timestamp, zone: Tz) -> Timestamp {
    let day = DateTime::from_timestamp(at, 0).map(|at| at.with_timezone(&zone).date_naive());
    day.and_then(|day| first_moment(zone, day, NaiveTime::MIN)).unwrap_or(at).min(at)
}

/// Returns the start of the next local day.
pub(super) fn day_after(at: Timestamp, zone: Tz) -> Timestamp {
    let next = DateTime::from_timestamp(at, 0)
        .and_then(|at| at.with_timezone(&zone).date_naive().checked_add_days(Days::new(1)))
        .and_then(|day| first_moment(zone, day, NaiveTime::MIN));
    next.filter(|next| *next > at).unwrap_or(at.saturating_add(86_400))
}

/// The window of one day in one time zone.
#[derive(Clone, Copy, Debug)]
struct Span {
    opens: Timestamp,
    closes: Timestamp,
    zone: Tz,
}

impl Span {
    fn of(window: Window, zone: Tz, day: NaiveDate) -> Option<Self> {
        let opens = first_moment(zone, day, window.opens())?;
        let closes = match window.closes() {
            Some(time) => first_moment(zone, day, time)?,
            None => first_moment(zone, day.checked_add_days(Days::new(1))?, NaiveTime::MIN)?,
        };
        // A day without these hours, which a clock change skips, has no window.
        (opens < closes).then_some(Self { opens, closes, zone })
    }
}

fn first_moment(zone: Tz, day: NaiveDate, time: NaiveTime) -> Option<Timestamp> {
    Zone(zone).moment(day.and_time(time))
}

/// The time zones of each country.
static COUNTRIES: LazyLock<HashMap<&'static str, Vec<Tz>>> = LazyLock::new(|| {
    let rows = include_str!("zones.tab").lines().filter(|row| !row.starts_with('#'));
    let row = |row: &'static str| {
        let (country, zones) = row.split_once('\t')?;
        let zones: Vec<Tz> = zones.split(' ').filter_map(|name| name.parse().ok()).collect();
        (!zones.is_empty()).then_some((country, zones))
    };
    rows.filter_map(row).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_every_country_is_known() {
        let rows = include_str!("zones.tab").lines().filter(|row| !row.starts_with('#'));
        let mut zones = 0;
        for row in rows {
            let (country, names) = row.split_once('\t').expect("a country and its zones");
            for name in names.split(' ') {
                assert!(name.parse::<Tz>().is_ok(), "{country} {name}");
                zones += 1;
            }
        }
        assert_eq!((COUNTRIES.len(), zones), (247, COUNTRIES.values().map(Vec::len).sum()));
    }

    #[test]
    fn the_next_openings_of_a_window() {
        // A Tuesday, 09:00 UTC; from 29 March on clocks in Berlin are one hour further ahead.
        let tuesday = 1_773_133_200;
        let check = |time_zone, country, now, expected: &[(i64, &str)]| {
            let found = openings(&SendingOptions::default(), time_zone, country, now, 2);
            let found: Vec<_> = found.iter().map(|(at, words)| ((at - now) / 60, words.as_str())).collect();
            assert_eq!(found, expected, "{time_zone:?} {country:?}");
        };
        let berlin = ["08:00 on Wednesday in Europe/Berlin", "08:00 on Thursday in Europe/Berlin"];
        check(Some("Europe/Berlin"), None, tuesday, &[(22 * 60, berlin[0]), (46 * 60, berlin[1])]);
        let dawn = tuesday - 3 * 3600;
        let today = "08:00 on Tuesday in Europe/Berlin";
        check(Some("Europe/Berlin"), Some("US"), dawn, &[(60, today), (25 * 60, berlin[0])]);
        check(
            Some("nowhere"),
            Some("??"),
            tuesday,
            &[
                (23 * 60, "08:00 on Wednesday in UTC, since the contact's time zone and country are not known"),
                (47 * 60, "08:00 on Thursday in UTC, since the contact's time zone and country are not known"),
            ],
        );
    }

    #[test]
    fn times_in_clock_gaps() {
        let at = |text: &str| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        for (zone, local, expected) in [
            // Clocks go from 02:00 to 03:00.
            ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00+00:00"),
            ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00+00:00"),
            // The first of two.
            ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
            // Half an hour.
            ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00+00:00"),
            // A skipped day.
            ("Pacific/Apia", "2011-12-30 08:00", "2011-12-30T10:00:00+00:00"),
        ] {
            let local = at(local);
            let found = first_moment(zone.parse().unwrap(), local.date(), local.time()).unwrap();
            assert_eq!(DateTime::from_timestamp(found, 0).unwrap().to_rfc3339(), expected, "{zone} {local}");
        }
    }
}
