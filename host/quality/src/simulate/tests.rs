use super::*;
use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Assessment, Counted, Event, Finding, LotItem, Reach, Standing, Tally};
use baton_facts::types::{BasisPoints, Timestamp};
use std::convert::Infallible;

/// CSP-1 in its simplest form: fifteen in a row, then one in five, each fifth of them.
struct Csp;

const CLEARANCE: u32 = 15;

impl SimulationGovernor for Csp {
    type Error = Infallible;

    async fn count(&self, _: &InspectionPlan, mut tally: Tally, event: Event) -> Result<Counted, Infallible> {
        let mut stops = Reach::None;
        match event {
            Event::Inspected(inspection) | Event::MadeUp(inspection) => {
                if matches!(event, Event::MadeUp(_)) {
                    tally.overdue -= 1;
                }
                if inspection.finding == Finding::Conforming && inspection.routed == HandoffModel::ReviewAndApprove {
                    // Says nothing about packages that would be sent without review.
                } else if inspection.finding == Finding::Conforming {
                    tally.clean_run += 1;
                    tally.level = tally.level.max(u8::from(tally.clean_run >= CLEARANCE));
                } else {
                    (tally.clean_run, tally.level, stops) = (0, 0, Reach::ThisStream);
                }
                if inspection.finding == Finding::FactualDefect {
                    stops = Reach::Fingerprint;
                }
            }
            Event::Missed(_) => (tally.overdue, stops) = (tally.overdue + 1, Reach::ThisStream),
            Event::DefectElsewhere => (tally.clean_run, tally.level, stops) = (0, 0, Reach::ThisStream),
            _ => {}
        }
        Ok(Counted { tally, stops, reason: String::new() })
    }

    async fn assess(
        &self,
        plan: &InspectionPlan,
        tally: Tally,
        _: Timestamp,
        _: u32,
    ) -> Result<Assessment, Infallible> {
        let free = tally.level > 0 && tally.overdue == 0;
        Ok(Assessment {
            standing: if free { Standing::Proven } else { Standing::Pilot },
            level: tally.level,
            fraction: if free { plan.sampling[0] } else { 10_000 },
            clearance: CLEARANCE,
            still_needed: CLEARANCE.saturating_sub(tally.clean_run),
            upper_bound: 0,
            recent_nonconforming: 0,
            reason: String::new(),
        })
    }

    async fn sample(&self, items: Vec<LotItem>, _: u64) -> Result<Vec<u32>, Infallible> {
        Ok((0..).zip(&items).filter_map(|(index, item)| (item.position % 5 == 2).then_some(index)).collect())
    }
}

fn setting(model: HandoffModel, nonconforming: BasisPoints) -> SimulationSetup {
    let plan = InspectionPlan { sampling: vec![2000], outgoing_quality_limit: 483, risk_limit: 1500, held: true };
    let team = Team { miss_rate: 0, ..Team::default() };
    let (name, tier) = ("funding".into(), "mid".into());
    let stream = Stream { name, tier, model, plan, packages_per_week: 1000, nonconforming, factual: 0 };
    SimulationSetup { team, streams: vec![stream], days: 20, batches_per_day: 8, seed: 7 }
}

async fn run(setting: &SimulationSetup) -> Simulation {
    let Ok(simulation) = simulate(setting, &Csp).await;
    assert_eq!(simulation.days.len(), setting.days as usize);
    for day in &simulation.days {
        let capacity = setting.team.sdrs * setting.team.reviews_per_day;
        assert!(day.reviewed + day.checked <= capacity + setting.team.sdrs && day.nonconforming_sent <= day.sent);
    }
    let (prepared, gone) = total(&simulation, |day| (day.prepared, day.sent + day.stopped));
    assert!(gone <= prepared && prepared - gone <= 300, "{gone} of {prepared}");
    simulation
}

