//! The sign-in page, and the way to it and back.

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::client::ClientInfo;
use crate::auth::{self, AuthConfig};
use crate::error::WebError;
use crate::extract::{FormFields, QueryFields, with_query};
use crate::show::{line, lines};
use askama::Template;
use axum::RequestExt as _;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use std::sync::Arc;

/// The longest way back, in bytes.
const LONGEST: usize = 1000;

#[derive(Template)]
#[template(path = "sign-in.html")]
pub(crate) struct SignInPage {
    frame: Frame,
    /// What people call the account that the identity provider knows them by.
    sso: Option<String>,
    /// The way to that account, and back to where they wanted to go.
    way: String,
    passwords: bool,
    pub problem: Option<Problem>,
    /// As it was typed before.
    pub email: String,
    /// Where one wanted to go.
    pub next: String,
    /// What a form had in it that nobody was signed in for.
    kept: Vec<(&'static str, String)>,
}

/// Why nobody is signed in, and what to do about it.
pub(crate) struct Problem {
    pub what: String,
    pub hint: String,
}

impl SignInPage {
    pub fn new(door: &AuthConfig, next: &str) -> Self {
        let (frame, next) = (Frame::bare(None, "Sign in", Here::Elsewhere), within(next));
        let sso = door.provider().map(|provider| line(&provider.settings().label));
        let way = with_query("/sign-in/sso", &[("next", Some(next).filter(|next| *next != "/"))]);
        let passwords = door.takes_passwords();
        let (problem, email, kept) = (None, String::new(), Vec::new());
        Self { frame, sso, way, passwords, problem, email, next: next.to_owned(), kept }
    }

    pub fn shown(&self, status: StatusCode) -> Result<Response, WebError> {
        render(status, self)
    }
}

/// `GET /sign-in`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    client: ClientInfo,
    asked: QueryFields,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let page = SignInPage::new(&app.auth, asked.get("next").unwrap_or_default());
    match auth::current_user(&app, &client, &headers).await? {
        Some(_) => Ok(Redirect::to(&page.next).into_response()),
        None => page.shown(StatusCode::OK),
    }
}

/// To the sign-in page, and back to here afterwards.
pub(crate) fn redirect(from: &Uri) -> Response {
    let here = from.path_and_query().map_or("/", |path| path.as_str());
    let next = Some(within(here)).filter(|next| *next != "/");
    Redirect::to(&with_query("/sign-in", &[("next", next)])).into_response()
}

/// A form came from somebody who is not signed in, or not any more: the sign-in page, with what they typed.
pub(crate) async fn interrupted(app: &AppState, request: Request) -> Response {
    const TEXTS: [(&str, &str); 4] =
        [("subject", "Your subject"), ("body", "Your text"), ("note", "Your note"), ("why", "Your reason")];
    let path = request.uri().path().to_owned();
    // What was decided about has a page of its own, above the address that the form went to.
    let next = match path.rsplit_once('/') {
        Some((above, _)) if above.starts_with("/packages/") || above.starts_with("/outbox/") => above,
        _ => "/",
    };
    let mut page = SignInPage::new(&app.auth, next);
    if let Ok(posted) = request.extract::<FormFields, _>().await {
        let texts = TEXTS.iter().map(|(name, label)| (*label, lines(&posted.lines(name))));
        page.kept = texts.filter(|(_, text)| !text.trim().is_empty()).collect();
    }
    page.problem = Some(Problem {
        what: "Nothing was done: you are not signed in any more".to_owned(),
        hint: "sign in, and do it again".to_owned(),
    });
    page.shown(StatusCode::FORBIDDEN).unwrap_or_else(WebError::into_response)
}

/// A way within this site, or its first page: nobody is sent elsewhere by a link that begins here. Browsers take a
/// backslash for a slash and leave out tabs and line breaks (WHATWG URL, 4.4), so nothing but plain paths gets through.
pub(crate) fn within(next: &str) -> &str {
    let plain = next.len() <= LONGEST
        && next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let leaves = ["/sign-", "/invitation/", "/assets/"].iter().any(|start| next.starts_with(start));
    if plain && !leaves { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_within() {
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
            ("/sign-in?next=/", "/"),
            ("/x\r\nset-cookie: a=b", "/"),
        ] {
            assert_eq!(within(next), expected, "{next:?}");
        }
        assert_eq!(within(&format!("/{}", "x".repeat(2000))), "/");
    }
}
