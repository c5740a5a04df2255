//! Who gets in, and what they may: signing in as a browser does, against a desk with users of its own.

use super::browser::{Answer, HERE, encoded};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use baton_desk::config::Web;
use baton_desk::desk::{NotSignedIn, Role};
use baton_desk::life::State;
use baton_desk::store::PackageId;
use baton_tests::review::{DAY, Review};
use baton_tests::run;
use baton_web::{Door, Peer, ROUTES, Site};
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

const MARA: &str = "mara@relayforge.example";
const PASSWORD: &str = "four words and a lamp";
const HOUR: i64 = 3600;

/// The page, with users.
struct House {
    review: Review,
    router: Router,
}

impl House {
    fn new(web: &Web) -> Self {
        let review = Review::pilot();
        let door = Door::new(web).expect("a door");
        let router = baton_web::router(Site { door, ..review.site() });
        Self { review, router }
    }

    /// With an SDR who has a password.
    fn with_mara() -> Self {
        let house = Self::new(&Web::default());
        house.add(MARA, "Mara Lindqvist", Role::Sdr);
        house
    }

    fn add(&self, email: &str, name: &str, role: Role) {
        run(self.review.desk.add_user("admin", email, name, role, self.review.now())).expect("a user");
        run(self.review.desk.set_password("admin", email, PASSWORD, self.review.now())).expect("a password");
    }

    fn visitor(&self) -> Visitor<'_> {
        Visitor { house: self, cookie: None, peer: "192.0.2.9:40000", headers: Vec::new() }
    }

    /// Somebody who has signed in.
    fn signed_in(&self, email: &str) -> Visitor<'_> {
        let mut visitor = self.visitor();
        visitor.sign_in(email, PASSWORD).location();
        visitor
    }

    /// The trail's lines, latest first.
    fn trail(&self) -> Vec<(String, String, Option<String>)> {
        let page = run(self.review.desk.audit(None, None, 1000)).expect("a trail");
        page.rows.into_iter().rev().map(|row| (row.who, row.what, row.asked_from)).collect()
    }

    fn first(&self) -> PackageId {
        self.review.queue()[0].clone()
    }
}

/// A browser that keeps the cookie it is given.
struct Visitor<'a> {
    house: &'a House,
    cookie: Option<String>,
    peer: &'static str,
    headers: Vec<(&'static str, &'static str)>,
}

impl Visitor<'_> {
    fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(Method::POST, path, Some(&fields))
    }

    fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", password), ("next", "/outbox")])
    }

    /// Opens the package, and sends its form so changed.
    fn decide(&mut self, package: &PackageId, what: &str, changes: &[(&str, &str)]) -> Answer {
        let page = self.get(&format!("/packages/{package}")).page();
        let path = format!("/packages/{package}/{what}");
        let form = super::browser::changed(page.form(&path, 0), changes);
        self.send(Method::POST, &path, Some(&form))
    }

    fn send(&mut self, method: Method, path: &str, form: Option<&[(String, String)]>) -> Answer {
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
        let router = self.house.router.clone();
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
        if let Some(cookie) = answer.headers.get(SET_COOKIE) {
            let cookie = cookie.to_str().expect("a text").split(';').next().expect("a pair");
            self.cookie = (!cookie.ends_with('=')).then(|| cookie.to_owned());
        }
        answer
    }
}

/// Sent to the sign-in page, with the way back.
fn turned_away(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    assert!(answer.body.is_empty());
}

#[test]
fn a_morning_from_signing_in_to_signing_out() {
    let house = House::with_mara();
    let mut mara = house.visitor();
    let id = house.first();
    let asked = mara.get(&format!("/packages/{id}?within=pilot"));
    assert_eq!(asked.location(), format!("/sign-in?next=%2Fpackages%2F{id}%3Fwithin%3Dpilot"));
    let page = mara.get(asked.location()).page();
    let form = page.form("/sign-in", 0);
    assert_eq!(form[0], ("next".to_owned(), format!("/packages/{id}?within=pilot")));
    // Nothing of the store is on it.
    assert!(page.with_class("pill").is_empty() && !page.text().contains("Mara"));

    let form = super::browser::changed(form, &[("email", " Mara@Relayforge.example "), ("password", PASSWORD)]);
    let answer = mara.send(Method::POST, "/sign-in", Some(&form));
    assert_eq!(answer.location(), format!("/packages/{id}?within=pilot"));
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("baton-session=") && cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax")
    );
    assert!(mara.get("/").page().text().contains("Mara Lindqvist"));
    assert_eq!(mara.get("/sign-in?next=/outbox").location(), "/outbox");

    mara.decide(&id, "reject", &[("reason", "draft")]).location();
    assert_eq!(house.review.view(&id).decisions[0].who, "Mara Lindqvist");
    let from = Some("192.0.2.9".to_owned());
    let trail = house.trail();
    for what in ["signed-in", "viewed", "reject"] {
        assert!(trail.contains(&("Mara Lindqvist".to_owned(), what.to_owned(), from.clone())), "{what}: {trail:?}");
    }

    let before = mara.cookie.clone();
    assert_eq!(mara.post("/sign-out", &[]).location(), "/sign-in");
    assert_eq!(mara.cookie, None);
    // Whoever kept the cookie has nothing.
    mara.cookie = before;
    turned_away(&mara.get("/"));
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    let house = House::with_mara();
    let (mut here, mut there) = (house.signed_in(MARA), house.signed_in(MARA));
    assert_ne!(here.cookie, there.cookie);
    here.post("/sign-out/everywhere", &[]).location();
    turned_away(&there.get("/"));
}

