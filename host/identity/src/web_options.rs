//! The table `[web]`: the address of the review page, and how other machines reach it.
//!
//! The values are valid: a page that others can reach has a public address over TLS, and either a certificate of its
//! own or the addresses of trusted proxies. Then sign-in is required, whatever else is configured.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};

use crate::oidc_options::OidcOptions;
use baton_model::domains;

/// The table `[web]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct WebOptions {
    /// The address and port to listen on; `127.0.0.1:7420` by default.
    #[serde(deserialize_with = "listen")]
    pub listen: SocketAddr,
    /// The sign-in requirement; required as soon as there is a user, by default.
    pub sign_in: SignInPolicy,
    /// The public address of the page; `None` by default: only this machine reaches it.
    pub public_url: Option<PublicUrl>,
    /// The certificate with the chain below it, in PEM.
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, in PEM.
    pub tls_key: Option<PathBuf>,
    /// Addresses and networks of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Whether users can sign in with a password; true by default.
    pub passwords: bool,
    /// The identity provider; `None` by default.
    pub oidc: Option<OidcOptions>,
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7420)),
            sign_in: SignInPolicy::default(),
            public_url: None,
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            passwords: true,
            oidc: None,
        }
    }
}

fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let no = |_| de::Error::custom("it is not an address with a port like 127.0.0.1:7420");
    String::deserialize(deserializer)?.parse().map_err(no)
}

/// The sign-in requirement of a page that only this machine reaches. Any other page always requires it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInPolicy {
    /// Required as soon as there is a user.
    #[default]
    WithUsers,
    /// Always required.
    Required,
}

/// `https://baton.company.example`: a scheme, a host and perhaps a port; `http` for this machine alone.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl {
    secure: bool,
    /// In lower case, without the default port.
    authority: String,
}

impl PublicUrl {
    /// Returns whether it uses TLS.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Returns it as a browser writes it into `Host`: in lower case, without the default port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns whether it is a loopback address.
    pub fn is_loopback(&self) -> bool {
        let host = split(&self.authority).map_or("", |(host, _)| host);
        host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

impl std::fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http{}://{}", if self.secure { "s" } else { "" }, self.authority)
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let no = || "it is not an address like https://baton.company.example".to_owned();
        let lower = text.to_ascii_lowercase();
        let (secure, rest) = match lower.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(no()),
        };
        let (host, port) = split(rest.strip_suffix('/').unwrap_or(rest)).ok_or_else(no)?;
        let address = host.parse::<IpAddr>();
        if address.is_err()
            && host != "localhost"
            && !(host.is_ascii() && domains::parse_host(host).as_deref() == Some(host))
        {
            return Err(no());
        }
        let host = if address.is_ok_and(|address| address.is_ipv6()) { format!("[{host}]") } else { host.to_owned() };
        let usual = if secure { 443 } else { 80 };
        let authority = match port.filter(|port| *port != usual) {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        let url = Self { secure, authority };
        if !secure && !url.is_loopback() {
            return Err("it must begin with https:// for others to use it".into());
        }
        Ok(url)
    }
}

/// Splits an authority into the host, without brackets, and the port.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']').filter(|(host, _)| host.contains(':'))?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((host, None)),
        // A browser never writes a port with a sign or a leading zero.
        Some(port) if port.starts_with(|digit: char| digit.is_ascii_digit()) => Some((host, Some(port.parse().ok()?))),
        _ => None,
    }
}

/// A proxy or a network of proxies.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedProxy(pub IpNet);

impl TrustedProxy {
    /// Returns whether it contains this address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl TryFrom<String> for TrustedProxy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let single = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        let network = text.parse::<IpNet>().or_else(|_| single());
        match network {
            Ok(network) if network.prefix_len() == 0 => Err("it would trust every address: name the proxies".into()),
            Ok(network) => Ok(Self(network)),
            Err(_) => Err("it is not an address or network like 10.0.0.5/32".into()),
        }
    }
}

impl WebOptions {
    /// Returns whether other machines can reach the page: directly, at the public address, or through a proxy.
    pub fn is_public(&self) -> bool {
        !self.listen.ip().to_canonical().is_loopback()
            || self.public_url.as_ref().is_some_and(|url| !url.is_loopback())
            || !self.trusted_proxies.is_empty()
    }

    /// Returns whether the program itself serves TLS.
    pub const fn has_tls(&self) -> bool {
        self.tls_certificate.is_some() && self.tls_key.is_some()
    }

    /// Returns the page's address for browsers, without a slash at the end.
    pub fn address(&self, served: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.to_string(),
            None => format!("http{}://{served}", if self.has_tls() { "s" } else { "" }),
        }
    }
}
