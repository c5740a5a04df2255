//! A page whose users sign in, and browsers that store the cookies they get.

use super::browser::{Answer, HERE, changed, encoded};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use baton_desk::access::Role;
use baton_identity::WebOptions;
use baton_model::PackageId;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::TestServer;
use baton_web::{AppState, AuthConfig, Peer};
use tower::ServiceExt as _;

pub const MARA: &str = "mara@relayforge.example";
/// The page's client secret at an identity provider.
pub const SECRET: &str = "a secret of 32 characters or more";
pub const PASSWORD: &str = "four words and a lamp";

/// The page with its users.
pub struct ServerWithUsers {
    pub server: TestServer,
    router: Router,
}

impl ServerWithUsers {
    pub fn new(web: &WebOptions) -> Self {
        Self::over(TestServer::pilot(), web)
    }

    pub fn over(server: TestServer, web: &WebOptions) -> Self {
        let door = AuthConfig::new(web).expect("sign-in settings");
        let door = door.with_provider(web, |_| Some(SECRET.into())).expect("a provider");
        let router = baton_web::router(AppState { auth: door, ..server.app_state() });
        Self { server, router }
    }

    /// Returns a page with an SDR who has a password.
    pub fn with_mara() -> Self {
        let site = Self::new(&WebOptions::default());
        site.add(MARA, "Mara Lindqvist", Role::Sdr);
        site
    }

    pub fn add(&self, email: &str, name: &str, role: Role) {
        run(self.server.desk.by("admin").add_user(email, name, role, self.server.now())).expect("a user");
        run(self.server.desk.by("admin").set_password(email, PASSWORD, self.server.now())).expect("a password");
    }

    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, cookie: None, peer: "127.0.0.9:40000", headers: Vec::new() }
    }

    /// Returns a browser in which this user is signed in.
    pub fn signed_in(&self, email: &str) -> Visitor<'_> {
        let mut visitor = self.visitor();
        visitor.sign_in(email, PASSWORD).location();
        visitor
    }

    /// Returns the lines of the audit log, latest first.
    pub fn trail(&self) -> Vec<(String, String, Option<String>)> {
        let page = run(self.server.desk.audit(None, None, 1000)).expect("the audit log");
        page.rows.into_iter().rev().map(|row| (row.who, row.action, row.client_address)).collect()
    }

    pub fn first(&self) -> PackageId {
        self.server.queue()[0].clone()
    }
}

/// A browser that stores the cookies it gets.
pub struct Visitor<'a> {
    site: &'a ServerWithUsers,
    /// The cookies in the form of a request header.
    pub cookie: Option<String>,
    pub peer: &'static str,
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Visitor<'_> {
    pub fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(Method::POST, path, Some(&fields))
    }

    pub fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", password), ("next", "/outbox")])
    }

    /// Opens the package, changes its form, and submits it.
    pub fn decide(&mut self, package: &PackageId, what: &str, changes: &[(&str, &str)]) -> Answer {
        let page = self.get(&format!("/packages/{package}")).page();
        let path = format!("/packages/{package}/{what}");
        let form = changed(page.form(&path, 0), changes);
        self.send(Method::POST, &path, Some(&form))
    }

    pub fn send(&mut self, method: Method, path: &str, form: Option<&[(String, String)]>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(HOST, HERE);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let peer = Peer { address: self.peer.parse().expect("an address"), tls: false };
        let request = match form {
            Some(form) => request
                .extension(peer)
                .header("sec-fetch-site", "same-origin")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(encoded(form))),
            None => request.extension(peer).body(Body::empty()),
        };
        let router = self.site.router.clone();
        let answer = run(async {
            let response = router.oneshot(request.expect("a request")).await.expect("an answer");
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8(body.to_vec()).expect("text"),
            }
        });
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().expect("a text").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a name and a value");
            let before = self.cookie.take().unwrap_or_default();
            let others = before.split("; ").filter(|other| other.split_once('=').is_some_and(|(of, _)| of != name));
            let kept: Vec<_> = others.chain((!value.is_empty()).then_some(pair)).collect();
            self.cookie = (!kept.is_empty()).then(|| kept.join("; "));
        }
        answer
    }
}

/// Asserts a redirect to the sign-in page with the way back.
pub fn turned_away(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    assert!(answer.body.is_empty());
}
