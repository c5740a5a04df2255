//! The error page.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::{CurrentUser, panel};
use crate::error::{WebError, needs_error_page};
use crate::problem;
use crate::route_table::is_api;
use askama::Template;
use axum::http::header::{ALLOW, CONTENT_LENGTH};
use axum::response::{IntoResponse as _, Response};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    layout: Layout,
    trouble: &'a WebError,
}

/// Returns the response, with an error page if it is an error without a body.
pub(crate) async fn add_error_page(
    app: &RequestState,
    by: Option<&CurrentUser>,
    path: &str,
    answer: Response,
) -> Response {
    if is_api(path) {
        return problem::add_problem_document(answer);
    }
    if !needs_error_page(answer.status(), answer.headers()) || path.starts_with("/assets/") {
        return answer;
    }
    let trouble = answer.extensions().get::<WebError>().cloned();
    let trouble = trouble.unwrap_or_else(|| WebError::of_status(answer.status()));
    if panel::is_at(path) {
        return super::package::panel::error_page(&trouble, None);
    }
    let layout = match by {
        Some(by) => match Layout::new(app, by, "", NavSection::Elsewhere, app.now()).await {
            Ok(layout) => layout,
            Err(_) => Layout::bare(Some(by), "", NavSection::Elsewhere),
        },
        None => Layout::bare(None, "", NavSection::Elsewhere),
    };
    let mut page = of(layout, &trouble);
    if let Some(allow) = answer.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allow.clone());
    }
    page.headers_mut().remove(CONTENT_LENGTH);
    page
}

/// Renders the error page without reading the store.
pub(crate) fn bare(path: &str, trouble: &WebError) -> Response {
    if is_api(path) {
        return problem::of(trouble);
    }
    of(Layout::bare(None, "", NavSection::Elsewhere), trouble)
}

fn of(mut layout: Layout, trouble: &WebError) -> Response {
    layout.title.clone_from(&trouble.what);
    render(trouble.status, &ErrorPage { layout, trouble }).unwrap_or_else(|_| trouble.status.into_response())
}
