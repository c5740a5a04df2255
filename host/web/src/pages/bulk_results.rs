//! The results of a bulk action: one line for each package.

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_facts::types::Timestamp;

/// The result for one package.
pub(crate) struct Each {
    /// The contact; the package id if the viewer cannot see the contact.
    pub person: String,
    pub href: String,
    pub good: bool,
    pub what: String,
    /// What the user can do next.
    pub hint: Option<String>,
    /// The outbox entry that can still be undone.
    pub take_back: Option<String>,
}

#[derive(Template)]
#[template(path = "bulk-results.html")]
struct SeveralPage {
    frame: Frame,
    heading: String,
    /// The queue in which the packages were selected.
    back: String,
    all: Vec<Each>,
    /// Some packages were approved; bulk approvals are not evidence.
    approved: bool,
}

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
