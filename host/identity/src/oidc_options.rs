//! The table `[web.oidc]`: the identity provider, and the domains for which it is trusted.

use reqwest::Url;
use serde::Deserialize;

/// The table `[web.oidc]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OidcOptions {
    /// The provider's issuer, exactly as in its tokens.
    pub issuer: Issuer,
    /// The client id of this program at the provider.
    pub client_id: String,
    /// The environment variable with the client secret.
    pub client_secret_env: String,
    /// The label of the button on the sign-in page; `Company account` by default.
    #[serde(default = "label")]
    pub label: String,
    /// Domains whose addresses are accepted; empty by default, and then any domain is.
    #[serde(default)]
    pub allowed_domains: Vec<String>,
    /// The role of a person whom nobody added as a user; `None` by default: they are rejected.
    #[serde(default)]
    pub role_for_new: Option<NewUserRole>,
}

fn label() -> String {
    "Company account".into()
}

/// The role of a person whom nobody added: the one with the fewest permissions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewUserRole {
    /// They see the queue and decide.
    Sdr,
}

/// The provider's address, unchanged, because tokens are compared with it character by character.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Issuer(String);

impl Issuer {
    /// Returns the address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Issuer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let no = || "it is not an address like https://login.company.example".to_owned();
        let url = Url::parse(&text).map_err(|_| no())?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || url.host().is_none() || !matches!(url.scheme(), "https" | "http") {
            return Err(no());
        }
        if !is_secured(&url) {
            return Err("it must begin with https://".into());
        }
        Ok(Self(text))
    }
}

/// Returns whether a connection is private: over TLS, or on this machine.
pub(crate) fn is_secured(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

impl OidcOptions {
    /// Returns whether addresses of this domain are accepted.
    pub fn allows_domain(&self, domain: &str) -> bool {
        self.allowed_domains.is_empty()
            || self.allowed_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain))
    }
}
