//! The package page: everything that one decision needs in one view. Each form is bound to exactly what is shown.
//!
//! A refused decision gets the same page back, with the reason on top, the current package, and everything that the person
//! typed still in place.

mod assignment;
mod changes_since;
mod checks;
mod datetime_inputs;
mod decision_forms;
mod diff;
mod draft;
mod earlier_messages;
mod facts;
pub(crate) mod panel;
mod spot_check;

use super::calibration::Often;
use super::notice::Notice;
use super::outbox::Entry;
use super::queue::Narrow;
use super::{Frame, Here, render};
use crate::door::By;
use crate::form::{Asked, Id};
use crate::format::{
    DisplayTime, capitalized, decision_label, in_zone, line, lines, model_label, reject_reason_label, state_label,
    state_sentence, time_left,
};
use crate::site::{Shared, Web};
use crate::trouble::{Trouble, sentence};
use askama::Template;
use assignment::Assigned;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::config::Zone;
use baton_desk::desk::{Content, DecisionView, DeskError, PackageView, Refusal, Spotted};
use baton_desk::life;
use baton_desk::store::PackageId;
use baton_facts::packages::Check;
use baton_facts::types::{Message, Timestamp};
use changes_since::{Happened, Since};
use checks::{Checks, Line};
use decision_forms::{Checked, Deciding};
pub(crate) use decision_forms::{Form, Typed};
use diff::{Change, changes};
use draft::Draft;
use earlier_messages::{Earlier, earlier};
use facts::Facts;
use spot_check::{Drawn, Verdicting};
use std::sync::Arc;

/// Rules of the trace that are shown at most.
const TRACE: usize = 200;

/// A deadline within this many seconds is near.
const NEAR: i64 = 3 * 86_400;

#[derive(Template)]
#[template(path = "package.html")]
struct PackagePage {
    frame: Frame,
    notice: Option<Notice>,
    problem: Option<Problem>,
    /// The queue with its filters.
    back: String,
    back_to: &'static str,
    status: Status,
    /// Set if drafts like this one are often rewritten.
    often: Option<Often>,
    /// `None` once the contact's data is erased.
    shown: Option<Shown>,
    deciding: Option<Deciding>,
    /// The differences from the draft that this one replaced.
    before: Vec<Change>,
    /// Set if the package was sampled for a spot-check.
    drawn: Option<Drawn>,
    /// The verdict forms, if the message was sent and its spot-check is open.
    verdict: Option<Verdicting>,
    decisions: Vec<Decided>,
    entry: Option<Entry>,
    /// The assignee; `None` if nobody signs in.
    assigned: Option<Assigned>,
}