fn total(simulation: &Simulation, of: impl Fn(&SimulatedDay) -> (u32, u32)) -> (u32, u32) {
    simulation.days.iter().map(of).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

const REVIEWED: HandoffModel = HandoffModel::ReviewAndApprove;
const CHECKED: HandoffModel = HandoffModel::SendThenSpotCheck;

#[tokio::test]
async fn under_review_the_team_is_the_limit_and_nothing_bad_is_sent() {
    let simulation = run(&setting(REVIEWED, 1000)).await;
    assert_eq!(simulation.by_hand_per_day, 16);
    let (left, bad_left) = total(&simulation, |day| (day.sent, day.nonconforming_sent));
    assert_eq!(bad_left, 0);
    // Two people, 40 reviews a day each, one draft in ten rejected.
    let per_day = f64::from(left) / 20.0;
    assert!((65.0..=78.0).contains(&per_day), "{per_day} a day");
    assert_eq!(simulation.streams[0].days_to_proven, None);
}

#[tokio::test]
async fn missed_defects_are_sent() {
    let mut setting = setting(REVIEWED, 1000);
    setting.team.miss_rate = 10_000;
    let (left, bad_left) = total(&run(&setting).await, |day| (day.sent, day.nonconforming_sent));
    let share = f64::from(bad_left) / f64::from(left);
    assert!((0.08..=0.12).contains(&share), "{share}");
}

#[tokio::test]
async fn a_proven_stream_leaves_the_reviewers_behind() {
    let simulation = run(&setting(CHECKED, 0)).await;
    assert_eq!(simulation.streams[0].days_to_proven, Some(1));
    assert_eq!(simulation.streams[0].demotions, 0);
    let day = &simulation.days[10];
    assert_eq!((day.prepared, day.sent, day.reviewed, day.checked), (200, 200, 0, 40));
    assert_eq!(day.standings, [Standing::Proven]);
}

#[tokio::test]
async fn a_bad_stream_is_caught_again_and_again() {
    let simulation = run(&setting(CHECKED, 500)).await;
    let stream = &simulation.streams[0];
    assert!(stream.demotions > 2 && stream.nonconforming_sent > 0, "{stream:?}");
    // Below the drafts' own rate of 5%, since stopped packages were not sent.
    assert!(f64::from(stream.nonconforming_sent) < 0.05 * f64::from(stream.sent), "{stream:?}");
}

#[tokio::test]
async fn samples_that_have_left_let_more_out_than_held_ones() {
    let held = setting(CHECKED, 500);
    let mut sent = held.clone();
    sent.streams[0].plan.held = false;
    sent.days = 200;
    let held = SimulationSetup { days: 200, ..held };
    let share = |simulation: &Simulation| {
        f64::from(simulation.streams[0].nonconforming_sent) / f64::from(simulation.streams[0].sent)
    };
    assert!(share(&run(&sent).await) > share(&run(&held).await));
}

#[tokio::test]
async fn one_wrong_fact_stops_every_stream() {
    let mut setting = setting(CHECKED, 0);
    let wrong = Stream { name: "hiring".into(), nonconforming: 10_000, factual: 10_000, ..setting.streams[0].clone() };
    setting.streams.push(wrong);
    let simulation = run(&setting).await;
    assert!(simulation.streams[0].demotions > 0 || simulation.streams[0].days_to_proven.is_none());
}

#[tokio::test]
async fn checks_without_anybody_to_make_them_are_missed_and_stop_the_stream() {
    let mut setting = setting(CHECKED, 0);
    setting.team.reviews_per_day = 20;
    setting.team.sdrs = 1;
    let simulation = run(&setting).await;
    let (missed, _) = total(&simulation, |day| (day.missed, 0));
    assert!(missed > 0);
    // Messages behind an open check wait, so fewer are sent than by a team with time.
    assert!(simulation.streams[0].sent < 200 * 20);
}

#[tokio::test]
async fn the_seed_decides() {
    let setting = setting(CHECKED, 500);
    assert_eq!(run(&setting).await, run(&setting).await);
    assert_ne!(run(&setting).await.days, run(&SimulationSetup { seed: 8, ..setting }).await.days);
}

#[tokio::test]
async fn the_models_are_compared() {
    let setting = setting(REVIEWED, 0);
    let mut left = Vec::new();
    for model in [REVIEWED, CHECKED, HandoffModel::Automatic] {
        left.push(run(&setting.under(model, None)).await.streams[0].sent);
    }
    assert!(left[1] > 2 * left[0] && left[2] >= left[1], "{left:?}");
}

#[tokio::test]
async fn a_tiers_evidence_is_its_own() {
    let mut two = setting(CHECKED, 0);
    two.streams[0].packages_per_week = 500;
    // A tier whose plan inspects everything for good, and one that is always reviewed.
    let mut strict = two.streams[0].clone();
    (strict.tier, strict.plan.sampling) = ("strict".into(), vec![10_000]);
    let named = Stream { tier: "named".into(), model: REVIEWED, packages_per_week: 50, ..strict.clone() };
    two.streams.extend([named, strict]);
    let simulation = run(&two).await;
    let days: Vec<_> = simulation.streams.iter().map(|stream| stream.days_to_proven).collect();
    assert!(days[0].is_some_and(|days| days <= 2) && days[1].is_none(), "{days:?}");
    assert_eq!(simulation.streams[0].demotions, 0);
    // A nonconforming draft of another tier withdraws nothing here, unless a fact is wrong.
    two.streams[1].nonconforming = 10_000;
    two.streams[2].nonconforming = 10_000;
    let beside = run(&two).await;
    assert_eq!((beside.streams[0].demotions, beside.streams[2].days_to_proven), (0, None));
    assert!(beside.streams[0].days_to_proven.is_some_and(|days| days <= 2), "{:?}", beside.streams[0]);
    two.streams[1].factual = 10_000;
    assert!(run(&two).await.streams[0].demotions > 0, "a wrong fact reaches every tier");
}

#[tokio::test]
async fn any_setting_is_simulated() {
    let extreme = Team {
        sdrs: u32::MAX,
        review_seconds: u32::MAX,
        reviews_per_day: u32::MAX,
        by_hand_per_day: u32::MAX,
        miss_rate: u16::MAX,
        check_minutes: u32::MAX,
    };
    let nobody =
        Team { sdrs: 0, review_seconds: 0, reviews_per_day: 0, by_hand_per_day: 0, miss_rate: 0, check_minutes: 0 };
    for team in [extreme, nobody] {
        for packages_per_week in [0, u32::MAX] {
            let mut setting =
                SimulationSetup { team: team.clone(), days: 2, batches_per_day: 0, ..setting(CHECKED, u16::MAX) };
            setting.streams[0].packages_per_week = packages_per_week;
            let Ok(simulation) = simulate(&setting, &Csp).await;
            assert_eq!(simulation.days.len(), 2);
        }
    }
    let Ok(nothing) = simulate(&SimulationSetup { streams: Vec::new(), days: 0, ..setting(CHECKED, 0) }, &Csp).await;
    assert!(nothing.days.is_empty() && nothing.streams.is_empty());
}
