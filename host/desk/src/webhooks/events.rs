//! Webhook events, recorded when they happen, and the operations of the dispatcher that sends them.

use crate::audit;
use crate::db::error::Trouble;
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::event_kind::{EventKind, Subscription};
use crate::webhooks::delivery::DeliveryView;
use crate::webhooks::queries::deliveries;
use crate::webhooks::queries::deliveries::New;
use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Standing, Tally};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use serde::Serialize;
use sqlx::SqliteConnection;

/// Number of random characters in a message's id, after `msg_`: 120 bits.
const ID: usize = 24;

/// Seconds for which finished deliveries are kept: 30 days.
const KEPT: Timestamp = 30 * 86_400;

/// Maximum number of deliveries listed at once.
const LARGEST_PAGE: u32 = 1000;

/// An event. It contains only ids, kinds and times, because it is stored unencrypted and sent to others.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged, rename_all_fields = "kebab-case")]
pub(crate) enum Happening<'a> {
    Ready {
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
    Standing {
        stream: i64,
        campaign: &'a str,
        signal_kind: &'a str,
        from: Standing,
        to: Standing,
    },
}

impl Happening<'_> {
    const fn kind(&self) -> EventKind {
        match self {
            Self::Ready { .. } => EventKind::PackageReady,
            Self::Decided { .. } => EventKind::Decided,
            Self::Sent { .. } => EventKind::Sent,
            Self::Replied { .. } => EventKind::Replied,
            Self::Standing { .. } => EventKind::StandingChanged,
        }
    }
}

impl Desk {
    /// Sets the webhooks: events from now on are recorded for them.
    #[must_use]
    pub fn with_webhooks(self, webhooks: Vec<Subscription>) -> Self {
        Self { webhooks: webhooks.into(), ..self }
    }

    /// Returns whether any webhook subscribes to this kind of event.
    pub(crate) fn tells(&self, kind: EventKind) -> bool {
        self.webhooks.iter().any(|webhook| webhook.events.contains(&kind))
    }

    /// Records the event for each subscribed webhook, in the transaction of the change itself.
    pub(crate) async fn tell(
        &self,
        connection: &mut SqliteConnection,
        happening: Happening<'_>,
        now: Timestamp,
    ) -> Answer<()> {
        let kind = happening.kind();
        for webhook in self.webhooks.iter().filter(|webhook| webhook.events.contains(&kind)) {
            let id = format!("msg_{}", self.random(ID)?);
            let data = serde_json::to_string(&happening)
                .map_err(|error| self.vault().error(Trouble::Other(error.to_string())))?;
            let new = New { id: &id, webhook: &webhook.webhook, event: kind.name(), data: &data, now };
            deliveries::add(connection, self.vault(), &new).await?;
        }
        Ok(())
    }

    /// Returns a stream's standing before and after an event; `None` if it stays the same or no webhook subscribes.
    /// Calls the governor, so no transaction may be open.
    pub(crate) async fn turned(
        &self,
        plan: &InspectionPlan,
        (before, after): (Tally, Tally),
        now: Timestamp,
    ) -> Answer<Option<(Standing, Standing)>> {
        if !self.tells(EventKind::StandingChanged) {
            return Ok(None);
        }
        // The weekly volume only affects the explanation.
        let from = self.logic.assess(plan.clone(), before, now, 0).await.result?.standing;
        let to = self.logic.assess(plan.clone(), after, now, 0).await.result?.standing;
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
    ) -> Answer<Vec<DeliveryView>> {
        let mut view = self.store.view().await?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        Ok(deliveries::list(&mut view, self.vault(), webhook, state, limit).await?)
    }

    /// Makes a delivery due now and resets its attempts.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if no delivery has this id, or `DeskError::Store`.
    pub async fn deliver_again(&self, who: &str, id: &str, now: Timestamp) -> Answer<DeliveryView> {
        let mut transaction = self.store.begin().await?;
        let Some(found) = deliveries::again(&mut transaction, self.vault(), id, now).await? else {
            return Err(Refusal::Invalid(format!("there is no delivery {id}")).into());
        };
        let detail = format!("{id} to {}", found.webhook);
        audit::note(&mut transaction, self.vault(), now, who, "webhook-again", None, &detail).await?;
        self.store.commit(transaction).await?;
        Ok(found)
    }

    /// Claims the webhook's next due message for a minute and counts the attempt.
    pub(crate) async fn take_delivery(&self, webhook: &str, now: Timestamp) -> Answer<Option<DeliveryView>> {
        // Usually nothing is due, and a read finds that out without blocking a writer.
        let mut view = self.store.view().await?;
        let due = deliveries::is_due(&mut view, self.vault(), webhook, now).await?;
        drop(view);
        if !due {
            return Ok(None);
        }
        let mut transaction = self.store.begin().await?;
        let taken = deliveries::take(&mut transaction, self.vault(), webhook, now).await?;
        self.store.commit(transaction).await?;
        Ok(taken)
    }

    /// Records the result of an attempt.
    pub(crate) async fn delivered(
        &self,
        id: &str,
        why: Option<&str>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        deliveries::came(&mut transaction, self.vault(), id, why, again, now).await?;
        Ok(self.store.commit(transaction).await?)
    }

    /// Deletes deliveries that were finished 30 days ago.
    pub(crate) async fn forget_deliveries(&self, now: Timestamp) -> Answer<()> {
        let before = now.saturating_sub(KEPT);
        let mut view = self.store.view().await?;
        let any = deliveries::any_before(&mut view, self.vault(), before).await?;
        drop(view);
        if any {
            let mut transaction = self.store.begin().await?;
            deliveries::clear(&mut transaction, self.vault(), before).await?;
            self.store.commit(transaction).await?;
        }
        Ok(())
    }

    /// Returns 0 to `most` seconds, so that waiting messages are not all tried at the same moment. The same attempt of
    /// the same delivery always gets the same value.
    pub(crate) fn jitter(&self, delivery: &DeliveryView, most: i64) -> i64 {
        let tag = self.vault().tag("webhook-jitter", &[&delivery.id, &delivery.attempts.to_string()]);
        let number = tag.iter().take(4).fold(0, |number, byte| (number << 8) | i64::from(*byte));
        number % most.max(0).saturating_add(1)
    }
}
