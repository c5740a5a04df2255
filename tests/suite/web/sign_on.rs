//! Single sign-on with a certified third-party provider, and with a provider that lies.

pub(crate) mod certified;
mod hostile;

use super::browser::Answer;
use super::server_with_users::{ServerWithUsers, Visitor};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use baton_identity::{NewUserRole, OidcOptions, WebOptions};

/// Returns the settings of a page at this address whose users sign in at this provider.
pub(crate) fn vouched(page: &str, issuer: &str) -> WebOptions {
    let oidc = OidcOptions {
        issuer: issuer.to_owned().try_into().expect("an issuer"),
        client_id: "baton".into(),
        client_secret_env: "BATON_OIDC_SECRET".into(),
        label: "Relayforge account".into(),
        allowed_domains: Vec::new(),
        role_for_new: None,
    };
    let url = page.to_owned().try_into().expect("an address");
    WebOptions { public_url: Some(url), oidc: Some(oidc), ..WebOptions::default() }
}

fn site(issuer: &str, change: impl FnOnce(&mut WebOptions)) -> ServerWithUsers {
    let mut web = vouched(&format!("http://{}", super::browser::HERE), issuer);
    change(&mut web);
    ServerWithUsers::new(&web)
}

/// Allows everybody of that domain.
fn open_to(web: &mut WebOptions, domain: &str) {
    let oidc = web.oidc.as_mut().expect("a provider");
    (oidc.allowed_domains, oidc.role_for_new) = (vec![domain.to_owned()], Some(NewUserRole::Sdr));
}

/// Returns the address of the provider to which the page redirects.
fn sent(visitor: &mut Visitor<'_>) -> String {
    let page = visitor.get("/sign-in?next=/outbox").page();
    let text = page.text();
    assert!(text.contains("Sign in with your Relayforge account"), "{text}");
    visitor.get("/sign-in/sso?next=/outbox").location().to_owned()
}

/// Asserts that nobody is signed in and the page says why.
fn refused(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status.as_u16(), status, "{words}: {}", answer.body);
    let set = answer.headers.get_all(SET_COOKIE).iter();
    assert!(set.into_iter().all(|cookie| !cookie.to_str().expect("a text").starts_with("baton-session")), "{words}");
    assert!(answer.problem().contains(words), "{words}: {}", answer.problem());
}

/// Asserts that the user is signed in and is redirected to the requested page.
fn signed_in(visitor: &mut Visitor<'_>, answer: &Answer, name: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.location(), "/outbox");
    assert!(visitor.get("/outbox").page().text().contains(name));
    assert!(!visitor.cookie.as_deref().unwrap_or_default().contains("baton-way"));
}

/// Returns a field of the address's query.
fn field(address: &str, name: &str) -> String {
    let (_, query) = address.split_once('?').expect("a query");
    let value = query.split('&').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
    let value = value.unwrap_or_else(|| panic!("no {name} in {address}"));
    value.replace("%3A", ":").replace("%2F", "/").replace('+', " ")
}
