//! What became of the package that was just decided about, read from the store: the address names the package and
//! nothing else, so nobody can put words into the page.

use crate::app_state::AppState;
use crate::show::{in_zone, line, planted, rejected_for, standing};
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::package_state::State;
use baton_model::views::{PackageView, Spotted};

/// Among so many lines of evidence the one of a verdict that was just given is looked for.
const LATEST: u32 = 20;

/// One sentence, and the way back where there is one.
pub(crate) struct Notice {
    pub what: String,
    pub package: String,
    /// The outbox entry that can still be taken back.
    pub take_back: Option<String>,
    /// So many seconds nothing of it leaves.
    pub seconds: Option<i64>,
    /// What took its place, and the draft that was turned down for it.
    pub replaced: Option<(PackageId, Message)>,
    pub good: bool,
}

/// A message that waits longer than this was given its moment by a person.
const UNDO: i64 = 300;

impl Notice {
    /// None where there is no such package, or nothing was decided about it.
    pub async fn of(app: &AppState, package: Option<PackageId>, now: Timestamp) -> Option<Self> {
        let view = app.desk().package(&package?, now).await.ok()?;
        match view.check.as_ref().and_then(|check| Some((check.stream, check.finding?))) {
            Some((stream, finding)) if view.decisions.is_empty() => {
                Some(Self::checked(app, &view, stream, finding).await)
            }
            _ => (!view.decisions.is_empty()).then(|| Self::told(app, &view, now)),
        }
    }

    /// What the verdict brought its stream, as the governor said it.
    async fn checked(app: &AppState, view: &PackageView, stream: i64, finding: Finding) -> Self {
        let person = person(view);
        let evidence = app.desk().latest_evidence(stream, None, LATEST).await;
        let mut lines = evidence.map(|page| page.rows).unwrap_or_default().into_iter().map(|told| told.line);
        let own = lines.find(|of| of.package.as_ref() == Some(&view.id));
        let made = own.as_ref().map_or_else(|| crate::show::finding(finding).to_owned(), |of| line(&of.reason));
        let back = match own.map_or(0, |of| of.recalled) {
            0 => String::new(),
            1 => ". 1 message of its stream went back to review".to_owned(),
            some => format!(". {some} messages of its stream went back to review"),
        };
        let what = format!("Checked: the message to {person}: {made}{back}");
        let (package, good) = (view.id.0.clone(), finding == Finding::Conforming);
        Self { what, package, take_back: None, seconds: None, replaced: None, good }
    }

    fn told(app: &AppState, view: &PackageView, now: Timestamp) -> Self {
        let zone = app.sending.time_zone;
        let person = person(view);
        let entry = view.outbox.as_ref();
        let why = entry.and_then(|entry| entry.why.as_ref().open()?.as_deref()).map(line);
        let waits = entry.and_then(|entry| entry.not_before).map(|at| at.saturating_sub(now)).filter(|wait| *wait > 0);
        let redrafted = view.decisions.last().is_some_and(|decision| decision.kind == "redraft");
        let what = match view.state {
            // Said at once, whatever was decided.
            _ if view.planted.is_some() => {
                let planted = view.planted.as_ref().map_or_else(String::new, planted);
                format!("{person}: {planted}. The package it was copied from is decided about on its own")
            }
            State::Rejected => {
                let reason = view.decisions.last().and_then(|decision| decision.reason);
                let reason = reason.map_or("", rejected_for).to_lowercase();
                format!("Rejected: {person}. Noted: {reason}")
            }
            State::Snoozed => {
                let until = view.until.map_or_else(String::new, |until| in_zone(until, zone));
                format!("Snoozed: {person}, until {until}")
            }
            State::Approved | State::Authorised => {
                let why = why.or_else(|| {
                    let at = waits.filter(|wait| *wait > UNDO)?.saturating_add(now);
                    Some(format!("it leaves after {}, in the recipient's hours", in_zone(at, zone)))
                });
                format!("Approved: the message to {person} is in the outbox{}", because(why))
            }
            State::Superseded if redrafted => {
                format!("Another draft for {person} was written as you asked, and took the place of the one before")
            }
            State::Failed => format!("The message to {person} does not leave{}", because(why)),
            state => format!("{person}: {}", standing(state)),
        };
        let take_back = matches!(view.state, State::Approved | State::Authorised)
            .then(|| entry.map(|entry| entry.id.clone()))
            .flatten();
        let missed = view.planted.as_ref().is_some_and(|planted| planted.result == Some(Spotted::Missed));
        let draft = view.content.as_ref().open().map(|content| content.package.draft.message.clone());
        Self {
            what,
            package: view.id.0.clone(),
            seconds: waits.filter(|wait| take_back.is_some() && *wait <= UNDO),
            take_back,
            replaced: view.newer.clone().filter(|_| redrafted).zip(draft),
            good: view.state != State::Failed && !missed,
        }
    }
}

fn person(view: &PackageView) -> String {
    view.content.as_ref().open().map_or_else(
        || line(&view.account_name),
        |content| {
            let contact = &content.package.contact;
            let name = line(format!("{} {}", contact.first_name, contact.last_name).trim());
            format!("{name} at {}", line(&view.account_name))
        },
    )
}

fn because(why: Option<String>) -> String {
    why.map_or_else(String::new, |why| format!(": {why}"))
}
