//! Changes of mind: undoing an approval that is not sent yet, rescheduling it, and requesting another draft.

use super::browser::{Browser, changed};
use axum::http::StatusCode;
use baton_desk::Desk;
use baton_facts::types::Timestamp;
use baton_model::Erasable;
use baton_model::decision::Decision;
use baton_model::delivery::{ClaimedMessage, SendVerdict};
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{DAY, NOW, TestServer, WHO};

/// Returns the message that the worker would claim now.
fn due(desk: &Desk, now: Timestamp) -> Option<ClaimedMessage> {
    run(desk.claim_next(now, NOW - NOW % DAY, "test", |_| SendVerdict::Send)).expect("the store answers")
}

fn hesitant() -> Browser {
    let mut server = TestServer::pilot();
    server.desk = server.desk.clone().with(|desk| desk.with_undo(10));
    Browser::on(server)
}

#[test]
fn an_approval_is_not_sent_for_ten_seconds() {
    let browser = hesitant();
    let id = browser.server.queue()[0].clone();
    let way = browser.decide(&id, "approve", &[]).location().to_owned();
    let undo = format!("/packages/{id}/undo");
    let notice = browser.page(&way);
    assert!(notice.text().contains("Undo within 10 s"), "{}", notice.text());
    let form = notice.form(&undo, 0);
    let desk = &browser.server.desk;
    assert_eq!(due(desk, NOW + 9), None);

    // An undone approval leaves no trace in the outbox, however often it is undone.
    for _ in 0..2 {
        assert_eq!(browser.post(&undo, &form).location(), format!("/packages/{id}"));
        let view = browser.server.view(&id);
        assert_eq!((view.state, view.outbox), (PackageState::Queued, None));
    }
    assert_eq!(due(desk, NOW + DAY), None);
    let trail = browser.page(&format!("/packages/{id}/audit-log")).text();
    assert!(trail.contains("took back"), "{trail}");

    // Approved again, it is sent after ten seconds, and then it is too late to undo.
    browser.server.later(60);
    let way = browser.decide(&id, "approve", &[]).location().to_owned();
    let form = browser.page(&way).form(&undo, 0);
    assert!(due(desk, NOW + 60 + 9).is_none() && due(desk, NOW + 60 + 10).is_some());
    let late = browser.post(&undo, &form);
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.problem().contains("Too late to undo. "), "{}", late.problem());
    assert_eq!(browser.server.view(&id).state, PackageState::Transmitting);
    // An unknown entry is refused.
    let other = browser.server.queue()[0].clone();
    let made_up = [("entry".to_owned(), "nosuchentry".to_owned())];
    assert_eq!(browser.post(&undo, &made_up).status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("/packages/{other}/undo"), &form).location(), format!("/packages/{other}"));
    assert_eq!(browser.server.view(&id).state, PackageState::Transmitting);
}

#[test]
fn an_approved_message_can_be_scheduled() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    let page = browser.page(&format!("/packages/{}", ids[0]));
    let offer = page.with_id("schedule").expect("a drawer").text();
    assert!(offer.contains("08:00 on Wednesday") && offer.contains("Europe/London time"), "{offer}");
    let typed = [("leave", "at"), ("leave-at", "2026-03-12T07:30")];
    let way = browser.decide(&ids[0], "approve", &typed).location().to_owned();
    let chosen = NOW + 2 * DAY - 5400;
    let entry = browser.server.view(&ids[0]).outbox.expect("an entry");
    assert_eq!(entry.not_before, Some(chosen));
    let notice = browser.page(&way).text();
    assert!(notice.contains("scheduled after Thu, Mar 12, 2026, 07:30 Europe/London"), "{notice}");
    assert!(due(&browser.server.desk, chosen - 1).is_none() && due(&browser.server.desk, chosen).is_some());

    // An edit as well. An invalid or late time is refused, and the form keeps everything.
    let edit = [("subject", "Shipping at yours"), ("leave", "at"), ("leave-at", "2026-05-31T09:00")];
    let refused = browser.decide(&ids[1], "edit", &edit);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.problem().contains("schedule an earlier time"), "{}", refused.problem());
    let path = format!("/packages/{}/edit", ids[1]);
    let form = refused.page().form(&path, 0);
    assert!(form.contains(&("subject".into(), "Shipping at yours".into())), "{form:?}");
    let refused = browser.post(&path, &changed(form.clone(), &[("leave", "soon")]));
    assert!(refused.problem().contains("send time is not a date and time"), "{}", refused.problem());
    assert_eq!(browser.server.view(&ids[1]).state, PackageState::Queued);
    browser.post(&path, &changed(form, &[("leave", "2026-03-11T08:00")])).location();
    assert_eq!(browser.server.view(&ids[1]).outbox.expect("an entry").not_before, Some(NOW + DAY - 3600));
}

