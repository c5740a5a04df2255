//! A recorded call is executed again bit for bit, with the recorded answers only, and every change is detected.

use baton_facts::packages::{HandoffPackage, Outcome, Sent};
use baton_runtime::{
    Authority, Component, Drafting, Error, Exchange, Grants, Output, Permit, PermitScope, Provenance, Recording,
    ReleaseRequest,
};
use baton_tests::{Crm, Given, InProcess, Outbox, run, scenarios, test_components};
use std::sync::Arc;

fn grants(crm: &Arc<Crm>, drafting: impl Drafting + 'static) -> Grants {
    Grants::default().with_research(Arc::clone(crm)).with_contacts(Arc::clone(crm)).with_drafting(Arc::new(drafting))
}

/// Returns the recordings of a whole preparation by the shipped components: the engine's and the drafter's.
fn prepared() -> (Recording, Vec<Recording>) {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let called =
        run(test_components().engine.prepare(&grants(&crm, test_components().drafter.clone()), given.assignment()));
    let made = called.result.expect("the base is valid");
    assert!(matches!(made.outcome, Outcome::Ready(_)), "{made:#?}");
    (called.recording, called.drafts)
}

pub fn recording() -> Recording {
    prepared().0
}

fn again(plugin: &Component, recording: &Recording) -> Vec<String> {
    run(test_components().runtime.replay(plugin, recording, None)).expect("it can be executed").differences
}

#[test]
fn a_preparation_replays_bit_for_bit() {
    let (engine, drafts) = prepared();
    assert_eq!(again(test_components().engine.component(), &engine), [""; 0]);
    assert_eq!(engine.exchanges.len(), 3, "a look-up, the contacts, a draft");
    assert_eq!(drafts.len(), 1);
    assert_eq!(again(test_components().drafter.component(), &drafts[0]), [""; 0]);
    let Some(Exchange::Write { provenance, answer: Ok(draft), .. }) = engine.exchanges.last() else {
        panic!("the draft comes last");
    };
    assert_eq!(*provenance, Some(Provenance::Component(test_components().drafter.component().digest())));
    assert_eq!(drafts[0].output, Output::Draft(Ok(Arc::clone(draft))));
}

#[test]
fn a_follow_up_replays_bit_for_bit() {
    let folder = scenarios().join("follow-up-on-a-newer-signal");
    let mut story = Given::story(&folder);
    let (mut now, first) = (story.remove(1), story.remove(0));
    let crm = Arc::new(first.crm());
    let made =
        run(test_components().engine.prepare(&grants(&crm, InProcess), first.assignment())).result.expect("a package");
    let Outcome::Ready(package) = &made.outcome else { panic!("not ready: {made:#?}") };
    let (signal, angle_version) = (&package.signals[0].signal, package.angle.version.clone());
    let (signal, signal_kind) = (signal.id.clone(), signal.kind.clone());
    let sent = vec![Sent { at: first.now, message: package.draft.message.clone(), signal, signal_kind, angle_version }];
    now.add_sent_messages(&package.contact.id, &sent);
    let crm = Arc::new(now.crm());
    let (previous, sent, assignment) = (Arc::new(package.clone()), Arc::new(sent), now.assignment());
    let called = run(test_components().engine.follow_up(&grants(&crm, InProcess), previous, sent, assignment));
    let made = called.result.expect("the follow-up is due");
    assert!(matches!(&made.outcome, Outcome::Ready(package) if package.touch_number == 2), "{made:#?}");
    assert_eq!(again(test_components().engine.component(), &called.recording), [""; 0]);
}

#[test]
fn the_same_call_gives_the_same_recording() {
    assert_eq!(prepared(), prepared());
}

#[test]
fn a_route_replays_bit_for_bit() {
    let given = Given::base();
    let (tiers, account) = (Arc::new(given.tiers.clone()), Arc::new(given.account.clone()));
    let called = run(test_components().governor.route(
        tiers,
        account,
        &HandoffPackage { score: 80, touch_number: 1, ..HandoffPackage::default() },
    ));
    assert!(called.result.is_ok());
    assert_eq!(again(test_components().governor.component(), &called.recording), [""; 0]);
}

#[test]
fn reading_a_message_replays_only_with_that_message() {
    let raw =
        b"From: ada@northwind.example\r\nTo: mara@relayforge.example\r\nSubject: Re: Hello\r\n\r\nYes, call me.\r\n";
    let called = run(test_components().reader.read("", raw));
    let (runtime, plugin) = (&test_components().runtime, test_components().reader.component());
    let replayed = |raw: Option<&[u8]>| run(runtime.replay(plugin, &called.recording, raw));
    assert!(replayed(Some(raw)).expect("it can be executed").identical());
    assert!(matches!(replayed(None), Err(Error::Load { .. })));
    assert!(matches!(replayed(Some(b"another")), Err(Error::Load { .. })));
    let kept = serde_json::to_string(&called.recording.input).expect("it can be written");
    assert!(!kept.contains("call me"), "raw mail is kept by reference");
}

/// All calls of a hostile engine can be replayed, including refusals and failures.
#[test]
fn failed_and_refused_calls_replay_too() {
    for mode in ["good", "spin", "recurse", "allocate", "trap", "flood", "oversized-brief", "another-account", "search"]
    {
        let given = Given::base();
        let crm = Arc::new(given.crm());
        let called = run(test_components().hostile.prepare(&grants(&crm, InProcess), given.mode(mode)));
        assert_eq!(again(test_components().hostile.component(), &called.recording), [""; 0], "{mode}");
    }
}

