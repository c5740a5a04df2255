//! The rows behind a number: as many as it says, the latest first.

use super::figures::NAMELESS;
use super::{Asking, wrong};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::pages::{Frame, Here, render};
use crate::show::{Moment, clipped, count, decided, line, number, rejected_for, state, word};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::desk::{Behind, BehindRow, Checked, Figure};
use baton_facts::types::Timestamp;
use baton_model::decision::RejectReason;
use baton_model::package_state::{AccountState, State};

/// Rows of one page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "dashboard/rows.html")]
struct RowsPage {
    frame: Frame,
    heading: String,
    /// How many there are in all.
    total: String,
    /// What narrows them, in words.
    narrowed: Vec<String>,
    back: String,
    rows: Vec<Row>,
    next: Option<String>,
    /// Somebody looked at each, and how long is told.
    timed: bool,
}

struct Row {
    href: Option<String>,
    account: String,
    campaign: String,
    kind: String,
    angle: String,
    what: String,
    who: String,
    seconds: String,
    at: Moment,
}

/// The page of this figure's rows that is asked for.
pub(super) async fn show(
    app: &AppState,
    by: &CurrentUser,
    asked: &QueryFields,
    figure: Figure,
    asking: &Asking,
    now: Timestamp,
) -> Result<Response, WebError> {
    let own = |name: &str| asked.get(name).map(str::to_owned);
    let named = |name: &str| own(name).map(|value| if value == NAMELESS { String::new() } else { value });
    let stream = asked.get("stream").map(|id| id.parse().map_err(|_| wrong("stream"))).transpose()?;
    let behind = Behind {
        figure,
        span: asking.span.clone(),
        part: own("part"),
        who: own("who"),
        kind: own("kind"),
        angle: named("angle"),
        stream,
        reason: named("reason"),
    };
    let (total, page) = app.desk().behind(&behind, asked.get("after"), ROWS).await?;
    let noun = match figure {
        Figure::Packages | Figure::Streams => "package",
        Figure::Times | Figure::Rates => "decision",
        Figure::Checks => "spot-check",
        Figure::Reviews => "review",
        Figure::Accounts => "account",
    };
    let span = &asking.span;
    let mut narrowed = Vec::new();
    if figure == Figure::Accounts {
        narrowed.push("as the last run left them".to_owned());
    } else {
        let days = if span.first() == span.last() {
            span.first().to_string()
        } else {
            format!("{} to {}", span.first(), span.last())
        };
        narrowed.push(format!("{days}, days in {}", span.zone()));
    }
    narrowed.extend(span.campaign.as_deref().map(|name| format!("campaign {}", line(name))));
    narrowed.extend(behind.part.as_deref().map(|part| line(&part_name(figure, part))));
    narrowed.extend(behind.who.as_deref().map(|who| format!("by {}", line(who))));
    narrowed.extend(behind.kind.as_deref().map(|kind| clipped(kind, 80)));
    narrowed.extend(asked.get("angle").map(|angle| format!("version {}", clipped(angle, 80))));
    narrowed.extend(behind.reason.as_deref().map(|reason| clipped(&reason.replace('-', " "), 80)));
    narrowed.extend(stream.map(|stream| format!("stream {stream}")));
    let names = ["campaign", "from", "to", "days", "part", "who", "kind", "angle", "stream", "reason"];
    let next = page.next.as_deref().map(|next| {
        let mut fields: Vec<_> = names.iter().map(|name| (*name, asked.get(name))).collect();
        fields.push(("after", Some(next)));
        with_query(&format!("/dashboard/{}", figure.name()), &fields)
    });
    let heading = format!("{} behind the dashboard", capital(noun));
    let page = RowsPage {
        frame: Frame::new(app, by, &heading, Here::Dashboard, now).await?,
        heading,
        total: count(total, noun),
        narrowed,
        back: format!("{}#{}", with_query("/dashboard", &[("campaign", span.campaign.as_deref())]), figure.name()),
        rows: page.rows.iter().map(|row| shown(figure, row, now)).collect(),
        next,
        timed: !matches!(figure, Figure::Packages | Figure::Streams | Figure::Accounts),
    };
    render(StatusCode::OK, &page)
}

fn shown(figure: Figure, row: &BehindRow, now: Timestamp) -> Row {
    let mut what = match figure {
        Figure::Packages | Figure::Streams => {
            State::named(&row.what).map_or_else(String::new, |at| state(at).to_owned())
        }
        Figure::Accounts => part_name(figure, &row.what),
        Figure::Checks => part_name(figure, &row.what),
        // A verdict among the reviews has a finding's name, and a decision its own.
        _ if Checked::ALL.iter().any(|one| one.name() == row.what) => part_name(Figure::Checks, &row.what),
        _ => decided(&row.what).to_owned(),
    };
    if let Some(reason) = row.reason.as_deref() {
        let known = RejectReason::ALL.into_iter().find(|one| one.name() == reason).map(rejected_for);
        let said = known.map_or_else(|| word(&reason), str::to_lowercase);
        what = format!("{what}: {said}");
    }
    Row {
        href: row.package.as_ref().map(|id| format!("/packages/{id}")),
        account: clipped(&row.account_name, 120),
        campaign: clipped(&row.campaign, 60),
        kind: row.signal_kind.as_deref().map_or_else(String::new, |kind| clipped(kind, 60)),
        angle: row.angle.as_deref().map_or_else(String::new, |angle| clipped(angle, 60)),
        what: line(&what),
        who: row.who.as_deref().map_or_else(String::new, |who| clipped(who, 80)),
        seconds: row.seconds.map_or_else(String::new, |seconds| format!("{} s", number(seconds))),
        at: Moment::new(row.at, now),
    }
}

/// A part of a figure in words.
fn part_name(figure: Figure, part: &str) -> String {
    let told = match (figure, part) {
        (Figure::Packages | Figure::Streams, "under-way") => "on their way",
        (Figure::Packages | Figure::Streams, "gone") => "came to nothing",
        (Figure::Checks, "nonconforming") => "not conforming",
        (Figure::Checks, "factual-defect") => "a fact was wrong",
        (Figure::Rates, "approve") => "approved as written",
        (Figure::Rates, "edit") => "edited",
        (Figure::Rates, "reject") => "turned down",
        (Figure::Reviews, "decision") => "decisions",
        (Figure::Reviews, "check") => "verdicts on what had left",
        (Figure::Times, seconds) => return format!("{seconds} seconds and more"),
        (Figure::Accounts, part) => match AccountState::named(part) {
            Some(AccountState::Ready) => "with a package",
            Some(AccountState::Disqualified) => "not qualified",
            _ => part,
        },
        (_, other) => other,
    };
    told.to_owned()
}

fn capital(noun: &str) -> String {
    let mut letters = noun.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}s", letters.as_str())
}
