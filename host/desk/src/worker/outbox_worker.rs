//! The sending worker: passes released messages through the send policy to the transport, one at a time, and records
//! the result of each before the next.
//!
//! No error of a message or of the store ends it: the result of a sent message is kept and recorded as soon as the
//! store is writable again. Stopping all sending takes effect between any two messages, because the policy checks it.

use crate::crm_export::SendHold;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::maintenance::{MaintenanceReport, Retention};
use crate::worker::lock::{Lock, LockError};
use baton_facts::types::Timestamp;
use baton_mail::{ComposedEmail, SendPolicy, SendingOptions, TierDailyCaps, Transport};
use baton_model::delivery::{
    ClaimedMessage, DeliveryCheck, DeliveryOutcome, InterruptedSend, OutboxEntry, SendContext, SendVerdict,
};
use baton_model::package_state::{PackageState, UtcMinute};
use baton_model::{PackageId, ReviewOptions};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Minutes to wait before each retry; the last value repeats. A message is retried until it expires.
const BACKOFF: [i64; 4] = [1, 5, 15, 60];

/// Seconds between maintenance passes and retries of failed releases.
const TICK: i64 = 60;

/// Seconds between erasures of data that is older than its retention period.
const RETENTION_INTERVAL: i64 = 3600;

/// An outbox entry with its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct EntryUpdate {
    /// The entry's id.
    pub outbox: String,
    /// The package; absent if only the entry's id is known.
    pub package: Option<PackageId>,
    /// The account's id, likewise.
    pub account: Option<String>,
    /// The result.
    #[serde(flatten)]
    pub what: EntryResult,
}

/// The result of working on an outbox entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what", rename_all_fields = "kebab-case")]
pub enum EntryResult {
    /// The message was sent.
    Sent {
        /// The server's response, or the path of the file.
        words: String,
    },
    /// The message waits for the send policy or for a retry.
    Waiting {
        /// When it is tried again.
        until: Timestamp,
        /// The reason.
        why: String,
    },
    /// The message failed permanently.
    Failed {
        /// The reason.
        why: String,
    },
    /// The delivery is unknown: a person must find out whether it was sent.
    DeliveryUnknown {
        /// The reason.
        why: String,
    },
    /// The message was withdrawn.
    Withdrawn {
        /// The reason.
        why: String,
    },
    /// The engine's final check passed; the send policy is next.
    Released,
}

/// The results of one round.
#[derive(Debug, Default)]
#[must_use = "a round with an error did not process every entry"]
pub struct RoundReport {
    /// The result of each entry, in order.
    pub entries: Vec<EntryUpdate>,
    /// The reason why no message of this round was sent.
    pub held: Option<String>,
    /// The error that ended the round early. Earlier results stay valid.
    pub error: Option<DeskError>,
}

/// An event of a running worker.
#[derive(Debug)]
pub enum WorkerEvent {
    /// An entry has a result.
    Entry(EntryUpdate),
    /// Maintenance changed packages.
    Maintenance(MaintenanceReport),
    /// Nothing is sent for now, for this reason, which may end with a `hint:` line.
    Held(String),
    /// Messages are sent again.
    Resumed,
    /// An operation failed and is retried.
    Error(DeskError),
}

/// A receiver of a worker's events.
type EventSink<'a> = &'a mut (dyn FnMut(WorkerEvent) + Send);

/// The number of attempts, and when the next one is due.
#[derive(Clone, Copy, Debug, Default)]
struct RetryState {
    count: usize,
    until: Timestamp,
}

impl RetryState {
    fn failed(self, now: Timestamp) -> Self {
        Self { count: self.count + 1, until: later(now, self.count) }
    }
}

