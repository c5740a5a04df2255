//! From the approval to the sent message, with the shipped components, a store on disk, and a mail server that fails on
//! request. The send log always has exactly what the server knows.

use baton_desk::Desk;
use baton_desk::worker::{EntryResult, LockError, OutboxWorker, WorkerEvent};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope, Timestamp};
use baton_mail::TierDailyCaps;
use baton_mail::{FolderTransport, NoPassword, SmtpServer, Transport};
use baton_mail::{Security, SendingOptions, Smtp};
use baton_model::Erasable;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::smtp::{SmtpFault, SmtpSink, SmtpStep};
use baton_tests::{NOW, POSTAL, TestDesk, message_files, run, sending};
use mail_parser::MessageParser;
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, oneshot};

fn smtp(sink: &SmtpSink) -> Smtp {
    Smtp {
        ehlo_name: None,
        host: sink.address.ip().to_string(),
        port: Some(sink.address.port()),
        security: Security::None,
        user: None,
        password_env: None,
        timeout_seconds: 5,
    }
}

fn server(sink: &SmtpSink) -> Box<dyn Transport> {
    Box::new(SmtpServer::new(&smtp(sink), |_| None).expect("no password is needed"))
}

fn worker(test_desk: &TestDesk, transport: Box<dyn Transport>, sending: SendingOptions) -> OutboxWorker {
    OutboxWorker::new(test_desk.desk.clone(), transport, sending, TierDailyCaps::default()).expect("the only worker")
}

fn folder(test_desk: &TestDesk) -> Box<dyn Transport> {
    Box::new(FolderTransport::open(&test_desk.folder.join("outbox")).expect("a folder"))
}

async fn once(worker: &mut OutboxWorker, now: Timestamp) -> Vec<EntryResult> {
    let round = worker.send_due(now).await;
    assert!(round.error.is_none(), "{:?}", round.error);
    round.entries.into_iter().map(|happened| happened.what).collect()
}

async fn state(desk: &Desk, outbox: &str) -> PackageState {
    desk.entry(outbox).await.expect("the entry exists").state
}

fn whole_text(message: &baton_facts::types::Message) -> String {
    let footer = sending().footer();
    assert!(footer.contains(POSTAL));
    format!("{}\n\n{footer}\n", message.body)
}

/// Asserts that a mail program reads the approved message with the approved sender and recipient.
pub fn check_letter(bytes: &[u8], approved: &baton_facts::types::Message, message_id: &str) {
    let read = MessageParser::new().parse(bytes).expect("a message");
    assert_eq!(read.subject(), Some(&*approved.subject));
    assert_eq!(read.body_text(0).expect("a text").replace("\r\n", "\n"), whole_text(approved));
    assert_eq!(read.message_id(), Some(message_id));
    let address = |list: Option<&mail_parser::Address<'_>>| {
        let one = list.and_then(|list| list.first()).expect("an address");
        (one.name().unwrap_or_default().to_owned(), one.address().unwrap_or_default().to_owned())
    };
    assert_eq!(address(read.to()).1, approved.to);
    assert_eq!(address(read.from()), ("Mara Lindqvist".into(), "mara.lindqvist@relayforge.example".into()));
}

#[test]
fn the_file_is_the_approved_message() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(place.path()).await;
        let package = test_desk.prepare(1).await;
        let entry = test_desk.approve(&package, NOW).await;
        let mut worker = worker(&test_desk, folder(&test_desk), sending());
        // The worker releases messages that no surface has released.
        let happened = once(&mut worker, NOW).await;
        let [EntryResult::Released, EntryResult::Sent { words: path }] = happened.as_slice() else {
            panic!("{happened:?}")
        };
        let view = test_desk.desk.entry(&entry).await.expect("the entry exists");
        assert_eq!(view.state, PackageState::Sent);
        let Erasable::Open(message) = view.message else { panic!("nobody is erased") };
        check_letter(&std::fs::read(path).expect("the file exists"), &message, &view.message_id);
        assert_eq!(message_files(&test_desk.folder.join("outbox")).len(), 1);
        assert_eq!(once(&mut worker, NOW + 86_400).await, [], "it is sent once");
    });
}

