//! Pages of comparisons as they look without colour.

use baton_desk::autonomy::StreamKey;
use baton_model::PackageId;
use baton_runtime::{Digest, World};
use expect_test::{Expect, expect};

use super::*;
use crate::output::page::shown;

fn check(streams: Vec<StreamComparison>, expected: Expect) {
    let found = ComponentComparison { component: Digest::of(b"ours"), world: World::Drafter, streams };
    let mut page = TextPage::new(100);
    comparison(&mut page, &found);
    expected.assert_eq(&shown(page));
}

fn numbers() -> StreamComparison {
    StreamComparison {
        stream: Some(3),
        key: Some(key()),
        kept: 40,
        identical: 40,
        wording: 0,
        outcome: 0,
        incomparable: 0,
        forgotten: 0,
        inspected: 22,
        needed: Some(22),
        carried: false,
        can_carry_over: true,
        calls: Vec::new(),
    }
}

fn key() -> StreamKey {
    StreamKey {
        campaign: "pilot".into(),
        tier: "mid".into(),
        signal_kind: "funding".into(),
        follow_up: false,
        language: "en".into(),
        engine: String::new(),
        drafter: String::new(),
        customer: String::new(),
        variant: String::new(),
        angle: String::new(),
    }
}

fn call(came_to: CallDifference) -> CallComparison {
    CallComparison {
        package: Some(PackageId("0123456789abcdef".into())),
        account: "Ev\u{1b}[2Jil Ltd".into(),
        function: "prepare".into(),
        at: 1_773_133_200,
        difference: came_to,
    }
}

fn texts(subject: &str, body: &str) -> DraftTexts {
    DraftTexts { subject: subject.into(), body: body.into() }
}

#[test]
fn nothing_changes() {
    check(
        vec![numbers(), StreamComparison { carried: true, can_carry_over: false, ..numbers() }],
        expect![[r#"
            drafter sha256:ae0bec9e9d33c56354bd612c8a6010840324fc5b9786ce0a18b696b304b09397

               3  pilot · mid · funding · first touch · en
                  40 recordings: 40 identical
                  evidence of 22 inspections; add `--carry-over` to carry it over

               3  pilot · mid · funding · first touch · en
                  40 recordings: 40 identical
                  evidence of 22 inspections, carried over

            80 recordings gave the same result
        "#]],
    );
}

#[test]
fn words_and_outcomes_change() {
    let wording = CallDifference::Wording {
        recorded: texts("Deploys after the round", "Hi Ada,\n\nCongratulations on the round.\n\nMara"),
        now: texts("Deploys after the\u{1b}[2J round", "Hi Ada,\n\nWell done with the round.\n\nMara"),
    };
    let changes = vec!["score: 80 → 72".into(), "check claims-evidenced: pass → fail".into()];
    let why = "it asks for something new".into();
    let calls =
        vec![call(wording), call(CallDifference::Outcome { changes }), call(CallDifference::Incomparable { why })];
    let differing = StreamComparison {
        identical: 20,
        wording: 12,
        outcome: 5,
        incomparable: 2,
        forgotten: 1,
        can_carry_over: false,
        calls,
        ..numbers()
    };
    let few = StreamComparison { kept: 4, identical: 4, can_carry_over: false, ..numbers() };
    let held = StreamComparison {
        stream: None,
        key: None,
        kept: 9,
        identical: 9,
        needed: None,
        can_carry_over: false,
        ..numbers()
    };
    check(
        vec![held, differing, few],
        expect![[r#"
            drafter sha256:ae0bec9e9d33c56354bd612c8a6010840324fc5b9786ce0a18b696b304b09397

                  accounts that were held or disqualified
                  9 recordings: 9 identical

               3  pilot · mid · funding · first touch · en
                  40 recordings: 20 identical, 12 with other wording, 5 with another outcome, 2 not comparable, 1 erased
                  evidence of 22 inspections; with this component the stream starts again in pilot
                  01234567  Ev\u{1b}[2Jil Ltd, prepare of 2026-03-10
                    subject: Deploys after [-the-] {+the\u{1b}[2J+} round
                    [-Congratulations on-] {+Well done with+} the round.
                  01234567  Ev\u{1b}[2Jil Ltd, prepare of 2026-03-10
                    score: 80 → 72
                    check claims-evidenced: pass → fail
                  01234567  Ev\u{1b}[2Jil Ltd, prepare of 2026-03-10
                    it asks for something new

               3  pilot · mid · funding · first touch · en
                  4 recordings: 4 identical
                  evidence of 22 inspections; carrying it over needs 22 recordings with the same result

            19 of 52 recordings gave a different result
        "#]],
    );
}

#[test]
fn nothing_is_recorded() {
    check(
        Vec::new(),
        expect![[r#"
            drafter sha256:ae0bec9e9d33c56354bd612c8a6010840324fc5b9786ce0a18b696b304b09397

            no recordings to compare with
        "#]],
    );
}

#[test]
fn words_that_went_and_came() {
    for (before, after, expected) in [
        ("", "", ""),
        ("a b c", "a b c", "a b c"),
        ("a b c", "a c", "a [-b-] c"),
        ("a c", "a b c", "a {+b+} c"),
        ("a b c", "a x y c", "a [-b-] {+x y+} c"),
        ("a", "", "[-a-]"),
    ] {
        assert_eq!(words(before, after), expected);
    }
    let long = "word ".repeat(WORDS + 1);
    assert!(words(&long, "word").starts_with("[-word word"), "texts beyond any draft are not compared word by word");
}
