use super::*;
use crate::governor::testing::default_plan;

const SENT: bool = false;
const HELD: bool = true;

fn outlook(held: bool, rate: BasisPoints, miss_rate: BasisPoints, in_flight: u32) -> Outlook {
    forecast(&InspectionPlan { held, ..default_plan() }, rate, miss_rate, in_flight)
}

#[test]
fn outgoing_defects_are_limited() {
    let check = |held, in_flight, limit| assert_eq!(outlook(held, 10_000, 0, in_flight).outgoing_limit, limit);
    check(HELD, 0, 453);
    check(SENT, 0, 566);
    check(SENT, 20, 674);
}

/// Computed separately from this code: the stationary distribution of the plan's Markov chain, state by state.
#[test]
fn reviewers_who_miss_restate_the_limit() {
    let check = |held, rate, miss_rate, limit| assert_eq!(outlook(held, rate, miss_rate, 0).outgoing_limit, limit);
    check(HELD, 1500, 0, 453);
    check(HELD, 1500, 1000, 578);
    check(SENT, 1500, 1000, 689);
    // If every draft were bad, the tenth that reviewers miss would be sent.
    check(HELD, 10_000, 1000, 1000);
    check(HELD, 10_000, 10_000, 10_000);
}

#[test]
fn a_plan_at_one_rate() {
    let expected = Outlook {
        clearance: 15,
        inspected: 3505,
        outgoing: 325,
        outgoing_limit: 325,
        escapes: 400,
        inspections_to_clear: 23,
    };
    assert_eq!(outlook(HELD, 500, 0, 0), expected);
    let sent = outlook(SENT, 500, 0, 20);
    // One in 1/f defects is sampled, and 20 more messages are sent at 5%.
    assert_eq!((sent.escapes, sent.clearance), (600, 15));
    assert!(sent.inspected < expected.inspected && sent.outgoing > expected.outgoing);
}

#[test]
fn without_defects_the_first_run_clears() {
    let expected = Outlook {
        clearance: 15,
        inspected: 2000,
        outgoing: 0,
        outgoing_limit: 0,
        escapes: 0,
        inspections_to_clear: 15,
    };
    assert_eq!(outlook(SENT, 0, 500, 20), expected);
}

#[test]
fn without_a_clearance_number_only_missed_defects_are_sent() {
    let plan = InspectionPlan { outgoing_quality_limit: 0, ..default_plan() };
    let expected = Outlook {
        clearance: 0,
        inspected: 10_000,
        outgoing: 50,
        outgoing_limit: 50,
        escapes: 0,
        inspections_to_clear: 0,
    };
    assert_eq!(forecast(&plan, 500, 1000, 20), expected);
}

#[test]
fn any_plan_and_rate_is_answered() {
    for points in [0, 1, 5000, 10_000, u16::MAX] {
        for miss_rate in [0, 1, 9999, 10_000, u16::MAX] {
            for in_flight in [0, 1, u32::MAX] {
                let outlook = outlook(SENT, points, miss_rate, in_flight);
                assert!(outlook.inspected <= ALL && outlook.outgoing <= outlook.outgoing_limit);
                assert!(outlook.outgoing_limit <= points.min(ALL));
            }
        }
    }
}
