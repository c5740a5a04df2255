//! Transmitting, seen from the store: what the worker takes, and what it says came of it.
//!
//! A message is marked as taken, durably, before the worker sees it. What was taken when the program ended, and of which
//! the transport cannot tell whether it left, is in doubt and waits for a person's word.

use super::events::Happening;
use super::{Answer, Desk, seat};
use crate::error::Refusal;
use crate::store::ledger::Change;
use crate::store::outbox::Row;
use crate::store::{audit, ledger, outbox, packages, streams};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::delivery::{Claimed, Departed, Gate, Interrupted, Transmitted, Waiting};
use baton_model::package_state::{State, Step};
use baton_model::views::OutboxView;
use sqlx::SqliteConnection;

/// How many messages the gates are asked about within one transaction.
const ASKED_AT_ONCE: usize = 100;

impl Desk {
    /// To be called once when a worker starts, while no other is at work on this store. Of each message that was being
    /// transmitted when the last one ended `departed` says whether it left; where that cannot be known it is in doubt
    /// and waits for a person's word. Gives what was found.
    ///
    /// # Errors
    /// Where the store fails; nothing is changed then.
    pub async fn recover(
        &self,
        now: Timestamp,
        departed: impl Fn(&Interrupted) -> Departed + Send,
    ) -> Answer<Vec<(Interrupted, Departed)>> {
        let mut transaction = self.store.begin().await?;
        let left = ledger::in_state(&mut transaction, self.vault(), State::Transmitting).await?;
        let mut found = Vec::with_capacity(left.len());
        for id in left {
            let (entry, package) = self.both(&mut transaction, &id).await?;
            let interrupted = Interrupted {
                outbox: id,
                message_id: entry.message_id.clone(),
                approved: entry.approved,
                via: entry.via.clone().unwrap_or_default(),
            };
            let departed = departed(&interrupted);
            let (step, change, why) = match &departed {
                Departed::Yes(words) => (Step::Accept, Change::Left(&package), words.as_str()),
                Departed::No => (Step::PutBack, Change::Waits(now), "the program ended before it left"),
                Departed::Unknown => {
                    (Step::Doubt, Change::Doubtful, "the program ended while it was being transmitted")
                }
            };
            self.end(&mut transaction, &entry, &package, step, change, Some(why), audit::DESK, now).await?;
            found.push((interrupted, departed));
        }
        self.store.commit(transaction).await?;
        Ok(found)
    }

    /// The next message that the gates let go, longest approved first. What they hold or withdraw is written down on
    /// the way. `day` is when the sender's day began, for the counts, and `via` the name of the transport that is to
    /// have the message. The gates are pure and quick: they are asked within the transaction, so nothing changes between
    /// their look and the message being taken.
    ///
    /// # Errors
    /// Where the store fails; nothing is taken then.
    pub async fn claim_next(
        &self,
        now: Timestamp,
        day: Timestamp,
        via: &str,
        gates: impl Fn(&Waiting) -> Gate + Send,
    ) -> Answer<Option<Claimed>> {
        loop {
            let mut transaction = self.store.begin().await?;
            let mut more = false;
            for asked in 1..=ASKED_AT_ONCE {
                let Some(entry) = ledger::next(&mut transaction, self.vault(), now).await? else { break };
                let package = self.row(&mut transaction, &entry.package).await?;
                if let Some(stream) = entry.by_stream
                    && streams::is_closed(&mut transaction, self.vault(), stream).await?
                {
                    self.back_to_review(&mut transaction, &package, &entry, audit::DESK, now).await?;
                    continue;
                }
                let waiting = entry.waiting(&mut transaction, self.vault(), &package, now, day).await?;
                let gate = match &waiting {
                    Some(waiting) => gates(waiting),
                    None => Gate::Withdraw { why: "the person was forgotten".into() },
                };
                match (gate, waiting) {
                    (Gate::Go, Some(waiting)) => {
                        let change = Change::Taken(&package, via);
                        self.end(&mut transaction, &entry, &package, Step::Take, change, None, audit::DESK, now)
                            .await?;
                        self.store.commit(transaction).await?;
                        return Ok(Some(Claimed { entry: waiting.entry }));
                    }
                    (Gate::Wait { until, why }, _) => {
                        // Always later than now, so that the same message is not asked about for ever.
                        let change = Change::Waits(until.max(now.saturating_add(1)));
                        ledger::change(&mut transaction, self.vault(), &entry, change, Some(&why), now).await?;
                    }
                    (Gate::Withdraw { why }, _) => {
                        let why = Some(why.as_str());
                        let change = Change::Stays;
                        self.end(&mut transaction, &entry, &package, Step::Withdraw, change, why, audit::DESK, now)
                            .await?;
                    }
                    (Gate::Go, None) => {}
                }
                more = asked == ASKED_AT_ONCE;
            }
            self.store.commit(transaction).await?;
            if !more {
                return Ok(None);
            }
        }
    }

