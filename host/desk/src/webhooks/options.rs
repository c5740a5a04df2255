//! The configuration `[[webhook]]`: other programs that are notified of events.
//!
//! A parsed address uses TLS or the loopback interface, and is never the IP address of a private network. The signing
//! key is not part of the file.

use crate::event_kind::EventKind;
use crate::webhooks::public_address::is_public;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::fmt;

/// Prefix of a key, and its allowed length in bytes (Standard Webhooks, "Signature scheme").
const PREFIX: &str = "whsec_";
const KEY: std::ops::RangeInclusive<usize> = 24..=64;

/// A webhook, as the table `[[webhook]]` configures it.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Webhook {
    /// The name in the list of deliveries; lower-case letters, digits and hyphens.
    pub name: String,
    /// The receiver's address.
    pub url: WebhookUrl,
    /// The environment variable with the signing key: `whsec_` and 24 to 64 bytes in base64.
    pub secret_env: String,
    /// The events to send; all by default.
    #[serde(default = "everything")]
    pub events: Vec<EventKind>,
}

fn everything() -> Vec<EventKind> {
    EventKind::ALL.to_vec()
}

/// An `https` address without credentials, or an `http` address of this machine.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookUrl(reqwest::Url);

impl WebhookUrl {
    pub const fn url(&self) -> &reqwest::Url {
        &self.0
    }

    /// Returns whether the host is the loopback interface.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns the host's IP address, if it is not a name.
fn number(url: &reqwest::Url) -> Option<std::net::IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn is_loopback(url: &reqwest::Url) -> bool {
    url.host_str() == Some("localhost") || number(url).is_some_and(|address| address.to_canonical().is_loopback())
}

impl TryFrom<String> for WebhookUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let no = || "it is not an address such as https://crm.example/hooks".to_owned();
        let url = reqwest::Url::parse(&text).map_err(|_| no())?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if text.len() > 1000 || !plain || url.host_str().is_none_or(str::is_empty) {
            return Err(no());
        }
        match url.scheme() {
            "http" | "https" if is_loopback(&url) => Ok(Self(url)),
            "https" if number(&url).is_some_and(|address| !is_public(address)) => {
                Err("it is an address of a private network, which webhooks cannot use".into())
            }
            "https" => Ok(Self(url)),
            "http" => Err("it must begin with https:// unless it is on this machine".into()),
            _ => Err(no()),
        }
    }
}

impl Webhook {
    /// Reads the key from the environment through `variable`.
    ///
    /// # Errors
    /// The problem with the variable, and a hint on a second line. Never contains the key.
    pub fn key(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>, String> {
        let name = &self.secret_env;
        let wrong = |what: &str| {
            let hint = "hint: create one with `echo \"whsec_$(openssl rand -base64 32)\"` for both sides";
            format!("the webhook `{}`: {name} {what}\n{hint}", self.name)
        };
        let text = variable(name).ok_or_else(|| wrong("is not set"))?;
        let key = text.trim().strip_prefix(PREFIX).and_then(|key| STANDARD.decode(key).ok());
        let key = key.ok_or_else(|| wrong("is not `whsec_` followed by a key in base64"))?;
        if KEY.contains(&key.len()) { Ok(key) } else { Err(wrong("does not have 24 to 64 bytes")) }
    }
}
