//! Requests that the page refuses without changing anything.

use super::browser::{Browser, HERE, changed, request};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::DAY;

/// Submits the first package's form with these changes; expects that status, those words, and an undecided package.
fn check(browser: &Browser, what: &str, changes: &[(&str, &str)], status: StatusCode, words: &str) {
    let id = browser.server.queue()[0].clone();
    let answer = browser.decide(&id, what, changes);
    assert_eq!(answer.status, status, "{what}, {words}: {}", answer.problem());
    assert!(answer.problem().contains(words), "{what}, {words}: {}", answer.problem());
    undecided(browser, &id);
}

fn undecided(browser: &Browser, id: &PackageId) {
    let view = browser.server.view(id);
    assert_eq!((view.state, view.decisions.len()), (PackageState::Queued, 0));
    assert!(view.outbox.is_none());
}

const CONFLICT: StatusCode = StatusCode::CONFLICT;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[test]
fn a_version_that_was_not_shown_is_not_decided() {
    let browser = &Browser::pilot();
    check(browser, "approve", &[("shown", &"0".repeat(64))], CONFLICT, "changed while you were reviewing it");
    check(browser, "approve", &[("shown", "")], CONFLICT, "changed while you were reviewing it");
    check(browser, "edit", &[("shown", "x")], CONFLICT, "check the current version below, then decide");
    check(browser, "reject", &[("shown", "x"), ("reason", "draft")], CONFLICT, "check the current version below");
    check(
        browser,
        "snooze",
        &[("shown", "x"), ("until", "2026-03-11T09:00")],
        CONFLICT,
        "check the current version below",
    );
}

#[test]
fn an_invalid_form_is_refused() {
    let browser = &Browser::pilot();
    for key in ["", "short", &"x".repeat(201)] {
        check(browser, "approve", &[("key", key)], UNPROCESSABLE, "8 to 200 characters");
    }
    check(browser, "reject", &[], UNPROCESSABLE, "Choose a reason");
    check(browser, "reject", &[("reason", "approve")], UNPROCESSABLE, "Choose a reason");
    check(browser, "reject", &[("reason", "draft"), ("note", &"x".repeat(5000))], UNPROCESSABLE, "note is too long");
    check(browser, "edit", &[("subject", " ")], UNPROCESSABLE, "needs a subject and a text");
    check(browser, "edit", &[("body", "")], UNPROCESSABLE, "needs a subject and a text");
    check(browser, "edit", &[("subject", "Hi\r\nBcc: all@x.example")], UNPROCESSABLE, "one line each");
    check(browser, "edit", &[("body", &"x".repeat(40_000))], UNPROCESSABLE, "too long");
    check(browser, "edit", &[("body", "Saved 4,000,000 with us.")], UNPROCESSABLE, "your campaign: 4,000,000");
    check(browser, "approve", &[("overrule", "length"), ("reason.length", "  ")], UNPROCESSABLE, "without a reason");
    check(browser, "edit", &[("overrule", "length")], UNPROCESSABLE, "without a reason");
}

#[test]
fn snoozing_needs_a_later_moment_before_the_deadline() {
    let browser = &Browser::pilot();
    for (until, words) in [
        ("2026-03-10T09:00", "only be snoozed until a later time"),
        ("1970-01-01T00:00", "only be snoozed until a later time"),
        ("2026-03-31T09:00", "choose another time"),
        ("9999-12-31T23:59", "expires on"),
        ("tomorrow", "snooze time is not a date and time"),
        ("2026-02-30T09:00", "snooze time is not a date and time"),
        ("", "snooze time is not a date and time"),
        ("at", "snooze time is not a date and time"),
    ] {
        check(browser, "snooze", &[("until", until)], UNPROCESSABLE, words);
    }
}

#[test]
fn one_key_is_one_request() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    let form = browser.form(&ids[0], "reject", &[("reason", "draft")]);
    browser.post(&format!("/packages/{}/reject", ids[0]), &form).location();
    let key = form.iter().find(|(name, _)| name == "key").expect("a key").1.clone();
    let again = browser.post(&format!("/packages/{}/reject", ids[0]), &changed(form, &[("reason", "contact")]));
    assert_eq!(again.status, CONFLICT);
    assert!(again.problem().contains("already used"), "{}", again.problem());
    let other = browser.decide(&ids[1], "approve", &[("key", &key)]);
    assert_eq!(other.status, CONFLICT);
    undecided(&browser, &ids[1]);
}

