//! Comparison of a brief with the facts of its call, before it goes to another component or to a model.
//!
//! An engine chooses a contact, a signal and an angle; it does not make them. Without this rule, an engine could address a
//! draft to a stranger, and the records of the call would join the stranger to the contact.

use super::call_facts::{ExpectedPackage, candidates, dossiers};
use crate::recording::{Exchange, Input};
use baton_facts::packages::{Brief, Sent};

/// Returns the fact of the brief that the host did not give in this call.
pub(crate) fn foreign_fact(brief: &Brief, input: &Input, exchanges: &[Exchange]) -> Option<&'static str> {
    let Some(expected) = ExpectedPackage::of(input) else { return Some("call") };
    let dossier = dossiers(exchanges).find(|dossier| dossier.account == brief.account);
    let Some(dossier) = dossier else { return Some("account") };
    if !dossier.signals.contains(&brief.signal) {
        return Some("signal");
    }
    let candidate = candidates(exchanges).find(|candidate| candidate.contact == brief.contact);
    let Some(candidate) = candidate else { return Some("contact") };
    let is_earlier = |earlier: &Sent| {
        expected.sent.iter().any(|sent| {
            // The date is the host's, or the one that the CRM has for the message.
            let dates = candidate.history.iter().map(|touch| touch.at).chain([sent.at]);
            dates.into_iter().any(|at| *earlier == Sent { at, ..sent.clone() })
        })
    };
    if brief.earlier.len() > expected.sent.len() || !brief.earlier.iter().all(is_earlier) {
        return Some("earlier messages");
    }
    let rejected = expected.note.and(expected.previous).map(|previous| &previous.draft.message);
    if brief.rejected.is_some() && brief.rejected.as_ref() != rejected {
        return Some("rejected message");
    }
    let is_of_note = |note: &String| expected.note.is_some_and(|whole| whole.trim_start().starts_with(note.as_str()));
    if !brief.note.as_ref().is_none_or(is_of_note) {
        return Some("note");
    }
    if brief.sender != expected.campaign().sender || !expected.campaign().angles.contains(&brief.angle) {
        return Some("angle or sender");
    }
    None
}