    /// What came of a message that was taken.
    ///
    /// # Errors
    /// Where the store fails: then the message is still taken, and in doubt after the next start.
    pub async fn ended(&self, claimed: &Claimed, what: &Transmitted, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        let (entry, package) = self.both(&mut transaction, &claimed.entry.id).await?;
        let (step, change, why) = match what {
            Transmitted::Accepted(words) => (Step::Accept, Change::Left(&package), words),
            Transmitted::Later { until, why } => {
                (Step::PutBack, Change::Waits((*until).max(now.saturating_add(1))), why)
            }
            Transmitted::Refused(why) => (Step::Fail, Change::Stays, why),
            Transmitted::Unknown(why) => (Step::Doubt, Change::Doubtful, why),
        };
        self.end(&mut transaction, &entry, &package, step, change, Some(why), audit::DESK, now).await?;
        Ok(self.store.commit(transaction).await?)
    }

    /// When the next authorised message is due, so that a worker can wait until then.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn next_due(&self) -> Answer<Option<Timestamp>> {
        let mut view = self.store.view().await?;
        Ok(ledger::next_due(&mut view, self.vault()).await?)
    }

    /// A person says whether a message in doubt left.
    ///
    /// # Errors
    /// Where it is not in doubt, or the store fails.
    pub async fn settle(&self, who: &str, outbox: &str, left: bool, now: Timestamp) -> Answer<OutboxView> {
        let mut transaction = self.store.begin().await?;
        let (entry, package) = self.both(&mut transaction, outbox).await?;
        seat::own(&package)?;
        let change = if left { Change::Left(&package) } else { Change::Stays };
        let why = format!("{who} says that it {}", if left { "left" } else { "did not leave" });
        self.end(&mut transaction, &entry, &package, Step::Settle { left }, change, Some(&why), who, now).await?;
        self.store.commit(transaction).await?;
        self.entry(outbox).await
    }

    /// Takes an approved message back before it leaves.
    ///
    /// # Errors
    /// Where it may have left, or came to its end; or the store fails.
    pub async fn withdraw(&self, who: &str, outbox: &str, why: &str, now: Timestamp) -> Answer<OutboxView> {
        let mut transaction = self.store.begin().await?;
        let (entry, package) = self.both(&mut transaction, outbox).await?;
        seat::own(&package)?;
        self.end(&mut transaction, &entry, &package, Step::Withdraw, Change::Stays, Some(why), who, now).await?;
        self.store.commit(transaction).await?;
        self.entry(outbox).await
    }

    /// Takes an approval back before it leaves: the package waits for a decision again, as if nobody had made one, and
    /// the outbox has nothing of it. Doing it twice is doing it once. The decision stays in the trail, and what it said
    /// of the draft is not counted a second time when the same is approved again.
    ///
    /// # Errors
    /// Where it may have left, came to its end, or a stream let it go and not a person; or the store fails.
    pub async fn undo(&self, who: &str, package: &PackageId, outbox: &str, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        let row = self.row(&mut transaction, package).await?;
        let entry = outbox::get(&mut transaction, self.vault(), outbox).await?;
        let Some(entry) = entry.filter(|entry| entry.package == *package) else {
            // Taken back already.
            return if row.state.is_open() { Ok(()) } else { Err(Refusal::Unknown.into()) };
        };
        if entry.by_stream.is_some() {
            return Err(Refusal::Invalid("nobody approved it: it can be withdrawn in the outbox".into()).into());
        }
        let step = row.state.step(Step::Recall)?;
        outbox::take_out(&mut transaction, self.vault(), &entry).await?;
        self.step(&mut transaction, package, step, None, who, now).await?;
        audit::note(&mut transaction, self.vault(), now, who, "took-back", Some(package), "nothing of it left").await?;
        Ok(self.store.commit(transaction).await?)
    }

    pub(super) async fn both(&self, connection: &mut SqliteConnection, outbox: &str) -> Answer<(Row, packages::Row)> {
        let entry = outbox::get(connection, self.vault(), outbox).await?.ok_or(Refusal::Unknown)?;
        let package = self.row(connection, &entry.package).await?;
        Ok((entry, package))
    }

    #[expect(clippy::too_many_arguments, reason = "a step with all that is written down about it")]
    pub(super) async fn end(
        &self,
        connection: &mut SqliteConnection,
        entry: &Row,
        package: &packages::Row,
        step: Step,
        change: Change<'_>,
        why: Option<&str>,
        who: &str,
        now: Timestamp,
    ) -> Answer<()> {
        let step = package.state.step(step)?;
        self.step(connection, &package.id, step, None, who, now).await?;
        if step.to() == State::Sent {
            let happening = Happening::Sent {
                package: &package.id,
                campaign: &package.campaign,
                account: &package.target.account,
                touch_number: package.touch,
                outbox: &entry.id,
            };
            self.tell(connection, happening, now).await?;
        }
        Ok(ledger::change(connection, self.vault(), entry, change, why, now).await?)
    }
}
