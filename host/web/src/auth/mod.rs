//! Authentication: identifies the user or program that sent a request.
//!
//! On a loopback address no sign-in is needed until a user exists or the settings require it: the browser that opened
//! the operator's link acts as the operator who started the server. On any other address connections use TLS or come
//! through a trusted proxy, and every user signs in. Programs authenticate with a token.

mod bearer_token;
pub(crate) mod client;
pub(crate) mod cookie;
pub(crate) mod operator_link;
pub(crate) mod panel;

use crate::app_state::AppState;
use crate::error::WebError;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use baton_desk::DeskError;
use baton_desk::access::{ApiClient, Role, SignedIn};
use baton_model::Actor;
use bearer_token::bearer_token;
use client::ClientInfo;

/// The user or program that sent a request.
#[derive(Clone, Debug)]
pub(crate) struct CurrentUser {
    /// The name in the audit log.
    pub who: String,
    pub role: Role,
    /// `None` without sign-in, and for programs.
    pub session: Option<Session>,
    /// The program, if the request has an API token.
    pub program: Option<ApiClient>,
}

impl CurrentUser {
    /// Returns the actor whose permissions the desk applies.
    pub fn actor(&self) -> Actor {
        match (&self.session, &self.program) {
            (Some(session), _) => Actor::user(&session.user.id, &self.who, self.role),
            (None, Some(program)) => Actor::program(&self.who, self.role, program.of_user.clone()),
            (None, None) => Actor::operator(&self.who),
        }
    }
}

/// A signed-in user with the session's token.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub user: SignedIn,
    pub token: String,
}

/// Available on every route that requires a role: the middleware has set it.
impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

/// Whether there is nobody who could sign in, so that the operator's link opens the page.
pub(crate) async fn needs_no_sign_in(app: &AppState) -> Result<bool, DeskError> {
    Ok(!app.auth.is_required() && !app.visitor_desk().has_users().await?)
}

/// Whether the operator's link opened this browser.
fn is_operator(app: &AppState, client: ClientInfo, headers: &HeaderMap) -> bool {
    cookie::operator(headers, client).is_some_and(|value| app.visitor_desk().is_operator_cookie(&value, app.now()))
}

/// Returns the user of the session cookie, or the operator where no sign-in is needed. `None` for everybody else.
pub(crate) async fn current_user(
    app: &AppState,
    client: ClientInfo,
    headers: &HeaderMap,
) -> Result<Option<CurrentUser>, DeskError> {
    if needs_no_sign_in(app).await? {
        let operator = || CurrentUser { who: app.operator.clone(), role: Role::Admin, session: None, program: None };
        return Ok(is_operator(app, client, headers).then(operator));
    }
    let Some(token) = cookie::session_token(headers, client) else { return Ok(None) };
    let user = app.visitor_desk().session_user(&token, app.now()).await?;
    Ok(user.map(|user| CurrentUser {
        who: user.name.clone(),
        role: user.role,
        session: Some(Session { user, token }),
        program: None,
    }))
}

/// Returns the program whose API token the request has. Cookies are ignored here.
pub(crate) async fn token_user(app: &AppState, headers: &HeaderMap) -> Result<Option<CurrentUser>, DeskError> {
    let Some(token) = bearer_token(headers) else { return Ok(None) };
    let program = app.visitor_desk().api_client(token, app.now()).await?;
    Ok(program.map(|program| CurrentUser {
        who: program.who.clone(),
        role: program.role,
        session: None,
        program: Some(program),
    }))
}
