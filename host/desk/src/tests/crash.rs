//! Crash safety in any order of steps and at any point: each step happens entirely or not at all, nothing is sent
//! twice, and a message has one text and one Message-ID.

use crate::desk::Desk;
use crate::tests::fixture::{Fixture, NOW, newer_package, package, request};
use baton_model::decision::{Decision, Overruled, RejectReason};
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, SendVerdict};
use baton_model::package_state::PackageState;
use baton_model::views::PackageView;
use baton_model::{Erasable, PackageId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

#[derive(Clone, Copy, Debug)]
pub enum CrashStep {
    Prepare,
    PrepareNewer,
    Approve,
    Reject,
    Snooze,
    Elapse,
    Release,
    Transmit,
    TransmitLater,
    TransmitUnknown,
    Restart,
    Settle,
    Forget,
}

const DEEDS: [CrashStep; 13] = [
    CrashStep::Prepare,
    CrashStep::PrepareNewer,
    CrashStep::Approve,
    CrashStep::Reject,
    CrashStep::Snooze,
    CrashStep::Elapse,
    CrashStep::Release,
    CrashStep::Transmit,
    CrashStep::TransmitLater,
    CrashStep::TransmitUnknown,
    CrashStep::Restart,
    CrashStep::Settle,
    CrashStep::Forget,
];

/// Favors the steps that lead to a sent message, so that enough cases get there.
pub fn any_deed() -> impl Strategy<Value = CrashStep> {
    let way = [CrashStep::Prepare, CrashStep::Approve, CrashStep::Release, CrashStep::Transmit];
    prop_oneof![3 => prop::sample::select(way.to_vec()), 2 => prop::sample::select(DEEDS.to_vec())]
}

/// Polls the future this many times and then drops it, as a crash between two steps does.
pub async fn cut<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut polled = 0;
    std::future::poll_fn(|context| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// The state outside the program, which survives a crash.
#[derive(Default)]
pub struct Outside {
    /// Number of times that each Message-ID was sent.
    pub left: BTreeMap<String, u32>,
}

pub async fn views(desk: &Desk) -> Vec<PackageView> {
    let rows = desk.export(None, 1000).await.unwrap().rows;
    let mut views = Vec::new();
    for row in rows {
        views.push(desk.package(&row.package, NOW).await.unwrap());
    }
    views
}

fn first(views: &[PackageView], state: impl Fn(PackageState) -> bool) -> Option<&PackageView> {
    views.iter().find(|view| state(view.state))
}

pub async fn act(desk: &Desk, deed: CrashStep, number: usize, outside: &mut Outside) {
    let views = views(desk).await;
    let open = first(&views, PackageState::is_open);
    let decide = |decision: Decision| open.map(|shown| request(shown, &format!("request-{number}"), decision));
    let outbox = |state: PackageState| {
        first(&views, |found| found == state).and_then(|view| view.outbox.as_ref()).map(|entry| entry.id.clone())
    };
    let now = NOW + number as i64;
    let request = match deed {
        CrashStep::Approve => decide(Decision::Approve { overruled: Vec::<Overruled>::new() }),
        CrashStep::Reject => decide(Decision::Reject { reason: RejectReason::Draft, note: String::new() }),
        CrashStep::Snooze => decide(Decision::Snooze { until: now + 3 }),
        _ => None,
    };
    if let Some(request) = request {
        let _ = desk.decide(&request, now).await;
        return;
    }
    match deed {
        CrashStep::Prepare => drop(crate::tests::fixture::keep(desk, &package(), now).await),
        CrashStep::PrepareNewer => drop(crate::tests::fixture::keep(desk, &newer_package(), now).await),
        CrashStep::Elapse => drop(desk.run_maintenance(now).await),
        CrashStep::Release => {
            if let Some(id) = outbox(PackageState::Approved) {
                let _ = desk.release(&id, now).await;
            }
        }
        CrashStep::Transmit | CrashStep::TransmitLater | CrashStep::TransmitUnknown => {
            let Ok(Some(claimed)) = desk.claim_next(now, NOW, "test", |_| SendVerdict::Send).await else { return };
            let what = match deed {
                CrashStep::TransmitLater => DeliveryOutcome::Deferred("busy".into()),
                CrashStep::TransmitUnknown => DeliveryOutcome::Unknown("cut off".into()),
                _ => {
                    *outside.left.entry(claimed.entry.message_id.clone()).or_default() += 1;
                    // A crash here separates the server's response from our record of it.
                    tokio::task::yield_now().await;
                    DeliveryOutcome::Accepted("250".into())
                }
            };
            let _ = desk.save_send_result(&claimed, &what, now, now).await;
        }
        CrashStep::Settle => {
            if let Some(id) = outbox(PackageState::DeliveryUnknown) {
                let left = views.iter().any(|view| {
                    view.outbox
                        .as_ref()
                        .is_some_and(|entry| entry.id == id && outside.left.contains_key(&entry.message_id))
                });
                let _ = desk.by("mara").record_delivery(&id, left, now).await;
            }
        }
        CrashStep::Forget => drop(desk.by("admin").erase_person(crate::tests::fixture::ADDRESS, now).await),
        _ => {}
    }
}

/// Asserts the invariants that always hold.
async fn sound(desk: &Desk, outside: &Outside, known: &mut BTreeMap<PackageId, PackageState>) {
    let views = views(desk).await;
    let mut ids = BTreeSet::new();
    for view in &views {
        let approvals = view.decisions.iter().filter(|one| one.kind == "approve").count();
        assert_eq!(approvals == 1, view.outbox.is_some(), "an approval without its outbox entry, or the reverse");
        assert!(approvals <= 1);
        let beyond = view.state.is_under_way() || view.state == PackageState::Sent;
        assert!(!beyond || approvals == 1, "{} without an approval", view.state);
        if let Some(entry) = &view.outbox {
            assert!(ids.insert(entry.message_id.clone()));
            let left = outside.left.get(&entry.message_id).copied().unwrap_or(0);
            assert!(left <= 1, "sent twice");
            if left == 1 {
                let may = [PackageState::Transmitting, PackageState::DeliveryUnknown, PackageState::Sent];
                assert!(may.contains(&view.state), "it was sent but is {}", view.state);
            }
            if view.state == PackageState::Sent {
                assert_eq!(left, 1, "marked as sent, but never transmitted");
            }
            if let (Erasable::Open(message), Erasable::Open(content)) = (&entry.message, &view.content) {
                assert_eq!(*message, content.package.draft.message);
            }
        }
        known.insert(view.id.clone(), view.state);
    }
    assert_eq!(views.len(), known.len(), "a package was lost");
    let live = views.iter().filter(|view| view.state.is_open() || view.state.is_under_way());
    assert!(live.count() <= 1, "the same touch twice");
    assert!(outside.left.len() <= 1, "two messages for the same touch");
}

/// Crashes at every single point from preparation to delivery, one after the other, and then repeats all steps twice.
#[tokio::test]
async fn a_crash_at_any_point_loses_and_repeats_nothing() {
    const WAY: [CrashStep; 4] = [CrashStep::Prepare, CrashStep::Approve, CrashStep::Release, CrashStep::Transmit];
    let mut points = 0;
    for (place, cut_deed) in WAY.into_iter().enumerate() {
        for polls in 0.. {
            let fixture = Fixture::new().await;
            let (mut outside, mut known) = (Outside::default(), BTreeMap::new());
            for (number, deed) in WAY.into_iter().take(place).enumerate() {
                act(&fixture.desk, deed, number, &mut outside).await;
            }
            let done = cut(polls, act(&fixture.desk, cut_deed, place, &mut outside)).await.is_some();
            fixture.desk.store().close().await;
            let desk = fixture.another().await;
            desk.recover(NOW + 10, |_| DeliveryCheck::Unknown).await.unwrap();
            sound(&desk, &outside, &mut known).await;
            for (number, deed) in WAY.into_iter().chain(WAY).enumerate() {
                act(&desk, deed, 20 + number, &mut outside).await;
            }
            sound(&desk, &outside, &mut known).await;
            let state = views(&desk).await.last().map(|view| view.state);
            assert!(
                matches!(state, Some(PackageState::Sent | PackageState::DeliveryUnknown)),
                "{cut_deed:?} after {polls}: {state:?}"
            );
            if done {
                break;
            }
            points += 1;
        }
    }
    assert!(points > 40, "only {points} points");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn random_crashes_keep_the_store_consistent(
        deeds in prop::collection::vec((any_deed(), prop::option::weighted(0.3, 0_usize..120)), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let mut desk = fixture.another().await;
            let (mut outside, mut known) = (Outside::default(), BTreeMap::new());
            for (number, (deed, polls)) in deeds.into_iter().enumerate() {
                let cut_off = match polls {
                    None => {
                        act(&desk, deed, number, &mut outside).await;
                        false
                    }
                    Some(polls) => cut(polls, act(&desk, deed, number, &mut outside)).await.is_none(),
                };
                if cut_off || matches!(deed, CrashStep::Restart) {
                    desk.store().close().await;
                    desk = fixture.another().await;
                    desk.recover(NOW + number as i64, |_| DeliveryCheck::Unknown).await.unwrap();
                }
                sound(&desk, &outside, &mut known).await;
            }
        });
    }
}