#[test]
fn a_replay_calls_no_capability() {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let called = run(test_components().engine.prepare(&grants(&crm, InProcess), given.assignment()));
    let reached = crm.reached.get();
    assert_eq!(again(test_components().engine.component(), &called.recording), [""; 0]);
    assert_eq!(crm.reached.get(), reached);
}

#[test]
fn a_release_replays_without_sending() {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let made =
        run(test_components().engine.prepare(&grants(&crm, InProcess), given.assignment())).result.expect("in order");
    let Outcome::Ready(package) = &made.outcome else { panic!("not ready: {made:?}") };
    let outgoing = Arc::new(package.draft.message.clone());
    let scope = PermitScope { sender: &given.campaign.sender.email, message: &outgoing, thread: None };
    let permit = Permit::mint("1", Authority::Person("mara".into()), &scope);
    let outbox = Arc::new(Outbox::default());
    let grants = Grants::default().with_sending(Arc::clone(&outbox));
    let package = Arc::new(package.clone());
    let called = run(test_components().engine.release(
        &grants,
        ReleaseRequest::new(package, Arc::clone(&outgoing), given.now),
        &permit,
    ));
    assert!(called.result.expect("it may be sent").engine_error.is_none());
    assert_eq!(again(test_components().engine.component(), &called.recording), [""; 0]);
    assert_eq!(outbox.released.lock().expect("no panic").len(), 1);
}

#[test]
fn a_changed_answer_is_detected() {
    let mut recording = recording();
    for exchange in &mut recording.exchanges {
        if let Exchange::LookUp { answer: Ok(dossier), .. } = exchange {
            Arc::make_mut(dossier).account.employees = Some(421);
        }
    }
    // A later exchange that depends on it changes: here the brief differs from the recorded one.
    assert_ne!(again(test_components().engine.component(), &recording), [""; 0]);

    let mut recording = self::recording();
    for exchange in &mut recording.exchanges {
        if let Exchange::Write { answer: Ok(draft), .. } = exchange {
            Arc::make_mut(draft).message.subject.push('!');
        }
    }
    let differences = again(test_components().engine.component(), &recording);
    assert!(differences.iter().any(|place| place.ends_with("/draft/message/subject")), "{differences:?}");
}

#[test]
fn the_place_of_a_changed_output_is_reported() {
    let mut recording = recording();
    let Output::Preparation(Ok(made)) = &mut recording.output else { panic!("no preparation") };
    let Outcome::Ready(package) = &mut Arc::make_mut(made).outcome else { panic!("not ready") };
    package.score += 1;
    assert_eq!(again(test_components().engine.component(), &recording), ["/preparation/Ok/outcome/ready/score"]);
}

#[test]
fn a_missing_or_an_additional_exchange_is_detected() {
    let whole = recording();
    let without = |nth: usize| {
        let mut recording = whole.clone();
        recording.exchanges.remove(nth);
        recording
    };
    for nth in 0..whole.exchanges.len() {
        assert_ne!(again(test_components().engine.component(), &without(nth)), [""; 0], "without exchange {nth}");
    }
    let mut longer = whole.clone();
    longer.exchanges.push(whole.exchanges[0].clone());
    assert_ne!(again(test_components().engine.component(), &longer), [""; 0]);
    let mut swapped = whole;
    swapped.exchanges.swap(0, 1);
    assert_ne!(again(test_components().engine.component(), &swapped), [""; 0]);
}

#[test]
fn another_component_does_not_replay_it() {
    let recording = recording();
    match run(test_components().runtime.replay(test_components().hostile.component(), &recording, None)) {
        Err(Error::OtherComponent { recorded, found }) => {
            assert_eq!(recorded, test_components().engine.component().digest());
            assert_eq!(found, test_components().hostile.component().digest());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sealed_recording_is_read_back_completely() {
    let recording = recording();
    let sealed = test_components().runtime.seal(&recording).expect("it can be written");
    assert_eq!(test_components().runtime.unseal(&sealed).expect("it is genuine"), recording);
    let (_, drafts) = prepared();
    let sealed = test_components().runtime.seal(&drafts[0]).expect("it can be written");
    assert_eq!(
        again(
            test_components().drafter.component(),
            &test_components().runtime.unseal(&sealed).expect("it is genuine")
        ),
        [""; 0]
    );
}

#[test]
fn a_changed_seal_or_text_is_detected() {
    let runtime = &test_components().runtime;
    let sealed = runtime.seal(&recording()).expect("it can be written");
    let refused = |text: &str| matches!(runtime.unseal(text), Err(Error::Seal));
    assert!(refused(""));
    assert!(refused("\n\n"));
    assert!(refused(&sealed[..sealed.len() - 1]));
    assert!(refused(&format!("{sealed}\n")));
    assert!(refused(&sealed.replacen("Northwind", "Southwind", 1)));
    assert!(refused(sealed.split_once('\n').expect("two lines").1));
    for at in (0..sealed.len()).step_by(97).filter(|at| sealed.is_char_boundary(*at)) {
        let mut bytes = sealed.clone().into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        assert!(refused(&String::from_utf8_lossy(&bytes)), "changed at {at}");
    }
}
