//! One package, whole: all that one decision needs is in one view, and the forms are about exactly what is shown.
//!
//! The same page is what a refused decision gets back: with what is in the way on top, as the package is now, and with
//! everything the person had typed still in its place.

mod assign;
mod checks;
mod deciding;
mod difference;
mod draft;
mod earlier;
mod facts;
mod moments;
pub(crate) mod panel;
mod since;
mod verdict;

use super::calibration::Often;
use super::notice::Notice;
use super::outbox::Entry;
use super::queue::Narrow;
use super::{Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::decision_form::{EditedText, FormInput, PackageForm, PageState};
use crate::error::{WebError, sentence};
use crate::extract::{PathId, QueryFields};
use crate::show::{Moment, ahead, decided, in_zone, line, lines, model, rejected_for, standing, state};
use askama::Template;
use assign::Assigned;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::{DeskError, Refusal};
use baton_facts::packages::Check;
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::Zone;
use baton_model::package_state;
use baton_model::views::{Content, DecisionView, PackageView, Spotted};
use checks::{Checks, Line};
use deciding::{Checked, Deciding};
use difference::{Change, changes};
use draft::Draft;
use earlier::{Earlier, earlier};
use facts::Facts;
pub(crate) use moments::read as read_moment;
use since::{Happened, Since};
use std::sync::Arc;
use verdict::{Drawn, Verdicting};

/// Rules of the trace that are shown.
const TRACE: usize = 200;

/// A deadline within so many seconds is near.
const NEAR: i64 = 3 * 86_400;

#[derive(Template)]
#[template(path = "package.html")]
struct PackagePage {
    frame: Frame,
    notice: Option<Notice>,
    problem: Option<Problem>,
    /// The queue as it was narrowed.
    back: String,
    back_to: &'static str,
    status: Status,
    /// Drafts like this one need substantial editing.
    often: Option<Often>,
    /// Absent once the person is forgotten.
    shown: Option<Shown>,
    deciding: Option<Deciding>,
    /// The draft that this one took the place of, beside it.
    before: Vec<Change>,
    /// It was drawn for a check.
    drawn: Option<Drawn>,
    /// What has left and waits for a verdict.
    verdict: Option<Verdicting>,
    decisions: Vec<Decided>,
    entry: Option<Entry>,
    /// Whose it is, where people sign in.
    assigned: Option<Assigned>,
}

/// Where the package is.
struct Status {
    id: String,
    account: String,
    campaign: String,
    open: bool,
    state: &'static str,
    standing: String,
    newer: Option<String>,
    /// It was planted: what was wrong with it.
    planted: Option<String>,
    /// And that was not found.
    missed: bool,
    /// A standing order not to write.
    suppressed: Option<String>,
    /// Everything at the account rests.
    paused: Option<String>,
    prepared: Moment,
    deadline: Moment,
    left: String,
    near: bool,
    recordings: u32,
}

/// What the package says.
struct Shown {
    facts: Facts,
    earlier: Vec<Earlier>,
    draft: Draft,
    checks: Checks,
    /// The checks are as of now, or those it was prepared with.
    fresh: bool,
    next_action: String,
    score: u8,
    reading: u32,
    touch: u8,
    tier: String,
    model: &'static str,
    reason: String,
    routing: Vec<Line>,
    trace: Option<Vec<Line>>,
}

struct Decided {
    who: String,
    at: Moment,
    what: &'static str,
    seconds: Option<u32>,
    detail: Vec<String>,
    /// What an edit made of the draft.
    changes: Vec<Change>,
}

/// What the engine says to a text that is being written: a piece of the page.
#[derive(Template)]
#[template(path = "package/checked-piece.html")]
struct CheckedPiece {
    checked: Checked,
}

/// Why a decision did not count, and what the person had typed where no form is left to hold it.
struct Problem {
    what: String,
    hint: &'static str,
    changed: Vec<&'static str>,
    /// What happened since the form was made.
    happened: Vec<Happened>,
    /// The draft that was shown, beside the one that took its place.
    difference: Vec<Change>,
    kept: Vec<(&'static str, String)>,
}

/// `GET /packages/{id}`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
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

/// The package with what a person typed still in the forms, after a decision that did not count or none yet.
pub(crate) async fn again(
    app: &AppState,
    by: &CurrentUser,
    id: &PackageId,
    form: PackageForm,
    refusal: Option<&Refusal>,
    now: Timestamp,
) -> Result<Response, WebError> {
    let newer = match refusal {
        Some(Refusal::Unknown) => return Err(WebError::unknown("package or message")),
        Some(Refusal::Stale { newer: Some(newer), .. }) => newer,
        _ => id,
    };
    if refusal.is_none() && form.edit().is_some_and(|edit| edit.subject.is_some()) {
        noted(app, by, id, &form.state, now).await?;
    }
    let refused = match refusal {
        // What was asked for is at fault, and not what happened meanwhile.
        Some(refusal) if crate::error::status(refusal) != StatusCode::CONFLICT => Some((refusal, Since::default())),
        Some(refusal) => Some((refusal, Since::of(app, id, form.state.seen, refusal, now).await?)),
        None => None,
    };
    page(app, by, newer, form, refused, None, now).await
}

/// The checks on a text that is being written, as a piece of the page, and whether anything happened meanwhile that
/// stands in the way of deciding.
pub(crate) async fn fragment(
    app: &AppState,
    by: &CurrentUser,
    id: &PackageId,
    form: PackageForm,
    now: Timestamp,
) -> Result<Response, WebError> {
    let view = app.desk().package(id, now).await?;
    let Some(content) = view.content.as_ref().open() else { return Err(refused(Refusal::Forgotten)) };
    let draft = &content.package.draft.message;
    let Some(message) = form.message(&draft.to) else {
        return Err(refused(Refusal::Invalid("there is no text to check".into())));
    };
    noted(app, by, id, &form.state, now).await?;
    let checks = app.desk().inspect(id, &message, now).await?;
    let late = (!view.state.is_open()).then(|| standing(view.state).to_owned());
    let late = late.or_else(|| (view.digest != form.state.shown).then(|| "The package has changed".to_owned()));
    let overruled = form.edit().map_or(&[][..], |edit| &edit.overruled);
    let checked = Checked { late, ..Checked::new(draft, &message, &checks, overruled) };
    render(StatusCode::OK, &CheckedPiece { checked })
}

fn refused(refusal: Refusal) -> WebError {
    WebError::from(DeskError::from(refusal))
}

/// The trail has a line of every form in which a text was checked.
async fn noted(
    app: &AppState,
    by: &CurrentUser,
    id: &PackageId,
    state: &PageState,
    now: Timestamp,
) -> Result<(), DeskError> {
    let key: String = state.key.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    app.desk().checked(&by.who, id, &key, now).await
}

async fn page(
    app: &AppState,
    by: &CurrentUser,
    id: &PackageId,
    form: PackageForm,
    refused: Option<(&Refusal, Since)>,
    notice: Option<Notice>,
    now: Timestamp,
) -> Result<Response, WebError> {
    let zone = app.sending.time_zone;
    let seen = app.desk().trail_end().await?;
    let view = app.desk().package(id, now).await?;
    let what = view.digest.get(..8).unwrap_or(&view.digest);
    app.desk().viewed(&by.who, id, &format!("digest {what}"), now).await?;
    let status = Status::new(&view, zone, now);
    let content = view.content.as_ref().open();
    let (mut shown, mut deciding, mut often) = (None, None, None);
    if let Some(content) = content {
        let package = &content.package;
        let heard = if status.open { inspected(app, id, &package.draft.message, now).await } else { None };
        let fresh = heard.is_some();
        let checks = heard.unwrap_or_else(|| Arc::new(package.checks.clone()));
        if status.open {
            often = Often::of(app, &view.campaign, package).await?;
            let retyped = match form.message(&package.draft.message.to) {
                Some(message) => inspected(app, id, &message, now).await,
                None => None,
            };
            deciding = Some(Deciding::new(app, &view, content, &checks, retyped, (&form, seen), now));
        }
        let footer = Some(view.footer.as_str()).filter(|_| status.open);
        let footer = footer.or_else(|| view.outbox.as_ref()?.footer.as_ref().open().map(String::as_str));
        shown = Some(Shown {
            facts: Facts::new(package, now),
            earlier: earlier(&view, now),
            draft: Draft::new(package, footer.unwrap_or_default()),
            checks: Checks::new(&checks),
            fresh,
            next_action: line(&package.next_action),
            score: package.score,
            reading: package.reading_seconds,
            touch: package.touch_number,
            tier: line(&content.routing.tier),
            model: model(content.routing.model),
            reason: line(&content.routing.reason),
            routing: checks::lines(&content.routing.trace, TRACE),
            trace: view.trace.as_ref().open().map(|trace| checks::lines(trace, TRACE)),
        });
    }
    let wants_verdict = view.check.as_ref().is_some_and(|check| check.wants_verdict(view.state));
    let verdict = (wants_verdict && shown.is_some()).then(|| Verdicting::new(app, &view, &form, seen));
    let has_forms = if matches!(form.input, FormInput::Verdict(_)) { verdict.is_some() } else { deciding.is_some() };
    let code = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| crate::error::status(refusal));
    let problem = match refused {
        Some((refusal, since)) => Some(Problem::new(refusal, since, &form, has_forms)),
        None if !has_forms && !matches!(form.input, FormInput::None) => Some(Problem::past(&form)),
        None => None,
    };
    let here = if form.state.checking { Here::Check } else { Here::Package };
    let replaced = notice.as_ref().and_then(|notice| notice.replaced.as_ref()).filter(|(by, _)| *by == view.id);
    let before = replaced.zip(content).map(|((_, draft), content)| changes(draft, &content.package.draft.message));
    let page = PackagePage {
        before: before.unwrap_or_default(),
        frame: Frame::new(app, by, &status.account, here, now).await?,
        notice,
        problem,
        back: if form.state.checking {
            "/checks".to_owned()
        } else {
            Narrow::within(form.state.within.as_deref()).href("/", &[])
        },
        back_to: if form.state.checking { "Checks" } else { "Queue" },
        often,
        shown,
        deciding,
        drawn: view.check.as_ref().map(|check| Drawn::new(&view, check, now)),
        verdict,
        decisions: Decided::all(&view, zone, now),
        entry: view.outbox.as_ref().map(|entry| Entry::new(entry, now)),
        assigned: Assigned::of(app, by, id, now).await?,
        status,
    };
    render(code, &page)
}

/// None where the engine does not answer: then the page shows what it knows, and deciding says so.
async fn inspected(app: &AppState, id: &PackageId, message: &Message, now: Timestamp) -> Option<Arc<Vec<Check>>> {
    app.desk().inspect(id, message, now).await.ok()
}

impl Status {
    fn new(view: &PackageView, zone: Zone, now: Timestamp) -> Self {
        let late = view.state.is_open() && view.deadline <= now;
        let standing = match (view.state, view.until) {
            _ if late => "Its reason to write went stale: it cannot be sent any more".to_owned(),
            (package_state::State::Snoozed, Some(until)) if until > now => {
                format!("Snoozed until {}", in_zone(until, zone))
            }
            (package_state::State::Snoozed, _) => standing(package_state::State::Queued).to_owned(),
            (state, _) => standing(state).to_owned(),
        };
        let suppressed = view.suppression.as_ref().filter(|_| view.state.is_open()).map(|order| {
            let (scope, reason) = (crate::show::word(&order.scope), crate::show::word(&order.reason));
            let until = order.until.map_or_else(String::new, |until| format!(", until {}", crate::show::day(until)));
            format!("This {scope} may not be written to: {reason}{until}")
        });
        Self {
            id: view.id.0.clone(),
            account: line(&view.account_name),
            campaign: line(&view.campaign),
            open: view.state.is_open(),
            state: if late { "stale" } else { state(view.state) },
            standing,
            newer: view.newer.as_ref().map(|newer| format!("/packages/{newer}")),
            missed: view.planted.as_ref().is_some_and(|planted| planted.result == Some(Spotted::Missed)),
            planted: view.planted.as_ref().map(|planted| sentence_case(&crate::show::planted(planted))),
            suppressed,
            paused: view.paused.as_ref().filter(|_| view.state.is_open()).map(|pause| line(&pause.why)),
            prepared: Moment::new(view.prepared, now),
            deadline: Moment::new(view.deadline, now),
            left: ahead(view.deadline, now),
            near: view.deadline.saturating_sub(now) <= NEAR,
            recordings: view.recordings,
        }
    }
}

impl Decided {
    fn all(view: &PackageView, zone: Zone, now: Timestamp) -> Vec<Self> {
        let (content, open) = (view.content.as_ref().open().map(Arc::as_ref), view.state.is_open());
        view.decisions.iter().map(|decision| Self::new(decision, content, open, zone, now)).collect()
    }

    fn new(view: &DecisionView, content: Option<&Content>, open: bool, zone: Zone, now: Timestamp) -> Self {
        use baton_model::decision::Decision::{Approve, Edit, Redraft, Reject, Snooze};
        let mut detail: Vec<String> = view.reason.map(|reason| rejected_for(reason).to_owned()).into_iter().collect();
        let mut made = Vec::new();
        if let (Some(Edit { message, .. }), Some(content)) = (view.decision.as_ref().open(), content) {
            made = changes(&content.package.draft.message, message);
        }
        match view.decision.as_ref().open() {
            Some(Reject { note, .. } | Redraft { note }) if !note.trim().is_empty() => {
                detail.push(format!("“{}”", line(note)))
            }
            Some(Snooze { until }) => detail.push(format!("until {}", in_zone(*until, zone))),
            Some(Approve { overruled } | Edit { overruled, .. }) => {
                detail.extend(overruled.iter().map(|over| {
                    format!("overruled “{}”: {}", crate::show::check_title(&over.check), line(&over.reason))
                }));
            }
            _ => {}
        }
        if open && matches!(view.kind.as_str(), "approve" | "edit") {
            detail.push("taken back before it left".to_owned());
        }
        if let Some(Some(grade)) = view.grade.as_ref().open() {
            detail.push(format!("{} % of the text changed", grade.edited.div_ceil(100)));
            detail.extend(grade.changed_facts.iter().take(20).map(|fact| format!("changed: {}", line(fact))));
        }
        let (who, at) = (line(&view.who), Moment::new(view.at, now));
        Self { who, at, what: decided(&view.kind), seconds: view.seconds, detail, changes: made }
    }
}

impl Problem {
    fn new(refusal: &Refusal, since: Since, form: &PackageForm, has_forms: bool) -> Self {
        let changed = match refusal {
            Refusal::Stale { changed, .. } => changed.iter().map(|what| changed_words(what)).collect(),
            _ => Vec::new(),
        };
        let what = match refusal {
            Refusal::Stale { newer: Some(_), .. } => {
                "Nothing was decided: a newer package took the place of the one you saw".to_owned()
            }
            Refusal::Stale { newer: None, .. } => {
                "Nothing was decided: the package is not what the form was made for".to_owned()
            }
            refusal => format!("Nothing was decided. {}", sentence(refusal)),
        };
        let hint = match refusal {
            Refusal::Stale { .. } => "this is what it says now: look again, then decide",
            Refusal::KeyReused => "decide again from here",
            Refusal::Life { state, expired: false, .. } if state.is_open() => "choose another moment",
            refusal => refusal.hint(),
        };
        let Since { happened, difference } = since;
        Self { what, hint, changed, happened, difference, kept: if has_forms { Vec::new() } else { kept(form) } }
    }

    /// A text was to be checked for a package that nobody can decide about any more.
    fn past(form: &PackageForm) -> Self {
        let what = "There is nothing left to decide here".to_owned();
        let (happened, difference) = (Vec::new(), Vec::new());
        Self { what, hint: "what you typed is below", changed: Vec::new(), happened, difference, kept: kept(form) }
    }
}

/// With a capital letter in front.
fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What would be lost with the form.
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
        "tier" => "the tier or who decides",
        _ => "something else",
    }
}
