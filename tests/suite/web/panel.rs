//! The panel in a CRM: who can open it, its content and decisions, and everything that it refuses.

use super::browser::{Answer, HERE, changed, encoded};
use super::html::{self, Element};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_config::Settings;
use baton_desk::access::{Role, SignInOrigin};
use baton_identity::CrmPanelOptions;
use baton_identity::{CrmRecord, PanelVerifier};
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{TestServer, this_machine};
use baton_web::{AppState, Peer};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::atomic::{AtomicU32, Ordering};
use tower::ServiceExt as _;

const ADDRESS: &str = "http://localhost:8080";
const KEY: &[u8] = b"a key of the CRM, of 32 bytes or more";
const OTHER: &[u8] = b"a key of somebody else, and long enough";
const MARA: &str = "mara@relayforge.example";

/// Returns a new id for a token.
fn unused() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("token-{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The page with a CRM that embeds it.
struct Crm {
    server: TestServer,
    router: Router,
    panel: PanelVerifier,
}

fn setting(name: &str) -> CrmPanelOptions {
    let text = format!(
        "[crm]\nformat = \"hubspot\"\naccounts = \"a\"\ncontacts = \"b\"\n[[crm-panel]]\nname = \"{name}\"\n\
         issuer = \"https://{name}.example\"\nsecret-env = \"KEY\"\n\
         frame-ancestors = [\"https://{name}.example\", \"http://localhost:9000\"]\n"
    );
    let settings = Settings::parse("baton.toml".as_ref(), &text).expect("the file is valid").value;
    settings.crm_panels.into_iter().next().expect("a panel")
}

impl Crm {
    fn new() -> Self {
        let server = TestServer::pilot();
        let panel = PanelVerifier::with_key(&setting("crm"), ADDRESS, KEY);
        let panels = vec![PanelVerifier::with_key(&setting("elsewhere"), ADDRESS, OTHER), panel.clone()];
        let router = baton_web::router(AppState { panels, ..server.app_state() });
        let crm = Self { server, router, panel };
        run(crm.server.desk.by("admin").add_user(MARA, "Mara Lindqvist", Role::Sdr, crm.server.now())).expect("a user");
        crm
    }

    fn account_of(&self, package: &PackageId) -> String {
        self.server.view(package).account
    }

    fn token(&self, record: &CrmRecord) -> String {
        self.panel.sign(MARA, record, &unused(), self.server.now()).expect("a token")
    }

    /// Opens the panel of that record and returns its path.
    fn open(&self, record: &CrmRecord) -> String {
        let answer = self.get(&format!("/panel?token={}", self.token(record)));
        answer.location().to_owned()
    }

    fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, "127.0.0.9:4000")
    }

    fn post(&self, path: &str, form: &[(String, String)]) -> Answer {
        self.send(Method::POST, path, Some(form), "127.0.0.9:4000")
    }

    fn send(&self, method: Method, path: &str, form: Option<&[(String, String)]>, peer: &str) -> Answer {
        let peer = Peer { address: peer.parse().expect("an address"), tls: false };
        let request = Request::builder().method(method).uri(path).header(HOST, HERE).extension(peer);
        let request = match form {
            // As a browser asks from within the frame: the form and its target have the same origin.
            Some(form) => request
                .header("sec-fetch-site", "same-origin")
                .header("origin", "null")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(encoded(form))),
            None => request.header("sec-fetch-site", "cross-site").body(Body::empty()),
        };
        let router = self.router.clone();
        run(async {
            let response = router.oneshot(request.expect("a request")).await.expect("an answer");
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            let body = String::from_utf8(body.to_vec()).expect("text");
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Returns the entries about panels in the audit log, latest first.
    fn trail(&self) -> Vec<(String, String)> {
        let rows = run(self.server.desk.audit(None, None, 1000)).expect("the audit log").rows;
        let rows = rows.into_iter().rev().filter(|row| row.action.starts_with("panel-"));
        rows.map(|row| (row.action, row.detail)).collect()
    }
}

/// Parses the page and checks that only the CRM of its panel may embed it; an error without a panel, any CRM.
fn page(answer: &Answer) -> Element {
    let any = if answer.status == StatusCode::FORBIDDEN { " https://elsewhere.example" } else { "" };
    assert_eq!(
        answer.header("content-security-policy"),
        format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; frame-ancestors http://localhost:9000 https://crm.example{any}; base-uri 'none'"
        )
    );
    assert!(answer.header("x-frame-options").is_empty());
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("set-cookie", ""),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.body.len() < 100_000, "{} bytes", answer.body.len());
    html::read(&answer.body)
}

