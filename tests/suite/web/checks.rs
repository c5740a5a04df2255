//! Spot-checks on the page: their queue, the verdict, the effect of a defect, and the notice for the admin.

use super::browser::{Browser, changed, request};
use super::html::{Element, words};
use super::stream_fixture::{HOUR, StreamFixture};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use baton_desk::autonomy::SpotCheckVerdict;
use baton_facts::quality::{Finding, Standing};
use baton_model::delivery::{DeliveryOutcome, SendVerdict};
use baton_model::package_state::PackageState;
use baton_model::{Erasable, PackageId};
use baton_tests::DeskExt as _;
use baton_tests::server::{NOW, TestServer, WHO};
use baton_tests::{Given, run};

const HELD: bool = true;
const SENT: bool = false;

fn rows(page: &Element) -> Vec<String> {
    let rows = page.named("a").into_iter().filter(|link| link.is_class("row"));
    rows.map(|row| row.attr("href").to_owned()).collect()
}

fn found(fixture: &StreamFixture, package: &PackageId) -> Option<Finding> {
    fixture.browser.server.view(package).check.and_then(|check| check.finding)
}

#[test]
fn without_checks_the_page_says_why() {
    let pilot = Browser::pilot();
    let page = pilot.page("/checks");
    let said = words(&page.text());
    assert!(
        said.contains("0 to spot-check") && said.contains("Every email is still reviewed before it is sent"),
        "{said}"
    );
    assert!(page.named("a").iter().any(|link| link.attr("href") == "/quality" && link.text().contains("how close")));
    assert!(words(&Browser::on(TestServer::empty()).page("/checks").text()).contains("No spot-checks to do"));

    let fixture = StreamFixture::cleared(SENT);
    fixture.batch(2);
    for check in fixture.checks() {
        fixture.verdict(&check.package, "conforming", "").location();
    }
    let said = words(&fixture.browser.page("/checks").text());
    assert!(said.contains("Some emails are sent automatically"), "{said}");
}

#[test]
fn a_sent_message_gets_a_verdict_and_the_next_check_follows() {
    let fixture = StreamFixture::cleared(SENT);
    let browser = &fixture.browser;
    fixture.batch(4);
    let checks = fixture.checks();
    assert_eq!(checks.len(), 2);
    let page = browser.page("/checks");
    let paths: Vec<String> = checks.iter().map(|check| format!("/packages/{}?checks=yes", check.package)).collect();
    assert_eq!(rows(&page), paths, "the next deadline first");
    let said = words(&page.text());
    assert!(said.contains("2 to spot-check") && said.contains("in 1 hour") && said.contains("Scheduled"), "{said}");
    let pills: Vec<String> = page.with_class("pill").iter().map(|pill| pill.text()).collect();
    assert_eq!(pills.last().map(String::as_str), Some("2"), "in the navigation");

    // The page has the package as it is sent, and only the forms of the verdict.
    let first = &checks[0].package;
    let page = browser.page(&paths[0]);
    assert_eq!(page.with_class("mail")[0].text_without("number"), browser.server.package(first).draft.message.body);
    let verdict = format!("/packages/{first}/verdict");
    let own = format!("/packages/{first}/");
    let forms: Vec<&str> = page.named("form").iter().map(|form| form.attr("action")).collect();
    assert_eq!(forms.iter().filter(|action| action.starts_with(&own)).collect::<Vec<_>>(), [&verdict.as_str(); 3]);
    let said = words(&page.text());
    for text in
        ["Sampled at random", "every stream that uses the same engine", "Auto-send stops for its stream", "Email"]
    {
        assert!(said.contains(text), "{text} in {said}");
    }

    let before = fixture.streams()[0].tally.clone();
    let form = fixture.form(first, "conforming", &[]);
    let second = &checks[1].package;
    let next = format!("/packages/{second}?done={first}&checks=yes");
    assert_eq!(browser.post(&verdict, &form).location(), next);
    assert_eq!(found(&fixture, first), Some(Finding::Conforming));
    let after = fixture.streams()[0].tally.clone();
    assert_eq!(after.inspected, before.inspected, "a review without viewing time is not evidence");
    let notice = words(&browser.page(&next).with_class("notice")[0].text());
    assert!(notice.contains("good, but not counted") && notice.contains("at least 8"), "{notice}");

    // Pressing again repeats the first answer.
    browser.server.later(40);
    assert_eq!(browser.post(&verdict, &form).location(), next);
    assert_eq!(fixture.checks().len(), 1);

    let last = fixture.verdict(second, "nonconforming", "the tone is off");
    assert_eq!(last.location(), format!("/checks?done={second}"));
    let page = browser.page(last.location());
    let notice = words(&page.with_class("notice")[0].text());
    assert!(notice.contains("a defect was found, so everything is reviewed"), "{notice}");
    let check = browser.server.view(second).check.expect("it was sampled");
    assert_eq!((check.who.as_deref(), check.why), (Some(WHO), Erasable::Open(Some("the tone is off".into()))));
    let said = words(&browser.page(&format!("/packages/{second}")).text());
    assert!(said.contains("has a problem") && said.contains("“the tone is off”"), "{said}");
}