#[test]
fn several_messages_over_one_connection() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let (test_desk, sink) = (TestDesk::open(place.path()).await, SmtpSink::start().await);
        let entries = test_desk.released(3).await;
        let mut worker = worker(&test_desk, server(&sink), sending());
        assert_eq!(once(&mut worker, NOW).await.len(), 3);
        assert_eq!(sink.connections(), 1);
        let accepted = sink.accepted();
        for entry in &entries {
            let view = test_desk.desk.entry(entry).await.expect("the entry exists");
            let Erasable::Open(message) = &view.message else { panic!("nobody is erased") };
            let [mail] = accepted[&view.message_id].as_slice() else { panic!("not once") };
            assert_eq!((&*mail.from, &mail.to), ("mara.lindqvist@relayforge.example", &vec![message.to.clone()]));
            check_letter(&mail.data, message, &view.message_id);
            assert_eq!(view.state, PackageState::Sent);
        }
    });
}

/// Checks the first of two messages, which meets this fault: its state, whether the server has accepted it, and whether
/// the second one was sent in the same round.
fn check_fault(stage: SmtpStep, fault: SmtpFault, expected: PackageState, accepted: bool, second_leaves: bool) {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let (test_desk, sink) = (TestDesk::open(place.path()).await, SmtpSink::start().await);
        let entries = test_desk.released(2).await;
        sink.fault(stage, fault);
        let mut worker = worker(&test_desk, server(&sink), sending());
        once(&mut worker, NOW).await;
        let what = format!("{stage:?} {fault:?}");
        let first = test_desk.desk.entry(&entries[0]).await.expect("the entry exists");
        assert_eq!(first.state, expected, "{what}");
        assert_eq!(sink.accepted().contains_key(&first.message_id), accepted, "{what}");
        let left = state(&test_desk.desk, &entries[1]).await == PackageState::Sent;
        assert_eq!(left, second_leaves, "{what}");
        assert!(first.why.open().flatten().is_some_and(|why| !why.is_empty()), "{what}: no reason");

        // A scheduled message is sent with the next attempt; one with an unknown delivery never is automatically.
        once(&mut worker, NOW + 60).await;
        let accepted = sink.accepted();
        assert!(accepted.values().all(|mails| mails.len() == 1), "{what}: twice");
        let last = state(&test_desk.desk, &entries[0]).await;
        assert_eq!(last, if expected == PackageState::Scheduled { PackageState::Sent } else { expected }, "{what}");
        assert_eq!(state(&test_desk.desk, &entries[1]).await, PackageState::Sent, "{what}");
        assert_eq!(
            accepted.contains_key(&first.message_id),
            matches!(last, PackageState::Sent) || first.state == PackageState::DeliveryUnknown && accepted.len() == 2,
            "{what}"
        );
    });
}

