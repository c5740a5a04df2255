//! The way from an approval to the mail server: sent once, or of unknown delivery.

use crate::error::{DeskError, Refusal};
use crate::tests::fixture::{Fixture, NOW, Releasing, approve};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_model::Erasable;
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, SendContext, SendVerdict};
use baton_model::package_state::PackageState;
use expect_test::expect;

fn go(_: &SendContext) -> SendVerdict {
    SendVerdict::Send
}

async fn released(fixture: &Fixture, behaviour: Releasing) -> (PackageState, Option<String>) {
    let (_, outbox) = fixture.approved().await;
    *fixture.logic.releasing.lock().unwrap() = behaviour;
    let view = fixture.desk.release(&outbox, NOW).await.unwrap();
    (view.state, view.why.open().flatten())
}

#[tokio::test]
async fn only_saved_authorizations_count() {
    for (behaviour, state) in [
        (Releasing::Sends, PackageState::Scheduled),
        (Releasing::SendsAndTraps, PackageState::Scheduled),
        (Releasing::Refuses, PackageState::Failed),
        (Releasing::SendsAnotherText, PackageState::Approved),
        (Releasing::ClaimsToHave, PackageState::Approved),
        (Releasing::Traps, PackageState::Approved),
    ] {
        let fixture = Fixture::new().await;
        let (found, why) = released(&fixture, behaviour).await;
        assert_eq!(found, state, "{behaviour:?}");
        assert_eq!(why.is_some(), state != PackageState::Scheduled, "{behaviour:?}");
        let left = fixture.desk.claim_next(NOW, NOW, "test", go).await.unwrap();
        assert_eq!(left.is_some(), state == PackageState::Scheduled, "{behaviour:?}");
        assert_eq!(fixture.desk.unreleased().await.unwrap().len(), usize::from(state == PackageState::Approved));
    }
}

#[tokio::test]
async fn a_message_is_released_retried_and_sent() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let claimed = fixture.desk.claim_next(NOW + 1, NOW, "test", go).await.unwrap().unwrap();
    assert_eq!(fixture.desk.claim_next(NOW + 1, NOW, "test", go).await.unwrap(), None);
    let later = DeliveryOutcome::Deferred("451 try again".into());
    fixture.desk.save_send_result(&claimed, &later, NOW + 60, NOW + 2).await.unwrap();
    assert_eq!(fixture.desk.next_due().await.unwrap(), Some(NOW + 60));
    assert_eq!(fixture.desk.claim_next(NOW + 59, NOW, "test", go).await.unwrap(), None);
    let again = fixture.desk.claim_next(NOW + 60, NOW, "test", go).await.unwrap().unwrap();
    assert_eq!(again.entry.message_id, claimed.entry.message_id);
    assert!(again.entry.message_id.ends_with("@relay.example"));
    fixture
        .desk
        .save_send_result(&again, &DeliveryOutcome::Accepted("250 ok".into()), NOW + 61, NOW + 61)
        .await
        .unwrap();
    let twice =
        fixture.desk.save_send_result(&again, &DeliveryOutcome::Accepted("250 ok".into()), NOW + 62, NOW + 62).await;
    assert!(matches!(twice, Err(DeskError::Refused(Refusal::IllegalTransition { state: PackageState::Sent, .. }))));
    assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, PackageState::Sent);

    let trail = fixture.desk.audit(Some(&id), None, 100).await.unwrap().rows;
    let trail: Vec<String> = trail.iter().map(|row| format!("{} {} {}", row.who, row.action, row.detail)).collect();
    expect![[r#"
        baton prepared touch 1, score 77
        mara approve 
        baton scheduled was approved
        baton transmitting was scheduled
        baton scheduled was transmitting
        baton transmitting was scheduled
        baton sent was transmitting"#]]
    .assert_eq(&trail.join("\n"));
}

#[tokio::test]
async fn the_policy_sees_the_stop_of_all_sending() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    fixture.desk.by("admin").stop_sending("the wrong list", NOW).await.unwrap();
    let asked = std::sync::Mutex::new(None);
    let gate = |waiting: &SendContext| {
        *asked.lock().unwrap() = Some(waiting.clone());
        match &waiting.stopped {
            Some(stop) => SendVerdict::Wait { until: NOW, why: stop.why.clone() },
            None => SendVerdict::Withdraw { why: "withdrawn by the test".into() },
        }
    };
    assert_eq!(fixture.desk.claim_next(NOW, NOW, "test", gate).await.unwrap(), None);
    assert_eq!(fixture.desk.entry(&outbox).await.unwrap().why, Erasable::Open(Some("the wrong list".into())));
    fixture.desk.by("admin").resume_sending(NOW).await.unwrap();
    assert_eq!(fixture.desk.claim_next(NOW + 1, NOW, "test", gate).await.unwrap(), None);
    assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, PackageState::Withdrawn);
    let waiting = asked.lock().unwrap().take().unwrap();
    assert_eq!((waiting.tier_today, waiting.mailbox_today, waiting.domain_today), (0, 0, 0));
}