struct Status {
    id: String,
    account: String,
    campaign: String,
    open: bool,
    state: &'static str,
    standing: String,
    newer: Option<String>,
    /// What was wrong with it, if it had a seeded defect.
    planted: Option<String>,
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
struct Shown {
    facts: Facts,
    earlier: Vec<Earlier>,
    draft: Draft,
    checks: Checks,
    /// The checks are current, not those from when it was prepared.
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
    at: DisplayTime,
    what: &'static str,
    seconds: Option<u32>,
    detail: Vec<String>,
    /// How an edit changed the draft.
    changes: Vec<Change>,
}

/// The checks on a text that is being edited, as a fragment of the page.
#[derive(Template)]
#[template(path = "package/text-checks-fragment.html")]
struct CheckedPiece {
    checked: Checked,
}

/// Why a decision was refused, and the typed text if no form is left to hold it.
struct Problem {
    what: String,
    hint: &'static str,
    changed: Vec<&'static str>,
    /// What happened since the form was rendered.
    happened: Vec<Happened>,
    /// The differences between the draft that was shown and the one that replaced it.
    difference: Vec<Change>,
    kept: Vec<(&'static str, String)>,
}

/// `GET /packages/{id}`
pub(crate) async fn show(State(web): State<Web>, by: By, id: Id, asked: Asked) -> Result<Response, Trouble> {
    let within = asked.get("within").map(str::to_owned);
    let typed = Typed { within, checking: asked.get("checks").is_some(), ..Typed::default() };
    let now = web.now();
    let notice = Notice::of(&web, asked.done().filter(|done| done.0 != id.0), now).await;
    page(&web, &by, &id.package(), typed, None, notice, now).await
}

/// Renders the package with the typed text still in the forms, after a refused decision or a check of the text.
pub(crate) async fn again(
    web: &Shared,
    by: &By,
    id: &PackageId,
    typed: Typed,
    refusal: Option<&Refusal>,
    now: Timestamp,
) -> Result<Response, Trouble> {
    let newer = match refusal {
        Some(Refusal::Unknown) => return Err(Trouble::unknown("package or message")),
        Some(Refusal::Stale { newer: Some(newer), .. }) => newer,
        _ => id,
    };
    if refusal.is_none() && typed.subject.is_some() {
        noted(web, by, id, &typed, now).await?;
    }
    let refused = match refusal {
        // The request itself is at fault, so what happened meanwhile does not matter.
        Some(refusal) if crate::trouble::status(refusal) != StatusCode::CONFLICT => Some((refusal, Since::default())),
        Some(refusal) => Some((refusal, Since::of(web, id, typed.seen, refusal, now).await?)),
        None => None,
    };
    page(web, by, newer, typed, refused, None, now).await
}

/// Renders the checks on a text that is being edited, and says whether the package can still be decided.
pub(crate) async fn fragment(
    web: &Shared,
    by: &By,
    id: &PackageId,
    typed: Typed,
    now: Timestamp,
) -> Result<Response, Trouble> {
    let view = web.desk().package(id, now).await?;
    let Some(content) = view.content.as_ref().open() else { return Err(refused(Refusal::Forgotten)) };
    let draft = &content.package.draft.message;
    let Some(message) = typed.message(&draft.to) else {
        return Err(refused(Refusal::Invalid("there is no text to check".into())));
    };
    noted(web, by, id, &typed, now).await?;
    let checks = web.desk().inspect(id, &message, now).await?;
    let late = (!view.state.is_open()).then(|| state_sentence(view.state).to_owned());
    let late = late.or_else(|| (view.digest != typed.shown).then(|| "The package has changed".to_owned()));
    let checked = Checked { late, ..Checked::new(draft, &message, &checks, &typed.overruled) };
    render(StatusCode::OK, &CheckedPiece { checked })
}

fn refused(refusal: Refusal) -> Trouble {
    Trouble::from(DeskError::from(refusal))
}

/// Records in the audit log that a text was checked, once per form.
async fn noted(web: &Shared, by: &By, id: &PackageId, typed: &Typed, now: Timestamp) -> Result<(), DeskError> {
    let form: String = typed.key.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    web.desk().checked(&by.who, id, &form, now).await
}

async fn page(
    web: &Shared,
    by: &By,
    id: &PackageId,
    typed: Typed,
    refused: Option<(&Refusal, Since)>,
    notice: Option<Notice>,
    now: Timestamp,
) -> Result<Response, Trouble> {
    let zone = web.site.sending.time_zone;
    let seen = web.desk().trail_end().await?;
    let view = web.desk().package(id, now).await?;
    let what = view.digest.get(..8).unwrap_or(&view.digest);
    web.desk().viewed(&by.who, id, &format!("digest {what}"), now).await?;
    let status = Status::new(&view, zone, now);
    let content = view.content.as_ref().open();
    let (mut shown, mut deciding, mut often) = (None, None, None);
    if let Some(content) = content {
        let package = &content.package;
        let heard = if status.open { inspected(web, id, &package.draft.message, now).await } else { None };
        let fresh = heard.is_some();
        let checks = heard.unwrap_or_else(|| Arc::new(package.checks.clone()));
        if status.open {
            often = Often::of(web, &view.campaign, package).await?;
            let retyped = match typed.message(&package.draft.message.to) {
                Some(message) => inspected(web, id, &message, now).await,
                None => None,
            };
            deciding = Some(Deciding::new(web, &view, content, &checks, retyped, (&typed, seen), now));
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
            model: model_label(content.routing.model),
            reason: line(&content.routing.reason),
            routing: checks::lines(&content.routing.trace, TRACE),
            trace: view.trace.as_ref().open().map(|trace| checks::lines(trace, TRACE)),
        });
    }
    let wants_verdict = view.check.as_ref().is_some_and(|check| check.wants_verdict(view.state));
    let verdict = (wants_verdict && shown.is_some()).then(|| Verdicting::new(web, &view, &typed, seen));
    let has_forms = if typed.form == Form::Verdict { verdict.is_some() } else { deciding.is_some() };
    let code = refused.as_ref().map_or(StatusCode::OK, |(refusal, _)| crate::trouble::status(refusal));
    let problem = match refused {
        Some((refusal, since)) => Some(Problem::new(refusal, since, &typed, has_forms)),
        None if !has_forms && typed.form != Form::None => Some(Problem::past(&typed)),
        None => None,
    };
    let here = if typed.checking { Here::Check } else { Here::Package };
    let replaced = notice.as_ref().and_then(|notice| notice.replaced.as_ref()).filter(|(by, _)| *by == view.id);
    let before = replaced.zip(content).map(|((_, draft), content)| changes(draft, &content.package.draft.message));
    let page = PackagePage {
        before: before.unwrap_or_default(),
        frame: Frame::new(web, by, &status.account, here, now).await?,
        notice,
        problem,
        back: if typed.checking {
            "/checks".to_owned()
        } else {
            Narrow::within(typed.within.as_deref()).href("/", &[])
        },
        back_to: if typed.checking { "Spot-checks" } else { "Queue" },
        often,
        shown,
        deciding,
        drawn: view.check.as_ref().map(|check| Drawn::new(&view, check, now)),
        verdict,
        decisions: Decided::all(&view, zone, now),
        entry: view.outbox.as_ref().map(|entry| Entry::new(entry, now)),
        assigned: Assigned::of(web, by, id, now).await?,
        status,
    };
    render(code, &page)
}

/// Returns `None` if the engine does not respond. Then the page shows the stored checks.
async fn inspected(web: &Shared, id: &PackageId, message: &Message, now: Timestamp) -> Option<Arc<Vec<Check>>> {
    web.desk().inspect(id, message, now).await.ok()
}

impl Status {
    fn new(view: &PackageView, zone: Zone, now: Timestamp) -> Self {
        let late = view.state.is_open() && view.deadline <= now;
        let standing = match (view.state, view.until) {
            _ if late => "Expired: its reason to write is out of date, so it can't be sent".to_owned(),
            (life::State::Snoozed, Some(until)) if until > now => {
                format!("Snoozed until {}", in_zone(until, zone))
            }
            (life::State::Snoozed, _) => state_sentence(life::State::Queued).to_owned(),
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
            missed: view.planted.as_ref().is_some_and(|planted| planted.result == Some(Spotted::Missed)),
            planted: view.planted.as_ref().map(|planted| capitalized(&crate::format::seeded_defect_label(planted))),
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

impl Decided {
    fn all(view: &PackageView, zone: Zone, now: Timestamp) -> Vec<Self> {
        let (content, open) = (view.content.as_ref().open().map(Arc::as_ref), view.state.is_open());
        view.decisions.iter().map(|decision| Self::new(decision, content, open, zone, now)).collect()
    }

    fn new(view: &DecisionView, content: Option<&Content>, open: bool, zone: Zone, now: Timestamp) -> Self {
        use baton_desk::desk::Decision::{Approve, Edit, Redraft, Reject, Snooze};
        let mut detail: Vec<String> =
            view.reason.map(|reason| reject_reason_label(reason).to_owned()).into_iter().collect();
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
                    format!("Overrode “{}”: {}", crate::format::check_title(&over.check), line(&over.reason))
                }));
            }
            _ => {}
        }
        if open && matches!(view.kind.as_str(), "approve" | "edit") {
            detail.push("Undone before it was sent".to_owned());
        }
        if let Some(Some(grade)) = view.grade.as_ref().open() {
            detail.push(format!("{}% of the text changed", grade.edited.div_ceil(100)));
            detail.extend(grade.changed_facts.iter().take(20).map(|fact| format!("changed: {}", line(fact))));
        }
        let (who, at) = (line(&view.who), DisplayTime::new(view.at, now));
        Self { who, at, what: decision_label(&view.kind), seconds: view.seconds, detail, changes: made }
    }
}

impl Problem {
    fn new(refusal: &Refusal, since: Since, typed: &Typed, has_forms: bool) -> Self {
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
            Refusal::Life { state, expired: false, .. } if state.is_open() => "choose another time",
            refusal => refusal.hint(),
        };
        let Since { happened, difference } = since;
        Self { what, hint, changed, happened, difference, kept: if has_forms { Vec::new() } else { kept(typed) } }
    }

    /// Creates the problem for a text check on a package that can no longer be decided.
    fn past(typed: &Typed) -> Self {
        let what = "This package was already reviewed".to_owned();
        let (happened, difference) = (Vec::new(), Vec::new());
        Self { what, hint: "what you typed is below", changed: Vec::new(), happened, difference, kept: kept(typed) }
    }
}

/// Returns the typed texts that would be lost with the form.
fn kept(typed: &Typed) -> Vec<(&'static str, String)> {
    let subject = typed.subject.as_deref().unwrap_or_default();
    let body = typed.body.as_deref().unwrap_or_default();
    [("Your subject", subject), ("Your text", body), ("Your note", typed.note.as_str())]
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
