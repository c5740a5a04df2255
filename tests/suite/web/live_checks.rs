//! Checks of a text while a person types it.

use super::browser::{Answer, Browser, changed};
use super::html::{self, Element};
use axum::http::StatusCode;
use baton_model::package_state::PackageState;

fn piece(answer: &Answer) -> Element {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    html::read(&format!("<!doctype html><html><body><h1>x</h1>{}</body></html>", answer.body.trim()))
}

#[test]
fn a_text_is_checked_while_it_is_typed() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let draft = browser.server.package(&id).draft.message;
    let form = browser.form(&id, "edit", &[]);
    let path = format!("/packages/{id}/inspect");
    let page = browser.page(&format!("/packages/{id}"));
    let writing = page.named("form").into_iter().find(|form| form.attr("data-inspect") == path);
    assert!(writing.is_some(), "the script knows the address");

    // The draft itself: all checks pass and nothing differs.
    let as_drafted = piece(&browser.post(&path, &form));
    assert!(as_drafted.named("ins").is_empty() && as_drafted.with_class("pass").len() == 1, "{}", as_drafted.text());

    let body = draft.body.replace("90 seconds", "12 <b>seconds</b> \u{202e}");
    let typed = [("body", body.as_str()), ("overrule", "numbers-carried"), ("reason.numbers-carried", "as measured")];
    let said = piece(&browser.post(&path, &changed(form.clone(), &typed)));
    assert!(said.text().contains("not in the account data or your campaign: 12"), "{}", said.text());
    assert!(said.named("b").iter().all(|bold| bold.text() != "seconds"), "it is shown as text");
    assert!(said.named("ins").iter().any(|new| new.text().contains("\\u{202e}")), "{}", said.text());
    let kept = said.named("input").into_iter().find(|field| field.attr("name") == "reason.numbers-carried");
    assert_eq!(kept.expect("the reason").attr("value"), "as measured");

    // It changes nothing but the audit log, which gets one line for the form.
    assert_eq!((browser.server.view(&id).state, browser.server.view(&id).decisions.len()), (PackageState::Queued, 0));
    let trail = browser.page(&format!("/packages/{id}/audit-log")).text();
    assert_eq!(trail.matches("text checked").count(), 1, "{trail}");

    // A change in the meantime is reported at once.
    browser.decide(&id, "reject", &[("reason", "account")]).location();
    let late = piece(&browser.post(&path, &form));
    assert!(late.text().contains("You can't approve this any more"), "{}", late.text());
}

#[test]
fn a_check_takes_only_the_fields_of_the_form() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let form = browser.form(&id, "edit", &[]);
    let path = format!("/packages/{id}/inspect");
    assert_eq!(browser.post(&path, &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.get(&path).status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(browser.post_from(&path, &form, &[("sec-fetch-site", "cross-site")]).status, StatusCode::FORBIDDEN);
    let huge = changed(form.clone(), &[("body", &"x".repeat(200_000))]);
    assert_eq!(browser.post(&path, &huge).status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(browser.post("/packages/nosuchpackage/inspect", &form).status, StatusCode::NOT_FOUND);
}

#[test]
fn the_draft_can_be_restored() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    let draft = browser.server.package(&id).draft.message;
    let typed = [("subject", "Mine"), ("body", "My own words"), ("my-wording", "yes"), ("restore", "yes")];
    let page = browser.decide(&id, "check", &typed).page();
    let form = page.form(&format!("/packages/{id}/edit"), 0);
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.replace("\r\n", "\n"));
    assert_eq!((field("subject"), field("body")), (Some(draft.subject), Some(draft.body)));
    assert_eq!(field("my-wording"), None);
}

#[test]
fn a_tab_in_the_background_does_not_count_as_viewing() {
    let browser = Browser::pilot();
    let ids = browser.server.queue();
    for (id, visible, expected) in [(&ids[0], "", 0), (&ids[1], "4000000000", 0), (&ids[2], "-1", 0), (&ids[3], "x", 0)]
    {
        browser.decide(id, "reject", &[("reason", "draft"), ("visible", visible)]).location();
        assert_eq!(browser.server.view(id).decisions[0].seconds, Some(expected), "{visible}");
    }
}

#[test]
fn the_edits_of_the_draft_stay_visible() {
    let browser = Browser::pilot();
    let id = browser.server.queue()[0].clone();
    browser.decide(&id, "edit", &[("subject", "Shipping at yours")]).location();
    let page = browser.page(&format!("/packages/{id}"));
    let new: Vec<String> = page.named("ins").iter().map(|new| new.text()).collect();
    assert!(new.concat().contains("Shipping"), "{new:?}");
}
