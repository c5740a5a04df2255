//! Claims of messages by the worker, and the results of their delivery.
//!
//! A message is durably marked as claimed before the worker gets it. If the program ends in between and the transport
//! cannot tell whether the message was sent, its delivery is unknown and a user has to settle it.

use crate::access::access_scope::ChangeCause;
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox::OutboxRow;
use crate::outbox::queries::send_log::SendChange;
use crate::outbox::queries::{outbox, send_log};
use crate::packages::queries::packages;
use crate::webhooks::events::WebhookEvent;
use baton_facts::types::Timestamp;
use baton_model::delivery::{
    ClaimedMessage, DeliveryCheck, DeliveryOutcome, InterruptedSend, SendContext, SendVerdict,
};
use baton_model::package_state::{LifecycleEvent, PackageState};

/// Maximum number of messages that are checked in one transaction.
const MAX_CHECKS_PER_TRANSACTION: usize = 100;

impl Desk {
    /// Settles the messages that were being sent when the last worker ended. Call it once when a worker starts, while
    /// no other one works on this store. `departed` returns whether a message was sent; if that is unknown, a user has
    /// to settle the message. Returns these messages with their results.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; nothing is changed then.
    pub async fn recover(
        &self,
        now: Timestamp,
        departed: impl Fn(&InterruptedSend) -> DeliveryCheck + Send,
    ) -> DeskResult<Vec<(InterruptedSend, DeliveryCheck)>> {
        let mut tx = self.begin(now).await?;
        let left = send_log::in_state(&mut tx, PackageState::Transmitting).await?;
        let mut found = Vec::with_capacity(left.len());
        for id in left {
            let (entry, package) = self.entry_with_package(&mut tx, &id).await?;
            let interrupted = InterruptedSend {
                outbox: id,
                message_id: entry.message_id.clone(),
                approved: entry.approved,
                via: entry.via.clone().unwrap_or_default(),
            };
            let departed = departed(&interrupted);
            let (step, change, why) = match &departed {
                DeliveryCheck::Sent(words) => (LifecycleEvent::Accept, SendChange::Sent(&package), words.as_str()),
                DeliveryCheck::NotSent => {
                    (LifecycleEvent::Requeue, SendChange::Retry(now), "the program ended before the message was sent")
                }
                DeliveryCheck::Unknown => (
                    LifecycleEvent::MarkDeliveryUnknown,
                    SendChange::DeliveryUnknown(&package),
                    "the program ended while the message was being sent",
                ),
            };
            self.end_entry(&mut tx, &entry, &package, step, change, Some(why), ChangeCause::Rule).await?;
            found.push((interrupted, departed));
        }
        tx.commit().await?;
        Ok(found)
    }

    /// Claims the next message that the policy lets pass, in the order of approval. Also saves which messages the policy
    /// delay or withdraw. `day` is the start of the sender's day, for the daily counts, and `via` the name of the
    /// transport. The policy must be pure and fast, because it is evaluated inside the transaction, so that nothing
    /// changes between the check and the claim.
    ///
    /// # Errors
    /// `DeskError::Store` if the store or its change log cannot be written, or the store is an older copy that is not
    /// settled yet; no message is claimed then.
    pub async fn claim_next(
        &self,
        now: Timestamp,
        day: Timestamp,
        via: &str,
        evaluate: impl Fn(&SendContext) -> SendVerdict + Send,
    ) -> DeskResult<Option<ClaimedMessage>> {
        if self.store.behind().is_some() {
            return Err(self.key_ring().error(StoreErrorKind::Behind).into());
        }
        loop {
            let mut tx = self.begin(now).await?;
            let mut more = false;
            for asked in 1..=MAX_CHECKS_PER_TRANSACTION {
                let Some(entry) = send_log::next(&mut tx, now).await? else { break };
                let package = self.row(&mut tx, &entry.package).await?;
                if let Some(stream) = entry.by_stream
                    && outbox::is_stream_closed(&mut tx, stream).await?
                {
                    self.return_to_review(&mut tx, &package, &entry, ChangeCause::Rule).await?;
                    continue;
                }
                let waiting = entry.waiting(&mut tx, &package, now, day).await?;
                let gate = match &waiting {
                    Some(waiting) => evaluate(waiting),
                    None => SendVerdict::Withdraw { why: "the person was forgotten".into() },
                };
                match (gate, waiting) {
                    (SendVerdict::Send, Some(waiting)) => {
                        let change = SendChange::Claimed(&package, via);
                        self.end_entry(
                            &mut tx,
                            &entry,
                            &package,
                            LifecycleEvent::Claim,
                            change,
                            None,
                            ChangeCause::Rule,
                        )
                        .await?;
                        if let Err(error) = tx.commit().await {
                            self.release_unlogged_claim(&entry.id, &error, now).await?;
                            return Err(error.into());
                        }
                        return Ok(Some(ClaimedMessage { entry: waiting.entry }));
                    }
                    (SendVerdict::Wait { until, why }, _) => {
                        // Always later than now, so that the loop does not check the same message forever.
                        let change = SendChange::Retry(until.max(now.saturating_add(1)));
                        send_log::change(&mut tx, &entry, change, Some(&why)).await?;
                    }
                    (SendVerdict::Withdraw { why }, _) => {
                        let why = Some(why.as_str());
                        let change = SendChange::NotSent;
                        self.end_entry(
                            &mut tx,
                            &entry,
                            &package,
                            LifecycleEvent::Withdraw,
                            change,
                            why,
                            ChangeCause::Rule,
                        )
                        .await?;
                    }
                    (SendVerdict::Send, None) => {}
                }
                more = asked == MAX_CHECKS_PER_TRANSACTION;
            }
            tx.commit().await?;
            if !more {
                return Ok(None);
            }
        }
    }