#[tokio::test]
async fn claimed_messages_count_toward_daily_limits() {
    let fixture = Fixture::new().await;
    let (_, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let claimed = fixture.desk.claim_next(NOW, NOW, "test", go).await.unwrap().unwrap();
    fixture.keep(&crate::tests::fixture::another_package(), NOW).await;
    let row = fixture.desk.queue(&crate::reviews::QueueFilter::default(), None, 1, NOW).await.unwrap().rows.remove(0);
    let shown = fixture.desk.package(&row.id, NOW).await.unwrap();
    let second = fixture.desk.decide(&approve(&shown, "the-second-one"), NOW).await.unwrap().outbox.unwrap();
    fixture.desk.release(&second, NOW).await.unwrap();
    let count = |expected: u32, now| {
        let fixture = &fixture;
        async move {
            let gate = |waiting: &SendContext| {
                assert_eq!((waiting.tier_today, waiting.mailbox_today), (expected, expected));
                SendVerdict::Wait { until: now, why: "counting".into() }
            };
            assert_eq!(fixture.desk.claim_next(now, NOW, "test", gate).await.unwrap(), None);
        }
    };
    count(1, NOW + 1).await;
    fixture
        .desk
        .save_send_result(&claimed, &DeliveryOutcome::Refused("550 no".into()), NOW + 2, NOW + 2)
        .await
        .unwrap();
    count(0, NOW + 3).await;
}

#[tokio::test]
async fn recovery_asks_the_transport_about_interrupted_messages() {
    for (departed, state) in [
        (DeliveryCheck::Sent("in the folder".into()), PackageState::Sent),
        (DeliveryCheck::NotSent, PackageState::Scheduled),
        (DeliveryCheck::Unknown, PackageState::DeliveryUnknown),
    ] {
        let fixture = Fixture::new().await;
        let (id, outbox) = fixture.approved().await;
        fixture.desk.release(&outbox, NOW).await.unwrap();
        let lost = fixture.desk.claim_next(NOW, NOW, "test", go).await.unwrap().unwrap();
        let next = fixture.another().await;
        let found = next.recover(NOW + 1, |_| departed.clone()).await.unwrap();
        let (interrupted, _) = &found[0];
        assert_eq!((found.len(), &*interrupted.via, &interrupted.outbox), (1, "test", &outbox));
        assert_eq!(interrupted.message_id, lost.entry.message_id);
        assert_eq!(next.recover(NOW + 1, |_| DeliveryCheck::Unknown).await.unwrap(), []);
        assert_eq!(next.package(&id, NOW).await.unwrap().state, state);
    }
}

#[tokio::test]
async fn a_user_settles_unknown_deliveries() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let _lost = fixture.desk.claim_next(NOW, NOW, "test", go).await.unwrap().unwrap();
    let next = fixture.another().await;
    next.recover(NOW + 1, |_| DeliveryCheck::Unknown).await.unwrap();
    assert_eq!(next.claim_next(NOW + 1, NOW, "test", go).await.unwrap(), None, "it is not sent again automatically");
    assert_eq!(next.by("mara").record_delivery(&outbox, true, NOW + 2).await.unwrap().state, PackageState::Sent);
    assert!(next.by("mara").withdraw(&outbox, "too late", NOW + 3).await.is_err());
    assert_eq!(next.package(&id, NOW).await.unwrap().state, PackageState::Sent);
}

#[tokio::test]
async fn an_actor_without_a_usable_name_changes_nothing() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    for name in ["", " \t", &"x".repeat(321)] {
        let desk = fixture.desk.by(name);
        for refused in [
            desk.decide(&approve(&shown, "nameless-1"), NOW).await.map(drop),
            desk.stop_sending("no", NOW).await,
            desk.suppress("north.example", ORDER, NOW).await.map(drop),
        ] {
            assert!(matches!(refused, Err(DeskError::Refused(Refusal::Invalid(_)))), "{name:?}: {refused:?}");
        }
    }
    assert_eq!(fixture.desk.package(&shown.id, NOW).await.unwrap().state, PackageState::Queued);
    assert_eq!(fixture.desk.sending_stop().await.unwrap(), None);
}

const ORDER: Suppression =
    Suppression { scope: SuppressionScope::Domain, reason: SuppressionReason::OptedOut, until: None };
