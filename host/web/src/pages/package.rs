//! The package page: everything that one decision needs in one view. Each form is bound to exactly what is shown.
//!
//! A refused decision gets the same page back, with the reason on top, the current package, and everything that the person
//! typed still in place.

mod assignment;
mod changes_since;
mod checks;
mod datetime_inputs;
mod decision_forms;
mod decision_history;
mod diff;
mod draft;
mod earlier_messages;
mod facts;
pub(crate) mod panel;
mod spot_check;

use super::calibration::RewriteWarning;
use super::notice::Notice;
use super::outbox::OutboxItem;
use super::queue::QueueQuery;
use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::decision_form::{EditedText, FormInput, PackageForm, PageState};
use crate::error::{WebError, sentence};
use crate::extract::{PathId, QueryFields};
use crate::format::{
    DisplayTime, capitalized, in_zone, line, lines, model_label, state_label, state_sentence, time_left,
};
use askama::Template;
use assignment::AssignmentCard;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::{DeskError, Refusal};
use baton_facts::packages::Check;
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::Zone;
use baton_model::package_state;
use baton_model::views::{PackageView, SeededDefectResult};
use changes_since::{ChangesSince, PackageEvent};
use checks::{CheckItem, CheckSummary};
use decision_forms::{CheckedText, DecisionForms};
use decision_history::DecisionItem;
use diff::{TextChange, changes};
use draft::DraftView;
use earlier_messages::{EarlierMessage, earlier};
use facts::PackageFacts;
use spot_check::{SamplingNote, VerdictForms};
use std::sync::Arc;

/// Rules of the trace that are shown at most.
const TRACE: usize = 200;

/// A deadline within this many seconds is near.
const NEAR: i64 = 3 * 86_400;

#[derive(Template)]
#[template(path = "package.html")]
struct PackagePage {
    layout: Layout,
    notice: Option<Notice>,
    problem: Option<Problem>,
    /// The queue with its filters.
    back: String,
    back_to: &'static str,
    status: Status,
    /// Set if drafts like this one are often rewritten.
    rewrite_warning: Option<RewriteWarning>,
    /// `None` once the contact's data is erased.
    shown: Option<PackageContent>,
    deciding: Option<DecisionForms>,
    /// The differences from the draft that this one replaced.
    before: Vec<TextChange>,
    /// Set if the package was sampled for a spot-check.
    sampling: Option<SamplingNote>,
    /// The verdict forms, if the message was sent and its spot-check is open.
    verdict: Option<VerdictForms>,
    decisions: Vec<DecisionItem>,
    entry: Option<OutboxItem>,
    /// The assignee; `None` if nobody signs in.
    assigned: Option<AssignmentCard>,
}

struct Status {
    id: String,
    account: String,
    campaign: String,
    open: bool,
    state: &'static str,
    standing: String,
    newer: Option<String>,
    /// The seeded defect, if it had one.
    seeded_defect: Option<String>,
    /// The seeded defect was not found.
    missed: bool,
    /// Why the contact or account is suppressed.
    suppressed: Option<String>,
    /// Why the account is paused.
    paused: Option<String>,
    prepared: DisplayTime,
    deadline: DisplayTime,
    left: String,
    near: bool,
    recordings: u32,
}

/// The content of the package.
struct PackageContent {
    facts: PackageFacts,
    earlier: Vec<EarlierMessage>,
    draft: DraftView,
    checks: CheckSummary,
    /// The checks are current, not those from when it was prepared.
    fresh: bool,
    next_action: String,
    score: u8,
    reading: u32,
    touch: u8,
    tier: String,
    model: &'static str,
    reason: String,
    routing: Vec<CheckItem>,
    trace: Option<Vec<CheckItem>>,
}

/// The checks on a text that is being edited, as a fragment of the page.
#[derive(Template)]
#[template(path = "package/text-checks-fragment.html")]
struct CheckedPiece {
    checked: CheckedText,
}

