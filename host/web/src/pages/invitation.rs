//! An invitation: the page on which somebody chooses their password. Looking at it uses nothing up, for programs that
//! look at mail open every link in it.

use super::sign_in::Problem;
use super::{Frame, Here, render};
use crate::show::line;
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

/// The page, with why the password was not taken.
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

/// It was used, has lapsed, or never was.
pub(crate) fn lapsed() -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, "This invitation was used or has lapsed")
        .hint("sign in; or ask an admin for another one, which `baton users invite` makes")
}
