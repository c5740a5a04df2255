//! The rows behind a number of the dashboard: exactly that many, newest first.

use super::figures::NAMELESS;
use super::query::{DashboardQuery, wrong};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use crate::format::{
    DisplayTime, capitalized, clipped, count, decision_label, line, number, reject_reason_label, state_label, word,
};
use crate::pages::{Layout, NavSection, render};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::dashboard::{CheckResult, DashboardFigure, DrillDownFilter, DrillDownRow};
use baton_facts::types::Timestamp;
use baton_model::decision::RejectReason;
use baton_model::package_state::{AccountState, PackageState};

/// Rows per page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "dashboard/rows.html")]
struct RowsPage {
    layout: Layout,
    heading: String,
    total: String,
    /// The filters, as labels.
    narrowed: Vec<String>,
    back: String,
    rows: Vec<FigureRow>,
    next: Option<String>,
    /// Shows the reviewer and the review time of each row.
    timed: bool,
}

struct FigureRow {
    href: Option<String>,
    account: String,
    campaign: String,
    kind: String,
    angle: String,
    what: String,
    who: String,
    seconds: String,
    at: DisplayTime,
}

/// Renders a page of the figure's rows.
pub(super) async fn show(
    app: &RequestState,
    by: &CurrentUser,
    asked: &QueryFields,
    figure: DashboardFigure,
    asking: &DashboardQuery,
    now: Timestamp,
) -> Result<Response, WebError> {
    let own = |name: &str| asked.get(name).map(str::to_owned);
    let named = |name: &str| own(name).map(|value| if value == NAMELESS { String::new() } else { value });
    let stream = asked.get("stream").map(|id| id.parse().map_err(|_| wrong("stream"))).transpose()?;
    let behind = DrillDownFilter {
        figure,
        span: asking.span.clone(),
        part: own("part"),
        who: own("who"),
        kind: own("kind"),
        angle: named("angle"),
        stream,
        reason: named("reason"),
    };
    let (total, page) = app.desk().drill_down(&behind, asked.get("after"), ROWS).await?;
    let noun = match figure {
        DashboardFigure::Packages | DashboardFigure::Streams => "package",
        DashboardFigure::Times | DashboardFigure::Rates => "review",
        DashboardFigure::Checks => "spot-check",
        DashboardFigure::Reviews => "review",
        DashboardFigure::Accounts => "account",
    };
    let span = &asking.span;
    let mut narrowed = Vec::new();
    if figure == DashboardFigure::Accounts {
        narrowed.push("after the last run".to_owned());
    } else {
        let days = if span.first() == span.last() {
            span.first().to_string()
        } else {
            format!("{} to {}", span.first(), span.last())
        };
        narrowed.push(format!("{days} ({} time)", span.zone()));
    }
    narrowed.extend(span.campaign.as_deref().map(|name| format!("Campaign: {}", line(name))));
    narrowed.extend(behind.part.as_deref().map(|part| line(&part_name(figure, part))));
    narrowed.extend(behind.who.as_deref().map(|who| format!("Reviewer: {}", line(who))));
    narrowed.extend(behind.kind.as_deref().map(|kind| clipped(kind, 80)));
    narrowed.extend(asked.get("angle").map(|angle| format!("Version: {}", clipped(angle, 80))));
    narrowed.extend(behind.reason.as_deref().map(|reason| clipped(&reason.replace('-', " "), 80)));
    narrowed.extend(stream.map(|stream| format!("Stream {stream}")));
    let names = ["campaign", "from", "to", "days", "part", "who", "kind", "angle", "stream", "reason"];
    let next = page.next.as_deref().map(|next| {
        let mut fields: Vec<_> = names.iter().map(|name| (*name, asked.get(name))).collect();
        fields.push(("after", Some(next)));
        with_query(&format!("/dashboard/{}", figure.name()), &fields)
    });
    let heading = format!("{}s", capitalized(noun));
    let page = RowsPage {
        layout: Layout::new(app, by, &heading, NavSection::Dashboard, now).await?,
        heading,
        total: count(total, noun),
        narrowed,
        back: format!("{}#{}", with_query("/dashboard", &[("campaign", span.campaign.as_deref())]), figure.name()),
        rows: page.rows.iter().map(|row| shown(figure, row, now)).collect(),
        next,
        timed: !matches!(figure, DashboardFigure::Packages | DashboardFigure::Streams | DashboardFigure::Accounts),
    };
    render(StatusCode::OK, &page)
}

fn shown(figure: DashboardFigure, row: &DrillDownRow, now: Timestamp) -> FigureRow {
    let mut what = match figure {
        DashboardFigure::Packages | DashboardFigure::Streams => {
            PackageState::from_name(&row.what).map_or_else(String::new, |at| state_label(at).to_owned())
        }
        DashboardFigure::Accounts => part_name(figure, &row.what),
        DashboardFigure::Checks => part_name(figure, &row.what),
        // Reviews mix spot-check verdicts, which have a finding's name, and decisions.
        _ if CheckResult::ALL.iter().any(|one| one.name() == row.what) => part_name(DashboardFigure::Checks, &row.what),
        _ => decision_label(&row.what).to_owned(),
    };
    if let Some(reason) = row.reason.as_deref() {
        let known = RejectReason::ALL.into_iter().find(|one| one.name() == reason).map(reject_reason_label);
        let said = known.map_or_else(|| word(&reason), str::to_lowercase);
        what = format!("{what}: {said}");
    }
    FigureRow {
        href: row.package.as_ref().map(|id| format!("/packages/{id}")),
        account: clipped(&row.account_name, 120),
        campaign: clipped(&row.campaign, 60),
        kind: row.signal_kind.as_deref().map_or_else(String::new, |kind| clipped(kind, 60)),
        angle: row.angle.as_deref().map_or_else(String::new, |angle| clipped(angle, 60)),
        what: line(&what),
        who: row.who.as_deref().map_or_else(String::new, |who| clipped(who, 80)),
        seconds: row.seconds.map_or_else(String::new, |seconds| format!("{} s", number(seconds))),
        at: DisplayTime::new(row.at, now),
    }
}

/// Returns a label for a part of a figure.
fn part_name(figure: DashboardFigure, part: &str) -> String {
    let told = match (figure, part) {
        (DashboardFigure::Packages | DashboardFigure::Streams, "under-way") => "Scheduled",
        (DashboardFigure::Packages | DashboardFigure::Streams, "gone") => "Not sent",
        (DashboardFigure::Checks, "nonconforming") => "Has a problem",
        (DashboardFigure::Checks, "factual-defect") => "Wrong fact",
        (DashboardFigure::Rates, "approve") => "Approved as written",
        (DashboardFigure::Rates, "edit") => "Edited",
        (DashboardFigure::Rates, "reject") => "Rejected",
        (DashboardFigure::Reviews, "decision") => "Before sending",
        (DashboardFigure::Reviews, "check") => "After sending",
        (DashboardFigure::Times, seconds) => return format!("{seconds} seconds or more"),
        (DashboardFigure::Accounts, part) => match AccountState::from_name(part) {
            Some(AccountState::Ready) => "With a package",
            Some(AccountState::Disqualified) => "Disqualified",
            _ => return capitalized(part),
        },
        (_, other) => return capitalized(other),
    };
    told.to_owned()
}
