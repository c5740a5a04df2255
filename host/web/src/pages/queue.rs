//! The queue: packages to review in order of priority, with tabs for the other statuses.

mod bulk;
mod empty_state;
mod filters;
mod own_stats;
mod row;
mod tabs;
mod team;

use super::demotion::DemotionNotice;
use super::notice::Notice;
use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::format::{count, number};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::reviews::QueueFilter;
use baton_model::package_state::PackageState as Life;
use bulk::BulkForm;
use empty_state::EmptyQueue;
pub(crate) use filters::QueueQuery;
use filters::{FilterField, FilterOption};
use own_stats::OwnStats;
use row::QueueItem;
use tabs::{TABS, weight};
pub(crate) use team::team;

/// Packages per page.
const ROWS: u32 = 50;

/// Demoted streams that are listed above the queue.
const DEMOTIONS_SHOWN: usize = 3;

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    layout: Layout,
    notice: Option<Notice>,
    /// Streams that were reset to review.
    demotions: Vec<DemotionNotice>,
    more_demotions: Option<String>,
    tabs: Vec<FilterOption>,
    fields: Vec<FilterField>,
    /// The tab that the filters apply to.
    state: &'static str,
    search: String,
    /// The address without filters, if there are any.
    whole: Option<String>,
    heading: String,
    /// Reading time of the queue, if it fits on one page.
    reading: Option<String>,
    own: OwnStats,
    deciding: bool,
    rows: Vec<QueueItem>,
    /// Rows have checkboxes.
    ticks: bool,
    bulk: Option<BulkForm>,
    previous: Option<String>,
    next: Option<String>,
    empty: Option<EmptyQueue>,
}

/// `GET /`
pub(crate) async fn show(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let Some(narrow) = QueueQuery::from_fields(&asked) else { return Err(WebError::unknown("list")) };
    let tab = narrow.tab();
    let deciding = tab.2.is_empty();
    let filter = narrow.filter(&by);
    let after = asked.get("after");
    let page = app.desk().queue(&filter, after, ROWS, now).await?;
    let counts = app.desk().queue_counts(now).await?;
    let team = team(&app, &by).await?;
    let how_many = |filter: &QueueFilter, states: &[Life]| -> u64 {
        counts.iter().filter(|count| filter.has(count)).map(|count| weight(count, states)).sum()
    };
    let first = after.is_none();
    let whole = deciding && page.previous.is_none() && page.next.is_none() && !page.rows.is_empty();
    let seconds: u64 = page.rows.iter().map(|row| u64::from(row.reading_seconds)).sum();
    let heading = match (narrow.search.as_str(), deciding) {
        ("", true) => format!("{} to review", number(how_many(&filter, &[]))),
        ("", false) => tab.1.to_owned(),
        (search, _) => format!("{}: “{}”", tab.1, crate::format::clipped(search, 60)),
    };
    let tabs = TABS.iter().map(|(name, label, states)| {
        let there = how_many(&filter, states);
        let counted = narrow.search.is_empty() && there > 0 && *name != "all" && *name != "gone";
        let label = if counted { format!("{label} {}", number(there)) } else { (*label).to_owned() };
        let href = narrow.with(|narrow| narrow.state = name).href("/", &[]);
        FilterOption { value: (*name).to_owned(), label, href, chosen: *name == tab.0 }
    });
    let own = OwnStats::of(&app, &by, narrow.campaign.as_deref(), now).await?;
    let empty = match page.rows.is_empty() {
        true => Some(EmptyQueue::of(&app, &narrow, &counts, &own, first, now).await?),
        false => None,
    };
    let demotions = if deciding && first { app.desk().demotions().await? } else { Vec::new() };
    let more_demotions = demotions.len().saturating_sub(DEMOTIONS_SHOWN) as u64;
    let open = deciding || tab.2 == [Life::Snoozed];
    let page = QueuePage {
        layout: Layout::new(&app, &by, &heading, NavSection::Queue, now).await?,
        notice: Notice::of(&app, asked.done(), now).await,
        demotions: demotions
            .iter()
            .take(DEMOTIONS_SHOWN)
            .map(|demotions| DemotionNotice::new(demotions, now))
            .collect(),
        more_demotions: (more_demotions > 0)
            .then(|| format!("{} also in review", count(more_demotions, "more stream"))),
        fields: narrow.fields_of(&app, &by, &filter, &counts, &team),
        tabs: tabs.collect(),
        state: tab.0,
        search: narrow.search.clone(),
        whole: narrow.is_narrowed().then(|| QueueQuery::default().with(|all| all.state = tab.0).href("/", &[])),
        reading: whole.then(|| count(seconds.div_ceil(60), "minute")),
        ticks: open,
        bulk: (open && !page.rows.is_empty()).then(|| BulkForm::new(&by, &team, &narrow, now, app.sending.time_zone)),
        previous: page.previous.as_deref().map(|key| narrow.href("/", &[("after", Some(key))])),
        next: page.next.as_deref().map(|key| narrow.href("/", &[("after", Some(key))])),
        rows: page.rows.iter().map(|row| QueueItem::new(row, &narrow, (&by, &team), deciding, now)).collect(),
        heading,
        own,
        deciding,
        empty,
    };
    render(StatusCode::OK, &page)
}
