//! `kill -9` at every step of approve, release and transmit, and at random moments: no message is sent twice or lost,
//! no decision is half saved, and a send whose result cannot be known is "delivery unknown".
//!
//! The test kills a program of its own (`programs/crash.rs`), with the shipped components and a store on disk. The mail
//! server runs in the test and counts; for the folder transport the `.eml` files are counted. After each kill the
//! program is started again and runs to its end, as an admin would do. Another test puts an older copy of the store back.

use baton_model::package_state::PackageState;
use baton_tests::server::STORE_FILES;
use baton_tests::smtp::{SmtpSink, SmtpStep};
use baton_tests::{NOW, TestDesk, message_files, run, sending};
use mail_parser::MessageParser;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The number of packages in each store: two, so that a fault of the first must not affect the second.
const PACKAGES: usize = 2;

/// The number of kills at random moments, for each transport.
const RANDOM: usize = 70;

/// The transport of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Via {
    Folder,
    /// A folder that another program empties after each kill.
    CollectedFolder,
    Smtp,
}

impl Via {
    const fn name(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::CollectedFolder => "folder, collected",
            Self::Smtp => "SMTP",
        }
    }
}

/// The moment at which the program is killed.
#[derive(Clone, Copy, Debug)]
enum Plan {
    /// It is not killed.
    Never,
    /// At its n-th step, counted from 0.
    Step(usize),
    /// This many microseconds after that step.
    After(usize, u64),
    /// When its n-th message reaches this step of the server.
    SmtpStep(SmtpStep, usize),
}

/// A child process that more than one thread may kill.
type Shared = Arc<Mutex<Child>>;

/// Returns a store in which every package waits for a decision.
fn template() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a folder");
    run(async {
        let test_desk = TestDesk::open(place.path()).await;
        for number in 0..PACKAGES {
            test_desk.prepare(number).await;
        }
        test_desk.desk.store().close().await;
    });
    place
}

fn copied(template: &Path) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a folder");
    for name in STORE_FILES {
        std::fs::copy(template.join(name), place.path().join(name)).expect("it can be copied");
    }
    place
}

