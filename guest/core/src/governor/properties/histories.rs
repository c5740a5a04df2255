//! No history, with its restarts and changes of plan, leads to a release that skipped clearance, bound or a lower level.
//!
//! The histories are checked against a separate model: counts and runs of the events.

use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Assessment, Change, Event, Finding, Inspection, Reach, Tally};
use baton_facts::types::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::calendar::DAY;
use crate::governor::assess::assess_under;
use crate::governor::bound::{Prior, upper_bound};
use crate::governor::count::count_under;
use crate::governor::plan::{ALL, SamplingPlan};
use crate::governor::testing::{CLEAN, NOW, default_plan, inspection_of, several_levels};

#[derive(Clone, Debug)]
enum Step {
    Event(u8, Event),
    Days(i64),
    Plan(InspectionPlan),
}

fn inspection() -> impl Strategy<Value = Inspection> {
    let finding = prop_oneof![
        40 => Just(Finding::Conforming), 1 => Just(Finding::Nonconforming), 1 => Just(Finding::FactualDefect)
    ];
    let routed = prop_oneof![
        8 => Just(HandoffModel::SendThenSpotCheck), 2 => Just(HandoffModel::Automatic), 1 => Just(HandoffModel::ReviewAndApprove)
    ];
    let seconds = prop_oneof![8 => 8..300_u32, 1 => 0..8_u32];
    (finding, routed, seconds, prop::bool::weighted(0.1)).prop_map(|(finding, routed, seconds, bulk)| Inspection {
        routed,
        seconds,
        bulk,
        ..inspection_of(finding)
    })
}

fn plan() -> impl Strategy<Value = InspectionPlan> {
    let sampling = vec(prop_oneof![Just(5000), Just(2000), Just(1000), any::<u16>()], 0..4);
    let odd = (sampling, prop_oneof![Just(1146), Just(712), any::<u16>()], prop_oneof![Just(2000), any::<u16>()])
        .prop_map(|(sampling, outgoing_quality_limit, risk_limit)| InspectionPlan {
            sampling,
            outgoing_quality_limit,
            risk_limit,
            held: true,
        });
    prop_oneof![3 => Just(default_plan()), 3 => Just(several_levels()), 1 => odd]
}

fn step() -> impl Strategy<Value = Step> {
    let event = prop_oneof![
        30 => inspection().prop_map(Event::Inspected),
        2 => Just(Event::Missed(NOW)),
        3 => inspection().prop_map(Event::MadeUp),
        3 => (0..60_u32).prop_map(Event::Released),
        1 => Just(Event::DefectElsewhere),
        1 => Just(Event::Stopped),
        3 => Just(Event::Resumed),
        1 => prop_oneof![Just(Change::Wording), Just(Change::Producer)].prop_map(Event::Changed),
    ];
    prop_oneof![
        20 => (1..30_u8, event).prop_map(|(times, event)| Step::Event(times, event)),
        2 => (0..120_i64).prop_map(Step::Days),
        1 => plan().prop_map(Step::Plan),
    ]
}

/// The model of a history.
#[derive(Clone, Debug, Default)]
struct Book {
    inspected: u64,
    nonconforming: u64,
    /// Counted conforming inspections since the last event that requires a new clearance.
    clean: u64,
    open: u32,
    stopped: bool,
    released: u32,
    last_looked: Option<Timestamp>,
}

impl Book {
    fn note(&mut self, event: &Event, now: Timestamp) {
        let (inspection, made_up) = match event {
            Event::Inspected(inspection) => (inspection, false),
            Event::MadeUp(inspection) => (inspection, true),
            Event::Missed(_) => {
                self.inspected += 1;
                self.nonconforming += 1;
                self.open += 1;
                return;
            }
            Event::Released(count) => {
                self.released += count;
                return;
            }
            Event::DefectElsewhere => {
                self.clean = 0;
                return;
            }
            Event::Stopped => {
                (self.clean, self.stopped) = (0, true);
                return;
            }
            Event::Resumed => {
                (self.open, self.stopped) = (0, false);
                return;
            }
            Event::Changed(Change::Producer) => {
                *self = Self { stopped: self.stopped, ..Self::default() };
                return;
            }
            Event::Changed(Change::Wording) => return,
        };
        let clean = matches!(inspection.finding, Finding::Conforming);
        let counts =
            inspection.seconds >= 8 && !inspection.bulk && !matches!(inspection.routed, HandoffModel::ReviewAndApprove);
        let makes_up = made_up && self.open > 0;
        match (clean, made_up) {
            (true, _) if !counts => {}
            (true, true) => self.open = self.open.saturating_sub(1),
            (true, false) => {
                self.inspected += 1;
                self.clean += 1;
                (self.last_looked, self.released) = (Some(now), 0);
            }
            (false, _) => {
                self.clean = 0;
                self.last_looked = Some(now);
                if makes_up {
                    self.open -= 1;
                } else {
                    self.inspected += 1;
                    self.nonconforming += 1;
                    self.released = 0;
                }
            }
        }
    }

