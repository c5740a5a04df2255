//! What became of the package that was just decided about, read from the store: the address names the package and
//! nothing else, so nobody can put words into the page.

use crate::show::{Moment, line, planted, rejected_for, standing};
use crate::site::Shared;
use baton_desk::desk::{PackageView, Spotted};
use baton_desk::life::State;
use baton_desk::store::PackageId;
use baton_facts::types::Timestamp;

/// One sentence, and the way back where there is one.
pub(crate) struct Notice {
    pub what: String,
    pub package: String,
    /// The outbox entry that can still be taken back.
    pub take_back: Option<String>,
    pub good: bool,
}

impl Notice {
    /// None where there is no such package, or nothing was decided about it.
    pub async fn of(web: &Shared, package: Option<PackageId>, now: Timestamp) -> Option<Self> {
        let view = web.desk().package(&package?, now).await.ok()?;
        (!view.decisions.is_empty()).then(|| Self::told(&view, now))
    }

    fn told(view: &PackageView, now: Timestamp) -> Self {
        let content = view.content.as_ref().open();
        let person = content.map_or_else(
            || line(&view.account_name),
            |content| {
                let contact = &content.package.contact;
                let name = line(format!("{} {}", contact.first_name, contact.last_name).trim());
                format!("{name} at {}", line(&view.account_name))
            },
        );
        let entry = view.outbox.as_ref();
        let why = entry.and_then(|entry| entry.why.as_ref().open()?.as_deref()).map(line);
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
                let until = view.until.map_or_else(String::new, |until| Moment::new(until, now).minute);
                format!("Snoozed: {person}, until {until}")
            }
            State::Approved | State::Authorised => {
                format!("Approved: the message to {person} is in the outbox{}", because(why))
            }
            State::Failed => format!("The message to {person} does not leave{}", because(why)),
            state => format!("{person}: {}", standing(state)),
        };
        let take_back = matches!(view.state, State::Approved | State::Authorised)
            .then(|| entry.map(|entry| entry.id.clone()))
            .flatten();
        let missed = view.planted.as_ref().is_some_and(|planted| planted.result == Some(Spotted::Missed));
        Self { what, package: view.id.0.clone(), take_back, good: view.state != State::Failed && !missed }
    }
}

fn because(why: Option<String>) -> String {
    why.map_or_else(String::new, |why| format!(": {why}"))
}
