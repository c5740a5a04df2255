//! The worker when the store or the engine fails.

use crate::maintenance::Retention;
use crate::tests::fixture::{DAY, Fixture, NOW, Releasing, rows};
use crate::worker::outbox_worker::{EntryResult, OutboxWorker, WorkerEvent};
use async_trait::async_trait;
use baton_mail::{ComposedEmail, SendingOptions, TierDailyCaps, Transport, Window};
use baton_model::decision::{Decision, RejectReason};
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, InterruptedSend};
use baton_model::package_state::{PackageState, UtcMinute};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, oneshot};

/// A transport that accepts every message and records its Message-ID.
struct Taking(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Transport for Taking {
    fn name(&self) -> &str {
        "taking"
    }

    async fn transmit(&mut self, letter: &ComposedEmail) -> DeliveryOutcome {
        self.0.lock().unwrap().push(letter.message_id.clone());
        DeliveryOutcome::Accepted("250 ok".into())
    }

    fn was_sent(&self, _: &InterruptedSend) -> DeliveryCheck {
        DeliveryCheck::Unknown
    }
}

async fn fixture() -> Fixture {
    let mut fixture = Fixture::new().await;
    fixture.desk = fixture.desk.with(|desk| desk.with_footer("Kiln House, Bristol"));
    fixture
}

fn worker(fixture: &Fixture) -> (OutboxWorker, Arc<Mutex<Vec<String>>>) {
    let taken = Arc::default();
    let window = Window::try_from(vec!["00:00".into(), "24:00".into()]).unwrap();
    let sending =
        SendingOptions { postal_address: Some("Kiln House, Bristol".into()), window, ..SendingOptions::default() };
    let transport = Box::new(Taking(Arc::clone(&taken)));
    (OutboxWorker::new(fixture.desk.clone(), transport, sending, TierDailyCaps::default()).unwrap(), taken)
}

async fn once(worker: &mut OutboxWorker, now: i64) -> Vec<EntryResult> {
    let round = worker.send_due(now).await;
    assert!(round.error.is_none(), "{:?}", round.error);
    round.entries.into_iter().map(|happened| happened.what).collect()
}

const REFUSES: &str = "CREATE TRIGGER refuses BEFORE UPDATE ON outbox WHEN NEW.ended IS NOT NULL
                       BEGIN SELECT RAISE(FAIL, 'the disk is full'); END";

#[tokio::test]
async fn sent_messages_are_recorded_once_the_store_is_writable_again() {
    let fixture = fixture().await;
    let (id, _) = fixture.approved().await;
    let (mut worker, taken) = worker(&fixture);
    fixture.sql(REFUSES).await;
    for _ in 0..2 {
        let round = worker.send_due(NOW).await;
        assert!(round.error.is_some_and(|trouble| trouble.to_string().contains("the disk is full")));
        assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, PackageState::Transmitting);
    }
    fixture.sql("DROP TRIGGER refuses").await;
    assert_eq!(once(&mut worker, NOW).await, [EntryResult::Sent { words: "250 ok".into() }]);
    assert_eq!(taken.lock().unwrap().len(), 1, "it was sent once");
    let shown = fixture.desk.package(&id, NOW).await.unwrap();
    assert_eq!(shown.state, PackageState::Sent);
    // A page that is still open learns that it was sent.
    let reject = Decision::Reject { reason: RejectReason::Draft, note: String::new() };
    let reject = crate::tests::fixture::request(&shown, "reject-1", reject);
    let refusal = fixture.desk.decide(&reject, NOW).await.unwrap_err();
    assert_eq!(refusal.to_string(), "the message was sent, so it cannot be rejected");
}

#[tokio::test]
async fn a_running_worker_reports_errors_and_continues() {
    let fixture = fixture().await;
    let (id, _) = fixture.approved().await;
    let (worker, taken) = worker(&fixture);
    fixture.sql(REFUSES).await;
    let (wake, (end, ended)) = (Arc::new(Notify::new()), oneshot::channel::<()>());
    let (events, mut told) = tokio::sync::mpsc::unbounded_channel();
    let tell = move |event| drop(events.send(event));
    let running = tokio::spawn(worker.run(|| NOW, Arc::clone(&wake), async { drop(ended.await) }, tell));
    while !matches!(told.recv().await, Some(WorkerEvent::Error(_))) {}
    fixture.sql("DROP TRIGGER refuses").await;
    wake.notify_one();
    while !matches!(told.recv().await, Some(WorkerEvent::Entry(happened)) if matches!(happened.what, EntryResult::Sent { .. }))
    {
    }
    end.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(taken.lock().unwrap().len(), 1, "it was sent once");
    assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, PackageState::Sent);
}

