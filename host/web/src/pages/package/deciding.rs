//! The forms: approve, edit, reject, snooze, ask for another draft. Each carries the digest of what is shown and a key
//! that counts once, and holds what the person typed before, so that a refusal costs nobody their words.

use super::checks::{Checks, Line};
use super::difference::{Change, changes};
use super::moments::{self, Offer, leaving, untils};
use crate::app_state::AppState;
use crate::decision_form::{FormInput, PackageForm, PostedDecision};
use crate::extract::MAX_OVERRULED;
use crate::show::{count, writable};
use crate::view_timer::form_key;
use baton_facts::packages::{Check, Verdict};
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Overruled, RejectReason};
use baton_model::views::{Content, PackageView};
use std::sync::Arc;

/// The forms of one rendering.
pub(super) struct Deciding {
    pub id: String,
    pub shown: String,
    pub key: String,
    pub begun: String,
    pub visible: String,
    pub seen: i64,
    pub within: String,
    pub checking: bool,
    /// It may still be sent.
    pub sendable: bool,
    /// It may still be put off.
    pub waitable: bool,
    pub approve: Vec<Overruling>,
    pub edit: Edit,
    pub reasons: Vec<Reason>,
    pub note: String,
    pub rejecting: bool,
    /// Another draft can be asked for.
    pub redraftable: bool,
    pub redrafting: bool,
    /// Where moments are written and read.
    pub zone: &'static str,
    pub leaving: Vec<Offer>,
    pub scheduling: bool,
    /// The moment to leave at that was chosen before.
    pub leave: String,
    pub leave_at: String,
    /// The hours in which messages leave, the recipient's.
    pub window: String,
    pub snooze: Vec<Offer>,
    pub snoozing: bool,
    pub at: String,
    pub at_least: String,
    pub at_most: String,
}

/// A failed check that the person may take on.
pub(super) struct Overruling {
    pub line: Line,
    pub ticked: bool,
    pub reason: String,
}

pub(super) struct Edit {
    pub open: bool,
    pub subject: String,
    pub body: String,
    /// The draft, to go back to.
    pub drafted: (String, String),
    /// Characters that nobody could see were left out of the field.
    pub hidden: Option<String>,
    pub my_wording: bool,
    pub checked: Option<Checked>,
}

/// What the engine says to a text, and what differs from the draft.
pub(super) struct Checked {
    pub checks: Checks,
    pub overruling: Vec<Overruling>,
    /// Against the draft; empty where nothing differs.
    pub changes: Vec<Change>,
    /// Why nobody can decide about it any more.
    pub late: Option<String>,
}

impl Checked {
    pub fn new(draft: &Message, edited: &Message, checks: &[Check], overruled: &[Overruled]) -> Self {
        let (overruling, changes) = (overruling(checks, overruled), changes(draft, edited));
        Self { checks: Checks::new(checks), overruling, changes, late: None }
    }
}

pub(super) struct Reason {
    pub name: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

impl Deciding {
    pub fn new(
        app: &AppState,
        view: &PackageView,
        content: &Content,
        checks: &[Check],
        retyped: Option<Arc<Vec<Check>>>,
        (form, seen): (&PackageForm, i64),
        now: Timestamp,
    ) -> Self {
        let sending = &app.sending;
        let zone = sending.time_zone;
        let draft = &content.package.draft.message;
        let (state, input) = (&form.state, &form.input);
        let known = app.view_timer.seconds(&view.id, &state.begun).is_some();
        let decision = match input {
            FormInput::Decision(decision) => Some(decision),
            FormInput::None | FormInput::Verdict(_) => None,
        };
        let approved: &[Overruled] = match decision {
            Some(PostedDecision::Approve { overruled, .. }) => overruled,
            _ => &[],
        };
        let typed = form.edit();
        let send = match decision {
            Some(PostedDecision::Approve { send, .. }) => Some(send),
            _ => typed.map(|typed| &typed.send),
        };
        let reason = match decision {
            Some(PostedDecision::Reject { reason, .. }) => *reason,
            _ => None,
        };
        let until = match decision {
            Some(PostedDecision::Snooze { until }) => Some(until),
            _ => None,
        };
        let edited = form.message(&draft.to);
        let text = edited.as_ref().unwrap_or(draft);
        let ((subject, some), (body, more)) = (writable(&text.subject), writable(&text.body));
        let edit = Edit {
            open: typed.is_some(),
            subject,
            body,
            drafted: (writable(&draft.subject).0, writable(&draft.body).0),
            hidden: (some + more > 0).then(|| count(some + more, "hidden character")),
            my_wording: typed.is_some_and(|typed| typed.my_wording),
            checked: edited.as_ref().zip(retyped).map(|(edited, checks)| {
                let overruled = typed.map_or(&[][..], |typed| &typed.overruled);
                Checked::new(draft, edited, &checks, overruled)
            }),
        };
        let sendable = view.deadline > now && view.suppression.is_none() && view.paused.is_none();
        Self {
            id: view.id.0.clone(),
            shown: view.digest.clone(),
            key: form_key(),
            begun: if known { state.begun.clone() } else { app.view_timer.start(&view.id) },
            visible: if known { state.visible.clone() } else { String::new() },
            seen,
            within: state.within.clone().unwrap_or_default(),
            checking: state.checking,
            redraftable: sendable && app.redrafting.is_some(),
            redrafting: matches!(decision, Some(PostedDecision::Redraft { .. })),
            zone: zone.name(),
            leaving: leaving(&content.package, view.deadline, sending, now),
            scheduling: typed.is_none() && send.is_some_and(|send| !send.is_empty()),
            leave: send.map_or_else(String::new, |send| send.chosen().to_owned()),
            leave_at: send.map_or_else(String::new, |send| send.typed.clone()),
            window: sending.window.to_string(),
            sendable,
            waitable: view.deadline > now && view.suppression.is_none(),
            approve: overruling(checks, approved),
            edit,
            reasons: RejectReason::ALL
                .into_iter()
                .map(|known| Reason {
                    name: known.name(),
                    label: crate::show::rejected_for(known),
                    chosen: reason == Some(known),
                })
                .collect(),
            note: writable(form.note()).0,
            rejecting: matches!(decision, Some(PostedDecision::Reject { .. })),
            snooze: untils(now, view.deadline, zone),
            snoozing: until.is_some(),
            at: until.map_or_else(String::new, |until| until.typed.clone()),
            at_least: moments::written(now.saturating_add(60), zone),
            at_most: moments::written(view.deadline.saturating_sub(60), zone),
        }
    }
}

fn overruling(checks: &[Check], overruled: &[Overruled]) -> Vec<Overruling> {
    let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
    let line = |check: &Check| super::checks::lines(std::slice::from_ref(check), 1).pop();
    failed
        .take(MAX_OVERRULED)
        .filter_map(|check| {
            let before = overruled.iter().find(|over| over.check == check.name);
            Some(Overruling {
                // What comes back is compared with the check's very name.
                line: Line { name: check.name.clone(), ..line(check)? },
                ticked: before.is_some(),
                reason: before.map(|over| writable(&over.reason).0).unwrap_or_default(),
            })
        })
        .collect()
}
