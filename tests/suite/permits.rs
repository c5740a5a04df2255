//! No message is sent without a permit, a permit authorizes one message once, and the host's own log says what was
//! sent.

use baton_facts::errors::{HandoffError, SendingError};
use baton_facts::packages::{HandoffPackage, Outcome};
use baton_facts::types::Message;
use baton_runtime::{
    AbortReason, Authority, CallOutcome, Error, Grants, Permit, PermitScope, ReleaseConfirmation, ReleaseRequest,
};
use baton_tests::{Given, InProcess, Outbox, run, test_components};
use std::sync::{Arc, LazyLock};

/// The expected result of a release.
#[derive(Debug)]
enum What {
    Sent,
    /// Authorized, although the call then failed.
    SentAnd(fn(&Error) -> bool),
    NotSent,
    /// The engine reported this answer.
    Told(&'static str),
    Ended(AbortReason),
}

use What::{Ended, NotSent, Sent, SentAnd, Told};

/// The expected result of each mode of the hostile engine's `release`.
const RELEASING: &[(&str, What)] = &[
    ("send", Sent),
    ("say-sent", NotSent),
    ("drop-and-say-sent", NotSent),
    ("send-and-ignore-the-answer", NotSent),
    ("altered-body", Told("SendingError::Altered")),
    ("altered-recipient", Told("SendingError::Altered")),
    ("altered-subject", Told("SendingError::Altered")),
    ("oversized-message", Ended(AbortReason::Value)),
    ("fabricated-permit", Ended(AbortReason::Handle)),
    ("permit-0", Ended(AbortReason::Handle)),
    ("permit-max", Ended(AbortReason::Handle)),
    ("reused-permit", SentAnd(|error| ended(error) == Some(AbortReason::Handle))),
    ("permit-dropped-twice", Ended(AbortReason::Handle)),
    ("send-then-trap", SentAnd(|error| ended(error) == Some(AbortReason::Trapped))),
    ("send-then-spin", SentAnd(|error| ended(error) == Some(AbortReason::Computing))),
    ("send-then-error", SentAnd(|error| matches!(error, Error::Handoff(HandoffError::Other(_))))),
];

pub fn modes() -> impl Iterator<Item = &'static str> {
    RELEASING.iter().map(|(mode, _)| *mode)
}

fn ended(error: &Error) -> Option<AbortReason> {
    match error {
        Error::Aborted { reason, .. } => Some(*reason),
        _ => None,
    }
}

/// Returns a package as it was reviewed.
fn reviewed(mode: &str) -> Arc<HandoffPackage> {
    static PACKAGE: LazyLock<HandoffPackage> = LazyLock::new(|| {
        let given = Given::base();
        let crm = Arc::new(given.crm());
        let grants =
            Grants::default().with_research(Arc::clone(&crm)).with_contacts(crm).with_drafting(Arc::new(InProcess));
        let made = run(test_components().hostile.prepare(&grants, given.mode("good"))).result.expect("a package");
        match &made.outcome {
            Outcome::Ready(package) => package.clone(),
            other => panic!("not ready: {other:?}"),
        }
    });
    let mut package = PACKAGE.clone();
    package.next_action = format!("mode:{mode}");
    Arc::new(package)
}

fn permit(id: &str, message: &Message) -> Permit {
    let scope = PermitScope { sender: "mara.lindqvist@relayforge.example", message, thread: None };
    Permit::mint(id, Authority::Person("mara".into()), &scope)
}

fn release(mode: &str, outbox: Option<&Arc<Outbox>>, permit: &Permit) -> CallOutcome<ReleaseConfirmation> {
    let grants = outbox.map_or_else(Grants::default, |outbox| Grants::default().with_sending(Arc::clone(outbox)));
    let reviewed = reviewed(mode);
    let outgoing = Arc::new(reviewed.draft.message.clone());
    run(test_components().hostile.release(&grants, ReleaseRequest::new(reviewed, outgoing, 0), permit))
}

fn released(outbox: &Outbox) -> Vec<(String, Message)> {
    outbox.released.lock().expect("no other test has it").clone()
}

