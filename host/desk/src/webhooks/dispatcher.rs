//! The dispatcher of webhook messages: each webhook's messages in order, all webhooks concurrently, so that a slow
//! receiver delays no other.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::webhooks::client::{AttemptResult, WebhookEndpoint};
use crate::webhooks::delivery::DeliveryView;
use baton_facts::types::Timestamp;
use chrono::{DateTime, SecondsFormat};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Seconds to wait before each retry, as Standard Webhooks recommends. After the last one a delivery is dead.
const BACKOFF: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600];

/// Seconds between checks for due messages.
const TICK: u64 = 2;

/// Seconds without attempts after a receiver was unreachable.
const DOWN: i64 = 30;

/// Maximum number of messages to one webhook in a round; newer ones wait for the next round.
const ROUND: usize = 500;

/// The result of a delivery attempt.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeliveryAttempt {
    /// The delivery's id.
    pub id: String,
    /// The webhook's name.
    pub webhook: String,
    /// The kind of event.
    pub event: String,
    /// The failure; `None` if the message was acknowledged.
    pub why: Option<String>,
    /// When the next attempt is due; `None` if the message was acknowledged or is dead.
    pub retry_at: Option<Timestamp>,
}

/// A dispatcher of webhook messages. Several can work on one store, because each claims a message before it sends it.
pub struct WebhookDispatcher {
    desk: Desk,
    hooks: Vec<WebhookEndpoint>,
    /// The review page's address, without a trailing slash.
    address: String,
    /// When attempts resume, by webhook.
    down: Mutex<HashMap<String, Timestamp>>,
}

impl WebhookDispatcher {
    /// Creates a dispatcher for these webhooks; `address` is the review page's address, without a trailing slash.
    pub fn new(desk: Desk, hooks: Vec<WebhookEndpoint>, address: &str) -> Self {
        Self { desk, hooks, address: address.to_owned(), down: Mutex::default() }
    }

    /// Sends every due message and deletes old deliveries.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; messages sent but not recorded by then are sent again.
    pub async fn dispatch_due(&self, now: Timestamp) -> Result<Vec<DeliveryAttempt>, DeskError> {
        let rounds = join_all(self.hooks.iter().map(|hook| self.round(hook, now))).await;
        self.desk.delete_old_deliveries(now).await?;
        let mut all = Vec::new();
        for round in rounds {
            all.extend(round?);
        }
        Ok(all)
    }

    /// Runs until `shutdown` resolves. `clock` returns the time in seconds, and `tell` receives failed attempts and
    /// errors.
    pub async fn run(
        self,
        clock: impl Fn() -> Timestamp + Send,
        shutdown: impl Future<Output = ()> + Send,
        mut tell: impl FnMut(Result<DeliveryAttempt, DeskError>) + Send,
    ) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            // An attempt in progress is dropped and sent again later, as after a crash.
            let told = tokio::select! {
                () = &mut shutdown => return,
                told = self.dispatch_due(clock()) => told,
            };
            match told {
                Ok(told) => told.into_iter().filter(|one| one.why.is_some()).for_each(|one| tell(Ok(one))),
                Err(error) => tell(Err(error)),
            }
            tokio::select! {
                () = &mut shutdown => return,
                () = tokio::time::sleep(Duration::from_secs(TICK)) => {}
            }
        }
    }

    async fn round(&self, hook: &WebhookEndpoint, now: Timestamp) -> Result<Vec<DeliveryAttempt>, DeskError> {
        let mut told = Vec::new();
        if self.down().get(&hook.name).is_some_and(|until| now < *until) {
            return Ok(told);
        }
        while told.len() < ROUND {
            let Some(delivery) = self.desk.claim_delivery(&hook.name, now).await? else { break };
            let answer = hook.send(&delivery, self.body(&delivery), now).await;
            let down = matches!(answer, AttemptResult::Unreachable(_));
            told.push(self.write(&delivery, answer, now).await?);
            if down {
                self.down().insert(hook.name.clone(), now.saturating_add(DOWN));
                break;
            }
        }
        Ok(told)
    }

    fn down(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(
        &self,
        delivery: &DeliveryView,
        answer: AttemptResult,
        now: Timestamp,
    ) -> Result<DeliveryAttempt, DeskError> {
        let tried = usize::try_from(delivery.attempts.saturating_sub(1)).unwrap_or(BACKOFF.len());
        let (why, again) = match answer {
            AttemptResult::Acknowledged => (None, None),
            AttemptResult::Unsubscribed(why) => (Some(why), None),
            AttemptResult::Refused(why) | AttemptResult::Unreachable(why) => {
                let wait = BACKOFF.get(tried).map(|wait| wait + self.desk.jitter(delivery, wait / 5));
                (Some(why), wait.map(|wait| now.saturating_add(wait)))
            }
        };
        self.desk.record_attempt(&delivery.id, why.as_deref(), again, now).await?;
        let (id, webhook, event) = (delivery.id.clone(), delivery.webhook.clone(), delivery.event.clone());
        Ok(DeliveryAttempt { id, webhook, event, why, retry_at: again })
    }

    /// Builds the message, which is identical for every attempt while the page's address stays the same.
    fn body(&self, delivery: &DeliveryView) -> String {
        let mut data = delivery.data.clone();
        if let Value::Object(data) = &mut data {
            let path = match (data.get("package"), data.get("stream")) {
                (Some(Value::String(package)), _) => Some(format!("packages/{package}")),
                (None, Some(stream)) => Some(format!("quality/{stream}")),
                _ => None,
            };
            data.extend(path.map(|path| ("link".to_owned(), Value::String(format!("{}/{path}", self.address)))));
        }
        let at = DateTime::from_timestamp(delivery.at, 0).unwrap_or_default();
        json!({
            "type": delivery.event,
            "timestamp": at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "data": data,
        })
        .to_string()
    }
}
