//! The link that opens the page where nobody signs in: other users and programs of the machine do not have it.

use super::browser::{Answer, HERE, request};
use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Method, StatusCode};
use baton_desk::access::Role;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{DAY, TestServer};
use baton_web::routes;
use tower::ServiceExt as _;

/// A page without users, and its link.
struct Page {
    server: TestServer,
    router: axum::Router,
    link: String,
}

impl Page {
    fn new() -> Self {
        let server = TestServer::pilot();
        let app = server.app_state();
        let link = app.operator_link.path();
        Self { router: baton_web::router(app), server, link }
    }

    fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = request(method, path, headers).body(Body::empty()).expect("a request");
        let router = self.router.clone();
        run(async {
            let (parts, body) = router.oneshot(request).await.expect("an answer").into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            let body = String::from_utf8(body.to_vec()).expect("a text");
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers)
    }

    /// Opens the link and returns the cookie it sets.
    fn open(&self) -> String {
        let answer = self.get(&self.link, &[]);
        assert_eq!(answer.location(), "/");
        let set = answer.header(SET_COOKIE.as_str());
        assert!(set.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"), "{set}");
        set.split(';').next().expect("a cookie").to_owned()
    }

    fn status(&self, cookie: &str) -> StatusCode {
        self.get("/", &[(COOKIE.as_str(), cookie)]).status
    }
}

#[test]
fn other_users_of_the_machine_get_nothing() {
    let page = Page::new();
    let id = page.server.queue()[0].clone();
    for route in routes().into_iter().filter(|route| route.least.is_some()) {
        let path = route.path.replace("{id}", &id.0).replace("{figure}", "sent");
        let method: Method = route.method.parse().expect("a method");
        let headers = [("sec-fetch-site", "same-origin"), ("origin", "null")];
        assert_eq!(page.send(method, &path, &headers).status, StatusCode::UNAUTHORIZED, "{route:?}");
    }
    let told = page.get("/", &[]).page().text();
    assert!(told.contains("Open this page with its link") && told.contains("baton serve"), "{told}");
    assert_eq!(page.get("/sign-in", &[]).status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.server.queue().len(), 32, "nothing was changed");
}

#[test]
fn the_link_works_once() {
    let page = Page::new();
    // A browser that only looks ahead does not use it up.
    for headers in [&[("sec-purpose", "prefetch;prerender")][..], &[("host", "evil.example")]] {
        let answer = page.get(&page.link, headers);
        assert!(answer.status.is_client_error() && !answer.headers.contains_key(SET_COOKIE), "{headers:?}");
    }
    assert_eq!(page.send(Method::HEAD, &page.link, &[]).status, StatusCode::FORBIDDEN);
    for wrong in ["/start/", "/start/x", &page.link[..page.link.len() - 1], &page.link.to_uppercase()] {
        assert!(page.get(wrong, &[]).status.is_client_error(), "{wrong}");
    }
    let cookie = page.open();
    assert_eq!(page.status(&cookie), StatusCode::OK);
    assert_eq!(page.get(&page.link, &[]).status, StatusCode::FORBIDDEN, "used before");
    // The browser that has the cookie may follow it again.
    assert_eq!(page.get(&page.link, &[(COOKIE.as_str(), &cookie)]).location(), "/");
    assert!(page.get("/", &[]).body.find(&page.link).is_none());
}

#[test]
fn the_cookie_is_this_pages_for_a_week() {
    let page = Page::new();
    let cookie = page.open();
    let port = HERE.rsplit(':').next().expect("a port");
    assert!(cookie.starts_with(&format!("baton-operator-{port}=")), "{cookie}");
    let value = cookie.split_once('=').expect("a value").1;
    for other in
        [format!("baton-operator-1={value}"), format!("{cookie}0"), format!("{cookie}; {cookie}"), String::new()]
    {
        assert_eq!(page.status(&other), StatusCode::UNAUTHORIZED, "{other}");
    }
    // A restarted program knows the browser, another installation does not.
    let Page { server, .. } = page;
    let app = server.app_state();
    let page = Page { link: app.operator_link.path(), router: baton_web::router(app), server };
    assert_eq!(page.status(&cookie), StatusCode::OK);
    assert_eq!(Page::new().status(&cookie), StatusCode::OK, "a copy of the store has the same key");
    let elsewhere = TestServer::empty().operator_cookie(8080);
    assert_eq!(page.status(&elsewhere), StatusCode::UNAUTHORIZED);
    page.server.later(7 * DAY);
    assert_eq!(page.status(&cookie), StatusCode::UNAUTHORIZED);
}

#[test]
fn the_link_is_void_once_somebody_can_sign_in() {
    let page = Page::new();
    let cookie = page.open();
    run(page.server.desk.by("admin").add_user("mara@relayforge.example", "Mara", Role::Admin, page.server.now()))
        .expect("a user");
    assert_eq!(page.get("/", &[(COOKIE.as_str(), &cookie)]).location(), "/sign-in");
    assert_eq!(page.get(&page.link, &[]).status, StatusCode::NOT_FOUND);
}
