//! What came of several packages that were decided about at once: a line for each.

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_facts::types::Timestamp;

/// What came of one.
pub(crate) struct Each {
    /// Whom it is about; its id where that is not to be seen.
    pub person: String,
    pub href: String,
    pub good: bool,
    pub what: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The outbox entry that can still be taken back.
    pub take_back: Option<String>,
}

#[derive(Template)]
#[template(path = "several.html")]
struct SeveralPage {
    frame: Frame,
    heading: String,
    /// The queue that they were ticked in.
    back: String,
    all: Vec<Each>,
    /// What was approved so counts for nothing.
    approved: bool,
}

/// The page.
pub(crate) async fn page(
    app: &AppState,
    by: &CurrentUser,
    all: Vec<Each>,
    back: String,
    approved: bool,
    now: Timestamp,
) -> Result<Response, WebError> {
    let done = all.iter().filter(|each| each.good).count();
    let heading = format!("{done} of {} done", all.len());
    let frame = Frame::new(app, by, &heading, Here::Queue, now).await?;
    render(StatusCode::OK, &SeveralPage { frame, heading, back, all, approved })
}
