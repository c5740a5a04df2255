//! What every request passes and every response gets.
//!
//! A page of another site cannot act here: it is told by the browser's own `Sec-Fetch-Site` and `Origin`. Nor can it
//! read here by having its own name resolve to this machine (DNS rebinding): the `Host` must name loopback.

use crate::pages::trouble;
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::IpAddr;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request in or turns it away, and dresses what comes back.
pub(crate) async fn guard(State(web): State<Web>, request: Request, next: Next) -> Response {
    let answer = match allowed(request.method(), request.uri().host(), request.headers()) {
        Ok(()) => {
            let path = request.uri().path().to_owned();
            trouble::dressed(&web, &path, next.run(request).await).await
        }
        // Whoever asks so learns nothing of the store.
        Err(refused) => trouble::bare(&web, &refused),
    };
    protected(answer)
}

fn allowed(method: &Method, of_uri: Option<&str>, headers: &HeaderMap) -> Result<(), Trouble> {
    let host = single(headers, &HOST).filter(|host| is_loopback(host));
    let host = host.filter(|_| of_uri.is_none_or(is_loopback)).ok_or_else(|| {
        Trouble::new(StatusCode::MISDIRECTED_REQUEST, "This page is served to this machine alone")
            .hint("open it as http://localhost or http://127.0.0.1 with its port")
    })?;
    if matches!(*method, Method::GET | Method::HEAD) || same_origin(host, headers) {
        return Ok(());
    }
    Err(Trouble::new(StatusCode::FORBIDDEN, "Nothing was done: the request did not come from this page")
        .hint("open the page yourself and decide there"))
}

/// Where the browser says what kind of site asks, that counts; it does so for loopback. Pages here send no referrer, and
/// then a form's own origin is `null`, so `null` says nothing. Without either header nobody vouches for the request.
fn same_origin(host: &str, headers: &HeaderMap) -> bool {
    let given = |name| headers.contains_key(name);
    let origin = single(headers, &ORIGIN);
    let own = origin.is_some_and(|origin| {
        let host_of = |scheme| origin.strip_prefix(scheme).is_some_and(|of: &str| of.eq_ignore_ascii_case(host));
        host_of("http://") || host_of("https://")
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

/// Everything is for this reader now and for nobody's cache; only assets, whose name changes with them, may be kept.
fn protected(answer: Response) -> Response {
    let mut answer = answer.into_response();
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
            assert_eq!(same_origin("localhost:1", &headers(given)), expected, "{given:?}");
        }
    }
}