#[test]
fn a_newer_package_is_shown_with_the_typed_text() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let edit = browser.form(&id, "edit", &[("subject", "My subject"), ("body", "My\nown words")]);
    let approve = browser.form(&id, "approve", &[]);
    let mut package = browser.server.package(&id);
    package.draft.message.subject = "Another subject".into();
    browser.server.keep(&package);
    let newer = browser.server.view(&id).newer.expect("a newer one");

    let refused = browser.post(&format!("/packages/{id}/approve"), &approve);
    assert_eq!(refused.status, CONFLICT);
    assert!(refused.problem().contains("a newer package replaced"), "{}", refused.problem());
    assert!(refused.problem().contains("Changed: the subject"), "{}", refused.problem());
    assert!(refused.page().text().contains("Another subject"));

    let refused = browser.post(&format!("/packages/{id}/edit"), &edit);
    let page = refused.page();
    let form = page.form(&format!("/packages/{newer}/edit"), 0);
    let typed = |name| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!((typed("subject"), typed("body")), (Some("My subject"), Some("My\r\nown words")));
    undecided(&browser, &newer);
    assert!(
        browser
            .page(&format!("/packages/{id}"))
            .named("a")
            .iter()
            .any(|a| a.attr("href") == format!("/packages/{newer}"))
    );
}

#[test]
fn the_typed_text_is_kept_if_the_package_has_expired() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let edit = browser.form(&id, "edit", &[("subject", "My subject"), ("body", "My own <words>")]);
    browser.decide(&id, "reject", &[("reason", "draft")]).location();
    for (path, status) in [("edit", CONFLICT), ("check", StatusCode::OK)] {
        let answer = browser.post(&format!("/packages/{id}/{path}"), &edit);
        assert_eq!(answer.status, status);
        let kept: Vec<String> = answer.page().named("textarea").iter().map(|kept| kept.text()).collect();
        assert_eq!(kept, ["\nMy subject", "\nMy own <words>"], "{path}");
    }
    assert_eq!(browser.server.view(&id).decisions.len(), 1);
}

#[test]
fn an_expired_package_cannot_be_approved() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let approve = browser.form(&id, "approve", &[]);
    let reject = browser.form(&id, "reject", &[("reason", "not-now")]);
    browser.server.later(60 * DAY);
    let late = browser.post(&format!("/packages/{id}/approve"), &approve);
    assert_eq!(late.status, CONFLICT);
    assert!(late.problem().contains("expired on"), "{}", late.problem());
    undecided(&browser, &id);
    // The page offers no way to send it, and shows the decisions that are still possible.
    let page = browser.page(&format!("/packages/{id}"));
    let actions: Vec<&str> = page.named("form").iter().map(|form| form.attr("action")).collect();
    assert!(actions.contains(&format!("/packages/{id}/reject").as_str()));
    assert!(!actions.iter().any(|action| action.ends_with("/approve") || action.ends_with("/edit")), "{actions:?}");
    browser.post(&format!("/packages/{id}/reject"), &reject).location();
}

#[test]
fn a_suppressed_person_is_not_contacted() {
    use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let (approve, package) = (browser.form(&id, "approve", &[]), browser.server.package(&id));
    let order = Suppression { scope: SuppressionScope::Address, reason: SuppressionReason::OptedOut, until: None };
    run(browser.server.desk.by("admin").suppress(&package.draft.message.to, order, browser.server.now()))
        .expect("suppressed");
    let answer = browser.post(&format!("/packages/{id}/approve"), &approve);
    assert_eq!(answer.status, CONFLICT);
    assert!(answer.problem().contains("withdrawn"), "{}", answer.problem());
    assert!(browser.server.view(&id).outbox.is_none());
}

#[test]
fn the_viewing_time_cannot_be_forged() {
    for (begun, expected) in [(None, Some(0)), (Some("0.00"), None), (Some(""), None), (Some("other"), None)] {
        let browser = Browser::pilot();
        let ids = browser.server.queue();
        let mut form = browser.form(&ids[0], "approve", &[]);
        if let Some(begun) = begun {
            let other = browser.form(&ids[1], "approve", &[]);
            let other = other.iter().find(|(name, _)| name == "begun").expect("a moment").1.clone();
            form = changed(form, &[("begun", if begun == "other" { &other } else { begun })]);
        }
        browser.post(&format!("/packages/{}/approve", ids[0]), &form).location();
        assert_eq!(browser.server.view(&ids[0]).decisions[0].seconds, expected, "{begun:?}");
    }
    // A form stays valid after a restart of the program; only the viewing time is lost.
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let form = browser.form(&id, "approve", &[]);
    let browser = browser.restarted();
    browser.post(&format!("/packages/{id}/approve"), &form).location();
    assert_eq!(browser.server.view(&id).decisions[0].seconds, None);
}

