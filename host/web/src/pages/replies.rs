//! The reply queue: contacts who replied, newest first, until someone takes over.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::format::{DisplayTime, clipped, count, line, number};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::replies::ReplyView;
use baton_facts::types::Timestamp;

/// Replies per page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "replies.html")]
struct RepliesPage {
    layout: Layout,
    heading: String,
    /// Shows the replies that were taken over.
    taken: bool,
    first: bool,
    rows: Vec<ReplyItem>,
    next: Option<String>,
}

struct ReplyItem {
    id: String,
    href: String,
    account: String,
    contact: Option<String>,
    about: String,
    wrote: Option<String>,
    left: Option<DisplayTime>,
    place: String,
    /// The effect of the reply on open packages and the account.
    stopped: String,
    source: String,
    came: Option<DisplayTime>,
    noticed: DisplayTime,
    taken: Option<(String, DisplayTime)>,
}

/// `GET /replies`; `taken` lists the replies that were taken over.
pub(crate) async fn show(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let (taken, after) = (asked.get("taken").is_some(), asked.get("after"));
    let page = app.desk().replies(taken, after, ROWS).await?;
    let heading = match taken {
        true => "Taken over".to_owned(),
        false => format!("{} to take over", number(app.desk().replies_waiting().await?)),
    };
    let next =
        page.next.map(|next| with_query("/replies", &[("taken", taken.then_some("yes")), ("after", Some(&next))]));
    let page = RepliesPage {
        layout: Layout::new(&app, &by, "Replies", NavSection::Replies, now).await?,
        heading,
        taken,
        first: after.is_none(),
        rows: page.rows.iter().map(|reply| ReplyItem::new(reply, now)).collect(),
        next,
    };
    render(StatusCode::OK, &page)
}

impl ReplyItem {
    fn new(reply: &ReplyView, now: Timestamp) -> Self {
        let name = reply.contact.as_ref().open().map(|name| line(name.trim()));
        let title = reply.title.as_ref().open().map(|title| line(title.trim())).filter(|title| !title.is_empty());
        let contact = name.map(|name| match title {
            Some(title) => clipped(&format!("{name}, {title}"), 160),
            None => clipped(&name, 120),
        });
        let assignee = match &reply.assignee {
            None => "unassigned".to_owned(),
            Some(name) => {
                name.as_ref().open().map_or_else(|| "assigned to a deleted user".to_owned(), |name| clipped(name, 80))
            }
        };
        let mut stopped = match reply.withdrawn.len() {
            0 => "no open packages".to_owned(),
            some => format!("{} withdrawn", count(some as u64, "package")),
        };
        if reply.paused {
            stopped += "; account paused";
        }
        Self {
            id: reply.id.clone(),
            href: format!("/packages/{}", reply.package),
            account: clipped(&reply.account_name, 120),
            contact,
            about: reply.about.as_ref().open().map_or_else(String::new, |about| clipped(about.trim(), 200)),
            wrote: reply.last_subject.as_ref().open().map(|subject| clipped(subject, 200)),
            left: reply.sent_at.map(|at| DisplayTime::new(at, now)),
            place: format!("{}, {}, {assignee}", clipped(&reply.campaign, 80), clipped(&reply.tier, 80)),
            stopped,
            source: match reply.source.as_str() {
                "crm" => "From the CRM".to_owned(),
                other => clipped(other, 40),
            },
            came: reply.received.map(|at| DisplayTime::new(at, now)),
            noticed: DisplayTime::new(reply.recorded, now),
            taken: reply.takeover.as_ref().map(|taken| (line(&taken.who), DisplayTime::new(taken.at, now))),
        }
    }
}
