//! The link that opens the page for the operator where no sign-in is needed.
//!
//! Other users and programs of the machine reach the same port, so coming from this machine proves nothing. The program
//! prints the link where only the operator reads it. It works once, and sets a cookie.

use super::client::ClientInfo;
use super::{cookie, is_operator, needs_no_sign_in};
use crate::app_state::RequestState;
use crate::error::WebError;
use axum::extract::Path;
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

/// Set by a browser that loads a link which nobody has followed yet.
const PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

/// `GET /start/{token}`: sets the operator's cookie, and goes on to the queue, so that the token stays in no address.
pub(crate) async fn open(
    app: RequestState,
    client: ClientInfo,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, WebError> {
    let mut answer = Redirect::to("/").into_response();
    if !needs_no_sign_in(&app).await? {
        return Err(WebError::unknown("page").hint("sign in"));
    }
    if is_operator(&app, client, &headers) {
        return Ok(answer);
    }
    // Nobody followed a link that was only looked at.
    if method != Method::GET || headers.contains_key(PURPOSE) || !app.operator_link.is_first_use(&token) {
        return Err(WebError::new(StatusCode::FORBIDDEN, "This link does not open the page").hint(
            "a link works once: use the browser that opened it first, or start `baton serve` again for a new one",
        ));
    }
    if let Some(cookie) = cookie::set_operator(&app.desk().operator_cookie(app.now()), client) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// The error for a request without the operator's cookie.
pub(crate) fn link_needed() -> WebError {
    WebError::new(StatusCode::UNAUTHORIZED, "Open this page with its link")
        .hint("open the link that `baton serve` printed; it works once, so start `baton serve` again for a new one")
}