#[test]
fn another_draft_replaces_a_rejected_one() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let before = browser.server.package(&id);
    let path = format!("/packages/{id}/redraft");

    // The drafter fills templates: it answers that it has no other draft, and nothing is lost.
    let refused = browser.decide(&id, "redraft", &[("note", "shorter, <please>")]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.problem().contains("No new draft was made"), "{}", refused.problem());
    let page = refused.page();
    let form = page.form(&path, 0);
    assert!(form.contains(&("note".into(), "shorter, <please>".into())), "{form:?}");
    let view = browser.server.view(&id);
    assert_eq!((view.state, view.decisions.len(), view.newer), (PackageState::Queued, 0, None));
    let trail = browser.page(&format!("/packages/{id}/audit-log")).text();
    assert!(trail.contains("no other draft") && !trail.contains("please"), "{trail}");
    let empty = browser.post(&path, &changed(form.clone(), &[("note", " ")]));
    assert!(empty.problem().contains("what the new draft should improve"), "{}", empty.problem());

    // After the templates changed there is another draft: it is routed, checked and decided like any other.
    browser.server.reworded.store(true, std::sync::atomic::Ordering::SeqCst);
    let way = browser.post(&path, &form).location().to_owned();
    let view = browser.server.view(&id);
    let newer = view.newer.expect("another one");
    assert_eq!(view.state, PackageState::Superseded);
    assert_eq!(way, format!("/packages/{newer}?done={id}"));
    let note = "shorter, <please>".to_owned();
    assert_eq!(view.decisions[0].decision, Erasable::Open(Decision::Redraft { note }));
    assert_eq!((view.decisions[0].kind.as_str(), view.decisions[0].seconds), ("redraft", Some(0)));
    let after = browser.server.package(&newer);
    assert_eq!((&after.contact, &after.signals), (&before.contact, &before.signals));
    assert!(after.draft.message.body.contains("Shall I send two pages about it?"));
    let page = browser.page(&way);
    assert!(page.text().contains("it replaces the draft you rejected"), "{}", page.text());
    assert!(page.named("ins").iter().any(|new| new.text().contains("Shall")), "the differences are marked");
    assert!(browser.server.queue().contains(&newer) && !browser.server.queue().contains(&id));
    assert!(browser.server.view(&newer).recordings > 0, "its calls are recorded");

    // A second press repeats the first answer, and the old draft can no longer be decided.
    assert_eq!(browser.post(&path, &form).location(), way);
    let late = browser.post(&path, &changed(form, &[("key", "another-key")]));
    assert_eq!(late.status, StatusCode::CONFLICT);
    let said = late.problem();
    assert!(
        said.contains(&format!("{WHO} requested another draft")) && said.contains("Changes to the draft you saw"),
        "{said}"
    );
    assert_eq!(browser.server.view(&newer).state, PackageState::Queued);
    browser.decide(&newer, "approve", &[]).location();
    assert_eq!(browser.server.view(&newer).state, PackageState::Scheduled);
}

#[test]
fn a_refusal_shows_who_decided_in_the_meantime() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    let forms: Vec<_> = ["approve", "edit", "reject", "snooze", "redraft"]
        .into_iter()
        .map(|what| {
            let typed = [("reason", "draft"), ("until", "2026-03-11T09:00"), ("note", "my own note")];
            (what, browser.form(&ids[0], what, &typed))
        })
        .collect();
    let desk = &browser.server.desk;
    let shown = browser.server.view(&ids[0]);
    let colleague = baton_tests::approval(&shown);
    browser.server.later(120);
    run(desk.by("Theo <Rask>").decide(&colleague, browser.server.now())).expect("the colleague decides");
    browser.server.later(180);
    for (what, form) in forms {
        let refused = browser.post(&format!("/packages/{}/{what}", ids[0]), &form);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{what}");
        let said = refused.problem();
        assert!(said.contains("Theo <Rask> approved the draft, 3 minutes ago"), "{what}: {said}");
    }
    let view = browser.server.view(&ids[0]);
    assert_eq!((view.decisions.len(), view.decisions[0].who.as_str()), (1, "Theo <Rask>"));

    // A user paused the account.
    let approve = browser.form(&ids[1], "approve", &[]);
    let account = browser.server.view(&ids[1]).account;
    run(desk.by("Theo").pause(&account, Some("they called"), browser.server.now())).expect("the account is paused");
    let refused = browser.post(&format!("/packages/{}/approve", ids[1]), &approve);
    let said = refused.problem();
    assert!(said.contains("Theo paused the account: they called"), "{said}");
}

#[test]
fn approving_twice_is_one_review_and_a_defect_always_counts() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let desk = &browser.server.desk;
    let evidence = || -> usize {
        let of = |stream| {
            run(desk.evidence(stream, None, 100))
                .map_or(0, |page| page.rows.iter().filter(|row| row.package.as_ref() == Some(&id)).count())
        };
        (1..100).map(of).sum()
    };
    let decide = |key: &str, decision: Option<Decision>| {
        let request = baton_tests::approval(&browser.server.view(&id));
        let decision = decision.unwrap_or_else(|| request.decision.clone());
        let request = baton_model::decision::DecisionRequest { key: key.into(), decision, ..request };
        run(desk.decide(&request, NOW)).expect("it counts").outbox
    };
    let first = decide("approve-1", None).expect("an entry");
    assert_eq!(evidence(), 1);
    run(desk.by("mara").undo(&id, &first, NOW)).expect("it is undone");
    let second = decide("approve-2", None).expect("an entry");
    assert_eq!(evidence(), 1, "the same review");
    run(desk.by("mara").undo(&id, &second, NOW)).expect("it is undone");
    let reject = Decision::Reject { reason: baton_model::decision::RejectReason::Draft, note: String::new() };
    decide("reject-11", Some(reject));
    assert_eq!(evidence(), 2);
}
