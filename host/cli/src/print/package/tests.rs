//! A package in full, and the outcomes without one.

use std::sync::Arc;

use baton_facts::{
    packages::{Check, Disqualification, DisqualificationReason, Hold, HoldReason, Preparation},
    quality::Routing,
};
use expect_test::{Expect, expect};

use super::*;
use crate::print::{page::shown, why::why};

const READY: &str = include_str!("ready.json");

fn ready() -> Handled {
    serde_json::from_str(READY).expect("the example is a result")
}

fn check(result: &Handled, expected: Expect) {
    let mut page = Page::new(80);
    handled(&mut page, result);
    expected.assert_eq(&shown(page));
}

fn check_why(result: &Handled, expected: Expect) {
    let mut page = Page::new(80);
    why(&mut page, result);
    expected.assert_eq(&shown(page));
}

fn without_package(outcome: Outcome) -> Handled {
    let trace = vec![Check {
        name: "account-not-customer".into(),
        verdict: Verdict::Fail,
        detail: "the CRM says customer".into(),
        evidence: Vec::new(),
    }];
    Handled { preparation: Ok(Arc::new(Preparation { outcome, trace })), routing: None, ..ready() }
}

#[test]
fn a_package() {
    check(&ready(), expect![[""]]);
}

#[test]
fn every_rule_in_order() {
    check_why(&ready(), expect![[""]]);
}

#[test]
fn a_held_account() {
    let detail = "nobody at Northbeam has a title that matches a role of the ideal customer".to_owned();
    let hold = Hold { reason: HoldReason::NoRoleMatch, detail, look_again: Some(1_773_133_200) };
    check(&without_package(Outcome::Held(hold)), expect![[""]]);
}

#[test]
fn a_disqualified_account() {
    let out = Disqualification { reason: DisqualificationReason::Customer, detail: "a customer".into() };
    let result = without_package(Outcome::Disqualified(out));
    check_why(&result, expect![[""]]);
}

#[test]
fn a_call_that_failed() {
    let result = Handled { preparation: Err("the call was ended: it failed by itself".into()), routing: None, ..ready() };
    check(&result, expect![[""]]);
    check_why(&result, expect![[""]]);
}

#[test]
fn no_tier() {
    let mut result = ready();
    let routing = result.routing.as_deref().expect("it is routed").clone();
    result.routing = Some(Arc::new(Routing { tier: String::new(), ..routing }));
    let mut page = Page::new(80);
    headline(&mut page, &result);
    expect![[""]].assert_eq(&shown(page));
}

#[test]
fn nothing_in_the_data_reaches_the_terminal_as_a_command() {
    let hostile = READY.replace("Northbeam", "North\\u001b]0;x\\u0007\\u202ebeam").replace("Hi Jonas", "Hi \\u001b[2JJonas");
    let result: Handled = serde_json::from_str(&hostile).expect("the example is a result");
    for print in [handled, why] {
        let mut page = Page::new(80);
        print(&mut page, &result);
        let text = shown(page);
        assert!(text.contains(r"\u{1b}]0;x"), "the escape is shown");
        assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text:?}");
        assert!(!text.contains('\u{202e}'));
    }
}
