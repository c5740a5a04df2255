//! Sign-in with a provider that lies: each lie is one case, beside the valid answer.

use super::super::server_with_users::{MARA, PASSWORD, SECRET, ServerWithUsers, Visitor};
use super::{field, open_to, refused, sent, signed_in, site};
use axum::extract::{Form, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use baton_desk::access::Role;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::NOW;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

/// The provider's answer before a test tampers with it.
struct Said {
    header: Value,
    claims: Value,
    /// The person's claims outside the signed token.
    person: Value,
    /// Claims that replace those that were signed.
    replaced: Option<Value>,
    unsigned: bool,
}

type Tamper = fn(&mut Said);

/// One sign-in in progress.
struct Way {
    nonce: String,
    challenge: String,
    tamper: Tamper,
}

struct Liar {
    issuer: String,
    key: EcdsaKeyPair,
    way: Mutex<Option<Way>>,
    metadata: fn(&mut Value),
}

fn liar(metadata: fn(&mut Value)) -> Arc<Liar> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/web/tls/key.pem");
    let key = PrivatePkcs8KeyDer::from_pem_file(file).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_pkcs8_der(), &SystemRandom::new());
    let key = key.expect("a key of P-256");
    run(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let liar = Arc::new(Liar { issuer, key, way: Mutex::default(), metadata });
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/person", get(person))
            .with_state(Arc::clone(&liar));
        tokio::spawn(async move { axum::serve(listener, router).await });
        liar
    })
}

fn answered(value: &Value) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], value.to_string())
}

async fn configuration(State(liar): State<Arc<Liar>>) -> impl IntoResponse {
    let at = |path: &str| format!("{}{path}", liar.issuer);
    let mut value = json!({
        "issuer": liar.issuer, "authorization_endpoint": at("/authorize?tenant=7"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "userinfo_endpoint": at("/person"),
    });
    (liar.metadata)(&mut value);
    answered(&value)
}

async fn keys(State(liar): State<Arc<Liar>>) -> impl IntoResponse {
    let point = liar.key.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    answered(&json!({ "keys": [
        { "kty": "oct", "kid": "secret", "k": "c2VjcmV0" }, "nonsense",
        { "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256", "x": x, "y": y },
    ] }))
}

/// Exchanges the code once, for the browser that has the verifier.
async fn token(
    State(liar): State<Arc<Liar>>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> axum::response::Response {
    let field = |name: &str| form.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value);
    let basic = format!("Basic {}", STANDARD.encode(format!("baton:{}", SECRET.replace(' ', "+"))));
    let way = liar.way.lock().expect("no panic").take();
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, field("code_verifier").as_bytes()));
    let known = way.filter(|way| {
        headers.get(AUTHORIZATION).is_some_and(|given| *given == basic)
            && field("grant_type") == "authorization_code"
            && field("code") == "a-code"
            && field("redirect_uri") == "http://localhost:8080/sign-in/sso/callback"
            && way.challenge == challenge
    });
    let Some(way) = known else {
        return (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#).into_response();
    };
    let said = said(&liar, &way);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut signed = format!("{}.{}", part(&said.header), part(&said.claims));
    let signature = liar.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature");
    if let Some(replaced) = &said.replaced {
        signed = format!("{}.{}", part(&said.header), part(replaced));
    }
    let signature = if said.unsigned { String::new() } else { URL_SAFE_NO_PAD.encode(signature) };
    *liar.way.lock().expect("no panic") = Some(way);
    answered(&json!({ "access_token": "access", "token_type": "Bearer", "id_token": format!("{signed}.{signature}") }))
        .into_response()
}

async fn person(State(liar): State<Arc<Liar>>, headers: HeaderMap) -> impl IntoResponse {
    assert_eq!(headers[AUTHORIZATION], "Bearer access");
    let way = liar.way.lock().expect("no panic");
    answered(&said(&liar, way.as_ref().expect("a way")).person)
}

