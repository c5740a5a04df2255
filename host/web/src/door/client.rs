//! Who is at the other end: their address, and whether the line is secured all the way.
//!
//! What a request says of that itself is believed from the proxies that the settings name, and from nobody else.

use super::Door;
use crate::trouble::Trouble;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use std::net::{IpAddr, SocketAddr};

/// Entries of `X-Forwarded-For` that are read: no chain of proxies is longer.
const MOST: usize = 32;

/// The other end of a connection. Whoever serves [`crate::router`] puts it into the extensions of each request; without
/// it nothing is known of where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// The connection is over TLS.
    pub tls: bool,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Client {
    pub address: Option<IpAddr>,
    /// Over TLS, from the browser to us or to a proxy that is believed.
    pub secure: bool,
}

impl Client {
    pub fn of(door: &Door, peer: Option<&Peer>, headers: &HeaderMap) -> Result<Self, Trouble> {
        let Some(peer) = peer else { return Ok(Self::default()) };
        let believed = |address: IpAddr| door.proxies().iter().any(|proxy| proxy.has(address));
        let mut address = peer.address.ip().to_canonical();
        if !believed(address) {
            return Ok(Self { address: Some(address), secure: peer.tls });
        }
        // Each proxy adds the address that it was asked from, so the list is true from its end up to the first address
        // that is no proxy of ours; what is before that anybody may have written.
        for entry in list(headers, "x-forwarded-for").into_iter().rev().take(MOST) {
            address = read(entry).ok_or_else(unclear)?;
            if !believed(address) {
                break;
            }
        }
        let secure = match list(headers, "x-forwarded-proto").last() {
            Some(scheme) => scheme.eq_ignore_ascii_case("https"),
            None => peer.tls,
        };
        Ok(Self { address: Some(address), secure })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| Trouble::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

fn unclear() -> Trouble {
    Trouble::new(StatusCode::BAD_REQUEST, "Nothing was done: the proxy did not say where the request came from")
        .hint("look at what it writes into X-Forwarded-For: addresses, each proxy's at the end")
}

/// The entries of a list that may be in several headers; what is no text is an entry that cannot be read.
fn list<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let values = headers.get_all(name).iter();
    values.flat_map(|value| value.to_str().unwrap_or("?").split(',')).map(str::trim).collect()
}

/// An address, which some proxies write with its port.
fn read(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip())).ok()?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_identity::Web;

    fn door() -> Door {
        let proxies = ["10.0.0.5/32", "10.1.0.0/16"].map(|proxy| proxy.to_owned().try_into().expect("a proxy"));
        Door::new(&Web { trusted_proxies: proxies.to_vec(), ..Web::default() }).expect("a door")
    }

    fn check(peer: &str, tls: bool, said: &[(&'static str, &str)], expected: Option<(&str, bool)>) {
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            headers.append(*name, value.parse().expect("a value"));
        }
        let peer = Peer { address: peer.parse().expect("an address"), tls };
        let found = Client::of(&door(), Some(&peer), &headers).ok();
        let expected = expected.map(|(address, secure)| Client { address: address.parse().ok(), secure });
        assert_eq!(found, expected, "{peer:?} {said:?}");
    }

    #[test]
    fn proxies_that_are_named_are_believed_and_nobody_else() {
        const FOR: &str = "x-forwarded-for";
        const PROTO: &str = "x-forwarded-proto";
        check("192.0.2.9:1000", false, &[(FOR, "127.0.0.1"), (PROTO, "https")], Some(("192.0.2.9", false)));
        check("192.0.2.9:1000", true, &[(FOR, "127.0.0.1"), (PROTO, "http")], Some(("192.0.2.9", true)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9"), (PROTO, "https")], Some(("192.0.2.9", true)));
        check("[::ffff:10.0.0.5]:1000", false, &[(FOR, "192.0.2.9"), (PROTO, "HTTPS")], Some(("192.0.2.9", true)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9"), (PROTO, "http")], Some(("192.0.2.9", false)));
        check("10.0.0.5:1000", false, &[(FOR, "192.0.2.9")], Some(("192.0.2.9", false)));
        // What the client wrote comes before what the proxy added.
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
