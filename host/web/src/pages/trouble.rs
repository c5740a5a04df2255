//! The page that says why a request came to nothing.

use super::{Frame, Here, render};
use crate::api;
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::{WebError, is_undressed};
use askama::Template;
use axum::http::header::{ALLOW, CONTENT_LENGTH};
use axum::response::{IntoResponse as _, Response};

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    frame: Frame,
    trouble: &'a WebError,
}

/// The response, with a page where it is an error that has none.
pub(crate) async fn dressed(app: &AppState, by: Option<&CurrentUser>, path: &str, answer: Response) -> Response {
    if api::is_api(path) {
        return api::problem::dressed(answer);
    }
    if !is_undressed(answer.status(), answer.headers()) || path.starts_with("/assets/") {
        return answer;
    }
    let trouble = answer.extensions().get::<WebError>().cloned();
    let trouble = trouble.unwrap_or_else(|| WebError::of_status(answer.status()));
    if crate::auth::panel::is_at(path) {
        return super::package::panel::troubled(&trouble, None);
    }
    let frame = match by {
        Some(by) => match Frame::new(app, by, "", Here::Elsewhere, app.now()).await {
            Ok(frame) => frame,
            Err(_) => Frame::bare(Some(by), "", Here::Elsewhere),
        },
        None => Frame::bare(None, "", Here::Elsewhere),
    };
    let mut page = of(frame, &trouble);
    if let Some(allow) = answer.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allow.clone());
    }
    page.headers_mut().remove(CONTENT_LENGTH);
    page
}

/// The page without a look at the store.
pub(crate) fn bare(path: &str, trouble: &WebError) -> Response {
    if api::is_api(path) {
        return api::problem::of(trouble);
    }
    of(Frame::bare(None, "", Here::Elsewhere), trouble)
}

fn of(mut frame: Frame, trouble: &WebError) -> Response {
    frame.title.clone_from(&trouble.what);
    render(trouble.status, &TroublePage { frame, trouble }).unwrap_or_else(|_| trouble.status.into_response())
}
