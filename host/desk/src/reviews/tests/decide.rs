//! Decisions that count, and decisions that are refused.

use crate::error::Refusal;
use crate::reviews::QueueFilter;
use crate::tests::fixture::{DAY, Fixture, NOW, approve, newer_package, package, refusal, request};
use baton_facts::types::{Message, Suppression, SuppressionReason, SuppressionScope};
use baton_model::Sealed;
use baton_model::decision::{Decision, Overruled, RejectReason};
use baton_model::package_state::State;
use expect_test::expect;

#[tokio::test]
async fn repeating_an_approval_returns_the_first_result() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let first = fixture.desk.decide(&approve(&shown, "key-number-1"), NOW).await.unwrap();
    assert_eq!(first.state, State::Approved);
    let again = fixture.desk.decide(&approve(&shown, "key-number-1"), NOW + 9 * DAY).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.outbox, again.state), (first.outbox.clone(), first.state));

    let other = request(&shown, "key-number-1", Decision::Snooze { until: NOW + 1 });
    assert_eq!(refusal(fixture.desk.decide(&other, NOW).await), Refusal::KeyReused);
    let late = fixture.desk.decide(&approve(&shown, "key-number-2"), NOW).await;
    expect!["the package is approved and waits for its release, so it cannot be approved"]
        .assert_eq(&refusal(late).to_string());

    let view = fixture.desk.package(&shown.id, NOW).await.unwrap();
    assert_eq!(view.decisions.len(), 1);
    let Sealed::Open(content) = &view.content else { panic!("forgotten") };
    assert_eq!(view.outbox.unwrap().message, Sealed::Open(content.package.draft.message.clone()));
    assert_eq!(fixture.desk.outbox(None, 10).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn an_edit_is_checked_and_graded() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let message = Message { body: "Hi Ada, shorter.".into(), ..package().draft.message };
    let edit = |to: &str| Decision::Edit {
        message: Message { to: to.into(), ..message.clone() },
        overruled: Vec::new(),
        my_wording: false,
    };
    let other = fixture.desk.decide(&request(&shown, "edit-to-other", edit("bob@north.example")), NOW).await;
    assert_eq!(refusal(other), Refusal::OtherRecipient);
    let injected = Message { subject: "Hi\r\nBcc: all@x.example".into(), ..message.clone() };
    let injected = Decision::Edit { message: injected, overruled: Vec::new(), my_wording: false };
    assert!(matches!(
        refusal(fixture.desk.decide(&request(&shown, "edit-injected", injected), NOW).await),
        Refusal::Invalid(_)
    ));
    let decided = fixture.desk.decide(&request(&shown, "edit-allowed", edit("ADA@north.example")), NOW).await.unwrap();
    assert_eq!(decided.grade.unwrap().edited, 120);
    assert_eq!(fixture.desk.entry(&decided.outbox.unwrap()).await.unwrap().message, Sealed::Open(message));
}

#[tokio::test]
async fn overruling_a_failed_check_needs_a_reason() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    fixture.logic.failing.lock().unwrap().push("claims-evidenced".into());
    let Refusal::ChecksFailed(checks) = refusal(fixture.desk.decide(&approve(&shown, "not-overruled"), NOW).await)
    else {
        panic!("the approval was accepted")
    };
    assert_eq!(checks[0].name, "claims-evidenced");
    let with = |reason: &str| Decision::Approve {
        overruled: vec![Overruled { check: "claims-evidenced".into(), reason: reason.into() }],
    };
    let bare = fixture.desk.decide(&request(&shown, "without-reason", with(" ")), NOW).await;
    assert_eq!(refusal(bare), Refusal::NoReason("claims-evidenced".into()));
    fixture.desk.decide(&request(&shown, "with-a-reason", with("I know them")), NOW).await.unwrap();
}

