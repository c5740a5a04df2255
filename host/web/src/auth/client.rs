//! The client of a request: its address, and whether the whole connection is encrypted.
//!
//! Forwarded headers are believed from the proxies that the settings name, and from no other client.

use crate::auth_config::AuthConfig;
use crate::error::WebError;
use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use std::net::{IpAddr, SocketAddr};

/// Entries of `X-Forwarded-For` that are read: no chain of proxies is longer.
const MAX_PROXIES: usize = 32;

/// The other end of a connection. A server of [`crate::router`] adds it to the extensions of each request; without it
/// the origin of a request is unknown.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// The client, or the proxy in front of it.
    pub address: SocketAddr,
    /// The connection uses TLS.
    pub tls: bool,
}

/// The origin of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientInfo {
    pub address: Option<IpAddr>,
    /// The client connected over TLS, to us or to a trusted proxy.
    pub secure: bool,
    /// The port that the browser asked for. `None` if the request names no host.
    pub port: Option<u16>,
}

impl ClientInfo {
    pub fn of(auth: &AuthConfig, peer: Option<&Peer>, headers: &HeaderMap) -> Result<Self, WebError> {
        let port = asked_port(headers);
        let Some(peer) = peer else { return Ok(Self { port, ..Self::default() }) };
        let trusted = |address: IpAddr| auth.proxies().iter().any(|proxy| proxy.contains(address));
        let mut address = peer.address.ip().to_canonical();
        if !trusted(address) {
            return Ok(Self { address: Some(address), secure: peer.tls, port });
        }
        // Each proxy appends the address that it was called from. So the list is true from its end up to the first
        // address that is not one of our proxies; any client can have written the entries before that.
        for entry in entries(headers, "x-forwarded-for").into_iter().rev().take(MAX_PROXIES) {
            address = parse_address(entry).ok_or_else(unknown_origin)?;
            if !trusted(address) {
                break;
            }
        }
        let secure = match entries(headers, "x-forwarded-proto").last() {
            Some(scheme) => scheme.eq_ignore_ascii_case("https"),
            None => peer.tls,
        };
        Ok(Self { address: Some(address), secure, port })
    }
}

impl ClientInfo {
    /// Returns whether the request came from this machine. A request of unknown origin did not.
    pub fn is_local(self) -> bool {
        self.address.is_some_and(|address| address.is_loopback())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientInfo {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

/// Returns the port of `Host`; without one it is that of HTTP. Over TLS it is not used.
fn asked_port(headers: &HeaderMap) -> Option<u16> {
    let authority: Authority = headers.get(HOST)?.to_str().ok()?.parse().ok()?;
    Some(authority.port_u16().unwrap_or(80))
}

fn unknown_origin() -> WebError {
    WebError::new(StatusCode::BAD_REQUEST, "Nothing was done: the proxy did not say where the request came from")
        .hint("check its X-Forwarded-For header: a list of addresses, to which each proxy appends one")
}

/// Returns the entries of a list that may be spread over several headers. A header that is not text is one unreadable
/// entry.
fn entries<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let values = headers.get_all(name).iter();
    values.flat_map(|value| value.to_str().unwrap_or("?").split(',')).map(str::trim).collect()
}

/// Parses an address, which some proxies write with its port.
fn parse_address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip())).ok()?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_identity::WebOptions;

    fn config() -> AuthConfig {
        let proxies = ["10.0.0.5/32", "10.1.0.0/16"].map(|proxy| proxy.to_owned().try_into().expect("a proxy"));
        AuthConfig::new(&WebOptions { trusted_proxies: proxies.to_vec(), ..WebOptions::default() })
            .expect("a configuration")
    }

    fn check(peer: &str, tls: bool, said: &[(&'static str, &str)], expected: Option<(&str, bool)>) {
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            headers.append(*name, value.parse().expect("a value"));
        }
        let peer = Peer { address: peer.parse().expect("an address"), tls };
        let found = ClientInfo::of(&config(), Some(&peer), &headers).ok();
        let expected =
            expected.map(|(address, secure)| ClientInfo { address: address.parse().ok(), secure, port: None });
        assert_eq!(found, expected, "{peer:?} {said:?}");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        const FOR: &str = "x-forwarded-for";
        const PROTO: &str = "x-forwarded-proto";
        check("192.0.2.9:1000", false, &[(FOR, "127.0.0.1"), (PROTO, "https")], Some(("192.0.2.9", false)));
        check("192.0.2.9:1000", true, &[(FOR, "127.0.0.1"), (PROTO, "http")], Some(("192.0.2.9", true)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9"), (PROTO, "https")], Some(("192.0.2.9", true)));
        check("[::ffff:10.0.0.5]:1000", false, &[(FOR, "192.0.2.9"), (PROTO, "HTTPS")], Some(("192.0.2.9", true)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9"), (PROTO, "http")], Some(("192.0.2.9", false)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9")], Some(("192.0.2.9", false)));
        // The entries of the client come before those of the proxy.
        check("10.0.0.5:1000", false, &[(FOR, "10.1.2.3, 192.0.2.9")], Some(("192.0.2.9", false)));
        check("10.0.0.5:1000", false, &[(FOR, "127.0.0.1"), (FOR, "192.0.2.9")], Some(("192.0.2.9", false)));
        check("10.0.0.5:1000", false, &[(FOR, "nonsense, 192.0.2.9, 10.1.2.3")], Some(("192.0.2.9", false)));
        check("10.0.0.5:1000", false, &[(PROTO, "https, http")], Some(("10.0.0.5", false)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9:4711")], Some(("192.0.2.9", false)));
        check("10.0.0.5:1000", false, &[(FOR, "[2001:db8::1]:4711")], Some(("2001:db8::1", false)));
        check("10.0.0.5:1000", false, &[(FOR, "[2001:db8::1]")], Some(("2001:db8::1", false)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9, unknown")], None);
        check("10.0.0.5:1000", false, &[(FOR, "")], None);
    }
}
