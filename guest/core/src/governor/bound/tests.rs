use super::*;
use proptest::prelude::*;

const UNIFORM: Prior = Prior::UNIFORM;
const USUAL: Prior = Prior::ONE_IN_TWENTY;

#[test]
fn clean_runs_bring_the_bound_to_a_limit() {
    let check = |prior, limit, runs: u64| {
        assert!(upper_bound(runs, 0, prior) <= limit, "{runs} are enough for {limit}");
        assert!(upper_bound(runs - 1, 0, prior) > limit, "{} are too few for {limit}", runs - 1);
    };
    check(USUAL, 0.15, 24);
    check(USUAL, 0.10, 40);
    check(USUAL, 0.05, 93);
    check(UNIFORM, 0.10, 69);
    check(UNIFORM, 0.05, 158);
    check(UNIFORM, 0.02, 451);
}

#[test]
fn published_values_of_the_uniform_mixture() {
    let check = |inspected, bound: f64| assert!((upper_bound(inspected, 0, UNIFORM) - bound).abs() < 5e-5);
    check(59, 0.1132);
    check(100, 0.0733);
}

/// The mixture integrated step by step, without gamma functions: at the bound it is 1/α.
#[test]
fn the_bound_is_where_the_mixture_reaches_its_threshold() {
    let ratio = |n: i32, x: i32, prior: Prior, rate: f64| {
        let steps = 20_000;
        let width = 1.0 / f64::from(steps);
        let (mut mixed, mut weights) = (0.0, 0.0);
        for step in 0..steps {
            let theta = (f64::from(step) + 0.5) * width;
            let weight = theta.powf(prior.a - 1.0) * (1.0 - theta).powf(prior.b - 1.0);
            weights += weight;
            mixed += weight * (theta / rate).powi(x) * ((1.0 - theta) / (1.0 - rate)).powi(n - x);
        }
        mixed / weights
    };
    let evidence: [(i32, i32, Prior); 6] =
        [(15, 0, USUAL), (25, 1, USUAL), (60, 7, USUAL), (40, 30, USUAL), (100, 0, UNIFORM), (30, 4, UNIFORM)];
    for (n, x, prior) in evidence {
        let bound = upper_bound(n.unsigned_abs().into(), x.unsigned_abs().into(), prior);
        let reached = ratio(n, x, prior, bound);
        assert!((reached / 20.0 - 1.0).abs() < 1e-3, "n = {n}, x = {x}: {reached}");
    }
}

#[test]
fn nothing_inspected_and_nothing_conforming_bound_nothing() {
    for (inspected, nonconforming) in [(0, 0), (1, 1), (500, 500), (3, 9), (u64::MAX, u64::MAX)] {
        assert_eq!(upper_bound_points(inspected, nonconforming), 10_000);
    }
}

#[test]
fn shown_bounds_are_rounded_up() {
    let check = |inspected, nonconforming, points| assert_eq!(upper_bound_points(inspected, nonconforming), points);
    check(11, 0, 2694);
    check(15, 0, 2122);
    check(25, 1, 2246);
    check(50, 1, 1226);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evidence_moves_the_bound_its_own_way(inspected in 0..u64::MAX - 1, share in 0.0..1.0_f64, small in any::<bool>()) {
        let inspected = if small { inspected % 3000 } else { inspected };
        let nonconforming = (inspected as f64 * share) as u64;
        let bound = upper_bound(inspected, nonconforming, USUAL);
        prop_assert!((0.0..=1.0).contains(&bound));
        prop_assert!(bound * inspected as f64 >= nonconforming.min(inspected) as f64 * (1.0 - 1e-6));
        if inspected < 3000 {
            prop_assert!(upper_bound(inspected + 1, nonconforming, USUAL) <= bound);
            prop_assert!(upper_bound(inspected + 1, nonconforming + 1, USUAL) >= bound);
        }
    }
}
