//! The package panel inside a CRM: the same facts, draft, and forms as the package page, in a frame 100 to 750 pixels high.
//! The style sheet alone decides what fits: at the smallest height, the contact, why now, and one button.

use super::super::{notice::Notice, render};
use super::changes_since::ChangesSince;
use super::checks::CheckSummary;
use super::decision_forms::DecisionForms;
use super::draft::DraftView;
use super::facts::PackageFacts;
use super::{DecisionItem, Problem, Status, inspected};
use crate::app_state::RequestState;
use crate::assets;
use crate::auth::client::ClientInfo;
use crate::auth::panel::PanelContext;
use crate::decision_form::{FormInput, PackageForm};
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::format::{DisplayTime, line, model_label};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::Refusal;
use baton_desk::panel::{PanelError, PanelTheme, RecordPackage};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "panel.html")]
struct PanelPage {
    head: PanelHead,
    place: String,
    who: String,
    notice: Option<Notice>,
    problem: Option<Problem>,
    /// `None` if the record has no package.
    package: Option<PanelPackage>,
    others: Vec<OtherPackage>,
}

#[derive(Template)]
#[template(path = "panel/error.html")]
struct PanelErrorPage<'a> {
    head: PanelHead,
    what: &'a str,
    hint: &'a str,
}

struct PanelHead {
    title: String,
    /// `light`, `dark`, or empty for the browser's preference.
    theme: &'static str,
    style: &'static str,
    mark: &'static str,
}

struct PanelPackage {
    status: Status,
    /// `None` once the contact's data is erased.
    shown: Option<PanelContent>,
    deciding: Option<DecisionForms>,
    decisions: Vec<DecisionItem>,
}

struct PanelContent {
    facts: PackageFacts,
    draft: DraftView,
    checks: CheckSummary,
    next_action: String,
    reading: u32,
    touch: u8,
    tier: String,
    model: &'static str,
}

struct OtherPackage {
    href: String,
    state: &'static str,
    touch: u8,
    campaign: String,
    prepared: DisplayTime,
}

/// `GET /panel?token=…&theme=…`: uses the token and redirects to the panel, so that no lasting address contains it.
pub(crate) async fn open(app: RequestState, client: ClientInfo, asked: QueryFields) -> Result<Response, WebError> {
    let theme = asked.get("theme").and_then(PanelTheme::from_name);
    let token = asked.get("token").unwrap_or_default();
    match app.desk().open_panel(&app.panels, token, theme, client.address, app.now()).await {
        Ok((_, session)) => Ok(Redirect::to(&format!("/panel/{session}")).into_response()),
        Err(PanelError::Desk(error)) => Err(error.into()),
        Err(error) => {
            let hint = match &error {
                PanelError::Nobody => "ask your admin to add you as a user, then reload the record in the CRM",
                _ => {
                    "reload the record in the CRM; if that does not help, ask your admin, who finds the cause in the audit log"
                }
            };
            let trouble = WebError::new(StatusCode::FORBIDDEN, format!("The panel did not open: {error}")).hint(hint);
            Ok(error_page(&trouble, theme))
        }
    }
}

/// `GET /panel/{token}` and `GET /panel/{token}/{id}`
pub(crate) async fn show(app: RequestState, panel: PanelContext, asked: QueryFields) -> Result<Response, WebError> {
    let now = app.now();
    let notice = match asked.done() {
        // Only for packages of this record other than the one that is shown.
        Some(done) if panel.package.as_ref() != Some(&done) => {
            app.desk().panel_has(&panel.session, &done, now).await?;
            Notice::of(&app, Some(done), now).await
        }
        _ => None,
    };
    let first = panel.package.clone().or_else(|| panel.packages.first().map(|first| first.id.clone()));
    page(&app, &panel, first.as_ref(), PackageForm::default(), None, notice).await
}

/// Renders the package with the typed text still in the forms, after a refused decision or a check of the text.
pub(crate) async fn again(
    app: &RequestState,
    panel: &PanelContext,
    id: &PackageId,
    form: PackageForm,
    refusal: Option<&Refusal>,
) -> Result<Response, WebError> {
    let newer = match refusal {
        Some(Refusal::PackageNotFound) => return Err(WebError::unknown("package")),
        Some(Refusal::Stale { newer: Some(newer), .. }) => newer,
        _ => id,
    };
    page(app, panel, Some(newer), form, refusal, None).await
}

