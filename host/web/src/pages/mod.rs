//! The pages. Each one is a template with the data it shows, formatted for people.

pub(crate) mod api;
pub(crate) mod audit_log;
pub(crate) mod bulk_results;
pub(crate) mod calibration;
pub(crate) mod checks;
pub(crate) mod dashboard;
pub(crate) mod error_page;
pub(crate) mod invitation;
pub(crate) mod outbox;
pub(crate) mod package;
pub(crate) mod quality;
pub(crate) mod queue;
pub(crate) mod replies;
pub(crate) mod sign_in;
pub(crate) mod users;

mod demotion;
mod layout;
mod notice;

use crate::error::WebError;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
pub(crate) use layout::{Frame, Here};

/// Renders the template as an HTML response.
fn render(status: StatusCode, page: &impl Template) -> Result<Response, WebError> {
    let html = page.render().map_err(|_| WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok((status, Html(html)).into_response())
}
