//! Checks before each request, and headers of each response.
//!
//! Other sites cannot act here: the browser's `Sec-Fetch-Site` and `Origin` must name this site. Nor can they read here
//! through a name of theirs that resolves to this machine (DNS rebinding): `Host` must be the public address, or loopback
//! without one. Then the request is authorized and handled on behalf of its user.

use crate::app_state::{AppState, RequestState};
use crate::auth::client::{ClientInfo, Peer};
use crate::auth::panel;
use crate::auth_config::AuthConfig;
use crate::authorization::{Authorization, authorize};
use crate::error::WebError;
use crate::pages::error_page;
use crate::permissions::Permissions;
use crate::route_table::is_api;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use baton_identity::PanelVerifier;
use baton_model::Actor;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The data of the checks.
#[derive(Clone)]
pub(crate) struct Guard {
    app: Arc<AppState>,
    permissions: Arc<Permissions>,
    panel_policies: Arc<PanelPolicies>,
}

/// The content security policies of panels.
struct PanelPolicies {
    /// By the name of the CRM, which alone may embed its panels.
    of_crm: HashMap<String, HeaderValue>,
    /// For the errors of a panel that did not open: any configured CRM may show them.
    errors: HeaderValue,
}

impl PanelPolicies {
    fn new(panels: &[PanelVerifier]) -> Self {
        let of = |panel: &PanelVerifier| (panel.name().to_owned(), panel_policy(std::slice::from_ref(panel)));
        Self { of_crm: panels.iter().map(of).collect(), errors: panel_policy(panels) }
    }

    fn of(&self, crm: Option<&str>) -> HeaderValue {
        crm.and_then(|crm| self.of_crm.get(crm)).unwrap_or(&self.errors).clone()
    }
}

impl Guard {
    pub fn new(app: Arc<AppState>, permissions: Permissions) -> Self {
        let panel_policies = Arc::new(PanelPolicies::new(&app.panels));
        Self { app, permissions: Arc::new(permissions), panel_policies }
    }
}

fn panel_policy(panels: &[PanelVerifier]) -> HeaderValue {
    let mut origins: Vec<String> =
        panels.iter().flat_map(|panel| panel.frame_ancestors().iter().map(ToString::to_string)).collect();
    origins.sort_unstable();
    origins.dedup();
    let ancestors =
        format!("frame-ancestors {};", if origins.is_empty() { "'none'".into() } else { origins.join(" ") });
    let policy = POLICY.replace("frame-ancestors 'none';", &ancestors);
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY))
}

/// Passes an admissible request on to its handler, and adds the protective headers to the response.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let config = &guard.app.auth;
    let framed = panel::is_at(request.uri().path());
    let client = ClientInfo::of(config, request.extensions().get::<Peer>(), request.headers());
    let path = request.uri().path();
    let admitted = client.and_then(|client| {
        let target = Target { method: request.method(), is_api: is_api(path), host: request.uri().host() };
        check_origin(config, client, &target, request.headers()).map(|()| client)
    });
    match admitted {
        Ok(client) => {
            let (answer, crm) = handle(&guard, client, request, next).await;
            framed_by(protected(answer, client.secure), framed.then(|| guard.panel_policies.of(crm.as_deref())))
        }
        // A refused client learns nothing of the store.
        Err(refused) => protected(error_page::bare(path, &refused), false),
    }
}

/// Handles the request on behalf of its user. Also returns the CRM whose panel it is in.
async fn handle(guard: &Guard, client: ClientInfo, request: Request, next: Next) -> (Response, Option<String>) {
    let app = &guard.app;
    let path = request.uri().path().to_owned();
    let (user, work) = match authorize(app, &guard.permissions, &client, request).await {
        Authorization::Granted(user, request) => (user, Ok(request)),
        Authorization::Refused(user, answer) => (user, Err(answer)),
    };
    let (actor, crm) = match &user {
        Some(user) => (user.actor(), None),
        None => match panel::session(app, &path).await {
            Some(session) => (panel::actor(&session), Some(session.crm)),
            None => (Actor::visitor(), None),
        },
    };
    let actor = actor.at_address(client.address);
    let state = RequestState::new(Arc::clone(app), actor.clone());
    let answer = match work {
        Ok(mut request) => {
            let extensions = request.extensions_mut();
            extensions.insert(client);
            extensions.insert(actor);
            if let Some(user) = &user {
                extensions.insert(user.clone());
            }
            next.run(request).await
        }
        Err(answer) => answer,
    };
    (error_page::add_error_page(&state, user.as_ref(), &path, answer).await, crm)
}