/// Starts the program and kills it as planned. Returns the steps it reached, and whether it was killed.
fn start(folder: &Path, via: Via, sink: &SmtpSink, plan: Plan) -> (Vec<String>, bool) {
    let transport = match via {
        Via::Folder | Via::CollectedFolder => "folder".to_owned(),
        Via::Smtp => sink.address.port().to_string(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_crash"));
    command.arg(folder).arg(transport).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let (mut leave, lines) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let child: Shared = Arc::new(Mutex::new(child));
    if let Plan::SmtpStep(stage, number) = plan {
        let (child, seen) = (Arc::clone(&child), AtomicUsize::new(0));
        sink.hook(Some(Arc::new(move |at| {
            if at == stage && seen.fetch_add(1, Ordering::SeqCst) == number {
                kill(&child);
            }
        })));
    }
    let mut steps = Vec::new();
    for line in BufReader::new(lines).lines() {
        let Ok(line) = line else { break };
        steps.push(line);
        match plan {
            Plan::Step(at) if steps.len() == at + 1 => {
                kill(&child);
                break;
            }
            Plan::After(at, micros) if steps.len() == at + 1 => {
                let _ = leave.write_all(b"\n");
                // The exact time is the purpose of this test.
                std::thread::park_timeout(Duration::from_micros(micros));
                kill(&child);
                break;
            }
            // The program may have been killed in the meantime.
            _ => drop(leave.write_all(b"\n")),
        }
    }
    let status = locked(&child).wait().expect("it ends");
    sink.hook(None);
    let killed = !status.success();
    assert!(status.code().is_none() || status.success(), "the program failed before it was killed: {status}");
    if via == Via::CollectedFolder {
        collect(folder);
    }
    (steps, killed)
}

/// Moves every message out of the folder, as a program that picks them up does.
fn collect(folder: &Path) {
    let picked = folder.join("picked");
    std::fs::create_dir_all(&picked).expect("a folder");
    for path in message_files(&folder.join("outbox")) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let free = (0..).map(|number| picked.join(format!("{number}-{name}"))).find(|path| !path.exists());
        std::fs::rename(&path, free.expect("a free name")).expect("it can be moved");
    }
}

/// Kills the child at once with `SIGKILL`.
fn kill(child: &Shared) {
    let mut child = locked(child);
    let _ = child.kill();
    let _ = child.wait();
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The results of one or more kills.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    kills: usize,
    sent: usize,
    in_doubt: usize,
    twice: usize,
    lost: usize,
}

/// Runs the program in a copy of the store: killed as planned, perhaps once more, and then started until it ends
/// normally.
fn way(template: &Path, via: Via, sink: &SmtpSink, plan: Plan, again: Option<Plan>) -> (String, Tally) {
    let place = copied(template);
    let mut tally = Tally::default();
    let (steps, killed) = start(place.path(), via, sink, plan);
    tally.kills += usize::from(killed);
    if let Some(again) = again {
        tally.kills += usize::from(start(place.path(), via, sink, again).1);
    }
    assert!(!start(place.path(), via, sink, Plan::Never).1);
    count(place.path(), via, sink, &mut tally);
    let name = match plan {
        Plan::Never => "not at all".to_owned(),
        Plan::Step(_) => steps.last().cloned().unwrap_or_default(),
        Plan::After(..) => "any moment".to_owned(),
        Plan::SmtpStep(stage, _) => format!("server: {}", stage_name(stage)),
    };
    (name, tally)
}

/// Returns the number of complete messages per Message-ID.
fn outside(folder: &Path, via: Via, sink: &SmtpSink) -> BTreeMap<String, usize> {
    match via {
        Via::Folder => files(&folder.join("outbox")),
        Via::CollectedFolder => files(&folder.join("picked")),
        Via::Smtp => sink.accepted().into_iter().map(|(id, mails)| (id, mails.len())).collect(),
    }
}

/// Compares the send log with the messages outside.
fn count(folder: &Path, via: Via, sink: &SmtpSink, tally: &mut Tally) {
    let outside = outside(folder, via, sink);
    let views = run(async {
        let test_desk = TestDesk::open(folder).await;
        let mut views = Vec::new();
        for row in test_desk.desk.export(None, 100).await.expect("the store exists").rows {
            views.push(test_desk.desk.package(&row.package, NOW).await.expect("the package exists"));
        }
        test_desk.desk.store().close().await;
        views
    });
    assert_eq!(views.len(), PACKAGES);
    for view in views {
        let kinds: Vec<&str> = view.decisions.iter().map(|decision| decision.kind.as_str()).collect();
        assert_eq!(kinds, ["approve"], "there is exactly one decision, saved completely");
        let entry = view.outbox.expect("an approval has its entry");
        let left = outside.get(&entry.message_id).copied().unwrap_or(0);
        tally.twice += left.saturating_sub(1);
        match view.state {
            PackageState::Sent => {
                assert_eq!(left, 1, "a sent message was delivered");
                tally.sent += 1;
            }
            PackageState::DeliveryUnknown => {
                assert_eq!(via, Via::Smtp, "the folder transport always knows");
                tally.in_doubt += 1;
            }
            // It was neither refused nor withdrawn, so no other state is allowed.
            _ => tally.lost += 1,
        }
    }
    if via != Via::Smtp {
        assert_eq!(outside.len(), PACKAGES, "nothing else is in the folder");
    }
}

fn files(folder: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for path in message_files(folder) {
        let bytes = std::fs::read(&path).expect("it can be read");
        let read = MessageParser::new().parse(&bytes).expect("a message");
        let text = read.body_text(0).expect("a text").replace("\r\n", "\n");
        assert!(text.ends_with(&format!("{}\n", sending().footer())), "{}: half a message", path.display());
        *found.entry(read.message_id().expect("an id").to_owned()).or_default() += 1;
    }
    found
}

const fn stage_name(stage: SmtpStep) -> &'static str {
    match stage {
        SmtpStep::Greeting => "connected",
        SmtpStep::Ehlo => "EHLO",
        SmtpStep::Auth => "AUTH",
        SmtpStep::Mail => "MAIL",
        SmtpStep::Rcpt => "RCPT",
        SmtpStep::Data => "DATA",
        SmtpStep::Body => "half the message",
        SmtpStep::Dot => "the whole message",
        SmtpStep::Accepted => "accepted, no reply yet",
        SmtpStep::Replied => "accepted and replied",
    }
}

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap_or(0)
    }
}

/// Returns all planned kills: each step, each stage, and random moments; every third is followed by another kill.
fn plans(template: &Path, sink: &SmtpSink) -> Vec<(Via, Plan, Option<Plan>)> {
    let mut random = Random(20_260_310);
    let mut plans = Vec::new();
    for via in [Via::Folder, Via::CollectedFolder, Via::Smtp] {
        let place = copied(template);
        let steps = start(place.path(), via, sink, Plan::Never).0.len();
        assert!(steps >= 20, "{steps} steps");
        plans.extend((0..steps).map(|step| (via, Plan::Step(step))));
        plans.extend((0..RANDOM).map(|_| (via, Plan::After(random.below(steps), random.below(4000) as u64))));
        if via == Via::Smtp {
            let once = [SmtpStep::Greeting, SmtpStep::Ehlo].map(|stage| (via, Plan::SmtpStep(stage, 0)));
            let each = [
                SmtpStep::Mail,
                SmtpStep::Rcpt,
                SmtpStep::Data,
                SmtpStep::Body,
                SmtpStep::Dot,
                SmtpStep::Accepted,
                SmtpStep::Replied,
            ];
            let each = each.into_iter().flat_map(|stage| (0..PACKAGES).map(move |at| (via, Plan::SmtpStep(stage, at))));
            plans.extend(once.into_iter().chain(each));
        }
    }
    let twice = |(number, (via, plan)): (usize, (Via, Plan))| {
        let again = (number % 3 == 0).then(|| Plan::Step(random.below(8)));
        (via, plan, again)
    };
    plans.into_iter().enumerate().map(twice).collect()
}