#[test]
fn a_planted_session_is_worth_nothing() {
    let house = House::with_mara();
    let planted = format!("baton-session={}", "a".repeat(52));
    let mut mara = house.visitor();
    mara.cookie = Some(planted.clone());
    mara.sign_in(MARA, PASSWORD).location();
    let first = mara.cookie.clone().expect("a cookie");
    assert_ne!(first, planted);
    mara.sign_in(MARA, PASSWORD).location();
    // Signing in anew ends what was before.
    for old in [planted, first] {
        let mut other = house.visitor();
        other.cookie = Some(old);
        turned_away(&other.get("/"));
    }
    assert_eq!(mara.get("/").status, StatusCode::OK);
    let token = mara.cookie.clone().expect("a cookie");
    for cookie in [
        format!("{token}; {token}"),
        token.to_uppercase(),
        format!("{token}x"),
        token.replace("baton-session", "__Host-baton"),
        "baton-session=".into(),
    ] {
        mara.cookie = Some(cookie.clone());
        assert_eq!(mara.get("/").status, StatusCode::SEE_OTHER, "{cookie}");
    }
}

#[test]
fn a_session_ends_by_itself() {
    let house = House::with_mara();
    let mut mara = house.signed_in(MARA);
    house.review.later(12 * HOUR - 1);
    assert_eq!(mara.get("/").status, StatusCode::OK);
    house.review.later(12 * HOUR);
    turned_away(&mara.get("/"));
    // In use all the time, it ends after seven days.
    let mut mara = house.signed_in(MARA);
    for _ in 0..27 {
        house.review.later(6 * HOUR);
        assert_eq!(mara.get("/").status, StatusCode::OK);
    }
    house.review.later(6 * HOUR);
    turned_away(&mara.get("/"));
}

#[test]
fn who_is_disabled_or_forgotten_is_out_at_once() {
    let house = House::with_mara();
    let mut mara = house.signed_in(MARA);
    run(house.review.desk.disable_user("admin", MARA, true, house.review.now())).expect("disabled");
    turned_away(&mara.get("/"));
    assert_eq!(mara.sign_in(MARA, PASSWORD).status, StatusCode::FORBIDDEN);
    run(house.review.desk.disable_user("admin", MARA, false, house.review.now())).expect("enabled");
    mara.sign_in(MARA, PASSWORD).location();
    run(house.review.desk.set_password("admin", MARA, "other words and a lamp", house.review.now())).expect("set");
    turned_away(&mara.get("/"));
    mara.sign_in(MARA, "other words and a lamp").location();
    run(house.review.desk.forget("admin", MARA, house.review.now())).expect("forgotten");
    turned_away(&mara.get("/"));
    assert_eq!(mara.sign_in(MARA, "other words and a lamp").status, StatusCode::FORBIDDEN);
}