#[test]
fn a_defect_stops_the_next_send_and_the_page_says_why() {
    let fixture = StreamFixture::cleared(SENT);
    let (browser, desk) = (&fixture.browser, fixture.desk());
    // Another stream with the same component and drafter, cleared as well.
    let hiring = || {
        let mut given = Given::base();
        given.signals.remove("funding");
        given
    };
    while fixture.streams().iter().any(|stream| stream.assessment.fraction == 10_000) || fixture.streams().len() < 2 {
        let package = fixture.prepare_given(hiring());
        let shown = browser.server.view(&package);
        run(desk.decide(&baton_tests::approval(&shown), NOW)).expect("it counts");
    }
    let others = [fixture.prepare_given(hiring()), fixture.prepare_given(hiring())];
    let (own, went) = fixture.batch(6);
    assert_eq!(went.entries.len(), 8, "all of them are sent: {went:?}");
    // One is being transmitted at the time of the verdict.
    let go = |_: &_| SendVerdict::Send;
    let claimed = run(desk.claim_next(NOW, NOW, "test", go)).expect("a claim").expect("a message");
    let taken = &claimed.entry.package;
    let drawn = fixture.checks().into_iter().find(|check| check.package != *taken && own.contains(&check.package));
    let drawn = drawn.expect("a check");

    let why = "the round was <b>not</b> theirs\u{202e}";
    fixture.verdict(&drawn.package, "factual-defect", why).location();
    assert_eq!(run(desk.claim_next(NOW, NOW, "test", go)).expect("the store answers"), None, "nothing more is sent");
    assert_eq!(run(desk.auto_release(NOW, HOUR)).expect("the store answers").entries, Vec::<String>::new());
    for stream in fixture.streams() {
        assert_eq!(stream.assessment.standing, Standing::Suspended, "{}", stream.assessment.reason);
    }
    assert_eq!(browser.server.view(taken).state, PackageState::Transmitting, "a message that may have been sent stays");
    for package in others.iter().chain(&own).filter(|package| *package != taken) {
        assert_eq!(browser.server.view(package).state, PackageState::Queued, "in the other stream too");
    }

    let page = browser.page("/");
    let fallen: Vec<String> = page.with_class("demotion").iter().map(|of| words(&of.text())).collect();
    assert_eq!(fallen.len(), 2, "{fallen:?}");
    let own = fallen.iter().find(|said| said.contains("funding, first touch, en")).expect("the stream's own");
    assert!(own.contains("emails are back in review.") && own.contains("a fact was wrong"), "{own}");
    assert!(own.contains("“the round was <b>not</b> theirs\\u{202e}”") && own.contains(WHO), "{own}");
    let elsewhere = fallen.iter().find(|said| said.contains("hiring")).expect("the other one");
    assert!(elsewhere.contains("in another stream with the same drafter"), "{elsewhere}");
    let back: u32 =
        run(desk.demotions()).expect("the store").iter().map(|fallen| fallen.cause.line.returned_to_review).sum();
    assert_eq!(back, 7, "everything but what was being transmitted");
    assert!(own.starts_with("5 emails") || own.starts_with("6 emails"), "{own}");

    // The notice is shown to the admin only, while the demotion holds.
    assert!(browser.page("/?state=sent").with_class("demotion").is_empty());
    let page = browser.page(&format!("/quality/{}", drawn.stream));
    assert!(words(&page.with_class("demotion")[0].text()).contains("not</b> theirs"));
    let trail = words(&browser.page(&format!("/packages/{}/audit-log", drawn.package)).text());
    assert!(trail.contains("checked") && trail.contains("factual-defect") && !trail.contains("theirs"), "{trail}");

    // After the person is erased, the verdict's note about the message is erased too.
    let address = browser.server.package(&drawn.package).draft.message.to;
    run(desk.by("admin").erase_person(&address, NOW)).expect("erased");
    for path in ["/".to_owned(), format!("/quality/{}", drawn.stream), format!("/packages/{}", drawn.package)] {
        assert!(!browser.page(&path).text().contains("theirs"), "{path}");
    }
}

