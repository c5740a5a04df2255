//! The invitation page, where a new user sets a password. Opening it does not use up the invitation, because mail scanners
//! open every link.

use super::sign_in::FormProblem;
use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::error::WebError;
use crate::format::line;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    layout: Layout,
    problem: Option<FormProblem>,
    token: String,
    name: String,
    email: String,
}

/// `GET /invitation/{token}`
pub(crate) async fn show(app: RequestState, Path(token): Path<String>) -> Result<Response, WebError> {
    if !app.auth.takes_passwords() {
        return Err(crate::actions::sign_in::passwords_disabled());
    }
    page(&app, &token, None).await
}

/// Renders the page, with the reason if the password was not accepted.
pub(crate) async fn page(app: &RequestState, token: &str, problem: Option<FormProblem>) -> Result<Response, WebError> {
    let Some((user, email)) = app.desk().invited_user(token, app.now()).await? else { return Err(lapsed()) };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = InvitationPage {
        layout: Layout::bare(None, "Choose a password", NavSection::Elsewhere),
        problem,
        token: token.to_owned(),
        name: line(&user.name),
        email: line(&email),
    };
    render(status, &page)
}

/// Returns the error for an invitation that was used, has expired, or never existed.
pub(crate) fn lapsed() -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "This invitation was already used or has expired")
        .hint("sign in, or ask your admin for a new invitation")
}
