//! The table `[web.oidc]`: which identity provider vouches for people, and for whom it is believed.

use reqwest::Url;
use serde::Deserialize;

/// The table `[web.oidc]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Oidc {
    /// The provider, as it writes itself into what it signs.
    pub issuer: Issuer,
    /// The client id of this program at the provider.
    pub client_id: String,
    /// The environment variable with the secret that this program shows the provider.
    pub client_secret_env: String,
    /// The label of the button on the sign-in page; `Company account` by default.
    #[serde(default = "label")]
    pub label: String,
    /// Domains whose addresses are believed; none by default, and then those of every user are.
    #[serde(default)]
    pub allowed_domains: Vec<String>,
    /// Somebody whom nobody added becomes a user with this role; none by default, and then they do not.
    #[serde(default)]
    pub role_for_new: Option<RoleForNew>,
}

fn label() -> String {
    "Company account".into()
}

/// The role of somebody whom nobody added: the least there is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleForNew {
    /// They see the queue and decide.
    Sdr,
}

/// The provider's address as it was written: its signatures name it in exactly these characters.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Issuer(String);

impl Issuer {
    /// As it was written.
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

/// Whether what is said there stays between the two: over TLS, or on this machine.
pub(crate) fn is_secured(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

impl Oidc {
    /// Whether addresses of this domain are believed.
    pub fn takes(&self, domain: &str) -> bool {
        self.allowed_domains.is_empty()
            || self.allowed_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain))
    }
}