#[test]
fn nothing_tells_whether_an_account_is_there() {
    let house = House::with_mara();
    house.add("out@relayforge.example", "Out Side", Role::Admin);
    run(house.review.desk.disable_user("admin", "out@relayforge.example", true, house.review.now())).expect("disabled");
    run(house.review.desk.add_user("admin", "new@relayforge.example", "New Hire", Role::Sdr, house.review.now()))
        .expect("invited");
    let mut pages = Vec::new();
    for (email, password) in [
        (MARA, "wrong words and a lamp"),
        ("nobody@relayforge.example", PASSWORD),
        ("out@relayforge.example", PASSWORD),
        ("new@relayforge.example", ""),
        ("", ""),
        (MARA, &"x".repeat(5000)),
    ] {
        let answer = house.visitor().sign_in(email, password);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{email}");
        assert!(answer.headers.get(SET_COOKIE).is_none());
        answer.page();
        pages.push(answer.body.replace(&format!("value=\"{email}\""), "value=\"\""));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:#?}");
    // A password is hashed for nobody as well: without that the answer comes in a fraction of the time.
    let took = |email: &str, address: &'static str| {
        let begun = Instant::now();
        house.review.later(HOUR);
        let mut visitor = house.visitor();
        visitor.peer = address;
        visitor.sign_in(email, "wrong words and a lamp");
        begun.elapsed()
    };
    let least = |email: &str| (0..5).map(|_| took(email, "192.0.2.77:1")).min().unwrap_or(Duration::MAX);
    let (there, nowhere) = (least(MARA), least("nobody@relayforge.example"));
    assert!(nowhere * 3 > there, "{nowhere:?} against {there:?}");
}

#[test]
fn too_many_tries_have_to_wait() {
    let house = House::with_mara();
    for email in [MARA, "nobody@relayforge.example"] {
        let mut statuses = Vec::new();
        for number in 0..8 {
            let mut visitor = house.visitor();
            // From ever other addresses.
            visitor.peer = ["198.51.100.1:1", "198.51.100.2:1", "198.51.100.3:1", "198.51.100.4:1"][number % 4];
            statuses.push(visitor.sign_in(email, "wrong words and a lamp").status.as_u16());
        }
        assert_eq!(statuses, [403, 403, 403, 403, 403, 403, 429, 429], "{email}");
    }
    let mut mara = house.visitor();
    let answer = mara.sign_in(MARA, PASSWORD);
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "2"));
    assert!(answer.problem().contains("wait for 2 seconds"), "{}", answer.problem());
    assert!(house.trail().iter().any(|(_, what, from)| what == "sign-in-refused" && from.is_some()));
    house.review.later(2);
    mara.sign_in(MARA, PASSWORD).location();
    // Right once, the account starts anew.
    assert_eq!(house.visitor().sign_in(MARA, "wrong words and a lamp").status, StatusCode::FORBIDDEN);
    assert_eq!(house.visitor().sign_in(MARA, "wrong words and a lamp").status, StatusCode::FORBIDDEN);
}

#[test]
fn one_address_cannot_try_ever_other_accounts() {
    let house = House::with_mara();
    let tries = (0..32).map(|number| {
        run(house.review.desk.sign_in(
            &format!("nobody{number}@relayforge.example"),
            "wrong words and a lamp",
            &baton_desk::desk::Place { address: "192.0.2.9".parse().ok(), ..Default::default() },
            house.review.now(),
        ))
    });
    let waits = tries.filter(|tried| matches!(tried, Err(NotSignedIn::Wait(_)))).count();
    assert_eq!(waits, 1, "the last one, after one beyond thirty");
    assert_eq!(house.visitor().sign_in(MARA, PASSWORD).status, StatusCode::TOO_MANY_REQUESTS);
    let mut elsewhere = house.visitor();
    elsewhere.peer = "192.0.2.10:1";
    elsewhere.sign_in(MARA, PASSWORD).location();
}

#[test]
fn every_route_takes_its_role() {
    let house = House::with_mara();
    house.add("lea@relayforge.example", "Lea Dorn", Role::Lead);
    house.add("ada@relayforge.example", "Ada Ferrant", Role::Admin);
    let id = house.first();
    for route in ROUTES {
        let path = route.path.replace("/packages/{id}", &format!("/packages/{id}"));
        let path = path.replace("{id}", "0000000000000000").replace("{token}", "none").replace("{name}", "none");
        let method: Method = route.method.parse().expect("a method");
        let form: Option<&[(String, String)]> = (method == Method::POST).then_some(&[]);
        let nobody = house.visitor().send(method.clone(), &path, form);
        match (route.least, form) {
            (None, _) => assert!(!nobody.headers.contains_key("location"), "{route:?}: {}", nobody.status),
            (Some(_), None) => turned_away(&nobody),
            (Some(_), Some(_)) => {
                assert_eq!(nobody.status, StatusCode::FORBIDDEN, "{route:?}");
                assert!(nobody.problem().contains("you are not signed in any more"), "{route:?}");
            }
        }
        for (email, role) in
            [(MARA, Role::Sdr), ("lea@relayforge.example", Role::Lead), ("ada@relayforge.example", Role::Admin)]
        {
            let answer = house.signed_in(email).send(method.clone(), &path, form);
            let refused = answer.body.contains("this takes a user with the role");
            assert_eq!(refused, route.least.is_some_and(|least| role < least), "{route:?} {role}: {}", answer.status);
            if refused {
                assert_eq!(answer.status, StatusCode::FORBIDDEN);
                answer.page();
            }
        }
    }
    assert_eq!(house.review.view(&id).state, State::Queued);
    // What one may not do is not offered.
    let offers = |email| house.signed_in(email).get("/").body.contains("/sending/stop");
    assert_eq!([offers(MARA), offers("lea@relayforge.example")], [false, true]);
    // Another role counts from the next request on.
    let mut mara = house.signed_in(MARA);
    run(house.review.desk.set_role("admin", MARA, Role::Lead, house.review.now())).expect("a role");
    assert_eq!(mara.post("/sending/stop", &[("why", "look")]).location(), "/outbox");
}