/// Why a decision was refused, and the typed text if no form is left to hold it.
struct Problem {
    what: String,
    hint: &'static str,
    changed: Vec<&'static str>,
    /// Events since the form was rendered.
    happened: Vec<PackageEvent>,
    /// The differences between the draft that was shown and the one that replaced it.
    difference: Vec<TextChange>,
    kept: Vec<(&'static str, String)>,
}

/// `GET /packages/{id}`
pub(crate) async fn show(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    asked: QueryFields,
) -> Result<Response, WebError> {
    let within = asked.get("within").map(str::to_owned);
    let state = PageState { within, checking: asked.get("checks").is_some(), ..PageState::default() };
    let form = PackageForm { state, input: FormInput::None };
    let now = app.now();
    let notice = Notice::of(&app, asked.done().filter(|done| done.0 != id.0), now).await;
    page(&app, &by, &id.package(), form, None, notice, now).await
}

/// Renders the package with the typed text still in the forms, after a refused decision or a check of the text.
pub(crate) async fn again(
    app: &RequestState,
    by: &CurrentUser,
    id: &PackageId,
    form: PackageForm,
    refusal: Option<&Refusal>,
    now: Timestamp,
) -> Result<Response, WebError> {
    let newer = match refusal {
        Some(Refusal::PackageNotFound) => return Err(WebError::unknown("package or message")),
        Some(Refusal::Stale { newer: Some(newer), .. }) => newer,
        _ => id,
    };
    if refusal.is_none() && form.edit().is_some_and(|edit| edit.subject.is_some()) {
        noted(app, by, id, &form.state, now).await?;
    }
    let refused = match refusal {
        // The request itself is at fault, so what happened meanwhile does not matter.
        Some(refusal) if crate::error::status(refusal) != StatusCode::CONFLICT => {
            Some((refusal, ChangesSince::default()))
        }
        Some(refusal) => Some((refusal, ChangesSince::of(app, id, form.state.seen, refusal, now).await?)),
        None => None,
    };
    page(app, by, newer, form, refused, None, now).await
}

/// Renders the checks on a text that is being edited, and says whether the package can still be decided.
pub(crate) async fn fragment(
    app: &RequestState,
    by: &CurrentUser,
    id: &PackageId,
    form: PackageForm,
    now: Timestamp,
) -> Result<Response, WebError> {
    let view = app.desk().package(id, now).await?;
    let Some(content) = view.content.as_ref().open() else { return Err(refused(Refusal::PersonErased)) };
    let draft = &content.package.draft.message;
    let Some(message) = form.message(&draft.to) else {
        return Err(refused(Refusal::Invalid("there is no text to check".into())));
    };
    noted(app, by, id, &form.state, now).await?;
    let checks = app.desk().inspect(id, &message, now).await?;
    let late = (!view.state.is_open()).then(|| state_sentence(view.state).to_owned());
    let late = late.or_else(|| (view.digest != form.state.shown).then(|| "The package has changed".to_owned()));
    let overruled = form.edit().map_or(&[][..], |edit| &edit.overruled);
    let checked = CheckedText { late, ..CheckedText::new(draft, &message, &checks, overruled, &app.check_titles) };
    render(StatusCode::OK, &CheckedPiece { checked })
}

fn refused(refusal: Refusal) -> WebError {
    WebError::from(DeskError::from(refusal))
}

/// Records in the audit log that a text was checked, once per form.
async fn noted(
    app: &RequestState,
    _by: &CurrentUser,
    id: &PackageId,
    state: &PageState,
    now: Timestamp,
) -> Result<(), DeskError> {
    let key: String = state.key.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    app.desk().record_text_check(id, &key, now).await
}

async fn page(
    app: &RequestState,
    by: &CurrentUser,
    id: &PackageId,
    form: PackageForm,
    refused: Option<(&Refusal, ChangesSince)>,
    notice: Option<Notice>,
    now: Timestamp,
) -> Result<Response, WebError> {
    let zone = app.sending.time_zone;
    let seen = app.desk().last_audit_entry().await?;
    let view = app.desk().package(id, now).await?;
    app.desk().record_package_view(&view, now).await?;
    let status = Status::new(&view, zone, now);
    let content = view.content.as_ref().open();
    let (mut shown, mut deciding, mut rewrite_warning) = (None, None, None);
    if let Some(content) = content {
        let package = &content.package;
        let heard = if status.open { inspected(app, id, &package.draft.message, now).await } else { None };
        let fresh = heard.is_some();
        let checks = heard.unwrap_or_else(|| Arc::new(package.checks.clone()));
        if status.open {
            rewrite_warning = RewriteWarning::of(app, &view.campaign, package).await?;
            let retyped = match form.message(&package.draft.message.to) {
                Some(message) => inspected(app, id, &message, now).await,
                None => None,
            };
            deciding = Some(DecisionForms::new(app, &view, content, &checks, retyped, (&form, seen), now));
        }
        let footer = Some(view.footer.as_str()).filter(|_| status.open);
        let footer = footer.or_else(|| view.outbox.as_ref()?.footer.as_ref().open().map(String::as_str));
        shown = Some(PackageContent {
            facts: PackageFacts::new(package, now),
            earlier: earlier(&view, now),
            draft: DraftView::new(package, footer.unwrap_or_default()),
            checks: CheckSummary::new(&checks, &app.check_titles),
            fresh,
            next_action: line(&package.next_action),
            score: package.score,
            reading: package.reading_seconds,
            touch: package.touch_number,
            tier: content.routing.tier.as_deref().map(line).unwrap_or_default(),
            model: model_label(content.routing.model),
            reason: line(&content.routing.reason),
            routing: checks::lines(&content.routing.trace, TRACE, &app.check_titles),
            trace: view.trace.as_ref().open().map(|trace| checks::lines(trace, TRACE, &app.check_titles)),
        });
    }
    let wants_verdict = view.check.as_ref().is_some_and(|check| check.needs_verdict(view.state));
    let verdict = (wants_verdict && shown.is_some()).then(|| VerdictForms::new(app, &view, &form, seen));
    let has_forms = if matches!(form.input, FormInput::Verdict(_)) { verdict.is_some() } else { deciding.is_some() };
    let code = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| crate::error::status(refusal));
    let problem = match refused {
        Some((refusal, since)) => Some(Problem::new(refusal, since, &form, has_forms)),
        None if !has_forms && !matches!(form.input, FormInput::None) => Some(Problem::past(&form)),
        None => None,
    };
    let here = if form.state.checking { NavSection::Check } else { NavSection::Package };
    let replaced = notice.as_ref().and_then(|notice| notice.replaced.as_ref()).filter(|(by, _)| *by == view.id);
    let before = replaced.zip(content).map(|((_, draft), content)| changes(draft, &content.package.draft.message));
    let page = PackagePage {
        before: before.unwrap_or_default(),
        layout: Layout::new(app, by, &status.account, here, now).await?,
        notice,
        problem,
        back: if form.state.checking {
            "/checks".to_owned()
        } else {
            QueueQuery::within(form.state.within.as_deref()).href("/", &[])
        },
        back_to: if form.state.checking { "Spot-checks" } else { "Queue" },
        rewrite_warning,
        shown,
        deciding,
        sampling: view.check.as_ref().map(|check| SamplingNote::new(&view, check, now)),
        verdict,
        decisions: DecisionItem::all(&view, &app.check_titles, zone, now),
        entry: view.outbox.as_ref().map(|entry| OutboxItem::new(entry, &app.check_titles, now)),
        assigned: AssignmentCard::of(app, by, id, now).await?,
        status,
    };
    render(code, &page)
}

