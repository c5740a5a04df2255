//! The tables `[[webhook]]`: other programs that are told what happens.
//!
//! What comes out can be relied on: an address is over TLS or on this machine, and names no host of a private network
//! by its number. The key that messages are signed with is nowhere in the file.

use crate::event_kind::EventKind;
use crate::webhooks::public_address::is_public;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::fmt;

/// How a key begins, and its shortest and longest in bytes (Standard Webhooks, "Signature scheme").
const PREFIX: &str = "whsec_";
const KEY: std::ops::RangeInclusive<usize> = 24..=64;

/// The table `[[webhook]]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Webhook {
    /// What the list of deliveries calls it; lower-case letters, digits and hyphens.
    pub name: String,
    /// Where it is told.
    pub url: HookUrl,
    /// The environment variable with the key that messages are signed with: `whsec_` and 24 to 64 bytes in base64.
    pub secret_env: String,
    /// What it is told of; everything by default.
    #[serde(default = "everything")]
    pub events: Vec<EventKind>,
}

fn everything() -> Vec<EventKind> {
    EventKind::ALL.to_vec()
}

/// An `https` address without a user in it, or an `http` one of this machine.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct HookUrl(reqwest::Url);

impl HookUrl {
    /// The address itself.
    pub const fn url(&self) -> &reqwest::Url {
        &self.0
    }

    /// Whether it names this machine to itself.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number in the place of a host's name.
fn number(url: &reqwest::Url) -> Option<std::net::IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn is_loopback(url: &reqwest::Url) -> bool {
    url.host_str() == Some("localhost") || number(url).is_some_and(|address| address.to_canonical().is_loopback())
}

impl TryFrom<String> for HookUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let no = || "it is no address such as https://crm.example/hooks".to_owned();
        let url = reqwest::Url::parse(&text).map_err(|_| no())?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if text.len() > 1000 || !plain || url.host_str().is_none_or(str::is_empty) {
            return Err(no());
        }
        match url.scheme() {
            "http" | "https" if is_loopback(&url) => Ok(Self(url)),
            "https" if number(&url).is_some_and(|address| !is_public(address)) => {
                Err("it is an address of a private network, which is not told anything".into())
            }
            "https" => Ok(Self(url)),
            "http" => Err("it must begin with https:// unless it is of this machine itself".into()),
            _ => Err(no()),
        }
    }
}

impl Webhook {
    /// The key, from the environment as `variable` reads it.
    ///
    /// # Errors
    /// What is wrong with the variable, and what to do next on a line of its own. The key is never part of it.
    pub fn key(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>, String> {
        let name = &self.secret_env;
        let wrong = |what: &str| {
            let hint = "hint: for instance `echo \"whsec_$(openssl rand -base64 32)\"`, the same where it is verified";
            format!("the webhook `{}`: {name} {what}\n{hint}", self.name)
        };
        let text = variable(name).ok_or_else(|| wrong("is not set"))?;
        let key = text.trim().strip_prefix(PREFIX).and_then(|key| STANDARD.decode(key).ok());
        let key = key.ok_or_else(|| wrong("is not `whsec_` and a key in base64"))?;
        if KEY.contains(&key.len()) { Ok(key) } else { Err(wrong("has not 24 to 64 bytes")) }
    }
}
