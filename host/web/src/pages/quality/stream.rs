//! One stream in full: the evidence line by line, the plan, what its numbers can and cannot prove, and the way to stop it.

use super::card::{Card, capital};
use super::{DESK, Frame, Here, render};
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::{WebError, sentence, status};
use crate::extract::{PathId, QueryFields, with_query};
use crate::pages::fallen::Fall;
use crate::show::{Moment, clipped, event, hundredths, line, lines, many, number, one_in, percent, word, writable};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::Refusal;
use baton_desk::desk::{AtRate, EvidenceView, Fallen, Role, StreamDetail};
use baton_facts::quality::{Event, Finding, Standing};
use baton_facts::types::Timestamp;
use std::sync::Arc;

/// Lines of evidence of one page.
const LINES: u32 = 50;

#[derive(Template)]
#[template(path = "stream.html")]
struct StreamPage {
    frame: Frame,
    problem: Option<String>,
    campaign: String,
    card: Card,
    fallen: Vec<Fall>,
    more_fallen: Option<String>,
    stopped: bool,
    /// What whoever looks can lift, as a lead: a stop, or the pause after a missed check.
    resumable: bool,
    why: String,
    limit: Option<String>,
    missed: String,
    in_flight: String,
    held: bool,
    rates: Vec<Rate>,
    plan: Vec<(&'static str, String)>,
    made_by: Vec<(&'static str, String)>,
    turns: Vec<Turn>,
    lines: Vec<Line>,
    /// Who looks is told what was found, and in whose package of their own and nobody's alone.
    own: bool,
    next: Option<String>,
    first: bool,
}

/// What comes of the plan at one rate of bad drafts.
struct Rate {
    rate: String,
    found: bool,
    inspected: String,
    outgoing: String,
    escapes: String,
    to_clear: String,
}

struct Turn {
    at: Moment,
    who: String,
    standing: String,
    class: &'static str,
    reason: String,
}

struct Line {
    number: i64,
    at: Moment,
    who: String,
    what: String,
    class: &'static str,
    package: Option<(String, String)>,
    reason: String,
    recalled: Option<String>,
    /// What the person said, or that it is gone.
    said: Option<String>,
}

/// `GET /quality/{id}`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    by: CurrentUser,
    id: PathId,
    asked: QueryFields,
) -> Result<Response, WebError> {
    page(&app, &by, id.stream()?, asked.get("before"), None, "").await
}

/// The stream after a form that did not count, with what was typed still in it.
pub(crate) async fn again(
    app: &AppState,
    by: &CurrentUser,
    stream: i64,
    typed: &str,
    refusal: &Refusal,
) -> Result<Response, WebError> {
    page(app, by, stream, None, Some(refusal), typed).await
}

async fn page(
    app: &AppState,
    by: &CurrentUser,
    stream: i64,
    before: Option<&str>,
    refusal: Option<&Refusal>,
    typed: &str,
) -> Result<Response, WebError> {
    let now = app.now();
    let detail = app.desk().stream(stream, now).await?;
    let evidence = app.desk().latest_evidence(stream, before, LINES).await?;
    let (view, foreseen) = (&detail.stream, &detail.foreseen);
    let card = Card::new(view, now);
    let fall = detail.fall.clone().filter(|_| !view.tally.stopped);
    let fallen = fall.map(|fall| Fallen { stream, key: view.key.clone(), fall });
    let missed = match foreseen.miss_rate {
        Some(rate) => format!(
            "Reviewers miss {} of the defects before them at the most, by those that were planted.",
            percent(rate)
        ),
        None => "Reviewers are taken to find every defect they look at: how many they miss is not measured yet.".into(),
    };
    let title = format!("{}: {}", line(&view.key.campaign), card.name);
    let page = StreamPage {
        frame: Frame::new(app, by, &title, Here::Quality, now).await?,
        own: by.role == Role::Sdr,
        problem: refusal.map(sentence),
        campaign: line(&view.key.campaign),
        fallen: fallen.iter().map(|fallen| Fall::new(fallen, now)).collect(),
        more_fallen: None,
        stopped: view.tally.stopped,
        resumable: (view.tally.stopped || view.tally.overdue > 0) && by.role >= Role::Lead,
        why: writable(&clipped(typed, 4000)).0,
        limit: (view.assessment.clearance > 0).then(|| limit(&detail)),
        missed,
        in_flight: crate::show::count(foreseen.in_flight, "message"),
        held: view.plan.held,
        rates: foreseen.rates.iter().map(Rate::new).collect(),
        plan: plan(&detail),
        made_by: vec![
            ("Engine", clipped(&view.key.engine, 100)),
            ("Drafter", clipped(&view.key.drafter, 400)),
            ("Roles", clipped(&view.key.customer, 400)),
            ("Angle", clipped(&view.key.angle, 100)),
        ],
        turns: detail.standings.iter().map(|turn| Turn::new(turn, now)).collect(),
        lines: evidence.rows.iter().map(|line| Line::new(line, now)).collect(),
        next: evidence.next.map(|next| with_query(&format!("/quality/{stream}"), &[("before", Some(&next))])),
        first: before.is_none(),
        card,
    };
    render(refusal.map_or(StatusCode::OK, status), &page)
}

/// What goes out at the most.
fn limit(detail: &StreamDetail) -> String {
    let foreseen = &detail.foreseen;
    let most = percent(foreseen.outgoing_limit);
    if foreseen.limit_up_to >= super::card::ALL {
        format!("On average at most {most} of what leaves is not conforming, however many of the drafts are")
    } else {
        let up_to = percent(foreseen.limit_up_to);
        format!(
            "On average at most {most} of what leaves is not conforming, while no more than {up_to} of the drafts are"
        )
    }
}

fn plan(detail: &StreamDetail) -> Vec<(&'static str, String)> {
    let plan = &detail.stream.plan;
    let shares: Vec<String> = plan.sampling.iter().map(|share| one_in(*share)).collect();
    let clearance = match detail.stream.assessment.clearance {
        0 => "none keeps the limit".to_owned(),
        clearance => format!("{clearance} conforming in a row"),
    };
    vec![
        ("Shares inspected", if shares.is_empty() { "everything".into() } else { shares.join(", then ") }),
        ("To clear a level", clearance),
        ("Limit on outgoing quality", percent(plan.outgoing_quality_limit)),
        ("Risk limit on the bound", percent(plan.risk_limit)),
        ("A drawn message", if plan.held { "waits for its check".into() } else { "leaves and is checked then".into() }),
    ]
}

impl Rate {
    fn new(at: &AtRate) -> Self {
        let outlook = &at.outlook;
        Self {
            rate: percent(at.rate),
            found: at.found,
            inspected: percent(outlook.inspected),
            outgoing: percent(outlook.outgoing),
            escapes: hundredths(outlook.escapes),
            to_clear: many(outlook.inspections_to_clear),
        }
    }
}

impl Turn {
    fn new(turn: &baton_desk::desk::Turn, now: Timestamp) -> Self {
        let class = match turn.standing {
            Standing::Proven => "good",
            Standing::Probation => "",
            Standing::Pilot => "quiet",
            Standing::Suspended => "bad",
        };
        Self {
            at: Moment::new(turn.at, now),
            who: by(&turn.who),
            standing: word(&turn.standing),
            class,
            reason: capital(&line(&turn.reason)),
        }
    }
}

impl Line {
    fn new(told: &EvidenceView, now: Timestamp) -> Self {
        let of = &told.line;
        let class = match of.event {
            Event::Inspected(inspection) | Event::MadeUp(inspection) => match inspection.finding {
                Finding::Conforming => "good",
                Finding::Nonconforming | Finding::FactualDefect => "bad",
            },
            Event::Missed(_) | Event::DefectElsewhere | Event::Stopped => "bad",
            Event::Released(_) | Event::Resumed | Event::Changed(_) => "quiet",
        };
        let account = told.account_name.as_deref().unwrap_or("the package");
        let said = match told.said.as_ref() {
            baton_model::Sealed::Open(said) => said.as_deref().map(lines),
            baton_model::Sealed::Forgotten => None,
        };
        Self {
            number: of.number,
            at: Moment::new(of.at, now),
            who: by(&of.who),
            what: event(&of.event),
            class,
            package: of.package.as_ref().map(|package| (package.0.clone(), clipped(account, 120))),
            reason: capital(&line(&of.reason)),
            recalled: (of.recalled > 0).then(|| format!("{} went back to review", number(of.recalled))),
            said,
        }
    }
}

fn by(who: &str) -> String {
    if who == DESK { "the desk".to_owned() } else { line(who) }
}