    /// Returns the reason for which a release without a decision would be wrong.
    fn objection(&self, plan: &InspectionPlan, assessment: &Assessment, now: Timestamp) -> Option<&'static str> {
        let levels = u64::from(assessment.level);
        let limit = f64::from(plan.risk_limit) / 10_000.0;
        let bound = upper_bound(self.inspected, self.nonconforming, Prior::ONE_IN_TWENTY);
        let share = plan.sampling.get(usize::from(assessment.level) - 1);
        [
            (assessment.level == 0, "full inspection"),
            (assessment.clearance == 0 || self.clean < levels * u64::from(assessment.clearance), "clearance"),
            (bound > limit, "bound"),
            (share != Some(&assessment.fraction), "the level's share"),
            (self.open > 0, "an open check"),
            (self.stopped, "a person's stop"),
            (self.released >= 500, "500 releases"),
            (self.last_looked.is_none_or(|last| now - last >= 90 * DAY), "90 days"),
        ]
        .into_iter()
        .find_map(|(wrong, what)| wrong.then_some(what))
    }
}

/// Applies the history and checks each point of it. Returns the number of points at which releases were allowed.
fn walk(steps: &[Step]) -> Result<u32, TestCaseError> {
    let (mut plan, mut now, mut tally, mut book): (_, _, Tally, _) =
        (default_plan(), NOW, Tally::default(), Book::default());
    let mut read = SamplingPlan::new(&plan);
    let mut auto_release = 0;
    for step in steps {
        let (times, event) = match step {
            Step::Days(days) => {
                now += days * DAY;
                (1, None)
            }
            Step::Plan(other) => {
                plan = other.clone();
                read = SamplingPlan::new(&plan);
                (1, None)
            }
            Step::Event(times, event) => (*times, Some(at(event, now))),
        };
        for _ in 0..times {
            // Compare levels under one plan only: another plan reads other levels from the same evidence.
            let level = assess_under(&read, tally.clone(), now, 40).level;
            if let Some(event) = &event {
                let counted = count_under(&read, tally, event);
                tally = counted.tally;
                book.note(event, now);
                let bad = match event {
                    Event::Inspected(inspection) | Event::MadeUp(inspection) => {
                        !matches!(inspection.finding, Finding::Conforming)
                    }
                    Event::Missed(_) | Event::DefectElsewhere | Event::Stopped => true,
                    _ => false,
                };
                prop_assert!(!bad || counted.stops != Reach::None);
                prop_assert!(!bad || assess_under(&read, tally.clone(), now, 40).fraction == ALL);
            }
            let assessment = assess_under(&read, tally.clone(), now, 40);
            prop_assert!(assessment.level <= level + 1, "from level {} to {}", level, assessment.level);
            prop_assert_eq!((tally.inspected, tally.nonconforming), (book.inspected, book.nonconforming));
            if assessment.fraction < ALL {
                prop_assert_eq!(book.objection(&plan, &assessment, now), None);
                auto_release += 1;
            }
        }
    }
    Ok(auto_release)
}

fn at(event: &Event, now: Timestamp) -> Event {
    match event {
        Event::Inspected(inspection) => Event::Inspected(Inspection { at: now, ..*inspection }),
        Event::MadeUp(inspection) => Event::MadeUp(Inspection { at: now, ..*inspection }),
        Event::Missed(_) => Event::Missed(now),
        other => *other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_released_that_was_not_earned(steps in vec(step(), 0..40)) {
        walk(&steps)?;
    }
}

/// A switch to a plan with one level and back: the evidence and the level earned under the first plan are unchanged.
#[test]
fn a_plan_that_is_restored_finds_the_level_that_was_earned() {
    let levels = InspectionPlan { sampling: vec![5000, 2000, 1000], ..default_plan() };
    let one = InspectionPlan { sampling: vec![2000], ..default_plan() };
    walk(&[Step::Plan(levels.clone()), Step::Event(35, CLEAN), Step::Plan(one), Step::Plan(levels)])
        .expect("nothing was released that was not earned");
}

#[test]
fn the_histories_contain_releases() {
    let mut runner = TestRunner::deterministic();
    let auto_release = (0..60).filter(|_| {
        let steps = vec(step(), 0..40).new_tree(&mut runner).expect("a history").current();
        walk(&steps).expect("nothing was released that was not earned") > 0
    });
    assert!(auto_release.count() > 10);
}
