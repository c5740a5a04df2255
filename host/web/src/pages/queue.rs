//! The queue: what to do next on top, with the reason why it is there, and what is elsewhere a link away.

mod empty;
mod narrow;
mod own;
mod row;
mod several;

use super::fallen::Fall;
use super::notice::Notice;
use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::show::{count, number};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::DeskError;
use baton_desk::desk::{QueueCount, QueueFilter, Role};
use baton_model::Sealed;
use baton_model::package_state::State as Life;
use empty::Empty;
pub(crate) use narrow::Narrow;
use narrow::{Choice, Field};
use own::Own;
use row::Row;
use several::Several;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Packages of one page.
const ROWS: u32 = 50;

/// Streams that went back to review and are told of on top of the queue.
const MOST_FALLEN: usize = 3;

/// What one can look at: the name in the address, the words, the states. The first is what waits for a person.
const LOOKS: &[(&str, &str, &[Life])] = &[
    ("", "To decide", &[]),
    ("snoozed", "Snoozed", &[Life::Snoozed]),
    ("under-way", "On their way", &[Life::Approved, Life::Authorised, Life::Transmitting]),
    ("in-doubt", "In doubt", &[Life::InDoubt]),
    ("sent", "Sent", &[Life::Sent]),
    ("rejected", "Rejected", &[Life::Rejected]),
    ("stale", "Went stale", &[Life::Expired]),
    ("gone", "Came to nothing", &[Life::Failed, Life::Expired, Life::Superseded, Life::Withdrawn]),
    ("all", "All", &Life::ALL),
];

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    frame: Frame,
    notice: Option<Notice>,
    /// Why messages came back here.
    fallen: Vec<Fall>,
    more_fallen: Option<String>,
    looks: Vec<Choice>,
    fields: Vec<Field>,
    /// The state that the filters keep to.
    state: &'static str,
    search: String,
    /// The way to everything, where something is narrowed.
    whole: Option<String>,
    heading: String,
    /// How much reading the page is, where all of it is on this page.
    reading: Option<String>,
    own: Own,
    deciding: bool,
    rows: Vec<Row>,
    /// Rows can be ticked.
    ticks: bool,
    several: Option<Several>,
    previous: Option<String>,
    next: Option<String>,
    empty: Option<Empty>,
}

/// `GET /`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let Some(narrow) = Narrow::asked(&asked) else { return Err(WebError::unknown("list")) };
    let look = narrow.look();
    let deciding = look.2.is_empty();
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
        ("", true) => format!("{} to decide", number(how_many(&filter, &[]))),
        ("", false) => look.1.to_owned(),
        (search, _) => format!("{}: “{}”", look.1, crate::show::clipped(search, 60)),
    };
    let looks = LOOKS.iter().map(|(name, label, states)| {
        let there = how_many(&filter, states);
        let counted = narrow.search.is_empty() && there > 0 && *name != "all" && *name != "gone";
        let label = if counted { format!("{label} {}", number(there)) } else { (*label).to_owned() };
        let href = narrow.with(|narrow| narrow.state = name).href("/", &[]);
        Choice { value: (*name).to_owned(), label, href, chosen: *name == look.0 }
    });
    let own = Own::of(&app, &by, narrow.campaign.as_deref(), now).await?;
    let empty = match page.rows.is_empty() {
        true => Some(Empty::of(&app, &narrow, &counts, &own, first, now).await?),
        false => None,
    };
    let fallen = if deciding && first { app.desk().fallen().await? } else { Vec::new() };
    let more_fallen = fallen.len().saturating_sub(MOST_FALLEN) as u64;
    let open = deciding || look.2 == [Life::Snoozed];
    let page = QueuePage {
        frame: Frame::new(&app, &by, &heading, Here::Queue, now).await?,
        notice: Notice::of(&app, asked.done(), now).await,
        fallen: fallen.iter().take(MOST_FALLEN).map(|fallen| Fall::new(fallen, now)).collect(),
        more_fallen: (more_fallen > 0).then(|| format!("{} more went back to review", count(more_fallen, "stream"))),
        fields: narrow.fields_of(&app, &by, &filter, &counts, &team),
        looks: looks.collect(),
        state: look.0,
        search: narrow.search.clone(),
        whole: narrow.is_narrowed().then(|| Narrow::default().with(|all| all.state = look.0).href("/", &[])),
        reading: whole.then(|| count(seconds.div_ceil(60), "minute")),
        ticks: open,
        several: (open && !page.rows.is_empty()).then(|| Several::new(&by, &team, &narrow, now, app.sending.time_zone)),
        previous: page.previous.as_deref().map(|key| narrow.href("/", &[("after", Some(key))])),
        next: page.next.as_deref().map(|key| narrow.href("/", &[("after", Some(key))])),
        rows: page.rows.iter().map(|row| Row::new(row, &narrow, (&by, &team), deciding, now)).collect(),
        heading,
        own,
        deciding,
        empty,
    };
    render(StatusCode::OK, &page)
}

/// How many of that sort are in these states; of none, how many wait for a person.
fn weight(count: &QueueCount, states: &[Life]) -> u64 {
    match states {
        [] => count.waiting,
        states if states.contains(&count.state) => count.packages,
        _ => 0,
    }
}

/// Somebody of the team.
pub(crate) struct Member {
    pub name: String,
    /// They can be given packages.
    pub may: bool,
}

/// Everybody of the team by their ids, for whoever may see it: an SDR is told of nobody else.
pub(crate) async fn team(app: &AppState, by: &CurrentUser) -> Result<BTreeMap<String, Member>, DeskError> {
    if by.role < Role::Lead || !app.desk().has_users().await? {
        return Ok(BTreeMap::new());
    }
    let named = app.desk().users().await?.into_iter().map(|user| {
        let may = user.disabled.is_none() && matches!(user.name, Sealed::Open(_));
        let name = user.name.open().map_or_else(|| "forgotten on request".to_owned(), |name| crate::show::line(&name));
        (user.id, Member { name, may })
    });
    Ok(named.collect())
}
