//! What every request passes and every response gets.
//!
//! A page of another site cannot act here: it is told by the browser's own `Sec-Fetch-Site` and `Origin`. Nor can it
//! read here by having its own name resolve to this machine (DNS rebinding): the `Host` must name the public address, or
//! loopback where there is none. Then the door is asked who it is and what they may, and everything is done on their behalf.

use crate::api::is_api;
use crate::door::client::{Client, Peer};
use crate::door::{self, By, Door, Entered, panel};
use crate::pages::trouble;
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use baton_desk::desk::{asked_from, on_behalf_of};
use baton_identity::Panel;
use std::net::IpAddr;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What a panel may load, and whose pages may hold it: those of the configuration and no other.
pub(crate) fn panel_policy(panels: &[Panel]) -> HeaderValue {
    let mut origins: Vec<String> =
        panels.iter().flat_map(|panel| panel.frame_ancestors().iter().map(ToString::to_string)).collect();
    origins.sort_unstable();
    origins.dedup();
    let held = format!("frame-ancestors {};", if origins.is_empty() { "'none'".into() } else { origins.join(" ") });
    let policy = POLICY.replace("frame-ancestors 'none';", &held);
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY))
}

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request in or turns it away, and dresses what comes back.
pub(crate) async fn guard(State(web): State<Web>, request: Request, next: Next) -> Response {
    let door = &web.site.door;
    let framed = panel::is_at(request.uri().path()).then(|| web.panel_policy.clone());
    let client = Client::of(door, request.extensions().get::<Peer>(), request.headers());
    let path = request.uri().path();
    let admitted = client.and_then(|client| {
        let asked = Asking { method: request.method(), is_api: is_api(path), of_uri: request.uri().host() };
        allowed(door, client, &asked, request.headers()).map(|()| client)
    });
    match admitted {
        Ok(client) => {
            let answer = asked_from(client.address, entered(&web, client, request, next)).await;
            framed_by(protected(answer, client.secure), framed)
        }
        // Whoever asks so learns nothing of the store.
        Err(refused) => protected(trouble::bare(path, &refused), false),
    }
}

async fn entered(web: &Web, client: Client, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (by, work) = match door::enter(web, &client, request).await {
        Entered::In(by, mut request) => {
            request.extensions_mut().insert(client);
            if let Some(by) = &by {
                request.extensions_mut().insert(by.clone());
            }
            (by, Ok(request))
        }
        Entered::Out(by, answer) => (by, Err(answer)),
    };
    let seat = match by.as_ref().and_then(By::seat) {
        Some(seat) => Some(seat),
        None => panel::seat(web, &path).await,
    };
    let answered = async {
        let answer = match work {
            Ok(request) => next.run(request).await,
            Err(answer) => answer,
        };
        trouble::dressed(web, by.as_ref(), &path, answer).await
    };
    on_behalf_of(seat, answered).await
}

/// What is asked for.
struct Asking<'a> {
    method: &'a Method,
    /// Nothing there counts but a token, which no page of another site has.
    is_api: bool,
    of_uri: Option<&'a str>,
}

fn allowed(door: &Door, client: Client, asked: &Asking<'_>, headers: &HeaderMap) -> Result<(), Trouble> {
    let here = |host: &str| match door.url() {
        Some(url) => {
            let usual = if url.is_secure() { ":443" } else { ":80" };
            host.strip_suffix(usual).unwrap_or(host).eq_ignore_ascii_case(url.authority())
        }
        None => is_loopback(host),
    };
    let host = single(headers, &HOST).filter(|host| here(host) && asked.of_uri.is_none_or(here));
    let host = host.ok_or_else(|| match door.url() {
        Some(url) => Trouble::new(StatusCode::MISDIRECTED_REQUEST, "This page is not served at this address")
            .hint(format!("open it as {url}")),
        None => Trouble::new(StatusCode::MISDIRECTED_REQUEST, "This page is served to this machine alone")
            .hint("open it as http://localhost or http://127.0.0.1 with its port"),
    })?;
    if door.is_public() && !client.secure {
        return Err(Trouble::new(StatusCode::FORBIDDEN, "This page is served over TLS alone")
            .hint("open it by its public address, which begins with https://"));
    }
    if asked.is_api || matches!(*asked.method, Method::GET | Method::HEAD) || same_origin(host, door, headers) {
        return Ok(());
    }
    Err(Trouble::new(StatusCode::FORBIDDEN, "Nothing was done: the request did not come from this page")
        .hint("open the page yourself and decide there"))
}

