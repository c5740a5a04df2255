//! The worker: brings what is authorised through the gates to the transport, one message at a time, and writes down what
//! came of each before it looks at the next.
//!
//! It never dies of one message's error, nor of the store's: what came of a message that left is kept and written as soon
//! as the store can be written again. The stop button counts between any two messages, since the gates look at it.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::maintenance::Elapsed;
use crate::worker::lock::{Lock, Locked};
use baton_facts::types::Timestamp;
use baton_mail::{Caps, Gates, Letter, Sending, Transport, Tried};
use baton_model::delivery::{Claimed, Departed, Entry, Gate, Interrupted, Transmitted, Waiting};
use baton_model::package_state::State;
use baton_model::{PackageId, Review};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long to wait before another try, by how many there were, in minutes. The last one serves for all that follow;
/// a message is tried until its reason to write goes stale.
const BACKOFF: [i64; 4] = [1, 5, 15, 60];

/// How often time is looked at, and what failed tried again, in seconds.
const TICK: i64 = 60;

/// What became of one entry of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Happened {
    /// The entry's id.
    pub outbox: String,
    /// Its package; absent where the entry is known by its id alone.
    pub package: Option<PackageId>,
    /// The account's id, likewise.
    pub account: Option<String>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what", rename_all_fields = "kebab-case")]
pub enum What {
    /// It left.
    Sent {
        /// The server's words, or where the file is.
        words: String,
    },
    /// It waits, for a gate or for another try.
    Waits {
        /// Until this moment.
        until: Timestamp,
        /// For a person.
        why: String,
    },
    /// It failed for good.
    Failed {
        /// For a person.
        why: String,
    },
    /// Whether it left is for a person to find out.
    InDoubt {
        /// For a person.
        why: String,
    },
    /// It was taken back.
    Withdrawn {
        /// For a person.
        why: String,
    },
    /// The engine's final check let it pass; the gates are next.
    Released,
}

/// What one round came to.
#[derive(Debug, Default)]
#[must_use = "a round that ended in trouble was not brought to its end"]
pub struct Round {
    /// What became of each entry that was looked at, in order.
    pub happened: Vec<Happened>,
    /// What ended the round before its time. What happened stays happened.
    pub trouble: Option<DeskError>,
}

/// What a worker tells while it runs.
#[derive(Debug)]
pub enum Event {
    /// Something became of an entry.
    Happened(Happened),
    /// Packages expired or came back.
    Elapsed(Elapsed),
    /// Something could not be done and is tried again.
    Trouble(DeskError),
}

/// Hears what a worker tells.
type Tell<'a> = &'a mut (dyn FnMut(Event) + Send);

/// How often something was tried, and when it is due again.
#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    count: usize,
    until: Timestamp,
}

impl Tries {
    fn failed(self, now: Timestamp) -> Self {
        Self { count: self.count + 1, until: later(now, self.count) }
    }
}

/// Works on the outbox of one store.
pub struct Worker {
    desk: Desk,
    transport: Box<dyn Transport>,
    gates: Gates,
    review: Review,
    recovered: bool,
    /// What came of a message and could not be written down yet.
    unwritten: Option<(Claimed, Transmitted)>,
    /// The transport is down.
    down: Option<Tries>,
    /// Entries whose release came to nothing.
    unreleased: HashMap<String, Tries>,
    _lock: Lock,
}

impl Worker {
    /// A worker, alone on this store for as long as it lives.
    ///
    /// # Errors
    /// Where another one is at work.
    pub fn new(desk: Desk, transport: Box<dyn Transport>, sending: Sending, caps: Caps) -> Result<Self, Locked> {
        let lock = Lock::take(desk.store.path())?;
        let gates = Gates { sending, caps };
        let (unwritten, down, unreleased) = (None, None, HashMap::new());
        let review = Review::default();
        Ok(Self { desk, transport, gates, review, recovered: false, unwritten, down, unreleased, _lock: lock })
    }

    /// With so much time for the check of what has left.
    #[must_use]
    pub fn reviewed(self, review: Review) -> Self {
        Self { review, ..self }
    }