#[test]
fn a_package_is_decided_in_the_record() {
    let crm = Crm::new();
    let id = crm.server.queue()[0].clone();
    let package = crm.server.package(&id);
    let domain = CrmRecord::Domain(package.account.domain.as_ref().expect("a domain").to_uppercase());
    let place = crm.open(&CrmRecord::parse("domain", domain.id()).expect("a record"));
    let shown = crm.get(&place);
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let said = page(&shown).text();
    let last_name = package.contact.last_name.as_ref().expect("a name");
    for wanted in [last_name, &package.why_now, &package.draft.message.subject] {
        assert!(said.contains(wanted.as_str()), "{wanted}");
    }
    // An edited text is checked first and stays in the form.
    let edit = format!("{place}/{id}/edit");
    let typed = [("subject", "Another subject"), ("body", "Their 4711% growth is news.\r\nMara")];
    let form = changed(page(&shown).form(&edit, 0), &typed);
    let checked = crm.post(&format!("{place}/{id}/check"), &form);
    assert!(checked.status == StatusCode::OK && checked.body.contains("Your text:"), "{}", checked.body);
    let refused = crm.post(&edit, &form);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = page(&refused).form(&edit, 0);
    assert!(kept.iter().any(|(name, value)| name == "subject" && value == "Another subject"), "{kept:?}");
    assert_eq!(crm.server.view(&id).state, PackageState::Queued);

    let approve = format!("{place}/{id}/approve");
    let form = page(&shown).form(&approve, 0);
    let way = crm.post(&approve, &form).location().to_owned();
    assert_eq!(way, format!("{place}?done={id}"));
    let view = crm.server.view(&id);
    assert!(view.state.is_under_way(), "{:?}", view.state);
    assert_eq!(view.decisions[0].who, "Mara Lindqvist");
    // A retry by the CRM gets the same answer, and nothing is decided twice.
    assert_eq!(crm.post(&approve, &form).location(), way);
    assert_eq!(crm.server.view(&id).decisions.len(), 1);
    // It can be undone in the panel.
    let after = crm.get(&way);
    let back = format!("{place}/{id}/undo");
    assert!(page(&after).with_id("undo").is_some(), "{}", after.body);
    let form = page(&after).form(&back, 0);
    for _ in 0..2 {
        assert_eq!(crm.post(&back, &form).location(), format!("{place}/{id}"));
        assert_eq!(crm.server.view(&id).state, PackageState::Queued);
    }
    let (trail, session) = (crm.trail(), place.trim_start_matches("/panel/"));
    assert_eq!(trail, [("panel-opened".to_owned(), "crm".to_owned())]);
    assert!(!format!("{trail:?}").contains(session));
}

