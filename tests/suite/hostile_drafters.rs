//! A failing drafter ends only its own call: the engine gets an answer, goes on, and learns nothing about the failure.

use baton_facts::errors::DraftingError;
use baton_facts::packages::{Brief, Outcome};
use baton_facts::policy::Angle;
use baton_runtime::{AbortReason, Error, Grants, Mismatch};
use baton_tests::{Given, run, test_components};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Debug)]
enum What {
    Ended(AbortReason),
    Declined,
    Written,
}

use What::{Declined, Ended, Written};

/// The expected result of each mode of the hostile drafter.
const WRITING: &[(&str, What)] = &[
    ("spin", Ended(AbortReason::Computing)),
    ("trap", Ended(AbortReason::Trapped)),
    ("allocate", Ended(AbortReason::Memory)),
    ("oversized", Ended(AbortReason::Value)),
    ("many-claims", Ended(AbortReason::Value)),
    ("decline", Declined),
    ("other-recipient", Written),
];

fn with_version(mut given: Given, version: &str) -> Given {
    given.campaign.angles =
        given.campaign.angles.into_iter().map(|angle| Angle { version: version.into(), ..angle }).collect();
    given
}

fn brief(version: &str) -> Arc<Brief> {
    let given = with_version(Given::base(), version);
    Arc::new(Brief {
        account: given.account.clone(),
        contact: given.contacts["ada"].clone(),
        signal: given.signals["funding"].clone(),
        angle: given.campaign.angles[0].clone(),
        sender: given.campaign.sender.clone(),
        touch_number: 1,
        earlier: Vec::new(),
        rejected: None,
        note: None,
    })
}

#[test]
fn each_misbehavior_of_a_drafter_ends_only_its_own_call() {
    for (mode, expected) in WRITING {
        let called = run(test_components().hostile_drafter.write("", brief(&format!("mode:{mode}"))));
        let fits = match (&called.result, expected) {
            (Err(Error::Aborted { reason, .. }), Ended(expected)) => reason == expected,
            (Err(Error::Drafting(DraftingError::Declined(_))), Declined) | (Ok(_), Written) => true,
            _ => false,
        };
        assert!(fits, "{mode}: expected {expected:?}, got {:#?}", called.result);
    }
}

#[test]
fn an_engine_goes_on_after_its_drafter_failed() {
    for (mode, expected) in WRITING {
        let given = with_version(Given::base(), &format!("mode:{mode}"));
        let crm = Arc::new(given.crm());
        let grants = Grants::default()
            .with_research(Arc::clone(&crm))
            .with_contacts(crm)
            .with_drafting(Arc::new(test_components().hostile_drafter.clone()));
        let called = run(test_components().hostile.prepare(&grants, given.mode("good")));
        let told = match &called.result {
            Err(Error::Handoff(error)) => format!("{error:?}"),
            Err(Error::Mismatch(what)) => format!("{what:?}"),
            other => format!("{other:?}"),
        };
        let expected = match expected {
            Ended(_) => "DraftingError::Other(Some(\\\"the drafter failed\\\"))",
            Declined => "DraftingError::Declined(\\\"not today\\\")",
            Written => "Recipient",
        };
        assert!(told.contains(expected), "{mode}: {told}");
    }
}

#[test]
fn a_draft_to_another_person_is_refused() {
    let given = with_version(Given::base(), "mode:other-recipient");
    let crm = Arc::new(given.crm());
    let grants = Grants::default()
        .with_research(Arc::clone(&crm))
        .with_contacts(crm)
        .with_drafting(Arc::new(test_components().hostile_drafter.clone()));
    match run(test_components().hostile.prepare(&grants, given.mode("good"))).result {
        Err(Error::Mismatch(Mismatch::Recipient)) => {}
        other => panic!("{other:?}"),
    }
    // The reference engine checks the draft itself, and holds the account.
    match run(test_components().engine.prepare(&grants, given.assignment())).result {
        Ok(made) => assert!(!matches!(made.outcome, Outcome::Ready(_)), "{made:?}"),
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn every_mode_of_a_hostile_drafter_is_tested() {
    let Err(Error::Drafting(DraftingError::Declined(modes))) =
        run(test_components().hostile_drafter.write("", brief("modes"))).result
    else {
        panic!("no list of modes");
    };
    let there: BTreeSet<&str> = modes.lines().collect();
    let named: BTreeSet<&str> = WRITING.iter().map(|(mode, _)| *mode).collect();
    assert_eq!(there, named);
}