    /// Undoes a claim that is not in the change log. An older copy of the store would not be noticed otherwise, so the
    /// message is not sent.
    async fn release_unlogged_claim(&self, outbox: &str, error: &StoreError, now: Timestamp) -> DeskResult<()> {
        if !matches!(error.kind, StoreErrorKind::ChangeLog(_)) {
            return Ok(());
        }
        let mut tx = self.begin(now).await?;
        let (entry, package) = self.entry_with_package(&mut tx, outbox).await?;
        let change = SendChange::Retry(now.saturating_add(1));
        let why = error.kind.to_string();
        self.end_entry(&mut tx, &entry, &package, LifecycleEvent::Requeue, change, Some(&why), ChangeCause::Rule)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Saves the result of sending a claimed message.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails. The message stays claimed then, and its delivery is unknown after the
    /// next start.
    pub async fn save_send_result(
        &self,
        claimed: &ClaimedMessage,
        outcome: &DeliveryOutcome,
        retry: Timestamp,
        now: Timestamp,
    ) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        let (entry, package) = self.entry_with_package(&mut tx, &claimed.entry.id).await?;
        let (step, change, why) = match outcome {
            DeliveryOutcome::Accepted(words) => (LifecycleEvent::Accept, SendChange::Sent(&package), words),
            DeliveryOutcome::Deferred(why) | DeliveryOutcome::Unavailable(why) => {
                (LifecycleEvent::Requeue, SendChange::Retry(retry.max(now.saturating_add(1))), why)
            }
            DeliveryOutcome::Refused(why) => (LifecycleEvent::Fail, SendChange::NotSent, why),
            DeliveryOutcome::Unknown(why) => {
                (LifecycleEvent::MarkDeliveryUnknown, SendChange::DeliveryUnknown(&package), why)
            }
        };
        self.end_entry(&mut tx, &entry, &package, step, change, Some(why), ChangeCause::Rule).await?;
        Ok(tx.commit().await?)
    }

    /// Returns the time when the next authorized message is due, so that a worker can wait until then.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn next_due(&self) -> DeskResult<Option<Timestamp>> {
        let mut tx = self.read().await?;
        Ok(send_log::next_due(&mut tx).await?)
    }

    pub(crate) async fn entry_with_package(
        &self,
        tx: &mut ReadTx,
        outbox: &str,
    ) -> DeskResult<(OutboxRow, packages::PackageRow)> {
        let entry = outbox::get(tx, outbox).await?.ok_or(Refusal::PackageNotFound)?;
        let package = self.row(tx, &entry.package).await?;
        Ok((entry, package))
    }

    #[expect(clippy::too_many_arguments, reason = "a transition with everything that is saved about it")]
    pub(crate) async fn end_entry(
        &self,
        tx: &mut Tx,
        entry: &OutboxRow,
        package: &packages::PackageRow,
        step: LifecycleEvent,
        change: SendChange<'_>,
        why: Option<&str>,
        cause: ChangeCause<'_>,
    ) -> DeskResult<()> {
        let step = package.state.transition(step)?;
        self.apply_transition(tx, &package.id, step, None, cause).await?;
        if step.to() == PackageState::Sent {
            let happening = WebhookEvent::Sent {
                package: &package.id,
                campaign: &package.campaign,
                account: &package.target.account,
                touch_number: package.touch,
                outbox: &entry.id,
            };
            self.record_event(tx, happening).await?;
        }
        Ok(send_log::change(tx, entry, change, why).await?)
    }
}
