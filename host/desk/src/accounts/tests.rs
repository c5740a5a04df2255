//! The outcome of a run is saved once.

use crate::accounts::save_outcome::SaveResult;
use crate::error::Refusal;
use crate::packages::prepared::Fingerprint;
use crate::reviews::queue::QueueFilter;
use crate::tests::fixture::{
    ADDRESS, DAY, Fixture, NOW, another_package, approve, fingerprint, keep_for, keep_outcome, newer_package, package,
    refusal, request,
};
use baton_facts::packages::{
    Candidate, Disqualification, DisqualificationReason, HandoffPackage, Hold, HoldReason, Outcome,
};
use baton_facts::types::{
    Contact, Direction, Suppression, SuppressionReason, SuppressionScope, Timestamp, TouchOutcome,
};
use baton_model::decision::{Decision, RejectReason};
use baton_model::package_state::{AccountState, PackageState};
use std::collections::HashMap;

#[tokio::test]
async fn the_same_touch_has_one_package() {
    let fixture = Fixture::new().await;
    let SaveResult::New(id) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    assert_eq!(fixture.keep(&package(), NOW + 5).await, SaveResult::Unchanged(id.clone(), PackageState::Queued));
    let SaveResult::Replaced { old, new } = fixture.keep(&newer_package(), NOW + 6).await else {
        panic!("not replaced")
    };
    assert_eq!(old, id);
    let shown = fixture.desk.package(&new, NOW).await.unwrap();
    fixture.desk.decide(&approve(&shown, "approve-newer"), NOW).await.unwrap();
    assert_eq!(fixture.keep(&package(), NOW + 7).await, SaveResult::Unchanged(new, PackageState::Approved));
}

#[tokio::test]
async fn rejected_packages_are_not_prepared_again() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let reject = Decision::Reject { reason: RejectReason::NotNow, note: "in March".into() };
    fixture.desk.decide(&request(&shown, "reject-it", reject), NOW).await.unwrap();
    assert_eq!(fixture.keep(&package(), NOW).await, SaveResult::RejectedBefore(shown.id));
    assert!(
        matches!(fixture.keep(&newer_package(), NOW).await, SaveResult::New(_)),
        "another reason to write gets a new package"
    );
}

#[tokio::test]
async fn packages_are_withdrawn_when_the_outcome_changes() {
    for (now_it_is, state) in [
        (Outcome::Held(hold()), AccountState::Held),
        (Outcome::Disqualified(customer()), AccountState::Disqualified),
        (Outcome::Ready(somebody_else()), AccountState::Ready),
    ] {
        let fixture = Fixture::new().await;
        let shown = fixture.shown().await;
        let kept = keep_outcome(&fixture.desk, Ok(now_it_is), NOW + 5).await.unwrap();
        assert_eq!(matches!(kept, SaveResult::New(_)), state == AccountState::Ready);
        let view = fixture.desk.account("pilot", "a1").await.unwrap();
        assert_eq!(view.row.state, state);
        let refused = refusal(fixture.desk.decide(&approve(&shown, "approve-old"), NOW + 6).await);
        assert!(matches!(refused, Refusal::IllegalTransition { state: PackageState::Withdrawn, .. }), "{refused:?}");
    }
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    keep_outcome(&fixture.desk, Err("the engine trapped"), NOW + 5).await.unwrap();
    fixture.desk.decide(&approve(&shown, "approve-all-the-same"), NOW + 6).await.unwrap();
}

#[tokio::test]
async fn a_message_of_another_campaign_makes_a_package_stale() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let SaveResult::New(other) = keep_for(&fixture.desk, "autumn", &package(), NOW).await.unwrap() else {
        panic!("not new")
    };
    let other = fixture.desk.package(&other, NOW).await.unwrap();
    fixture.desk.decide(&approve(&other, "approve-autumn"), NOW + 5).await.unwrap();
    let refused = refusal(fixture.desk.decide(&approve(&shown, "approve-pilot"), NOW + 6).await);
    assert_eq!(refused, Refusal::Stale { newer: None, changed: vec!["history".into()] });
}

