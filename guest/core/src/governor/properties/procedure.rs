//! The real procedure, item by item, compared with the closed forms and the guarantee of the bound.
//!
//! Everything is seeded: the numbers are the same on every run.

use std::collections::HashMap;

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Event, Finding, LotItem, Tally};

use crate::governor::bound::upper_bound_points;
use crate::governor::count::count_under;
use crate::governor::plan::{Cycle, SamplingPlan};
use crate::governor::random::below;
use crate::governor::sample::is_sampled;
use crate::governor::testing::{default_plan, inspection_of, several_levels};

/// A stream with a constant rate of nonconforming drafts and reviewers who miss some.
struct Stream {
    plan: SamplingPlan,
    seed: u64,
    /// Out of 10,000.
    rate: u32,
    /// Out of 10,000.
    miss_rate: u32,
    tally: Tally,
    items: u64,
    /// Items that could be sampled.
    position: u64,
}

/// The result of one item.
struct Item {
    nonconforming: bool,
    inspected: bool,
    found: bool,
    /// The level at which it was inspected or not.
    level: u8,
}

impl Stream {
    fn new(plan: &InspectionPlan, seed: u64, rate: u32, miss_rate: u32) -> Self {
        // The bound has its own tests: here the plan alone decides.
        let plan = SamplingPlan::new(&InspectionPlan { risk_limit: 10_000, ..plan.clone() });
        Self { plan, seed, rate, miss_rate, tally: Tally::default(), items: 0, position: 0 }
    }

    fn next(&mut self) -> Item {
        let level = self.tally.level;
        let lot = LotItem { lot: 1, position: self.position, fraction: self.plan.fraction(level), due: false };
        let item = self.items;
        self.items += 1;
        self.position += u64::from(level > 0);
        let nonconforming = below(10_000, &[self.seed, 10, item]) < self.rate;
        let inspected = is_sampled(&lot, self.seed);
        let found = inspected && nonconforming && below(10_000, &[self.seed, 11, item]) >= self.miss_rate;
        if inspected {
            let finding = if found { Finding::Nonconforming } else { Finding::Conforming };
            self.tally = count_under(&self.plan, self.tally.clone(), &Event::Inspected(inspection_of(finding))).tally;
        }
        Item { nonconforming, inspected, found, level }
    }
}

/// Returns the number of streams whose bound was ever below the rate: 200 streams of 1,500 items, checked after every
/// inspection.
fn ever_excluded(plan: &InspectionPlan, rate: u32) -> u32 {
    let mut bounds: HashMap<(u64, u64), u32> = HashMap::new();
    let excluded = (0..200).filter(|seed| {
        let mut stream = Stream::new(plan, *seed, rate, 0);
        (0..1500).any(|_| {
            let looked = stream.next().inspected;
            let key = (stream.tally.inspected, stream.tally.nonconforming);
            looked && *bounds.entry(key).or_insert_with(|| upper_bound_points(key.0, key.1).into()) < rate
        })
    });
    excluded.count().try_into().expect("at most 200")
}

#[test]
fn the_bound_ever_excludes_the_true_rate_in_at_most_one_stream_of_twenty() {
    let mut total = 0;
    for rate in [200, 500, 1000, 1500, 2500] {
        let excluded = ever_excluded(&default_plan(), rate);
        // 10 of 200 and two standard deviations, since the number of streams leaves some randomness.
        assert!(excluded <= 16, "{excluded} of 200 at a rate of {rate}");
        total += excluded;
    }
    assert!(total <= 50, "{total} of 1,000");
    // A bound that never came near the rate would be useless.
    assert!(total > 10, "{total} of 1,000");
}

/// Returns the exact chance that the bound is below the true rate after any of 1,500 inspections.
fn chance_of_ever_excluding(rate: u32) -> f64 {
    let share = f64::from(rate) / 10_000.0;
    let excludes = |inspected, nonconforming| u32::from(upper_bound_points(inspected, nonconforming)) < rate;
    // The chance by number of nonconforming items, without having been excluded before.
    let mut chances = vec![1.0];
    let (mut excluded, mut excluding) = (0.0, 0);
    for inspected in 1..=1500 {
        let mut next = vec![0.0; chances.len() + 1];
        for (nonconforming, chance) in chances.iter().enumerate() {
            next[nonconforming] += chance * (1.0 - share);
            next[nonconforming + 1] += chance * share;
        }
        while excludes(inspected, excluding) {
            excluding += 1;
        }
        for (chance, _) in next.iter_mut().zip(0..excluding) {
            excluded += std::mem::take(chance);
        }
        chances = next;
    }
    excluded
}

#[test]
fn the_chance_that_the_bound_ever_excludes_the_true_rate_is_at_most_five_percent() {
    for rate in [200, 500, 1000, 1500, 2500] {
        let chance = chance_of_ever_excluding(rate);
        assert!((0.005..=0.05).contains(&chance), "{chance} at a rate of {rate}");
    }
}

/// Shares of all items.
struct Shares {
    inspected: f64,
    /// The share sent nonconforming: if samples are held until their verdict, and if they are not.
    outgoing: [f64; 2],
}

/// Simulates the plan; `in_flight` items are sent between a sampled defect and its verdict.
fn simulate(plan: &InspectionPlan, rate: u32, miss_rate: u32, in_flight: u32) -> Shares {
    const ITEMS: u64 = 300_000;
    let mut stream = Stream::new(plan, 20_260_105, rate, miss_rate);
    let (mut items, mut inspected, mut held, mut sent) = (0_u64, 0_u64, 0_u64, 0_u64);
    while items < ITEMS {
        let item = stream.next();
        items += 1;
        inspected += u64::from(item.inspected);
        held += u64::from(item.nonconforming && !item.found);
        sent += u64::from(item.nonconforming && !(item.found && item.level == 0));
        if item.found && item.level > 0 {
            items += u64::from(in_flight);
            let key = |nth: u32| [stream.seed, 12, stream.items, u64::from(nth)];
            let meanwhile: u64 = (0..in_flight).map(|nth| u64::from(below(10_000, &key(nth)) < rate)).sum();
            held += meanwhile;
            sent += meanwhile;
        }
    }
    let share = |count: u64| count as f64 / items as f64;
    Shares { inspected: share(inspected), outgoing: [share(held), share(sent)] }
}

#[test]
fn a_plan_inspects_and_sends_the_shares_of_its_formulas() {
    let check = |plan: &InspectionPlan, rate: u32, miss_rate: u32, in_flight: u32| {
        let read = SamplingPlan::new(plan);
        let clearance = read.clearance.expect("a clearance number");
        let share = |points: u32| f64::from(points) / 10_000.0;
        let detection = 1.0 - share(miss_rate);
        let cycle = Cycle::new(read.fractions(), clearance, share(rate), detection, f64::from(in_flight));
        let seen = simulate(plan, rate, miss_rate, in_flight);
        let near = |seen: f64, expected: f64, by: f64| {
            assert!((seen - expected).abs() < by, "at {rate}, missing {miss_rate}: {seen}, expected {expected}");
        };
        near(seen.inspected, cycle.inspected, 0.01);
        near(seen.outgoing[0], cycle.outgoing(true), 0.002);
        near(seen.outgoing[1], cycle.outgoing(false), 0.002);
    };
    check(&default_plan(), 200, 0, 0);
    check(&default_plan(), 1050, 0, 0);
    check(&default_plan(), 500, 0, 20);
    check(&default_plan(), 1050, 0, 20);
    check(&default_plan(), 1300, 2500, 0);
    check(&several_levels(), 300, 0, 0);
    check(&several_levels(), 1000, 1000, 5);
}