/// The request line, as far as the checks need it.
struct Target<'a> {
    method: &'a Method,
    /// The API accepts only tokens, which no other site has.
    is_api: bool,
    host: Option<&'a str>,
}

/// Checks the host, the encryption, and for a form the origin.
fn check_origin(
    config: &AuthConfig,
    client: ClientInfo,
    target: &Target<'_>,
    headers: &HeaderMap,
) -> Result<(), WebError> {
    let here = |host: &str| match config.url() {
        Some(url) => {
            let default_port = if url.is_secure() { ":443" } else { ":80" };
            host.strip_suffix(default_port).unwrap_or(host).eq_ignore_ascii_case(url.authority())
        }
        None => is_loopback(host),
    };
    let host = single(headers, &HOST).filter(|host| here(host) && target.host.is_none_or(here));
    let host = host.ok_or_else(|| match config.url() {
        Some(url) => WebError::new(StatusCode::MISDIRECTED_REQUEST, "This page is not served at this address")
            .hint(format!("open {url}")),
        None => WebError::new(StatusCode::MISDIRECTED_REQUEST, "This page is only available on this machine")
            .hint("open http://localhost or http://127.0.0.1 with its port"),
    })?;
    // A proxy on this machine would make every visitor look like the person who started the program.
    if !config.is_public() && (!client.is_local() || names_a_proxy(headers)) {
        return Err(WebError::new(StatusCode::MISDIRECTED_REQUEST, "This page is only available on this machine")
            .hint("to serve it to others, set `public-url` and `trusted-proxies` or a certificate in `[web]`"));
    }
    if config.is_public() && !client.secure {
        return Err(WebError::new(StatusCode::FORBIDDEN, "This page is only available over HTTPS")
            .hint("open its public address, which starts with https://"));
    }
    if target.is_api || matches!(*target.method, Method::GET | Method::HEAD) || same_origin(host, config, headers) {
        return Ok(());
    }
    Err(WebError::new(StatusCode::FORBIDDEN, "Nothing was done: the request did not come from this site")
        .hint("open the page here and decide there"))
}

/// Headers that a proxy adds.
const PROXY_HEADERS: [&str; 8] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

fn names_a_proxy(headers: &HeaderMap) -> bool {
    PROXY_HEADERS.iter().any(|name| headers.contains_key(*name))
}

/// Whether a form was sent by one of our own pages.
///
/// `Sec-Fetch-Site` decides where the browser sends it, which it does for loopback and over TLS. Our pages send no
/// referrer, so their forms have the origin `null`, which proves nothing. A request without either header is refused.
fn same_origin(host: &str, config: &AuthConfig, headers: &HeaderMap) -> bool {
    let given = |name| headers.contains_key(name);
    let origin = single(headers, &ORIGIN);
    let own = origin.is_some_and(|origin| match config.url() {
        Some(url) => origin.eq_ignore_ascii_case(&url.to_string()),
        None => {
            let host_of = |scheme| origin.strip_prefix(scheme).is_some_and(|of: &str| of.eq_ignore_ascii_case(host));
            host_of("http://") || host_of("https://")
        }
    });
    if given(FETCH_SITE) {
        let site = single(headers, &FETCH_SITE).is_some_and(|site| matches!(site, "same-origin" | "none"));
        site && (!given(ORIGIN) || own || origin == Some("null"))
    } else {
        own
    }
}

