use super::*;
use crate::governor::testing::default_plan;

fn read(sampling: &[BasisPoints], outgoing_quality_limit: BasisPoints) -> SamplingPlan {
    SamplingPlan::new(&InspectionPlan { sampling: sampling.to_vec(), outgoing_quality_limit, ..default_plan() })
}

/// Dodge's values as Schilling and Neubauer print them, to the nearest curve.
#[test]
fn clearance_numbers_are_the_published_ones() {
    let limits = [290, 494, 712, 1146];
    let published = [
        (5000, [10, 6, 5, 3]),
        (2000, [25, 15, 11, 7]),
        (1429, [31, 18, 13, 8]),
        (1000, [38, 22, 16, 10]),
        (400, [57, 33, 23, 14]),
    ];
    for (fraction, numbers) in published {
        for (limit, number) in limits.into_iter().zip(numbers) {
            let clearance = read(&[fraction], limit).clearance.expect("a clearance number");
            assert!(clearance.abs_diff(number) <= 1, "f = {fraction}, AOQL {limit}: {clearance}, published {number}");
        }
    }
}

#[test]
fn the_usual_plan_clears_with_fifteen() {
    let plan = SamplingPlan::new(&default_plan());
    assert_eq!(plan.clearance, Some(15));
    assert_eq!((limit(plan.fractions(), 15, f64::INFINITY) * 10_000.0).round(), 483.0);
    assert!(limit(plan.fractions(), 14, f64::INFINITY) > 0.0483);
}

#[test]
fn a_plan_that_cannot_keep_its_limit_has_no_clearance_number() {
    for (sampling, limit) in [(&[][..], 483), (&[0], 483), (&[2000, 0], 483), (&[2000], 0), (&[1], 1)] {
        assert_eq!(read(sampling, limit).clearance, None, "{sampling:?} {limit}");
    }
}

#[test]
fn any_plan_is_read() {
    for sampling in [vec![u16::MAX; 100_000], vec![1], vec![10_000], vec![1000, 2000, 9999, 3]] {
        for limit in [0, 1, 483, 10_000, u16::MAX] {
            let plan = read(&sampling, limit);
            assert!(plan.levels() <= 16 && plan.clearance.is_none_or(|clearance| (1..=10_000).contains(&clearance)));
            for level in [0, 1, 2, u8::MAX] {
                assert!((1..=ALL).contains(&plan.fraction(level)));
            }
        }
    }
}

/// Several levels inspect less than the first alone and more than the last alone, and let out accordingly.
#[test]
fn several_levels_lie_between_their_first_and_last() {
    let several = [0.5, 0.2, 0.1];
    for rate in [0.0, 0.001, 0.02, 0.1, 0.5, 1.0] {
        let inspected = |fractions: &[f64]| Cycle::new(fractions, 10, rate, 1.0, 0.0).inspected;
        assert!(inspected(&several) <= inspected(&[0.5]) && inspected(&several) >= inspected(&[0.1]));
    }
    assert!(
        limit(&several, 10, f64::INFINITY) > limit(&[0.5], 10, f64::INFINITY)
            && limit(&several, 10, f64::INFINITY) < limit(&[0.1], 10, f64::INFINITY)
    );
}

#[test]
fn one_level_is_dodges_formula() {
    for (fraction, clearance, rate) in [(0.2, 15, 0.05), (0.1, 38, 0.02), (0.04, 14, 0.3), (0.5, 6, 0.999)] {
        let share = fraction / (fraction + (1.0 - fraction) * f64::powi(1.0 - rate, clearance));
        let cycle = Cycle::new(&[fraction], clearance.cast_unsigned(), rate, 1.0, 0.0);
        assert!((cycle.inspected - share).abs() < 1e-12);
        assert!((cycle.outgoing(true) - rate * (1.0 - share)).abs() < 1e-12);
        assert!((cycle.outgoing_when_removed() - rate * (1.0 - share) / (1.0 - rate * share)).abs() < 1e-12);
    }
}

#[test]
fn expected_inspections_to_clear() {
    let check = |clearance, expected: [f64; 3]| {
        let computed = [0.02, 0.05, 0.10].map(|rate| expected_inspections(clearance, 0, rate).round());
        assert_eq!(computed, expected);
    };
    check(38, [58.0, 120.0, 538.0]);
    check(22, [28.0, 42.0, 92.0]);
    check(11, [12.0, 15.0, 22.0]);
    assert_eq!(expected_inspections(15, 15, 0.3), 0.0);
    assert_eq!(expected_inspections(15, 11, 0.0), 4.0);
    assert_eq!(expected_inspections(15, 40, 1.0), 0.0);
    assert_eq!(expected_inspections(2, 1, 0.5), 4.0);
}

#[test]
fn the_clearance_number_is_the_least_that_keeps_the_limit() {
    for sampling in [&[5000][..], &[2000], &[200], &[5000, 2000, 1000], &[2000, 500, 200], &[9999, 1]] {
        for aoql in [50, 290, 483, 1146, 3000] {
            let plan = read(sampling, aoql);
            let Some(clearance) = plan.clearance else { continue };
            let whole = |clearance| (limit(plan.fractions(), clearance, f64::INFINITY) * 10_000.0).round();
            assert!(whole(clearance) <= f64::from(aoql), "{sampling:?} {aoql}: {clearance}");
            assert!(clearance == 1 || whole(clearance - 1) > f64::from(aoql), "{sampling:?} {aoql}: {clearance}");
        }
    }
}
