//! The results of a bulk action: one line for each package.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_facts::types::Timestamp;

/// The result for one package.
pub(crate) struct BulkResult {
    /// The contact; the package id if the viewer cannot see the contact.
    pub person: String,
    pub href: String,
    pub good: bool,
    pub what: String,
    /// A suggestion for the next step.
    pub hint: Option<String>,
    /// The outbox entry that can still be undone.
    pub undo_entry: Option<String>,
}

#[derive(Template)]
#[template(path = "bulk-results.html")]
struct BulkResultsPage {
    layout: Layout,
    heading: String,
    /// The queue in which the packages were selected.
    back: String,
    all: Vec<BulkResult>,
    /// Some packages were approved; bulk approvals are not evidence.
    approved: bool,
}

pub(crate) async fn page(
    app: &RequestState,
    by: &CurrentUser,
    all: Vec<BulkResult>,
    back: String,
    approved: bool,
    now: Timestamp,
) -> Result<Response, WebError> {
    let done = all.iter().filter(|each| each.good).count();
    let heading = format!("{done} of {} done", all.len());
    let layout = Layout::new(app, by, &heading, NavSection::Queue, now).await?;
    render(StatusCode::OK, &BulkResultsPage { layout, heading, back, all, approved })
}
