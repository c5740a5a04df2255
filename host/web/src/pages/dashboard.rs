//! The dashboard: the team's results as charts and tables, each with the rows behind it and as CSV.
//!
//! The desk counts every number, and each number links to a list of exactly that many rows. A chart, its table, and its CSV
//! file use the same cells.

mod figures;
mod query;
mod rows;
mod streams;
mod table;

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::format::line;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use baton_desk::autonomy::StreamView;
use baton_desk::dashboard::{Dashboard, DashboardFigure};
use baton_facts::types::Timestamp;
use figures::FigureCard;
use query::{DashboardQuery, PERIODS};
use streams::StreamsTable;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    layout: Layout,
    campaigns: Vec<SelectOption>,
    periods: Vec<SelectOption>,
    /// The first day, the last day, and the time zone.
    period: String,
    figures: Vec<FigureCard>,
    streams: Option<StreamsTable>,
    /// Set if there is nothing to count.
    empty: Option<EmptyDashboard>,
}

struct SelectOption {
    value: String,
    label: String,
    chosen: bool,
}

struct EmptyDashboard {
    campaign: String,
    /// The address of a longer period, which may have data.
    longer: Option<String>,
}

/// `GET /dashboard`
pub(crate) async fn show(app: RequestState, by: CurrentUser, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let asking = DashboardQuery::new(&app, &asked, now)?;
    let campaign = asking.span.campaign.as_deref();
    let (counted, streams) = counted(&app, &asking, now).await?;
    let nothing = counted.is_empty();
    let choice =
        |value: &str, label: &str, chosen| SelectOption { value: value.to_owned(), label: line(label), chosen };
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
    let empty = nothing.then(|| EmptyDashboard {
        campaign: line(campaign.or(app.campaigns.first().map(String::as_str)).unwrap_or("CAMPAIGN")),
        longer: (days != "90").then(|| with_query("/dashboard", &[("campaign", campaign), ("days", Some("90"))])),
    });
    let span = &asking.span;
    let page = DashboardPage {
        layout: Layout::new(&app, &by, "Dashboard", NavSection::Dashboard, now).await?,
        campaigns,
        periods: PERIODS.iter().map(period).collect(),
        period: format!("{} to {} ({} time)", span.first(), span.last(), span.zone()),
        figures: if nothing { Vec::new() } else { figures::all(&counted, &asking) },
        streams: (!nothing && !streams.is_empty()).then(|| StreamsTable::new(&streams, &counted, &asking, now)),
        empty,
    };
    render(StatusCode::OK, &page)
}

async fn counted(
    app: &RequestState,
    asking: &DashboardQuery,
    now: Timestamp,
) -> Result<(Dashboard, Vec<StreamView>), WebError> {
    let counted = app.desk().dashboard(&asking.span).await?;
    let streams = app.desk().quality(asking.span.campaign.as_deref(), now).await?;
    Ok((counted, streams))
}

/// `GET /dashboard/{figure}`: the rows behind a figure, or its numbers if the name ends in `.csv`.
pub(crate) async fn figure(
    app: RequestState,
    by: CurrentUser,
    asked: QueryFields,
    name: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, WebError> {
    let unknown = || WebError::unknown("figure").hint("look for it on the dashboard");
    let Path(name) = name.map_err(|_| unknown())?;
    let (name, as_csv) = name.strip_suffix(".csv").map_or((name.as_str(), false), |name| (name, true));
    let figure = DashboardFigure::from_name(name).ok_or_else(unknown)?;
    let now = app.now();
    let asking = DashboardQuery::new(&app, &asked, now)?;
    if !as_csv {
        return rows::show(&app, &by, &asked, figure, &asking, now).await;
    }
    let csv = if figure == DashboardFigure::Streams {
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