/// Whether the engine's error reports this answer of `sending`.
fn tells(error: &Error, expected: &str) -> bool {
    matches!(error, Error::Handoff(HandoffError::Capability(text)) if text.contains(expected))
}

#[test]
fn a_message_is_sent_only_with_a_permit_for_it() {
    for (mode, expected) in RELEASING {
        let outbox = Arc::new(Outbox::default());
        let message = reviewed(mode).draft.message.clone();
        let permit = permit(mode, &message);
        let called = release(mode, Some(&outbox), &permit);
        let fits = match (&called.result, expected) {
            (Ok(released), Sent) => released.engine_error.is_none(),
            (Ok(released), SentAnd(fits)) => released.engine_error.as_ref().is_some_and(fits),
            (Err(Error::NotSent), NotSent) => true,
            (Err(error), Told(expected)) => tells(error, expected),
            (Err(error), Ended(reason)) => ended(error) == Some(*reason),
            _ => false,
        };
        assert!(fits, "{mode}: expected {expected:?}, got {:#?}", called.result);
        let sent = match expected {
            Sent | SentAnd(_) => vec![((*mode).to_owned(), message)],
            _ => Vec::new(),
        };
        assert_eq!(released(&outbox), sent, "{mode}");

        let after = Arc::new(Outbox::default());
        let message = reviewed("send").draft.message.clone();
        assert!(release("send", Some(&after), &self::permit("after", &message)).result.is_ok(), "after {mode}");
    }
}

#[test]
fn a_permit_is_valid_for_one_call() {
    let outbox = Arc::new(Outbox::default());
    let permit = permit("1", &reviewed("send").draft.message);
    assert!(release("send", Some(&outbox), &permit).result.is_ok());
    assert!(permit.is_spent());
    let again = release("send", Some(&outbox), &permit).result.expect_err("it was used");
    assert!(tells(&again, "SendingError::Spent"), "{again:?}");
    assert_eq!(released(&outbox).len(), 1);
}

#[test]
fn an_unused_permit_may_be_presented_again() {
    let outbox = Arc::new(Outbox::default());
    let permit = permit("1", &reviewed("send").draft.message);
    assert!(matches!(release("drop-and-say-sent", Some(&outbox), &permit).result, Err(Error::NotSent)));
    assert!(!permit.is_spent());
    assert!(release("send", Some(&outbox), &permit).result.is_ok());
}

#[test]
fn of_two_concurrent_calls_one_sends() {
    let outbox = Arc::new(Outbox::default());
    let package = reviewed("send");
    let permit = permit("1", &package.draft.message);
    let grants = Grants::default().with_sending(Arc::clone(&outbox));
    let one = || {
        let outgoing = Arc::new(package.draft.message.clone());
        test_components().hostile.release(&grants, ReleaseRequest::new(Arc::clone(&package), outgoing, 0), &permit)
    };
    let (a, b) = run(async { tokio::join!(one(), one()) });
    assert_eq!([a.result.is_ok(), b.result.is_ok()].iter().filter(|sent| **sent).count(), 1);
    assert_eq!(released(&outbox).len(), 1);
}

#[test]
fn the_outbox_has_the_final_decision() {
    let refusing = |refusal| Arc::new(Outbox { refusal: Some(refusal), ..Outbox::default() });
    for (refusal, expected) in [
        (SendingError::Suppressed, "SendingError::Suppressed"),
        (SendingError::LimitReached, "SendingError::LimitReached"),
        (SendingError::Unavailable(Some("stopped".into())), "SendingError::Unavailable(Some(\"stopped\"))"),
    ] {
        let permit = permit("1", &reviewed("send").draft.message);
        let error = release("send", Some(&refusing(refusal)), &permit).result.expect_err("it was refused");
        assert!(tells(&error, expected), "{error:?}");
    }
    let permit = permit("1", &reviewed("send").draft.message);
    let error = release("send", None, &permit).result.expect_err("it is not granted");
    assert!(tells(&error, "sending is not granted"), "{error:?}");
}