/// The sending worker of one store.
pub struct OutboxWorker {
    desk: Desk,
    transport: Box<dyn Transport>,
    policy: SendPolicy,
    review: ReviewOptions,
    retention: Retention,
    /// The time at which old data was erased last.
    retained: Option<Timestamp>,
    recovered: bool,
    /// The result of a message that is not recorded yet.
    unwritten: Option<(ClaimedMessage, DeliveryOutcome, Timestamp)>,
    /// Set while the transport is down.
    down: Option<RetryState>,
    /// Entries whose release failed.
    unreleased: HashMap<String, RetryState>,
    /// The reason why nothing is sent for now, as it was reported last.
    held: Option<SendHold>,
    _lock: Lock,
}

impl OutboxWorker {
    /// Creates the only worker on this store for its lifetime.
    ///
    /// # Errors
    /// [`LockError`] if another worker runs on the store or its lock file cannot be used.
    pub fn new(
        desk: Desk,
        transport: Box<dyn Transport>,
        sending: SendingOptions,
        caps: TierDailyCaps,
    ) -> Result<Self, LockError> {
        let lock = Lock::take(desk.store.path())?;
        let policy = SendPolicy { sending, caps };
        let (unwritten, down, unreleased) = (None, None, HashMap::new());
        let (review, retention) = (ReviewOptions::default(), Retention::default());
        let (retained, recovered) = (None, false);
        Ok(Self {
            desk,
            transport,
            policy,
            review,
            retention,
            retained,
            recovered,
            unwritten,
            down,
            unreleased,
            held: None,
            _lock: lock,
        })
    }

    /// Sets the time allowed for spot-checks of sent messages.
    #[must_use]
    pub fn reviewed(self, review: ReviewOptions) -> Self {
        Self { review, ..self }
    }

