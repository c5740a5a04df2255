//! What a run prepares is kept once.

use super::stage::{DAY, NOW, Stage, another_package, fingerprint, newer_package, package, request};
use crate::desk::{Decision, Fingerprint, Kept, QueueFilter, RejectReason};
use crate::life::State;
use baton_facts::types::Timestamp;

#[tokio::test]
async fn the_same_touch_has_one_package() {
    let stage = Stage::new().await;
    let Kept::New(id) = stage.keep(&package(), NOW).await else { panic!("not new") };
    assert_eq!(stage.keep(&package(), NOW + 5).await, Kept::Already(id.clone(), State::Queued));
    let Kept::Replaced { old, new } = stage.keep(&newer_package(), NOW + 6).await else { panic!("not replaced") };
    assert_eq!(old, id);
    let shown = stage.desk.package(&new, NOW).await.unwrap();
    stage.desk.decide(&super::stage::approve(&shown, "approve-newer"), NOW).await.unwrap();
    assert_eq!(stage.keep(&package(), NOW + 7).await, Kept::Already(new, State::Approved));
}

#[tokio::test]
async fn what_was_turned_down_does_not_come_back() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let reject = Decision::Reject { reason: RejectReason::NotNow, note: "in March".into() };
    stage.desk.decide(&request(&shown, "reject-it", reject), NOW).await.unwrap();
    assert_eq!(stage.keep(&package(), NOW).await, Kept::TurnedDown(shown.id));
    assert!(
        matches!(stage.keep(&newer_package(), NOW).await, Kept::New(_)),
        "another reason to write is another matter"
    );
}

async fn due(stage: &Stage, fingerprint: &Fingerprint, now: Timestamp) -> bool {
    !stage.desk.due("pilot", &[("a1".into(), fingerprint.clone())], now).await.unwrap().is_empty()
}

#[tokio::test]
async fn only_what_may_come_out_differently_is_due() {
    let stage = Stage::new().await;
    let (same, changed) = (fingerprint(&stage.desk, &package()), fingerprint(&stage.desk, &newer_package()));
    assert!(due(&stage, &same, NOW).await, "never looked at");
    let shown = stage.shown().await;
    assert!(!due(&stage, &same, NOW).await, "it waits for a person");
    assert!(due(&stage, &changed, NOW).await, "there may be a better reason to write");
    stage.desk.elapse(NOW + 10 * DAY).await.unwrap();
    assert!(due(&stage, &same, NOW + 10 * DAY).await, "it expired");
    let Kept::New(id) = stage.keep(&package(), NOW).await else { panic!("not new") };
    assert_ne!(id, shown.id);
    let shown = stage.desk.package(&id, NOW).await.unwrap();
    stage.desk.decide(&super::stage::approve(&shown, "approve-it"), NOW).await.unwrap();
    assert!(!due(&stage, &changed, NOW).await, "it is on its way");
}

#[tokio::test]
async fn the_queue_is_in_the_order_of_work() {
    let stage = Stage::new().await;
    let mut expected = Vec::new();
    for (number, (deadline, score)) in [(3, 50), (1, 10), (2, 60), (2, 90), (1, 10)].into_iter().enumerate() {
        let mut package = another_package();
        package.contact.id = format!("c{number}");
        package.fresh_until = NOW + deadline * DAY;
        package.score = score;
        let Kept::New(id) = stage.keep(&package, NOW).await else { panic!("not new") };
        expected.push((deadline, 100 - i64::from(score), id));
    }
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|(_, _, id)| id).collect();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = stage.desk.queue(&QueueFilter::default(), after.as_deref(), 2, NOW).await.unwrap();
        found.extend(page.rows.into_iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, expected);
    assert_eq!(stage.desk.waiting(None, NOW).await.unwrap(), 5);
    assert_eq!(stage.desk.export(None, 100).await.unwrap().rows.len(), 5);
}