    /// Works through everything that is due.
    pub async fn once(&mut self, now: Timestamp) -> Round {
        let mut round = Round::default();
        let mut tell = |event| match event {
            Event::Happened(happened) => round.happened.push(happened),
            Event::Elapsed(_) => {}
            Event::Trouble(error) => drop(round.trouble.get_or_insert(error)),
        };
        let worked = async {
            self.release(now, &mut tell).await?;
            while self.next(now, &mut tell).await? {}
            Ok(())
        };
        let worked: Result<(), DeskError> = worked.await;
        self.transport.rest().await;
        if let Err(error) = worked {
            round.trouble = Some(error);
        }
        round
    }

    /// Works until `shutdown` is ready; a message that is under way then is brought to its end. `clock` gives the time
    /// in seconds, `wake` says that something was released or changed, and `tell` hears what happens.
    pub async fn run(
        mut self,
        clock: impl Fn() -> Timestamp + Send,
        wake: Arc<Notify>,
        shutdown: impl Future<Output = ()> + Send,
        mut tell: impl FnMut(Event) + Send,
    ) {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut ticked: Option<Timestamp> = None;
        loop {
            let now = clock();
            if ticked.is_none_or(|at| !(at..at.saturating_add(TICK)).contains(&now)) {
                ticked = Some(now);
                self.tick(now, &mut tell).await;
            }
            loop {
                match self.next(clock(), &mut tell).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tell(Event::Trouble(error));
                        break;
                    }
                }
                if is_ready(shutdown.as_mut()).await {
                    return self.transport.rest().await;
                }
            }
            // Before the server loses patience with a silent connection.
            self.transport.rest().await;
            let seconds = self.due().await.map_or(TICK, |due| due.saturating_sub(clock()).clamp(1, TICK));
            tokio::select! {
                () = &mut shutdown => return,
                () = wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())) => {}
            }
        }
    }

    /// What time brings: packages expire and come back, what standings allow is let go, and what could not be released before is tried again.
    async fn tick(&mut self, now: Timestamp, tell: Tell<'_>) {
        match self.desk.elapse(now).await {
            Ok(elapsed) if elapsed != Elapsed::default() => tell(Event::Elapsed(elapsed)),
            Ok(_) => {}
            Err(error) => tell(Event::Trouble(error)),
        }
        if let Err(error) = self.desk.let_go(now, self.review.check_within()).await {
            tell(Event::Trouble(error));
        }
        if let Err(error) = self.release(now, tell).await {
            tell(Event::Trouble(error));
        }
    }

    /// Once: what the last worker left in the middle of being transmitted.
    async fn begin(&mut self, now: Timestamp, tell: Tell<'_>) -> Result<(), DeskError> {
        if self.recovered {
            return Ok(());
        }
        let transport = &*self.transport;
        let found = self.desk.recover(now, |interrupted| {
            // Another folder or server knows nothing of it.
            if interrupted.via == transport.name() { transport.departed(interrupted) } else { Departed::Unknown }
        });
        for (Interrupted { outbox, .. }, departed) in found.await? {
            let what = match departed {
                Departed::Yes(words) => What::Sent { words },
                Departed::No => What::Waits { until: now, why: "the program ended before it left".into() },
                Departed::Unknown => What::InDoubt { why: "the program ended while it was being transmitted".into() },
            };
            tell(Event::Happened(Happened { outbox, package: None, account: None, what }));
        }
        self.recovered = true;
        Ok(())
    }

    /// Releases what is approved and not released. One entry's error is that entry's alone.
    async fn release(&mut self, now: Timestamp, tell: Tell<'_>) -> Result<(), DeskError> {
        let unreleased = self.desk.unreleased().await?;
        self.unreleased.retain(|outbox, _| unreleased.contains(outbox));
        for outbox in unreleased {
            let tries = self.unreleased.get(&outbox).copied().unwrap_or_default();
            if now < tries.until {
                continue;
            }
            let tries = tries.failed(now);
            let what = match self.desk.release(&outbox, now).await {
                Ok(view) => {
                    let why = view.why.open().flatten().unwrap_or_default();
                    let what = match view.state {
                        State::Approved => What::Waits { until: tries.until, why },
                        State::Failed => What::Failed { why },
                        State::Withdrawn => What::Withdrawn { why },
                        _ => What::Released,
                    };
                    Happened { outbox: outbox.clone(), package: Some(view.package), account: Some(view.account), what }
                }
                Err(error) => {
                    tell(Event::Trouble(error));
                    self.unreleased.insert(outbox, tries);
                    continue;
                }
            };
            self.unreleased.insert(outbox, tries);
            tell(Event::Happened(what));
        }
        Ok(())
    }

    /// The next message that the gates let go, with those that they hold on the way. False where nothing more is due.
    async fn next(&mut self, now: Timestamp, tell: Tell<'_>) -> Result<bool, DeskError> {
        // Before anything else leaves, what left before is accounted for.
        self.begin(now, tell).await?;
        self.write(now, tell).await?;
        if self.down.is_some_and(|down| now < down.until) {
            return Ok(false);
        }
        let held = Mutex::new(Vec::new());
        let gates = |waiting: &Waiting| {
            let gate = self.gates.look(waiting, now);
            let what = match &gate {
                Gate::Go => return gate,
                Gate::Wait { until, why } => What::Waits { until: *until, why: why.clone() },
                Gate::Withdraw { why } => What::Withdrawn { why: why.clone() },
            };
            held.lock().unwrap_or_else(PoisonError::into_inner).push(of(&waiting.entry, what));
            gate
        };
        let claimed = self.desk.claim_next(now, self.gates.day(now), self.transport.name(), gates).await?;
        held.into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .into_iter()
            .for_each(|one| tell(Event::Happened(one)));
        let Some(claimed) = claimed else { return Ok(false) };
        let transmitted = self.transmit(&claimed.entry, now).await;
        self.unwritten = Some((claimed, transmitted));
        self.write(now, tell).await?;
        Ok(true)
    }

    async fn transmit(&mut self, entry: &Entry, now: Timestamp) -> Transmitted {
        let letter = match Letter::of(entry, &self.gates.sending, now) {
            Ok(letter) => letter,
            Err(unwritable) => return Transmitted::Refused(unwritable.to_string()),
        };
        let tried = self.transport.transmit(&letter).await;
        let down = self.down.take().unwrap_or_default();
        match tried {
            Tried::Accepted(words) => Transmitted::Accepted(words),
            Tried::NotNow(why) => Transmitted::Later { until: later(now, entry.attempts as usize), why },
            Tried::Refused(why) => Transmitted::Refused(why),
            Tried::Unknown(why) => Transmitted::Unknown(why),
            Tried::Down(why) => {
                let down = down.failed(now);
                self.down = Some(down);
                Transmitted::Later { until: down.until, why }
            }
        }
    }

    /// Writes down what came of the last message, where that is still to be done.
    async fn write(&mut self, now: Timestamp, tell: Tell<'_>) -> Result<(), DeskError> {
        let Some((claimed, transmitted)) = &self.unwritten else { return Ok(()) };
        match self.desk.ended(claimed, transmitted, now).await {
            // Refused: it is written already, by a commit whose answer was lost.
            Ok(()) | Err(DeskError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
        let what = match transmitted {
            Transmitted::Accepted(words) => What::Sent { words: words.clone() },
            Transmitted::Later { until, why } => What::Waits { until: *until, why: why.clone() },
            Transmitted::Refused(why) => What::Failed { why: why.clone() },
            Transmitted::Unknown(why) => What::InDoubt { why: why.clone() },
        };
        tell(Event::Happened(of(&claimed.entry, what)));
        self.unwritten = None;
        Ok(())
    }

    /// When there is something to do again.
    async fn due(&self) -> Option<Timestamp> {
        let due = self.desk.next_due().await.ok()??;
        Some(self.down.map_or(due, |down| due.max(down.until)))
    }
}

fn of(entry: &Entry, what: What) -> Happened {
    let (package, account) = (Some(entry.package.clone()), Some(entry.account.clone()));
    Happened { outbox: entry.id.clone(), package, account, what }
}

fn later(now: Timestamp, tries: usize) -> Timestamp {
    now.saturating_add(BACKOFF[tries.min(BACKOFF.len() - 1)] * 60)
}

/// Whether it is ready, without waiting for it.
async fn is_ready(future: impl Future<Output = ()>) -> bool {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_ready())).await
}