/// Renders an error in the layout of the panel.
pub(crate) fn error_page(trouble: &WebError, theme: Option<PanelTheme>) -> Response {
    let hint = match trouble.status {
        StatusCode::FORBIDDEN | StatusCode::PAYLOAD_TOO_LARGE => trouble.hint.as_str(),
        _ => "reload the record in the CRM",
    };
    let page = PanelErrorPage { head: PanelHead::new(&trouble.what, theme), what: &trouble.what, hint };
    render(trouble.status, &page).unwrap_or_else(|_| trouble.status.into_response())
}

async fn page(
    app: &RequestState,
    panel: &PanelContext,
    id: Option<&PackageId>,
    form: PackageForm,
    refusal: Option<&Refusal>,
    notice: Option<Notice>,
) -> Result<Response, WebError> {
    let now = app.now();
    let package = match id {
        Some(id) => Some(compact(app, panel, id, &form, now).await?),
        None => None,
    };
    let has_forms = package.as_ref().is_some_and(|package| package.deciding.is_some());
    let problem = match (refusal, &panel.package) {
        // The request itself is at fault, so what happened meanwhile does not matter.
        (Some(refusal), Some(asked)) if crate::error::status(refusal) == StatusCode::CONFLICT => {
            let since = ChangesSince::of(app, asked, form.state.seen, refusal, now).await?;
            Some(Problem::new(refusal, since, &form, has_forms))
        }
        (Some(refusal), _) => Some(Problem::new(refusal, ChangesSince::default(), &form, has_forms)),
        (None, _) if !has_forms && !matches!(form.input, FormInput::None) => Some(Problem::past(&form)),
        (None, _) => None,
    };
    let shown = package.as_ref().map(|package| package.status.id.clone());
    let others = panel.packages.iter().filter(|other| Some(&other.id.0) != shown.as_ref());
    let title = package.as_ref().map_or("No package", |package| package.status.account.as_str());
    let page = PanelPage {
        head: PanelHead::new(title, panel.session.theme),
        place: panel.place.clone(),
        who: line(&panel.by.who),
        notice,
        problem,
        others: others.map(|other| OtherPackage::new(&panel.place, other, now)).collect(),
        package,
    };
    render(refusal.map_or(StatusCode::OK, crate::error::status), &page)
}

async fn compact(
    app: &RequestState,
    panel: &PanelContext,
    id: &PackageId,
    form: &PackageForm,
    now: Timestamp,
) -> Result<PanelPackage, WebError> {
    let since = app.desk().last_audit_entry().await?;
    let view = app.desk().package(id, now).await?;
    let digest = view.digest.get(..8).unwrap_or(&view.digest);
    let seen = format!("digest {digest}, in the panel of {}", panel.session.crm);
    app.desk().record_view(&view.id, &seen, now).await?;
    let status = Status::new(&view, app.sending.time_zone, now);
    let (mut shown, mut deciding) = (None, None);
    if let Some(content) = view.content.as_ref().open() {
        let package = &content.package;
        let heard = if status.open { inspected(app, &view.id, &package.draft.message, now).await } else { None };
        let checks = heard.unwrap_or_else(|| Arc::new(package.checks.clone()));
        if status.open {
            let retyped = match form.message(&package.draft.message.to) {
                Some(message) => inspected(app, &view.id, &message, now).await,
                None => None,
            };
            deciding = Some(DecisionForms::new(app, &view, content, &checks, retyped, (form, since), now));
        }
        let footer = Some(view.footer.as_str()).filter(|_| status.open);
        let footer = footer.or_else(|| view.outbox.as_ref()?.footer.as_ref().open().map(String::as_str));
        shown = Some(PanelContent {
            facts: PackageFacts::new(package, now),
            draft: DraftView::new(package, footer.unwrap_or_default()),
            checks: CheckSummary::new(&checks, &app.check_titles),
            next_action: line(&package.next_action),
            reading: package.reading_seconds,
            touch: package.touch_number,
            tier: content.routing.tier.as_deref().map(line).unwrap_or_default(),
            model: model_label(content.routing.model),
        });
    }
    let decisions = DecisionItem::all(&view, &app.check_titles, app.sending.time_zone, now);
    Ok(PanelPackage { status, shown, deciding, decisions })
}

impl PanelHead {
    fn new(title: &str, theme: Option<PanelTheme>) -> Self {
        Self {
            title: title.to_owned(),
            theme: theme.map_or("", PanelTheme::name),
            style: &assets::STYLE.path,
            mark: &assets::MARK.path,
        }
    }
}

impl OtherPackage {
    fn new(place: &str, package: &RecordPackage, now: Timestamp) -> Self {
        Self {
            href: format!("{place}/{}", package.id),
            state: crate::format::state_label(package.state),
            touch: package.touch_number,
            campaign: line(&package.campaign),
            prepared: DisplayTime::new(package.prepared, now),
        }
    }
}