#[test]
fn whoever_is_signed_out_in_the_middle_loses_no_word() {
    let house = House::with_mara();
    let mut mara = house.signed_in(MARA);
    let id = house.first();
    let path = format!("/packages/{id}/edit");
    let form = mara.get(&format!("/packages/{id}")).page().form(&path, 0);
    let form = super::browser::changed(form, &[("subject", "My <b>subject</b>"), ("body", "My\r\nown words")]);
    mara.cookie = None;
    let answer = mara.send(Method::POST, &path, Some(&form));
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let page = answer.page();
    let kept: Vec<String> = page.named("textarea").iter().map(|kept| kept.text()).collect();
    assert_eq!(kept, ["\nMy <b>subject</b>", "\nMy\nown words"]);
    assert_eq!(page.form("/sign-in", 0)[0].1, format!("/packages/{id}"));
    assert_eq!((house.review.view(&id).state, house.review.view(&id).decisions.len()), (State::Queued, 0));
    // A page of another site gets nothing of it.
    mara.headers = vec![("origin", "https://evil.example")];
    let foreign = mara.send(Method::POST, &path, Some(&form));
    assert!(foreign.status == StatusCode::FORBIDDEN && !foreign.body.contains("own words"));
}

#[test]
fn an_invitation_is_good_once() {
    let house = House::new(&Web::default());
    let now = house.review.now();
    let invite = |email: &str, name: &str| run(house.review.desk.add_user("admin", email, name, Role::Sdr, now));
    let path = format!("/invitation/{}", invite(MARA, "Mara Lindqvist").expect("a user").token);
    let mut mara = house.visitor();
    // Looking uses nothing up.
    for _ in 0..3 {
        assert!(mara.get(&path).page().text().contains("Welcome, Mara Lindqvist"));
    }
    for (password, again, words) in [
        (PASSWORD, "other words and a lamp", "not the same"),
        ("short", "short", "15 characters or more"),
        ("mara lindqvist 2026", "mara lindqvist 2026", "your own name"),
    ] {
        let answer = mara.post(&path, &[("password", password), ("again", again)]);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.problem().contains(words), "{}", answer.problem());
    }
    assert_eq!(mara.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).location(), "/");
    assert!(mara.get("/").page().text().contains("Mara Lindqvist"));
    for answer in [mara.get(&path), mara.post(&path, &[("password", PASSWORD), ("again", PASSWORD)])] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.problem().contains("was used or has lapsed"));
    }
    house.signed_in(MARA);

    let late = format!("/invitation/{}", invite("late@relayforge.example", "Late Comer").expect("a user").token);
    let gone = format!("/invitation/{}", invite("gone@relayforge.example", "Gone Again").expect("a user").token);
    run(house.review.desk.disable_user("admin", "gone@relayforge.example", true, now)).expect("disabled");
    assert_eq!(mara.get(&gone).status, StatusCode::NOT_FOUND);
    house.review.later(3 * DAY);
    assert_eq!(mara.get(&late).status, StatusCode::NOT_FOUND);
    // Nobody is there twice.
    assert!(invite("mara@Relayforge.example", "Another Mara").is_err());
    assert!(invite("mara2@relayforge.example", "mara LINDQVIST").is_err());
    assert!(invite("desk@relayforge.example", "Baton").is_err());
}

#[test]
fn a_page_may_ask_everybody_to_sign_in() {
    let web = Web { sign_in: baton_desk::config::SigningIn::Required, ..Web::default() };
    let house = House::new(&web);
    turned_away(&house.visitor().get("/"));
    assert_eq!(house.visitor().sign_in(MARA, PASSWORD).status, StatusCode::FORBIDDEN);
    // Otherwise nobody does as long as there is no user, and whoever started the program is who decides.
    let house = House::new(&Web::default());
    let mut visitor = house.visitor();
    assert!(visitor.get("/").page().text().contains(baton_tests::review::WHO));
    assert_eq!(visitor.get("/sign-in").location(), "/");
    house.add(MARA, "Mara Lindqvist", Role::Sdr);
    turned_away(&visitor.get("/"));
    run(house.review.desk.disable_user("admin", MARA, true, house.review.now())).expect("disabled");
    turned_away(&visitor.get("/"));
}