#[tokio::test]
async fn failed_releases_are_retried_with_backoff() {
    let fixture = fixture().await;
    fixture.approved().await;
    let (mut worker, taken) = worker(&fixture);
    *fixture.logic.releasing.lock().unwrap() = Releasing::Traps;
    let mut now = NOW;
    for minutes in [1, 5, 15, 60, 60] {
        let happened = once(&mut worker, now).await;
        let [EntryResult::Waiting { until, .. }] = happened.as_slice() else { panic!("{happened:?}") };
        assert_eq!(*until, now + minutes * 60);
        assert_eq!(once(&mut worker, until - 1).await, []);
        now = *until;
    }
    *fixture.logic.releasing.lock().unwrap() = Releasing::Sends;
    assert_eq!(once(&mut worker, now).await, [EntryResult::Released, EntryResult::Sent { words: "250 ok".into() }]);
    assert_eq!(taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_message_that_cannot_be_composed_fails_with_the_reason() {
    let fixture = fixture().await;
    let mut package = crate::tests::fixture::package();
    package.sender.email = "mara lind@relay.example".into();
    fixture.keep(&package, NOW).await;
    let row = fixture.desk.export(None, 1).await.unwrap().rows.remove(0);
    let shown = fixture.desk.package(&row.package, NOW).await.unwrap();
    fixture.desk.decide(&crate::tests::fixture::approve(&shown, "approve-1"), NOW).await.unwrap();
    let (mut worker, taken) = worker(&fixture);
    let happened = once(&mut worker, NOW).await;
    let [EntryResult::Released, EntryResult::Failed { why }] = happened.as_slice() else { panic!("{happened:?}") };
    assert_eq!(why, "cannot compose the message: the sender's address is not an address");
    assert!(taken.lock().unwrap().is_empty());
}

/// A page that runs for a year erases old data every hour, not only when it starts.
#[tokio::test]
async fn a_running_worker_erases_old_data() {
    let fixture = fixture().await;
    fixture.shown().await;
    let (worker, _) = worker(&fixture);
    let worker = worker.retaining(Retention { recordings: Some(30), packages: None });
    let (calls, wake) = (AtomicI64::new(0), Arc::new(Notify::new()));
    // Later calls are on the 31st day.
    let clock = move || if calls.fetch_add(1, Ordering::SeqCst) < 3 { NOW } else { NOW + 31 * DAY };
    wake.notify_one();
    let erased = async {
        while rows(&fixture.file(), "SELECT count(*) || '' FROM recordings").await != "0" {
            wake.notify_one();
            tokio::task::yield_now().await;
        }
    };
    worker.run(clock, Arc::clone(&wake), erased, drop).await;
}

/// The worker was at work at `NOW + HOUR`. Then the clock shows other times, each with a worker of its own, as after a
/// restart.
#[tokio::test]
async fn a_clock_that_was_set_back_holds_messages_until_it_caught_up_or_is_confirmed() {
    const HOUR: i64 = 3600;
    let sent = || vec![EntryResult::Released, EntryResult::Sent { words: "250 ok".into() }];
    let held = |since: i64| {
        let why = format!("the clock was set back from {} to {}", UtcMinute(NOW + HOUR), UtcMinute(NOW + since));
        vec![EntryResult::Waiting { until: NOW + since + 60, why }]
    };
    let released_and = |mut results: Vec<EntryResult>| {
        results.insert(0, EntryResult::Released);
        results
    };
    for (name, confirmed, steps) in [
        ("a correction by a minute", false, vec![(HOUR - 60, sent())]),
        (
            "caught up",
            false,
            vec![(0, released_and(held(0))), (HOUR - 120, held(HOUR - 120)), (HOUR - 60, sent()[1..].to_vec())],
        ),
        ("confirmed", true, vec![(0, sent()), (60, vec![])]),
    ] {
        let fixture = fixture().await;
        let work = async |at: i64| {
            let (mut worker, _) = worker(&fixture);
            let round = worker.send_due(NOW + at).await;
            assert!(round.error.is_none(), "{name}: {:?}", round.error);
            let results: Vec<EntryResult> = round.entries.into_iter().map(|entry| entry.what).collect();
            (results, round.held)
        };
        assert_eq!(work(HOUR).await, (vec![], None), "{name}");
        fixture.approved().await;
        if confirmed {
            fixture.desk.resume_sending(NOW).await.unwrap();
            let log = fixture.desk.audit(None, None, 100).await.unwrap().rows;
            assert!(log.iter().any(|entry| entry.action == "clock-confirmed"), "{log:?}");
        }
        for (at, expected) in steps {
            let waits = expected.iter().any(|what| matches!(what, EntryResult::Waiting { .. }));
            let (results, held) = work(at).await;
            assert_eq!((results, held.is_some()), (expected, waits), "{name}, {at}");
        }
    }
}