fn said(liar: &Liar, way: &Way) -> Said {
    let mut said = Said {
        header: json!({ "alg": "ES256", "kid": "one", "typ": "JWT" }),
        claims: json!({
            "iss": liar.issuer, "sub": "248289761001", "aud": "baton", "exp": NOW + 300, "iat": NOW,
            "nonce": way.nonce, "email": "Mara@Relayforge.example", "email_verified": true, "name": "Mara Lindqvist",
        }),
        person: json!({}),
        replaced: None,
        unsigned: false,
    };
    (way.tamper)(&mut said);
    said
}

/// Goes to the provider and back, with this change to its answer.
fn walk(liar: &Liar, visitor: &mut Visitor<'_>, tamper: Tamper) -> super::Answer {
    let back = way(liar, visitor, tamper);
    visitor.get(&back)
}

/// Goes to the provider and returns the address of the redirect back.
fn way(liar: &Liar, visitor: &mut Visitor<'_>, tamper: Tamper) -> String {
    let there = sent(visitor);
    assert!(there.starts_with(&format!("{}/authorize?tenant=7&response_type=code&", liar.issuer)), "{there}");
    assert_eq!(field(&there, "scope"), "openid email profile");
    let way = Way { nonce: field(&there, "nonce"), challenge: field(&there, "code_challenge"), tamper };
    *liar.way.lock().expect("no panic") = Some(way);
    format!("/sign-in/sso/callback?code=a-code&state={}", field(&there, "state"))
}

fn with_mara(liar: &Liar) -> ServerWithUsers {
    let site = site(&liar.issuer, |_| {});
    site.add(MARA, "Mara Lindqvist", Role::Sdr);
    site
}

#[test]
fn a_valid_answer_is_accepted() {
    let liar = liar(|_| {});
    let site = with_mara(&liar);
    let truths: [Tamper; 7] = [
        |_| {},
        |said| said.claims["aud"] = json!(["baton"]),
        |said| said.claims["azp"] = json!("baton"),
        |said| said.claims["exp"] = json!(NOW as f64 + 0.5),
        |said| said.claims["email_verified"] = json!("true"),
        // The only key of its type.
        |said| said.header = json!({ "alg": "ES256" }),
        |said| {
            said.person = json!({ "sub": "248289761001", "email": MARA, "email_verified": true });
            said.claims.as_object_mut().expect("claims").remove("email");
        },
    ];
    for tamper in truths {
        let mut mara = site.visitor();
        let answer = walk(&liar, &mut mara, tamper);
        signed_in(&mut mara, &answer, "Mara Lindqvist");
    }
}