#[test]
fn every_form_of_the_panel_decides() {
    let crm = Crm::new();
    let queue = crm.server.queue();
    for (id, what, changes, expected) in [
        (&queue[0], "reject", &[("reason", "not-now")][..], PackageState::Rejected),
        (&queue[1], "snooze", &[("until", "2026-03-11T09:00")], PackageState::Snoozed),
    ] {
        let contact = CrmRecord::Contact(crm.server.package(id).contact.id);
        let place = crm.open(&contact);
        let path = format!("{place}/{id}/{what}");
        let form = changed(page(&crm.get(&format!("{place}/{id}"))).form(&path, 0), changes);
        crm.post(&path, &form).location();
        assert_eq!(crm.server.view(id).state, expected, "{what}");
    }
    // The package changed since it was shown: nothing is decided, and the panel says so.
    let id = &queue[2];
    let place = crm.open(&CrmRecord::Account(crm.account_of(id)));
    let path = format!("{place}/{id}/approve");
    let form = changed(page(&crm.get(&format!("{place}/{id}"))).form(&path, 0), &[("shown", "0")]);
    let stale = crm.post(&path, &form);
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(page(&stale).text().contains("Not saved"), "{}", stale.body);
    // A record without a package is not an error.
    let empty = crm.get(&crm.open(&CrmRecord::Account("nobody".into())));
    assert!(empty.status == StatusCode::OK && page(&empty).text().contains("Nothing to review"));
}

#[test]
fn the_panel_is_valid_for_its_record_and_its_time() {
    let crm = Crm::new();
    let queue = crm.server.queue();
    let account = crm.account_of(&queue[0]);
    let other = queue.iter().find(|id| crm.account_of(id) != account).expect("another account").clone();
    let place = crm.open(&CrmRecord::Account(account));
    // The package of another record cannot be read or decided.
    let looked = crm.get(&format!("{place}/{other}"));
    assert_eq!(looked.status, StatusCode::NOT_FOUND);
    assert!(page(&looked).text().contains("There is no such package"));
    let own = format!("{place}/{}/reject", queue[0]);
    let form = changed(page(&crm.get(&place)).form(&own, 0), &[("reason", "not-now")]);
    assert_eq!(crm.post(&format!("{place}/{other}/reject"), &form).status, StatusCode::NOT_FOUND);
    assert_eq!(crm.get(&format!("{place}?done={other}")).status, StatusCode::NOT_FOUND);
    assert!(crm.trail().contains(&("panel-refused".into(), "crm: the package belongs to another record".into())));
    // No other page accepts the panel's session: a user must sign in there.
    assert!(crm.get("/").location().starts_with("/sign-in"));
    // A form of another site does nothing.
    let foreign = Request::builder()
        .extension(this_machine())
        .method(Method::POST)
        .uri(&own)
        .header(HOST, HERE)
        .header("origin", "https://crm.example")
        .header("sec-fetch-site", "cross-site")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(encoded(&form)))
        .expect("a request");
    let router = crm.router.clone();
    assert_eq!(run(router.oneshot(foreign)).expect("an answer").status(), StatusCode::FORBIDDEN);
    assert_eq!(crm.server.view(&queue[0]).state, PackageState::Queued);
    // The panel expires after half an hour, and at once if the user is disabled.
    crm.server.later(30 * 60 - 1);
    assert_eq!(crm.get(&place).status, StatusCode::OK);
    run(crm.server.desk.by("admin").disable_user(MARA, true, crm.server.now())).expect("a user");
    assert_eq!(crm.get(&place).status, StatusCode::FORBIDDEN);
    // It does not open again when the user is enabled.
    run(crm.server.desk.by("admin").disable_user(MARA, false, crm.server.now())).expect("a user");
    let over = crm.post(&own, &form);
    assert_eq!(over.status, StatusCode::FORBIDDEN);
    assert!(page(&over).text().contains("reload the record in the CRM"), "{}", over.body);
    assert_eq!(crm.server.view(&queue[0]).decisions.len(), 0);
    for place in ["/panel/none", &format!("/panel/{}", "0".repeat(52)), &format!("/panel/{}", "x".repeat(5000))] {
        assert_eq!(crm.get(place).status, StatusCode::FORBIDDEN);
    }
}