#[test]
fn faults_before_the_message_prevent_the_send() {
    use PackageState::{Failed, Scheduled};
    for (stage, fault, state, second_leaves) in [
        // Without a server, or with one that refuses the session, everything waits.
        (SmtpStep::Greeting, SmtpFault::Drop, Scheduled, false),
        (SmtpStep::Greeting, SmtpFault::Reply("554 no service"), Scheduled, false),
        (SmtpStep::Ehlo, SmtpFault::Reply("550 not you"), Scheduled, false),
        (SmtpStep::Ehlo, SmtpFault::Drop, Scheduled, false),
        (SmtpStep::Mail, SmtpFault::Reply("421 closing"), Scheduled, false),
        (SmtpStep::Mail, SmtpFault::Reply("530 5.7.0 log in first"), Scheduled, false),
        (SmtpStep::Mail, SmtpFault::Reply("451 later"), Scheduled, true),
        (SmtpStep::Mail, SmtpFault::Reply("550 no such sender"), Failed, true),
        (SmtpStep::Mail, SmtpFault::Drop, Scheduled, true),
        (SmtpStep::Rcpt, SmtpFault::Reply("450-greylisted\r\n450 come back"), Scheduled, true),
        (SmtpStep::Rcpt, SmtpFault::Reply("550 5.1.1 no such mailbox"), Failed, true),
        (SmtpStep::Rcpt, SmtpFault::Drop, Scheduled, true),
        (SmtpStep::Data, SmtpFault::Reply("451 later"), Scheduled, true),
        (SmtpStep::Data, SmtpFault::Reply("554 no"), Failed, true),
        (SmtpStep::Data, SmtpFault::Reply("250 what?"), Scheduled, true),
        (SmtpStep::Data, SmtpFault::Drop, Scheduled, true),
    ] {
        check_fault(stage, fault, state, false, second_leaves);
    }
}

#[test]
fn after_the_message_only_the_servers_reply_counts() {
    use PackageState::{DeliveryUnknown, Failed, Scheduled, Sent};
    for (stage, fault, state, accepted) in [
        (SmtpStep::Body, SmtpFault::Drop, DeliveryUnknown, false),
        (SmtpStep::Dot, SmtpFault::Drop, DeliveryUnknown, false),
        (SmtpStep::Dot, SmtpFault::Reply("451 4.3.0 later"), Scheduled, false),
        (SmtpStep::Dot, SmtpFault::Reply("552 too much"), Failed, false),
        (SmtpStep::Dot, SmtpFault::Reply("no reply at all"), DeliveryUnknown, false),
        (SmtpStep::Dot, SmtpFault::Reply("354 go on"), DeliveryUnknown, false),
        (SmtpStep::Accepted, SmtpFault::Drop, DeliveryUnknown, true),
        (SmtpStep::Accepted, SmtpFault::Reply("gibberish"), DeliveryUnknown, true),
        (SmtpStep::Accepted, SmtpFault::Reply("250-two\r\n250 lines"), Sent, true),
    ] {
        check_fault(stage, fault, state, accepted, true);
    }
}

#[test]
fn without_a_server_everything_waits_with_growing_intervals() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let (test_desk, sink) = (TestDesk::open(place.path()).await, SmtpSink::start().await);
        test_desk.released(3).await;
        let mut worker = worker(&test_desk, server(&sink), sending());
        let mut now = NOW;
        for minutes in [1, 5, 15, 60, 60] {
            sink.fault(SmtpStep::Greeting, SmtpFault::Drop);
            let happened = once(&mut worker, now).await;
            let [EntryResult::Waiting { until, why }] = happened.as_slice() else { panic!("{happened:?}") };
            assert_eq!(*until, now + minutes * 60);
            assert!(why.contains("no connection"), "{why}");
            assert_eq!(once(&mut worker, until - 1).await, [], "it rests");
            now = *until;
        }
        assert_eq!(sink.connections(), 5);
        assert_eq!(once(&mut worker, now).await.len(), 3);
        assert_eq!(sink.accepted().len(), 3);
    });
}

#[test]
fn a_wrong_password_holds_everything_and_is_never_shown() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let (test_desk, sink) = (TestDesk::open(place.path()).await, SmtpSink::start().await);
        let entries = test_desk.released(2).await;
        sink.require("mara", "correct horse");
        let settings = Smtp { user: Some("mara".into()), password_env: Some("SMTP_PASSWORD".into()), ..smtp(&sink) };
        let missing = SmtpServer::new(&settings, |_| None).expect_err("there is no password");
        assert_eq!(missing, NoPassword("SMTP_PASSWORD".into()));
        let wrong = SmtpServer::new(&settings, |_| Some("battery staple".into())).expect("a password");
        assert!(!format!("{wrong:?}").contains("battery"));
        let mut first = worker(&test_desk, Box::new(wrong), sending());
        let happened = once(&mut first, NOW).await;
        let [EntryResult::Waiting { why, .. }] = happened.as_slice() else { panic!("{happened:?}") };
        assert!(why.contains("535 5.7.8 wrong user or password") && !why.contains("battery"), "{why}");
        let view = test_desk.desk.entry(&entries[0]).await.expect("the entry exists");
        assert_eq!(view.state, PackageState::Scheduled);
        drop(first);
        let right = SmtpServer::new(&settings, |name| (name == "SMTP_PASSWORD").then(|| "correct horse".into()));
        let mut second = worker(&test_desk, Box::new(right.expect("a password")), sending());
        assert_eq!(once(&mut second, NOW + 60).await.len(), 2);
        assert_eq!(sink.accepted().len(), 2);
    });
}