#[test]
fn no_lie_is_accepted() {
    let liar = liar(|_| {});
    let site = with_mara(&liar);
    site.add("out@relayforge.example", "Out Side", Role::Lead);
    run(site.server.desk.by("admin").disable_user("out@relayforge.example", true, NOW)).expect("disabled");
    let cases: [(Tamper, u16, &str); 22] = [
        (|said| said.claims["nonce"] = json!("another"), 502, "made for another sign-in"),
        (|said| said.claims["nonce"] = Value::Null, 502, "made for another sign-in"),
        (|said| said.claims["aud"] = json!("another"), 502, "for another program"),
        (|said| said.claims["aud"] = json!(["baton", "another"]), 502, "for another program"),
        (|said| said.claims["aud"] = json!([]), 502, "for another program"),
        (|said| said.claims["azp"] = json!("another"), 502, "for another program"),
        (|said| said.claims["iss"] = json!("https://evil.example"), 502, "another provider signed it"),
        (|said| said.claims["exp"] = json!(NOW - 61), 502, "has expired"),
        (|said| said.claims["iat"] = json!(NOW + 61), 502, "from the future"),
        (|said| said.claims["iat"] = json!(NOW - 601), 502, "too old"),
        (|said| said.claims["sub"] = json!(""), 502, "it does not name the person"),
        (
            |said| {
                said.header["alg"] = json!("none");
                said.unsigned = true;
            },
            502,
            "not signed with RS256 or ES256",
        ),
        (|said| said.header["alg"] = json!("HS256"), 502, "not signed with RS256 or ES256"),
        (|said| said.header["alg"] = json!("RS256"), 502, "a key that is not the provider"),
        (|said| said.header["kid"] = json!("two"), 502, "a key that is not the provider"),
        (|said| said.header["crit"] = json!(["b64"]), 502, "it requires an unknown extension"),
        (|said| said.unsigned = true, 502, "signature is wrong"),
        (
            |said| {
                let mut claims = said.claims.clone();
                claims["email"] = json!("out@relayforge.example");
                said.replaced = Some(claims);
            },
            502,
            "signature is wrong",
        ),
        (
            |said| {
                said.person = json!({ "sub": "another", "email": MARA, "email_verified": true });
                said.claims.as_object_mut().expect("claims").remove("email");
            },
            502,
            "the address of somebody else",
        ),
        (|said| said.claims["email_verified"] = json!(false), 403, "is not verified"),
        (|said| said.claims["email"] = json!("nobody@relayforge.example"), 403, "There is no Baton user"),
        (|said| said.claims["email"] = json!("out@relayforge.example"), 403, "There is no Baton user"),
    ];
    for (tamper, status, words) in cases {
        let answer = walk(&liar, &mut site.visitor(), tamper);
        refused(&answer, status, words);
    }
    assert!(site.trail().iter().any(|(_, what, from)| what == "sign-in-refused" && from.is_some()));
    assert!(!site.trail().iter().any(|(_, what, _)| what == "signed-in"));
    // After so many failures from one address, the next attempt has to wait, as with wrong passwords.
    for _ in 0..9 {
        refused(&walk(&liar, &mut site.visitor(), |said| said.unsigned = true), 502, "signature is wrong");
    }
    refused(&walk(&liar, &mut site.visitor(), |_| {}), 429, "Too many failed attempts");
}

#[test]
fn a_sign_in_belongs_to_one_browser_and_works_once() {
    let liar = liar(|_| {});
    let site = with_mara(&liar);
    let mut mara = site.visitor();
    // Another browser, and one that never started a sign-in.
    let back = way(&liar, &mut mara, |_| {});
    for mut other in [site.visitor(), site.visitor()] {
        refused(&other.get(&back), 403, "not started in this browser");
        sent(&mut other);
        refused(&other.get(&back), 403, "not started in this browser");
    }
    // The browser's state cannot be forged.
    let kept = mara.cookie.clone();
    for cookie in
        ["baton-way=/outbox", "baton-way=a.1/outbox", "baton-way=", &format!("baton-way={}.{NOW}/", "a".repeat(52))]
    {
        mara.cookie = Some(cookie.to_owned());
        refused(&mara.get(&back), 403, "not started in this browser");
    }
    for (also, status, words) in [
        ("&iss=https%3A%2F%2Fevil.example", 502, "another provider sent it"),
        ("&error=access_denied", 403, "access was denied"),
        ("&error=%3Cscript%3E", 403, "rejects this program's request"),
    ] {
        mara.cookie.clone_from(&kept);
        refused(&mara.get(&format!("{back}{also}")), status, words);
    }
    mara.cookie.clone_from(&kept);
    let answer = mara.get(&back);
    signed_in(&mut mara, &answer, "Mara Lindqvist");
    // A complete copy of the browser's state is useless.
    let mut thief = site.visitor();
    thief.cookie.clone_from(&kept);
    refused(&thief.get(&back), 403, "was already used");
    // Later than ten minutes.
    let mut late = site.visitor();
    let back = way(&liar, &mut late, |_| {});
    site.server.later(601);
    refused(&late.get(&back), 403, "longer than ten minutes");
}

