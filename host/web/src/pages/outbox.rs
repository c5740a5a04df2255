//! The outbox: approved messages, their status, and why they wait.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields, with_query};
use crate::format::{DisplayTime, line, lines, state_label, state_sentence};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::reviews::QueueFilter;
use baton_facts::types::Timestamp;
use baton_model::package_state;
use baton_model::views::OutboxView;
use baton_present::CheckTitles;

/// Messages per page.
const ROWS: u32 = 50;

/// Messages with unknown delivery that are listed on top.
const DOUBTFUL: u32 = 20;

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    layout: Layout,
    doubtful: Vec<UnknownDelivery>,
    rows: Vec<OutboxItem>,
    next: Option<String>,
    first: bool,
}

struct UnknownDelivery {
    package: String,
    account: String,
}

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    layout: Layout,
    entry: OutboxItem,
}

/// An approved message.
pub(crate) struct OutboxItem {
    pub id: String,
    pub package: String,
    pub account: String,
    pub campaign: String,
    pub state: &'static str,
    pub class: &'static str,
    pub standing: &'static str,
    pub to: Option<String>,
    pub subject: Option<String>,
    pub body: Option<String>,
    pub footer: Option<String>,
    pub mailbox: String,
    pub message_id: String,
    pub why: Option<String>,
    pub overruled: Vec<(String, String)>,
    pub approved: DisplayTime,
    pub released: Option<DisplayTime>,
    pub ended: Option<DisplayTime>,
    pub not_before: Option<DisplayTime>,
    pub attempts: u32,
    /// It can be withdrawn.
    pub waits: bool,
    /// Delivery is unknown, and a person has to say whether it was sent.
    pub delivery_unknown: bool,
}

impl OutboxItem {
    pub fn new(view: &OutboxView, titles: &CheckTitles, now: Timestamp) -> Self {
        use package_state::PackageState::{Approved, DeliveryUnknown, Failed, Scheduled, Sent, Transmitting};
        let message = view.message.as_ref().open();
        let overruled = view.overruled.as_ref().open().into_iter().flatten();
        let waits = matches!(view.state, Approved | Scheduled);
        Self {
            id: view.id.clone(),
            package: view.package.0.clone(),
            account: line(&view.account_name),
            campaign: line(&view.campaign),
            state: state_label(view.state),
            class: match view.state {
                Sent => "good",
                Failed | DeliveryUnknown => "bad",
                Approved | Scheduled | Transmitting => "busy",
                _ => "quiet",
            },
            standing: state_sentence(view.state),
            to: message.map(|message| line(&message.to)),
            subject: message.map(|message| lines(&message.subject)),
            body: message.map(|message| lines(&message.body)),
            footer: view.footer.as_ref().open().map(|footer| lines(footer)).filter(|footer| !footer.is_empty()),
            mailbox: line(&view.mailbox),
            message_id: line(&view.message_id),
            why: view.why.as_ref().open().and_then(|why| why.as_deref()).map(line),
            overruled: overruled.map(|over| (titles.title(&over.check), line(&over.reason))).collect(),
            approved: DisplayTime::new(view.approved, now),
            released: view.released.map(|at| DisplayTime::new(at, now)),
            ended: view.ended.map(|at| DisplayTime::new(at, now)),
            not_before: view.not_before.filter(|at| waits && *at > now).map(|at| DisplayTime::new(at, now)),
            attempts: view.attempts,
            waits,
            delivery_unknown: view.state == DeliveryUnknown,
        }
    }
}

/// `GET /outbox`
pub(crate) async fn list(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let page = app.desk().outbox(asked.get("after"), ROWS).await?;
    let in_doubt = QueueFilter { states: vec![package_state::PackageState::DeliveryUnknown], ..QueueFilter::default() };
    let doubtful = app.desk().queue(&in_doubt, None, DOUBTFUL, now).await?.rows.into_iter();
    let doubtful =
        doubtful.map(|row| UnknownDelivery { package: row.id.0, account: line(&row.account_name) }).collect();
    let layout = Layout::new(&app, &by, "Outbox", NavSection::Outbox, now).await?;
    let rows = page.rows.iter().map(|view| OutboxItem::new(view, &app.check_titles, now)).collect();
    let next = page.next.map(|next| with_query("/outbox", &[("after", Some(&next))]));
    render(StatusCode::OK, &OutboxPage { layout, doubtful, rows, next, first: asked.get("after").is_none() })
}

/// `GET /outbox/{id}`
pub(crate) async fn show(app: RequestState, by: CurrentUser, id: PathId) -> Result<Response, WebError> {
    let now = app.now();
    let view = app.desk().entry(&id.0).await?;
    app.desk().record_view(&view.package, "its message", now).await?;
    let entry = OutboxItem::new(&view, &app.check_titles, now);
    let layout = Layout::new(&app, &by, &format!("Email to {}", entry.account), NavSection::Outbox, now).await?;
    render(StatusCode::OK, &EntryPage { layout, entry })
}