/// Returns a token with these changes to the claims of a valid one; nulls are left out.
fn forged(crm: &Crm, changes: &Value, header: &Value, key: &[u8]) -> String {
    let now = crm.server.now();
    let mut claims = json!({
        "iss": "https://crm.example", "aud": ADDRESS, "iat": now, "exp": now + 300, "sub": MARA,
        "record": "1001", "jti": unused(),
    });
    let fields = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Value::Null => drop(fields.remove(name)),
            value => drop(fields.insert(name.clone(), value.clone())),
        }
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[test]
fn no_other_token_opens_a_panel() {
    let crm = Crm::new();
    let sound = json!({ "alg": "HS256", "typ": "JWT" });
    let now = crm.server.now();
    let cases: [(Value, Value, &[u8], &str); 22] = [
        (
            json!({}),
            json!({ "alg": "HS256", "crit": ["exp"] }),
            KEY,
            "crm: the token requires an extension that this page does not have",
        ),
        (json!({}), json!({ "alg": "none" }), KEY, "unknown CRM: the token cannot be read"),
        (json!({}), json!({ "alg": "HS512" }), KEY, "unknown CRM: the token is not signed with HS256"),
        (json!({}), json!({ "alg": "RS256" }), KEY, "unknown CRM: the token is not signed with HS256"),
        (
            json!({}),
            sound.clone(),
            b"another key that is just as long!!",
            "unknown CRM: no CRM of the configuration signed the token",
        ),
        // The key of one CRM with the issuer of another.
        (json!({}), sound.clone(), OTHER, "elsewhere: the token names another issuer"),
        (json!({ "iss": "https://evil.example" }), sound.clone(), KEY, "crm: the token names another issuer"),
        (
            json!({ "aud": "https://baton.evil.example" }),
            sound.clone(),
            KEY,
            "crm: the token is for another address than this page's",
        ),
        (json!({ "exp": now - 60 }), sound.clone(), KEY, "crm: the token has expired"),
        (json!({ "iat": now + 61 }), sound.clone(), KEY, "crm: the token is not valid yet"),
        (json!({ "nbf": now + 61 }), sound.clone(), KEY, "crm: the token is not valid yet"),
        (json!({ "exp": now + 601 }), sound.clone(), KEY, "crm: the token is valid for longer than ten minutes"),
        (json!({ "iat": i64::MIN }), sound.clone(), KEY, "crm: the token is valid for longer than ten minutes"),
        (json!({ "jti": "short" }), sound.clone(), KEY, "crm: the token's id must have 8 to 128 characters"),
        (json!({ "sub": null }), sound.clone(), KEY, "crm: the token names no user"),
        (json!({ "sub": null, "email": MARA }), sound.clone(), KEY, "crm: the token names no user"),
        (json!({ "sub": "nobody@relayforge.example" }), sound.clone(), KEY, "crm: its user cannot sign in"),
        (json!({ "record": "" }), sound.clone(), KEY, "crm: the token names no record"),
        (json!({ "record_type": "deal" }), sound.clone(), KEY, "crm: the token names no record"),
        (json!({ "exp": null }), sound.clone(), KEY, "unknown CRM: the token cannot be read"),
        (json!({ "exp": "soon" }), sound.clone(), KEY, "unknown CRM: the token cannot be read"),
        (json!({ "aud": [ADDRESS] }), sound.clone(), KEY, "unknown CRM: the token cannot be read"),
    ];
    for (number, (changes, header, key, why)) in cases.iter().enumerate() {
        let path = format!("/panel?token={}&theme=dark", forged(&crm, changes, header, key));
        // Each from another network, so that none is rate-limited and each is in the audit log.
        let answer = crm.send(Method::GET, &path, None, &format!("127.0.1.{number}:4000"));
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}: {}", answer.body);
        let said = page(&answer);
        assert!(said.text().contains("Next step:"), "{}", answer.body);
        assert!(!answer.body.contains("token=") && answer.body.contains("<html lang=\"en\" class=\"dark\">"));
        assert_eq!(crm.trail()[0], ("panel-refused".to_owned(), (*why).to_owned()));
    }
    for token in ["", "a.b.c", "%00", &"x".repeat(5000)] {
        let answer = crm.get(&format!("/panel?token={token}"));
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        page(&answer);
    }
    assert_eq!(crm.get("/panel").status, StatusCode::FORBIDDEN);
}

