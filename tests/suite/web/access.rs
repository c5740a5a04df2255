//! Access: sign-in, addresses and permissions.

use super::browser::changed;
use super::server_with_users::{MARA, PASSWORD, ServerWithUsers, turned_away};
use axum::http::{Method, StatusCode};
use baton_desk::access::Role;
use baton_identity::{SignInPolicy, WebOptions};
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::TestServer;
use baton_web::{AppState, AuthConfig, routes};

#[test]
fn every_route_requires_its_role() {
    let site = ServerWithUsers::with_mara();
    site.add("lea@relayforge.example", "Lea Dorn", Role::Lead);
    site.add("ada@relayforge.example", "Ada Ferrant", Role::Admin);
    let id = site.first();
    for route in routes() {
        // Sign-ins within one second have no order, so the clock moves on.
        site.server.later(1);
        let path = route.path.replace("/packages/{id}", &format!("/packages/{id}"));
        let path = path.replace("{id}", "0000000000000000").replace("{token}", "none").replace("{name}", "none");
        let method: Method = route.method.parse().expect("a method");
        let form: Option<&[(String, String)]> = (method == Method::POST).then_some(&[]);
        let nobody = site.visitor().send(method.clone(), &path, form);
        if path.starts_with("/api/v1/") {
            // These routes ignore a session.
            for answer in [nobody, site.signed_in("ada@relayforge.example").send(method, &path, form)] {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{route:?}");
            }
            continue;
        }
        match (route.least, form) {
            (None, _) => assert!(!nobody.headers.contains_key("location"), "{route:?}: {}", nobody.status),
            (Some(_), None) => turned_away(&nobody),
            (Some(_), Some(_)) => {
                assert_eq!(nobody.status, StatusCode::FORBIDDEN, "{route:?}");
                assert!(nobody.problem().contains("You were signed out"), "{route:?}");
            }
        }
        for (email, role) in
            [(MARA, Role::Sdr), ("lea@relayforge.example", Role::Lead), ("ada@relayforge.example", Role::Admin)]
        {
            let answer = site.signed_in(email).send(method.clone(), &path, form);
            let refused = ["Only team leads can", "Only admins can"].iter().any(|only| answer.body.contains(only));
            assert_eq!(refused, route.least.is_some_and(|least| role < least), "{route:?} {role}: {}", answer.status);
            if refused {
                assert_eq!(answer.status, StatusCode::FORBIDDEN);
                answer.page();
            }
        }
    }
    assert_eq!(site.server.view(&id).state, PackageState::Queued);
    // Every user can stop sending; actions without permission are not offered.
    let mut mara = site.signed_in(MARA);
    assert_eq!(mara.post("/sending/stop", &[("why", "look")]).location(), "/outbox");
    let offers = |email| site.signed_in(email).get("/").body.contains("/sending/resume");
    assert_eq!([offers(MARA), offers("lea@relayforge.example")], [false, true]);
    // A changed role applies from the next request on.
    run(site.server.desk.by("admin").set_role(MARA, Role::Lead, site.server.now())).expect("a role");
    assert_eq!(mara.post("/sending/resume", &[]).location(), "/outbox");
}

#[test]
fn a_session_that_ends_during_an_edit_loses_no_text() {
    let site = ServerWithUsers::with_mara();
    let mut mara = site.signed_in(MARA);
    let id = site.first();
    let path = format!("/packages/{id}/edit");
    let form = mara.get(&format!("/packages/{id}")).page().form(&path, 0);
    let form = changed(form, &[("subject", "My <b>subject</b>"), ("body", "My\r\nown words")]);
    mara.cookie = None;
    let answer = mara.send(Method::POST, &path, Some(&form));
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let page = answer.page();
    let kept: Vec<String> = page.named("textarea").iter().map(|kept| kept.text()).collect();
    assert_eq!(kept, ["\nMy <b>subject</b>", "\nMy\nown words"]);
    assert_eq!(page.form("/sign-in", 0)[0].1, format!("/packages/{id}"));
    assert_eq!((site.server.view(&id).state, site.server.view(&id).decisions.len()), (PackageState::Queued, 0));
    // A page of another site gets nothing of the text.
    mara.headers = vec![("origin", "https://evil.example")];
    let foreign = mara.send(Method::POST, &path, Some(&form));
    assert!(foreign.status == StatusCode::FORBIDDEN && !foreign.body.contains("own words"));
}

#[test]
fn sign_in_can_be_required_for_everybody() {
    let web = WebOptions { sign_in: SignInPolicy::Required, ..WebOptions::default() };
    let site = ServerWithUsers::new(&web);
    turned_away(&site.visitor().get("/"));
    assert_eq!(site.visitor().sign_in(MARA, PASSWORD).status, StatusCode::FORBIDDEN);
    // Otherwise nobody signs in until there is a user, and decisions are those of the operator who started the program.
    let site = ServerWithUsers::new(&WebOptions::default());
    let mut visitor = site.visitor();
    assert_eq!(visitor.get("/").status, StatusCode::UNAUTHORIZED, "without the operator's link");
    visitor.cookie = Some(site.server.operator_cookie(8080));
    assert!(visitor.get("/").page().text().contains(baton_tests::server::WHO));
    assert_eq!(visitor.get("/sign-in").location(), "/");
    site.add(MARA, "Mara Lindqvist", Role::Sdr);
    turned_away(&visitor.get("/"));
    run(site.server.desk.by("admin").disable_user(MARA, true, site.server.now())).expect("disabled");
    turned_away(&visitor.get("/"));
}

