//! One delivery attempt: the signed request and the result of its response.
//!
//! The configured host name may resolve to this machine or to a private network. Private addresses are therefore left
//! out of its resolution, unless the configuration names the loopback interface. Redirects are not followed, and of a
//! response only the status is read.

use crate::event_kind::WebhookSubscription;
use crate::webhooks::delivery::DeliveryView;
use crate::webhooks::options::{Webhook, WebhookUrl};
use crate::webhooks::public_address::is_public;
use baton_facts::types::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderName};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Time limits for the whole response, and for the connection.
const ANSWER: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// A webhook's endpoint with its signing key.
pub struct WebhookEndpoint {
    pub name: String,
    url: WebhookUrl,
    signer: standardwebhooks::Webhook,
    client: reqwest::Client,
}

/// The result of a delivery attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AttemptResult {
    Acknowledged,
    /// The receiver responded without accepting the message.
    Refused(String),
    /// The receiver unsubscribed with status 410.
    Unsubscribed(String),
    /// The receiver is unreachable: further messages are not tried for now.
    Unreachable(String),
}

impl WebhookEndpoint {
    /// Creates the endpoint from its configuration, with the key from the environment.
    ///
    /// # Errors
    /// The problem, with a hint on a second line.
    pub fn new(webhook: &Webhook, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let key = webhook.key(variable)?;
        let signer = standardwebhooks::Webhook::from_bytes(key)
            .map_err(|error| format!("the webhook `{}`: cannot use its key: {error}", webhook.name))?;
        // An error means that a provider is installed already, which works as well.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("baton/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy from the environment would resolve names for us, private ones included.
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(PublicResolver { loopback_only: webhook.url.is_loopback() }))
            .build()
            .map_err(|error| format!("the webhook `{}`: cannot create an HTTP client: {error}", webhook.name))?;
        Ok(Self { name: webhook.name.clone(), url: webhook.url.clone(), signer, client })
    }

    /// Sends a message once. `now` is part of the signature, so that a receiver can reject old messages.
    pub(crate) async fn send(&self, delivery: &DeliveryView, body: String, now: Timestamp) -> AttemptResult {
        let named = |name| HeaderName::from_static(name);
        // Standard Webhooks 1.0.0: HMAC-SHA-256 over the id, the time and the body.
        let Ok(signature) = self.signer.sign(&delivery.id, now, body.as_bytes()) else {
            return AttemptResult::Refused("cannot sign the message".into());
        };
        let request = self
            .client
            .post(self.url.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header(named("webhook-id"), &delivery.id)
            .header(named("webhook-timestamp"), now)
            .header(named("webhook-signature"), signature)
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => AttemptResult::Acknowledged,
            Ok(answer) if answer.status() == reqwest::StatusCode::GONE => {
                AttemptResult::Unsubscribed("the receiver answered 410: it unsubscribed".into())
            }
            Ok(answer) if answer.status().is_redirection() => AttemptResult::Refused(format!(
                "the receiver answered {}: redirects are not followed",
                answer.status().as_u16()
            )),
            Ok(answer) => AttemptResult::Refused(format!("the receiver answered {}", answer.status().as_u16())),
            Err(error) if error.is_timeout() => {
                AttemptResult::Unreachable("the receiver did not answer in time".into())
            }
            // The error's own text contains the whole address, which may include a secret.
            Err(error) if error.is_connect() => AttemptResult::Unreachable("cannot connect to the receiver".into()),
            Err(_) => AttemptResult::Unreachable("the connection broke".into()),
        }
    }
}

impl From<&Webhook> for WebhookSubscription {
    fn from(webhook: &Webhook) -> Self {
        Self { webhook: webhook.name.clone(), events: webhook.events.clone() }
    }
}

/// A resolver that drops forbidden addresses.
struct PublicResolver {
    /// The configured host is the loopback interface, so only loopback addresses are allowed.
    loopback_only: bool,
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let here = self.loopback_only;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may = |address: &SocketAddr| match here {
                true => address.ip().to_canonical().is_loopback(),
                false => is_public(address.ip()),
            };
            let found: Vec<SocketAddr> = found.filter(may).collect();
            if found.is_empty() {
                return Err("the name does not resolve to a public address".into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}