#[test]
fn a_connection_that_must_be_secured_is_never_used_unsecured() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let (test_desk, sink) = (TestDesk::open(place.path()).await, SmtpSink::start().await);
        test_desk.released(1).await;
        // The server offers no STARTTLS, as an attacker on the network could pretend.
        let settings = Smtp { security: Security::Starttls, ..smtp(&sink) };
        let transport = Box::new(SmtpServer::new(&settings, |_| None).expect("no password is needed"));
        let happened = once(&mut worker(&test_desk, transport, sending()), NOW).await;
        let [EntryResult::Waiting { why, .. }] = happened.as_slice() else { panic!("{happened:?}") };
        assert!(why.contains("the connection could not be encrypted"), "{why}");
        assert!(sink.accepted().is_empty());
    });
}

#[test]
fn the_stop_button_applies_between_any_two_messages() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let (test_desk, sink) = (TestDesk::open(place.path()).await, SmtpSink::start().await);
        let entries = test_desk.released(3).await;
        let desk = test_desk.desk.clone();
        // Pressed while the first message is being accepted.
        let (pressed, button) = (Mutex::new(false), tokio::runtime::Handle::current());
        sink.hook(Some(Arc::new(move |stage| {
            let mut pressed = pressed.lock().expect("no panic");
            if stage == SmtpStep::Accepted && !*pressed {
                *pressed = true;
                let desk = desk.clone();
                tokio::task::block_in_place(|| {
                    button.block_on(desk.by("admin").stop_sending("the wrong list", NOW)).expect("the button works");
                });
            }
        })));
        let mut worker = worker(&test_desk, server(&sink), sending());
        let happened = once(&mut worker, NOW).await;
        let [EntryResult::Sent { .. }, EntryResult::Waiting { why, .. }, EntryResult::Waiting { .. }] =
            happened.as_slice()
        else {
            panic!("{happened:?}")
        };
        assert_eq!(why, "admin stopped all sending: the wrong list");
        test_desk.desk.by("admin").resume_sending(NOW + 30).await.expect("the button works");
        assert_eq!(once(&mut worker, NOW + 60).await.len(), 2);
        for entry in &entries {
            assert_eq!(state(&test_desk.desk, entry).await, PackageState::Sent);
        }
    });
}