/// Returns `None` if the engine does not respond. Then the page shows the stored checks.
async fn inspected(app: &RequestState, id: &PackageId, message: &Message, now: Timestamp) -> Option<Arc<Vec<Check>>> {
    app.desk().inspect(id, message, now).await.ok()
}

impl Status {
    fn new(view: &PackageView, zone: Zone, now: Timestamp) -> Self {
        let late = view.state.is_open() && view.deadline <= now;
        let standing = match (view.state, view.until) {
            _ if late => "Expired: its reason to write is out of date, so it can't be sent".to_owned(),
            (package_state::PackageState::Snoozed, Some(until)) if until > now => {
                format!("Snoozed until {}", in_zone(until, zone))
            }
            (package_state::PackageState::Snoozed, _) => state_sentence(package_state::PackageState::Queued).to_owned(),
            (state, _) => state_sentence(state).to_owned(),
        };
        let suppressed = view.suppression.as_ref().filter(|_| view.state.is_open()).map(|order| {
            let (scope, reason) = (crate::format::word(&order.scope), crate::format::word(&order.reason));
            let until = order.until.map_or_else(String::new, |until| format!(", until {}", crate::format::date(until)));
            format!("This {scope} is suppressed: {reason}{until}")
        });
        Self {
            id: view.id.0.clone(),
            account: line(&view.account_name),
            campaign: line(&view.campaign),
            open: view.state.is_open(),
            state: if late { "Expired" } else { state_label(view.state) },
            standing,
            newer: view.newer.as_ref().map(|newer| format!("/packages/{newer}")),
            missed: view
                .seeded_defect
                .as_ref()
                .is_some_and(|planted| planted.result == Some(SeededDefectResult::Missed)),
            seeded_defect: view
                .seeded_defect
                .as_ref()
                .map(|planted| capitalized(&crate::format::seeded_defect_label(planted))),
            suppressed,
            paused: view.paused.as_ref().filter(|_| view.state.is_open()).map(|pause| line(&pause.why)),
            prepared: DisplayTime::new(view.prepared, now),
            deadline: DisplayTime::new(view.deadline, now),
            left: time_left(view.deadline, now),
            near: view.deadline.saturating_sub(now) <= NEAR,
            recordings: view.recordings,
        }
    }
}