/// Returns the header's value if there is exactly one.
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

/// Lets the pages of a CRM embed the panel, even if they isolate themselves from other origins.
fn framed_by(mut answer: Response, policy: Option<HeaderValue>) -> Response {
    if let Some(policy) = policy {
        let headers = answer.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    answer
}

/// Adds the protective headers. Caches may keep only assets, whose names change with their content.
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
        // For a year and for this host only (RFC 6797), browsers use TLS for every request.
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
    fn only_forms_of_this_site_act() {
        let headers = |given: &[(HeaderName, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                headers.append(name, HeaderValue::from_static(value));
            }
            headers
        };
        for (given, expected) in [
            (&[(FETCH_SITE, "same-origin")][..], true),
            (&[(FETCH_SITE, "none")], true),
            (&[(FETCH_SITE, "same-origin"), (ORIGIN, "null")], true),
            (&[(FETCH_SITE, "same-origin"), (ORIGIN, "http://localhost:1")], true),
            (&[(ORIGIN, "http://localhost:1")], true),
            (&[(FETCH_SITE, "same-origin"), (ORIGIN, "https://evil.example")], false),
            (&[(FETCH_SITE, "same-site")], false),
            (&[(FETCH_SITE, "cross-site"), (ORIGIN, "http://localhost:1")], false),
            (&[(FETCH_SITE, "same-origin"), (FETCH_SITE, "cross-site")], false),
            (&[(ORIGIN, "null")], false),
            (&[(ORIGIN, "http://localhost:2")], false),
            (&[(ORIGIN, "http://localhost:1.evil.example")], false),
            (&[(ORIGIN, "http://localhost:1"), (ORIGIN, "https://evil.example")], false),
            (&[], false),
        ] {
            assert_eq!(same_origin("localhost:1", &AuthConfig::default(), &headers(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn a_public_page_needs_its_own_name_and_tls() {
        let url = "https://baton.relayforge.example".to_owned().try_into().expect("an address");
        let proxy = "127.0.0.1".to_owned().try_into().expect("a proxy");
        let web = baton_identity::WebOptions {
            public_url: Some(url),
            trusted_proxies: vec![proxy],
            ..baton_identity::WebOptions::default()
        };
        let config = AuthConfig::new(&web).expect("a configuration");
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
            let client = ClientInfo { address: None, secure, port: None };
            let target = Target { method: &Method::POST, is_api: false, host: None };
            let refused = check_origin(&config, client, &target, &headers).err();
            assert_eq!(refused.map(|refused| refused.status.as_u16()), status, "{host} {secure} {origin}");
        }
    }

    /// Without `public-url` nobody signs in, so a request that is not known to come from this machine is refused.
    #[test]
    fn a_page_for_this_machine_serves_nobody_else() {
        let config = AuthConfig::default();
        let target = Target { method: &Method::GET, is_api: false, host: None };
        let status = |address: Option<&str>, named: Option<(&'static str, &'static str)>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("127.0.0.1:7420"));
            if let Some((name, value)) = named {
                headers.insert(name, HeaderValue::from_static(value));
            }
            let address = address.map(|address| address.parse().expect("an address"));
            let client = ClientInfo { address, secure: false, port: None };
            check_origin(&config, client, &target, &headers).err().map(|refused| refused.status.as_u16())
        };
        for here in ["127.0.0.1", "127.0.0.2", "::1"] {
            assert_eq!(status(Some(here), None), None, "{here}");
        }
        for elsewhere in [None, Some("192.0.2.9"), Some("10.0.0.5"), Some("2001:db8::1")] {
            assert_eq!(status(elsewhere, None), Some(421), "{elsewhere:?}");
        }
        for named in [
            ("forwarded", "for=203.0.113.9"),
            ("via", "1.1 nginx"),
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-for", ""),
            ("x-forwarded-host", "baton.example"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "203.0.113.9"),
        ] {
            assert_eq!(status(Some("127.0.0.1"), Some(named)), Some(421), "{named:?}");
        }
    }
}
