//! What counts as a decision, and what does not.

use super::stage::{DAY, NOW, Stage, approve, newer_package, package, refusal, request};
use crate::desk::QueueFilter;
use crate::error::Refusal;
use baton_facts::types::{Message, Suppression, SuppressionReason, SuppressionScope};
use baton_model::Sealed;
use baton_model::decision::{Decision, Overruled, RejectReason};
use baton_model::package_state::State;
use expect_test::expect;

#[tokio::test]
async fn an_approval_counts_once() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let first = stage.desk.decide(&approve(&shown, "key-number-1"), NOW).await.unwrap();
    assert_eq!(first.state, State::Approved);
    let again = stage.desk.decide(&approve(&shown, "key-number-1"), NOW + 9 * DAY).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.outbox, again.state), (first.outbox.clone(), first.state));

    let other = request(&shown, "key-number-1", Decision::Snooze { until: NOW + 1 });
    assert_eq!(refusal(stage.desk.decide(&other, NOW).await), Refusal::KeyReused);
    let late = stage.desk.decide(&approve(&shown, "key-number-2"), NOW).await;
    expect!["the package is approved and waits for its release, so it cannot be approved"]
        .assert_eq(&refusal(late).to_string());

    let view = stage.desk.package(&shown.id, NOW).await.unwrap();
    assert_eq!(view.decisions.len(), 1);
    let Sealed::Open(content) = &view.content else { panic!("forgotten") };
    assert_eq!(view.outbox.unwrap().message, Sealed::Open(content.package.draft.message.clone()));
    assert_eq!(stage.desk.outbox(None, 10).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn an_edit_is_checked_and_graded() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let message = Message { body: "Hi Ada, shorter.".into(), ..package().draft.message };
    let edit = |to: &str| Decision::Edit {
        message: Message { to: to.into(), ..message.clone() },
        overruled: Vec::new(),
        my_wording: false,
    };
    let other = stage.desk.decide(&request(&shown, "edit-to-other", edit("bob@north.example")), NOW).await;
    assert_eq!(refusal(other), Refusal::OtherRecipient);
    let injected = Message { subject: "Hi\r\nBcc: all@x.example".into(), ..message.clone() };
    let injected = Decision::Edit { message: injected, overruled: Vec::new(), my_wording: false };
    assert!(matches!(
        refusal(stage.desk.decide(&request(&shown, "edit-injected", injected), NOW).await),
        Refusal::Invalid(_)
    ));
    let decided = stage.desk.decide(&request(&shown, "edit-allowed", edit("ADA@north.example")), NOW).await.unwrap();
    assert_eq!(decided.grade.unwrap().edited, 120);
    assert_eq!(stage.desk.entry(&decided.outbox.unwrap()).await.unwrap().message, Sealed::Open(message));
}

#[tokio::test]
async fn a_failed_check_needs_a_reason() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    stage.logic.failing.lock().unwrap().push("claims-evidenced".into());
    let Refusal::ChecksFailed(checks) = refusal(stage.desk.decide(&approve(&shown, "not-overruled"), NOW).await) else {
        panic!("let through")
    };
    assert_eq!(checks[0].name, "claims-evidenced");
    let with = |reason: &str| Decision::Approve {
        overruled: vec![Overruled { check: "claims-evidenced".into(), reason: reason.into() }],
    };
    let bare = stage.desk.decide(&request(&shown, "without-reason", with(" ")), NOW).await;
    assert_eq!(refusal(bare), Refusal::NoReason("claims-evidenced".into()));
    stage.desk.decide(&request(&shown, "with-a-reason", with("I know them")), NOW).await.unwrap();
}

#[tokio::test]
async fn what_was_shown_is_what_is_decided() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let mut forged = approve(&shown, "forged-digest");
    forged.shown = "00".repeat(32);
    assert_eq!(refusal(stage.desk.decide(&forged, NOW).await), Refusal::Stale { newer: None, changed: Vec::new() });
    stage.keep(&newer_package(), NOW).await;
    let stale = refusal(stage.desk.decide(&approve(&shown, "superseded-1"), NOW).await);
    expect!["the package has changed since it was shown: subject, signals"].assert_eq(&stale.to_string());
    let Refusal::Stale { newer: Some(newer), .. } = stale else { panic!("no newer one") };
    let newer = stage.desk.package(&newer, NOW).await.unwrap();
    stage.desk.decide(&approve(&newer, "the-newer-one"), NOW).await.unwrap();
}

#[tokio::test]
async fn time_never_approves() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let late = refusal(stage.desk.decide(&approve(&shown, "after-deadline"), NOW + 10 * DAY).await);
    assert!(matches!(late, Refusal::Life { expired: true, .. }), "{late:?}");
    assert_eq!(stage.desk.elapse(NOW + 10 * DAY).await.unwrap().expired, 1);
    assert_eq!(stage.desk.package(&shown.id, NOW).await.unwrap().state, State::Expired);
    assert!(stage.desk.outbox(None, 10).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_snoozed_package_comes_back() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let snooze = request(&shown, "snooze-a-day", Decision::Snooze { until: NOW + DAY });
    assert_eq!(stage.desk.decide(&snooze, NOW).await.unwrap().state, State::Snoozed);
    let filter = QueueFilter::default();
    assert!(stage.desk.queue(&filter, None, 10, NOW).await.unwrap().rows.is_empty());
    assert_eq!(stage.desk.queue(&filter, None, 10, NOW + DAY).await.unwrap().rows.len(), 1);
    assert_eq!(stage.desk.elapse(NOW + DAY).await.unwrap().woken, 1);
    assert_eq!(stage.desk.package(&shown.id, NOW).await.unwrap().state, State::Queued);
}

#[tokio::test]
async fn whoever_is_suppressed_meanwhile_is_not_written_to() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    let order =
        Suppression { scope: SuppressionScope::Domain, reason: SuppressionReason::Listed, until: Some(NOW + DAY) };
    assert_eq!(stage.desk.suppress("admin", "north.example", order, NOW).await.unwrap(), 1);
    assert_eq!(stage.desk.package(&shown.id, NOW).await.unwrap().state, State::Withdrawn);
    assert!(matches!(
        refusal(stage.desk.decide(&approve(&shown, "suppressed-1"), NOW).await),
        Refusal::Life { expired: false, .. }
    ));
    assert_eq!(stage.keep(&package(), NOW).await, crate::desk::Kept::Unwanted);
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_wins() {
    let stage = Stage::new().await;
    let other = stage.another().await;
    for round in 0..10 {
        let mut package = package();
        package.contact.id = format!("c{round}");
        package.draft.message.to = format!("p{round}@north.example");
        package.contact.email = Some(package.draft.message.to.clone());
        let crate::desk::Kept::New(id) = stage.keep(&package, NOW).await else { panic!("not new") };
        let shown = stage.desk.package(&id, NOW).await.unwrap();
        let mut reject = request(
            &shown,
            &format!("reject-{round}"),
            Decision::Reject { reason: RejectReason::Draft, note: String::new() },
        );
        reject.who = "noor".into();
        let approve = approve(&shown, &format!("approve-{round}"));
        let (one, two) = tokio::join!(stage.desk.decide(&approve, NOW), other.decide(&reject, NOW));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let view = stage.desk.package(&id, NOW).await.unwrap();
        assert_eq!((view.decisions.len(), view.outbox.is_some()), (1, one.is_ok()));
    }
}
