//! The courier: tells webhooks what is due, each one's messages in a row and the webhooks beside each other, so that a
//! slow receiver keeps nobody else waiting.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::webhooks::client::{Answer, Hook};
use crate::webhooks::delivery::DeliveryView;
use baton_facts::types::Timestamp;
use chrono::{DateTime, SecondsFormat};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long to wait before each further try, in seconds: what Standard Webhooks recommends. After the last one a
/// delivery is dead.
const BACKOFF: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600];

/// How often it is looked for something to tell, in seconds.
const TICK: u64 = 2;

/// Seconds for which nothing is told where nobody answers.
const DOWN: i64 = 30;

/// Messages of one webhook in one round: what comes meanwhile has its turn in the next.
const ROUND: usize = 500;

/// What a try came to.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Delivered {
    /// The delivery's id.
    pub id: String,
    /// The webhook.
    pub webhook: String,
    /// What it was told of.
    pub event: String,
    /// Why it was not taken; none where it was.
    pub why: Option<String>,
    /// When it is tried again; none where it was taken, or is dead.
    pub again: Option<Timestamp>,
}

/// Tells webhooks what happens. Several may be at work on one store: a message is taken before it is told.
pub struct Courier {
    desk: Desk,
    hooks: Vec<Hook>,
    /// Where browsers find the page, without a slash at the end.
    address: String,
    /// Until when nothing is tried, by webhook.
    down: Mutex<HashMap<String, Timestamp>>,
}

impl Courier {
    /// For these webhooks; `address` is where browsers find the review page, without a slash at the end.
    pub fn new(desk: Desk, hooks: Vec<Hook>, address: &str) -> Self {
        Self { desk, hooks, address: address.to_owned(), down: Mutex::default() }
    }

    /// Tells everything that is due, and clears away what was told long ago.
    ///
    /// # Errors
    /// Where the store fails: what was told by then and could not be written down is told again.
    pub async fn once(&self, now: Timestamp) -> Result<Vec<Delivered>, DeskError> {
        let rounds = join_all(self.hooks.iter().map(|hook| self.round(hook, now))).await;
        self.desk.forget_deliveries(now).await?;
        let mut all = Vec::new();
        for round in rounds {
            all.extend(round?);
        }
        Ok(all)
    }

    /// Works until `shutdown` is ready. `clock` gives the time in seconds, and `tell` hears of what was not taken
    /// and of what failed.
    pub async fn run(
        self,
        clock: impl Fn() -> Timestamp + Send,
        shutdown: impl Future<Output = ()> + Send,
        mut tell: impl FnMut(Result<Delivered, DeskError>) + Send,
    ) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            // A try under way is given up with the program: it is told again, as after a crash.
            let told = tokio::select! {
                () = &mut shutdown => return,
                told = self.once(clock()) => told,
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

    async fn round(&self, hook: &Hook, now: Timestamp) -> Result<Vec<Delivered>, DeskError> {
        let mut told = Vec::new();
        if self.down().get(&hook.name).is_some_and(|until| now < *until) {
            return Ok(told);
        }
        while told.len() < ROUND {
            let Some(delivery) = self.desk.take_delivery(&hook.name, now).await? else { break };
            let answer = hook.tell(&delivery, self.body(&delivery), now).await;
            let down = matches!(answer, Answer::Down(_));
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

    async fn write(&self, delivery: &DeliveryView, answer: Answer, now: Timestamp) -> Result<Delivered, DeskError> {
        let tried = usize::try_from(delivery.attempts.saturating_sub(1)).unwrap_or(BACKOFF.len());
        let (why, again) = match answer {
            Answer::Taken => (None, None),
            Answer::Gone(why) => (Some(why), None),
            Answer::Refused(why) | Answer::Down(why) => {
                let wait = BACKOFF.get(tried).map(|wait| wait + self.desk.jitter(delivery, wait / 5));
                (Some(why), wait.map(|wait| now.saturating_add(wait)))
            }
        };
        self.desk.delivered(&delivery.id, why.as_deref(), again, now).await?;
        let (id, webhook, event) = (delivery.id.clone(), delivery.webhook.clone(), delivery.event.clone());
        Ok(Delivered { id, webhook, event, why, again })
    }

    /// The message: the same for every try while the page stays where it is.
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