#[test]
fn an_email_address_with_another_subject_is_not_the_user() {
    let liar = liar(|_| {});
    let site = with_mara(&liar);
    let mut mara = site.visitor();
    let answer = walk(&liar, &mut mara, |_| {});
    signed_in(&mut mara, &answer, "Mara Lindqvist");
    let another: Tamper = |said| said.claims["sub"] = json!("another");
    refused(&walk(&liar, &mut site.visitor(), another), 403, "Another account has this email address");
    run(site.server.desk.by("admin").invite(MARA, NOW)).expect("invited");
    let mut another_mara = site.visitor();
    let answer = walk(&liar, &mut another_mara, another);
    signed_in(&mut another_mara, &answer, "Mara Lindqvist");
}

#[test]
fn unknown_users_are_added_only_from_allowed_domains() {
    let liar = liar(|_| {});
    let site = site(&liar.issuer, |web| open_to(web, "relayforge.example"));
    site.add("mara2@relayforge.example", "Mara Lindqvist", Role::Lead);
    let mut mara = site.visitor();
    let answer = walk(&liar, &mut mara, |_| {});
    signed_in(&mut mara, &answer, "Mara Lindqvist (mara@relayforge.example)");
    let users = run(site.server.desk.users()).expect("users");
    assert_eq!(users.iter().map(|user| user.role).collect::<Vec<_>>(), [Role::Lead, Role::Sdr]);
    let stranger: Tamper = |said| {
        said.claims["email"] = json!("mara@relayforge.example.evil.example");
        said.claims["sub"] = json!("another");
    };
    refused(&walk(&liar, &mut site.visitor(), stranger), 403, "domain cannot sign in");
    assert_eq!(run(site.server.desk.users()).expect("users").len(), 2);
}

#[test]
fn passwords_can_be_switched_off() {
    let liar = liar(|_| {});
    let site = site(&liar.issuer, |web| web.passwords = false);
    site.add(MARA, "Mara Lindqvist", Role::Sdr);
    let invitation = run(site.server.desk.by("admin").invite(MARA, NOW)).expect("invited").token;
    let mut mara = site.visitor();
    let page = mara.get("/sign-in");
    assert!(!page.body.contains("type=\"password\""), "{}", page.body);
    let path = format!("/invitation/{invitation}");
    for answer in [
        mara.sign_in(MARA, PASSWORD),
        mara.get(&path),
        mara.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]),
    ] {
        refused(&answer, 403, "Password sign-in is disabled");
    }
    let answer = walk(&liar, &mut mara, |_| {});
    signed_in(&mut mara, &answer, "Mara Lindqvist");
}

#[test]
fn a_provider_with_invalid_metadata_is_refused() {
    type Lie = fn(&mut Value);
    let cases: [(Lie, &str); 5] = [
        (|said| said["issuer"] = json!("https://login.evil.example"), "names itself differently"),
        (|said| said["authorization_endpoint"] = json!("http://login.evil.example/"), "without TLS"),
        (|said| said["jwks_uri"] = json!("http://login.evil.example/"), "without TLS"),
        (|said| *said = json!([]), "does not answer as OpenID Connect specifies"),
        (|said| said["filler"] = json!("x".repeat(300 << 10)), "more than 256 KiB"),
    ];
    for (metadata, words) in cases {
        let site = with_mara(&liar(metadata));
        let answer = site.visitor().get("/sign-in/sso");
        refused(&answer, 502, words);
    }
    // Nothing listens there.
    let site = site("http://127.0.0.1:9", |_| {});
    refused(&site.visitor().get("/sign-in/sso"), 502, "cannot be reached");
    // Without a provider there is no such page.
    let site = ServerWithUsers::with_mara();
    assert_eq!(site.visitor().get("/sign-in/sso").status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().get("/sign-in/sso/callback?code=a&state=b").status, StatusCode::NOT_FOUND);
}
