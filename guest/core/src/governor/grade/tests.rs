use baton_facts::quality::DraftPart;
use baton_facts::types::{Claim, Evidence};
use proptest::prelude::*;

use super::*;

const OPENER: &str = "I read on Tech Daily that Northwind raised 20 million euros.";
const PITCH: &str = "Teams like yours set up their first pipeline in under a day, and keep their tools as they are.";
const ASK: &str = "Would a 20-minute call next week be worth your time?";

fn draft() -> Draft {
    Draft {
        message: Message {
            to: "dana@northwind.example".into(),
            subject: "Northwind and the new round".into(),
            body: format!("Hi Dana,\n\n{OPENER}\n\n{PITCH}\n\n{ASK}\n\nMara Lindqvist\nRelayforge"),
        },
        opener: OPENER.into(),
        pitch: PITCH.into(),
        call_to_action: ASK.into(),
        claims: vec![
            Claim { text: OPENER.into(), evidence: Evidence::Signal("sig-1".into()) },
            Claim { text: "Northwind raised 20 million euros".into(), evidence: Evidence::Signal("sig-1".into()) },
            Claim {
                text: "set up their first pipeline in under a day".into(),
                evidence: Evidence::Fact("fact-1".into()),
            },
        ],
    }
}

/// The draft's body has 44 tokens without greeting and signature: one of them is 227 basis points.
///
/// The grade after one replacement in the whole message, as (conforming, edited, changed facts, most rewritten).
#[track_caller]
fn check(from: &str, to: &str, expected: (bool, u16, &[&str], Option<DraftPart>)) {
    let draft = draft();
    let message = &draft.message;
    let outgoing = Message {
        to: message.to.replace(from, to),
        subject: message.subject.replace(from, to),
        body: message.body.replace(from, to),
    };
    assert_ne!(*message, outgoing, "`{from}` is in the message");
    let grade = grade_edit(&draft, &outgoing);
    let facts: Vec<&str> = grade.changed_facts.iter().map(String::as_str).collect();
    assert_eq!((grade.conforming, grade.edited, facts.as_slice(), grade.most_rewritten), expected);
}

#[test]
fn wording_may_change() {
    check("I read on", "I saw on", (true, 227, &[], Some(DraftPart::Opener)));
    check("keep their tools as they are", "change nothing else", (true, 1363, &[], Some(DraftPart::Pitch)));
    check(" next week", "", (true, 454, &[], Some(DraftPart::CallToAction)));
    check("and the new round", "and its new round", (true, 0, &[], Some(DraftPart::Subject)));
    check(
        "be worth your time?",
        "be worth your time?\n\nNo is fine too.",
        (true, 1020, &[], Some(DraftPart::CallToAction)),
    );
    check("\n\n", "\n", (true, 0, &[], None));
}

#[test]
fn greeting_and_signature_are_left_aside() {
    check("Hi Dana,", "Hello again dear Dana,", (true, 0, &[], None));
    check("\nRelayforge", "", (true, 0, &[], None));
}

#[test]
fn a_changed_fact_is_a_defect() {
    check(
        "20 million",
        "30 million",
        (
            false,
            227,
            &["`20` was removed", "`30` was added", "the claim `Northwind raised 20 million euros` was altered"],
            Some(DraftPart::Opener),
        ),
    );
    check("Hi Dana", "Hi Diana", (false, 0, &["`Dana` was removed", "`Diana` was added"], None));
    check(
        "20-minute",
        "15-minute",
        (false, 227, &["`15-minute` was added", "`20-minute` was removed"], Some(DraftPart::CallToAction)),
    );
    check(
        "under a day",
        "under an hour",
        (false, 454, &["the claim `set up their first pipeline in under a day` was altered"], Some(DraftPart::Pitch)),
    );
    check(
        "dana@northwind.example",
        "all@northwind.example",
        (false, 0, &["the recipient `dana@northwind.example` became `all@northwind.example`"], None),
    );
    check(
        "worth your time?",
        "worth your time? See relayforge.example/try.",
        (false, 638, &["`relayforge.example/try` was added"], Some(DraftPart::CallToAction)),
    );
    check("next week", "on Tuesday", (false, 454, &["`Tuesday` was added"], Some(DraftPart::CallToAction)));
}