    /// Sets the periods after which [`Self::run`] erases old data. Without this it erases none.
    #[must_use]
    pub fn retaining(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// Processes everything that is due.
    pub async fn send_due(&mut self, now: Timestamp) -> RoundReport {
        let mut round = RoundReport::default();
        let mut tell = |event| match event {
            WorkerEvent::Entry(happened) => round.entries.push(happened),
            WorkerEvent::Held(what) => drop(round.held.get_or_insert(what)),
            WorkerEvent::Maintenance(_) | WorkerEvent::Resumed => {}
            WorkerEvent::Error(error) => drop(round.error.get_or_insert(error)),
        };
        let worked = async {
            self.release(now, &mut tell).await?;
            while self.next(now, &mut tell).await? {}
            Ok(())
        };
        let worked: Result<(), DeskError> = worked.await;
        self.transport.disconnect().await;
        if let Err(error) = worked {
            round.error = Some(error);
        }
        round
    }

    /// Runs until `shutdown` resolves; a message in transmission is finished first. `clock` returns the time in
    /// seconds, `wake` signals that a message was released or changed, and `tell` receives events.
    pub async fn run(
        mut self,
        clock: impl Fn() -> Timestamp + Send,
        wake: Arc<Notify>,
        shutdown: impl Future<Output = ()> + Send,
        mut tell: impl FnMut(WorkerEvent) + Send,
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
                        tell(WorkerEvent::Error(error));
                        break;
                    }
                }
                if is_ready(shutdown.as_mut()).await {
                    return self.transport.disconnect().await;
                }
            }
            // Disconnect before the server closes an idle connection.
            self.transport.disconnect().await;
            let seconds = self.due().await.map_or(TICK, |due| due.saturating_sub(clock()).clamp(1, TICK));
            tokio::select! {
                () = &mut shutdown => return,
                () = wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())) => {}
            }
        }
    }

    /// Runs maintenance, retention, auto-send, and retries of failed releases.
    async fn tick(&mut self, now: Timestamp, tell: EventSink<'_>) {
        match self.desk.run_maintenance(now).await {
            Ok(elapsed) if elapsed != MaintenanceReport::default() => tell(WorkerEvent::Maintenance(elapsed)),
            Ok(_) => {}
            Err(error) => tell(WorkerEvent::Error(error)),
        }
        if self.retained.is_none_or(|at| !(at..at.saturating_add(RETENTION_INTERVAL)).contains(&now)) {
            match self.desk.apply_retention(self.retention, now).await {
                Ok(_) => self.retained = Some(now),
                Err(error) => tell(WorkerEvent::Error(error)),
            }
        }
        if let Err(error) = self.desk.auto_release(now, self.review.check_within()).await {
            tell(WorkerEvent::Error(error));
        }
        if let Err(error) = self.release(now, tell).await {
            tell(WorkerEvent::Error(error));
        }
    }

    /// Recovers, once, the messages that the last worker left in transmission.
    async fn begin(&mut self, now: Timestamp, tell: EventSink<'_>) -> Result<(), DeskError> {
        if self.recovered {
            return Ok(());
        }
        // First, because an older copy has messages that were sent, though not when the last worker ended.
        self.desk.settle_older_copy(now).await?;
        let transport = &*self.transport;
        let found = self.desk.recover(now, |interrupted| {
            // A different folder or server has no record of it.
            if interrupted.via == transport.name() { transport.was_sent(interrupted) } else { DeliveryCheck::Unknown }
        });
        for (InterruptedSend { outbox, .. }, departed) in found.await? {
            let what = match departed {
                DeliveryCheck::Sent(words) => EntryResult::Sent { words },
                DeliveryCheck::NotSent => {
                    EntryResult::Waiting { until: now, why: "the program ended before the message was sent".into() }
                }
                DeliveryCheck::Unknown => {
                    EntryResult::DeliveryUnknown { why: "the program ended while the message was being sent".into() }
                }
            };
            tell(WorkerEvent::Entry(EntryUpdate { outbox, package: None, account: None, what }));
        }
        self.recovered = true;
        Ok(())
    }

    /// Releases approved messages. An error of one entry does not stop the others.
    async fn release(&mut self, now: Timestamp, tell: EventSink<'_>) -> Result<(), DeskError> {
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
                        PackageState::Approved => EntryResult::Waiting { until: tries.until, why },
                        PackageState::Failed => EntryResult::Failed { why },
                        PackageState::Withdrawn => EntryResult::Withdrawn { why },
                        _ => EntryResult::Released,
                    };
                    EntryUpdate {
                        outbox: outbox.clone(),
                        package: Some(view.package),
                        account: Some(view.account),
                        what,
                    }
                }
                Err(error) => {
                    tell(WorkerEvent::Error(error));
                    self.unreleased.insert(outbox, tries);
                    continue;
                }
            };
            self.unreleased.insert(outbox, tries);
            tell(WorkerEvent::Entry(what));
        }
        Ok(())
    }

    /// Sends the next message that the send policy allows, and reports those it holds. Returns `Ok(false)` if nothing
    /// more is due.
    async fn next(&mut self, now: Timestamp, tell: EventSink<'_>) -> Result<bool, DeskError> {
        // Earlier messages are accounted for before another one is sent.
        self.begin(now, tell).await?;
        self.write(now, tell).await?;
        if self.down.is_some_and(|down| now < down.until) {
            return Ok(false);
        }
        let hold = self.hold(now, tell).await?;
        let held = Mutex::new(Vec::new());
        let evaluate = |waiting: &SendContext| {
            let mut verdict = self.policy.evaluate(waiting, now);
            if let (SendVerdict::Send, Some(hold)) = (&verdict, &hold) {
                verdict = SendVerdict::Wait { until: now.saturating_add(TICK), why: hold.why.clone() };
            }
            let what = match &verdict {
                SendVerdict::Send => return verdict,
                SendVerdict::Wait { until, why } => EntryResult::Waiting { until: *until, why: why.clone() },
                SendVerdict::Withdraw { why } => EntryResult::Withdrawn { why: why.clone() },
            };
            held.lock().unwrap_or_else(PoisonError::into_inner).push(of(&waiting.entry, what));
            verdict
        };
        let claimed = self.desk.claim_next(now, self.policy.day(now), self.transport.name(), evaluate).await?;
        held.into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .into_iter()
            .for_each(|one| tell(WorkerEvent::Entry(one)));
        let Some(claimed) = claimed else { return Ok(false) };
        let (outcome, retry) = self.transmit(&claimed.entry, now).await;
        self.unwritten = Some((claimed, outcome, retry));
        self.write(now, tell).await?;
        Ok(true)
    }

    /// Returns the reason why no message may be sent now, and reports a change of it.
    async fn hold(&mut self, now: Timestamp, tell: EventSink<'_>) -> Result<Option<SendHold>, DeskError> {
        let hold = match self.desk.note_send_time(now).await? {
            Some(latest) => Some(clock_hold(latest, now)),
            None => self.desk.export_hold(now).await,
        };
        if hold != self.held {
            tell(hold.as_ref().map_or(WorkerEvent::Resumed, |hold| WorkerEvent::Held(hold.detail.clone())));
            self.held.clone_from(&hold);
        }
        Ok(hold)
    }

    /// Sends the message. Returns the outcome, and the time of the next attempt if it was not sent.
    async fn transmit(&mut self, entry: &OutboxEntry, now: Timestamp) -> (DeliveryOutcome, Timestamp) {
        let letter = match ComposedEmail::compose(entry, &self.policy.sending, now) {
            Ok(letter) => letter,
            Err(unwritable) => return (DeliveryOutcome::Refused(unwritable.to_string()), now),
        };
        let outcome = self.transport.transmit(&letter).await;
        let down = self.down.take().unwrap_or_default();
        if !matches!(outcome, DeliveryOutcome::Unavailable(_)) {
            return (outcome, later(now, entry.attempts as usize));
        }
        let down = down.failed(now);
        let until = down.until;
        self.down = Some(down);
        (outcome, until)
    }

    /// Records the result of the last message, if it is still unrecorded.
    async fn write(&mut self, now: Timestamp, tell: EventSink<'_>) -> Result<(), DeskError> {
        let Some((claimed, outcome, retry)) = &self.unwritten else { return Ok(()) };
        match self.desk.save_send_result(claimed, outcome, *retry, now).await {
            // A refusal means that it is recorded already, by a commit whose answer was lost.
            Ok(()) | Err(DeskError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
        let what = match outcome {
            DeliveryOutcome::Accepted(words) => EntryResult::Sent { words: words.clone() },
            DeliveryOutcome::Deferred(why) | DeliveryOutcome::Unavailable(why) => {
                EntryResult::Waiting { until: *retry, why: why.clone() }
            }
            DeliveryOutcome::Refused(why) => EntryResult::Failed { why: why.clone() },
            DeliveryOutcome::Unknown(why) => EntryResult::DeliveryUnknown { why: why.clone() },
        };
        tell(WorkerEvent::Entry(of(&claimed.entry, what)));
        self.unwritten = None;
        Ok(())
    }

    /// Returns when the next work is due.
    async fn due(&self) -> Option<Timestamp> {
        let due = self.desk.next_due().await.ok()??;
        Some(self.down.map_or(due, |down| due.max(down.until)))
    }
}

fn clock_hold(latest: Timestamp, now: Timestamp) -> SendHold {
    let why = format!("the clock was set back from {} to {}", UtcMinute(latest), UtcMinute(now));
    let hint = "set the clock, or confirm it with `baton resume-sending`";
    SendHold { detail: format!("nothing is sent: {why}\nhint: {hint}"), why }
}

fn of(entry: &OutboxEntry, what: EntryResult) -> EntryUpdate {
    let (package, account) = (Some(entry.package.clone()), Some(entry.account.clone()));
    EntryUpdate { outbox: entry.id.clone(), package, account, what }
}

fn later(now: Timestamp, tries: usize) -> Timestamp {
    now.saturating_add(BACKOFF[tries.min(BACKOFF.len() - 1)] * 60)
}

/// Returns whether the future is ready, without waiting.
async fn is_ready(future: impl Future<Output = ()>) -> bool {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_ready())).await
}
