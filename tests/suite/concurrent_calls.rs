//! Many calls share one runtime, and a misbehaving call costs the others only time.

use baton_facts::packages::Outcome;
use baton_runtime::{Grants, HandoffEngine, Limits};
use baton_tests::{Given, InProcess, TestComponents, run, runtime, test_components};
use std::sync::Arc;
use std::time::Duration;

fn grants(given: &Given) -> Grants {
    let crm = Arc::new(given.crm());
    Grants::default().with_research(Arc::clone(&crm)).with_contacts(crm).with_drafting(Arc::new(InProcess))
}

async fn good(engine: &HandoffEngine) -> bool {
    let given = Given::base();
    let made = engine.prepare(&grants(&given), given.mode("good")).await.result;
    made.is_ok_and(|made| matches!(made.outcome, Outcome::Ready(_)))
}

async fn many_good(engine: &HandoffEngine, calls: usize) {
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..calls {
        let engine = engine.clone();
        running.spawn(async move { good(&engine).await });
    }
    assert!(running.join_all().await.into_iter().all(|good| good));
}

/// Runs everything on one thread, which is the hardest case: a call that does not yield blocks all others.
fn on_one_thread<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a thread").block_on(future)
}

#[test]
fn calls_go_on_while_another_spins_on_the_same_thread() {
    let limits = Limits::default().with_computing(Duration::from_secs(3600)).with_whole_call(Duration::from_secs(3600));
    let components = TestComponents::new(runtime(limits));
    on_one_thread(async {
        let given = Given::base();
        let grants = grants(&given);
        tokio::select! {
            ended = components.hostile.prepare(&grants, given.mode("spin")) => panic!("it still spins: {:?}", ended.result),
            () = many_good(&components.hostile, 40) => {}
        }
        // The spinning call was dropped during its work; its slot is free again.
        many_good(&components.hostile, 40).await;
    });
}

#[test]
fn timers_fire_while_a_call_spins_on_the_same_thread() {
    let limits = Limits::default().with_computing(Duration::from_secs(3600)).with_whole_call(Duration::from_secs(3600));
    let components = TestComponents::new(runtime(limits));
    on_one_thread(async {
        let given = Given::base();
        let grants = grants(&given);
        let spinning = components.hostile.prepare(&grants, given.mode("spin"));
        // Both tasks share one queue; the epoch timer ticks every 10 ms.
        let started = std::time::Instant::now();
        assert!(tokio::time::timeout(Duration::from_millis(20), spinning).await.is_err());
        assert!(started.elapsed() < Duration::from_millis(400), "the timer fired after {:?}", started.elapsed());
    });
}

#[test]
fn calls_beyond_the_pool_wait_for_a_slot() {
    run(many_good(&test_components().hostile, 200));
}

#[test]
fn an_engine_waiting_for_its_drafter_leaves_the_drafter_a_slot() {
    let given = Given::base();
    let grants = grants(&given).with_drafting(Arc::new(test_components().drafter.clone()));
    run(async {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (grants, assignment) = (grants.clone(), given.mode("good"));
            running.spawn(async move { test_components().hostile.prepare(&grants, assignment).await.result.is_ok() });
        }
        assert!(running.join_all().await.into_iter().all(|good| good));
    });
}
