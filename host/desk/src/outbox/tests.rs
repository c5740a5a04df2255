//! The way from an approval to the mail server: sent once, or of unknown delivery.

use crate::error::{DeskError, Refusal};
use crate::tests::fixture::{Fixture, NOW, Releasing, approve};
use baton_model::Sealed;
use baton_model::delivery::{Departed, Gate, Transmitted, Waiting};
use baton_model::package_state::State;
use expect_test::expect;

fn go(_: &Waiting) -> Gate {
    Gate::Go
}

async fn released(fixture: &Fixture, behaviour: Releasing) -> (State, Option<String>) {
    let (_, outbox) = fixture.approved().await;
    *fixture.logic.releasing.lock().unwrap() = behaviour;
    let view = fixture.desk.release(&outbox, NOW).await.unwrap();
    (view.state, view.why.open().flatten())
}

#[tokio::test]
async fn only_saved_authorizations_count() {
    for (behaviour, state) in [
        (Releasing::Sends, State::Authorised),
        (Releasing::SendsAndTraps, State::Authorised),
        (Releasing::Refuses, State::Failed),
        (Releasing::SendsAnotherText, State::Approved),
        (Releasing::ClaimsToHave, State::Approved),
        (Releasing::Traps, State::Approved),
    ] {
        let fixture = Fixture::new().await;
        let (found, why) = released(&fixture, behaviour).await;
        assert_eq!(found, state, "{behaviour:?}");
        assert_eq!(why.is_some(), state != State::Authorised, "{behaviour:?}");
        let left = fixture.desk.claim_next(NOW, NOW, "test", go).await.unwrap();
        assert_eq!(left.is_some(), state == State::Authorised, "{behaviour:?}");
        assert_eq!(fixture.desk.unreleased().await.unwrap().len(), usize::from(state == State::Approved));
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
    let later = Transmitted::Later { until: NOW + 60, why: "451 try again".into() };
    fixture.desk.save_send_result(&claimed, &later, NOW + 2).await.unwrap();
    assert_eq!(fixture.desk.next_due().await.unwrap(), Some(NOW + 60));
    assert_eq!(fixture.desk.claim_next(NOW + 59, NOW, "test", go).await.unwrap(), None);
    let again = fixture.desk.claim_next(NOW + 60, NOW, "test", go).await.unwrap().unwrap();
    assert_eq!(again.entry.message_id, claimed.entry.message_id);
    assert!(again.entry.message_id.ends_with("@relay.example"));
    fixture.desk.save_send_result(&again, &Transmitted::Accepted("250 ok".into()), NOW + 61).await.unwrap();
    let twice = fixture.desk.save_send_result(&again, &Transmitted::Accepted("250 ok".into()), NOW + 62).await;
    assert!(matches!(twice, Err(DeskError::Refused(Refusal::IllegalTransition { state: State::Sent, .. }))));
    assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, State::Sent);

    let trail = fixture.desk.audit(Some(&id), None, 100).await.unwrap().rows;
    let trail: Vec<String> = trail.iter().map(|row| format!("{} {} {}", row.who, row.what, row.detail)).collect();
    expect![[r#"
        baton prepared touch 1, score 77
        mara approve 
        baton authorised was approved
        baton transmitting was authorised
        baton authorised was transmitting
        baton transmitting was authorised
        baton sent was transmitting"#]]
    .assert_eq(&trail.join("\n"));
}

#[tokio::test]
async fn gates_see_the_stop_of_all_sending() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    fixture.desk.by("admin").stop_sending("the wrong list", NOW).await.unwrap();
    let asked = std::sync::Mutex::new(None);
    let gate = |waiting: &Waiting| {
        *asked.lock().unwrap() = Some(waiting.clone());
        match &waiting.stopped {
            Some(stop) => Gate::Wait { until: NOW, why: stop.why.clone() },
            None => Gate::Withdraw { why: "withdrawn by the test".into() },
        }
    };
    assert_eq!(fixture.desk.claim_next(NOW, NOW, "test", gate).await.unwrap(), None);
    assert_eq!(fixture.desk.entry(&outbox).await.unwrap().why, Sealed::Open(Some("the wrong list".into())));
    fixture.desk.by("admin").resume_sending(NOW).await.unwrap();
    assert_eq!(fixture.desk.claim_next(NOW + 1, NOW, "test", gate).await.unwrap(), None);
    assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, State::Withdrawn);
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
            let gate = |waiting: &Waiting| {
                assert_eq!((waiting.tier_today, waiting.mailbox_today), (expected, expected));
                Gate::Wait { until: now, why: "counting".into() }
            };
            assert_eq!(fixture.desk.claim_next(now, NOW, "test", gate).await.unwrap(), None);
        }
    };
    count(1, NOW + 1).await;
    fixture.desk.save_send_result(&claimed, &Transmitted::Refused("550 no".into()), NOW + 2).await.unwrap();
    count(0, NOW + 3).await;
}

#[tokio::test]
async fn recovery_asks_the_transport_about_interrupted_messages() {
    for (departed, state) in [
        (Departed::Yes("in the folder".into()), State::Sent),
        (Departed::No, State::Authorised),
        (Departed::Unknown, State::InDoubt),
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
        assert_eq!(next.recover(NOW + 1, |_| Departed::Unknown).await.unwrap(), []);
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
    next.recover(NOW + 1, |_| Departed::Unknown).await.unwrap();
    assert_eq!(next.claim_next(NOW + 1, NOW, "test", go).await.unwrap(), None, "it is not sent again automatically");
    assert_eq!(next.by("mara").settle(&outbox, true, NOW + 2).await.unwrap().state, State::Sent);
    assert!(next.by("mara").withdraw(&outbox, "too late", NOW + 3).await.is_err());
    assert_eq!(next.package(&id, NOW).await.unwrap().state, State::Sent);
}
