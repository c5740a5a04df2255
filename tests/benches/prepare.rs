//! Measures `prepare`, native and through the component with all guards on, and instantiation alone.
//!
//! All variants take turns within one run, so that other load on the machine affects all of them; a ratio is the median
//! over the turns. All guards means: a fresh instance, a fiber, the epoch deadline, the memory limiter, the comparison
//! of the package with the answers, and the recording.
//!
//! The input is 12 signals, 8 contacts and 10 earlier touches; the resulting package is about 5 KB.

use baton_facts::packages::Outcome;
use baton_runtime::{DraftingHandle, Grants, Limits};
use baton_tests::{Given, InProcess, TestComponents, native, runtime};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

/// The number of calls of one variant in one turn.
const CALLS: u32 = 40;

fn main() {
    let turns: usize = std::env::var("BATON_BENCH_TURNS").ok().and_then(|turns| turns.parse().ok()).unwrap_or(200);
    let given = given();
    let (crm, assignment) = (Arc::new(given.crm()), given.assignment());
    let components = TestComponents::new(runtime(Limits::default()));
    let grants = |drafting: DraftingHandle| {
        Grants::default().with_research(Arc::clone(&crm)).with_contacts(Arc::clone(&crm)).with_drafting(drafting)
    };
    let (in_process, component) =
        (grants(Arc::new(InProcess).into()), grants(Arc::new(components.drafter.clone()).into()));
    let threads = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a thread");
    threads.block_on(async {
        let made = components.engine.prepare(&component, Arc::clone(&assignment)).await.result.expect("a preparation");
        let expected = native(&assignment, &crm).expect("a preparation");
        assert!(matches!(made.outcome, Outcome::Ready(_)), "the measured case is a package: {made:#?}");
        assert_eq!(*made, expected, "all variants make the same package");
        println!("package: {} bytes as JSON", serde_json::to_vec(&*made).expect("it can be written").len());
    });

    let mut times: [Vec<f64>; 4] = Default::default();
    for turn in 0..=turns {
        let native = timed(|| drop(black_box(native(&assignment, &crm))));
        let measured = threads.block_on(async {
            let mut measured = [native, 0.0, 0.0, 0.0];
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(components.engine.prepare(&in_process, Arc::clone(&assignment)).await);
            }
            measured[1] = micros(start);
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(components.engine.prepare(&component, Arc::clone(&assignment)).await);
            }
            measured[2] = micros(start);
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(components.engine.start().await).expect("it starts");
            }
            measured[3] = micros(start);
            measured
        });
        // The first turn warms up.
        if turn > 0 {
            times.iter_mut().zip(measured).for_each(|(times, time)| times.push(time));
        }
    }
    let ratio = |variant: usize| median(times[variant].iter().zip(&times[0]).map(|(time, native)| time / native));
    println!("{:<52} {:>9} {:>9}", format!("{turns} turns of {CALLS} calls each, medians"), "µs", "× native");
    for (variant, name) in [
        "prepare, native",
        "prepare, component, drafting in the host's process",
        "prepare, component, drafting by a component too",
        "store, instance and drop alone",
    ]
    .into_iter()
    .enumerate()
    {
        println!("{name:<52} {:>9.1} {:>9.2}", median(times[variant].iter().copied()), ratio(variant));
    }
}

fn timed(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        work();
    }
    micros(start)
}

fn micros(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns an input with 12 signals, 8 contacts and 10 touches.
fn given() -> Given {
    let mut given = Given::base();
    let (signals, contacts) = (given.signals.clone(), given.contacts.clone());
    for n in 0..10 {
        let mut signal = signals[["funding", "hiring"][n % 2]].clone();
        signal.id = format!("signal-{n}");
        signal.observed_at -= 86_400 * n as i64;
        given.signals.insert(signal.id.clone(), signal);
    }
    let titles = ["Head of Platform", "VP Sales", "Office Manager", "Software Engineer", "CFO", "Head of Payroll"];
    for (n, title) in titles.into_iter().enumerate() {
        let mut contact = contacts["ben"].clone();
        contact.id = format!("contact-{n}");
        contact.email = Some(format!("contact-{n}@northwind.example"));
        contact.title = Some(title.into());
        given.contacts.insert(contact.id.clone(), contact);
    }
    let touch = given.histories["ada"][0].clone();
    let more = (1..8).map(|n| {
        let mut touch = touch.clone();
        touch.at += 86_400 * n;
        touch
    });
    given.histories.get_mut("ada").expect("she has a history").extend(more);
    for n in 0..2 {
        given.histories.insert(format!("contact-{n}"), vec![touch.clone()]);
    }
    assert_eq!((given.signals.len(), given.contacts.len()), (12, 8));
    assert_eq!(given.histories.values().map(Vec::len).sum::<usize>(), 10);
    given
}
