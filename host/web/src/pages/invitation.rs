//! The invitation page, where a new user sets a password. Opening it does not use up the invitation, because mail scanners
//! open every link.

use super::sign_in::Problem;
use super::{Frame, Here, render};
use crate::format::line;
use crate::site::Web;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

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
pub(crate) async fn show(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, Trouble> {
    if !web.site.door.takes_passwords() {
        return Err(crate::actions::sign_in::switched_off());
    }
    page(&web, &token, None).await
}

/// Renders the page, with the reason if the password was not accepted.
pub(crate) async fn page(web: &Web, token: &str, problem: Option<Problem>) -> Result<Response, Trouble> {
    let Some((user, email)) = web.desk().invited(token, web.now()).await? else { return Err(lapsed()) };
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

/// Returns the error for an invitation that was used, has expired, or never existed.
pub(crate) fn lapsed() -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, "This invitation was already used or has expired")
        .hint("sign in, or ask your admin for a new invitation")
}
