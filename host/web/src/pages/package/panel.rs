//! The package in a CRM: the same facts, draft and forms as on its own page, for a frame from 100 to 750 pixels high.
//! What fits is chosen by the style alone: at the least height there is who, why now and one button.

use super::super::{notice::Notice, render};
use super::checks::Checks;
use super::deciding::Deciding;
use super::draft::Draft;
use super::facts::Facts;
use super::since::Since;
use super::{Decided, Problem, Status, inspected};
use crate::app_state::AppState;
use crate::assets;
use crate::auth::client::ClientInfo;
use crate::auth::panel::PanelContext;
use crate::decision_form::{FormInput, PackageForm};
use crate::error::WebError;
use crate::extract::QueryFields;
use crate::show::{Moment, line, model};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::Refusal;
use baton_desk::desk::{NotOpened, RecordPackage, Theme};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "panel.html")]
struct PanelPage {
    head: Head,
    place: String,
    who: String,
    notice: Option<Notice>,
    problem: Option<Problem>,
    /// Absent where the record has no package.
    package: Option<Compact>,
    others: Vec<Other>,
}

#[derive(Template)]
#[template(path = "panel/trouble.html")]
struct TroublePage<'a> {
    head: Head,
    what: &'a str,
    hint: &'a str,
}

struct Head {
    title: String,
    /// `light`, `dark`, or nothing for the browser's own preference.
    theme: &'static str,
    style: &'static str,
    mark: &'static str,
}

/// One package.
struct Compact {
    status: Status,
    /// Absent once the person is forgotten.
    shown: Option<Shown>,
    deciding: Option<Deciding>,
    decisions: Vec<Decided>,
}

struct Shown {
    facts: Facts,
    draft: Draft,
    checks: Checks,
    next_action: String,
    reading: u32,
    touch: u8,
    tier: String,
    model: &'static str,
}

/// Another package of the record.
struct Other {
    href: String,
    state: &'static str,
    touch: u8,
    campaign: String,
    prepared: Moment,
}

/// `GET /panel?token=…&theme=…`: uses the token up and goes on to the panel, so that it is in no address that stays.
pub(crate) async fn open(
    State(app): State<Arc<AppState>>,
    client: ClientInfo,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let theme = asked.get("theme").and_then(Theme::named);
    let token = asked.get("token").unwrap_or_default();
    match app.desk().open_panel(&app.panels, token, theme, client.address, app.now()).await {
        Ok((_, session)) => Ok(Redirect::to(&format!("/panel/{session}")).into_response()),
        Err(NotOpened::Desk(error)) => Err(error.into()),
        Err(error) => {
            let hint = match &error {
                NotOpened::Nobody => {
                    "ask an admin to add you with `baton users add`, then reload the record in the CRM"
                }
                _ => "reload the record in the CRM; if it stays so, tell whoever set the panel up: the trail says more",
            };
            let trouble = WebError::new(StatusCode::FORBIDDEN, format!("The panel did not open: {error}")).hint(hint);
            Ok(troubled(&trouble, theme))
        }
    }
}

/// `GET /panel/{token}` and `GET /panel/{token}/{id}`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    panel: PanelContext,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let now = app.now();
    let notice = match asked.done() {
        // Only of this record, and not of the package that is shown anyway.
        Some(done) if panel.package.as_ref() != Some(&done) => {
            app.desk().panel_has(&panel.session, &done, now).await?;
            Notice::of(&app, Some(done), now).await
        }
        _ => None,
    };
    let first = panel.package.clone().or_else(|| panel.packages.first().map(|first| first.id.clone()));
    page(&app, &panel, first.as_ref(), PackageForm::default(), None, notice).await
}

