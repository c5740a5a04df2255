//! The dashboard: what a team's work came to, as pictures with their numbers, each with the rows behind it and as CSV.
//!
//! Every number is one that the desk counted, and leads to a list of exactly so many rows. A picture, its table and its
//! CSV are made of the same cells.

mod figures;
mod rows;
mod streams;
mod table;

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::show::{line, number};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use baton_desk::desk::{Dashboard, Figure, Span, StreamView};
use baton_facts::types::Timestamp;
use chrono::NaiveDate;
use figures::Shown;
use std::sync::Arc;
use streams::Streams;

/// The periods to choose from, in days; the second is what is shown first.
const PERIODS: [u32; 3] = [7, 30, 90];

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    frame: Frame,
    campaigns: Vec<Choice>,
    periods: Vec<Choice>,
    /// From when until when, and whose days.
    period: String,
    figures: Vec<Shown>,
    streams: Option<Streams>,
    /// There is nothing to count.
    empty: Option<Empty>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Empty {
    campaign: String,
    /// There may be something outside these days.
    longer: Option<String>,
}

/// Which numbers are asked for, and how their addresses begin.
struct Asking {
    span: Span,
    /// Places for reviews on a working day; none where no file says it.
    per_day: Option<u32>,
}

impl Asking {
    /// The days from one to another one, or the last ones.
    fn new(app: &AppState, asked: &QueryFields, now: Timestamp) -> Result<Self, WebError> {
        let campaign = asked.get("campaign");
        let of = |name: &str| app.capacity.get(name);
        let known: Vec<_> = match campaign {
            Some(name) => of(name).into_iter().collect(),
            None => app.capacity.values().collect(),
        };
        // All campaigns have the zone of the settings.
        let zone = known.first().copied().or(app.capacity.values().next()).map(|capacity| capacity.zone);
        let span = match (asked.get("from"), asked.get("to")) {
            (None, None) => {
                let days = asked.get("days").unwrap_or("30");
                let days = PERIODS.into_iter().find(|period| period.to_string() == days);
                Span::until(now, days.ok_or_else(|| wrong("period"))?, zone, campaign)
            }
            (from, to) => {
                let day = |text: Option<&str>| text.and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
                let (Some(from), Some(to)) = (day(from), day(to)) else { return Err(wrong("day")) };
                Span::between(from, to, zone, campaign)?
            }
        };
        let per_day = known.iter().map(|capacity| capacity.per_day).reduce(u32::saturating_add);
        Ok(Self { span, per_day })
    }

    /// The address of a figure's rows or of its CSV, in these days or in those of one bin.
    fn to(&self, name: &str, bin: Option<(NaiveDate, NaiveDate)>, fields: &[(&str, Option<&str>)]) -> String {
        let (first, last) = bin.unwrap_or((self.span.first(), self.span.last()));
        let (first, last) = (first.to_string(), last.to_string());
        let mut all =
            vec![("campaign", self.span.campaign.as_deref()), ("from", Some(first.as_str())), ("to", Some(&last))];
        all.extend(fields);
        with_query(&format!("/dashboard/{name}"), &all)
    }
}

fn wrong(what: &str) -> WebError {
    WebError::new(StatusCode::UNPROCESSABLE_ENTITY, format!("There is no such {what}"))
        .hint("choose it on the dashboard: days are written as 2026-03-10")
}

/// `GET /dashboard`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let asking = Asking::new(&app, &asked, now)?;
    let campaign = asking.span.campaign.as_deref();
    let (counted, streams) = counted(&app, &asking, now).await?;
    let nothing = counted.is_empty();
    let choice = |value: &str, label: &str, chosen| Choice { value: value.to_owned(), label: line(label), chosen };
    let mut campaigns = vec![choice("", "All campaigns", campaign.is_none())];
    campaigns.extend(app.campaigns.iter().map(|name| choice(name, name, campaign == Some(name))));
    if let Some(other) = campaign.filter(|name| !app.campaigns.iter().any(|known| known == name)) {
        campaigns.push(choice(other, other, true));
    }
    let days = asked.get("days").unwrap_or("30");
    let period = |days_long: &u32| {
        let value = days_long.to_string();
        choice(&value, &format!("{days_long} days"), asked.get("from").is_none() && value == days)
    };
    let empty = nothing.then(|| Empty {
        campaign: line(campaign.or(app.campaigns.first().map(String::as_str)).unwrap_or("CAMPAIGN")),
        longer: (days != "90").then(|| with_query("/dashboard", &[("campaign", campaign), ("days", Some("90"))])),
    });
    let span = &asking.span;
    let page = DashboardPage {
        frame: Frame::new(&app, &by, "Dashboard", Here::Dashboard, now).await?,
        campaigns,
        periods: PERIODS.iter().map(period).collect(),
        period: format!("{} to {}, days in {}", span.first(), span.last(), span.zone()),
        figures: if nothing { Vec::new() } else { figures::all(&counted, &asking) },
        streams: (!nothing && !streams.is_empty()).then(|| Streams::new(&streams, &counted, &asking, now)),
        empty,
    };
    render(StatusCode::OK, &page)
}

async fn counted(app: &AppState, asking: &Asking, now: Timestamp) -> Result<(Dashboard, Vec<StreamView>), WebError> {
    let counted = app.desk().dashboard(&asking.span).await?;
    let streams = app.desk().quality(asking.span.campaign.as_deref(), now).await?;
    Ok((counted, streams))
}

/// `GET /dashboard/{figure}`, the rows behind it; with `.csv` at its end, its numbers.
pub(crate) async fn figure(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    asked: QueryFields,
    name: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, WebError> {
    let unknown = || WebError::unknown("figure").hint("look for it on the dashboard");
    let Path(name) = name.map_err(|_| unknown())?;
    let (name, as_csv) = name.strip_suffix(".csv").map_or((name.as_str(), false), |name| (name, true));
    let figure = Figure::named(name).ok_or_else(unknown)?;
    let now = app.now();
    let asking = Asking::new(&app, &asked, now)?;
    if !as_csv {
        return rows::show(&app, &by, &asked, figure, &asking, now).await;
    }
    let csv = if figure == Figure::Streams {
        let (counted, streams) = counted(&app, &asking, now).await?;
        streams::csv(&streams, &counted)
    } else {
        figures::one(figure, &app.desk().dashboard(&asking.span).await?, &asking).table.csv()
    };
    let file = format!("baton-{name}-{}-{}.csv", asking.span.first(), asking.span.last());
    let headers = [
        // RFC 4180, section 3.
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
    ];
    Ok((headers, csv).into_response())
}

/// `12 of 40, 30 %`.
fn share(some: u64, all: u64) -> String {
    if all == 0 {
        return "none".to_owned();
    }
    format!("{} %", number((some * 100 + all / 2) / all))
}
