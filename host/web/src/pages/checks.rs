//! The spot-check queue: sampled messages that wait for a verdict, earliest deadline first.

use super::notice::Notice;
use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::format::{DisplayTime, clipped, number, state_label};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::autonomy::SpotCheckView;
use baton_facts::types::Timestamp;

/// Spot-checks per page. A stream with open spot-checks releases no further batch, so there are rarely more.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "checks.html")]
struct ChecksPage {
    layout: Layout,
    notice: Option<Notice>,
    heading: String,
    overdue: usize,
    rows: Vec<SpotCheckItem>,
    left_out: Option<String>,
    /// Whether any stream has auto-send.
    any_streams: bool,
}

struct SpotCheckItem {
    href: String,
    account: String,
    contact: Option<String>,
    subject: String,
    campaign: String,
    tier: String,
    held: bool,
    state: &'static str,
    sampled: DisplayTime,
    due: DisplayTime,
    overdue: bool,
}

/// `GET /checks`
pub(crate) async fn show(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let checks = app.desk().checks().await?;
    let heading = format!("{} to spot-check", number(checks.len() as u64));
    let rows: Vec<SpotCheckItem> = checks.iter().take(ROWS).map(|check| SpotCheckItem::new(check, now)).collect();
    let any_streams =
        !rows.is_empty() || app.desk().quality(None, now).await?.iter().any(|stream| stream.sends_unreviewed);
    let page = ChecksPage {
        layout: Layout::new(&app, &by, &heading, NavSection::Checks, now).await?,
        notice: Notice::of(&app, asked.done(), now).await,
        heading,
        overdue: rows.iter().filter(|row| row.overdue).count(),
        left_out: (checks.len() > ROWS).then(|| number((checks.len() - ROWS) as u64)),
        rows,
        any_streams,
    };
    render(StatusCode::OK, &page)
}

impl SpotCheckItem {
    fn new(check: &SpotCheckView, now: Timestamp) -> Self {
        Self {
            href: with_query(&format!("/packages/{}", check.package), &[("checks", Some("yes"))]),
            account: clipped(&check.account_name, 120),
            contact: check.contact.as_ref().open().map(|name| clipped(name.trim(), 120)),
            subject: check.subject.as_ref().open().map_or_else(String::new, |subject| clipped(subject, 200)),
            campaign: clipped(&check.campaign, 80),
            tier: clipped(&check.tier, 80),
            held: check.held,
            state: state_label(check.state),
            sampled: DisplayTime::new(check.sampled, now),
            due: DisplayTime::new(check.due, now),
            overdue: check.missed.is_some() || check.due <= now,
        }
    }
}
