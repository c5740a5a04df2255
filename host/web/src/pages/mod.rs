//! The pages. Each is a template and the data it shows, already in the form that people read.

pub(crate) mod api;
pub(crate) mod calibration;
pub(crate) mod checks;
pub(crate) mod dashboard;
pub(crate) mod invitation;
pub(crate) mod outbox;
pub(crate) mod package;
pub(crate) mod quality;
pub(crate) mod queue;
pub(crate) mod replies;
pub(crate) mod several;
pub(crate) mod sign_in;
pub(crate) mod trail;
pub(crate) mod trouble;
pub(crate) mod users;

mod fallen;
mod frame;
mod notice;

use crate::error::WebError;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
pub(crate) use frame::{Frame, Here};

/// The template as a response.
fn render(status: StatusCode, page: &impl Template) -> Result<Response, WebError> {
    let html = page.render().map_err(|_| WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok((status, Html(html)).into_response())
}
