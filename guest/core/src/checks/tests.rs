//! Each check, passing and failing; the draft is one that passes all of them.

use super::*;
use crate::testing::{NOW, Scenario, touch};
use baton_facts::types::{Claim, Evidence, Verification};

/// The verdict of one check after a change to the package, whose draft counts as the drafter's own.
#[track_caller]
fn drafted(name: &str, change: impl FnOnce(&mut HandoffPackage)) -> (Verdict, String) {
    let mut package = Scenario::new().ready();
    change(&mut package);
    verdict(name, &package, &package.draft.message)
}

/// The verdict of one check on a text that a person typed.
#[track_caller]
fn typed(name: &str, change: impl FnOnce(&mut Message)) -> (Verdict, String) {
    let package = Scenario::new().ready();
    let mut message = package.draft.message.clone();
    change(&mut message);
    verdict(name, &package, &message)
}

#[track_caller]
fn verdict(name: &str, package: &HandoffPackage, message: &Message) -> (Verdict, String) {
    let checks = inspect(package, message, NOW);
    let check = checks.into_iter().find(|check| check.name == name).expect("the check is made");
    (check.verdict, check.detail)
}

#[track_caller]
fn is(expected: Verdict, (found, detail): (Verdict, String)) {
    assert_eq!(found, expected, "{detail}");
}

/// The verdict on a sentence that a person adds to the body.
#[track_caller]
fn adding(sentence: &str, name: &str, expected: Verdict) {
    let (found, detail) = typed(name, |message| {
        message.body = message.body.replace("Congratulations.", &format!("Congratulations. {sentence}"));
    });
    assert_eq!(found, expected, "{sentence:?}: {detail}");
}

use Verdict::{Fail, Pass, Warn};

#[test]
fn every_check_has_a_listed_name_and_comes_once() {
    let package = Scenario::new().ready();
    let names: Vec<&str> = package.checks.iter().map(|check| check.name.as_str()).collect();
    let listed: Vec<&str> =
        crate::rules::ALL.iter().map(|rule| rule.name).filter(|name| names.contains(name)).collect();
    assert_eq!(names.len(), listed.len());
    assert_eq!(names.len(), 22);
}

#[test]
fn what_time_changes() {
    is(Fail, drafted("signal-fresh", |p| p.fresh_until = NOW - 1));
    is(Pass, drafted("signal-fresh", |p| p.fresh_until = NOW));
    is(Warn, drafted("address-verified", |p| p.contact.verification = Verification::Risky));
    is(Fail, drafted("address-verified", |p| p.contact.verification = Verification::Undeliverable));
}

#[test]
fn the_shape_of_the_message() {
    is(Fail, typed("recipient", |m| m.to = "ADA@northwind.example, eve@evil.example".into()));
    is(Pass, typed("subject", |m| m.subject = "x".repeat(78)));
    is(Fail, typed("subject", |m| m.subject = "x".repeat(79)));
    is(Fail, typed("subject", |m| m.subject = "  ".into()));
    is(Fail, typed("subject", |m| m.subject = "a\nBcc: eve@evil.example".into()));
    for fake in ["Re: your round", "RE:your round", "Fwd: x", "AW: x", "Re[2]: x", "[list] Re: x", "回复：x", "re : x"]
    {
        is(Fail, typed("no-fake-reply", |m| m.subject = fake.into()));
    }
    for honest in ["Northwind Freight: after the round", "Releases", "Regarding: x", "12:30"] {
        is(Pass, typed("no-fake-reply", |m| m.subject = honest.into()));
    }
    is(
        Pass,
        drafted("no-fake-reply", |p| {
            p.history.push(touch(60));
            p.draft.message.subject = "Re: Northwind Freight and releases".into();
        }),
    );
    is(Fail, typed("greeting", |m| m.body = m.body.replace("Hi Ada,", "Hi Bob,")));
    is(Pass, typed("greeting", |m| m.body = m.body.replace("Hi Ada,", "Dear Ms Lovelace,")));
    is(Warn, typed("greeting", |m| m.body = m.body.replace("Hi Ada,\n\n", "")));
    is(Fail, drafted("greeting", |p| p.draft.message.body = p.draft.message.body.replace("Hi Ada,\n\n", "")));
    is(Pass, typed("signed", |m| m.body = m.body.replace("+1 415 555 0100", "")));
    is(Warn, typed("signed", |m| m.body = m.body.replace("Mara Lindqvist", "")));
    is(Fail, typed("length", |m| m.body = "Hi Ada,\n\nCall?".into()));
    is(Fail, typed("length", |m| m.body.insert_str(0, &"word ".repeat(181))));
}

