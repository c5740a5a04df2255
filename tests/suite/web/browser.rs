//! A minimal browser: it sends requests like a browser and parses the answers.

use super::html::{self, Element};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use baton_model::PackageId;
use baton_tests::run;
use baton_tests::server::{TestServer, this_machine};
use tower::ServiceExt as _;

pub const HERE: &str = "localhost:8080";

/// A browser and the server of the page.
pub struct Browser {
    pub server: TestServer,
    router: Router,
}

/// An answer of the server.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn pilot() -> Self {
        Self::on(TestServer::pilot())
    }

    pub fn on(server: TestServer) -> Self {
        let router = baton_web::router(server.app_state());
        Self { server, router }
    }

    /// Returns the same store behind a restarted program.
    pub fn restarted(self) -> Self {
        Self::on(self.server)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, &[]).body(Body::empty()).expect("a request"))
    }

    pub fn page(&self, path: &str) -> Element {
        let answer = self.get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.page()
    }

    /// Posts a form of this page.
    pub fn post(&self, path: &str, fields: &[(String, String)]) -> Answer {
        self.post_from(path, fields, &[("sec-fetch-site", "same-origin"), ("origin", "null")])
    }

    pub fn post_from(&self, path: &str, fields: &[(String, String)], headers: &[(&str, &str)]) -> Answer {
        let request = request(Method::POST, path, headers)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encoded(fields)))
            .expect("a request");
        self.send(request)
    }

    /// Opens the package, changes its form to that action, and submits it.
    pub fn decide(&self, package: &PackageId, what: &str, changes: &[(&str, &str)]) -> Answer {
        let form = self.form(package, what, changes);
        self.post(&format!("/packages/{package}/{what}"), &form)
    }

    /// Returns the form on the package's page, with these fields changed.
    pub fn form(&self, package: &PackageId, what: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = self.page(&format!("/packages/{package}"));
        let form = if what == "check" { "edit" } else { what };
        changed(page.form(&format!("/packages/{package}/{form}"), 0), changes)
    }

    /// Sends the request with the operator's cookie, unless it has cookies of its own.
    pub fn send(&self, mut request: Request<Body>) -> Answer {
        if !request.headers().contains_key(COOKIE) {
            let cookie = self.server.operator_cookie(8080).parse().expect("a header");
            request.headers_mut().insert(COOKIE, cookie);
        }
        let router = self.router.clone();
        run(async {
            let response = router.oneshot(request).await.expect("an answer");
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            let body = String::from_utf8(body.to_vec()).expect("a text");
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }
}

impl Answer {
    /// Parses the page and checks the invariants of all pages.
    pub fn page(&self) -> Element {
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            (
                "content-security-policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                 connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ),
        ] {
            assert_eq!(self.header(name), value, "{name}");
        }
        assert!(self.body.len() < 300_000, "{} bytes", self.body.len());
        html::read(&self.body)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    /// Returns the redirect target.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header(LOCATION.as_str())
    }

    /// Returns the error that the page shows.
    pub fn problem(&self) -> String {
        let page = self.page();
        let of = |class| page.with_class(class).into_iter().find(|of| of.attr("role") == "alert");
        let said = of("problem").map_or_else(|| page.named("main")[0].text(), Element::text);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Builds a request to this page with these headers; a `host` header replaces the default, and an empty value removes
/// one.
pub fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> axum::http::request::Builder {
    let mut builder = Request::builder().method(method).uri(path).extension(this_machine());
    if !headers.iter().any(|(name, _)| *name == HOST.as_str()) {
        builder = builder.header(HOST, HERE);
    }
    for (name, value) in headers {
        let value = if *name == ORIGIN.as_str() && *value == "here" { "http://localhost:8080" } else { value };
        builder = builder.header(*name, value);
    }
    builder
}

/// Replaces fields of the same name and appends the others.
pub fn changed(mut fields: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        match fields.iter_mut().find(|(known, _)| known == name && *name != "overrule") {
            Some(field) => field.1 = (*value).to_owned(),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields
}

pub fn encoded(fields: &[(String, String)]) -> String {
    let quoted = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", quoted(name), quoted(value))).collect();
    fields.join("&")
}
