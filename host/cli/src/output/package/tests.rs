//! A package in full, and the outcomes without one.

use std::sync::Arc;

use baton_facts::{
    packages::{Check, Disqualification, DisqualificationReason, Hold, HoldReason, Preparation},
    quality::Routing,
};
use expect_test::{Expect, expect};

use super::*;
use crate::output::{page::shown, why::why};

const READY: &str = include_str!("ready.json");

fn ready() -> AccountOutcome {
    serde_json::from_str(READY).expect("the example is a result")
}

fn check(result: &AccountOutcome, expected: Expect) {
    let mut page = TextPage::new(80);
    print_outcome(&mut page, result);
    expected.assert_eq(&shown(page));
}

fn check_why(result: &AccountOutcome, expected: Expect) {
    let mut page = TextPage::new(80);
    why(&mut page, result);
    expected.assert_eq(&shown(page));
}

fn without_package(outcome: Outcome) -> AccountOutcome {
    let trace = vec![Check {
        name: "account-not-customer".into(),
        verdict: Verdict::Fail,
        detail: "the CRM says customer".into(),
        evidence: Vec::new(),
    }];
    AccountOutcome { preparation: Ok(Arc::new(Preparation { outcome, trace })), routing: None, ..ready() }
}

#[test]
fn a_package() {
    check(
        &ready(),
        expect![[r#"
            Northbeam Logistics  northbeam.example
            ready, review-and-approve (tier named), score 84
            Logistics and Supply Chain · 1,200 employees · $240,000,000 a year · US ·
            prospect · named account · owner Mara Lindqvist

            Why now
              Northbeam raised a Series C two weeks ago, and rounds are followed by more
              releases
               74  2026-02-25  funding: Northbeam raised a Series C of $80 million led by
                               Alder Peak
                               Freight Ledger, https://freightledger.example/northbeam-series-c
               40  2026-02-24  hiring: Northbeam is hiring six platform engineers
                               its careers page, https://northbeam.example/careers

            Contact
              Jonas Weir, Head of Platform
              jonas.weir@northbeam.example (deliverable, verified 2026-02-13)
              https://linkedin.example/in/jonasweir
              role: platform lead, by the title "Head of Platform" (100 of 100)
              2 earlier touches
                2025-03-03  inbound call: asked for a brochure → sent
                2025-02-19  outbound email: Releases [autumn]

            Draft
              From     Mara Lindqvist <mara@relayforge.example>
              To       jonas.weir@northbeam.example
              Subject  Northbeam Logistics after the round

              │ Hi Jonas,
              │
              │ I read in Freight Ledger that Northbeam raised a Series C of $80 million led
              │ by Alder Peak. Congratulations.
              │
              │ Relayforge works with the pipeline you have, and the first service is
              │ usually connected in one afternoon.
              │
              │ Is safer shipping on your list for this year?
              │
              │ Mara Lindqvist
              │ Relayforge

              Claims and their evidence
              - "Northbeam raised a Series C of $80 million led by Alder Peak"
                from Freight Ledger, 2026-02-25
              - "the first service is usually connected in one afternoon"
                from the campaign's fact `fact-setup`
              - "Logistics"
                from the account's record
              - "out of nowhere"
                from `s9`, which is not in the package

            Checks
              1 passed, 1 warning, 0 failed
              warn  names-carried  no record carries the name "Alder Peak", so somebody
                                   should look at it before the message leaves

            Next
              Read the draft and decide: approve, edit or reject
              touch 1 · score 84 · about 41 seconds to read · fresh until 2026-04-11
        "#]],
    );
}

#[test]
fn every_rule_in_order() {
    check_why(
        &ready(),
        expect![[r#"
            Northbeam Logistics  northbeam.example
            ready, review-and-approve (tier named), score 84

            Rules
              1  pass  account-not-suppressed  no suppression covers the account or its
                                               domain
              2  pass  contact-chosen          Jonas Weir, Head of Platform, is the best
                                               match of 3 people

            Checks of the package
              1  pass  claims-evidenced  2 of 2 claims name a record
              2  warn  names-carried     no record carries the name "Alder Peak", so
                                         somebody should look at it before the message
                                         leaves

            Routing
              the tier `named` is reviewed by a person
              1  pass  tier-named  the account is on the list of named accounts
        "#]],
    );
}

#[test]
fn a_held_account() {
    let detail = "nobody at Northbeam has a title that matches a role of the ideal customer".to_owned();
    let hold = Hold { reason: HoldReason::NoRoleMatch, detail, look_again: Some(1_773_133_200) };
    check(
        &without_package(Outcome::Held(hold)),
        expect![[r#"
            Northbeam Logistics  northbeam.example
            held, no-role-match: nobody at Northbeam has a title that matches a role of the
                                 ideal customer; next look on 2026-03-10
            Logistics and Supply Chain · 1,200 employees · $240,000,000 a year · US ·
            prospect · named account · owner Mara Lindqvist
        "#]],
    );
}

#[test]
fn a_disqualified_account() {
    let out = Disqualification { reason: DisqualificationReason::Customer, detail: "a customer".into() };
    let result = without_package(Outcome::Disqualified(out));
    check_why(
        &result,
        expect![[r#"
            Northbeam Logistics  northbeam.example
            disqualified, customer: a customer

            Rules
              1  fail  account-not-customer  the CRM says customer
        "#]],
    );
}

#[test]
fn a_call_that_failed() {
    let result = AccountOutcome { preparation: Err("the call was ended: it crashed".into()), routing: None, ..ready() };
    check(
        &result,
        expect![[r#"
        Northbeam Logistics  northbeam.example
        failed
        Logistics and Supply Chain · 1,200 employees · $240,000,000 a year · US ·
        prospect · named account · owner Mara Lindqvist

        the call was ended: it crashed
    "#]],
    );
    check_why(
        &result,
        expect![[r#"
        Northbeam Logistics  northbeam.example
        failed

          the call was ended: it crashed
    "#]],
    );
}

#[test]
fn no_tier() {
    let mut result = ready();
    let routing = result.routing.as_deref().expect("it is routed").clone();
    result.routing = Some(Arc::new(Routing { tier: None, ..routing }));
    let mut page = TextPage::new(80);
    headline(&mut page, &result);
    expect![[r#"
        Northbeam Logistics  northbeam.example
        ready, review-and-approve, score 84
    "#]]
    .assert_eq(&shown(page));
}

#[test]
fn nothing_in_the_data_reaches_the_terminal_as_a_command() {
    let hostile =
        READY.replace("Northbeam", "North\\u001b]0;x\\u0007\\u202ebeam").replace("Hi Jonas", "Hi \\u001b[2JJonas");
    let result: AccountOutcome = serde_json::from_str(&hostile).expect("the example is a result");
    for print in [print_outcome, why] {
        let mut page = TextPage::new(80);
        print(&mut page, &result);
        let text = shown(page);
        assert!(text.contains(r"\u{1b}]0;x"), "the escape is shown");
        assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text:?}");
        assert!(!text.contains('\u{202e}'));
    }
}