#[test]
fn only_forms_of_this_page_decide() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let form = browser.form(&id, "approve", &[]);
    let path = format!("/packages/{id}/approve");
    for (headers, status) in [
        (&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "cross-site"), ("origin", "here")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], StatusCode::FORBIDDEN),
        (&[("origin", "https://evil.example")], StatusCode::FORBIDDEN),
        (&[("origin", "http://localhost:9090")], StatusCode::FORBIDDEN),
        (&[("origin", "null")], StatusCode::FORBIDDEN),
        (&[], StatusCode::FORBIDDEN),
        (&[("host", "evil.example"), ("origin", "http://evil.example")], StatusCode::MISDIRECTED_REQUEST),
        (&[("host", "192.168.0.4:8080"), ("sec-fetch-site", "same-origin")], StatusCode::MISDIRECTED_REQUEST),
        (&[("host", ""), ("sec-fetch-site", "same-origin")], StatusCode::MISDIRECTED_REQUEST),
        (&[("host", HERE), ("host", "evil.example"), ("origin", "here")], StatusCode::MISDIRECTED_REQUEST),
    ] {
        let answer = browser.post_from(&path, &form, headers);
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(answer.page().with_class("pill").is_empty(), "the answer contains nothing of the store");
        undecided(&browser, &id);
    }
    for (headers, status) in [(&[("host", "evil.example")][..], 421), (&[("host", "[::1]:8080")], 200), (&[], 200)] {
        let request = request(Method::GET, "/", headers).body(Body::empty()).expect("a request");
        assert_eq!(browser.send(request).status, status, "{headers:?}");
    }
    browser.post_from(&path, &form, &[("origin", "here")]).location();
}

#[test]
fn viewing_decides_nothing() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let query: Vec<String> = browser
        .form(&id, "approve", &[("reason", "draft"), ("until", "2026-03-11T09:00"), ("left", "yes")])
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        for path in [
            format!("/packages/{id}/approve"),
            format!("/packages/{id}/edit"),
            format!("/packages/{id}/check"),
            format!("/packages/{id}/reject"),
            format!("/packages/{id}/snooze"),
            "/outbox/0000000000000000/withdraw".to_owned(),
            "/outbox/0000000000000000/settle".to_owned(),
            "/sending/stop".to_owned(),
            "/sending/resume".to_owned(),
        ] {
            let path = format!("{path}?{}", query.join("&"));
            let request = request(method.clone(), &path, &[("sec-fetch-site", "same-origin")]);
            let answer = browser.send(request.body(Body::empty()).expect("a request"));
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(answer.header("allow"), "POST", "{method} {path}");
        }
    }
    undecided(&browser, &id);
    assert!(run(browser.server.desk.sending_stop()).expect("the store").is_none());
}

#[test]
fn missing_pages_and_large_forms_are_reported() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    for path in [
        "/packages/000000000000",
        "/packages/x",
        "/packages/%00",
        "/packages/%FF",
        "/packages/..%2f..%2fetc%2fpasswd",
        "/packages/'%20OR%201=1",
        "/packages/000000000000/audit-log",
        "/outbox/0000000000000000",
        "/outbox/%3Cscript%3E",
        "/nowhere",
    ] {
        let answer = browser.get(path);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.problem().contains("There is no such"), "{path}");
    }
    assert_eq!(browser.get(&format!("/packages/{}", "x".repeat(5000))).status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("/packages/{id}/audit-log?after=x")).status, UNPROCESSABLE);
    assert_eq!(browser.get("/outbox?after=%F0%28").status, UNPROCESSABLE);
    for what in ["approve", "edit", "check", "reject", "snooze"] {
        let answer = browser
            .post(&format!("/packages/000000000000/{what}"), &browser.form(&id, "reject", &[("reason", "draft")]));
        let expected = if what == "snooze" { UNPROCESSABLE } else { StatusCode::NOT_FOUND };
        assert!(answer.status == StatusCode::NOT_FOUND || answer.status == expected, "{what}: {}", answer.status);
    }
    let large = browser.decide(&id, "edit", &[("body", &"x".repeat(140 << 10))]);
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.problem().contains("the form is too large"));
    let request = request(Method::POST, &format!("/packages/{id}/approve"), &[("origin", "here")])
        .header("content-type", "application/json")
        .body(Body::from("{}"))
        .expect("a request");
    assert_eq!(browser.send(request).status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    undecided(&browser, &id);
}

#[test]
fn a_failing_store_is_reported_without_internals() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let form = browser.form(&id, "approve", &[]);
    run(browser.server.desk.store().close());
    for answer in [browser.get("/"), browser.get("/outbox"), browser.post(&format!("/packages/{id}/approve"), &form)] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let said = answer.problem();
        assert!(said.contains("the database") && said.contains("Next step"), "{said}");
        assert!(!said.contains("desk.db") && !said.contains("pool"), "{said}");
    }
}
