use super::*;
use crate::governor::testing::{
    BAD, CLEAN, MISSED, NOW, WRONG, after, days_later, default_plan, inspection_of, several_levels,
};

/// Formats `inspected/nonconforming run level`, followed by the reasons of a halt.
fn shown(tally: &Tally) -> String {
    let mut shown = format!("{}/{} {} {}", tally.inspected, tally.nonconforming, tally.clean_run, tally.level);
    if let Some(suspension) = tally.suspended {
        let suspension = format!("{suspension:?}");
        shown.push_str(&suspension.replace("Suspension::", " "));
    }
    if tally.overdue > 0 {
        shown.push_str(&format!(" overdue {}", tally.overdue));
    }
    if tally.stopped {
        shown.push_str(" stopped");
    }
    shown
}

fn check(events: &[(u32, Event)], expected: &str) {
    assert_eq!(shown(&after(&default_plan(), events)), expected, "{events:?}");
}

const PROVEN: (u32, Event) = (24, CLEAN);
const MADE_UP: Event = Event::MadeUp(inspection_of(Finding::Conforming));

fn uncounted() -> [Inspection; 3] {
    let clean = inspection_of(Finding::Conforming);
    [
        Inspection { routed: HandoffModel::ReviewAndApprove, ..clean },
        Inspection { bulk: true, ..clean },
        Inspection { seconds: 7, ..clean },
    ]
}

#[test]
fn a_level_needs_the_run_and_the_bound() {
    check(&[(15, CLEAN)], "15/0 15 0");
    check(&[(23, CLEAN)], "23/0 23 0");
    check(&[PROVEN], "24/0 0 1");
    check(&[PROVEN, (90, CLEAN)], "114/0 90 1");
}

#[test]
fn a_defect_resets_the_run_and_the_level_but_not_the_evidence() {
    check(&[(11, CLEAN), (1, BAD)], "12/1 0 0");
    check(&[PROVEN, (1, BAD)], "25/1 0 0 Defect");
    check(&[PROVEN, (1, WRONG), (3, CLEAN)], "28/1 3 0 Defect");
    check(&[PROVEN, (1, BAD), (14, CLEAN)], "39/1 14 0 Defect");
    check(&[PROVEN, (1, BAD), (15, CLEAN)], "40/1 0 1");
    // A second defect soon after, so that the run is complete before the bound is met.
    check(&[PROVEN, (2, BAD), (27, CLEAN)], "53/2 27 0 Defect");
    check(&[PROVEN, (2, BAD), (28, CLEAN)], "54/2 0 1");
}

#[test]
fn a_hasty_conforming_review_does_not_count_and_a_defect_always_counts() {
    for inspection in uncounted() {
        check(&[(11, CLEAN), (20, Event::Inspected(inspection))], "11/0 11 0");
        check(&[(1, MISSED), (1, Event::MadeUp(inspection))], "1/1 0 0 overdue 1");
        for finding in [Finding::Nonconforming, Finding::FactualDefect] {
            check(&[PROVEN, (1, Event::Inspected(Inspection { finding, ..inspection }))], "25/1 0 0 Defect");
        }
    }
}

#[test]
fn the_first_missed_check_pauses_and_the_second_within_ten_suspends() {
    check(&[PROVEN, (1, MISSED)], "25/1 0 1 overdue 1");
    check(&[PROVEN, (1, MISSED), (1, MADE_UP)], "25/1 0 1");
    check(&[PROVEN, (1, MISSED), (1, MADE_UP), (9, CLEAN), (1, MISSED)], "35/2 0 0 MissedChecks overdue 1");
    check(&[PROVEN, (1, MISSED), (1, MADE_UP), (10, CLEAN), (1, MISSED)], "36/2 0 1 overdue 1");
    check(&[PROVEN, (1, MISSED), (1, Event::Resumed)], "25/1 0 1");
}

#[test]
fn a_missed_check_is_counted_once_whatever_its_verdict() {
    check(&[PROVEN, (1, MISSED), (1, Event::MadeUp(inspection_of(Finding::Nonconforming)))], "25/1 0 0 Defect");
    // A late verdict without an open check counts as an inspection of its own if it is a defect.
    check(&[PROVEN, (1, Event::MadeUp(inspection_of(Finding::Nonconforming)))], "25/1 0 0 Defect");
    check(&[PROVEN, (3, MADE_UP)], "24/0 0 1");
}

#[test]
fn no_level_is_reached_while_a_check_is_open_or_the_stream_is_stopped() {
    check(&[(1, MISSED), (60, CLEAN)], "61/1 60 0 overdue 1");
    check(&[(1, MISSED), (60, CLEAN), (1, MADE_UP)], "61/1 0 1");
    check(&[PROVEN, (1, Event::Stopped), (30, CLEAN)], "54/0 30 0 Person stopped");
    check(&[PROVEN, (1, Event::Stopped), (30, CLEAN), (1, Event::Resumed)], "54/0 0 1");
    check(&[PROVEN, (1, Event::Stopped), (1, Event::Resumed)], "24/0 0 0 Person");
}

#[test]
fn a_factual_defect_elsewhere_suspends() {
    check(&[PROVEN, (1, Event::DefectElsewhere)], "24/0 0 0 Fingerprint");
    check(&[PROVEN, (1, Event::DefectElsewhere), (15, CLEAN)], "39/0 0 1");
    check(&[(11, CLEAN), (1, Event::DefectElsewhere)], "11/0 0 0");
}