#[test]
fn changes_since_the_approval_count_at_the_last_moment() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(place.path()).await;
        let entries = test_desk.released(4).await;
        let order = Suppression { scope: SuppressionScope::Domain, reason: SuppressionReason::Listed, until: None };
        test_desk.desk.by("admin").suppress("north0.example", order, NOW).await.expect("a domain");
        test_desk.desk.by("reader").pause("north1", Some("Ada answered"), NOW).await.expect("an account");
        let mut sending = sending();
        sending.seconds_between = 60;
        let mut worker = worker(&test_desk, folder(&test_desk), sending);
        let happened = once(&mut worker, NOW).await;
        let [EntryResult::Waiting { why, .. }, EntryResult::Sent { .. }, EntryResult::Waiting { until, .. }] =
            happened.as_slice()
        else {
            panic!("{happened:?}")
        };
        assert_eq!(why, "everything at this account is paused: Ada answered");
        assert_eq!(*until, NOW + 60);
        // In the evening the window is closed; the next morning the mailbox has paused long enough.
        let evening = NOW + 9 * 3600;
        let happened = once(&mut worker, evening).await;
        let [EntryResult::Waiting { .. }, EntryResult::Waiting { until, why }] = happened.as_slice() else {
            panic!("{happened:?}")
        };
        assert_eq!(*until, NOW + 23 * 3600);
        assert!(why.ends_with("next at 08:00 on Wednesday in Europe/London"), "{why}");
        assert_eq!(test_desk.desk.next_due().await.expect("the store exists"), Some(evening + 60));
        let happened = once(&mut worker, *until).await;
        assert!(matches!(happened.as_slice(), [EntryResult::Waiting { .. }, EntryResult::Sent { .. }]), "{happened:?}");
        let states = [PackageState::Withdrawn, PackageState::Scheduled, PackageState::Sent, PackageState::Sent];
        for (entry, expected) in entries.iter().zip(states) {
            assert_eq!(state(&test_desk.desk, entry).await, expected);
        }
    });
}

#[test]
fn a_second_worker_is_refused() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(place.path()).await;
        let first = worker(&test_desk, folder(&test_desk), sending());
        let second = OutboxWorker::new(test_desk.desk.clone(), folder(&test_desk), sending(), TierDailyCaps::default());
        assert!(matches!(second.err(), Some(LockError::Busy(_))));
        drop(first);
        worker(&test_desk, folder(&test_desk), sending());
    });
}

#[test]
fn a_transport_is_asked_only_about_its_own_messages() {
    run(async {
        for (same, expected) in [(true, PackageState::Sent), (false, PackageState::DeliveryUnknown)] {
            let place = tempfile::tempdir().expect("a folder");
            let test_desk = TestDesk::open(place.path()).await;
            let entries = test_desk.released(1).await;
            let old = FolderTransport::open(&test_desk.folder.join("outbox")).expect("a folder");
            let gate = |_: &baton_model::delivery::SendContext| baton_model::delivery::SendVerdict::Send;
            // The message was claimed, and then the program ended.
            let claimed = test_desk.desk.claim_next(NOW, NOW, old.name(), gate).await.expect("the store exists");
            assert!(claimed.is_some());
            let next = test_desk.folder.join(if same { "outbox" } else { "another" });
            let next = Box::new(FolderTransport::open(&next).expect("a folder"));
            let mut worker = worker(&test_desk, next, sending());
            once(&mut worker, NOW).await;
            // The same folder gets the message again; for another transport its delivery is unknown.
            assert_eq!(state(&test_desk.desk, &entries[0]).await, expected);
        }
    });
}

#[test]
fn a_running_worker_wakes_up_and_stops_on_request() {
    run(async {
        let place = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(place.path()).await;
        let package = test_desk.prepare(1).await;
        let worker = worker(&test_desk, folder(&test_desk), sending());
        let (wake, (end, ended)) = (Arc::new(Notify::new()), oneshot::channel::<()>());
        let (events, mut told) = tokio::sync::mpsc::unbounded_channel();
        let running = tokio::spawn(worker.run(
            || NOW,
            Arc::clone(&wake),
            async { ended.await.unwrap_or_default() },
            move |event| {
                let _ = events.send(event);
            },
        ));
        let entry = test_desk.approve(&package, NOW).await;
        test_desk.desk.release(&entry, NOW).await.expect("it is released");
        wake.notify_one();
        let Some(WorkerEvent::Entry(happened)) = told.recv().await else { panic!("nothing happened") };
        assert!(matches!(happened.what, EntryResult::Sent { .. }), "{happened:?}");
        assert_eq!((happened.outbox, happened.account.as_deref()), (entry, Some("north1")));
        end.send(()).expect("it runs");
        running.await.expect("it ends well");
        assert!(told.recv().await.is_none());
    });
}
