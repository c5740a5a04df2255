use super::*;
use crate::governor::testing::{BAD, CLEAN, MISSED, NOW, after, days_later, default_plan, several_levels};
use baton_facts::quality::Event;

/// Of a stream with 40 packages a week.
fn check(plan: &InspectionPlan, events: &[(u32, Event)], standing: Standing, fraction: BasisPoints, reason: &str) {
    let assessment = assess(plan, &after(plan, events), NOW, 40);
    assert_eq!((assessment.standing, assessment.fraction, assessment.reason.as_str()), (standing, fraction, reason));
}

#[test]
fn a_pilot_is_told_how_far_it_is() {
    let check = |events: &[(u32, Event)], reason: &str| check(&default_plan(), events, Standing::Pilot, ALL, reason);
    check(&[], "0 of 15 good reviews in a row; defect rate at most 100% (limit 15%); about 3 days at today's volume");
    check(
        &[(11, CLEAN)],
        "11 of 15 good reviews in a row; defect rate at most 26.94% (limit 15%); about 2 days at today's volume",
    );
    check(
        &[(11, CLEAN), (1, BAD)],
        "0 of 15 good reviews in a row; defect rate at most 42.17% (limit 15%); 1 of the last 12 with a defect; about 4 days at today's volume",
    );
}

#[test]
fn a_stream_that_is_cleared_waits_for_the_bound_in_probation() {
    let reason =
        "15 of 15 good reviews in a row; defect rate at most 21.22% (limit 15%); about 2 days at today's volume";
    check(&default_plan(), &[(15, CLEAN)], Standing::Probation, ALL, reason);
}

#[test]
fn a_proven_stream_is_sampled() {
    let reason = "20% are checked; 0 good reviews in a row; defect rate at most 14.69% (limit 15%)";
    check(&default_plan(), &[(24, CLEAN)], Standing::Proven, 2000, reason);
    let reason = "20% are checked; 36 good reviews in a row; defect rate at most 7.11% (limit 15%)";
    check(&default_plan(), &[(60, CLEAN)], Standing::Proven, 2000, reason);
}

#[test]
fn the_first_of_several_levels_is_probation() {
    let check = |events: &[(u32, Event)], standing, fraction, reason: &str| {
        check(&several_levels(), events, standing, fraction, reason);
    };
    check(
        &[(24, CLEAN)],
        Standing::Probation,
        5000,
        "50% are checked; 0 of 11 good reviews in a row toward level 2; defect rate at most 14.69% (limit 15%); about 4 days at today's volume",
    );
    check(
        &[(44, CLEAN)],
        Standing::Proven,
        2000,
        "20% are checked; 9 of 11 good reviews in a row toward level 3; defect rate at most 9.1% (limit 15%); about 2 days at today's volume",
    );
    check(
        &[(94, CLEAN)],
        Standing::Proven,
        1000,
        "10% are checked; 48 good reviews in a row; defect rate at most 4.96% (limit 15%)",
    );
}

#[test]
fn what_suspended_a_stream_is_said() {
    let check = |events: &[(u32, Event)], reason: &str| {
        let events = [&[(24, CLEAN)], events].concat();
        check(&default_plan(), &events, Standing::Suspended, ALL, reason);
    };
    check(
        &[(1, BAD), (3, CLEAN)],
        "suspended after a defect; 3 of 15 good reviews in a row; defect rate at most 20.34% (limit 15%); 1 of the last 28 with a defect; about 3 days at today's volume",
    );
    check(
        &[(1, MISSED)],
        "a spot-check was missed and is still open; 0 good reviews in a row; defect rate at most 22.46% (limit 15%); 1 of the last 25 with a defect",
    );
    check(
        &[(1, MISSED), (1, MISSED)],
        "two spot-checks were missed and one is still open; 0 of 15 good reviews in a row; defect rate at most 29.06% (limit 15%); 2 of the last 26 with a defect",
    );
    check(
        &[(1, Event::Stopped), (3, CLEAN)],
        "stopped until somebody resumes it; 3 of 15 good reviews in a row; defect rate at most 13.39% (limit 15%)",
    );
    check(
        &[(1, Event::Stopped), (1, Event::Resumed)],
        "stopped by somebody and resumed since; 0 of 15 good reviews in a row; defect rate at most 14.69% (limit 15%); about 3 days at today's volume",
    );
    check(
        &[(1, Event::DefectElsewhere)],
        "suspended: a wrong fact was reported in another stream with the same drafter; 0 of 15 good reviews in a row; defect rate at most 14.69% (limit 15%); about 3 days at today's volume",
    );
    check(
        &[(1, Event::Released(500))],
        "suspended: too long without an inspection; 0 of 15 good reviews in a row; defect rate at most 14.69% (limit 15%); about 3 days at today's volume",
    );
}

#[test]
fn a_bound_beyond_the_limit_has_everything_inspected_at_any_level() {
    let made_up = Event::MadeUp(crate::governor::testing::inspection_of(baton_facts::quality::Finding::Conforming));
    check(
        &default_plan(),
        &[(24, CLEAN), (1, MISSED), (1, made_up)],
        Standing::Probation,
        ALL,
        "0 good reviews in a row; defect rate at most 22.46% (limit 15%); 1 of the last 25 with a defect; about 3 days at today's volume",
    );
    let stricter = InspectionPlan { risk_limit: 1000, ..default_plan() };
    let assessment = assess(&stricter, &after(&default_plan(), &[(30, CLEAN)]), NOW, 40);
    assert_eq!((assessment.standing, assessment.fraction), (Standing::Probation, ALL));
}

#[test]
fn a_standing_lapses_by_time_alone() {
    let tally = after(&default_plan(), &[(24, CLEAN)]);
    let check = |days, standing| assert_eq!(assess(&default_plan(), &tally, days_later(days), 40).standing, standing);
    check(89, Standing::Proven);
    check(90, Standing::Suspended);
    check(-10, Standing::Proven);
}

#[test]
fn a_plan_that_cannot_keep_its_limit_lets_nothing_go() {
    let plan = InspectionPlan { outgoing_quality_limit: 0, ..default_plan() };
    check(
        &plan,
        &[(500, CLEAN)],
        Standing::Pilot,
        ALL,
        "no number of good reviews can meet the plan's quality limit, so everything is reviewed; 500 inspected; defect rate at most 1.26% (limit 15%)",
    );
}

#[test]
fn how_long_it_takes_is_told_at_any_volume() {
    let check = |packages_per_week, ending: &str| {
        let reason = assess(&default_plan(), &after(&default_plan(), &[(11, CLEAN)]), NOW, packages_per_week).reason;
        assert!(reason.ends_with(ending), "{reason}");
    };
    check(0, "; no packages at today's volume");
    check(1, "; about 65 days at today's volume");
    check(u32::MAX, "; about a day at today's volume");
    let never = InspectionPlan { risk_limit: 0, ..default_plan() };
    let reason = assess(&never, &after(&default_plan(), &[(11, CLEAN)]), NOW, u32::MAX).reason;
    assert!(reason.ends_with("more than a year at today's volume"), "{reason}");
}