#[test]
fn a_proxy_is_believed_where_it_is_named() {
    let web = Web {
        public_url: Some("https://baton.relayforge.example".to_owned().try_into().expect("an address")),
        trusted_proxies: vec!["10.0.0.5".to_owned().try_into().expect("a proxy")],
        ..Web::default()
    };
    let house = House::new(&web);
    house.add(MARA, "Mara Lindqvist", Role::Sdr);
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
        // Whoever comes around it, and claims to be one.
        ("10.0.0.6:1", vec![host, https, chain], 403),
        ("127.0.0.1:1", vec![host, https, chain], 403),
    ] {
        let mut visitor = house.visitor();
        (visitor.peer, visitor.headers) = (peer, headers.clone());
        let answer = visitor.get("/");
        assert_eq!(answer.status.as_u16(), status, "{peer} {headers:?}");
        assert_eq!(answer.headers.contains_key("strict-transport-security"), status == 303);
        if status != 303 {
            answer.page();
        }
    }
    let mut mara = house.visitor();
    (mara.peer, mara.headers) = ("10.0.0.5:1", vec![host, https, chain]);
    let answer = mara.sign_in(MARA, PASSWORD);
    assert!(
        answer.header("set-cookie").starts_with("__Host-baton=") && answer.header("set-cookie").ends_with("; Secure")
    );
    assert_eq!(mara.get("/").status, StatusCode::OK);
    let first = house.first();
    mara.get(&format!("/packages/{first}")).page();
    assert_eq!(house.trail()[0], ("Mara Lindqvist".into(), "viewed".into(), Some("203.0.113.7".into())));
    // The session does not come with a line that is not secured.
    mara.headers = vec![host, http, chain];
    assert_eq!(mara.get("/").status, StatusCode::FORBIDDEN);
}

#[test]
fn what_nobody_secured_is_not_served_to_others() {
    let review = Review::empty();
    let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("threads");
    let listener = threads.block_on(tokio::net::TcpListener::bind("0.0.0.0:0")).expect("a port");
    // Signing in alone is not enough: the password would cross the network for everybody to read.
    let web = Web { sign_in: baton_desk::config::SigningIn::Required, ..Web::default() };
    let site = Site { door: Door::new(&web).expect("a door"), ..review.site() };
    let refused = threads.block_on(baton_web::serve(listener, site, std::future::pending()));
    let refused = refused.expect_err("others could reach it").to_string();
    assert!(refused.contains("nothing secures the line\nhint: "), "{refused}");
}

#[test]
fn hostile_names_are_text() {
    let house = House::new(&Web::default());
    for (number, name) in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "Mara\u{202e}\u{200b}adaM"]
        .into_iter()
        .enumerate()
    {
        let email = format!("\"<b>{number}\"@relayforge.example");
        house.add(&email, name, Role::Admin);
        let mut visitor = house.signed_in(&email);
        let shown = name.replace('\u{202e}', "\\u{202e}").replace('\u{200b}', "\\u{200b}");
        let id = house.first();
        for path in ["/".to_owned(), format!("/packages/{id}"), "/nowhere".to_owned()] {
            assert!(visitor.get(&path).page().text().contains(&shown), "{path}");
        }
        assert!(visitor.get(&format!("/packages/{id}/trail")).page().text().contains(&shown));
        visitor.post("/sending/stop", &[("why", name)]).location();
        assert!(visitor.get("/").page().text().contains(&shown));
        visitor.post("/sending/resume", &[]).location();
        let mut guest = house.visitor();
        let page = guest.sign_in(name, "x").page();
        assert!(page.form("/sign-in", 0).iter().any(|(field, _)| field == "email"));
    }
    for name in ["", " ", "two\nlines", &"x".repeat(200)] {
        let now = house.review.now();
        assert!(run(house.review.desk.add_user("admin", "x@relayforge.example", name, Role::Sdr, now)).is_err());
    }
    for email in ["", "x", "x@", "@x.example", "a b@x.example", "x@y", "x@x.example\nbcc: y@x.example"] {
        let now = house.review.now();
        assert!(run(house.review.desk.add_user("admin", email, "A Name", Role::Sdr, now)).is_err(), "{email}");
    }
}
