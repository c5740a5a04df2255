//! The result of each rule of the send policy.

mod properties;

use super::{SendPolicy, TierDailyCaps};
use crate::options::{SendingOptions, Weekday, Window};
use baton_facts::types::{Message, Suppression, SuppressionReason, SuppressionScope, Timestamp};
use baton_model::PackageId;
use baton_model::Zone;
use baton_model::delivery::{ManualStop, OutboxEntry, SendContext, SendVerdict};
use chrono::DateTime;
use chrono_tz::Tz;
use expect_test::{Expect, expect};

/// Parses a time in UTC: `2026-03-04 14:05`.
fn at(text: &str) -> Timestamp {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().timestamp()
}

fn shown(moment: Timestamp) -> String {
    DateTime::from_timestamp(moment, 0).unwrap().format("%Y-%m-%d %H:%M:%S").to_string()
}

fn sending() -> SendingOptions {
    SendingOptions { postal_address: Some("Kiln House, Bristol".into()), ..SendingOptions::default() }
}

fn waiting() -> SendContext {
    SendContext {
        entry: OutboxEntry {
            id: "e1".into(),
            package: PackageId("p1".into()),
            campaign: "pilot".into(),
            account: "a1".into(),
            tier: "mid".into(),
            sender_name: "Mara".into(),
            mailbox: "mara@relay.example".into(),
            recipient_name: "Ada".into(),
            time_zone: Some("America/New_York".into()),
            country: Some("US".into()),
            message: Message { to: "ada@north.example".into(), subject: "x".into(), body: "x".into() },
            footer: "Kiln House, Bristol".into(),
            message_id: "x@relay.example".into(),
            in_reply_to: None,
            references: Vec::new(),
            attempts: 0,
            approved: 0,
            fresh_until: at("2027-01-01 00:00"),
        },
        stopped: None,
        suppression: None,
        paused: None,
        tier_today: 0,
        mailbox_today: 0,
        domain_today: 0,
        mailbox_last: None,
    }
}

/// Checks the result of the send policy on Wednesday, 4 March 2026, 15:00 in New York.
fn check(change: impl FnOnce(&mut SendContext, &mut SendPolicy), expected: Expect) {
    check_at("2026-03-04 20:00", change, expected);
}

fn check_at(now: &str, change: impl FnOnce(&mut SendContext, &mut SendPolicy), expected: Expect) {
    let (mut waiting, mut gates) = (waiting(), SendPolicy { sending: sending(), caps: TierDailyCaps::default() });
    change(&mut waiting, &mut gates);
    let said = match gates.evaluate(&waiting, at(now)) {
        SendVerdict::Send => "go".to_owned(),
        SendVerdict::Wait { until, why } => format!("until {}: {why}", shown(until)),
        SendVerdict::Withdraw { why } => format!("withdraw: {why}"),
    };
    expected.assert_eq(&said);
}

#[test]
fn a_message_without_obstacles_is_sent() {
    check(|_, _| {}, expect!["go"]);
}

#[test]
fn messages_to_withdraw() {
    let order = |scope, reason| Some(Suppression { scope, reason, until: None });
    check(
        |waiting, _| waiting.suppression = order(SuppressionScope::Domain, SuppressionReason::Listed),
        expect!["withdraw: the domain is suppressed: it is on the suppression list"],
    );
    check(
        |waiting, _| waiting.entry.fresh_until = at("2026-03-04 20:00"),
        expect!["withdraw: it expired on 2026-03-04 20:00 UTC, before it could be sent"],
    );
    // A reason to withdraw comes before every reason to wait.
    check(
        |waiting, gates| {
            waiting.suppression = order(SuppressionScope::Address, SuppressionReason::OptedOut);
            waiting.stopped = Some(ManualStop { who: "admin".into(), at: 0, why: String::new() });
            gates.sending.postal_address = None;
        },
        expect!["withdraw: the address is suppressed: the person opted out"],
    );
}

#[test]
fn messages_that_wait_for_a_user() {
    check(
        |waiting, _| waiting.stopped = Some(ManualStop { who: "admin".into(), at: 0, why: "the wrong list".into() }),
        expect!["until 2026-03-04 20:01:00: admin stopped all sending: the wrong list"],
    );
    check(
        |waiting, _| waiting.paused = Some("Ada answered".into()),
        expect!["until 2026-03-04 20:01:00: everything at this account is paused: Ada answered"],
    );
    check(
        |_, gates| gates.sending.postal_address = None,
        expect!["until 2026-03-04 20:01:00: `baton.toml` has no `postal-address`, which every message has to state"],
    );
    check(
        |waiting, _| waiting.entry.footer = "  ".into(),
        expect![
            "until 2026-03-04 20:01:00: it was approved without the postal address below it, which every message has to state: withdraw it and approve it again"
        ],
    );
    check(
        |_, gates| gates.caps = TierDailyCaps::default().with("pilot", "mid", 0),
        expect!["until 2026-03-04 20:01:00: the tier `mid` of the campaign `pilot` may have no messages at all"],
    );
}

