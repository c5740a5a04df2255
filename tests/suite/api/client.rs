//! A program with an API token.

use super::walk;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use baton_desk::access::{NewToken, Role};
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{TestServer, this_machine};
use serde_json::Value;
use tower::ServiceExt as _;

/// The pilot's packages and a token of each role.
pub struct Api {
    pub server: TestServer,
    router: Router,
    pub sdr: String,
    pub lead: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Api {
    pub fn pilot() -> Self {
        Self::over(TestServer::pilot())
    }

    pub fn over(server: TestServer) -> Self {
        let router = baton_web::router(server.app_state());
        let mut api = Self { server, router, sdr: String::new(), lead: String::new() };
        api.sdr = api.token("dialler", Role::Sdr, None);
        api.lead = api.token("warehouse", Role::Lead, None);
        api
    }

    pub fn token(&self, name: &str, role: Role, of_user: Option<&str>) -> String {
        let new = NewToken { name, role, of_user, expires: None };
        run(self.server.desk.by("admin").add_token(&new, self.server.now())).expect("a token").1
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&self.sdr, "GET", path, &[], "")
    }

    /// Sends a POST as a lead, with an idempotency key if one is given.
    pub fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key.unwrap_or_default())];
        self.send(&self.lead, "POST", path, &headers[..1 + usize::from(key.is_some())], &body.to_string())
    }

    pub fn send(&self, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut all = vec![("host", "localhost:7420")];
        if !token.is_empty() {
            all.push(("authorization", &bearer));
        }
        all.extend_from_slice(headers);
        self.bare(method, path, &all, body)
    }

    /// Sends a request with exactly these headers.
    pub fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1/{path}")).extension(this_machine());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let (parts, said) = run(async {
            let response = self.router.clone().oneshot(request).await.expect("an answer");
            let (parts, body) = response.into_parts();
            (parts, to_bytes(body, usize::MAX).await.expect("a body"))
        });
        let body = serde_json::from_slice(&said)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}: {}", String::from_utf8_lossy(&said)));
        walk::fits(method, path, parts.status, &parts.headers, &body);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Returns the current digest of the package.
    pub fn digest(&self, id: &str) -> String {
        self.server.view(&id.into()).digest
    }
}