#[test]
fn no_message_is_sent_twice_or_lost_after_a_kill_at_any_moment() {
    let template = template();
    let first = run(SmtpSink::start());
    let plans = plans(template.path(), &first);
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<(Via, String), (usize, Tally)>::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let sink = run(SmtpSink::start());
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some((via, plan, again)) = plans.get(number) else { break };
                    let (name, tally) = way(template.path(), *via, &sink, *plan, *again);
                    let mut rows = locked(&rows);
                    let (_, row) = rows.entry((*via, name)).or_insert((number, Tally::default()));
                    row.kills += tally.kills;
                    row.sent += tally.sent;
                    row.in_doubt += tally.in_doubt;
                    row.twice += tally.twice;
                    row.lost += tally.lost;
                }
                let known = sink.accepted();
                assert!(known.values().all(|mails| mails.len() == 1), "a message was sent twice");
            });
        }
    });
    let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    let total = shown(&rows);
    assert!(total.kills > 200, "only {} kills", total.kills);
    assert_eq!((total.twice, total.lost), (0, 0));
    assert!(total.in_doubt > 0, "some deliveries are unknown");
}

/// A copy of the store from any step comes back after everything was sent: no message is sent a second time.
#[test]
fn no_message_is_sent_twice_from_an_older_copy() {
    let template = template();
    let first = run(SmtpSink::start());
    let steps = start(copied(template.path()).path(), Via::Folder, &first, Plan::Never).0.len();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let via = if number.is_multiple_of(2) { Via::Folder } else { Via::Smtp };
                    let step = number / 2;
                    if step >= steps {
                        break;
                    }
                    let sink = run(SmtpSink::start());
                    let place = copied(template.path());
                    start(place.path(), via, &sink, Plan::Step(step));
                    let backup = tempfile::tempdir().expect("a folder");
                    let files =
                        ["desk.db", "desk.db-wal"].map(|name| (place.path().join(name), backup.path().join(name)));
                    for (present, copy) in files.iter().filter(|(present, _)| present.exists()) {
                        std::fs::copy(present, copy).expect("it can be copied");
                    }
                    assert!(!start(place.path(), via, &sink, Plan::Never).1);
                    let sent = outside(place.path(), via, &sink);
                    let _ = std::fs::remove_file(place.path().join("desk.db-shm"));
                    for (present, copy) in &files {
                        let _ = std::fs::remove_file(present);
                        if copy.exists() {
                            std::fs::copy(copy, present).expect("it can be copied");
                        }
                    }
                    // The same program again, and once more after the admin resumed sending.
                    for _ in 0..2 {
                        assert!(!start(place.path(), via, &sink, Plan::Never).1);
                        run(async {
                            let test_desk = TestDesk::open(place.path()).await;
                            test_desk.desk.resume_sending(NOW).await.expect("the store is writable");
                            test_desk.desk.store().close().await;
                        });
                    }
                    let after = outside(place.path(), via, &sink);
                    // A message of unknown delivery may be missing, but each was sent at most once to its account.
                    assert_eq!(after, sent, "step {step}, {}", via.name());
                    assert!(sent.len() <= PACKAGES && sent.values().all(|times| *times == 1), "{sent:?}");
                }
            });
        }
    });
}

/// Prints the table, even if the test's output is captured.
fn shown(rows: &BTreeMap<(Via, String), (usize, Tally)>) -> Tally {
    let mut total = Tally::default();
    let mut ordered: Vec<_> = rows.iter().map(|((via, name), (first, tally))| (*via, *first, name, tally)).collect();
    ordered.sort_by_key(|(via, first, ..)| (*via, *first));
    let mut table = String::new();
    let mut line = |via: &str, name: &str, tally: &Tally| {
        let Tally { kills, sent, in_doubt, twice, lost } = tally;
        let _ =
            writeln!(table, "| {via:17} | {name:31} | {kills:5} | {sent:4} | {in_doubt:8} | {twice:5} | {lost:4} |");
    };
    for (via, _, name, tally) in ordered {
        line(via.name(), name, tally);
        total.kills += tally.kills;
        total.sent += tally.sent;
        total.in_doubt += tally.in_doubt;
        total.twice += tally.twice;
        total.lost += tally.lost;
    }
    line("", "all", &total);
    let head = "| via               | killed when                     | kills | sent | in doubt | twice | lost |\n\
                | ----------------- | ------------------------------- | ----- | ---- | -------- | ----- | ---- |\n";
    let _ = write!(std::io::stderr(), "\n{head}{table}");
    total
}