#[test]
fn a_token_opens_one_panel_once() {
    let crm = Crm::new();
    let record = CrmRecord::Account("1001".into());
    let token = crm.token(&record);
    let path = format!("/panel?token={token}&theme=dark");
    let place = crm.get(&path).location().to_owned();
    assert!(!place.contains(&token) && !place.contains("token="));
    assert!(crm.get(&place).body.contains("<html lang=\"en\" class=\"dark\">"));
    let again = crm.get(&path);
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(page(&again).text().contains("the token was used before"));
    assert_eq!(crm.trail()[0], ("panel-refused".to_owned(), "crm: the token was used before".to_owned()));
    // Its id stays used for as long as the token is valid, whatever its other claims.
    let sound = json!({ "alg": "HS256" });
    let (first, second) = (json!({ "jti": "the-same-id" }), json!({ "jti": "the-same-id", "record": "1002" }));
    assert_eq!(crm.get(&format!("/panel?token={}", forged(&crm, &first, &sound, KEY))).status, StatusCode::SEE_OTHER);
    assert_eq!(crm.get(&format!("/panel?token={}", forged(&crm, &second, &sound, KEY))).status, StatusCode::FORBIDDEN);
    // Repeated attempts do not fill the audit log.
    for _ in 0..40 {
        crm.get(&path);
    }
    assert!(crm.trail().len() < 20, "{}", crm.trail().len());
}

/// The code for vendors, from the example.
#[path = "../../../examples/crm-panel/src/vendor.rs"]
mod vendor;

#[test]
fn the_code_for_vendors_opens_a_panel() {
    let crm = Crm::new();
    let id = crm.server.queue()[0].clone();
    let account = crm.account_of(&id);
    let opening = vendor::Opening {
        issuer: "https://crm.example",
        baton: ADDRESS,
        user: MARA,
        record: &account,
        id: &unused(),
        now: crm.server.now(),
    };
    let place = crm.get(&format!("/panel?token={}&theme=light", vendor::sign(KEY, &opening))).location().to_owned();
    assert!(crm.get(&place).body.contains("<html lang=\"en\" class=\"light\">"));

    // It also verifies a webhook that the specification's own library signed.
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let (at, body) = (crm.server.now(), "{\"type\":\"decided\"}");
    let signature = standardwebhooks::Webhook::new(secret).expect("a key").sign("msg_1", at, body.as_bytes());
    let signature = format!("v1,AAAA {}", signature.expect("a signature"));
    let moment = at.to_string();
    let signed = ("msg_1", moment.as_str(), signature.as_str());
    for (secret, signed, body, now, expected) in [
        (secret, signed, body, at, true),
        (secret, signed, body, at + 300, true),
        (secret, signed, body, at + 301, false),
        (secret, signed, "{}", at, false),
        (secret, ("msg_2", signed.1, signed.2), body, at, false),
        (secret, (signed.0, "soon", signed.2), body, at, false),
        (secret, (signed.0, signed.1, ""), body, at, false),
        ("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", signed, body, at, false),
    ] {
        assert_eq!(vendor::is_signed(secret, signed, body, now), expected, "{signed:?}");
    }
}

#[test]
fn a_panel_ends_with_the_sessions_of_its_user() {
    let crm = Crm::new();
    let record = CrmRecord::Account(crm.account_of(&crm.server.queue()[0]));
    let desk = crm.server.desk.by("admin");
    let place = crm.open(&record);
    assert_eq!(crm.get(&place).status, StatusCode::OK);
    run(desk.set_password(MARA, "four words and a lamp", crm.server.now())).expect("a password");
    assert_eq!(crm.get(&place).status, StatusCode::FORBIDDEN, "a new password");
    let place = crm.open(&record);
    run(async {
        let origin = SignInOrigin::default();
        let session = desk.sign_in(MARA, "four words and a lamp", &origin, crm.server.now()).await.expect("a session");
        desk.sign_out(&session.user, &session.token, true, crm.server.now()).await.expect("signed out");
    });
    assert_eq!(crm.get(&place).status, StatusCode::FORBIDDEN, "signed out everywhere");
}
