//! Undo of approvals, scheduling, and requests for a new draft.

use crate::accounts::redraft::RedraftTask;
use crate::error::Refusal;
use crate::reviews::tests::seeded_defects::seeded_fixture;
use crate::tests::fixture::{DAY, Fixture, NOW, approve, refusal, request};
use baton_model::decision::{Decision, DecisionRequest};
use baton_model::delivery::SendVerdict;
use baton_model::package_state::PackageState;
use baton_model::views::SeededDefectResult;

fn wish(note: &str) -> Decision {
    Decision::Redraft { note: note.into() }
}

#[tokio::test]
async fn an_approval_can_be_undone_until_it_is_claimed() {
    let mut fixture = Fixture::new().await;
    fixture.desk = fixture.desk.with(|desk| desk.with_undo(10));
    let shown = fixture.shown().await;
    let outbox = fixture.desk.decide(&approve(&shown, "approve-1"), NOW).await.unwrap().outbox.unwrap();
    fixture.desk.release(&outbox, NOW).await.unwrap();
    assert_eq!(fixture.desk.next_due().await.unwrap(), Some(NOW + 10));
    assert_eq!(fixture.desk.claim_next(NOW + 9, NOW, "test", |_| SendVerdict::Send).await.unwrap(), None);
    for _ in 0..2 {
        fixture.desk.by("mara").undo(&shown.id, &outbox, NOW + 9).await.unwrap();
    }
    // Repeating the request still returns its result and changes nothing.
    let again = fixture.desk.decide(&approve(&shown, "approve-1"), NOW + 9).await.unwrap();
    assert!(again.repeated);
    let view = fixture.desk.package(&shown.id, NOW + 9).await.unwrap();
    assert_eq!((view.state, view.outbox, view.decisions.len()), (PackageState::Queued, None, 1));

    let outbox = fixture.desk.decide(&approve(&shown, "approve-2"), NOW + 20).await.unwrap().outbox.unwrap();
    fixture.desk.release(&outbox, NOW + 20).await.unwrap();
    let _claimed = fixture
        .desk
        .claim_next(NOW + 30, NOW, "test", |_| SendVerdict::Send)
        .await
        .unwrap()
        .expect("the message is due");
    let late = fixture.desk.by("mara").undo(&shown.id, &outbox, NOW + 30).await.unwrap_err();
    assert_eq!(late.to_string(), "the message is being sent, so it cannot be brought back to review");
}

#[tokio::test]
async fn the_scheduled_time_is_part_of_the_request() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let at = |not_before| DecisionRequest { not_before, ..approve(&shown, "approve-1") };
    let late = refusal(fixture.desk.decide(&at(Some(shown.deadline)), NOW).await);
    assert!(matches!(late, Refusal::Invalid(_)), "{late}");
    let put_off = DecisionRequest {
        not_before: Some(NOW + DAY),
        ..request(&shown, "snooze-11", Decision::Snooze { until: NOW + 60 })
    };
    assert!(matches!(refusal(fixture.desk.decide(&put_off, NOW).await), Refusal::Invalid(_)));
    let outbox = fixture.desk.decide(&at(Some(NOW + DAY)), NOW).await.unwrap().outbox.unwrap();
    assert_eq!(refusal(fixture.desk.decide(&at(None), NOW).await), Refusal::KeyReused);
    assert_eq!(fixture.desk.entry(&outbox).await.unwrap().not_before, Some(NOW + DAY));
    // A time in the past means now.
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let past = DecisionRequest { not_before: Some(NOW - DAY), ..approve(&shown, "approve-1") };
    let outbox = fixture.desk.decide(&past, NOW).await.unwrap().outbox.unwrap();
    assert_eq!(fixture.desk.entry(&outbox).await.unwrap().not_before, None);
}

#[tokio::test]
async fn a_new_draft_needs_a_note_and_the_engine() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let without_the_engine = refusal(fixture.desk.decide(&request(&shown, "redraft-1", wish("shorter")), NOW).await);
    assert!(matches!(without_the_engine, Refusal::Invalid(_)));
    for (note, key) in [(" ", "redraft-2"), (&*"x".repeat(5000), "redraft-3"), ("shorter", "short")] {
        assert!(fixture.desk.redraft_task(&request(&shown, key, wish(note)), NOW).await.is_err(), "{key}");
    }
    let RedraftTask::Redraft(turned) =
        fixture.desk.redraft_task(&request(&shown, "redraft-4", wish(" shorter ")), NOW).await.unwrap()
    else {
        panic!("the engine must be called")
    };
    assert_eq!((turned.note.as_str(), turned.campaign.as_str(), turned.prospect), ("shorter", "pilot", Some(70)));
    assert_eq!(fixture.desk.package(&shown.id, NOW).await.unwrap().state, PackageState::Queued);
}

#[tokio::test]
async fn asking_for_a_new_draft_finds_the_seeded_defect() {
    let (fixture, original, shown) = seeded_fixture().await;
    let answered =
        fixture.desk.redraft_task(&request(&shown, "redraft-1", wish("that number is wrong")), NOW).await.unwrap();
    let RedraftTask::AlreadyDecided(decided) = answered else { panic!("the engine must not be called") };
    assert_eq!(decided.seeded_defect.unwrap().result, Some(SeededDefectResult::Found));
    assert_eq!((decided.newer, decided.state), (None, PackageState::Withdrawn));
    assert_eq!(fixture.desk.package(&original, NOW).await.unwrap().id, original, "its original enters the queue");
}
