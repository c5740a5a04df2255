//! Authorization: compares the user of a request with the permission of its route.
//!
//! The permission is set where the route is registered; a route without one is refused.

use crate::app_state::AppState;
use crate::auth::client::ClientInfo;
use crate::auth::{CurrentUser, current_user, needs_no_sign_in, operator_link, token_user};
use crate::error::WebError;
use crate::pages::sign_in;
use crate::permissions::{Access, Permissions};
use crate::problem;
use crate::route_table::is_api;
use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use baton_desk::access::Role;

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
        false => current_user(app, *client, request.headers()).await,
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

/// Redirects to the sign-in page. For a submitted form the page returns its fields, so that no typed text is lost.
async fn signed_out(app: &AppState, request: Request) -> Response {
    match needs_no_sign_in(app).await {
        Ok(true) => return operator_link::link_needed().into_response(),
        Ok(false) => {}
        Err(error) => return WebError::from(error).into_response(),
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return sign_in::redirect(request.uri());
    }
    sign_in::interrupted(app, request).await
}