#[test]
fn a_held_sample_is_decided_and_marked_as_a_check() {
    let fixture = StreamFixture::cleared(HELD);
    let browser = &fixture.browser;
    fixture.batch(6);
    let checks = fixture.checks();
    assert_eq!(checks.len(), 3);
    assert!(words(&browser.page("/checks").text()).contains("Sent once checked"));
    for (index, check) in checks.iter().enumerate() {
        let id = &check.package;
        let page = browser.page(&format!("/packages/{id}?checks=yes"));
        let said = words(&page.text());
        assert!(said.contains("It is sent only after you approve it") && said.contains("Spot-checks"), "{said}");
        assert!(page.named("form").iter().all(|form| !form.attr("action").ends_with("/verdict")));
        let path = format!("/packages/{id}/approve");
        let answer = browser.post(&path, &page.form(&path, 0));
        let expected = match checks.get(index + 1) {
            Some(next) => format!("/packages/{}?done={id}&checks=yes", next.package),
            None => format!("/checks?done={id}"),
        };
        assert_eq!(answer.location(), expected);
        assert_eq!(browser.server.view(id).state, PackageState::Scheduled);
        assert_eq!(found(&fixture, id), Some(Finding::Conforming), "the decision is the verdict");
    }
    // Opened from the queue, it leads on to the next in the queue.
    fixture.batch(2);
    let id = fixture.checks().remove(0).package;
    let answer = browser.decide(&id, "reject", &[("reason", "draft")]);
    assert!(!answer.location().contains("checks="), "{}", answer.location());
    assert_eq!(found(&fixture, &id), Some(Finding::Nonconforming));
}

/// Transmits everything that is due.
fn transmitted(fixture: &StreamFixture) {
    let go = |_: &_| SendVerdict::Send;
    while let Some(claimed) = run(fixture.desk().claim_next(NOW, NOW, "test", go)).expect("a claim") {
        run(fixture.desk().save_send_result(&claimed, &DeliveryOutcome::Accepted("250 ok".into()), NOW, NOW))
            .expect("it is noted");
    }
}

#[test]
fn a_missed_check_is_overdue_until_it_gets_a_verdict() {
    for (held, leaves) in [(SENT, true), (SENT, false), (HELD, true)] {
        let fixture = StreamFixture::cleared(held);
        let browser = &fixture.browser;
        fixture.batch(2);
        let check = fixture.checks().remove(0);
        if leaves {
            transmitted(&fixture);
        }
        browser.server.later(check.due - NOW);
        run(fixture.desk().run_maintenance(browser.server.now())).expect("time passes");
        let said = words(&browser.page("/checks").text());
        assert!(said.contains("1 to spot-check") && said.contains("1 overdue"), "{said}");
        let state = browser.server.view(&check.package).state;
        let expected = match (held, leaves) {
            (HELD, _) => PackageState::Expired,
            (SENT, true) => PackageState::Sent,
            (SENT, false) => PackageState::Queued,
        };
        assert_eq!(state, expected, "messages that are not sent return to review");
        let stream = &fixture.streams()[0];
        assert_eq!((stream.tally.overdue, stream.open_checks), (1, 1), "its verdict is still open");
        assert!(words(&browser.page("/").with_class("demotion")[0].text()).contains("a spot-check was missed"));
        let page = browser.page(&format!("/packages/{}", check.package));
        assert!(words(&page.text()).contains("Spot-check, overdue."));
        let verdicts = page.named("form").iter().filter(|form| form.attr("action").ends_with("/verdict")).count();
        assert_eq!(verdicts, if state == PackageState::Queued { 0 } else { 3 }, "or the decision is the verdict");

        // A counted review ends the pause.
        let shown = browser.server.view(&check.package);
        if state == PackageState::Queued {
            run(fixture.desk().decide(&baton_tests::approval(&shown), browser.server.now())).expect("it counts");
        } else {
            let verdict = SpotCheckVerdict {
                package: check.package.clone(),
                shown: shown.digest,
                key: "the late review".into(),
                seconds: Some(30),
                finding: Finding::Conforming,
                why: None,
            };
            run(fixture.desk().record_verdict(&verdict, browser.server.now())).expect("a verdict");
        }
        assert_eq!(fixture.streams()[0].tally.overdue, 0);
        assert_eq!(fixture.checks(), []);
        assert!(browser.page("/").with_class("demotion").is_empty());
    }
}

