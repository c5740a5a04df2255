//! The audit log of one package: who did what, when, and from which address.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{PathId, QueryFields, with_query};
use crate::format::{DisplayTime, line};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

/// Entries per page.
const LINES: u32 = 200;

#[derive(Template)]
#[template(path = "audit-log.html")]
struct AuditLogPage {
    layout: Layout,
    account: String,
    package: String,
    lines: Vec<AuditItem>,
    next: Option<String>,
}

struct AuditItem {
    number: i64,
    at: DisplayTime,
    who: String,
    what: String,
    detail: String,
    from: String,
}

/// `GET /packages/{id}/audit-log`
pub(crate) async fn show(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let view = app.desk().package(&id.package(), now).await?;
    let page = app.desk().audit(Some(&view.id), asked.get("after"), LINES).await?;
    let lines = page.rows.into_iter().map(|row| AuditItem {
        number: row.number,
        at: DisplayTime::new(row.at, now),
        who: line(&row.who),
        what: line(&row.action.replace('-', " ")),
        detail: line(&row.detail),
        from: line(row.client_address.as_deref().unwrap_or_default()),
    });
    let account = line(&view.account_name);
    let layout = Layout::new(&app, &by, &format!("Audit log: {account}"), NavSection::Package, now).await?;
    let next = page.next.map(|next| with_query(&format!("/packages/{}/audit-log", id.0), &[("after", Some(&next))]));
    render(StatusCode::OK, &AuditLogPage { layout, account, package: id.0, lines: lines.collect(), next })
}
