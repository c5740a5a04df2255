use super::*;
use crate::MissRate;
use crate::history::{Rate, Volume};
use baton_model::ReviewCapacity;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::json;

/// Three reviewers, two kinds of signal, and a tier for named accounts before the rest.
fn file() -> CampaignFile {
    let angle = |kind: &str| {
        json!({ "signal-kind": kind, "version": "1", "language": "en", "weight": 50, "max-age-days": 30,
            "subject": "{{ account }}", "greeting": "Hi {{ first_name }},", "opener": "I read that {{ signal }}.",
            "pitch": "We help.", "call-to-action": "Is it worth a call?", "facts": [] })
    };
    let inspection = json!({ "sampling": [2000], "outgoing-quality-limit": 483, "risk-limit": 1500, "held": true });
    let tier = |name: &str, named: bool, model: &str, follow_up: &str, cap: u32| {
        json!({ "name": name, "named": named, "referred": false, "industries": [], "countries": [],
            "minimum-score": 50, "model": model, "follow-up-model": follow_up, "daily-cap": cap,
            "inspection": inspection })
    };
    let campaign = json!({ "id": "pilot", "language": "en", "touches-max": 4, "days-between-touches": [3, 4, 5],
        "quiet-days": 30, "colleague-quiet-days": 90, "contacts-active-max": 2, "days-between-contacts": 3,
        "weakest-verification": "deliverable", "angles": [angle("funding"), angle("hiring")],
        "sender": { "id": "mara", "name": "Mara Lindqvist", "email": "mara@relayforge.example", "title": "",
            "company": "Relayforge", "signature": "Mara" },
        "customer": { "industries": [], "countries": [],
            "roles": [{ "name": "platform lead", "titles": ["VP Engineering"], "priority": 1 }] } });
    let tiers = json!([
        tier("named", true, "review-and-approve", "review-and-approve", 10),
        tier("rest", false, "automatic", "review-and-approve", 30),
    ]);
    CampaignFile {
        campaign: serde_json::from_value(campaign).expect("it is a campaign"),
        tiers: serde_json::from_value(tiers).expect("they are tiers"),
        capacity: ReviewCapacity { reviewers: 3, ..ReviewCapacity::default() },
    }
}

/// The default of `[sending]`.
const MAILBOX_DAILY: u32 = 50;

fn check(history: &History, given: &SimulationOptions, expected: Expect) -> SimulationInput {
    let made = premises(&file(), MAILBOX_DAILY, ReviewOptions::default(), history, given);
    let mut shown = String::new();
    for Assumption { option, what, source, from } in &made.list {
        shown += &format!("{source:?} --{}: {what} ({from})\n", option.unwrap_or_default());
    }
    for Stream { name, tier, model, packages_per_week, nonconforming, .. } in &made.setting.streams {
        shown += &format!("{packages_per_week} {tier} {name} {model:?}, {nonconforming}\n");
    }
    expected.assert_eq(&shown);
    made
}

