//! The queue: what to do next on top, and what is elsewhere a link away.

use super::fallen::Fall;
use super::notice::Notice;
use super::{Frame, Here, render};
use crate::door::By;
use crate::form::{Asked, to};
use crate::show::{Moment, ahead, clipped, count, line, model, number, state};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::desk::{DeskError, QueueFilter, QueueRow};
use baton_desk::life::State as Life;
use baton_facts::types::Timestamp;

/// Packages of one page.
const ROWS: u32 = 50;

/// A deadline within so many seconds is near.
const NEAR: i64 = 3 * 86_400;

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
    ("gone", "Came to nothing", &[Life::Failed, Life::Expired, Life::Superseded, Life::Withdrawn]),
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
    campaigns: Vec<Choice>,
    heading: String,
    /// How much reading the page is, where all of it is on this page.
    reading: Option<String>,
    deciding: bool,
    rows: Vec<Row>,
    next: Option<String>,
    empty: Option<Empty>,
}

struct Choice {
    value: String,
    label: String,
    href: String,
    chosen: bool,
}

struct Row {
    href: String,
    account: String,
    contact: Option<String>,
    title: String,
    why_now: String,
    subject: String,
    tier: String,
    model: &'static str,
    score: u8,
    touch: Option<u8>,
    warnings: Option<String>,
    reading: u32,
    deadline: Moment,
    left: String,
    near: bool,
    state: Option<&'static str>,
    until: Option<Moment>,
}

/// Why there is nothing to see, and what to do about it.
enum Empty {
    /// No run has stored anything yet.
    Nothing { campaign: String },
    /// Everything is decided.
    Finished { snoozed: Option<Snoozed> },
    /// There is no such package.
    NoneSuch,
}

struct Snoozed {
    how_many: String,
    first: Option<Moment>,
}

/// `GET /`
pub(crate) async fn show(State(web): State<Web>, by: By, asked: Asked) -> Result<Response, Trouble> {
    let now = web.now();
    let campaign = asked.get("campaign");
    let chosen = asked.get("state").unwrap_or_default();
    let Some(look) = LOOKS.iter().find(|look| look.0 == chosen) else { return Err(Trouble::unknown("list")) };
    let deciding = look.0.is_empty();
    let filter = QueueFilter { campaign: campaign.map(str::to_owned), states: look.2.to_vec() };
    let page = web.desk().queue(&filter, asked.get("after"), ROWS, now).await?;
    let first = asked.get("after").is_none();
    let mut empty = None;
    if page.rows.is_empty() {
        empty = Some(if deciding && first { nothing(&web, campaign, now).await? } else { Empty::NoneSuch });
    }
    let next = page.next.as_deref().map(|next| {
        to("/", &[("campaign", campaign), ("state", Some(chosen).filter(|_| !deciding)), ("after", Some(next))])
    });
    let whole = deciding && first && next.is_none() && !page.rows.is_empty();
    let seconds: u64 = page.rows.iter().map(|row| u64::from(row.reading_seconds)).sum();
    let waiting = web.desk().waiting(campaign, now).await?;
    let heading = if deciding { format!("{} to decide", number(waiting)) } else { look.1.to_owned() };
    let choice = |value: &str, label: &str, href: String, chosen| Choice {
        value: value.to_owned(),
        label: line(label),
        href,
        chosen,
    };
    let looks = LOOKS.iter().map(|(name, label, _)| {
        let href = to("/", &[("campaign", campaign), ("state", Some(*name).filter(|name| !name.is_empty()))]);
        choice(name, label, href, *name == look.0)
    });
    let mut campaigns = vec![choice("", "All campaigns", String::new(), campaign.is_none())];
    for name in &web.site.campaigns {
        let label = format!("{name} ({})", number(web.desk().waiting(Some(name), now).await?));
        campaigns.push(choice(name, &label, String::new(), campaign == Some(name)));
    }
    if let Some(other) = campaign.filter(|name| !web.site.campaigns.iter().any(|known| known == name)) {
        campaigns.push(choice(other, other, String::new(), true));
    }
    let fallen = if deciding && first { web.desk().fallen().await? } else { Vec::new() };
    let more_fallen = fallen.len().saturating_sub(MOST_FALLEN) as u64;
    let page = QueuePage {
        frame: Frame::new(&web, &by, &heading, Here::Queue, now).await?,
        notice: Notice::of(&web, asked.done(), now).await,
        fallen: fallen.iter().take(MOST_FALLEN).map(|fallen| Fall::new(fallen, now)).collect(),
        more_fallen: (more_fallen > 0).then(|| format!("{} more went back to review", count(more_fallen, "stream"))),
        looks: looks.collect(),
        campaigns,
        reading: whole.then(|| count(seconds.div_ceil(60), "minute")),
        heading,
        deciding,
        rows: page.rows.iter().map(|row| shown(row, campaign, deciding, now)).collect(),
        next,
        empty,
    };
    render(StatusCode::OK, &page)
}

fn shown(row: &QueueRow, campaign: Option<&str>, deciding: bool, now: Timestamp) -> Row {
    let some = |text: &baton_desk::store::Sealed<String>, limit| {
        text.as_ref().open().map_or_else(String::new, |text| clipped(text, limit))
    };
    Row {
        href: to(&format!("/packages/{}", row.id), &[("within", campaign)]),
        account: clipped(&row.account_name, 120),
        contact: row.contact.as_ref().open().map(|name| clipped(name, 120)),
        title: some(&row.title, 120),
        why_now: some(&row.why_now, 300),
        subject: some(&row.subject, 200),
        tier: line(&row.tier),
        model: model(row.model),
        score: row.score,
        touch: Some(row.touch_number).filter(|touch| *touch > 1),
        warnings: (row.warnings > 0).then(|| count(row.warnings, "warning")),
        reading: row.reading_seconds,
        deadline: Moment::new(row.deadline, now),
        left: ahead(row.deadline, now),
        near: row.deadline.saturating_sub(now) <= NEAR,
        state: (!deciding).then(|| state(row.state)),
        until: row.until.filter(|until| *until > now).map(|until| Moment::new(until, now)),
    }
}

async fn nothing(web: &Shared, campaign: Option<&str>, now: Timestamp) -> Result<Empty, DeskError> {
    let of = |states: &[Life]| QueueFilter { campaign: campaign.map(str::to_owned), states: states.to_vec() };
    let any = web.desk().queue(&of(&Life::ALL), None, 1, now).await?;
    if any.rows.is_empty() {
        let campaign = campaign.or(web.site.campaigns.first().map(String::as_str)).unwrap_or("CAMPAIGN");
        return Ok(Empty::Nothing { campaign: line(campaign) });
    }
    let snoozed = web.desk().queue(&of(&[Life::Snoozed]), None, ROWS, now).await?;
    let first = snoozed.rows.iter().filter_map(|row| row.until).min();
    let more = if snoozed.next.is_some() { "more than " } else { "" };
    let snoozed = (!snoozed.rows.is_empty()).then(|| Snoozed {
        how_many: format!("{more}{}", count(snoozed.rows.len() as u64, "package")),
        first: first.filter(|_| snoozed.next.is_none()).map(|until| Moment::new(until, now)),
    });
    Ok(Empty::Finished { snoozed })
}