#[test]
fn changes_are_classified() {
    check(&[PROVEN, (9, CLEAN), (1, Event::Changed(Change::Wording))], "33/0 0 1");
    check(&[(11, CLEAN), (1, Event::Changed(Change::Wording))], "11/0 0 0");
    check(&[PROVEN, (1, Event::Changed(Change::Producer))], "0/0 0 0");
    check(&[PROVEN, (1, Event::Stopped), (1, Event::Changed(Change::Producer))], "0/0 0 0 stopped");
}

#[test]
fn levels_are_reached_one_by_one() {
    let plan = several_levels();
    let clearance = SamplingPlan::new(&plan).clearance.expect("a clearance number");
    let mut events = vec![(clearance.max(24), CLEAN)];
    for level in 1..=3 {
        assert_eq!(after(&plan, &events).level, level);
        events.push((clearance - 1, CLEAN));
        assert_eq!(after(&plan, &events).level, level);
        events.push((1, CLEAN));
    }
    assert_eq!(after(&plan, &events).level, 3);
    let wording = (1, Event::Changed(Change::Wording));
    assert_eq!(after(&plan, &[&events[..], &[wording]].concat()).level, 1);
    assert_eq!(after(&plan, &[&events[..], &[(1, BAD)]].concat()).level, 0);
}

#[test]
fn a_level_lapses_without_inspections() {
    let later = |days| (1, Event::Inspected(Inspection { at: days_later(days), ..inspection_of(Finding::Conforming) }));
    check(&[PROVEN, later(89)], "25/0 1 1");
    check(&[PROVEN, later(90)], "25/0 1 0 Lapse");
    check(&[PROVEN, (499, Event::Released(1)), (1, CLEAN), (1, Event::Released(499))], "25/0 1 1");
    check(&[PROVEN, (1, Event::Released(500)), (1, CLEAN)], "25/0 1 0 Lapse");
    // A missed check is not an inspection.
    check(&[PROVEN, (1, Event::Released(499)), (1, MISSED), (1, Event::Released(1))], "25/1 0 0 Lapse overdue 1");
}

#[test]
fn a_stricter_plan_resets_the_level_and_a_looser_one_grants_none() {
    let tally = after(&default_plan(), &[PROVEN]);
    let strict = InspectionPlan { outgoing_quality_limit: 290, ..default_plan() };
    assert_eq!(shown(&count(&strict, &tally, &CLEAN).tally), "25/0 1 0");
    let fewer = InspectionPlan { sampling: vec![1000], ..default_plan() };
    assert_eq!(shown(&count(&fewer, &tally, &CLEAN).tally), "25/0 1 0");
    let loose = InspectionPlan { outgoing_quality_limit: 1146, ..default_plan() };
    assert_eq!(shown(&count(&loose, &tally, &CLEAN).tally), "25/0 1 1");
    let impossible = InspectionPlan { outgoing_quality_limit: 0, ..default_plan() };
    assert_eq!(shown(&count(&impossible, &tally, &CLEAN).tally), "25/0 1 0");
}

#[test]
fn the_reason_of_an_event_is_reported() {
    let proven = after(&default_plan(), &[PROVEN]);
    let check = |event: Event, stops: Reach, reason: &str| {
        let counted = count(&default_plan(), &proven, &event);
        assert_eq!((counted.stops, counted.reason.as_str()), (stops, reason));
    };
    check(CLEAN, Reach::None, "good, 1 in a row");
    check(BAD, Reach::ThisStream, "a defect was found, so everything is reviewed");
    check(WRONG, Reach::Fingerprint, "a fact was wrong, so every stream with the same drafter is reviewed");
    check(
        MISSED,
        Reach::ThisStream,
        "a spot-check was missed, which counts as a defect; the stream waits until it is completed",
    );
    check(Event::Stopped, Reach::ThisStream, "somebody stopped the stream");
    check(
        Event::Inspected(uncounted()[2]),
        Reach::None,
        "good, but not counted: it took 7 seconds, and a review takes at least 8",
    );
    let cleared = count(&default_plan(), &after(&default_plan(), &[(23, CLEAN)]), &CLEAN);
    assert_eq!(cleared.reason, "good, 24 in a row; cleared for sampling level 1 of 1");
}

#[test]
fn the_last_fifty_are_kept() {
    let tally = after(&default_plan(), &[(1, BAD), (3, CLEAN), (1, BAD)]);
    assert_eq!(tally.recent, [true, false, false, false, true]);
    assert_eq!(
        after(&default_plan(), &[(1, BAD), (49, CLEAN)]).recent.iter().filter(|nonconforming| **nonconforming).count(),
        1
    );
    assert_eq!(after(&default_plan(), &[(1, BAD), (50, CLEAN)]).recent, [false; 50]);
}

#[test]
fn any_evidence_can_be_continued() {
    let full = Tally {
        inspected: u64::MAX,
        nonconforming: u64::MAX,
        clean_run: u32::MAX,
        level: u8::MAX,
        cleared_with: u32::MAX,
        recent: vec![true; 100],
        last_inspected: Some(i64::MIN),
        released: u32::MAX,
        overdue: u32::MAX,
        last_missed: Some(u64::MAX),
        suspended: Some(Suspension::Person),
        stopped: false,
    };
    for event in [CLEAN, BAD, WRONG, MISSED, MADE_UP, Event::Released(u32::MAX), Event::Stopped, Event::Resumed] {
        for plan in [default_plan(), several_levels()] {
            assert_eq!(count(&plan, &full, &event).tally.level, 0);
        }
    }
    let early = Event::Missed(i64::MAX);
    assert_eq!(count(&default_plan(), &Tally { last_inspected: Some(NOW), ..full.clone() }, &early).tally.level, 0);
}
