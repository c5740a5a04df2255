//! The table `[web.oidc]`: which identity provider vouches for people, and for whom it is believed.

use reqwest::Url;
use serde::Deserialize;

use super::{problem::quoted, reading::Reading, tree::Path};
use crate::crm::domains;

/// The table `[web.oidc]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Oidc {
    /// The provider, as it writes itself into what it signs.
    pub issuer: Issuer,
    /// What the provider calls this program.
    pub client_id: String,
    /// The environment variable with the secret that this program shows the provider.
    pub client_secret_env: String,
    /// What the button on the sign-in page is called; `Company account` by default.
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

/// The provider's address, kept as it was written: what it signs names it in exactly these characters.
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
        let no = || "it is no address such as https://login.company.example".to_owned();
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

    pub(super) fn check(&self, at: &Path, reading: &mut Reading) {
        let line = |text: &str, most: usize| {
            !text.trim().is_empty() && text.len() <= most && !text.chars().any(char::is_control)
        };
        if !line(&self.client_id, 255) {
            let hint = "write what the provider calls this program";
            reading.error(&at.key("client-id"), "`client-id` is one line of 1 to 255 bytes", Some(hint.into()));
        }
        if !line(&self.label, 60) {
            let hint = "write what people call the account that they sign in with";
            reading.error(&at.key("label"), "`label` is one line of 1 to 60 bytes", Some(hint.into()));
        }
        let name = &self.client_secret_env;
        let shaped = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(shaped) || name.starts_with(|c: char| c.is_ascii_digit()) {
            // It may be the secret itself: it is not repeated.
            let message = "`client-secret-env` is not the name of an environment variable";
            let hint = "the secret itself does not belong into this file: put it into an environment variable and \
                        write the variable's name here";
            reading.error(&at.key("client-secret-env"), message, Some(hint.into()));
        }
        for domain in &self.allowed_domains {
            if domains::host(&domain.to_ascii_lowercase()).is_none() {
                let message = format!("`allowed-domains`: `{}` is no domain", quoted(domain));
                reading.error(&at.key("allowed-domains"), message, Some("for instance `company.example`".into()));
            }
        }
        if self.role_for_new.is_some() && self.allowed_domains.is_empty() {
            let message = "everybody whom the provider knows would become a user";
            let hint = "name the domains of their addresses: `allowed-domains = [\"company.example\"]`";
            reading.error(&at.key("role-for-new"), message, Some(hint.into()));
        }
    }
}
