//! One stream in full: its evidence, its sampling plan, how sure the numbers are, and the forms to stop or resume it.

use super::card::StreamCard;
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::{WebError, sentence, status};
use crate::extract::{PathId, QueryFields, with_query};
use crate::format::{
    DisplayTime, capitalized, capped, clipped, editable, event_label, from_hundredths, line, lines, number, one_in,
    percent, word,
};
use crate::pages::demotion::DemotionNotice;
use crate::pages::{Layout, NavSection, render};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use baton_desk::Refusal;
use baton_desk::access::Role;
use baton_desk::autonomy::{Demotion, EvidenceView, ForecastAtRate, StreamDetail};
use baton_facts::quality::{Event, Finding, Standing};
use baton_facts::types::Timestamp;
use baton_model::BATON;

/// Lines of evidence per page.
const LINES: u32 = 50;

#[derive(Template)]
#[template(path = "stream.html")]
struct StreamPage {
    layout: Layout,
    problem: Option<String>,
    campaign: String,
    card: StreamCard,
    demotions: Vec<DemotionNotice>,
    more_demotions: Option<String>,
    stopped: bool,
    /// The viewer can end a stop, or the pause after a missed spot-check.
    resumable: bool,
    why: String,
    limit: Option<String>,
    missed: String,
    in_flight: String,
    held: bool,
    rates: Vec<PlanOutcome>,
    plan: Vec<(&'static str, String)>,
    made_by: Vec<(&'static str, String)>,
    turns: Vec<StandingItem>,
    lines: Vec<EvidenceItem>,
    /// The viewer sees package names only for their own and unassigned packages.
    own: bool,
    next: Option<String>,
    first: bool,
}

/// The expected results of the plan at one rate of bad drafts.
struct PlanOutcome {
    rate: String,
    found: bool,
    inspected: String,
    outgoing: String,
    escapes: String,
    to_clear: String,
}

struct StandingItem {
    at: DisplayTime,
    who: String,
    standing: String,
    class: &'static str,
    reason: String,
}

struct EvidenceItem {
    number: i64,
    at: DisplayTime,
    who: String,
    what: String,
    class: &'static str,
    package: Option<(String, String)>,
    reason: String,
    recalled: Option<String>,
    /// The reviewer's note; `None` if it was erased.
    remark: Option<String>,
}

/// `GET /quality/{id}`
pub(crate) async fn show(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    asked: QueryFields,
) -> Result<Response, WebError> {
    page(&app, &by, id.stream()?, asked.get("before"), None, "").await
}

/// Renders the stream after a form was refused, and keeps the typed text.
pub(crate) async fn again(
    app: &RequestState,
    by: &CurrentUser,
    stream: i64,
    typed: &str,
    refusal: &Refusal,
) -> Result<Response, WebError> {
    page(app, by, stream, None, Some(refusal), typed).await
}

async fn page(
    app: &RequestState,
    by: &CurrentUser,
    stream: i64,
    before: Option<&str>,
    refusal: Option<&Refusal>,
    typed: &str,
) -> Result<Response, WebError> {
    let now = app.now();
    let detail = app.desk().stream(stream, now).await?;
    let evidence = app.desk().latest_evidence(stream, before, LINES).await?;
    let (view, foreseen) = (&detail.stream, &detail.forecast);
    let card = StreamCard::new(view, now);
    let fall = detail.suspension_cause.clone().filter(|_| !view.tally.stopped);
    let demotions = fall.map(|fall| Demotion { stream, key: view.key.clone(), cause: fall });
    let missed = match foreseen.miss_rate {
        Some(rate) => format!("Reviewers miss at most {} of problems, as measured with seeded defects.", percent(rate)),
        None => {
            "These numbers assume that reviewers find every problem; the share they miss is not measured yet.".into()
        }
    };
    let title = format!("{}: {}", line(&view.key.campaign), card.name);
    let page = StreamPage {
        layout: Layout::new(app, by, &title, NavSection::Quality, now).await?,
        own: by.role == Role::Sdr,
        problem: refusal.map(sentence),
        campaign: line(&view.key.campaign),
        demotions: demotions.iter().map(|demotions| DemotionNotice::new(demotions, now)).collect(),
        more_demotions: None,
        stopped: view.tally.stopped,
        resumable: (view.tally.stopped || view.tally.overdue > 0) && by.role >= Role::Lead,
        why: editable(&clipped(typed, 4000)).0,
        limit: (view.assessment.clearance > 0).then(|| limit(&detail)),
        missed,
        in_flight: crate::format::count(foreseen.in_flight, "email"),
        held: view.plan.held,
        rates: foreseen.rates.iter().map(PlanOutcome::new).collect(),
        plan: plan(&detail),
        made_by: vec![
            ("Engine", clipped(&view.key.engine, 100)),
            ("Drafter", clipped(&view.key.drafter, 400)),
            ("Roles", clipped(&view.key.customer, 400)),
            ("Angle", clipped(&view.key.angle, 100)),
        ],
        turns: detail.standings.iter().map(|turn| StandingItem::new(turn, now)).collect(),
        lines: evidence.rows.iter().map(|line| EvidenceItem::new(line, now)).collect(),
        next: evidence.next.map(|next| with_query(&format!("/quality/{stream}"), &[("before", Some(&next))])),
        first: before.is_none(),
        card,
    };
    render(refusal.map_or(StatusCode::OK, status), &page)
}

/// Describes the limit on the share of bad messages that are sent.
fn limit(detail: &StreamDetail) -> String {
    let foreseen = &detail.forecast;
    let most = percent(foreseen.outgoing_limit);
    if foreseen.limit_up_to >= super::card::ALL {
        format!("On average, at most {most} of sent emails have a problem, however many drafts do")
    } else {
        let up_to = percent(foreseen.limit_up_to);
        format!("On average, at most {most} of sent emails have a problem, as long as at most {up_to} of drafts do")
    }
}

fn plan(detail: &StreamDetail) -> Vec<(&'static str, String)> {
    let plan = &detail.stream.plan;
    let shares: Vec<String> = plan.sampling.iter().map(|share| one_in(*share)).collect();
    let clearance = match detail.stream.assessment.clearance {
        0 => "not possible".to_owned(),
        clearance => format!("{clearance} good reviews in a row"),
    };
    vec![
        ("Share reviewed", if shares.is_empty() { "every email".into() } else { shares.join(", then ") }),
        ("To reach the next level", clearance),
        ("Limit on sent emails with problems", percent(plan.outgoing_quality_limit)),
        ("Worst-case limit", percent(plan.risk_limit)),
        ("A sampled email", if plan.held { "waits for its spot-check".into() } else { "is sent, then checked".into() }),
    ]
}

impl PlanOutcome {
    fn new(at: &ForecastAtRate) -> Self {
        let outlook = &at.outlook;
        Self {
            rate: percent(at.rate),
            found: at.found,
            inspected: percent(outlook.inspected),
            outgoing: percent(outlook.outgoing),
            escapes: from_hundredths(outlook.escapes),
            to_clear: capped(outlook.inspections_to_clear),
        }
    }
}

impl StandingItem {
    fn new(turn: &baton_desk::autonomy::StandingTransition, now: Timestamp) -> Self {
        let class = match turn.standing {
            Standing::Proven => "good",
            Standing::Probation => "",
            Standing::Pilot => "quiet",
            Standing::Suspended => "bad",
        };
        Self {
            at: DisplayTime::new(turn.at, now),
            who: by(&turn.who),
            standing: word(&turn.standing),
            class,
            reason: capitalized(&line(&turn.reason)),
        }
    }
}

impl EvidenceItem {
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
        let remark = match told.remark.as_ref() {
            baton_model::Erasable::Open(said) => said.as_deref().map(lines),
            baton_model::Erasable::Erased => None,
        };
        Self {
            number: of.number,
            at: DisplayTime::new(of.at, now),
            who: by(&of.who),
            what: event_label(&of.event),
            class,
            package: of.package.as_ref().map(|package| (package.0.clone(), clipped(account, 120))),
            reason: capitalized(&line(&of.reason)),
            recalled: (of.returned_to_review > 0).then(|| format!("{} back in review", number(of.returned_to_review))),
            remark,
        }
    }
}

fn by(who: &str) -> String {
    if who == BATON { "Baton".to_owned() } else { line(who) }
}
