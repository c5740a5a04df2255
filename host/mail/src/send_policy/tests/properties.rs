//! Properties of the send policy at any time and in any time zone.

use super::{at, sending, waiting};
use crate::options::{SendingOptions, Weekday, Window};
use crate::send_policy::{SendPolicy, TierDailyCaps};
use crate::sending_window::{self as hours, RecipientZones, WindowState};
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::delivery::SendVerdict;
use chrono::{DateTime, Datelike as _, Timelike as _};
use chrono_tz::Tz;
use proptest::prelude::*;

fn any_sending() -> impl Strategy<Value = SendingOptions> {
    let days = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    let days = prop::sample::subsequence(days.to_vec(), 1..=7);
    let minute = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    (days, 0..1440_u32, 1..=1440_u32).prop_map(move |(weekdays, opens, length)| {
        let closes = (opens + length).min(1440);
        let window = Window::try_from(vec![minute(opens), minute(closes)]).unwrap();
        SendingOptions { weekdays, window, ..sending() }
    })
}

/// Generates a time from 1980 to 2099.
fn any_moment() -> impl Strategy<Value = Timestamp> {
    at("1980-01-01 00:00")..at("2100-01-01 00:00")
}

fn within(sending: &SendingOptions, moment: Timestamp, zone: Tz) -> bool {
    let local = DateTime::from_timestamp(moment, 0).unwrap().with_timezone(&zone);
    let time = local.time();
    sending.weekdays.iter().any(|day| day.day() == local.weekday())
        && time >= sending.window.opens()
        && sending.window.closes().is_none_or(|closes| time < closes)
}

fn place(zone: Option<&str>, country: Option<&str>) -> RecipientZones {
    let mut entry = waiting().entry;
    (entry.time_zone, entry.country) = (zone.map(str::to_owned), country.map(str::to_owned));
    RecipientZones::of(&entry, &sending())
}

proptest! {
    #[test]
    fn a_window_is_open_or_opens_later(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()), sending in any_sending(), now in any_moment(),
    ) {
        let place = place(Some(zone.name()), None);
        match place.window_state(&sending, now) {
            WindowState::Open => prop_assert!(within(&sending, now, zone), "{zone}"),
            WindowState::Opens(opens, _) => {
                prop_assert!(opens > now);
                prop_assert!(!within(&sending, now, zone), "{zone} is open already");
                prop_assert!(within(&sending, opens, zone), "{zone}");
                prop_assert_eq!(place.window_state(&sending, opens), WindowState::Open);
                // The window is closed at every quarter of an hour in between.
                let mut between = now - now.rem_euclid(900) + 900;
                while between < opens {
                    prop_assert!(!within(&sending, between, zone), "{zone} opens at {between} already");
                    between += 900;
                }
            }
            // Clocks skip the window, or the calendar skips a day; otherwise a weekday recurs within nine days.
            WindowState::Never => prop_assert!(sending.weekdays.len() <= 2, "{zone}"),
        }
    }

    #[test]
    fn across_a_country_it_is_working_hours_in_every_zone(
        country in prop::sample::select(vec!["US", "CA", "AU", "BR", "MX", "ES", "PT", "ID", "GB", "NZ", "CL", "KZ"]),
        now in any_moment(),
    ) {
        let sending = sending();
        let place = place(None, Some(country));
        let opens = match place.window_state(&sending, now) {
            WindowState::Open => now,
            WindowState::Opens(opens, _) => {
                prop_assert!(opens > now);
                opens
            }
            WindowState::Never => return Err(TestCaseError::fail("no hour in nine days")),
        };
        for row in include_str!("../../zones.tab").lines() {
            let Some(zones) = row.strip_prefix(country).and_then(|row| row.strip_prefix('\t')) else { continue };
            for zone in zones.split(' ') {
                prop_assert!(within(&sending, opens, zone.parse().unwrap()), "{zone} at {opens}");
            }
        }
    }

    #[test]
    fn a_day_begins_at_or_before_now_and_the_next_one_after(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()), now in any_moment(),
    ) {
        let (began, next) = (hours::start_of_day(now, zone), hours::day_after(now, zone));
        prop_assert!(began <= now && now < next);
        prop_assert!((82_000..=91_000).contains(&(next - began)) || next - began > 91_000 && now < at("2012-01-01 00:00"));
        let local = |moment| DateTime::from_timestamp(moment, 0).unwrap().with_timezone(&zone);
        prop_assert_eq!(local(began).day(), local(now).day());
        prop_assert_ne!(local(next).day(), local(now).day());
        prop_assert!(local(next).hour() <= 1);
    }

    #[test]
    fn a_waiting_message_has_a_later_time_and_a_reason(
        now in any_moment(), counts in prop::array::uniform3(0..60_u32), last in prop::option::of(-90..10_i64),
        caps in prop::option::of(0..60_u32), zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        sending in any_sending(), own in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
    ) {
        let mut waiting = waiting();
        [waiting.tier_today, waiting.mailbox_today, waiting.domain_today] = counts;
        waiting.entry.fresh_until = i64::MAX;
        waiting.entry.time_zone = Some(zone.name().into());
        waiting.mailbox_last = last.map(|last| now + last);
        let caps = caps.map_or_else(TierDailyCaps::default, |cap| TierDailyCaps::default().with("pilot", "mid", cap));
        let gates = SendPolicy { sending: SendingOptions { time_zone: Zone(own), ..sending }, caps };
        match gates.evaluate(&waiting, now) {
            SendVerdict::Send => {
                prop_assert!(within(&gates.sending, now, zone));
                prop_assert!(waiting.mailbox_today < 50 && waiting.domain_today < 5);
            }
            SendVerdict::Wait { until, why } => {
                prop_assert!(until > now && !why.is_empty());
                let person = why.contains("no messages at all") || why.contains("no such hour");
                prop_assert!(person || within(&gates.sending, until, zone), "{why}");
            }
            SendVerdict::Withdraw { why } => return Err(TestCaseError::fail(why)),
        }
    }
}
