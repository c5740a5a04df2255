//! Decisions on the page: evidence, sending and undo.

use super::browser::{Browser, changed};
use axum::http::StatusCode;
use baton_model::Erasable;
use baton_model::decision::{Decision, RejectReason};
use baton_model::delivery::{DeliveryOutcome, SendVerdict};
use baton_model::package_state::PackageState;
use baton_tests::run;
use baton_tests::server::{DAY, NOW, WHO};
use std::time::Duration;

fn woken(browser: &Browser) -> bool {
    run(async { tokio::time::timeout(Duration::from_millis(1), browser.server.wake.notified()).await.is_ok() })
}

#[test]
fn approving_releases_exactly_the_shown_message() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    let answer = browser.decide(&ids[0], "approve", &[]);
    assert_eq!(answer.location(), format!("/packages/{}?done={}", ids[1], ids[0]));
    let view = browser.server.view(&ids[0]);
    assert_eq!(view.state, PackageState::Scheduled);
    assert_eq!((view.decisions[0].who.as_str(), view.decisions[0].seconds), (WHO, Some(0)));
    assert!(woken(&browser), "the worker is notified");

    let package = browser.server.package(&ids[0]);
    let entry = view.outbox.expect("an entry");
    let page = browser.page(&format!("/outbox/{}", entry.id));
    assert_eq!(page.with_class("mail")[0].text(), package.draft.message.body);
    assert!(page.text().contains(&entry.message_id));
    assert!(browser.page("/outbox").named("a").iter().any(|link| link.attr("href") == format!("/outbox/{}", entry.id)));

    // Until the message is sent it can be undone, from the next page on.
    let next = browser.page(answer.location());
    let take_back = format!("/packages/{}/undo", ids[0]);
    let form = next.form(&take_back, 0);
    for _ in 0..2 {
        assert_eq!(browser.post(&take_back, &form).location(), format!("/packages/{}", ids[0]));
        assert_eq!(browser.server.view(&ids[0]).state, PackageState::Queued);
    }
    assert!(browser.page(answer.location()).named("form").iter().all(|form| form.attr("action") != take_back));
}

#[test]
fn a_second_press_gets_the_first_answer() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    for (id, what, changes) in [
        (&ids[0], "approve", &[][..]),
        (&ids[1], "edit", &[("subject", "Shipping at yours")]),
        (&ids[2], "reject", &[("reason", "contact"), ("note", "left the company")]),
        (&ids[3], "snooze", &[("until", "2026-03-11T09:00")]),
    ] {
        let form = browser.form(id, what, changes);
        let path = format!("/packages/{id}/{what}");
        let first = browser.post(&path, &form).location().to_owned();
        browser.server.later(40);
        assert_eq!(browser.post(&path, &form).location(), first, "{what}");
        assert_eq!(browser.server.view(id).decisions.len(), 1, "{what}");
    }
    assert_eq!(run(browser.server.desk.outbox(None, 10)).expect("an outbox").rows.len(), 2);
}

#[test]
fn an_edit_is_checked_before_it_counts() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let package = browser.server.package(&id);
    let body = package.draft.message.body.replace("90 seconds", "12 seconds");
    let typed = [("subject", "After the postmortem"), ("body", body.as_str()), ("my-wording", "yes")];

    // A check changes nothing and keeps the form.
    let checked = browser.decide(&id, "check", &typed);
    assert_eq!(checked.status, StatusCode::OK);
    let page = checked.page();
    let edit = format!("/packages/{id}/edit");
    let form = page.form(&edit, 0);
    for (name, value) in typed {
        let there = form.iter().find(|(field, _)| field == name).map(|(_, value)| value.replace("\r\n", "\n"));
        assert_eq!(there.as_deref(), Some(value), "{name}");
    }
    assert!(
        page.with_id("checked").expect("the checks").text().contains("not in the account data or your campaign: 12")
    );
    assert_eq!(
        page.named("ins").iter().map(|new| new.text()).collect::<Vec<_>>().last().map(String::as_str),
        Some("12")
    );
    assert_eq!(browser.server.view(&id).state, PackageState::Queued);

    // A failed check prevents the approval; everything stays in the form.
    let refused = browser.post(&edit, &form);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.problem().contains("your campaign: 12"), "{}", refused.problem());
    assert_eq!(browser.server.view(&id).state, PackageState::Queued);
    let form = refused.page().form(&edit, 0);
    assert!(form.iter().any(|(name, value)| name == "body" && value.replace("\r\n", "\n") == body));

    // Overruled with a reason, it is sent as typed.
    let overruled = [("overrule", "numbers-carried"), ("reason.numbers-carried", "measured last week")];
    browser.post(&edit, &changed(form, &overruled)).location();
    let view = browser.server.view(&id);
    assert_eq!(view.state, PackageState::Scheduled);
    let entry = view.outbox.expect("an entry");
    let Erasable::Open(message) = entry.message else { panic!("forgotten") };
    assert_eq!((message.body.as_str(), message.subject.as_str()), (body.as_str(), "After the postmortem"));
    assert_eq!(message.to, package.draft.message.to);
    let Erasable::Open(Decision::Edit { my_wording: true, overruled, .. }) = &view.decisions[0].decision else {
        panic!("{:?}", view.decisions)
    };
    assert_eq!(overruled[0].reason, "measured last week");
    assert!(browser.page(&format!("/outbox/{}", entry.id)).text().contains("measured last week"));
    let past = browser.page(&format!("/packages/{id}")).text();
    assert!(past.contains("edited and approved the draft") && past.contains("of the text changed"), "{past}");
}