#[test]
fn the_parts_of_the_message() {
    is(Fail, drafted("parts-occur", |p| p.draft.opener = "Not there".into()));
    is(Fail, drafted("parts-occur", |p| p.draft.pitch.clear()));
    is(Pass, typed("parts-occur", |m| m.body = m.body.replace("Congratulations", "Well done")));
    is(Fail, drafted("opener-names-signal", |p| p.draft.opener = "Congratulations.".into()));
    is(Pass, drafted("opener-names-signal", |p| p.draft.opener = "Your $40M Series B, raised in March!".into()));
    is(Warn, typed("opener-names-signal", |m| m.body = "Hi Ada, how are you?".into()));
    is(Fail, drafted("pitch-is-the-angles", |p| p.draft.pitch = "We sell ships.".into()));
    is(
        Pass,
        drafted("pitch-is-the-angles", |p| {
            p.draft.pitch =
                "After a round, more people are shipping at once. Usually that means each bad release takes \
                             longer; Relayforge watches and rolls it back itself."
                    .into();
        }),
    );
    adding("Worth a look?", "one-call-to-action", Fail);
    adding("Book a call here.", "one-call-to-action", Fail);
    adding("See https://relayforge.example/demo.", "one-call-to-action", Fail);
    adding("If you would rather not hear from me, just reply with no.", "one-call-to-action", Pass);
    is(Warn, typed("one-call-to-action", |m| m.body = m.body.replace('?', ".")));
}

#[test]
fn plain_text_only() {
    for open in
        ["{{ first_name }}", "[First Name]", "{company}", "TODO", "Lorem ipsum", "%FIRSTNAME%", "*|FNAME|*", "${x}"]
    {
        adding(open, "placeholders-filled", Fail);
    }
    for fine in ["[1] as said", "100% of 5%", "a to-do list"] {
        adding(fine, "placeholders-filled", Pass);
    }
    for odd in
        ["<b>bold</b>", "<name>", "<!-- x -->", "a\u{200b}b", "\u{202e}evil", "\u{7}", "a\rb", "\u{feff}", "a\u{ad}b"]
    {
        adding(odd, "plain-text", Fail);
    }
    for fine in ["1 < 2 and 3 > 2", "<ada@northwind.example>", "I <3 this", "👩‍💻"] {
        adding(fine, "plain-text", Pass);
    }
    adding(&"x".repeat(999), "plain-text", Fail);
}

#[test]
fn claims_rest_on_records() {
    let claim = |text: &str, evidence| Claim { text: text.into(), evidence };
    let signal = |id: &str| Evidence::Signal(id.into());
    is(Fail, drafted("claims-evidenced", |p| p.draft.claims.clear()));
    is(Fail, drafted("claims-evidenced", |p| p.draft.claims.push(claim("never said", signal("sig-funding")))));
    is(Fail, drafted("claims-evidenced", |p| p.draft.claims.push(claim("Congratulations", signal("sig-nothing")))));
    let fact = Evidence::Fact("fact-deploys".into());
    is(Fail, drafted("claims-evidenced", |p| p.draft.claims.push(claim("Congratulations", fact))));
    let other = Evidence::Contact("someone-else".into());
    is(Fail, drafted("claims-evidenced", |p| p.draft.claims.push(claim("Congratulations", other))));
    // The id of a fact is not one of a signal.
    is(
        Fail,
        drafted("claims-evidenced", |p| p.draft.claims.push(claim("38% fewer failed deploys", signal("fact-deploys")))),
    );
    is(Fail, drafted("claims-evidenced", |p| p.draft.claims = vec![claim("x", signal("sig-funding")); 101]));
    is(Fail, drafted("claims-evidenced", |p| p.fresh_until = NOW - 1));
    is(Pass, drafted("claims-evidenced", |p| p.draft.claims.push(claim("Northwind Freight", Evidence::Account))));
    is(Pass, typed("claims-evidenced", |m| m.body = m.body.replace("38%", "some")));
}