#[tokio::test]
async fn a_decision_is_bound_to_the_shown_digest() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let mut forged = approve(&shown, "forged-digest");
    forged.shown = "00".repeat(32);
    assert_eq!(refusal(fixture.desk.decide(&forged, NOW).await), Refusal::Stale { newer: None, changed: Vec::new() });
    fixture.keep(&newer_package(), NOW).await;
    let stale = refusal(fixture.desk.decide(&approve(&shown, "superseded-1"), NOW).await);
    expect!["the package has changed since it was shown: subject, signals"].assert_eq(&stale.to_string());
    let Refusal::Stale { newer: Some(newer), .. } = stale else { panic!("no newer one") };
    let newer = fixture.desk.package(&newer, NOW).await.unwrap();
    fixture.desk.decide(&approve(&newer, "the-newer-one"), NOW).await.unwrap();
}

#[tokio::test]
async fn time_never_approves() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let late = refusal(fixture.desk.decide(&approve(&shown, "after-deadline"), NOW + 10 * DAY).await);
    assert!(matches!(late, Refusal::IllegalTransition { expired: true, .. }), "{late:?}");
    assert_eq!(fixture.desk.run_maintenance(NOW + 10 * DAY).await.unwrap().expired, 1);
    assert_eq!(fixture.desk.package(&shown.id, NOW).await.unwrap().state, State::Expired);
    assert!(fixture.desk.outbox(None, 10).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_snoozed_package_comes_back() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let snooze = request(&shown, "snooze-a-day", Decision::Snooze { until: NOW + DAY });
    assert_eq!(fixture.desk.decide(&snooze, NOW).await.unwrap().state, State::Snoozed);
    let filter = QueueFilter::default();
    assert!(fixture.desk.queue(&filter, None, 10, NOW).await.unwrap().rows.is_empty());
    assert_eq!(fixture.desk.queue(&filter, None, 10, NOW + DAY).await.unwrap().rows.len(), 1);
    assert_eq!(fixture.desk.run_maintenance(NOW + DAY).await.unwrap().woken, 1);
    assert_eq!(fixture.desk.package(&shown.id, NOW).await.unwrap().state, State::Queued);
}

#[tokio::test]
async fn suppression_withdraws_a_waiting_package() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let order =
        Suppression { scope: SuppressionScope::Domain, reason: SuppressionReason::Listed, until: Some(NOW + DAY) };
    assert_eq!(fixture.desk.by("admin").suppress("north.example", order, NOW).await.unwrap(), 1);
    assert_eq!(fixture.desk.package(&shown.id, NOW).await.unwrap().state, State::Withdrawn);
    assert!(matches!(
        refusal(fixture.desk.decide(&approve(&shown, "suppressed-1"), NOW).await),
        Refusal::IllegalTransition { expired: false, .. }
    ));
    assert_eq!(fixture.keep(&package(), NOW).await, crate::accounts::SaveResult::Suppressed);
}

#[tokio::test]
async fn only_one_of_two_simultaneous_decisions_succeeds() {
    let fixture = Fixture::new().await;
    let other = fixture.another().await;
    for round in 0..10 {
        let mut package = package();
        package.contact.id = format!("c{round}");
        package.draft.message.to = format!("p{round}@north.example");
        package.contact.email = Some(package.draft.message.to.clone());
        let crate::accounts::SaveResult::New(id) = fixture.keep(&package, NOW).await else { panic!("not new") };
        let shown = fixture.desk.package(&id, NOW).await.unwrap();
        let reject = request(
            &shown,
            &format!("reject-{round}"),
            Decision::Reject { reason: RejectReason::Draft, note: String::new() },
        );
        let approve = approve(&shown, &format!("approve-{round}"));
        let noor = other.by("noor");
        let (one, two) = tokio::join!(fixture.desk.decide(&approve, NOW), noor.decide(&reject, NOW));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let view = fixture.desk.package(&id, NOW).await.unwrap();
        assert_eq!((view.decisions.len(), view.outbox.is_some()), (1, one.is_ok()));
    }
}
