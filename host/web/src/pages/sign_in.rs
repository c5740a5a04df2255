//! The sign-in page, and the redirects to it and back.

use super::{Layout, NavSection, render};
use crate::app_state::{AppState, RequestState};
use crate::auth;
use crate::auth::client::ClientInfo;
use crate::auth::operator_link;
use crate::auth_config::AuthConfig;
use crate::error::WebError;
use crate::extract::{FormFields, QueryFields, with_query};
use crate::format::{line, lines};
use askama::Template;
use axum::RequestExt as _;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};

/// The longest return path, in bytes.
const LONGEST: usize = 1000;

#[derive(Template)]
#[template(path = "sign-in.html")]
pub(crate) struct SignInPage {
    layout: Layout,
    /// The label of the identity provider.
    sso: Option<String>,
    /// The address that starts single sign-on and returns to `next`.
    way: String,
    passwords: bool,
    pub problem: Option<FormProblem>,
    /// As typed before.
    pub email: String,
    /// The page to return to after signing in.
    pub next: String,
    /// Texts from a form that was submitted after the session ended.
    kept: Vec<(&'static str, String)>,
}

/// An error with a hint, shown above a form.
pub(crate) struct FormProblem {
    pub what: String,
    pub hint: String,
}

impl SignInPage {
    pub fn new(door: &AuthConfig, next: &str) -> Self {
        let (layout, next) = (Layout::bare(None, "Sign in", NavSection::Elsewhere), within(next));
        let sso = door.provider().map(|provider| line(&provider.settings().label));
        let way = with_query("/sign-in/sso", &[("next", Some(next).filter(|next| *next != "/"))]);
        let passwords = door.takes_passwords();
        let (problem, email, kept) = (None, String::new(), Vec::new());
        Self { layout, sso, way, passwords, problem, email, next: next.to_owned(), kept }
    }

    pub fn shown(&self, status: StatusCode) -> Result<Response, WebError> {
        render(status, self)
    }
}

/// `GET /sign-in`
pub(crate) async fn show(
    app: RequestState,
    client: ClientInfo,
    asked: QueryFields,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let page = SignInPage::new(&app.auth, asked.get("next").unwrap_or_default());
    match auth::current_user(&app, client, &headers).await? {
        Some(_) => Ok(Redirect::to(&page.next).into_response()),
        None if auth::needs_no_sign_in(&app).await? => Err(operator_link::link_needed()),
        None => page.shown(StatusCode::OK),
    }
}

/// Redirects to the sign-in page, which returns to this address.
pub(crate) fn redirect(from: &Uri) -> Response {
    let here = from.path_and_query().map_or("/", |path| path.as_str());
    let next = Some(within(here)).filter(|next| *next != "/");
    Redirect::to(&with_query("/sign-in", &[("next", next)])).into_response()
}

/// Renders the sign-in page for a form that came without a session, and keeps the typed text.
pub(crate) async fn interrupted(app: &AppState, request: Request) -> Response {
    const TEXTS: [(&str, &str); 4] =
        [("subject", "Your subject"), ("body", "Your text"), ("note", "Your note"), ("why", "Your reason")];
    let path = request.uri().path().to_owned();
    // Forms post to a path below the page they belong to.
    let next = match path.rsplit_once('/') {
        Some((above, _)) if above.starts_with("/packages/") || above.starts_with("/outbox/") => above,
        _ => "/",
    };
    let mut page = SignInPage::new(&app.auth, next);
    if let Ok(posted) = request.extract::<FormFields, _>().await {
        let texts = TEXTS.iter().map(|(name, label)| (*label, lines(&posted.lines(name))));
        page.kept = texts.filter(|(_, text)| !text.trim().is_empty()).collect();
    }
    page.problem = Some(FormProblem {
        what: "You were signed out, so your change was not saved".to_owned(),
        hint: "sign in and try again".to_owned(),
    });
    page.shown(StatusCode::FORBIDDEN).unwrap_or_else(WebError::into_response)
}

/// Returns the path if it stays within this site, else `/`, so that a link cannot redirect to another site. Browsers read
/// a backslash as a slash and drop tabs and line breaks (WHATWG URL, 4.4), so only plain paths are accepted.
pub(crate) fn within(next: &str) -> &str {
    let plain = next.len() <= LONGEST
        && next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let leaves = ["/sign-", "/start/", "/invitation/", "/assets/"].iter().any(|start| next.starts_with(start));
    if plain && !leaves { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_paths_stay_within_the_site() {
        for (next, expected) in [
            ("/packages/x?within=pilot", "/packages/x?within=pilot"),
            ("/", "/"),
            ("", "/"),
            ("packages", "/"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("/\t/evil.example/", "/"),
            ("/\u{202e}", "/"),
            ("/a b", "/"),
            ("javascript:alert(1)", "/"),
            ("/sign-out", "/"),
            ("/start/x", "/"),
            ("/sign-in?next=/", "/"),
            ("/x\r\nset-cookie: a=b", "/"),
        ] {
            assert_eq!(within(next), expected, "{next:?}");
        }
        assert_eq!(within(&format!("/{}", "x".repeat(2000))), "/");
    }
}