#[test]
fn rejecting_and_snoozing() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    browser.decide(&ids[0], "reject", &[("reason", "research"), ("note", " the outage\nwas older ")]).location();
    let decision = browser.server.view(&ids[0]).decisions.remove(0);
    assert_eq!(decision.reason, Some(RejectReason::Research));
    let note = "the outage\nwas older".to_owned();
    assert_eq!(decision.decision, Erasable::Open(Decision::Reject { reason: RejectReason::Research, note }));
    for (id, until, expected) in [
        (&ids[1], ("until", "2026-03-10T10:00"), NOW + 3600),
        (&ids[2], ("at", "2026-03-12T07:30"), NOW + 2 * DAY - 5400),
    ] {
        let page = browser.page(&format!("/packages/{id}"));
        let path = format!("/packages/{id}/snooze");
        let number = usize::from(until.0 == "at");
        browser.post(&path, &changed(page.form(&path, number), &[until])).location();
        assert_eq!(
            (browser.server.view(id).state, browser.server.view(id).until),
            (PackageState::Snoozed, Some(expected))
        );
    }
    assert_eq!(browser.server.queue().len(), 29);
    browser.server.later(3600);
    assert!(browser.server.queue().contains(&ids[1]), "it is back");
}

#[test]
fn the_last_decision_leads_to_the_finished_queue() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    let mut way = String::new();
    for id in &ids {
        let what =
            if *id == ids[5] { ("snooze", ("until", "2026-03-11T09:00")) } else { ("reject", ("reason", "not-now")) };
        way = browser.decide(id, what.0, &[what.1]).location().to_owned();
    }
    assert_eq!(way, format!("/?done={}", ids[31]));
    let page = browser.page(&way);
    let said = page.text();
    assert!(said.contains("You're all caught up") && said.contains("in 24 hours"), "{said}");
    assert_eq!(page.with_class("notice").len(), 1);
}

#[test]
fn a_person_settles_an_unknown_delivery() {
    for (word, end) in [("yes", PackageState::Sent), ("no", PackageState::Failed)] {
        let browser = Browser::pilot();
        let id = browser.server.queue()[0].clone();
        browser.decide(&id, "approve", &[]).location();
        let desk = &browser.server.desk;
        let claimed = run(desk.claim_next(NOW, NOW - NOW % DAY, "test", |_| SendVerdict::Send))
            .expect("a claim")
            .expect("a message");
        run(desk.save_send_result(&claimed, &DeliveryOutcome::Unknown("the connection broke".into()), NOW, NOW))
            .expect("it is noted");
        let page = browser.page("/outbox");
        assert!(page.text().contains("Delivery unknown."));
        let path = format!("/outbox/{}/settle", claimed.entry.id);
        let entry = browser.page(&format!("/outbox/{}", claimed.entry.id));
        assert!(entry.text().contains("the connection broke"));
        let form = entry.form(&path, 0);
        assert_eq!(browser.post(&path, &form).status, StatusCode::UNPROCESSABLE_ENTITY, "it contains no result");
        for _ in 0..2 {
            browser.post(&path, &changed(form.clone(), &[("left", word)])).location();
        }
        assert_eq!(browser.server.view(&id).state, end);
        // A sent message cannot be withdrawn.
        let late = browser.post(&format!("/outbox/{}/withdraw", claimed.entry.id), &[]);
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(browser.server.view(&id).state, end);
    }
}

#[test]
fn while_sending_is_stopped_every_page_shows_it() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    browser.decide(&id, "approve", &[]).location();
    let entry = browser.server.view(&id).outbox.expect("an entry").id;
    let field = ("why".to_owned(), format!("<b>prices</b> {}", "x".repeat(9000)));
    browser.post("/sending/stop", &[field]).location();
    let stop = run(browser.server.desk.sending_stop()).expect("the store").expect("stopped");
    assert_eq!((stop.who.as_str(), stop.why.chars().count()), (WHO, 500));
    for path in [
        "/".to_owned(),
        "/outbox".to_owned(),
        format!("/outbox/{entry}"),
        format!("/packages/{id}"),
        format!("/packages/{id}/audit-log"),
        "/nowhere".to_owned(),
    ] {
        let page = browser.get(&path).page();
        let banner = page.with_class("banner");
        assert!(banner[0].text().contains("<b>prices</b>") && banner[0].text().contains(WHO), "{path}");
    }
    assert!(woken(&browser));
    browser.post("/sending/resume", &[]).location();
    assert!(browser.page("/").with_class("banner").is_empty());
    assert!(woken(&browser), "the worker continues");
}
