//! The notice after a decision, read from the store. The address names only the package, so a link cannot put its own
//! text into the page.

use crate::app_state::RequestState;
use crate::format::{in_zone, line, reject_reason_label, seeded_defect_label, state_sentence};
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use baton_model::views::{PackageView, SeededDefectResult};

/// Number of evidence lines that are searched for the latest verdict.
const LATEST: u32 = 20;

/// A sentence about a decision, with a way to undo it if there is one.
pub(crate) struct Notice {
    pub what: String,
    pub package: String,
    /// The outbox entry that can still be undone or withdrawn.
    pub undo_entry: Option<String>,
    /// Seconds left in which it can be undone for certain.
    pub seconds: Option<i64>,
    /// The package that replaced this one, and the draft that was rejected for it.
    pub replaced: Option<(PackageId, Message)>,
    pub good: bool,
}

/// A message that waits longer than this, in seconds, was scheduled by a person.
const UNDO: i64 = 300;

impl Notice {
    /// Returns `None` if the package does not exist or has no decision.
    pub async fn of(app: &RequestState, package: Option<PackageId>, now: Timestamp) -> Option<Self> {
        let view = app.desk().package(&package?, now).await.ok()?;
        match view.check.as_ref().and_then(|check| Some((check.stream, check.finding?))) {
            Some((stream, finding)) if view.decisions.is_empty() => {
                Some(Self::checked(app, &view, stream, finding).await)
            }
            _ => (!view.decisions.is_empty()).then(|| Self::describe_decision(app, &view, now)),
        }
    }

    /// Describes the effect of a verdict on its stream, in the governor's words.
    async fn checked(app: &RequestState, view: &PackageView, stream: i64, finding: Finding) -> Self {
        let person = person(view);
        let evidence = app.desk().latest_evidence(stream, None, LATEST).await;
        let mut lines = evidence.map(|page| page.rows).unwrap_or_default().into_iter().map(|told| told.line);
        let own = lines.find(|of| of.package.as_ref() == Some(&view.id));
        let made = own.as_ref().map_or_else(|| crate::format::finding_label(finding).to_owned(), |of| line(&of.reason));
        let back = match own.map_or(0, |of| of.returned_to_review) {
            0 => String::new(),
            1 => ". 1 email of its stream is back in review".to_owned(),
            some => format!(". {some} emails of its stream are back in review"),
        };
        let what = format!("Checked the email to {person}: {made}{back}");
        let (package, good) = (view.id.0.clone(), finding == Finding::Conforming);
        Self { what, package, undo_entry: None, seconds: None, replaced: None, good }
    }

    fn describe_decision(app: &RequestState, view: &PackageView, now: Timestamp) -> Self {
        let zone = app.sending.time_zone;
        let person = person(view);
        let entry = view.outbox.as_ref();
        let why = entry.and_then(|entry| entry.why.as_ref().open()?.as_deref()).map(line);
        let waits = entry.and_then(|entry| entry.not_before).map(|at| at.saturating_sub(now)).filter(|wait| *wait > 0);
        let redrafted = view.decisions.last().is_some_and(|decision| decision.kind == "redraft");
        let what = match view.state {
            // A seeded defect is revealed right after the decision, whatever it was.
            _ if view.seeded_defect.is_some() => {
                let defect = view.seeded_defect.as_ref().map_or_else(String::new, seeded_defect_label);
                format!("{person}: {defect}. The original package is reviewed separately")
            }
            PackageState::Rejected => {
                let reason = view.decisions.last().and_then(|decision| decision.reason);
                let reason = reason.map_or("", reject_reason_label).to_lowercase();
                format!("Rejected: {person}. Reason: {reason}")
            }
            PackageState::Snoozed => {
                let until = view.until.map_or_else(String::new, |until| in_zone(until, zone));
                format!("Snoozed: {person}, until {until}")
            }
            PackageState::Approved | PackageState::Scheduled => {
                let why = why.or_else(|| {
                    let at = waits.filter(|wait| *wait > UNDO)?.saturating_add(now);
                    Some(format!("scheduled after {}, in the recipient's sending window", in_zone(at, zone)))
                });
                format!("Approved: the email to {person} is in the outbox{}", because(why))
            }
            PackageState::Superseded if redrafted => {
                format!("New draft for {person}: it replaces the draft you rejected")
            }
            PackageState::Failed => format!("The email to {person} won't be sent{}", because(why)),
            state => format!("{person}: {}", state_sentence(state)),
        };
        let undo_entry = matches!(view.state, PackageState::Approved | PackageState::Scheduled)
            .then(|| entry.map(|entry| entry.id.clone()))
            .flatten();
        let missed =
            view.seeded_defect.as_ref().is_some_and(|planted| planted.result == Some(SeededDefectResult::Missed));
        let draft = view.content.as_ref().open().map(|content| content.package.draft.message.clone());
        Self {
            what,
            package: view.id.0.clone(),
            seconds: waits.filter(|wait| undo_entry.is_some() && *wait <= UNDO),
            undo_entry,
            replaced: view.newer.clone().filter(|_| redrafted).zip(draft),
            good: view.state != PackageState::Failed && !missed,
        }
    }
}

fn person(view: &PackageView) -> String {
    view.content.as_ref().open().map_or_else(
        || line(&view.account_name),
        |content| {
            let contact = &content.package.contact;
            let name = line(&baton_model::full_name(contact));
            format!("{name} at {}", line(&view.account_name))
        },
    )
}

fn because(why: Option<String>) -> String {
    why.map_or_else(String::new, |why| format!(": {why}"))
}
