//! An invitation: the page on which somebody chooses their password. Looking at it uses nothing up, for programs that
//! look at mail open every link in it.

use super::sign_in::Problem;
use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::error::WebError;
use crate::show::line;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    frame: Frame,
    problem: Option<Problem>,
    token: String,
    name: String,
    email: String,
}

/// `GET /invitation/{token}`
pub(crate) async fn show(State(app): State<Arc<AppState>>, Path(token): Path<String>) -> Result<Response, WebError> {
    if !app.auth.takes_passwords() {
        return Err(crate::actions::sign_in::passwords_disabled());
    }
    page(&app, &token, None).await
}

/// The page, with why the password was not taken.
pub(crate) async fn page(app: &AppState, token: &str, problem: Option<Problem>) -> Result<Response, WebError> {
    let Some((user, email)) = app.desk().invited(token, app.now()).await? else { return Err(lapsed()) };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = InvitationPage {
        frame: Frame::bare(None, "Choose a password", Here::Elsewhere),
        problem,
        token: token.to_owned(),
        name: line(&user.name),
        email: line(&email),
    };
    render(status, &page)
}

/// It was used, has lapsed, or never was.
pub(crate) fn lapsed() -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "This invitation was used or has lapsed")
        .hint("sign in; or ask an admin for another one, which `baton users invite` makes")
}