#[test]
fn daily_caps() {
    check(|waiting, _| waiting.mailbox_today = 49, expect!["go"]);
    check(
        |waiting, _| waiting.mailbox_today = 50,
        expect![
            "until 2026-03-05 13:00:00: the mailbox mara@relay.example has had its 50 messages of the day; the message is sent after 08:00 on Thursday in America/New_York"
        ],
    );
    check(
        |waiting, _| waiting.domain_today = 5,
        expect![
            "until 2026-03-05 13:00:00: the domain north.example has had its 5 messages of the day; the message is sent after 08:00 on Thursday in America/New_York"
        ],
    );
    check(
        |waiting, gates| {
            waiting.tier_today = 1;
            gates.caps = TierDailyCaps::default().with("pilot", "mid", 1).with("other", "mid", 9);
        },
        expect![
            "until 2026-03-05 13:00:00: the tier `mid` of the campaign `pilot` has had its message of the day; the message is sent after 08:00 on Thursday in America/New_York"
        ],
    );
    check(
        |waiting, gates| {
            waiting.tier_today = 100;
            gates.caps = TierDailyCaps::default().with("other", "mid", 1);
        },
        expect!["go"],
    );
    // The last message of Friday: in Sydney it is already Saturday, and the window opens there on Monday.
    check_at(
        "2026-03-06 05:00",
        |waiting, gates| {
            waiting.mailbox_today = 50;
            waiting.entry.time_zone = Some("Australia/Sydney".into());
            gates.sending.time_zone = Zone(Tz::Europe__London);
        },
        expect![
            "until 2026-03-08 21:00:00: the mailbox mara@relay.example has had its 50 messages of the day; the message is sent after 08:00 on Monday in Australia/Sydney"
        ],
    );
}

#[test]
fn a_mailbox_pauses_between_messages() {
    check(|waiting, _| waiting.mailbox_last = Some(at("2026-03-04 19:59")), expect!["go"]);
    check(
        |waiting, _| waiting.mailbox_last = Some(at("2026-03-04 19:59") + 1),
        expect![
            "until 2026-03-04 20:00:01: 60 seconds pass between two messages of mara@relay.example; the message is sent after 20:00 on Wednesday in UTC"
        ],
    );
    check_at(
        "2026-03-04 21:59",
        |waiting, _| waiting.mailbox_last = Some(at("2026-03-04 21:59")),
        expect![
            "until 2026-03-05 13:00:00: 60 seconds pass between two messages of mara@relay.example; the message is sent after 08:00 on Thursday in America/New_York"
        ],
    );
}

#[test]
fn sending_hours() {
    let zone = |zone: &'static str| {
        move |waiting: &mut SendContext, _: &mut SendPolicy| {
            waiting.entry.time_zone = Some(zone.into());
        }
    };
    let country = |country: &'static str| {
        move |waiting: &mut SendContext, _: &mut SendPolicy| {
            (waiting.entry.time_zone, waiting.entry.country) = (None, Some(country.into()));
        }
    };
    // The first and the last second.
    check_at(
        "2026-03-04 12:59",
        |_, _| {},
        expect![
            "until 2026-03-04 13:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Wednesday in America/New_York"
        ],
    );
    check_at("2026-03-04 13:00", |_, _| {}, expect!["go"]);
    check_at("2026-03-04 21:59", |_, _| {}, expect!["go"]);
    check_at(
        "2026-03-04 22:00",
        |_, _| {},
        expect![
            "until 2026-03-05 13:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Thursday in America/New_York"
        ],
    );
    // Over a weekend and the start of daylight saving time on 8 March: one hour earlier in UTC.
    check_at(
        "2026-03-06 22:00",
        |_, _| {},
        expect![
            "until 2026-03-09 12:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Monday in America/New_York"
        ],
    );
    check_at(
        "2026-03-04 20:00",
        zone("Europe/Stockholm"),
        expect![
            "until 2026-03-05 07:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Thursday in Europe/Stockholm"
        ],
    );
    check_at(
        "2026-03-04 20:00",
        country("SE"),
        expect![
            "until 2026-03-05 07:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Thursday in Europe/Stockholm, the time of SE"
        ],
    );
    check_at("2026-03-04 20:00", country("us"), expect!["go"]);
    check_at(
        "2026-03-04 17:00",
        country("US"),
        expect![
            "until 2026-03-04 18:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Wednesday in America/Adak, when it is working hours all over US"
        ],
    );
    check_at(
        "2026-03-04 20:00",
        country("RU"),
        expect![
            "until 2026-03-05 05:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Thursday in Europe/Moscow, when it is working hours in most of RU"
        ],
    );
    check_at(
        "2026-03-04 20:00",
        country("Atlantis"),
        expect![
            "until 2026-03-05 08:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Thursday in UTC, since the contact's time zone and country are not known"
        ],
    );
    check_at("2026-03-04 20:00", zone("Mars/Base"), expect!["go"]);
    let nothing = |waiting: &mut SendContext, gates: &mut SendPolicy| {
        (waiting.entry.time_zone, waiting.entry.country) = (None, None);
        gates.sending.time_zone = Zone(Tz::Asia__Tokyo);
    };
    check_at(
        "2026-03-04 20:00",
        nothing,
        expect![
            "until 2026-03-04 23:00:00: messages are sent from 08:00 to 17:00, the recipient's time; next at 08:00 on Thursday in Asia/Tokyo, since the contact's time zone and country are not known"
        ],
    );
    // On the only allowed weekday, clocks skip the only allowed hour.
    check_at(
        "2026-03-04 20:00",
        |_, gates| {
            gates.sending.window = Window::try_from(vec!["02:00".into(), "03:00".into()]).unwrap();
            gates.sending.weekdays = vec![Weekday::Sunday];
        },
        expect![
            "until 2026-03-05 20:00:00: messages are sent from 02:00 to 03:00, the recipient's time, and there is no such hour in the days ahead"
        ],
    );
}