#[test]
fn a_campaign_that_was_never_run_is_assumed() {
    let given = SimulationOptions { days: 60, seed: 1, ..SimulationOptions::default() };
    let made = check(
        &History::default(),
        &given,
        expect![[r#"
            Written --sdrs: 3 SDRs (`[capacity]`)
            Written --reviews-per-day: 40 reviews a day by each at the most (`[capacity]`)
            Assumed --review-seconds: 60 seconds for a review on average ()
            Assumed --by-hand-per-day: 8 messages a day by each, researched and written by hand ()
            Assumed --miss-rate: 10% of defects are not seen by a reviewer ()
            Written --check-minutes: 60 minutes until a spot-check counts as missed (`[review]`)
            Assumed --packages-per-day: 50 packages a day could be prepared (the limit `mailbox-daily`)
            Assumed --: 250 packages a week in 4 streams: named 62, rest 188 (tiers by their daily caps, kinds of signal alike; first messages alone)
            Assumed --nonconforming: 5% of drafts are nonconforming (no kind of them has 50 inspections)
            Assumed --factual: 5% of nonconforming drafts have a wrong fact, which stops every stream ()
            Assumed --batches-per-day: 2 runs a day ()
            31 named funding (en) HandoffModel::ReviewAndApprove, 500
            31 named hiring (en) HandoffModel::ReviewAndApprove, 500
            94 rest funding (en) HandoffModel::Automatic, 500
            94 rest hiring (en) HandoffModel::Automatic, 500
        "#]],
    );
    assert_eq!((made.setting.days, made.setting.seed), (60, 1));
}

fn lived(weeks: u32) -> History {
    let volume = |tier: &str, signal_kind: &str, follow_up, packages| Volume {
        tier: tier.into(),
        signal_kind: signal_kind.into(),
        language: "en".into(),
        follow_up,
        packages,
    };
    let rate = |tier: &str, signal_kind: &str, inspected, nonconforming| Rate {
        tier: tier.into(),
        signal_kind: signal_kind.into(),
        language: "en".into(),
        follow_up: false,
        inspected,
        nonconforming,
    };
    History {
        weeks,
        volumes: vec![
            volume("named", "funding", false, 10),
            volume("rest", "funding", false, 60),
            volume("rest", "funding", true, 20),
            volume("of another time", "funding", false, 10),
        ],
        rates: vec![
            rate("rest", "funding", 80, 6),
            rate("rest", "hiring", 49, 0),
            // Of what is always reviewed, defects alone count.
            rate("named", "funding", 60, 60),
        ],
        review_seconds: Some((47, 90)),
        miss_rate: Some(MissRate { found: 17, missed: 3, rate: 1500, lower: 240, upper: 3920 }),
    }
}

#[test]
fn values_in_the_store_are_measured() {
    check(
        &lived(2),
        &SimulationOptions::default(),
        expect![[r#"
            Written --sdrs: 3 SDRs (`[capacity]`)
            Written --reviews-per-day: 40 reviews a day by each at the most (`[capacity]`)
            Measured --review-seconds: 47 seconds for a review on average (the median of the last 90 decisions)
            Assumed --by-hand-per-day: 8 messages a day by each, researched and written by hand ()
            Measured --miss-rate: 15% of defects are not seen by a reviewer (3 of 20 seeded defects)
            Written --check-minutes: 60 minutes until a spot-check counts as missed (`[review]`)
            Measured --packages-per-day: 10 packages a day could be prepared (100 packages in 2 weeks)
            Measured --: 50 packages a week in 3 streams: named 6, rest 44 (as the last 100 packages were)
            Measured --nonconforming: nonconforming drafts: funding (en) 6 of 80 (kinds of drafts with 50 inspections or more)
            Assumed --nonconforming: 5% of the other drafts are nonconforming (no kind of them has 50 inspections)
            Assumed --factual: 5% of nonconforming drafts have a wrong fact, which stops every stream ()
            Assumed --batches-per-day: 2 runs a day ()
            6 named funding (en) HandoffModel::ReviewAndApprove, 750
            33 rest funding (en) HandoffModel::Automatic, 750
            11 rest funding (en, follow-up) HandoffModel::ReviewAndApprove, 500
        "#]],
    );
}

#[test]
fn before_the_first_week_is_over_the_volume_is_assumed() {
    let made = premises(&file(), MAILBOX_DAILY, ReviewOptions::default(), &lived(0), &SimulationOptions::default());
    let per_week: u32 = made.setting.streams.iter().map(|stream| stream.packages_per_week).sum();
    assert_eq!(per_week, 5 * MAILBOX_DAILY);
    assert!(made.setting.streams.iter().any(|stream| stream.name == "funding (en, follow-up)"), "{made:?}");
}

#[test]
fn command_line_values_take_precedence() {
    let given = SimulationOptions {
        sdrs: Some(5),
        review_seconds: Some(30),
        reviews_per_day: Some(20),
        by_hand_per_day: Some(5),
        miss_rate: Some(0),
        check_minutes: Some(120),
        nonconforming: Some(100),
        factual: Some(0),
        packages_per_day: Some(7),
        days: 10,
        batches_per_day: Some(1),
        seed: 3,
    };
    let made = premises(&file(), MAILBOX_DAILY, ReviewOptions::default(), &lived(2), &given);
    let named: Vec<_> = made.list.iter().filter(|premise| premise.option.is_some()).collect();
    assert!(named.iter().all(|premise| premise.source == AssumptionSource::Given), "{named:?}");
    assert!(made.setting.streams.iter().all(|stream| (stream.nonconforming, stream.factual) == (100, 0)));
    assert_eq!(made.setting.streams.iter().map(|stream| stream.packages_per_week).sum::<u32>(), 35);
    let team = made.setting.team;
    assert_eq!((team.sdrs, team.review_seconds, team.reviews_per_day, team.by_hand_per_day), (5, 30, 20, 5));
    assert_eq!((team.miss_rate, team.check_minutes), (0, 120));
}

proptest! {
    #[test]
    fn shares_add_up_and_are_nearly_exact(total in 0..60_000_u32, weights in prop::collection::vec(0..1000_u64, 1..60)) {
        let shares = apportion(total, &weights);
        let sum: u64 = weights.iter().sum();
        prop_assert_eq!(shares.iter().sum::<u32>(), if sum == 0 { 0 } else { total });
        for (share, weight) in shares.iter().zip(&weights) {
            let exact = f64::from(total) * *weight as f64 / (sum.max(1)) as f64;
            prop_assert!((f64::from(*share) - exact).abs() < 1.0, "{share} for {exact}");
        }
    }
}