impl Problem {
    fn new(refusal: &Refusal, since: ChangesSince, form: &PackageForm, has_forms: bool) -> Self {
        let changed = match refusal {
            Refusal::Stale { changed, .. } => changed.iter().map(|what| changed_words(what)).collect(),
            _ => Vec::new(),
        };
        let what = match refusal {
            Refusal::Stale { newer: Some(_), .. } => "Not saved: a newer package replaced the one you saw".to_owned(),
            Refusal::Stale { newer: None, .. } => {
                "Not saved: the package changed while you were reviewing it".to_owned()
            }
            refusal => format!("Not saved. {}", sentence(refusal)),
        };
        let hint = match refusal {
            Refusal::Stale { .. } => "check the current version below, then decide",
            Refusal::KeyReused => "decide again from here",
            Refusal::IllegalTransition { state, expired: false, .. } if state.is_open() => "choose another time",
            refusal => refusal.hint(),
        };
        let ChangesSince { happened, difference } = since;
        Self { what, hint, changed, happened, difference, kept: if has_forms { Vec::new() } else { kept(form) } }
    }

    /// Creates the problem for a text check on a package that can no longer be decided.
    fn past(form: &PackageForm) -> Self {
        let what = "This package was already reviewed".to_owned();
        let (happened, difference) = (Vec::new(), Vec::new());
        Self { what, hint: "your text is below", changed: Vec::new(), happened, difference, kept: kept(form) }
    }
}

/// Returns the typed texts that would be lost with the form.
fn kept(form: &PackageForm) -> Vec<(&'static str, String)> {
    let text = |part: fn(&EditedText) -> Option<&str>| form.edit().and_then(part).unwrap_or_default();
    let (subject, body) = (text(|edit| edit.subject.as_deref()), text(|edit| edit.body.as_deref()));
    [("Your subject", subject), ("Your text", body), ("Your note", form.note())]
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(label, text)| (label, lines(text)))
        .collect()
}

fn changed_words(what: &str) -> &'static str {
    match what {
        "contact" => "the contact",
        "subject" => "the subject",
        "body" => "the text",
        "sender" => "the sender",
        "signals" => "the signals",
        "history" => "the history",
        "account" => "the account's record",
        "checks" => "the checks",
        "tier" => "the tier or the review rules",
        _ => "something else",
    }
}