/// Where the browser says what kind of site asks, that counts; it does so for loopback and over TLS. Pages here send no referrer, and
/// then a form's own origin is `null`, so `null` says nothing. Without either header nobody vouches for the request.
fn same_origin(host: &str, door: &Door, headers: &HeaderMap) -> bool {
    let given = |name| headers.contains_key(name);
    let origin = single(headers, &ORIGIN);
    let own = origin.is_some_and(|origin| match door.url() {
        Some(url) => origin.eq_ignore_ascii_case(&url.to_string()),
        None => {
            let host_of = |scheme| origin.strip_prefix(scheme).is_some_and(|of: &str| of.eq_ignore_ascii_case(host));
            host_of("http://") || host_of("https://")
        }
    });
    if given(SITE) {
        let site = single(headers, &SITE).is_some_and(|site| matches!(site, "same-origin" | "none"));
        site && (!given(ORIGIN) || own || origin == Some("null"))
    } else {
        own
    }
}

/// The header's value where there is exactly one.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
}

fn is_loopback(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) => (name, port),
            None => return false,
        },
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    port && (name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}

/// A panel is held by pages of another origin, which may ask for it although they isolate themselves.
fn framed_by(mut answer: Response, policy: Option<HeaderValue>) -> Response {
    if let Some(policy) = policy {
        let headers = answer.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    answer
}

/// Everything is for this reader now and for nobody's cache; only assets, whose name changes with them, may be kept.
fn protected(mut answer: Response, secure: bool) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        // A year, and for this host alone (RFC 6797): browsers do not ask it without TLS any more.
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_hosts() {
        for (host, expected) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1:8080", true),
            ("127.1.2.3", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("localhost.evil.example", false),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("localhost:8080@evil.example", false),
            ("localhost:99999", false),
            ("[::1", false),
            ("[::1]x", false),
            ("::1", false),
            ("10.0.0.1", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(host), expected, "{host}");
        }
    }

    #[test]
    fn only_this_pages_own_forms_act() {
        let headers = |given: &[(HeaderName, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                headers.append(name, HeaderValue::from_static(value));
            }
            headers
        };
        for (given, expected) in [
            (&[(SITE, "same-origin")][..], true),
            (&[(SITE, "none")], true),
            (&[(SITE, "same-origin"), (ORIGIN, "null")], true),
            (&[(SITE, "same-origin"), (ORIGIN, "http://localhost:1")], true),
            (&[(ORIGIN, "http://localhost:1")], true),
            (&[(SITE, "same-origin"), (ORIGIN, "https://evil.example")], false),
            (&[(SITE, "same-site")], false),
            (&[(SITE, "cross-site"), (ORIGIN, "http://localhost:1")], false),
            (&[(SITE, "same-origin"), (SITE, "cross-site")], false),
            (&[(ORIGIN, "null")], false),
            (&[(ORIGIN, "http://localhost:2")], false),
            (&[(ORIGIN, "http://localhost:1.evil.example")], false),
            (&[(ORIGIN, "http://localhost:1"), (ORIGIN, "https://evil.example")], false),
            (&[], false),
        ] {
            assert_eq!(same_origin("localhost:1", &Door::default(), &headers(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn a_public_page_is_asked_by_its_own_name_over_tls() {
        let url = "https://baton.relayforge.example".to_owned().try_into().expect("an address");
        let proxy = "127.0.0.1".to_owned().try_into().expect("a proxy");
        let web = baton_identity::Web {
            public_url: Some(url),
            trusted_proxies: vec![proxy],
            ..baton_identity::Web::default()
        };
        let door = Door::new(&web).expect("a door");
        let host = "baton.relayforge.example";
        for (host, secure, origin, status) in [
            (host, true, "https://baton.relayforge.example", None),
            ("Baton.Relayforge.example:443", true, "https://baton.relayforge.example", None),
            (host, false, "https://baton.relayforge.example", Some(403)),
            (host, true, "http://baton.relayforge.example", Some(403)),
            (host, true, "https://baton.relayforge.example.evil.example", Some(403)),
            (host, true, "https://baton.relayforge.example:8443", Some(403)),
            ("localhost", true, "http://localhost", Some(421)),
            ("127.0.0.1:7420", false, "http://127.0.0.1:7420", Some(421)),
            ("baton.relayforge.example:80", true, "https://baton.relayforge.example", Some(421)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
            let client = Client { address: None, secure };
            let asked = Asking { method: &Method::POST, is_api: false, of_uri: None };
            let refused = allowed(&door, client, &asked, &headers).err();
            assert_eq!(refused.map(|refused| refused.status.as_u16()), status, "{host} {secure} {origin}");
        }
    }
}