#[test]
fn a_proxy_is_trusted_only_if_it_is_configured() {
    let web = WebOptions {
        public_url: Some("https://baton.relayforge.example".to_owned().try_into().expect("an address")),
        trusted_proxies: vec!["10.0.0.5".to_owned().try_into().expect("a proxy")],
        ..WebOptions::default()
    };
    let site = ServerWithUsers::new(&web);
    site.add(MARA, "Mara Lindqvist", Role::Sdr);
    let host = ("host", "baton.relayforge.example");
    let (https, http) = (("x-forwarded-proto", "https"), ("x-forwarded-proto", "http"));
    let chain = ("x-forwarded-for", "127.0.0.1, 203.0.113.7");
    for (peer, headers, status) in [
        ("10.0.0.5:1", vec![host, https, chain], 303),
        ("10.0.0.5:1", vec![host, http, chain], 403),
        ("10.0.0.5:1", vec![host, chain], 403),
        ("10.0.0.5:1", vec![("host", "localhost"), https, chain], 421),
        ("10.0.0.5:1", vec![("host", "evil.example"), https, chain], 421),
        ("10.0.0.5:1", vec![host, https, ("x-forwarded-for", "?")], 400),
        // A client that bypasses the proxy and claims to be one.
        ("10.0.0.6:1", vec![host, https, chain], 403),
        ("127.0.0.1:1", vec![host, https, chain], 403),
    ] {
        let mut visitor = site.visitor();
        (visitor.peer, visitor.headers) = (peer, headers.clone());
        let answer = visitor.get("/");
        assert_eq!(answer.status.as_u16(), status, "{peer} {headers:?}");
        assert_eq!(answer.headers.contains_key("strict-transport-security"), status == 303);
        if status != 303 {
            answer.page();
        }
    }
    let mut mara = site.visitor();
    (mara.peer, mara.headers) = ("10.0.0.5:1", vec![host, https, chain]);
    let answer = mara.sign_in(MARA, PASSWORD);
    assert!(
        answer.header("set-cookie").starts_with("__Host-baton=") && answer.header("set-cookie").contains("; Secure; ")
    );
    assert_eq!(mara.get("/").status, StatusCode::OK);
    let first = site.first();
    mara.get(&format!("/packages/{first}")).page();
    assert_eq!(site.trail()[0], ("Mara Lindqvist".into(), "viewed".into(), Some("203.0.113.7".into())));
    // The session cookie is not sent over an unsecured connection.
    mara.headers = vec![host, http, chain];
    assert_eq!(mara.get("/").status, StatusCode::FORBIDDEN);
}

#[test]
fn an_unsecured_page_is_not_served_to_others() {
    let server = TestServer::empty();
    let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("threads");
    let listener = threads.block_on(tokio::net::TcpListener::bind("0.0.0.0:0")).expect("a port");
    // Sign-in alone is not enough: the password would cross the network in plain text.
    let web = WebOptions { sign_in: SignInPolicy::Required, ..WebOptions::default() };
    let site = AppState { auth: AuthConfig::new(&web).expect("sign-in settings"), ..server.app_state() };
    let refused = threads.block_on(baton_web::serve(listener, site, std::future::pending()));
    let refused = refused.expect_err("others could reach it").to_string();
    assert!(refused.contains("the connection is not secured\nhint: "), "{refused}");
}

#[test]
fn hostile_names_are_text() {
    let site = ServerWithUsers::new(&WebOptions::default());
    for (number, name) in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "Mara\u{202e}\u{200b}adaM"]
        .into_iter()
        .enumerate()
    {
        let email = format!("\"<b>{number}\"@relayforge.example");
        site.add(&email, name, Role::Admin);
        let mut visitor = site.signed_in(&email);
        let shown = name.replace('\u{202e}', "\\u{202e}").replace('\u{200b}', "\\u{200b}");
        let id = site.first();
        for path in ["/".to_owned(), format!("/packages/{id}"), "/nowhere".to_owned()] {
            assert!(visitor.get(&path).page().text().contains(&shown), "{path}");
        }
        assert!(visitor.get(&format!("/packages/{id}/audit-log")).page().text().contains(&shown));
        visitor.post("/sending/stop", &[("why", name)]).location();
        assert!(visitor.get("/").page().text().contains(&shown));
        visitor.post("/sending/resume", &[]).location();
        let mut guest = site.visitor();
        let page = guest.sign_in(name, "x").page();
        assert!(page.form("/sign-in", 0).iter().any(|(field, _)| field == "email"));
    }
    for name in ["", " ", "two\nlines", &"x".repeat(200)] {
        let now = site.server.now();
        assert!(run(site.server.desk.by("admin").add_user("x@relayforge.example", name, Role::Sdr, now)).is_err());
    }
    for email in ["", "x", "x@", "@x.example", "a b@x.example", "x@y", "x@x.example\nbcc: y@x.example"] {
        let now = site.server.now();
        assert!(run(site.server.desk.by("admin").add_user(email, "A Name", Role::Sdr, now)).is_err(), "{email}");
    }
}
