//! The queue of spot-checks: what was drawn at random and waits for a verdict, the next deadline first.

use super::notice::Notice;
use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::show::{Moment, clipped, number, state};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::desk::CheckView;
use baton_facts::types::Timestamp;
use std::sync::Arc;

/// Checks that are listed. No further batch of a stream leaves while it has open ones, so there are seldom more.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "checks.html")]
struct ChecksPage {
    frame: Frame,
    notice: Option<Notice>,
    heading: String,
    overdue: usize,
    rows: Vec<Row>,
    left_out: Option<String>,
    /// Whether any stream lets something go.
    any_streams: bool,
}

struct Row {
    href: String,
    account: String,
    contact: Option<String>,
    subject: String,
    campaign: String,
    tier: String,
    stream: i64,
    held: bool,
    state: &'static str,
    drawn: Moment,
    due: Moment,
    overdue: bool,
}

/// `GET /checks`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let checks = app.desk().checks().await?;
    let heading = format!("{} to check", number(checks.len() as u64));
    let rows: Vec<Row> = checks.iter().take(ROWS).map(|check| Row::new(check, now)).collect();
    let any_streams = !rows.is_empty() || app.desk().quality(None, now).await?.iter().any(|stream| stream.lets_go);
    let page = ChecksPage {
        frame: Frame::new(&app, &by, &heading, Here::Checks, now).await?,
        notice: Notice::of(&app, asked.done(), now).await,
        heading,
        overdue: rows.iter().filter(|row| row.overdue).count(),
        left_out: (checks.len() > ROWS).then(|| number((checks.len() - ROWS) as u64)),
        rows,
        any_streams,
    };
    render(StatusCode::OK, &page)
}

impl Row {
    fn new(check: &CheckView, now: Timestamp) -> Self {
        Self {
            href: with_query(&format!("/packages/{}", check.package), &[("checks", Some("yes"))]),
            account: clipped(&check.account_name, 120),
            contact: check.contact.as_ref().open().map(|name| clipped(name.trim(), 120)),
            subject: check.subject.as_ref().open().map_or_else(String::new, |subject| clipped(subject, 200)),
            campaign: clipped(&check.campaign, 80),
            tier: clipped(&check.tier, 80),
            stream: check.stream,
            held: check.held,
            state: state(check.state),
            drawn: Moment::new(check.drawn, now),
            due: Moment::new(check.due, now),
            overdue: check.missed.is_some() || check.due <= now,
        }
    }
}