#[test]
fn an_invalid_verdict_is_refused() {
    let fixture = StreamFixture::cleared(SENT);
    let browser = &fixture.browser;
    let (packages, _) = fixture.batch(4);
    let drawn = fixture.checks().remove(0).package;
    let path = format!("/packages/{drawn}/verdict");
    let (conflict, unprocessable) = (StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY);
    for (finding, changes, status, said) in [
        ("conforming", &[("shown", "0")][..], conflict, "changed while you were reviewing it"),
        ("conforming", &[("key", "short")], unprocessable, "8 to 200 characters"),
        ("conforming", &[("finding", "")], unprocessable, "does not say what you found"),
        ("conforming", &[("finding", "conforming ")], unprocessable, "does not say what you found"),
        ("nonconforming", &[("note", "")], unprocessable, "The reason is missing"),
        ("factual-defect", &[("note", " \r\n ")], unprocessable, "The reason is missing"),
    ] {
        let answer = browser.post(&path, &fixture.form(&drawn, finding, changes));
        assert_eq!(answer.status, status, "{changes:?}: {}", answer.problem());
        assert!(answer.problem().contains(said), "{changes:?}: {}", answer.problem());
        assert_eq!(found(&fixture, &drawn), None);
    }
    // The typed text is kept.
    let long = "x".repeat(5000);
    let answer = browser.post(&path, &fixture.form(&drawn, "factual-defect", &[("note", &long)]));
    assert!(answer.problem().contains("too long"), "{}", answer.problem());
    let form = answer.page().form(&path, 2);
    assert!(form.contains(&("note".to_owned(), long)), "still in the form");

    // Not sampled, waiting for a decision, or unknown.
    let form = fixture.form(&drawn, "conforming", &[]);
    let other = packages.iter().find(|id| browser.server.view(id).check.is_none()).expect("not sampled");
    let waiting = fixture.prepare();
    for (id, status) in
        [(other, unprocessable), (&waiting, unprocessable), (&"0".repeat(12).as_str().into(), StatusCode::NOT_FOUND)]
    {
        let answer = browser.post(&format!("/packages/{id}/verdict"), &form);
        assert_eq!(answer.status, status, "{}", answer.problem());
    }

    // From another site, or with another method.
    for headers in [&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..], &[]] {
        assert_eq!(browser.post_from(&path, &form, headers).status, StatusCode::FORBIDDEN);
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let asked = format!("{path}?finding=conforming");
        let request = request(method, &asked, &[("sec-fetch-site", "same-origin")]);
        let answer = browser.send(request.body(Body::empty()).expect("a request"));
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    }
    assert_eq!(found(&fixture, &drawn), None);

    // The first verdict is final.
    browser.post(&path, &form).location();
    let again = browser.post(&path, &changed(form.clone(), &[("finding", "nonconforming"), ("note", "no")]));
    assert_eq!(again.status, conflict, "the same key for another verdict");
    let again = browser.post(&path, &changed(form, &[("key", "another-key")]));
    assert!(again.problem().contains("has its verdict"), "{}", again.problem());
    assert_eq!(found(&fixture, &drawn), Some(Finding::Conforming));
}

#[test]
fn a_paused_account_is_refused_with_its_name() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let approve = browser.form(&id, "approve", &[]);
    let account = browser.server.view(&id).account;
    run(browser.server.desk.by("mara").pause(&account, Some("they <i>called</i>"), NOW))
        .expect("the account is paused");
    let answer = browser.post(&format!("/packages/{id}/approve"), &approve);
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let said = answer.problem();
    assert!(said.contains(&format!("account {account} is paused: they <i>called</i>")), "{said}");
    assert!(said.contains("baton resume"), "{said}");
    let page = browser.page(&format!("/packages/{id}"));
    let actions: Vec<&str> = page.named("form").iter().map(|form| form.attr("action")).collect();
    assert!(!actions.iter().any(|action| action.ends_with("/approve")), "{actions:?}");
    assert!(actions.iter().any(|action| action.ends_with("/snooze")), "{actions:?}");
    run(browser.server.desk.by("mara").pause(&account, None, NOW)).expect("the account is resumed");
    browser.post(&format!("/packages/{id}/approve"), &approve).location();
}
