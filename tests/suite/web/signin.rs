//! Signing in and out as a browser does, at a desk with its own users.

use super::browser::changed;
use super::server_with_users::{MARA, PASSWORD, ServerWithUsers, turned_away};
use axum::http::header::SET_COOKIE;
use axum::http::{Method, StatusCode};
use baton_desk::access::{Role, SignInError};
use baton_identity::WebOptions;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::DAY;

const HOUR: i64 = 3600;

#[test]
fn signing_in_and_signing_out() {
    let site = ServerWithUsers::with_mara();
    let mut mara = site.visitor();
    let id = site.first();
    let asked = mara.get(&format!("/packages/{id}?within=pilot"));
    assert_eq!(asked.location(), format!("/sign-in?next=%2Fpackages%2F{id}%3Fwithin%3Dpilot"));
    let page = mara.get(asked.location()).page();
    let form = page.form("/sign-in", 0);
    assert_eq!(form[0], ("next".to_owned(), format!("/packages/{id}?within=pilot")));
    // The page shows nothing of the store.
    assert!(page.with_class("pill").is_empty() && !page.text().contains("Mara"));

    let form = changed(form, &[("email", " Mara@Relayforge.example "), ("password", PASSWORD)]);
    let answer = mara.send(Method::POST, "/sign-in", Some(&form));
    assert_eq!(answer.location(), format!("/packages/{id}?within=pilot"));
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("baton-session-8080=")
            && cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800")
    );
    assert!(mara.get("/").page().text().contains("Mara Lindqvist"));
    assert_eq!(mara.get("/sign-in?next=/outbox").location(), "/outbox");

    mara.decide(&id, "reject", &[("reason", "draft")]).location();
    assert_eq!(site.server.view(&id).decisions[0].who, "Mara Lindqvist");
    let from = Some("127.0.0.9".to_owned());
    let trail = site.trail();
    for what in ["signed-in", "viewed", "reject"] {
        assert!(trail.contains(&("Mara Lindqvist".to_owned(), what.to_owned(), from.clone())), "{what}: {trail:?}");
    }

    let before = mara.cookie.clone();
    assert_eq!(mara.post("/sign-out", &[]).location(), "/sign-in");
    assert!(!mara.cookie.as_deref().unwrap_or_default().contains("baton-session"), "{:?}", mara.cookie);
    // A copy of the old cookie is useless.
    mara.cookie = before;
    turned_away(&mara.get("/"));
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    let site = ServerWithUsers::with_mara();
    let (mut here, mut there) = (site.signed_in(MARA), site.signed_in(MARA));
    assert_ne!(here.cookie, there.cookie);
    here.post("/sign-out/everywhere", &[]).location();
    turned_away(&there.get("/"));
}

#[test]
fn a_session_fixed_by_an_attacker_is_useless() {
    let site = ServerWithUsers::with_mara();
    let planted = format!("baton-session-8080={}", "a".repeat(52));
    let mut mara = site.visitor();
    mara.cookie = Some(planted.clone());
    mara.sign_in(MARA, PASSWORD).location();
    let first = mara.cookie.clone().expect("a cookie");
    assert_ne!(first, planted);
    mara.sign_in(MARA, PASSWORD).location();
    // A new sign-in ends earlier sessions.
    for old in [planted, first] {
        let mut other = site.visitor();
        other.cookie = Some(old);
        turned_away(&other.get("/"));
    }
    assert_eq!(mara.get("/").status, StatusCode::OK);
    let cookies = mara.cookie.clone().expect("cookies");
    let token = cookies.split("; ").find(|one| one.starts_with("baton-session")).expect("a session").to_owned();
    for cookie in [
        format!("{token}; {token}"),
        token.to_uppercase(),
        format!("{token}x"),
        token.replace("baton-session-8080", "__Host-baton"),
        "baton-session-8080=".into(),
    ] {
        mara.cookie = Some(cookie.clone());
        assert_eq!(mara.get("/").status, StatusCode::SEE_OTHER, "{cookie}");
    }
}

