//! A misbehaving engine ends only its own call, and a package that contradicts the answers of the capabilities is
//! refused.

use baton_facts::packages::{Hold, Outcome, Preparation, Sent};
use baton_runtime::{AbortReason, CallOutcome, Drafting, Error, Grants, HandoffEngine, Limits, Mismatch};
use baton_tests::{CountingDrafting, Crm, Given, Hanging, InProcess, TestComponents, run, runtime, test_components};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// The expected result of a call.
#[derive(Debug, PartialEq)]
enum What {
    Ready,
    /// Held, with this detail: the hostile engine reports in it the answers that it got.
    Held(&'static str),
    /// Held: the host declined a brief because of this fact, and no drafter was asked.
    NotGiven(&'static str),
    Ended(AbortReason),
    Untrue(Mismatch),
}

use What::{Ended, Held, NotGiven, Ready, Untrue as Lie};

/// The expected result of each mode of the hostile engine's `prepare`.
const PREPARING: &[(&str, What)] = &[
    ("good", Ready),
    ("spin", Ended(AbortReason::Computing)),
    ("recurse", Ended(AbortReason::Stack)),
    ("allocate", Ended(AbortReason::Memory)),
    ("table-of-tables", Ended(AbortReason::Memory)),
    ("trap", Ended(AbortReason::Trapped)),
    ("out-of-bounds", Ended(AbortReason::Trapped)),
    ("flood", Ended(AbortReason::Calls)),
    ("flood-other", Ended(AbortReason::Calls)),
    ("flood-of-bytes", Ended(AbortReason::Recording)),
    ("oversized-string", Ended(AbortReason::Value)),
    ("oversized-list", Ended(AbortReason::Value)),
    ("oversized-account", Ended(AbortReason::Value)),
    ("oversized-brief", Ended(AbortReason::Value)),
    ("oversized-error", Ended(AbortReason::Value)),
    ("broken-text", Ended(AbortReason::Trapped)),
    ("another-account", Held("Some(LookupError::NotFound) Some(LookupError::NotFound)")),
    ("search", Held("Some(LookupError::NotFound)")),
    ("brief-about-another", Held("Some(DraftingError::Declined(\"the brief is not about the account of this call\"))")),
    ("brief-to-a-stranger", NotGiven("contact")),
    ("brief-to-anothers-address", NotGiven("contact")),
    ("brief-about-a-false-signal", NotGiven("signal")),
    ("brief-with-a-false-account", NotGiven("account")),
    ("brief-with-a-false-angle", NotGiven("angle or sender")),
    ("brief-with-an-invented-message", NotGiven("earlier messages")),
    ("brief-with-an-invented-rejection", NotGiven("rejected message")),
    ("brief-with-an-invented-note", NotGiven("note")),
    (
        "without-grants",
        Held(
            "None None Some(DraftingError::Declined(\"the brief's account is not one that the host gave in this call\"))",
        ),
    ),
    ("false-account", Lie(Mismatch::Account)),
    ("false-relation", Lie(Mismatch::Account)),
    ("false-signal", Lie(Mismatch::Signals)),
    ("fresher-signal", Lie(Mismatch::Signals)),
    ("no-signals", Lie(Mismatch::Signals)),
    ("false-contact", Lie(Mismatch::Contact)),
    ("verified-contact", Lie(Mismatch::Contact)),
    ("no-history", Lie(Mismatch::History)),
    ("false-recipient", Lie(Mismatch::Recipient)),
    ("two-recipients", Lie(Mismatch::Recipient)),
    ("false-sender", Lie(Mismatch::Campaign)),
    ("false-angle", Lie(Mismatch::Campaign)),
    ("touch-0", Lie(Mismatch::Range("touch-number"))),
    ("touch-7", Lie(Mismatch::Range("touch-number"))),
    ("score-255", Lie(Mismatch::Range("score"))),
    ("signal-score-255", Lie(Mismatch::Range("score"))),
    ("role-score-255", Lie(Mismatch::Range("score"))),
    ("false-role", Lie(Mismatch::Range("role-match"))),
    ("fresh-for-ever", Lie(Mismatch::Range("fresh-until"))),
    ("fresh-for-a-second-more", Lie(Mismatch::Range("fresh-until"))),
    ("stale-at-birth", Lie(Mismatch::Range("fresh-until"))),
    ("endless-reading", Lie(Mismatch::Range("reading-seconds"))),
    ("endless-why-now", Lie(Mismatch::Range("why-now"))),
    ("endless-check-name", Lie(Mismatch::Range("checks"))),
    ("held-for-ever", Lie(Mismatch::Range("look-again"))),
    ("other-person", Ready),
    ("out-of-thin-air", Lie(Mismatch::Account)),
];

/// Grants all capabilities of a preparation.
fn grants(crm: &Arc<Crm>, drafting: impl Drafting + 'static) -> Grants {
    Grants::default().with_research(Arc::clone(crm)).with_contacts(Arc::clone(crm)).with_drafting(Arc::new(drafting))
}

/// Makes a valid call, which shows that the host still works.
fn goes_on(engine: &HandoffEngine) {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let called = run(engine.prepare(&grants(&crm, InProcess), given.mode("good")));
    assert!(matches!(called.result.expect("a good call").outcome, Outcome::Ready(_)));
}

fn detail(made: &Preparation) -> &str {
    match &made.outcome {
        Outcome::Held(Hold { detail, .. }) => detail,
        other => panic!("not held: {other:?}"),
    }
}

fn matches(called: &CallOutcome<Arc<Preparation>>, expected: &What) -> bool {
    match (&called.result, expected) {
        (Ok(made), Ready) => matches!(made.outcome, Outcome::Ready(_)),
        (Ok(made), Held(expected)) => matches!(made.outcome, Outcome::Held(_)) && detail(made) == *expected,
        (Ok(made), NotGiven(fact)) => {
            let declined = format!("the brief's {fact} is not one that the host gave in this call");
            detail(made) == format!("Some(DraftingError::Declined({declined:?}))") && called.drafts.is_empty()
        }
        (Err(Error::Aborted { reason, .. }), Ended(expected)) => reason == expected,
        (Err(Error::Mismatch(what)), Lie(expected)) => what == expected,
        _ => false,
    }
}

#[test]
fn each_misbehavior_ends_only_its_own_call() {
    let engine = &test_components().hostile;
    for (mode, expected) in PREPARING {
        let given = Given::base();
        let crm = Arc::new(given.crm());
        let called = run(engine.prepare(&grants(&crm, InProcess), given.mode(mode)));
        assert!(matches(&called, expected), "{mode}: expected {expected:?}, got {:#?}", called.result);
        if let Err(Error::Aborted { reason, .. }) = &called.result {
            let ended = baton_runtime::Output::Aborted(reason.to_string());
            assert_eq!(called.recording.output, ended, "{mode}: the recording has the reason of the end");
        }
        goes_on(engine);
    }
}

#[test]
fn every_mode_of_a_hostile_engine_is_tested() {
    let mut campaign = Given::base().campaign;
    campaign.id = "modes".into();
    let page = run(test_components().hostile.discover(&Grants::default(), Arc::new(campaign), None, 0))
        .result
        .expect("the list");
    let modes = page.next.clone().expect("the cursor has the modes");
    let there: BTreeSet<&str> = modes.lines().collect();
    let named: BTreeSet<&str> = PREPARING.iter().map(|(mode, _)| *mode).chain(crate::permits::modes()).collect();
    assert_eq!(there, named);
}

#[test]
fn questions_about_another_call_never_reach_a_capability() {
    for mode in ["another-account", "search"] {
        let given = Given::base();
        let crm = Arc::new(given.crm());
        let drafting = Arc::new(CountingDrafting::new(InProcess));
        let grants = grants(&crm, InProcess).with_drafting(Arc::clone(&drafting));
        let called = run(test_components().hostile.prepare(&grants, given.mode(mode)));
        assert!(called.result.is_ok(), "{mode}");
        assert_eq!((crm.reached.get(), drafting.reached.get()), (0, 0), "{mode}");
    }
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let drafting = Arc::new(CountingDrafting::new(InProcess));
    let grants = grants(&crm, InProcess).with_drafting(Arc::clone(&drafting));
    let called = run(test_components().hostile.prepare(&grants, given.mode("brief-about-another")));
    assert!(called.result.is_ok());
    assert_eq!((crm.reached.get(), drafting.reached.get()), (2, 0));
}

#[test]
fn capabilities_without_a_grant_answer_as_if_there_were_no_data() {
    let called = run(test_components().hostile.prepare(&Grants::default(), Given::base().mode("without-grants")));
    let made = called.result.expect("asking is allowed");
    assert_eq!(
        detail(&made),
        "Some(LookupError::NotFound) Some(LookupError::NotFound) \
         Some(DraftingError::Unavailable(Some(\"drafting is not granted\")))"
    );
}

#[test]
fn an_account_that_the_search_did_not_find_is_refused() {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let called =
        run(test_components().hostile.discover(&grants(&crm, InProcess), Arc::new(given.campaign), None, given.now));
    assert!(matches!(called.result, Err(Error::Mismatch(Mismatch::Prospect))), "{:?}", called.result);
}

#[test]
fn a_follow_up_and_another_draft_go_to_the_person_of_the_package() {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let grants = grants(&crm, InProcess);
    let engine = &test_components().hostile;
    let first = run(engine.prepare(&grants, given.mode("good"))).result.expect("a package");
    let Outcome::Ready(package) = &first.outcome else { panic!("not ready: {first:?}") };
    let follow_up =
        |mode| run(engine.follow_up(&grants, Arc::new(package.clone()), Arc::new(Vec::new()), given.mode(mode))).result;
    assert!(follow_up("good").is_ok());
    assert!(matches!(follow_up("other-person"), Err(Error::Mismatch(Mismatch::Contact))));
    // A first message may have a looser handoff model, so a follow-up must not pass for one.
    let message = package.draft.message.clone();
    let sent = Sent {
        at: given.now,
        message,
        signal: String::new(),
        signal_kind: String::new(),
        angle_version: String::new(),
    };
    let again = engine.follow_up(&grants, Arc::new(package.clone()), Arc::new(vec![sent]), given.mode("good"));
    assert!(matches!(run(again).result, Err(Error::Mismatch(Mismatch::Range("touch-number")))));
    let redraft = |mode| {
        let (previous, none) = (Arc::new(package.clone()), Arc::new(Vec::new()));
        run(engine.redraft(&grants, previous, none, "shorter".into(), given.mode(mode))).result
    };
    assert!(redraft("good").is_ok());
    assert!(matches!(redraft("other-person"), Err(Error::Mismatch(Mismatch::Contact))));
}

#[test]
fn a_capability_that_never_answers_ends_with_the_calls_time() {
    let components = TestComponents::new(runtime(Limits::default().with_whole_call(Duration::from_millis(100))));
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let waiting = grants(&crm, InProcess).with_research(Arc::new(Hanging));
    let called = run(components.hostile.prepare(&waiting, given.mode("good")));
    assert!(matches(&called, &Ended(AbortReason::WholeCall)), "{:?}", called.result);
    goes_on(&components.hostile);
}

#[test]
fn computing_with_occasional_calls_ends_with_the_calls_time() {
    // The limit of uninterrupted computing alone would never end it.
    let limits =
        Limits::default().with_computing(Duration::from_secs(3600)).with_whole_call(Duration::from_millis(100));
    let components = TestComponents::new(runtime(limits));
    let given = Given::base();
    let called = run(components.hostile.prepare(&Grants::default(), given.mode("spin")));
    assert!(matches(&called, &Ended(AbortReason::WholeCall)), "{:?}", called.result);
    goes_on(&components.hostile);
}

#[test]
fn the_limits_are_those_of_the_runtime() {
    let components =
        TestComponents::new(runtime(Limits::default().with_memory(1 << 20).with_calls(2).with_value(4 << 10)));
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let ended = |mode: &str| match run(components.hostile.prepare(&grants(&crm, InProcess), given.mode(mode))).result {
        Err(Error::Aborted { reason, .. }) => reason,
        other => panic!("{mode}: {other:?}"),
    };
    // Two look-ups are allowed, and the draft is one call too many.
    assert_eq!(ended("good"), AbortReason::Calls);
    assert_eq!(ended("oversized-string"), AbortReason::Memory);
    assert_eq!(ended("oversized-list"), AbortReason::Memory);
}