/// The package with what a person typed still in the forms, after a decision that did not count or none yet.
pub(crate) async fn again(
    app: &AppState,
    panel: &PanelContext,
    id: &PackageId,
    form: PackageForm,
    refusal: Option<&Refusal>,
) -> Result<Response, WebError> {
    let newer = match refusal {
        Some(Refusal::Unknown) => return Err(WebError::unknown("package")),
        Some(Refusal::Stale { newer: Some(newer), .. }) => newer,
        _ => id,
    };
    page(app, panel, Some(newer), form, refusal, None).await
}

/// What went wrong, in the panel's own dress.
pub(crate) fn troubled(trouble: &WebError, theme: Option<Theme>) -> Response {
    let hint = match trouble.status {
        StatusCode::FORBIDDEN | StatusCode::PAYLOAD_TOO_LARGE => trouble.hint.as_str(),
        _ => "reload the record in the CRM",
    };
    let page = TroublePage { head: Head::new(&trouble.what, theme), what: &trouble.what, hint };
    render(trouble.status, &page).unwrap_or_else(|_| trouble.status.into_response())
}

async fn page(
    app: &AppState,
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
        // What was asked for is at fault, and not what happened meanwhile.
        (Some(refusal), Some(asked)) if crate::error::status(refusal) == StatusCode::CONFLICT => {
            let since = Since::of(app, asked, form.state.seen, refusal, now).await?;
            Some(Problem::new(refusal, since, &form, has_forms))
        }
        (Some(refusal), _) => Some(Problem::new(refusal, Since::default(), &form, has_forms)),
        (None, _) if !has_forms && !matches!(form.input, FormInput::None) => Some(Problem::past(&form)),
        (None, _) => None,
    };
    let shown = package.as_ref().map(|package| package.status.id.clone());
    let others = panel.packages.iter().filter(|other| Some(&other.id.0) != shown.as_ref());
    let title = package.as_ref().map_or("No package", |package| package.status.account.as_str());
    let page = PanelPage {
        head: Head::new(title, panel.session.theme),
        place: panel.place.clone(),
        who: line(&panel.by.who),
        notice,
        problem,
        others: others.map(|other| Other::new(&panel.place, other, now)).collect(),
        package,
    };
    render(refusal.map_or(StatusCode::OK, crate::error::status), &page)
}

async fn compact(
    app: &AppState,
    panel: &PanelContext,
    id: &PackageId,
    form: &PackageForm,
    now: Timestamp,
) -> Result<Compact, WebError> {
    let since = app.desk().trail_end().await?;
    let view = app.desk().package(id, now).await?;
    let digest = view.digest.get(..8).unwrap_or(&view.digest);
    let seen = format!("digest {digest}, in the panel of {}", panel.session.crm);
    app.desk().viewed(&panel.by.who, &view.id, &seen, now).await?;
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
            deciding = Some(Deciding::new(app, &view, content, &checks, retyped, (form, since), now));
        }
        let footer = Some(view.footer.as_str()).filter(|_| status.open);
        let footer = footer.or_else(|| view.outbox.as_ref()?.footer.as_ref().open().map(String::as_str));
        shown = Some(Shown {
            facts: Facts::new(package, now),
            draft: Draft::new(package, footer.unwrap_or_default()),
            checks: Checks::new(&checks),
            next_action: line(&package.next_action),
            reading: package.reading_seconds,
            touch: package.touch_number,
            tier: line(&content.routing.tier),
            model: model(content.routing.model),
        });
    }
    let decisions = Decided::all(&view, app.sending.time_zone, now);
    Ok(Compact { status, shown, deciding, decisions })
}

impl Head {
    fn new(title: &str, theme: Option<Theme>) -> Self {
        Self {
            title: title.to_owned(),
            theme: theme.map_or("", Theme::name),
            style: &assets::STYLE.path,
            mark: &assets::MARK.path,
        }
    }
}

impl Other {
    fn new(place: &str, package: &RecordPackage, now: Timestamp) -> Self {
        Self {
            href: format!("{place}/{}", package.id),
            state: crate::show::state(package.state),
            touch: package.touch_number,
            campaign: line(&package.campaign),
            prepared: Moment::new(package.prepared, now),
        }
    }
}
