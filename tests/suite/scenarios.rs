//! Each folder of `scenarios/` is a story: the account in `input.json` goes through the shipped engine, drafter and
//! governor, and `expected.txt` has the expected result. If there is a `touch-1.json`, a message was sent at that
//! moment, and the story continues with the next touch.
//!
//! A folder without an expectation fails and prints the result. `BATON_BLESS=1` writes the expectation instead; read
//! the difference before you commit it.

use baton_facts::errors::HandoffError;
use baton_facts::packages::{Check, HandoffPackage, Outcome, Preparation, Sent};
use baton_facts::quality::Routing;
use baton_facts::types::{Evidence, Timestamp};
use baton_runtime::{Error, Grants};
use baton_tests::{Given, native, native_follow_up, run, scenarios, test_components};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[test]
fn every_scenario_has_its_expected_result() {
    let bless = std::env::var_os("BATON_BLESS").is_some();
    let mut wrong = String::new();
    for folder in folders() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let actual = play(&folder);
        let path = folder.join("expected.txt");
        match std::fs::read_to_string(&path) {
            Ok(expected) if expected == actual => {}
            _ if bless => std::fs::write(&path, &actual).expect("the expectation can be written"),
            Ok(expected) => {
                let _ = write!(wrong, "\n== {name}: another result than expected\n{}", difference(&expected, &actual));
            }
            Err(_) => {
                let _ = write!(wrong, "\n== {name} has no expected.txt; this came out:\n{actual}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nhint: BATON_BLESS=1 writes down what comes out");
}

#[test]
fn the_scenarios_have_every_kind_of_result() {
    let firsts: BTreeSet<String> = folders()
        .iter()
        .filter_map(|folder| std::fs::read_to_string(folder.join("expected.txt")).ok())
        .filter_map(|text| text.lines().next().and_then(|line| line.split_once(':')).map(|(kind, _)| kind.to_owned()))
        .collect();
    let kinds = [
        "ready",
        "held, no-fresh-signal",
        "held, no-role-match",
        "held, no-deliverable-contact",
        "held, recently-touched",
        "held, in-conversation",
        "held, owned-by-colleague",
        "held, account-busy",
        "held, sequence-ended",
        "held, unsupported-language",
        "held, draft-failed",
        "held, record-unclear",
        "disqualified, outside-industry",
        "disqualified, outside-size",
        "disqualified, outside-country",
        "disqualified, customer",
        "disqualified, competitor",
        "disqualified, partner",
        "disqualified, suppressed",
    ];
    let missing: Vec<_> = kinds.iter().filter(|kind| !firsts.contains(**kind)).collect();
    assert!(missing.is_empty(), "no scenario ends as {missing:?}; there are {firsts:?}");
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(scenarios())
        .expect("the scenarios exist")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

/// Takes the account through the components, touch by touch, and describes the result of the last one.
fn play(folder: &Path) -> String {
    let mut story = Given::story(folder);
    let given = story.pop().expect("a story has an end");
    let mut previous: Option<Arc<HandoffPackage>> = None;
    let mut sent = Vec::new();
    for given in story {
        let made =
            work(&given, previous.as_ref(), &sent).unwrap_or_else(|error| panic!("{}: {error:?}", folder.display()));
        let Outcome::Ready(package) = &made.outcome else {
            panic!("{}: no earlier touch: {made:#?}", folder.display())
        };
        let (signal, message) = (&package.signals[0].signal, package.draft.message.clone());
        let (signal, signal_kind) = (signal.id.clone(), signal.kind.clone());
        let angle_version = package.angle.version.clone();
        sent.push(Sent { at: given.now, message, signal, signal_kind, angle_version });
        previous = Some(Arc::new(package.clone()));
    }
    let made = match work(&given, previous.as_ref(), &sent) {
        Ok(made) => made,
        Err(error) => return format!("error: {error:?}\n"),
    };
    let mut text = String::new();
    match &made.outcome {
        Outcome::Ready(package) => {
            shown(&mut text, package);
            let (tiers, account) = (Arc::new(given.tiers.clone()), Arc::new(given.account.clone()));
            let routed = run(test_components().governor.route(tiers, account, package));
            route(&mut text, &routed.result.expect("a governor routes"));
        }
        Outcome::Held(hold) => {
            let _ = writeln!(text, "held, {}: {}", kebab(&hold.reason), hold.detail);
            let _ = writeln!(
                text,
                "look again: {}",
                hold.look_again.map_or_else(|| "when the record changes".into(), date)
            );
        }
        Outcome::Disqualified(out) => {
            let _ = writeln!(text, "disqualified, {}: {}", kebab(&out.reason), out.detail);
        }
    }
    let _ = writeln!(text, "\nlooked at on the way:");
    checks(&mut text, &made.trace);
    text
}

/// Returns the result for the account at this moment: through the components, and by the native logic.
fn work(
    given: &Given,
    previous: Option<&Arc<HandoffPackage>>,
    sent: &[Sent],
) -> Result<Arc<Preparation>, HandoffError> {
    let mut given = given.clone();
    if let Some(package) = previous {
        given.add_sent_messages(&package.contact.id, sent);
    }
    let (crm, assignment) = (Arc::new(given.crm()), given.assignment());
    let grants = Grants::default()
        .with_research(Arc::clone(&crm))
        .with_contacts(Arc::clone(&crm))
        .with_drafting(Arc::new(test_components().drafter.clone()));
    let engine = &test_components().engine;
    let (called, expected) = match previous {
        None => (run(engine.prepare(&grants, Arc::clone(&assignment))), native(&assignment, &crm)),
        Some(package) => {
            let sent = Arc::new(sent.to_vec());
            let expected = native_follow_up(package, &sent, &assignment, &crm);
            (run(engine.follow_up(&grants, Arc::clone(package), sent, assignment)), expected)
        }
    };
    let made = match called.result {
        Ok(made) => Ok(made),
        Err(Error::Handoff(error)) => Err(error),
        Err(error) => panic!("{error:?}"),
    };
    assert_eq!(made.as_ref().map(|made| Preparation::clone(made)).map_err(Clone::clone), expected);
    made
}

fn shown(text: &mut String, package: &HandoffPackage) {
    let contact = &package.contact;
    let _ = writeln!(
        text,
        "ready: {}, {}, for {}, score {}, touch {}",
        baton_model::full_name(contact),
        contact.title.as_deref().unwrap_or_default(),
        package.role_match.role,
        package.score,
        package.touch_number
    );
    let _ = writeln!(text, "why now: {}", package.why_now);
    let _ = writeln!(text, "next: {}", package.next_action);
    let _ = writeln!(text, "reading: {} s", package.reading_seconds);
    let _ = writeln!(text, "fresh until: {}", date(package.fresh_until));
    let signals: Vec<_> =
        package.signals.iter().map(|ranked| format!("{} {}", ranked.signal.id, ranked.score)).collect();
    let _ = writeln!(text, "signals: {}", signals.join(", "));
    let message = &package.draft.message;
    let _ = writeln!(text, "\nto: {}\nsubject: {}\n", message.to, message.subject);
    for line in message.body.lines() {
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
    let _ = writeln!(text, "\nclaims:");
    for claim in &package.draft.claims {
        let evidence = match &claim.evidence {
            Evidence::Account => &package.account.id,
            Evidence::Signal(id) | Evidence::Fact(id) | Evidence::Contact(id) => id,
        };
        let _ = writeln!(text, "  {evidence}: {}", claim.text);
    }
    let _ = writeln!(text, "\nchecks:");
    checks(text, &package.checks);
}

fn route(text: &mut String, routing: &Routing) {
    let tier = routing.tier.as_deref().unwrap_or("no tier");
    let _ = writeln!(text, "\nroute: {}, {}: {}", tier, kebab(&routing.model), routing.reason);
}

fn checks(text: &mut String, checks: &[Check]) {
    for check in checks {
        let _ = writeln!(text, "  {} {}: {}", kebab(&check.verdict), check.name, check.detail);
    }
}

/// Returns the name of the case as the contract spells it.
fn kebab(case: &impl serde::Serialize) -> String {
    let json = serde_json::to_value(case).expect("a case has a name");
    json.as_str().expect("a name is a text").to_owned()
}

fn date(at: Timestamp) -> String {
    chrono::DateTime::from_timestamp(at, 0).map_or_else(|| at.to_string(), |date| date.to_rfc3339())
}

/// Returns the lines that only one side has, in their order.
fn difference(expected: &str, actual: &str) -> String {
    let (wanted, found): (BTreeSet<&str>, BTreeSet<&str>) = (expected.lines().collect(), actual.lines().collect());
    let gone = expected.lines().filter(|line| !found.contains(line)).map(|line| format!("- {line}\n"));
    let new = actual.lines().filter(|line| !wanted.contains(line)).map(|line| format!("+ {line}\n"));
    gone.chain(new).collect()
}
