//! One try: the signed request, and what its answer means.
//!
//! The address comes from the configuration and its host's name from whoever runs that name: it may point at this
//! machine or a neighbour. So addresses of private networks are left out when the name is looked up, unless the
//! configuration names this machine itself; no answer leads anywhere else; and of an answer only its status is read.

use crate::event_kind::Subscription;
use crate::webhooks::delivery::DeliveryView;
use crate::webhooks::options::{HookUrl, Webhook};
use crate::webhooks::public_address::is_public;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_facts::types::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderName};
use sha2::Sha256;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long a receiver may take for the whole of its answer, and for the line to it.
const ANSWER: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// Where something is told, and how it is signed.
pub struct Hook {
    /// The webhook's name.
    pub name: String,
    url: HookUrl,
    key: Vec<u8>,
    client: reqwest::Client,
}

/// What a try came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    Taken,
    /// The receiver is there and did not take it.
    Refused(String),
    /// The receiver wants nothing more.
    Gone(String),
    /// Nobody answers there: nothing else will get through now.
    Down(String),
}

impl Hook {
    /// As the configuration says, with the key that the environment has.
    ///
    /// # Errors
    /// What is wrong, and what to do next on a line of its own.
    pub fn new(webhook: &Webhook, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let key = webhook.key(variable)?;
        // An error means that the program has chosen one already, which serves as well.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("baton/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy from the environment would look names up for us, private ones too.
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Guarded { here: webhook.url.is_loopback() }))
            .build()
            .map_err(|error| format!("the webhook `{}`: no request can be made: {error}", webhook.name))?;
        Ok(Self { name: webhook.name.clone(), url: webhook.url.clone(), key, client })
    }

    /// Tells it once. `now` goes into the signature, so that a receiver can turn old ones away.
    pub(crate) async fn tell(&self, delivery: &DeliveryView, body: String, now: Timestamp) -> Answer {
        let named = |name| HeaderName::from_static(name);
        let request = self
            .client
            .post(self.url.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header(named("webhook-id"), &delivery.id)
            .header(named("webhook-timestamp"), now)
            .header(named("webhook-signature"), self.signature(&delivery.id, now, &body))
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Answer::Taken,
            Ok(answer) if answer.status() == reqwest::StatusCode::GONE => {
                Answer::Gone("it answered 410: it wants nothing more".into())
            }
            Ok(answer) if answer.status().is_redirection() => Answer::Refused(format!(
                "it answered {}: it leads elsewhere, which is not followed",
                answer.status().as_u16()
            )),
            Ok(answer) => Answer::Refused(format!("it answered {}", answer.status().as_u16())),
            Err(error) if error.is_timeout() => Answer::Down("it did not answer in time".into()),
            // The error's own words would name the whole address, which may have a secret in it.
            Err(error) if error.is_connect() => Answer::Down("nobody can be reached there".into()),
            Err(_) => Answer::Down("the line broke".into()),
        }
    }

    /// `v1,` and HMAC-SHA-256 over the id, the moment and the body, in base64.
    fn signature(&self, id: &str, now: Timestamp, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{now}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl From<&Webhook> for Subscription {
    fn from(webhook: &Webhook) -> Self {
        Self { webhook: webhook.name.clone(), events: webhook.events.clone() }
    }
}

/// Looks names up, and leaves out what is not to be reached.
struct Guarded {
    /// The configuration names this machine itself: then it is this machine alone.
    here: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let here = self.here;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may = |address: &SocketAddr| match here {
                true => address.ip().to_canonical().is_loopback(),
                false => is_public(address.ip()),
            };
            let found: Vec<SocketAddr> = found.filter(may).collect();
            if found.is_empty() {
                return Err("the name leads to no address of the public internet".into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}