#[test]
fn a_session_expires() {
    let site = ServerWithUsers::with_mara();
    let mut mara = site.signed_in(MARA);
    site.server.later(12 * HOUR - 1);
    assert_eq!(mara.get("/").status, StatusCode::OK);
    site.server.later(12 * HOUR);
    turned_away(&mara.get("/"));
    // Even in constant use it ends after seven days.
    let mut mara = site.signed_in(MARA);
    for _ in 0..27 {
        site.server.later(6 * HOUR);
        assert_eq!(mara.get("/").status, StatusCode::OK);
    }
    site.server.later(6 * HOUR);
    turned_away(&mara.get("/"));
}

#[test]
fn a_disabled_or_erased_user_is_signed_out_at_once() {
    let site = ServerWithUsers::with_mara();
    let mut mara = site.signed_in(MARA);
    run(site.server.desk.by("admin").disable_user(MARA, true, site.server.now())).expect("disabled");
    turned_away(&mara.get("/"));
    assert_eq!(mara.sign_in(MARA, PASSWORD).status, StatusCode::FORBIDDEN);
    run(site.server.desk.by("admin").disable_user(MARA, false, site.server.now())).expect("enabled");
    mara.sign_in(MARA, PASSWORD).location();
    run(site.server.desk.by("admin").set_password(MARA, "other words and a lamp", site.server.now())).expect("set");
    turned_away(&mara.get("/"));
    mara.sign_in(MARA, "other words and a lamp").location();
    run(site.server.desk.by("admin").erase_person(MARA, site.server.now())).expect("erased");
    turned_away(&mara.get("/"));
    assert_eq!(mara.sign_in(MARA, "other words and a lamp").status, StatusCode::FORBIDDEN);
}

/// The response time does not reveal it either: without a stored password, one is compared with a hash of the same cost
/// that nothing matches. The desk's own test of `password::fits` covers that.
#[test]
fn nothing_reveals_whether_an_account_exists() {
    let site = ServerWithUsers::with_mara();
    site.add("out@relayforge.example", "Out Side", Role::Lead);
    run(site.server.desk.by("admin").disable_user("out@relayforge.example", true, site.server.now()))
        .expect("disabled");
    run(site.server.desk.by("admin").add_user("new@relayforge.example", "New Hire", Role::Sdr, site.server.now()))
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
        let answer = site.visitor().sign_in(email, password);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{email}");
        assert!(answer.headers.get(SET_COOKIE).is_none());
        answer.page();
        pages.push(answer.body.replace(&format!("value=\"{email}\""), "value=\"\""));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:#?}");
}

#[test]
fn too_many_attempts_have_to_wait() {
    let site = ServerWithUsers::with_mara();
    for email in [MARA, "nobody@relayforge.example"] {
        let mut statuses = Vec::new();
        for _ in 0..8 {
            let mut visitor = site.visitor();
            statuses.push(visitor.sign_in(email, "wrong words and a lamp").status.as_u16());
        }
        assert_eq!(statuses, [403, 403, 403, 403, 403, 403, 429, 429], "{email}");
    }
    let mut mara = site.visitor();
    let answer = mara.sign_in(MARA, PASSWORD);
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "2"));
    assert!(answer.problem().contains("wait for 2 seconds"), "{}", answer.problem());
    assert!(site.trail().iter().any(|(_, what, from)| what == "sign-in-refused" && from.is_some()));
    site.server.later(2);
    mara.sign_in(MARA, PASSWORD).location();
    // A correct password resets the account's count.
    assert_eq!(site.visitor().sign_in(MARA, "wrong words and a lamp").status, StatusCode::FORBIDDEN);
    assert_eq!(site.visitor().sign_in(MARA, "wrong words and a lamp").status, StatusCode::FORBIDDEN);
}

