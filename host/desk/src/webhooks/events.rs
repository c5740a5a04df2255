//! Webhook events, recorded when they happen, and the operations of the dispatcher that sends them.

use crate::audit;
use crate::db::error::StoreErrorKind;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::event_kind::EventKind;
use crate::webhooks::delivery::DeliveryView;
use crate::webhooks::queries::deliveries;
use crate::webhooks::queries::deliveries::NewDelivery;
use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Standing, Tally};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use serde::Serialize;

/// Number of random characters in a message's id, after `msg_`: 120 bits.
const ID: usize = 24;

/// Seconds for which finished deliveries are kept: 30 days.
const KEPT: Timestamp = 30 * 86_400;

/// Maximum number of deliveries listed at once.
const LARGEST_PAGE: u32 = 1000;

/// An event. It contains only ids, kinds and times, because it is stored unencrypted and sent to others.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged, rename_all_fields = "kebab-case")]
pub(crate) enum WebhookEvent<'a> {
    PackageReady {
        package: &'a PackageId,
        campaign: &'a str,
        account: &'a str,
        tier: &'a str,
        model: HandoffModel,
        touch_number: u8,
        deadline: Timestamp,
        #[serde(skip_serializing_if = "Option::is_none")]
        replaces: Option<&'a PackageId>,
    },
    Decided {
        package: &'a PackageId,
        campaign: &'a str,
        account: &'a str,
        /// `approve`, `edit`, `reject` or `snooze`.
        decision: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        state: &'a str,
    },
    Sent {
        package: &'a PackageId,
        campaign: &'a str,
        account: &'a str,
        touch_number: u8,
        outbox: &'a str,
    },
    Replied {
        campaign: &'a str,
        account: &'a str,
    },
    StandingChanged {
        stream: i64,
        campaign: &'a str,
        signal_kind: &'a str,
        from: Standing,
        to: Standing,
    },
}

impl WebhookEvent<'_> {
    const fn kind(&self) -> EventKind {
        match self {
            Self::PackageReady { .. } => EventKind::PackageReady,
            Self::Decided { .. } => EventKind::Decided,
            Self::Sent { .. } => EventKind::Sent,
            Self::Replied { .. } => EventKind::Replied,
            Self::StandingChanged { .. } => EventKind::StandingChanged,
        }
    }
}

impl Desk {
    /// Returns whether any webhook subscribes to this kind of event.
    pub(crate) fn has_subscriber(&self, kind: EventKind) -> bool {
        self.webhooks.iter().any(|webhook| webhook.events.contains(&kind))
    }

    /// Records the event for each subscribed webhook, in the transaction of the change itself.
    pub(crate) async fn record_event(&self, tx: &mut Tx, happening: WebhookEvent<'_>) -> DeskResult<()> {
        let now = tx.now;
        let kind = happening.kind();
        for webhook in self.webhooks.iter().filter(|webhook| webhook.events.contains(&kind)) {
            let id = format!("msg_{}", self.random(ID)?);
            let data = serde_json::to_string(&happening)
                .map_err(|error| self.key_ring().error(StoreErrorKind::Other(error.to_string())))?;
            let new = NewDelivery { id: &id, webhook: &webhook.webhook, event: kind.name(), data: &data, now };
            deliveries::add(tx, &new).await?;
        }
        Ok(())
    }

    /// Returns a stream's standing before and after an event; `None` if it stays the same or no webhook subscribes.
    /// Calls the governor, so no transaction may be open.
    pub(crate) async fn standing_change(
        &self,
        plan: &InspectionPlan,
        (before, after): (&Tally, &Tally),
        now: Timestamp,
    ) -> DeskResult<Option<(Standing, Standing)>> {
        if !self.has_subscriber(EventKind::StandingChanged) {
            return Ok(None);
        }
        // The weekly volume only affects the explanation.
        let from = self.logic.assess(plan.clone(), before.clone(), now, 0).await.result?.standing;
        let to = self.logic.assess(plan.clone(), after.clone(), now, 0).await.result?.standing;
        Ok((from != to).then_some((from, to)))
    }

    /// Returns deliveries, latest first. `state` is `waiting`, `delivered` or `dead`.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn deliveries(
        &self,
        webhook: Option<&str>,
        state: Option<&str>,
        limit: u32,
    ) -> DeskResult<Vec<DeliveryView>> {
        let mut tx = self.read().await?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        Ok(deliveries::list(&mut tx, webhook, state, limit).await?)
    }

    /// Makes a delivery due now and resets its attempts.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if no delivery has this id, or `DeskError::Store`.
    pub async fn retry_delivery(&self, id: &str, now: Timestamp) -> DeskResult<DeliveryView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let Some(found) = deliveries::reset(&mut tx, id).await? else {
            return Err(Refusal::Invalid(format!("there is no delivery {id}")).into());
        };
        let detail = format!("{id} to {}", found.webhook);
        audit::note(&mut tx, who, "webhook-again", None, &detail).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Claims the webhook's next due message for a minute and counts the attempt.
    pub(crate) async fn claim_delivery(&self, webhook: &str, now: Timestamp) -> DeskResult<Option<DeliveryView>> {
        // Usually nothing is due, and a read finds that out without blocking a writer.
        let mut tx = self.read().await?;
        let due = deliveries::is_due(&mut tx, webhook, now).await?;
        drop(tx);
        if !due {
            return Ok(None);
        }
        let mut tx = self.begin(now).await?;
        let taken = deliveries::claim(&mut tx, webhook).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Records the result of an attempt.
    pub(crate) async fn record_attempt(
        &self,
        id: &str,
        why: Option<&str>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        deliveries::record_result(&mut tx, id, why, again).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes deliveries that were finished 30 days ago.
    pub(crate) async fn delete_old_deliveries(&self, now: Timestamp) -> DeskResult<()> {
        let before = now.saturating_sub(KEPT);
        let mut tx = self.read().await?;
        let any = deliveries::any_before(&mut tx, before).await?;
        drop(tx);
        if any {
            let mut tx = self.begin(now).await?;
            deliveries::clear(&mut tx, before).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Returns 0 to `most` seconds, so that waiting messages are not all tried at the same moment. The same attempt of
    /// the same delivery always gets the same value.
    pub(crate) fn jitter(&self, delivery: &DeliveryView, most: i64) -> i64 {
        let tag = self.key_ring().tag("webhook-jitter", &[&delivery.id, &delivery.attempts.to_string()]);
        let number = tag.iter().take(4).fold(0, |number, byte| (number << 8) | i64::from(*byte));
        number % most.max(0).saturating_add(1)
    }
}
