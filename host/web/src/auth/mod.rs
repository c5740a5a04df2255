//! Authentication and authorization: identifies the user of a request and checks it against the route's permission.
//!
//! On a loopback address no sign-in is needed: requests act as the operator who started the server, until a user exists
//! or the settings require sign-in. On any other address connections use TLS or come through a trusted proxy, and every
//! user signs in. Programs authenticate with a token. The permission of a route is set where the route is registered;
//! a route without one is refused.

pub(crate) mod client;
mod config;
pub(crate) mod cookie;
pub(crate) mod panel;
pub(crate) mod permissions;
mod tls;

use crate::api::{headers, is_api, problem};
use crate::app_state::AppState;
use crate::error::WebError;
use crate::pages::sign_in;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use baton_desk::DeskError;
use baton_desk::access::{ApiClient, Role, SignedIn};
use baton_model::Actor;
use client::ClientInfo;
pub use config::AuthConfig;
use permissions::{Access, Permissions};
pub(crate) use tls::Tls;

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

/// The result of authorization, with the user where it is known.
pub(crate) enum Authorization {
    Granted(Option<CurrentUser>, Request),
    /// The request is answered with this response.
    Refused(Option<CurrentUser>, Response),
}

/// Identifies the user and checks the route's permission.
pub(crate) async fn authorize(
    app: &AppState,
    permissions: &Permissions,
    client: &ClientInfo,
    request: Request,
) -> Authorization {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let access = permissions.access(request.method(), path);
    if access == Access::Public {
        return Authorization::Granted(None, request);
    }
    let api = is_api(request.uri().path());
    let user = match api {
        true => token_user(app, request.headers()).await,
        false => current_user(app, client, request.headers()).await,
    };
    let user = match user {
        Ok(Some(user)) => user,
        Ok(None) if api => return Authorization::Refused(None, problem::no_token().into_response()),
        Ok(None) => return Authorization::Refused(None, signed_out(app, request).await),
        Err(error) => return Authorization::Refused(None, WebError::from(error).into_response()),
    };
    let refused = match access {
        Access::Role(least) if user.role < least => role_needed(least, request.method()),
        Access::Unlisted => WebError::new(StatusCode::FORBIDDEN, "Nothing was done: this page has no permissions")
            .hint("report this fault: every page needs an entry in the table of routes"),
        _ => return Authorization::Granted(Some(user), request),
    };
    Authorization::Refused(Some(user), refused.into_response())
}

fn role_needed(least: Role, method: &Method) -> WebError {
    let users = match least {
        Role::Admin => "admins",
        Role::Lead => "team leads",
        Role::Sdr => "users",
    };
    let action = if matches!(*method, Method::GET | Method::HEAD) { "see this page" } else { "do this" };
    WebError::new(StatusCode::FORBIDDEN, format!("Only {users} can {action}")).hint("ask one of them")
}

/// Returns the user of the session cookie, or the operator where no sign-in is needed. `None` if sign-in is needed.
pub(crate) async fn current_user(
    app: &AppState,
    client: &ClientInfo,
    headers: &HeaderMap,
) -> Result<Option<CurrentUser>, DeskError> {
    if !app.auth.is_required() && !app.visitor_desk().has_users().await? {
        let who = app.operator.clone();
        return Ok(Some(CurrentUser { who, role: Role::Admin, session: None, program: None }));
    }
    let Some(token) = cookie::session_token(headers, client.secure) else { return Ok(None) };
    let user = app.visitor_desk().session_user(&token, app.now()).await?;
    Ok(user.map(|user| CurrentUser {
        who: user.name.clone(),
        role: user.role,
        session: Some(Session { user, token }),
        program: None,
    }))
}

/// Returns the program whose API token the request has. Cookies are ignored here.
async fn token_user(app: &AppState, headers: &HeaderMap) -> Result<Option<CurrentUser>, DeskError> {
    let Some(token) = headers::bearer_token(headers) else { return Ok(None) };
    let program = app.visitor_desk().api_client(token, app.now()).await?;
    Ok(program.map(|program| CurrentUser {
        who: program.who.clone(),
        role: program.role,
        session: None,
        program: Some(program),
    }))
}

/// Redirects to the sign-in page. For a submitted form the page returns its fields, so that no typed text is lost.
async fn signed_out(app: &AppState, request: Request) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return sign_in::redirect(request.uri());
    }
    sign_in::interrupted(app, request).await
}