#[test]
fn nobody_can_lock_another_person_out() {
    let site = ServerWithUsers::with_mara();
    let mut mara = site.signed_in(MARA);
    for number in 0..120 {
        let mut attacker = site.visitor();
        attacker.peer = ["127.0.1.1:1", "127.0.1.2:1", "127.0.1.3:1", "127.0.1.4:1"][number % 4];
        attacker.sign_in(MARA, "wrong words and a lamp");
        if number == 50 {
            // From another network.
            site.signed_in(MARA);
        }
    }
    let blocked = |peer: &'static str| {
        let mut visitor = site.visitor();
        visitor.peer = peer;
        visitor.sign_in(MARA, PASSWORD).status
    };
    assert_eq!(blocked("127.0.1.1:1"), StatusCode::TOO_MANY_REQUESTS);
    // The browser in which she has signed in goes on, also from the attacker's network and after she has signed out.
    mara.post("/sign-out", &[]).location();
    mara.peer = "127.0.1.1:1";
    assert_eq!(mara.sign_in(MARA, "wrong words and a lamp").status, StatusCode::FORBIDDEN);
    mara.sign_in(MARA, PASSWORD).location();
    // It gives no more attempts than another one, and none for other accounts.
    let statuses: Vec<u16> = (0..7).map(|_| mara.sign_in(MARA, "wrong words and a lamp").status.as_u16()).collect();
    assert_eq!(statuses, [403, 403, 403, 403, 403, 403, 429]);
    let known = mara.cookie.clone();
    for number in 0..6 {
        let mut other = site.visitor();
        other.cookie.clone_from(&known);
        let status = other.sign_in("nobody@relayforge.example", "wrong words and a lamp").status;
        assert_eq!(status, StatusCode::FORBIDDEN, "{number}");
    }
    let mut other = site.visitor();
    other.cookie = known;
    assert_eq!(
        other.sign_in("nobody@relayforge.example", "wrong words and a lamp").status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[test]
fn one_address_cannot_try_many_accounts() {
    let site = ServerWithUsers::with_mara();
    let tries = (0..32).map(|number| {
        run(site.server.desk.sign_in(
            &format!("nobody{number}@relayforge.example"),
            "wrong words and a lamp",
            &baton_desk::access::SignInOrigin { address: "127.0.0.9".parse().ok(), ..Default::default() },
            site.server.now(),
        ))
    });
    let waits = tries.filter(|tried| matches!(tried, Err(SignInError::TooManyAttempts(_)))).count();
    assert_eq!(waits, 1, "the last one, after more than thirty");
    assert_eq!(site.visitor().sign_in(MARA, PASSWORD).status, StatusCode::TOO_MANY_REQUESTS);
    let mut elsewhere = site.visitor();
    elsewhere.peer = "127.0.0.10:1";
    elsewhere.sign_in(MARA, PASSWORD).location();
}

#[test]
fn an_invitation_works_once() {
    let site = ServerWithUsers::new(&WebOptions::default());
    let now = site.server.now();
    let invite = |email: &str, name: &str| run(site.server.desk.by("admin").add_user(email, name, Role::Sdr, now));
    let path = format!("/invitation/{}", invite(MARA, "Mara Lindqvist").expect("a user").token);
    let mut mara = site.visitor();
    // Opening the invitation does not use it.
    for _ in 0..3 {
        assert!(mara.get(&path).page().text().contains("Welcome, Mara Lindqvist"));
    }
    for (password, again, words) in [
        (PASSWORD, "other words and a lamp", "do not match"),
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
        assert!(answer.problem().contains("was already used or has expired"));
    }
    site.signed_in(MARA);

    let late = format!("/invitation/{}", invite("late@relayforge.example", "Late Comer").expect("a user").token);
    let gone = format!("/invitation/{}", invite("gone@relayforge.example", "Gone Again").expect("a user").token);
    run(site.server.desk.by("admin").disable_user("gone@relayforge.example", true, now)).expect("disabled");
    assert_eq!(mara.get(&gone).status, StatusCode::NOT_FOUND);
    site.server.later(3 * DAY);
    assert_eq!(mara.get(&late).status, StatusCode::NOT_FOUND);
    // Names and addresses are unique.
    assert!(invite("mara@Relayforge.example", "Another Mara").is_err());
    assert!(invite("mara2@relayforge.example", "mara LINDQVIST").is_err());
    assert!(invite("desk@relayforge.example", "Baton").is_err());
}
