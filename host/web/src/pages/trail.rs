//! The audit trail of one package: who did what, when, and from where.

use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields, with_query};
use crate::show::{Moment, line};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// Lines of one page.
const LINES: u32 = 200;

#[derive(Template)]
#[template(path = "trail.html")]
struct TrailPage {
    frame: Frame,
    account: String,
    package: String,
    lines: Vec<Line>,
    next: Option<String>,
}

struct Line {
    number: i64,
    at: Moment,
    who: String,
    what: String,
    detail: String,
    from: String,
}

/// `GET /packages/{id}/trail`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    id: PathId,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let view = app.desk().package(&id.package(), now).await?;
    let page = app.desk().audit(Some(&view.id), asked.get("after"), LINES).await?;
    let lines = page.rows.into_iter().map(|row| Line {
        number: row.number,
        at: Moment::new(row.at, now),
        who: line(&row.who),
        what: line(&row.what.replace('-', " ")),
        detail: line(&row.detail),
        from: line(row.asked_from.as_deref().unwrap_or_default()),
    });
    let account = line(&view.account_name);
    let frame = Frame::new(&app, &by, &format!("Trail of {account}"), Here::Package, now).await?;
    let next = page.next.map(|next| with_query(&format!("/packages/{}/trail", id.0), &[("after", Some(&next))]));
    render(StatusCode::OK, &TrailPage { frame, account, package: id.0, lines: lines.collect(), next })
}