#[test]
fn numbers_need_a_record() {
    for carried in [
        "$40M is much.",
        "40 million dollars.",
        "$40,000,000.",
        "40M.",
        "38 percent.",
        "38 % it is.",
        "All 420 of you.",
        "Revenue of $60M.",
        "In 2026.",
        "Always on, 24/7.",
        "Series B it is.",
        "One more thing.",
        "forty million.",
    ] {
        adding(carried, "numbers-carried", Pass);
    }
    for invented in [
        "$40B is much.",
        "41 million dollars.",
        "€40M.",
        "38.",
        "40%.",
        "4,200 people.",
        "In 2025.",
        "37%",
        "a 20-minute call",
        "twenty-five teams",
        "millions of users",
        "100x",
        "10:30",
        "4200000000000000000000000000000000000000000000.",
    ] {
        adding(invented, "numbers-carried", Fail);
    }
    adding("Three of your teams.", "numbers-carried", Warn);
}

#[test]
fn dates_need_a_record() {
    for carried in [
        "2 March it was",
        "On March 4.",
        "On 4th of March.",
        "2026-03-04.",
        "In March.",
        "04.03.2026",
        "3/4/2026",
        "4/3/2026",
        "March 2026",
    ] {
        adding(carried, "dates-carried", Pass);
    }
    // The record says 2 March, and of which year nothing.
    for invented in [
        "2 March 2025 was",
        "On March 5.",
        "In April.",
        "2026-03-05.",
        "March 2025",
        "4 March 2025",
        "Since Q3.",
        "5.3.2026",
        "FY25",
    ] {
        adding(invented, "dates-carried", Fail);
    }
    adding("That may be so, and you march on.", "dates-carried", Pass);
}

#[test]
fn links_need_a_record() {
    for carried in [
        "See https://harbour.example/northwind-series-b.",
        "See harbour.example.",
        "(northwind.example)",
        "ada@northwind.example",
        "www.relayforge.example",
        "I use Node.js, e.g. for this.",
    ] {
        adding(carried, "links-carried", Pass);
    }
    for invented in [
        "See https://evil.example.",
        "https://northwind.example/login",
        "eve@northwind.example",
        "http://northwind.example@evil.example/",
        "bit.ly/x",
        "a,evil.example,b",
        "HTTPS://EVIL.EXAMPLE",
        "mailto:eve@evil.example",
        "ftp://x",
        "relayforge.example/demo",
    ] {
        adding(invented, "links-carried", Fail);
    }
}

#[test]
fn names_without_a_record_warn() {
    for carried in
        ["Ask Lovelace's team.", "I like Northwind.", "See you on Monday.", "At Relayforge and Harbour we know."]
    {
        adding(carried, "names-carried", Pass);
    }
    for invented in ["I spoke with Grace.", "Like Contoso does.", "As in Paris-based teams."] {
        adding(invented, "names-carried", Warn);
    }
    is(Warn, typed("names-carried", |m| m.subject = "how Contoso did it".into()));
    is(Pass, typed("names-carried", |m| m.subject = "A Better Way To Ship".into()));
}

#[test]
fn a_long_package_warns() {
    is(Warn, typed("reading-time", |m| m.body.push_str(&" more words to read".repeat(60))));
}

#[test]
fn hostile_text_gives_bounded_checks() {
    let package = Scenario::new().ready();
    for pattern in
        ["[", "{{", "<", "<a", "1,", "a.b@", "\"", "Q1 ", "3 March ", "{%", "Re: ", "two-", "? ", "% %", "é-’s "]
    {
        let text = pattern.repeat(20_000 / pattern.len());
        let message = Message { to: text.clone(), subject: text.clone(), body: text };
        for check in inspect(&package, &message, NOW) {
            assert!(check.detail.chars().count() < 600, "{pattern:?}: {check:?}");
        }
    }
}

#[test]
fn only_what_nobody_overruled_is_refused() {
    let package = Scenario::new().ready();
    let mut message = package.draft.message.clone();
    assert_eq!(check_release(&package, &message, &[], NOW), Ok(()));
    message.subject = "Re: 97%".into();
    let refused = check_release(&package, &message, &[], NOW).expect_err("two checks fail");
    assert_eq!(
        refused.iter().map(|check| check.name.as_str()).collect::<Vec<_>>(),
        ["no-fake-reply", "numbers-carried"]
    );
    let overruled = refused.into_iter().map(|check| check.name).collect::<Vec<_>>();
    assert_eq!(check_release(&package, &message, &overruled[..1], NOW).map_err(|refused| refused.len()), Err(1));
    assert_eq!(check_release(&package, &message, &overruled, NOW), Ok(()));
}