#[test]
fn a_name_may_move_within_the_text() {
    check(
        "I read on Tech Daily that Northwind",
        "Northwind",
        (false, 1363, &["`Daily` was removed", "`Tech` was removed"], Some(DraftPart::Opener)),
    );
    check("Would a 20-minute call", "Dana, would a 20-minute call", (true, 652, &[], Some(DraftPart::CallToAction)));
}

#[test]
fn more_than_two_fifths_rewritten_is_another_draft() {
    let draft = draft();
    let mut outgoing = draft.message.clone();
    outgoing.body = outgoing.body.replace(PITCH, "They set up their first pipeline in under a day with us.");
    let grade = grade_edit(&draft, &outgoing);
    assert!(grade.conforming && grade.edited < 4000, "{grade:?}");
    outgoing.body =
        outgoing.body.replace("I read on Tech Daily that ", "congratulations, so good to hear from Tech Daily that ");
    outgoing.body =
        outgoing.body.replace(ASK, "if so, please just answer with a word and we will find a 20-minute slot.");
    let grade = grade_edit(&draft, &outgoing);
    assert_eq!((grade.conforming, grade.changed_facts.is_empty()), (false, true), "{grade:?}");
    assert!(grade.edited > 4000);
}

#[test]
fn common_nouns_are_no_names_in_german() {
    let text = |noun: &str| format!("Guten Tag Dana,\n\nwir haben für Sie {noun} und die Firma SAP.");
    let mut german = draft();
    german.claims.clear();
    german.message.body = text("eine Idee");
    let edited = Message { body: text("einen Vorschlag"), ..german.message.clone() };
    assert!(grade_edit(&german, &edited).changed_facts.is_empty());
    let edited = Message { body: text("eine Idee").replace("SAP", "IBM"), ..german.message.clone() };
    assert_eq!(grade_edit(&german, &edited).changed_facts, ["`SAP` was removed", "`IBM` was added"]);
}

/// A message of the size a host passes at most is graded in bounded work.
#[test]
fn hostile_sizes_are_bounded() {
    let mut huge = draft();
    huge.message.body = "a b ".repeat(16_000);
    huge.claims = vec![Claim { text: "x y".into(), evidence: Evidence::Account }; 10_000];
    let outgoing = Message { body: "b c ".repeat(16_000), ..huge.message.clone() };
    let grade = grade_edit(&huge, &outgoing);
    assert_eq!((grade.conforming, grade.edited), (false, 10_000));
}

proptest! {
    #[test]
    fn any_edit_has_a_grade_and_none_conforms(
        body in r"([A-Za-z]{1,6}|[0-9]{1,3}|[ \n.,?]|\PC){0,60}",
        other in r"([A-Za-z]{1,6}|[0-9]{1,3}|[ \n.,?]|\PC){0,60}",
        (opener, ask) in (0..20_usize, 20..40_usize),
    ) {
        let mut draft = draft();
        let part = |from: usize, to: usize| body.chars().skip(from).take(to - from).collect::<String>();
        (draft.opener, draft.pitch, draft.call_to_action) = (part(3, opener.max(3)), part(opener, ask), part(ask, 50));
        draft.message.body = body.clone();
        let same = grade_edit(&draft, &draft.message);
        prop_assert!(same.conforming && same.edited == 0 && same.changed_facts.is_empty() && same.most_rewritten.is_none());
        let outgoing = Message { body: other, ..draft.message.clone() };
        let grade = grade_edit(&draft, &outgoing);
        prop_assert!(grade.edited <= 10_000);
        prop_assert!(!grade.conforming || (grade.edited <= 4000 && grade.changed_facts.is_empty()));
    }
}