#[tokio::test]
async fn runs_get_the_facts_that_only_the_desk_has() {
    let fixture = Fixture::new().await;
    let people = async || {
        let mut people = vec![Candidate { contact: package().contact, history: Vec::new() }];
        fixture.desk.add_to_people("a1", &mut people, &HashMap::new(), NOW + DAY).await.unwrap();
        people
    };
    assert_eq!(people().await[0].history, []);
    let (_, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let known = people().await;
    let touch = &known[0].history[0];
    assert_eq!((touch.subject.as_str(), touch.campaign.as_deref()), ("Deploys at North", Some("pilot")));
    assert_eq!((touch.direction, &touch.outcome), (Direction::Outbound, &Some(TouchOutcome::Scheduled)));

    let order = |scope| Suppression { scope, reason: SuppressionReason::Listed, until: None };
    fixture.desk.by("admin").suppress("ADA@north.example", order(SuppressionScope::Address), NOW).await.unwrap();
    assert_eq!(people().await[0].contact.suppression, Some(order(SuppressionScope::Address)));
    let account = async || {
        let mut account = package().account;
        fixture.desk.add_to_account(&mut account, NOW).await.unwrap();
        account.suppression
    };
    assert_eq!(account().await, None, "only one person is suppressed");
    fixture.desk.by("admin").suppress("north.example", order(SuppressionScope::Domain), NOW).await.unwrap();
    assert_eq!(account().await, Some(order(SuppressionScope::Domain)));

    fixture.desk.by("admin").erase_person(ADDRESS, NOW).await.unwrap();
    assert_eq!(people().await, [], "erased people are left out");
}

#[tokio::test]
async fn a_person_keeps_the_history_of_every_address() {
    let fixture = Fixture::new().await;
    let (_, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    // The CRM has recorded the account and the person again, under other ids.
    let known = async |own: &str, further: Option<&str>| {
        let contact = Contact { id: "new".into(), email: Some(own.into()), ..package().contact };
        let mut people = vec![Candidate { contact, history: Vec::new() }];
        let further = further.map(|address| ("new".to_owned(), vec![address.parse().unwrap()]));
        fixture.desk.add_to_people("a2", &mut people, &further.into_iter().collect(), NOW + DAY).await.unwrap();
        people.pop()
    };
    let touches = async |own: &str, further: Option<&str>| known(own, further).await.unwrap().history.len();
    assert_eq!(touches(ADDRESS, None).await, 1);
    assert_eq!(touches("ada@other.example", Some(ADDRESS)).await, 1);
    assert_eq!(touches("ada@other.example", None).await, 0);

    let order = Suppression { scope: SuppressionScope::Address, reason: SuppressionReason::Listed, until: None };
    fixture.desk.by("admin").suppress(ADDRESS, order, NOW).await.unwrap();
    let suppression = async |further| known("ada@other.example", further).await.unwrap().contact.suppression;
    assert_eq!((suppression(Some(ADDRESS)).await, suppression(None).await), (Some(order), None));
    fixture.desk.by("admin").erase_person(ADDRESS, NOW).await.unwrap();
    assert!(known("ada@other.example", Some(ADDRESS)).await.is_none(), "an erased person stays erased");
}

fn hold() -> Hold {
    Hold { reason: HoldReason::AccountBusy, detail: "an opportunity is open".into(), look_again: None }
}

fn customer() -> Disqualification {
    Disqualification { reason: DisqualificationReason::Customer, detail: "a customer".into() }
}

fn somebody_else() -> HandoffPackage {
    HandoffPackage { account: package().account, ..another_package() }
}

async fn due(fixture: &Fixture, fingerprint: &Fingerprint, now: Timestamp) -> bool {
    !fixture.desk.due("pilot", &[("a1".into(), fingerprint.clone())], now).await.unwrap().is_empty()
}

#[tokio::test]
async fn only_accounts_whose_outcome_can_change_are_due() {
    let fixture = Fixture::new().await;
    let (same, changed) = (fingerprint(&fixture.desk, &package()), fingerprint(&fixture.desk, &newer_package()));
    assert!(due(&fixture, &same, NOW).await, "no run has worked on it");
    let shown = fixture.shown().await;
    assert!(!due(&fixture, &same, NOW).await, "it waits for a decision");
    assert!(due(&fixture, &changed, NOW).await, "there may be a better reason to write");
    fixture.desk.run_maintenance(NOW + 10 * DAY).await.unwrap();
    assert!(due(&fixture, &same, NOW + 10 * DAY).await, "it expired");
    let SaveResult::New(id) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    assert_ne!(id, shown.id);
    let shown = fixture.desk.package(&id, NOW).await.unwrap();
    fixture.desk.decide(&approve(&shown, "approve-it"), NOW).await.unwrap();
    assert!(!due(&fixture, &changed, NOW).await, "it is queued for sending");
}

#[tokio::test]
async fn the_queue_is_ordered_by_deadline_and_score() {
    let fixture = Fixture::new().await;
    let mut expected = Vec::new();
    for (number, (deadline, score)) in [(3, 50), (1, 10), (2, 60), (2, 90), (1, 10)].into_iter().enumerate() {
        let mut package = another_package();
        package.contact.id = format!("c{number}");
        package.account.id = format!("a{number}");
        package.fresh_until = NOW + deadline * DAY;
        package.score = score;
        let SaveResult::New(id) = fixture.keep(&package, NOW).await else { panic!("not new") };
        expected.push((deadline, 100 - i64::from(score), id));
    }
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|(_, _, id)| id).collect();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = fixture.desk.queue(&QueueFilter::default(), after.as_deref(), 2, NOW).await.unwrap();
        found.extend(page.rows.into_iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, expected);
    assert_eq!(fixture.desk.waiting(None, NOW).await.unwrap(), 5);
    assert_eq!(fixture.desk.export(None, 100).await.unwrap().rows.len(), 5);
}
